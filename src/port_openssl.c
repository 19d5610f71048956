/*
 * Port for OpenSSL 3.
 *
 *   SSL_peek, one byte           outcome of receive
 *   > 0                          data (it stays in the SSL; take is SSL_read)
 *   <= 0, RECEIVED was set by this call
 *         libssl has failed      fatal_alert
 *         the record was the last thing it asked for   close_notify
 *   <= 0, RECEIVED otherwise     tls_error: it was set by hand
 *   <= 0, libssl has failed      eof if the transport ended, else tls_error
 *   <= 0, reading                want_read if the socket had nothing, other if a
 *                                record was taken in and meant nothing to us
 *   <= 0, writing                want_write
 *   <= 0, for a callback or job  suspended
 *   <= 0, else                   eof or io_error, as the transport saw it
 *
 * SSL_write, SSL_shutdown: done; want_read, want_write, suspended, io_error; other
 * if a part of a message of theirs had to come in first; all else is tls_error, the
 * end of the socket too. SSL_do_handshake: as SSL_peek, done for data.
 *
 * Traps, and what is done about them:
 *  - SSL_RECEIVED_SHUTDOWN is set by fatal alerts too, but those leave libssl
 *    failed; and by the application. Then it is there before a call, or when
 *    libssl asks for bytes or gives some: after a close_notify it does neither.
 *    (A callback may still set it behind the last of these. In TLS 1.3 that is
 *    the message callback that is told the type within a record.)
 *  - A second SSL_shutdown reads, and makes application data a fatal error: it
 *    is called to send only, and waiting is SSL_peek.
 *  - SSL_shutdown fails while a post-handshake message is unfinished
 *    (SSL_key_update of ours, a ticket of which half has come): finished first.
 *  - While a record of ours is half out a second KeyUpdate ends the connection (bad
 *    write retry): before a read leaves what the socket takes of a close_notify.
 *  - An alert made while reading (no_renegotiation) goes through a buffer that is
 *    thrown away when the socket blocks: the transport takes it whole.
 *  - A record that blocked must be repeated with its own length, and the data
 *    was not accepted at all if a KeyUpdate went first and blocked.
 *  - A repeated SSL_write makes another record of what is left, if the record
 *    that blocked had less than its length: so one write is one record, sizes
 *    are set before each, it is repeated with the same bytes, kept here, and
 *    the BIO lets out the record under way and not one byte more.
 *  - SSL_get_error believes the thread's error queue, where anyone may leave an
 *    entry, a callback in this very call too; calls a failing transport
 *    ZERO_RETURN once the peer has closed; and is not to be asked after
 *    SSL_shutdown gave 0: it is not asked, but SSL_want, the BIO, the transport.
 *  - The end of the socket goes unnoticed if the BIO does not answer
 *    BIO_CTRL_EOF, or with SSL_OP_IGNORE_UNEXPECTED_EOF.
 *  - SSL_free drops the session from the cache unless SSL_SENT_SHUTDOWN is set,
 *    and keeps it after a failed close: detach carries the core's verdict out.
 *  - An SSL has one job, and goes on with that whatever it is called for, with the
 *    arguments of the call that was paused: they outlive it, and the same call is
 *    made before any other.
 *  - There are 127 indices for types of BIO, and connections are more: the BIO
 *    has none.
 */
#include "port_openssl.h"

#include <stddef.h>
#include <string.h>

#include "openssl_bio.h"
#include "openssl_call.h"
#include "openssl_setup.h"

/* Attaching ---------------------------------------------------------------- */

static void forget(ew_openssl *e)
{
    e->open = 0;
    e->pending = 0;
    e->rest = 0;
    e->surplus = 0;
    e->fresh = 0;
    e->told = 0;
    e->job = EW_OPENSSL_NO_JOB;
    e->kept = 0;
}

void ew_openssl_init(ew_openssl *e, SSL *ssl)
{
    memset(e, 0, offsetof(ew_openssl, record));
    e->ssl = ssl;
}

