/*
 * Port for OpenSSL 3.0.
 *
 *   SSL_peek, one byte           outcome of receive
 *   > 0                          data (it stays in the SSL; take is SSL_read)
 *   <= 0, RECEIVED set by the peer's close_notify      close_notify
 *   <= 0, RECEIVED set by any other alert              fatal_alert
 *   <= 0, WANT_READ              want_read if the socket had nothing, other if a
 *                                record was taken in and meant nothing to us
 *   <= 0, WANT_WRITE             want_write
 *   <= 0, SYSCALL                eof or io_error, as the transport saw it
 *   <= 0, SSL                    eof if the transport ended, else tls_error
 *
 * SSL_write, SSL_shutdown: done; want_read, want_write, io_error; all else is
 * tls_error. SSL_do_handshake: as SSL_peek, done for data.
 *
 * Traps, and what is done about them:
 *  - SSL_RECEIVED_SHUTDOWN is set by fatal alerts too: the message callback
 *    keeps the alert itself.
 *  - A second SSL_shutdown reads, and makes application data a fatal error: it
 *    is called to send only, and waiting is SSL_peek.
 *  - SSL_shutdown fails while a post-handshake message is unfinished
 *    (SSL_key_update of ours, a ticket of which half has come): finished first.
 *  - An alert made while reading (no_renegotiation) goes through a buffer that is
 *    thrown away when the socket blocks: the transport takes it whole.
 *  - A record that blocked must be repeated with its own length, and the data
 *    was not accepted at all if a KeyUpdate went first and blocked.
 *  - An entry left in the thread's error queue by anyone makes SSL_get_error
 *    lie: cleared before each call.
 *  - Once the peer has closed, SSL_get_error calls a failing transport
 *    ZERO_RETURN: the transport is asked.
 *  - The end of the socket goes unnoticed if the BIO does not answer
 *    BIO_CTRL_EOF, or with SSL_OP_IGNORE_UNEXPECTED_EOF.
 *  - SSL_free drops the session from the cache unless SSL_SENT_SHUTDOWN is set,
 *    and keeps it after a failed close: detach carries the core's verdict out.
 *  - There are 127 indices for types of BIO, and connections are more: the BIO
 *    has none.
 */
#include "port_openssl.h"

#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>

/* The BIO ------------------------------------------------------------------ */

static int bio_write(BIO *bio, const char *buf, int len)
{
    int n;

    BIO_clear_retry_flags(bio);
    if (len <= 0) {
        return 0;
    }
    n = ew_transport_send(BIO_get_data(bio), buf, (size_t)len);
    if (n == EW_TRANSPORT_BLOCKED) {
        BIO_set_retry_write(bio);
    }
    return n > 0 ? n : -1;
}

static int bio_read(BIO *bio, char *buf, int len)
{
    int n;

    BIO_clear_retry_flags(bio);
    if (len <= 0) {
        return 0;
    }
    n = ew_transport_recv(BIO_get_data(bio), buf, (size_t)len);
    if (n == EW_TRANSPORT_BLOCKED) {
        BIO_set_retry_read(bio);
    }
    return n >= 0 ? n : -1;
}

/* libssl asks a dozen times in each close, mostly for what is not here. */
static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)num;
    (void)ptr;
    if (cmd == BIO_CTRL_EOF) {
        const ew_transport *t = BIO_get_data(bio);

        return (t->met & EW_MET_END) != 0;
    }
    return cmd == BIO_CTRL_FLUSH;
}

static BIO *new_bio(ew_openssl *e, ew_transport *t)
{
    BIO *bio;

    e->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "endwell");
    if (e->method == NULL) {
        return NULL;
    }
    BIO_meth_set_write(e->method, bio_write);
    BIO_meth_set_read(e->method, bio_read);
    BIO_meth_set_ctrl(e->method, bio_ctrl);
    bio = BIO_new(e->method);
    if (bio == NULL) {
        BIO_meth_free(e->method);
        return NULL;
    }
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    return bio;
}

/* Attaching ---------------------------------------------------------------- */

static void on_message(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    const unsigned char *alert = buf;
    ew_openssl *e = arg;

    (void)version;
    (void)ssl;
    if (!write_p && type == SSL3_RT_ALERT && len == 2) {
        e->alert = alert[0] << 8 | alert[1];
    }
}

static void forget(ew_openssl *e)
{
    e->alert = -1;
    e->pending = 0;
}

void ew_openssl_init(ew_openssl *e, SSL *ssl)
{
    memset(e, 0, sizeof *e);
    e->ssl = ssl;
    forget(e);
}

