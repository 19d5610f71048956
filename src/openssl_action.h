/*
 * What the OpenSSL port does when it is asked for an action. The port of this tree reads it; it is
 * not installed. `make prove-port` proves it: a void * of the connection's is not in it.
 */
#ifndef EW_OPENSSL_ACTION_H
#define EW_OPENSSL_ACTION_H

#include "openssl_bio.h"
#include "openssl_call.h"

/* Actions ------------------------------------------------------------------ */

/* What libssl does. Each may call back, by the BIO and to the application. */

static inline int run_handshake(ew_openssl *e)
{
    return SSL_do_handshake(e->ssl);
}

static inline int run_write(ew_openssl *e, const char *buf, int len)
{
    return SSL_write(e->ssl, buf, len);
}

static inline int run_again(ew_openssl *e)
{
    return SSL_write(e->ssl, e->record, e->pending);
}

static inline void run_shutdown(ew_openssl *e)
{
    (void)SSL_shutdown(e->ssl);
}

static inline int run_peek(ew_openssl *e)
{
    return SSL_peek(e->ssl, &e->byte, 1);
}

static inline uint8_t handshake_done(ew_openssl *e)
{
    e->open = 1;
    if (SSL_version(e->ssl) < TLS1_2_VERSION) {
        return ew_openssl_changed(e, EW_WORDS("the oldest version was lowered while attached"));
    }
    return EW_EVENT_DONE;
}

static inline uint8_t handshake_stopped(ew_openssl *e, int was_set)
{
    if (was_set == 0 && (SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN)) {
        return ew_openssl_alert_outcome(e);
    }
    return ew_openssl_outcome(e, EW_OPENSSL_OF_HANDSHAKE);
}

static inline uint8_t go_on_shaking(ew_openssl *e, int was_set)
{
    ew_openssl_set_sizes(e->ssl); /* the buffer for records is made as long as they say */
    if (run_handshake(e) != 1) {
        return handshake_stopped(e, was_set);
    }
    return handshake_done(e);
}

