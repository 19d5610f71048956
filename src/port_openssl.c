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
 *   <= 0, else                   eof or io_error, as the transport saw it
 *
 * SSL_write, SSL_shutdown: done; want_read, want_write, io_error; other if a part
 * of a message of theirs had to come in first; all else is tls_error, the end of
 * the socket too. SSL_do_handshake: as SSL_peek, done for data.
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
 *  - There are 127 indices for types of BIO, and connections are more: the BIO
 *    has none.
 */
#include "port_openssl.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <openssl/bio.h>

#include "openssl_setup.h"

/* The BIO ------------------------------------------------------------------ */

/* The transport can do nothing now, or never: what the BIO says. */
static int stopped(ew_openssl *e, int result, int flag)
{
    if (result == EW_TRANSPORT_BLOCKED) {
        e->blocked = 1;
        BIO_set_flags(e->bio, flag | BIO_FLAGS_SHOULD_RETRY);
    }
    return -1;
}

static int bio_write(BIO *bio, const char *buf, int len)
{
    ew_openssl *e = BIO_get_data(bio);
    int n;

    if (len <= 0) {
        return 0;
    }
    if (e->pending > 0 && len > e->rest) {
        e->surplus = 1;
        return -1;
    }
    e->rest = len;
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_send(e->transport, buf, (size_t)len);
    if (n <= 0) {
        return stopped(e, n, BIO_FLAGS_WRITE);
    }
    e->rest -= n;
    return n;
}

static int bio_read(BIO *bio, char *buf, int len)
{
    ew_openssl *e = BIO_get_data(bio);
    int n;

    if (len <= 0) {
        return 0;
    }
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    return n < 0 ? stopped(e, n, BIO_FLAGS_READ) : n;
}

/* libssl asks a dozen times in each close, mostly for what is not here (kTLS). */
static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)num;
    (void)ptr;
    if (cmd > BIO_CTRL_FLUSH) {
        return 0;
    }
    if (cmd == BIO_CTRL_EOF) {
        const ew_openssl *e = BIO_get_data(bio);

        return (e->transport->met & EW_MET_END) != 0;
    }
    return cmd == BIO_CTRL_FLUSH;
}

static BIO *new_bio(ew_openssl *e)
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
    BIO_set_data(bio, e);
    BIO_set_init(bio, 1);
    return bio;
}

/* Attaching ---------------------------------------------------------------- */

static void forget(ew_openssl *e)
{
    e->open = 0;
    e->pending = 0;
    e->rest = 0;
    e->surplus = 0;
}

void ew_openssl_init(ew_openssl *e, SSL *ssl)
{
    memset(e, 0, offsetof(ew_openssl, record));
    e->ssl = ssl;
}

