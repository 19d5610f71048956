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
 *  - Behind a KeyUpdate that wants an answer the next message ends a connection of
 *    which a record is half out (bad write retry): what the socket does not take of a
 *    close_notify is kept here, libssl is done with it, and what it makes then is behind
 *    a close_notify and goes nowhere.
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

#include "openssl_action.h"
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
    e->notice_len = 0;
    e->notice_out = 0;
    e->told = 0;
    e->job = EW_OPENSSL_NO_JOB;
    e->kept = 0;
}

void ew_openssl_init(ew_openssl *e, SSL *ssl)
{
    memset(e, 0, offsetof(ew_openssl, record));
    e->ssl = ssl;
}

/* What libssl calls: one line each, with the port's object as void *. */

static int bio_write(BIO *bio, const char *buf, int len)
{
    return ew_openssl_let_out(BIO_get_data(bio), buf, len);
}

static int bio_read(BIO *bio, char *buf, int len)
{
    return ew_openssl_let_in(BIO_get_data(bio), buf, len);
}

static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)num;
    (void)ptr;
    return ew_openssl_answer(cmd > BIO_CTRL_FLUSH ? NULL : BIO_get_data(bio), cmd);
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

static int take_over(ew_openssl *e, ew_transport *t, const char *why)
{
    SSL *ssl = e->ssl;
    BIO *bio;

    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    bio = new_bio(e);
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

static int attach_to(ew_openssl *e, ew_transport *t)
{
    return take_over(e, t, e->transport != NULL ? in_use : ew_openssl_unfit(e->ssl));
}

static int adopt_for(ew_openssl *e, ew_transport *t)
{
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
static void detach_from(ew_openssl *e, int session_kept)
{
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

static int clear_for_another(ew_openssl *e, int session_kept)
{
    settle_session(e, session_kept);
    if (SSL_waiting_for_async(e->ssl)) {
        return -1;
    }
    forget(e);
    return SSL_clear(e->ssl) == 1 ? 0 : -1;
}

/* The port: one line each, with what the connection has as void *. -------- */

static int attach(void *engine, ew_transport *t)
{
    return attach_to(engine, t);
}

static void detach(void *engine, int session_kept)
{
    detach_from(engine, session_kept);
}

static int clear(void *engine, int session_kept)
{
    return clear_for_another(engine, session_kept);
}

static uint8_t handshake(void *engine)
{
    return handshake_action(engine);
}

static uint8_t flush(void *engine)
{
    return flush_action(engine);
}

static uint8_t send_close_notify(void *engine)
{
    return close_action(engine);
}

static uint8_t receive(void *engine)
{
    return receive_action(engine);
}

static int take(void *engine, void *buf, int len)
{
    return take_data(engine, buf, len);
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    return write_action(engine, buf, len, written);
}

static int adopt(void *engine, ew_transport *t)
{
    return adopt_for(engine, t);
}

static int peek(void *engine, void *buf, int len)
{
    return peek_data(engine, buf, len);
}

static int pending(const void *engine)
{
    return count_data(engine);
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
