/*
 * Port for mbedTLS 2.28, and 3.x from 3.3 on.
 *
 *   mbedtls_ssl_read of nothing             outcome of receive
 *   0, and bytes are available              data (they stay; take reads them)
 *   0, and the transport ended              eof
 *   0 otherwise (empty records)             other
 *   -0x7880 PEER_CLOSE_NOTIFY               close_notify
 *   -0x7780 FATAL_ALERT_MESSAGE             fatal_alert
 *   WANT_READ                               want_read if the socket had nothing, other
 *                                           if a record was taken in and meant nothing
 *   WANT_WRITE                              other: an answer to the peer's request for a
 *                                           new handshake is in the way, and not needed
 *   WANT_READ, and a ticket waits           other; want_write if output is in its way
 *                                           (3.x, TLS 1.3)
 *   NET_RECV_FAILED, NET_SEND_FAILED        io_error
 *   ASYNC_IN_PROGRESS, CRYPTO_IN_PROGRESS   suspended
 *   anything else                           tls_error
 *
 * mbedtls_ssl_write, mbedtls_ssl_close_notify: done; want_write, io_error, suspended;
 * all else is tls_error. mbedtls_ssl_handshake: done for 0, else as above.
 *
 * Traps, and what is done about them:
 *  - With output pending mbedtls_ssl_close_notify flushes that, returns 0 and
 *    makes no alert: the output is flushed before it is called.
 *  - Called again it makes another alert: called once; the rest is flushing,
 *    and the transport knows when the alert is out.
 *  - With output pending mbedtls_ssl_write flushes that, whatever it is, and
 *    claims to have written the new data; and if reading has flushed a blocked
 *    record meanwhile, repeating the write sends the data twice: the port keeps
 *    account of the record itself.
 *  - Application data can be written after the close_notify, and a HelloRequest
 *    is answered after it, from inside mbedtls_ssl_read: the core refuses the
 *    first, the transport's gate swallows the second.
 *  - Warnings and HelloRequests are skipped in a loop of mbedTLS's own, which a
 *    flood keeps busy: the transport hands out one record per call.
 *  - Two empty records look like the end of the socket: they never meet in one
 *    call, and the transport knows the end.
 *  - The session cache has no call to remove a session: see drop_session.
 * And of 3.x, with TLS 1.3:
 *  - A ticket that the application wants to hear of ends mbedtls_ssl_read with
 *    WANT_READ, taken in but not worked on: the next call, a write too, goes on
 *    with a handshake and fails with RECEIVED_NEW_SESSION_TICKET. It is worked
 *    on where it was received; while output is blocked mbedTLS cannot, and then
 *    receiving wants to write.
 *  - An error alert of level warning is skipped, although every one is fatal: the
 *    record that was skipped is looked at.
 *  - The session's identifier is the client's choice, and no session of the
 *    server's cache: storing one there that is unfit would remove another's.
 *  - A server that takes early data has mbedtls_ssl_handshake return in its
 *    midst, and the data read by a call of its own: refused when attaching.
 *  - KeyUpdate is not known: it is a tls_error, as mbedTLS has it.
 */
#include "port_mbedtls.h"

#include <string.h>

#include "mbedtls_setup.h"
#include "port_common.h"

#include <mbedtls/net_sockets.h>

/* The transport ------------------------------------------------------------ */

