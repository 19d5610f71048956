/*
 * How an engine call of the OpenSSL port begins, and what came of it. The port of this tree reads
 * it; it is not installed.
 */
#ifndef EW_OPENSSL_CALL_H
#define EW_OPENSSL_CALL_H

#include <stdint.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "port_openssl.h"

enum {
    EW_OPENSSL_MODES =
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY
};
#define EW_OPENSSL_OPTIONS_SEEN (SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF)

/* The actions that libssl may have a paused job for. */
enum {
    EW_OPENSSL_NO_JOB,
    EW_OPENSSL_OF_HANDSHAKE,
    EW_OPENSSL_OF_RECEIVE,
    EW_OPENSSL_OF_WRITE,
    EW_OPENSSL_OF_CLOSE
};

/* What cannot be read back. One write is to be one record, and no longer one than there is room for. */
static inline void ew_openssl_set_sizes(SSL *ssl)
{
    SSL_set_max_send_fragment(ssl, EW_RECORD_MAX);
    SSL_set_split_send_fragment(ssl, EW_RECORD_MAX);
    SSL_set_max_pipelines(ssl, 1);
}

/* The longest record that was agreed on, by the code of the extension (RFC 6066). */
static inline int ew_openssl_agreed_length(int code)
{
    switch (code) {
    case 1: return 512;
    case 2: return 1024;
    case 3: return 2048;
    case 4: return 4096;
    default: return EW_RECORD_MAX;
    }
}

/* How much of it goes into one record. */
static inline int ew_openssl_one_record(SSL *ssl, int len)
{
    const SSL_SESSION *session = SSL_get_session(ssl);
    int code = session == NULL ? 0 : SSL_SESSION_get_max_fragment_length(session);
    int max = ew_openssl_agreed_length(code);

    ew_openssl_set_sizes(ssl);
    return len < max ? len : max;
}

/*
 * After a call that the transport or a job stopped. The record that a paused job works on is in:
 * the transport would not say so again.
 */
static inline void ew_openssl_go_on(ew_openssl *e)
{
    e->blocked = 0;
    BIO_clear_retry_flags(e->bio);
    if (e->job != EW_OPENSSL_NO_JOB) {
        e->job = EW_OPENSSL_NO_JOB;
        e->transport->fed = e->job_fed;
        e->transport->met = e->job_met & EW_MET_END;
    }
}

/* What the port relies on is otherwise: the connection ends. */
static inline uint8_t ew_openssl_changed(ew_openssl *e, const char *why)
{
    return ew_transport_changed(e->transport, why);
}

/*
 * Begins an engine call. done: it can be made. Here and further on what the port
 * relies on, and the application could have changed, is looked at.
 */
static inline uint8_t ew_openssl_begin(ew_openssl *e)
{
    ew_transport_begin(e->transport);
    e->flags = 0;
    if (e->blocked) {
        ew_openssl_go_on(e);
    }
    if (SSL_get_rbio(e->ssl) != e->bio || SSL_get_wbio(e->ssl) != e->bio) {
        return ew_openssl_changed(e, EW_WORDS("the BIO was replaced while attached"));
    }
    if (e->rest > 0) {
        /* libssl makes another buffer for another size, and what is half out is gone */
        ew_openssl_set_sizes(e->ssl);
    }
    return EW_EVENT_DONE;
}

/* The same for a call that is to read. */
static inline uint8_t ew_openssl_begin_reading(ew_openssl *e)
{
    if ((SSL_get_options(e->ssl) & EW_OPENSSL_OPTIONS_SEEN) != SSL_OP_NO_RENEGOTIATION) {
        return ew_openssl_changed(e, EW_WORDS("an option of the SSL was changed while attached"));
    }
    return ew_openssl_begin(e);
}

static inline int ew_openssl_has_failed(const SSL *ssl)
{
    return SSL_in_init(ssl) && strcmp(SSL_state_string(ssl), "SSLERR") == 0;
}

/* Its own code: the newest error of the thread, and libssl has just left one. */
static inline uint8_t ew_openssl_failed(ew_openssl *e, uint8_t result)
{
    e->transport->engine_error = (long)ERR_peek_last_error();
    return result;
}

/* libssl waits for what is not the socket: a callback of the application's, a job. */
static inline int ew_openssl_is_suspended(int want)
{
    return want == SSL_X509_LOOKUP || want == SSL_CLIENT_HELLO_CB || want == SSL_RETRY_VERIFY ||
           want == SSL_ASYNC_PAUSED || want == SSL_ASYNC_NO_JOBS;
}

static inline uint8_t ew_openssl_suspended(ew_openssl *e, uint8_t action)
{
    if (SSL_waiting_for_async(e->ssl)) {
        e->job = action;
        e->blocked = 1;
        e->job_fed = e->transport->fed;
        e->job_met = e->transport->met;
    }
    return EW_EVENT_SUSPENDED;
}

/* Of a call of libssl's that stopped, for this action (OF_...). */
static inline uint8_t ew_openssl_outcome(ew_openssl *e, uint8_t action)
{
    const ew_transport *t = e->transport;
    int want = SSL_want(e->ssl);

    if (e->surplus) {
        return ew_openssl_changed(e, EW_WORDS("record sizes were changed within a write"));
    }
    if (ew_openssl_has_failed(e->ssl) && e->kept != 0) {
        return e->kept;
    }
    if (ew_openssl_has_failed(e->ssl)) {
        return ew_openssl_failed(e, t->met & EW_MET_END ? EW_EVENT_EOF : EW_EVENT_TLS_ERROR);
    }
    if (e->blocked && (want == SSL_READING || want == SSL_WRITING)) {
        return ew_transport_outcome(t, want == SSL_WRITING);
    }
    if (ew_openssl_is_suspended(want)) {
        return ew_openssl_suspended(e, action);
    }
    return t->met & (EW_MET_END | EW_MET_FAILED) ? ew_transport_outcome(t, 0)
                                                 : ew_openssl_failed(e, EW_EVENT_TLS_ERROR);
}

/* What may come of sending; anything else the engine met on the way is a failure. */
static inline uint8_t ew_openssl_sending(uint8_t result)
{
    switch (result) {
    case EW_EVENT_DONE:
    case EW_EVENT_WANT_READ:
    case EW_EVENT_WANT_WRITE:
    case EW_EVENT_SUSPENDED:
    case EW_EVENT_IO_ERROR: return result;
    default: return EW_EVENT_TLS_ERROR;
    }
}

/* libssl's error for an alert has its number in it. */
static inline int16_t ew_openssl_alert_number(unsigned long error)
{
    int number = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;

    return ERR_GET_LIB(error) == ERR_LIB_SSL && number >= 0 && number <= UINT8_MAX ? (int16_t)number
                                                                                   : -1;
}

/* The flag is set. A record that libssl returned upon, without asking for more, set it. */
static inline uint8_t ew_openssl_alert_outcome(ew_openssl *e)
{
    if (!e->transport->fed || (e->flags & SSL_RECEIVED_SHUTDOWN)) {
        return e->kept != 0
                   ? e->kept
                   : ew_openssl_changed(e, EW_WORDS("SSL_RECEIVED_SHUTDOWN was set by hand"));
    }
    if (!ew_openssl_has_failed(e->ssl)) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    e->transport->alert = ew_openssl_alert_number(ERR_peek_last_error());
    return ew_openssl_failed(e, EW_EVENT_FATAL_ALERT);
}

static inline uint8_t ew_openssl_was_cleared(ew_openssl *e)
{
    return ew_openssl_changed(e, EW_WORDS("the SSL was cleared while attached"));
}

#endif