static int attach(void *engine, ew_transport *t)
{
    ew_openssl *e = engine;
    SSL *ssl = e->ssl;
    const char *why;
    BIO *bio;

    if (e->transport != NULL) {
        return ew_transport_refuse(t, "the object is attached to another connection");
    }
    why = ew_openssl_unfit(ssl);
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    bio = new_bio(e);
    if (bio == NULL) {
        errno = ENOMEM;
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
    forget(e);
    return SSL_clear(e->ssl) == 1 ? 0 : -1;
}

/* Outcomes ----------------------------------------------------------------- */

/*
 * Begins an engine call. done: it can be made. Here and further on what the port
 * relies on, and the application could have changed, is looked at.
 */
static uint8_t begin(ew_openssl *e)
{
    ew_transport_begin(e->transport);
    e->flags = 0;
    if (e->blocked) {
        e->blocked = 0;
        BIO_clear_retry_flags(e->bio);
    }
    if (SSL_get_rbio(e->ssl) != e->bio || SSL_get_wbio(e->ssl) != e->bio) {
        return ew_transport_changed(e->transport, "the BIO was replaced while attached");
    }
    if (e->rest > 0) {
        /* libssl makes another buffer for another size, and what is half out is gone */
        ew_openssl_set_sizes(e->ssl);
    }
    return EW_EVENT_DONE;
}

/* The same for a call that is to read. */
static uint8_t begin_reading(ew_openssl *e)
{
    if ((SSL_get_options(e->ssl) & EW_OPENSSL_OPTIONS_SEEN) != SSL_OP_NO_RENEGOTIATION) {
        return ew_transport_changed(e->transport,
                                    "an option of the SSL was changed while attached");
    }
    return begin(e);
}

static int has_failed(const SSL *ssl)
{
    return SSL_in_init(ssl) && strcmp(SSL_state_string(ssl), "SSLERR") == 0;
}

/* Of a call of libssl's that stopped. */
static uint8_t outcome(ew_openssl *e)
{
    const ew_transport *t = e->transport;
    int want = SSL_want(e->ssl);

    if (e->surplus) {
        return ew_transport_changed(e->transport, "record sizes were changed within a write");
    }
    if (has_failed(e->ssl)) {
        return t->met & EW_MET_END ? EW_EVENT_EOF : EW_EVENT_TLS_ERROR;
    }
    if (e->blocked && (want == SSL_READING || want == SSL_WRITING)) {
        return ew_transport_outcome(t, want == SSL_WRITING);
    }
    return t->met & (EW_MET_END | EW_MET_FAILED) ? ew_transport_outcome(t, 0) : EW_EVENT_TLS_ERROR;
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

/* The flag is set. A record that libssl returned upon, without asking for more, set it. */
static uint8_t alert_outcome(ew_openssl *e)
{
    if (!e->transport->fed || (e->flags & SSL_RECEIVED_SHUTDOWN)) {
        return ew_transport_changed(e->transport, "SSL_RECEIVED_SHUTDOWN was set by hand");
    }
    if (!has_failed(e->ssl)) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    return EW_EVENT_FATAL_ALERT;
}

static uint8_t was_cleared(ew_openssl *e)
{
    return ew_transport_changed(e->transport, "the SSL was cleared while attached");
}

/* Actions ------------------------------------------------------------------ */

static uint8_t handshake(void *engine)
{
    ew_openssl *e = engine;

    if (begin_reading(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->open && SSL_in_before(e->ssl)) {
        return was_cleared(e);
    }
    ew_openssl_set_sizes(e->ssl); /* the buffer for records is made as long as they say */
    if (SSL_do_handshake(e->ssl) != 1) {
        return outcome(e);
    }
    e->open = 1;
    if (SSL_version(e->ssl) < TLS1_2_VERSION) {
        return ew_transport_changed(e->transport, "the oldest version was lowered while attached");
    }
    return EW_EVENT_DONE;
}

/*
 * Begins an engine call that sends, and finishes a post-handshake message first,
 * ours or half of one of theirs.
 */
static uint8_t begin_sending(ew_openssl *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE || !SSL_in_init(e->ssl)) {
        return result;
    }
    if (SSL_in_before(e->ssl)) {
        return was_cleared(e);
    }
    result = handshake(e);
    if (result == EW_EVENT_OTHER) {
        return result; /* a part of it came in: a peer could send those for long */
    }
    return result == EW_EVENT_DONE ? begin(e) : sending(result);
}

/* How much of it goes into one record. */
static int one_record(SSL *ssl, int len)
{
    const SSL_SESSION *session = SSL_get_session(ssl);
    int code = session == NULL ? 0 : SSL_SESSION_get_max_fragment_length(session);
    int max = code >= 1 && code <= 4 ? 256 << code : EW_RECORD_MAX;

    ew_openssl_set_sizes(ssl);
    return len < max ? len : max;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    ew_openssl *e = engine;
    uint8_t result = begin_sending(e);
    int ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if ((SSL_get_mode(e->ssl) & EW_OPENSSL_MODES_SEEN) != EW_OPENSSL_MODES) {
        return ew_transport_changed(e->transport, "a mode of the SSL was changed while attached");
    }
    if (e->pending > len) {
        return ew_transport_changed(e->transport, "a repeated write is shorter than the first");
    }
    if (e->pending > 0) {
        ret = SSL_write(e->ssl, e->record, e->pending);
    } else {
        len = one_record(e->ssl, len);
        ret = SSL_write(e->ssl, buf, len);
    }
    if (ret > 0) {
        e->pending = 0;
        *written = ret;
        return EW_EVENT_DONE;
    }
    if (e->pending == 0 && !SSL_in_init(e->ssl)) {
        memcpy(e->record, buf, (size_t)len);
        e->pending = len;
    }
    return sending(outcome(e));
}

static uint8_t flush(void *engine)
{
    ew_openssl *e = engine;
    int written;

    return e->pending == 0 ? begin_sending(e) : write_record(e, e->record, e->pending, &written);
}

static uint8_t send_close_notify(void *engine)
{
    ew_openssl *e = engine;
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (e->transport->gate == EW_GATE_OPEN && (SSL_get_shutdown(e->ssl) & SSL_SENT_SHUTDOWN)) {
        return ew_transport_changed(e->transport, "SSL_SENT_SHUTDOWN was set by hand");
    }
    ew_transport_seal(e->transport);
    SSL_set_quiet_shutdown(e->ssl, 0);
    (void)SSL_shutdown(e->ssl);
    return ew_transport_is_shut(e->transport) ? EW_EVENT_DONE : sending(outcome(e));
}

static uint8_t receive(void *engine)
{
    ew_openssl *e = engine;
    char byte;

    if (begin_reading(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (SSL_in_before(e->ssl)) {
        return was_cleared(e);
    }
    if (SSL_peek(e->ssl, &byte, 1) > 0) {
        return EW_EVENT_DATA;
    }
    if (SSL_get_shutdown(e->ssl) & SSL_RECEIVED_SHUTDOWN) {
        return alert_outcome(e);
    }
    return outcome(e);
}

static int take(void *engine, void *buf, int len)
{
    ew_openssl *e = engine;

    ew_transport_begin(e->transport);
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