static int let_out(ew_transport *t, const char *buf, size_t len)
{
    int n = ew_transport_send(t, buf, len);

    if (n == EW_TRANSPORT_BLOCKED) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    return n > 0 ? n : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int let_in(ew_transport *t, char *buf, size_t len)
{
    int n = ew_transport_recv(t, buf, len);

    if (n == EW_TRANSPORT_BLOCKED) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    return n >= 0 ? n : MBEDTLS_ERR_NET_RECV_FAILED;
}

/* What mbedTLS calls, and what it knows of it: one line each, with the transport as void *. */

static int bio_send(void *ctx, const unsigned char *buf, size_t len)
{
    return let_out(ctx, (const void *)buf, len);
}

static int bio_recv(void *ctx, unsigned char *buf, size_t len)
{
    return let_in(ctx, (void *)buf, len);
}

static void set_bio(mbedtls_ssl_context *ssl, ew_transport *t)
{
    mbedtls_ssl_set_bio(ssl, t, bio_send, bio_recv, NULL);
}

static int has_bio(const mbedtls_ssl_context *ssl, const ew_transport *t)
{
    return ssl->MBEDTLS_PRIVATE(p_bio) == t;
}

/* Attaching ---------------------------------------------------------------- */

void ew_mbedtls_init(ew_mbedtls *e, mbedtls_ssl_context *ssl)
{
    memset(e, 0, sizeof *e);
    e->ssl = ssl;
}

/* 0: the transport is the context's from now on; -1: refused, for this reason or another. */
static int joined(ew_mbedtls *e, ew_transport *t, const char *why)
{
    if (e->transport != NULL) {
        return ew_transport_refuse(t, EW_WORDS("the object is attached to another connection"));
    }
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    e->pending = 0;
    e->open = 0;
    e->transport = t;
    set_bio(e->ssl, t);
    return 0;
}

static int attach_to(ew_mbedtls *e, ew_transport *t)
{
    return joined(e, t, ew_mbedtls_not_ready(e->ssl));
}

#if EW_MBEDTLS_SHOWS_ALL
static int adopt_for(ew_mbedtls *e, ew_transport *t)
{
    int result = joined(e, t, ew_mbedtls_not_open(e->ssl));

    if (result == 0) {
        e->open = 1;
    }
    return result;
}
#endif

/*
 * A server's cache can only be added to. So the session is stored again under
 * its identifier as one that no handshake can match: without a cipher suite,
 * and without its secret.
 */
#if defined(MBEDTLS_SSL_SRV_C)
static void drop_session(const mbedtls_ssl_context *ssl)
{
    const mbedtls_ssl_config *conf = ssl->MBEDTLS_PRIVATE(conf);
    const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session);
    mbedtls_ssl_session unfit;

    if (conf->MBEDTLS_PRIVATE(endpoint) != MBEDTLS_SSL_IS_SERVER ||
        conf->MBEDTLS_PRIVATE(f_set_cache) == NULL || session == NULL ||
        session->MBEDTLS_PRIVATE(id_len) == 0 || ew_mbedtls_is_tls13(ssl)) {
        return;
    }
    mbedtls_ssl_session_init(&unfit);
    unfit.MBEDTLS_PRIVATE(id_len) = session->MBEDTLS_PRIVATE(id_len);
    memcpy(unfit.MBEDTLS_PRIVATE(id), session->MBEDTLS_PRIVATE(id), unfit.MBEDTLS_PRIVATE(id_len));
    ew_mbedtls_store(conf, &unfit);
    mbedtls_ssl_session_free(&unfit);
}
#else
static void drop_session(const mbedtls_ssl_context *ssl)
{
    (void)ssl; /* a client has no cache */
}
#endif

static void detach_from(ew_mbedtls *e, int session_kept)
{
    if (!session_kept) {
        drop_session(e->ssl);
    }
    mbedtls_ssl_set_bio(e->ssl, NULL, NULL, NULL, NULL);
    e->transport = NULL;
}

static int clear_for_another(ew_mbedtls *e, int session_kept)
{
    if (!session_kept) {
        drop_session(e->ssl);
    }
    e->pending = 0;
    e->open = 0;
    return mbedtls_ssl_session_reset(e->ssl) == 0 ? 0 : -1;
}

/* Outcomes ----------------------------------------------------------------- */

/* A failure leaves its code for the application to ask for; what waits for a key is none. */
static uint8_t rare_outcome(const ew_mbedtls *e, int ret)
{
    if (ret == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS || ret == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS) {
        return EW_EVENT_SUSPENDED;
    }
    e->transport->engine_error = ret;
    if (ret != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        return EW_EVENT_TLS_ERROR;
    }
    e->transport->alert = e->ssl->MBEDTLS_PRIVATE(in_msg)[1];
    return EW_EVENT_FATAL_ALERT;
}