static int take_over(ew_openssl *e, ew_transport *t, const char *why)
{
    SSL *ssl = e->ssl;
    BIO *bio;

    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    bio = ew_openssl_new_bio(e);
    if (bio == NULL) {
        t->error = EW_CAUSE_NO_MEMORY;
        return -1;
    }
    forget(e);
    e->bio = bio;
    e->transport = t;
    e->session_ctx = SSL_get_SSL_CTX(ssl);
    t->quiet = SSL_get_quiet_shutdown(ssl) != 0;
    ew_openssl_disown(SSL_get_rbio(ssl), t->fd);
    ew_openssl_disown(SSL_get_wbio(ssl), t->fd);
    BIO_up_ref(bio);
    SSL_set_bio(ssl, bio, bio);
    ew_openssl_configure(ssl);
    return 0;
}

static const char in_use[] = EW_WORDS("the object is attached to another connection");

static int attach(void *engine, ew_transport *t)
{
    ew_openssl *e = engine;

    return take_over(e, t, e->transport != NULL ? in_use : ew_openssl_unfit(e->ssl));
}

static int adopt(void *engine, ew_transport *t)
{
    ew_openssl *e = engine;

    if (take_over(e, t, e->transport != NULL ? in_use : ew_openssl_unsettled(e->ssl)) != 0) {
        return -1;
    }
    e->open = 1;
    ew_openssl_set_sizes(e->ssl);
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

static int leads_to(BIO *bio, const BIO *ours)
{
    while (bio != NULL && bio != ours) {
        bio = BIO_next(bio);
    }
    return bio != NULL;
}

/* A BIO that the application put in the place of ours stays. */
static void detach(void *engine, int session_kept)
{
    ew_openssl *e = engine;
    BIO *in = SSL_get_rbio(e->ssl);
    BIO *out = SSL_get_wbio(e->ssl);

    settle_session(e, session_kept);
    ew_openssl_disown(in, e->transport->fd);
    ew_openssl_disown(out, e->transport->fd);
    if (leads_to(in, e->bio)) {
        SSL_set0_rbio(e->ssl, NULL);
    }
    if (leads_to(out, e->bio)) {
        SSL_set0_wbio(e->ssl, NULL);
    }
    BIO_free(e->bio);
    BIO_meth_free(e->method);
    e->method = NULL;
    e->bio = NULL;
    e->transport = NULL;
}

static int clear(void *engine, int session_kept)
{
    ew_openssl *e = engine;

    settle_session(e, session_kept);
    if (SSL_waiting_for_async(e->ssl)) {
        return -1;
    }
    forget(e);
    return SSL_clear(e->ssl) == 1 ? 0 : -1;
}

/* Actions ------------------------------------------------------------------ */

static uint8_t do_handshake(ew_openssl *e)
{
    int flags = SSL_get_shutdown(e->ssl);

    if (ew_openssl_begin_reading(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->open && SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    ew_openssl_set_sizes(e->ssl); /* the buffer for records is made as long as they say */
    if (SSL_do_handshake(e->ssl) != 1) {
        return SSL_get_shutdown(e->ssl) & ~flags & SSL_RECEIVED_SHUTDOWN
                   ? ew_openssl_alert_outcome(e)
                   : ew_openssl_outcome(e, EW_OPENSSL_OF_HANDSHAKE);
    }
    e->open = 1;
    if (SSL_version(e->ssl) < TLS1_2_VERSION) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the oldest version was lowered while attached"));
    }
    return EW_EVENT_DONE;
}

/*
 * Begins an engine call that sends, and finishes a post-handshake message first,
 * ours or half of one of theirs. A job that goes on is past that.
 */
static uint8_t begin_sending(ew_openssl *e)
{
    uint8_t result;

    if (e->job != EW_OPENSSL_NO_JOB) {
        return ew_openssl_begin(e);
    }
    result = ew_openssl_begin(e);
    if (result != EW_EVENT_DONE || !SSL_in_init(e->ssl)) {
        return result;
    }
    if (SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    result = do_handshake(e);
    if (result == EW_EVENT_OTHER) {
        return result; /* a part of it came in: a peer could send those for long */
    }
    return result == EW_EVENT_DONE ? ew_openssl_begin(e) : ew_openssl_sending(result);
}

/* Gives libssl data of which it has none yet; a job that is paused reads it later. */
static int write_anew(ew_openssl *e, const void *buf, int len)
{
    if (SSL_get_mode(e->ssl) & SSL_MODE_ASYNC) {
        memcpy(e->record, buf, (size_t)len);
        buf = e->record;
    }
    e->fresh = 1;
    return SSL_write(e->ssl, buf, len);
}

/* Whether libssl has taken what it was given by write_anew, but not handed it over. */
static int has_taken(const ew_openssl *e)
{
    return e->job == EW_OPENSSL_OF_WRITE ||
           (!SSL_in_init(e->ssl) && SSL_want(e->ssl) != SSL_ASYNC_NO_JOBS);
}

static uint8_t do_write(ew_openssl *e, const void *buf, int len, int *written)
{
    uint8_t result = begin_sending(e);
    int ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if ((SSL_get_mode(e->ssl) & EW_OPENSSL_MODES) != EW_OPENSSL_MODES) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("a mode of the SSL was changed while attached"));
    }
    if (e->pending > len) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("a repeated write is shorter than the first"));
    }
    if (e->told) {
        ret = e->pending;
    } else if (e->pending > 0) {
        ret = SSL_write(e->ssl, e->record, e->pending);
    } else {
        len = ew_openssl_one_record(e->ssl, len);
        ret = write_anew(e, buf, len);
    }
    if (ret > 0) {
        e->pending = 0;
        e->told = 0;
        *written = ret;
        return EW_EVENT_DONE;
    }
    result = ew_openssl_sending(ew_openssl_outcome(e, EW_OPENSSL_OF_WRITE));
    if (e->pending == 0 && has_taken(e)) {
        memmove(e->record, buf, (size_t)len);
        e->pending = len;
    }
    return result;
}