static int attach(void *engine, ew_transport *t)
{
    ew_openssl *e = engine;
    SSL *ssl = e->ssl;
    BIO *bio;

    if (ssl == NULL || SSL_is_dtls(ssl) || !SSL_in_before(ssl)) {
        errno = EINVAL;
        return -1;
    }
    bio = new_bio(e, t);
    if (bio == NULL) {
        errno = ENOMEM;
        return -1;
    }
    forget(e);
    e->transport = t;
    e->session_ctx = SSL_get_SSL_CTX(ssl);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_msg_callback(ssl, on_message);
    SSL_set_msg_callback_arg(ssl, e);
    SSL_set_quiet_shutdown(ssl, 0);
    SSL_set_read_ahead(ssl, 0);
    SSL_set_mode(ssl, SSL_MODE_AUTO_RETRY | SSL_MODE_ENABLE_PARTIAL_WRITE |
                          SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    SSL_clear_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_set_max_send_fragment(ssl, EW_RECORD_MAX);
    SSL_set_split_send_fragment(ssl, EW_RECORD_MAX);
    SSL_set_max_pipelines(ssl, 1);
    if (SSL_get_min_proto_version(ssl) < TLS1_2_VERSION) {
        SSL_set_min_proto_version(ssl, TLS1_2_VERSION);
    }
    return 0;
}

static void settle_session(ew_openssl *e, int kept)
{
    SSL_SESSION *session = SSL_get_session(e->ssl);

    if (kept) {
        SSL_set_shutdown(e->ssl, SSL_get_shutdown(e->ssl) | SSL_SENT_SHUTDOWN);
    } else if (session != NULL) {
        SSL_CTX_remove_session(e->session_ctx, session);
    }
}

static void detach(void *engine, int session_kept)
{
    ew_openssl *e = engine;

    settle_session(e, session_kept);
    SSL_set_msg_callback(e->ssl, NULL);
    SSL_set_bio(e->ssl, NULL, NULL);
    BIO_meth_free(e->method);
    e->method = NULL;
    e->transport = NULL;
}

static int clear(void *engine, int session_kept)
{
    ew_openssl *e = engine;

    settle_session(e, session_kept);
    forget(e);
    return SSL_clear(e->ssl) == 1 ? 0 : -1;
}

/* Outcomes ----------------------------------------------------------------- */

static void begin(ew_openssl *e)
{
    if (ERR_peek_error() != 0) {
        ERR_clear_error(); /* dear, and seldom needed */
    }
    ew_transport_begin(e->transport);
}

static uint8_t outcome(const ew_openssl *e, int ret)
{
    switch (SSL_get_error(e->ssl, ret)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_SYSCALL: return ew_transport_outcome(e->transport, 0);
    case SSL_ERROR_WANT_WRITE: return ew_transport_outcome(e->transport, 1);
    case SSL_ERROR_ZERO_RETURN:
        return e->transport->met & EW_MET_FAILED ? EW_EVENT_IO_ERROR : EW_EVENT_TLS_ERROR;
    default: return e->transport->met & EW_MET_END ? EW_EVENT_EOF : EW_EVENT_TLS_ERROR;
    }
}

/* What may come of sending; anything else the engine met on the way is a failure. */
static uint8_t sending(uint8_t result)
{
    switch (result) {
    case EW_EVENT_DONE:
    case EW_EVENT_WANT_READ:
    case EW_EVENT_WANT_WRITE:
    case EW_EVENT_IO_ERROR: return result;
    default: return EW_EVENT_TLS_ERROR;
    }
}

static uint8_t alert_outcome(const ew_openssl *e)
{
    int level;

    if (e->alert < 0) {
        return EW_EVENT_TLS_ERROR; /* the flag was set by hand */
    }
    level = e->alert >> 8;
    if ((e->alert & 255) == SSL3_AD_CLOSE_NOTIFY &&
        (level == SSL3_AL_WARNING || SSL_version(e->ssl) >= TLS1_3_VERSION)) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    return EW_EVENT_FATAL_ALERT;
}

/* Actions ------------------------------------------------------------------ */

static uint8_t handshake(void *engine)
{
    ew_openssl *e = engine;
    int ret;

    begin(e);
    ret = SSL_do_handshake(e->ssl);
    return ret == 1 ? EW_EVENT_DONE : outcome(e, ret);
}

/* Finishes a post-handshake message, ours or half of one of theirs. */
static uint8_t finish_message(ew_openssl *e)
{
    uint8_t result = EW_EVENT_OTHER;

    begin(e);
    if (!SSL_in_init(e->ssl)) {
        return EW_EVENT_DONE;
    }
    while (result == EW_EVENT_OTHER) {
        result = handshake(e);
    }
    return sending(result);
}

static int record_max(const SSL *ssl)
{
    const SSL_SESSION *session = SSL_get_session(ssl);
    int code = session == NULL ? 0 : SSL_SESSION_get_max_fragment_length(session);

    return code == 0 ? EW_RECORD_MAX : 256 << code;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    ew_openssl *e = engine;
    uint8_t result = finish_message(e);
    int ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (e->pending > 0) {
        len = e->pending;
    } else if (len > record_max(e->ssl)) {
        len = record_max(e->ssl);
    }
    begin(e);
    ret = SSL_write(e->ssl, buf, len);
    if (ret > 0) {
        e->pending = 0;
        *written = ret;
        return EW_EVENT_DONE;
    }
    if (!SSL_in_init(e->ssl)) {
        e->pending = len;
    }
    return sending(outcome(e, ret));
}

static uint8_t flush(void *engine)
{
    ew_openssl *e = engine;
    int written;

    if (e->pending == 0) {
        return finish_message(e);
    }
    /* The record was made when it was accepted: nothing is read from the address. */
    return write_record(e, e, e->pending, &written);
}

static uint8_t send_close_notify(void *engine)
{
    ew_openssl *e = engine;
    uint8_t result = finish_message(e);
    int ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    ew_transport_seal(e->transport);
    begin(e);
    ret = SSL_shutdown(e->ssl);
    return ew_transport_is_shut(e->transport) ? EW_EVENT_DONE : sending(outcome(e, ret));
}

static uint8_t receive(void *engine)
{
    ew_openssl *e = engine;
    char byte;
    int ret;

    begin(e);
    ret = SSL_peek(e->ssl, &byte, 1);
    if (ret > 0) {
        return EW_EVENT_DATA;
    }
    if (SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN) {
        return alert_outcome(e);
    }
    return outcome(e, ret);
}

static int take(void *engine, void *buf, int len)
{
    ew_openssl *e = engine;

    begin(e);
    return SSL_read(e->ssl, buf, len);
}

const ew_port ew_openssl_port = {
    .name = "OpenSSL",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
};