static uint8_t outcome(const ew_mbedtls *e, int ret)
{
    uint8_t result;

    switch (ret) {
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_NET_RECV_FAILED:
    case MBEDTLS_ERR_NET_SEND_FAILED: result = ew_transport_outcome(e->transport, 0); break;
    case MBEDTLS_ERR_SSL_WANT_WRITE: result = ew_transport_outcome(e->transport, 1); break;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: result = EW_EVENT_CLOSE_NOTIFY; break;
    default: result = rare_outcome(e, ret); break;
    }
    return result;
}

/* Actions ------------------------------------------------------------------ */

/*
 * done, if what attach saw to is as it was. A configuration may be changed while its contexts are
 * in use: with renegotiation on, say, each call may begin a handshake.
 */
static uint8_t begin(ew_mbedtls *e)
{
    const mbedtls_ssl_context *ssl = e->ssl;
    const char *why = ew_mbedtls_unfit(ssl->MBEDTLS_PRIVATE(conf));

    ew_transport_begin(e->transport);
    if (!has_bio(ssl, e->transport) || ssl->MBEDTLS_PRIVATE(f_send) != bio_send ||
        ssl->MBEDTLS_PRIVATE(f_recv) != bio_recv) {
        why = EW_WORDS("the I/O callbacks were replaced (mbedtls_ssl_set_bio)");
    }
    if (e->open != 0 && ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HELLO_REQUEST) {
        why = EW_WORDS("the context was reset while attached"); /* it would begin a handshake */
    }
    return why == NULL ? EW_EVENT_DONE : ew_transport_changed(e->transport, why);
}

static uint8_t handshake_ended(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    e->open = 1;
    return EW_EVENT_DONE;
}

static uint8_t handshake_action(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return handshake_ended(e, mbedtls_ssl_handshake(e->ssl));
}

/* A handshake is done once, so a state that is not its end is that of a ticket. */
static int ticket_waits(const mbedtls_ssl_context *ssl)
{
    return ssl->MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HANDSHAKE_OVER;
}

/* Flushes first, and reads nothing: the ticket is in. */
static int work_on_ticket(ew_mbedtls *e)
{
    int ret = mbedtls_ssl_handshake(e->ssl);

    return ret == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET ? 0 : ret;
}

/* Flushes, with output pending: then it reads no data, and makes nothing. */
static int write_nothing(ew_mbedtls *e)
{
    return mbedtls_ssl_write(e->ssl, NULL, 0);
}

static int hand_over(ew_mbedtls *e)
{
    return ticket_waits(e->ssl) ? work_on_ticket(e) : write_nothing(e);
}

static uint8_t handed_over(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    return EW_EVENT_DONE;
}

/* Hands over what the context holds, whatever it is; it makes nothing new. */
static uint8_t drain_output(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE || e->ssl->MBEDTLS_PRIVATE(out_left) == 0) {
        return result;
    }
    return handed_over(e, hand_over(e));
}

static uint8_t flush_action(ew_mbedtls *e)
{
    return ew_port_flushed(drain_output(e), &e->pending);
}

/* The limit of a record is asked for each one: the configuration's may have changed. */
static int one_record(const ew_mbedtls *e, int len)
{
    int max = mbedtls_ssl_get_max_out_record_payload(e->ssl);

    return max > 0 ? ew_port_fitting(len, (size_t)max) : len;
}

/* What came of making a record of len bytes. */
static uint8_t record_made(ew_mbedtls *e, int ret, int len)
{
    if (ret > 0) {
        return ew_port_took(e->transport, ret, len, &e->pending);
    }
    if (ret == MBEDTLS_ERR_SSL_WANT_WRITE) {
        e->pending = len;
    }
    return outcome(e, ret);
}

static uint8_t make_record(ew_mbedtls *e, const unsigned char *buf, int len)
{
    int part = one_record(e, len);

    return record_made(e, mbedtls_ssl_write(e->ssl, buf, (size_t)part), part);
}

static uint8_t drain_and_write(ew_mbedtls *e, const unsigned char *buf, int len)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return make_record(e, buf, len);
}