static uint8_t do_flush(ew_openssl *e)
{
    int written;

    return e->pending == 0 ? begin_sending(e) : do_write(e, e->record, e->pending, &written);
}

static uint8_t do_close(ew_openssl *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->transport->gate == EW_GATE_SHUT) {
        return result;
    }
    if (e->transport->gate == EW_GATE_OPEN && (SSL_get_shutdown(e->ssl) & SSL_SENT_SHUTDOWN)) {
        return ew_transport_changed(e->transport, EW_WORDS("SSL_SENT_SHUTDOWN was set by hand"));
    }
    ew_transport_seal(e->transport);
    SSL_set_quiet_shutdown(e->ssl, 0);
    (void)SSL_shutdown(e->ssl);
    return ew_transport_is_shut(e->transport)
               ? EW_EVENT_DONE
               : ew_openssl_sending(ew_openssl_outcome(e, EW_OPENSSL_OF_CLOSE));
}

/* What is left of our close_notify, if the socket takes it now: until it has, this call only sends. */
static uint8_t send_the_rest_of_close(ew_openssl *e)
{
    (void)SSL_shutdown(e->ssl);
    return ew_openssl_begin_reading(e);
}

static uint8_t do_receive(ew_openssl *e)
{
    uint8_t result = ew_openssl_begin_reading(e);

    if (result == EW_EVENT_DONE && e->transport->gate == EW_GATE_SEALED &&
        e->job == EW_OPENSSL_NO_JOB && !SSL_in_init(e->ssl)) {
        result = send_the_rest_of_close(e);
    }
    if (result != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (SSL_in_before(e->ssl)) {
        return ew_openssl_was_cleared(e);
    }
    if (SSL_peek(e->ssl, &e->byte, 1) > 0) {
        return EW_EVENT_DATA;
    }
    if (SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN) {
        return ew_openssl_alert_outcome(e);
    }
    return ew_openssl_outcome(e, EW_OPENSSL_OF_RECEIVE);
}

/* Jobs --------------------------------------------------------------------- */

/* A record that got out meanwhile is told of by the next write. */
static uint8_t write_meanwhile(ew_openssl *e)
{
    int pending = e->pending;
    uint8_t result = do_flush(e);

    if (result == EW_EVENT_DONE) {
        e->pending = pending;
        e->told = 1;
    }
    return result;
}

/* For receive, which finds no trace of it any more; data, and what means nothing, it would. */
static uint8_t kept(ew_openssl *e, uint8_t result)
{
    if (result == EW_EVENT_CLOSE_NOTIFY || result == EW_EVENT_FATAL_ALERT ||
        result == EW_EVENT_EOF || result == EW_EVENT_IO_ERROR || result == EW_EVENT_TLS_ERROR) {
        e->kept = result;
    }
    return result;
}

static uint8_t other_job(ew_openssl *e)
{
    switch (e->job) {
    case EW_OPENSSL_OF_HANDSHAKE: return kept(e, do_handshake(e));
    case EW_OPENSSL_OF_RECEIVE: return kept(e, do_receive(e));
    case EW_OPENSSL_OF_WRITE: return write_meanwhile(e);
    default: return do_close(e);
    }
}

/* Before each action. done: no job stands in its way. */
static inline uint8_t ready_for(ew_openssl *e, uint8_t action)
{
    if (e->job == EW_OPENSSL_NO_JOB) {
        return EW_EVENT_DONE;
    }
    if (!(SSL_get_mode(e->ssl) & SSL_MODE_ASYNC)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("SSL_MODE_ASYNC was taken off a paused job"));
    }
    return e->job != action && other_job(e) == EW_EVENT_SUSPENDED ? EW_EVENT_SUSPENDED
                                                                  : EW_EVENT_DONE;
}