static inline uint8_t do_handshake(ew_openssl *e)
{
    int was_set = SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN;

    if (ew_openssl_begin_reading(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->open && SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    return go_on_shaking(e, was_set);
}

/*
 * Begins an engine call that sends, and finishes a post-handshake message first,
 * ours or half of one of theirs. A job that goes on is past that.
 */
static inline uint8_t finish_message(ew_openssl *e)
{
    uint8_t result = do_handshake(e);

    if (result == EW_EVENT_OTHER) {
        return result; /* a part of it came in: a peer could send those for long */
    }
    return result == EW_EVENT_DONE ? ew_openssl_begin(e) : ew_openssl_sending(result);
}

static inline uint8_t begin_sending(ew_openssl *e)
{
    int no_job = e->job == EW_OPENSSL_NO_JOB;
    uint8_t result = ew_openssl_begin(e);

    if (result != EW_EVENT_DONE || !no_job || !SSL_in_init(e->ssl)) {
        return result;
    }
    if (SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    return finish_message(e);
}

/* What is to be handed to libssl again, or later, without the application. */
static inline void keep_data(ew_openssl *e, const char *buf, int len)
{
    /*@
      loop invariant within: 0 <= i <= len;
      loop invariant kept: \forall integer j; 0 <= j < i ==> e->record[j] == buf[j];
      loop assigns i, e->record[0 .. len - 1];
      loop variant len - i;
    */
    for (int i = 0; i < len; i++) {
        e->record[i] = buf[i];
    }
}

/* Gives libssl data of which it has none yet; a job that is paused reads it later. */
static inline int write_anew(ew_openssl *e, const char *buf, int len)
{
    e->fresh = 1;
    if (SSL_get_mode(e->ssl) & SSL_MODE_ASYNC) {
        keep_data(e, buf, len);
        return run_write(e, e->record, len);
    }
    return run_write(e, buf, len);
}

/* Whether libssl has taken what it was given by write_anew, but not handed it over. */
static inline int has_taken(const ew_openssl *e)
{
    return e->job == EW_OPENSSL_OF_WRITE ||
           (!SSL_in_init(e->ssl) && SSL_want(e->ssl) != SSL_ASYNC_NO_JOBS);
}

/* done: SSL_write can be called, and keeps a record to its length. */
static inline uint8_t begin_writing(ew_openssl *e)
{
    uint8_t result = begin_sending(e);

    if (result == EW_EVENT_DONE && (SSL_get_mode(e->ssl) & EW_OPENSSL_MODES) != EW_OPENSSL_MODES) {
        return ew_openssl_changed(e, EW_WORDS("a mode of the SSL was changed while attached"));
    }
    return result;
}

static inline uint8_t write_done(ew_openssl *e, int count, int *written)
{
    e->pending = 0;
    e->told = 0;
    *written = count;
    return EW_EVENT_DONE;
}

static inline uint8_t write_stopped(ew_openssl *e)
{
    return ew_openssl_sending(ew_openssl_outcome(e, EW_OPENSSL_OF_WRITE));
}

static inline uint8_t first_stopped(ew_openssl *e, const char *buf, int len)
{
    uint8_t result = write_stopped(e);

    if (has_taken(e)) {
        keep_data(e, buf, len);
        e->pending = len;
    }
    return result;
}

static inline uint8_t write_first(ew_openssl *e, const char *buf, int len, int *written)
{
    int part = ew_openssl_one_record(e->ssl, len);
    int ret = write_anew(e, buf, part);

    return ret > 0 ? write_done(e, ret, written) : first_stopped(e, buf, part);
}

static inline int repeat(ew_openssl *e)
{
    if (e->told) {
        return e->pending;
    }
    return run_again(e);
}

static inline uint8_t write_again(ew_openssl *e, int *written)
{
    int ret = repeat(e);

    return ret > 0 ? write_done(e, ret, written) : write_stopped(e);
}

static inline uint8_t do_write(ew_openssl *e, const char *buf, int len, int *written)
{
    uint8_t result = begin_writing(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (e->pending > len) {
        return ew_openssl_changed(e, EW_WORDS("a repeated write is shorter than the first"));
    }
    return e->pending > 0 ? write_again(e, written) : write_first(e, buf, len, written);
}

static inline uint8_t flush_pending(ew_openssl *e, int *written)
{
    uint8_t result = begin_writing(e);

    return result == EW_EVENT_DONE ? write_again(e, written) : result;
}

/* done: *written is how many bytes of the record that was pending left, 0 if there was none. */
static inline uint8_t do_flush(ew_openssl *e, int *written)
{
    uint8_t result;

    if (e->pending > 0) {
        return flush_pending(e, written);
    }
    result = begin_sending(e);
    *written = 0;
    return result;
}

/* Why the close_notify is not all out: the socket did not take what is kept of it, or libssl stopped. */
static inline uint8_t close_stopped(ew_openssl *e)
{
    return ew_openssl_sending(ew_openssl_keeps_notice(e)
                                  ? ew_transport_outcome(e->transport, 1)
                                  : ew_openssl_outcome(e, EW_OPENSSL_OF_CLOSE));
}

static inline uint8_t close_outcome(ew_openssl *e)
{
    return ew_transport_is_shut(e->transport) ? EW_EVENT_DONE : close_stopped(e);
}

static inline uint8_t close_sealed(ew_openssl *e)
{
    run_shutdown(e);
    return close_outcome(e);
}

/* libssl is done with it. */
static inline uint8_t close_again(ew_openssl *e)
{
    uint8_t result = ew_openssl_begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    ew_openssl_send_notice(e);
    return close_outcome(e);
}

static inline uint8_t seal_and_close(ew_openssl *e)
{
    ew_transport_seal(e->transport);
    SSL_set_quiet_shutdown(e->ssl, 0);
    return close_sealed(e);
}

static inline uint8_t begin_closing(ew_openssl *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->transport->gate == EW_GATE_SHUT) {
        return result;
    }
    if (e->transport->gate == EW_GATE_OPEN && (SSL_get_shutdown(e->ssl) & SSL_SENT_SHUTDOWN)) {
        return ew_openssl_changed(e, EW_WORDS("SSL_SENT_SHUTDOWN was set by hand"));
    }
    return seal_and_close(e);
}

static inline uint8_t do_close(ew_openssl *e)
{
    return ew_openssl_keeps_notice(e) ? close_again(e) : begin_closing(e);
}

static inline uint8_t receive_stopped(ew_openssl *e)
{
    if (SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN) {
        return ew_openssl_alert_outcome(e);
    }
    return ew_openssl_outcome(e, EW_OPENSSL_OF_RECEIVE);
}

static inline uint8_t do_receive(ew_openssl *e)
{
    if (ew_openssl_begin_reading(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    return run_peek(e) > 0 ? EW_EVENT_DATA : receive_stopped(e);
}

/* Jobs --------------------------------------------------------------------- */

/* A record that got out meanwhile is told of by the next write. */
static inline uint8_t write_meanwhile(ew_openssl *e)
{
    int written;
    uint8_t result = do_flush(e, &written);

    if (result == EW_EVENT_DONE) {
        e->pending = written;
        e->told = written > 0;
    }
    return result;
}

/* For receive, which finds no trace of it any more; data, and what means nothing, it would. */
static inline uint8_t kept(ew_openssl *e, uint8_t result)
{
    if (result == EW_EVENT_CLOSE_NOTIFY || result == EW_EVENT_FATAL_ALERT ||
        result == EW_EVENT_EOF || result == EW_EVENT_IO_ERROR || result == EW_EVENT_TLS_ERROR) {
        e->kept = result;
    }
    return result;
}

static inline uint8_t other_job(ew_openssl *e)
{
    if (e->job == EW_OPENSSL_OF_HANDSHAKE) {
        return kept(e, do_handshake(e));
    }
    if (e->job == EW_OPENSSL_OF_RECEIVE) {
        return kept(e, do_receive(e));
    }
    return e->job == EW_OPENSSL_OF_WRITE ? write_meanwhile(e) : do_close(e);
}

/* Before each action. done: no job stands in its way. */
static inline uint8_t ready_for(ew_openssl *e, uint8_t action)
{
    if (e->job == EW_OPENSSL_NO_JOB) {
        return EW_EVENT_DONE;
    }
    if (!(SSL_get_mode(e->ssl) & SSL_MODE_ASYNC)) {
        return ew_openssl_changed(e, EW_WORDS("SSL_MODE_ASYNC was taken off a paused job"));
    }
    return e->job != action && other_job(e) == EW_EVENT_SUSPENDED ? EW_EVENT_SUSPENDED
                                                                  : EW_EVENT_DONE;
}

/* Actions ------------------------------------------------------------------ */

static inline uint8_t handshake_action(ew_openssl *e)
{
    uint8_t result = ready_for(e, EW_OPENSSL_OF_HANDSHAKE);

    return result == EW_EVENT_DONE ? do_handshake(e) : result;
}

static inline uint8_t write_action(ew_openssl *e, const char *buf, int len, int *written)
{
    uint8_t result = ready_for(e, EW_OPENSSL_OF_WRITE);

    return result == EW_EVENT_DONE ? do_write(e, buf, len, written) : result;
}

static inline uint8_t flush_action(ew_openssl *e)
{
    uint8_t result = ready_for(e, EW_OPENSSL_OF_WRITE);
    int written;

    return result == EW_EVENT_DONE ? do_flush(e, &written) : result;
}

static inline uint8_t close_action(ew_openssl *e)
{
    uint8_t result = ready_for(e, EW_OPENSSL_OF_CLOSE);

    return result == EW_EVENT_DONE ? do_close(e) : result;
}

static inline uint8_t receive_action(ew_openssl *e)
{
    uint8_t result = ready_for(e, EW_OPENSSL_OF_RECEIVE);

    return result == EW_EVENT_DONE ? do_receive(e) : result;
}

/* For a call that takes what is held: without a job, for which there may be no room. */
static inline int leave_jobs(SSL *ssl)
{
    int jobs = (SSL_get_mode(ssl) & SSL_MODE_ASYNC) != 0;

    if (jobs) {
        SSL_clear_mode(ssl, SSL_MODE_ASYNC);
    }
    return jobs;
}

static inline void allow_jobs(SSL *ssl, int jobs)
{
    if (jobs) {
        SSL_set_mode(ssl, SSL_MODE_ASYNC);
    }
}

static inline int take_data(ew_openssl *e, char *buf, int len)
{
    int jobs = leave_jobs(e->ssl);
    int n;

    ew_transport_begin(e->transport);
    n = SSL_read(e->ssl, buf, len);
    allow_jobs(e->ssl, jobs);
    return n;
}

static inline int peek_data(ew_openssl *e, char *buf, int len)
{
    int jobs = leave_jobs(e->ssl);
    int n;

    ew_transport_begin(e->transport);
    n = SSL_peek(e->ssl, buf, len);
    allow_jobs(e->ssl, jobs);
    return n;
}

/* While an answer of libssl's is not out, a read gives nothing before the socket has taken it. */
static inline int count_data(const ew_openssl *e)
{
    return SSL_in_init(e->ssl) ? 0 : SSL_pending(e->ssl);
}

#endif