static uint8_t write_or_repeat(ew_mbedtls *e, const unsigned char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static uint8_t write_action(ew_mbedtls *e, const unsigned char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

static uint8_t closed(ew_mbedtls *e, int ret)
{
    return ew_port_closed(e->transport, handed_over(e, ret));
}

static uint8_t make_notice(ew_mbedtls *e)
{
    ew_transport_seal(e->transport);
    return closed(e, mbedtls_ssl_close_notify(e->ssl));
}

static uint8_t close_action(ew_mbedtls *e)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

static uint8_t ticket_ended(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    return EW_EVENT_OTHER;
}

static uint8_t receive_ticket(ew_mbedtls *e)
{
    return ticket_ended(e, work_on_ticket(e));
}

/* TLS 1.3 knows no warnings but these two; mbedTLS skips whatever calls itself one. */
static int skipped_error(const mbedtls_ssl_context *ssl)
{
    uint8_t description = ssl->MBEDTLS_PRIVATE(in_msg)[1];

    return ew_mbedtls_is_tls13(ssl) && ssl->MBEDTLS_PRIVATE(in_msgtype) == MBEDTLS_SSL_MSG_ALERT &&
           description != MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY &&
           description != MBEDTLS_SSL_ALERT_MSG_USER_CANCELED;
}

/* What it is that mbedTLS makes nothing of: a record, which stands there still, or no more bytes. */
static uint8_t receive_nothing(ew_mbedtls *e, int ret)
{
    uint8_t result = outcome(e, ret);

    if (result == EW_EVENT_OTHER && skipped_error(e->ssl)) {
        result = outcome(e, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE); /* as it should have called it */
    }
    return result;
}

static uint8_t receive_ended(ew_mbedtls *e, int ret)
{
    if (ret == MBEDTLS_ERR_SSL_WANT_WRITE) {
        return EW_EVENT_OTHER;
    }
    if (ret == MBEDTLS_ERR_SSL_WANT_READ && ticket_waits(e->ssl)) {
        return receive_ticket(e);
    }
    if (ret != 0) {
        return receive_nothing(e, ret);
    }
    if (mbedtls_ssl_get_bytes_avail(e->ssl) > 0) {
        return EW_EVENT_DATA;
    }
    return ew_transport_outcome(e->transport, 0);
}

static int read_nothing(ew_mbedtls *e)
{
    return mbedtls_ssl_read(e->ssl, NULL, 0);
}

static uint8_t receive_record(ew_mbedtls *e)
{
    return ticket_waits(e->ssl) ? receive_ticket(e) : receive_ended(e, read_nothing(e));
}

static uint8_t receive_action(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return receive_record(e);
}

static int read_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    return mbedtls_ssl_read(e->ssl, buf, (size_t)len);
}

static int take_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return read_data(e, buf, len);
}

static void copy(unsigned char *to, const unsigned char *from, int len)
{
    /*@
      loop invariant within: 0 <= len <= \at(len, Pre);
      loop invariant copied: \forall integer j; len <= j < \at(len, Pre) ==> to[j] == from[j];
      loop assigns len, to[0 .. \at(len, Pre) - 1];
      loop variant len;
    */
    while (len > 0) {
        len--;
        to[len] = from[len];
    }
}

/* What mbedtls_ssl_read gives next, which has no call to look at it. */
static int peek_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    size_t held = mbedtls_ssl_get_bytes_avail(e->ssl);

    if (begin(e) != EW_EVENT_DONE || held == 0) {
        return -1;
    }
    len = ew_port_fitting(len, held);
    copy(buf, e->ssl->MBEDTLS_PRIVATE(in_offt), len);
    return len;
}

static int count_data(const ew_mbedtls *e)
{
    return (int)mbedtls_ssl_get_bytes_avail(e->ssl);
}

/* The port: one line each, with what the connection has as void *. -------- */

static int attach(void *engine, ew_transport *t)
{
    return attach_to(engine, t);
}

#if EW_MBEDTLS_SHOWS_ALL
static int adopt(void *engine, ew_transport *t)
{
    return adopt_for(engine, t);
}
#endif

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

static int peek(void *engine, void *buf, int len)
{
    return peek_data(engine, buf, len);
}

static int pending(const void *engine)
{
    return count_data(engine);
}

const ew_port ew_mbedtls_port = {
    .name = "mbedTLS",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
#if EW_MBEDTLS_SHOWS_ALL
    .adopt = adopt,
#endif
    .peek = peek,
    .pending = pending,
};