/* Actions ------------------------------------------------------------------ */

static uint8_t handshake(void *engine)
{
    uint8_t result = ready_for(engine, EW_OPENSSL_OF_HANDSHAKE);

    return result == EW_EVENT_DONE ? do_handshake(engine) : result;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    uint8_t result = ready_for(engine, EW_OPENSSL_OF_WRITE);

    return result == EW_EVENT_DONE ? do_write(engine, buf, len, written) : result;
}

static uint8_t flush(void *engine)
{
    uint8_t result = ready_for(engine, EW_OPENSSL_OF_WRITE);

    return result == EW_EVENT_DONE ? do_flush(engine) : result;
}

static uint8_t send_close_notify(void *engine)
{
    uint8_t result = ready_for(engine, EW_OPENSSL_OF_CLOSE);

    return result == EW_EVENT_DONE ? do_close(engine) : result;
}

static uint8_t receive(void *engine)
{
    uint8_t result = ready_for(engine, EW_OPENSSL_OF_RECEIVE);

    return result == EW_EVENT_DONE ? do_receive(engine) : result;
}

static int take(void *engine, void *buf, int len)
{
    ew_openssl *e = engine;

    ew_transport_begin(e->transport);
    return ew_openssl_without_job(e->ssl, SSL_read, buf, len);
}

static int peek(void *engine, void *buf, int len)
{
    ew_openssl *e = engine;

    ew_transport_begin(e->transport);
    return ew_openssl_without_job(e->ssl, SSL_peek, buf, len);
}

/* While an answer of libssl's is not out, a read gives nothing before the socket has taken it. */
static int pending(const void *engine)
{
    const ew_openssl *e = engine;

    return SSL_in_init(e->ssl) ? 0 : SSL_pending(e->ssl);
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
    .adopt = adopt,
    .peek = peek,
    .pending = pending,
};
