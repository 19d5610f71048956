/*
 * Port for wolfSSL 5.5.
 *
 *   wolfSSL_peek, one byte                  outcome of receive
 *   > 0                                     data (it stays; take is wolfSSL_read)
 *   ZERO_RETURN or ALERT_COUNT_E,
 *   and the newest alert is close_notify    close_notify
 *   FATAL_ERROR, and an alert came          fatal_alert
 *   TLS 1.3: any other alert came           fatal_alert
 *   WANT_READ                               want_read if the socket had nothing, other if
 *                                           a record was taken in and meant nothing
 *   WANT_WRITE                              want_write
 *   WC_PENDING_E, WANT_X509_LOOKUP          suspended; in TLS 1.2 tls_error without
 *                                           WOLFSSL_ASYNC_CRYPT
 *   a failed socket                         eof or io_error, as the transport saw it
 *   anything else                           tls_error
 *
 * wolfSSL_write, wolfSSL_shutdown: done; want_write, suspended, io_error; all else
 * is tls_error. wolfSSL_negotiate: done for success, else as wolfSSL_peek.
 *
 * Traps, and what is done about them:
 *  - wolfSSL_shutdown that blocks makes another alert when called again: it is
 *    called once; the rest is flushing, and the transport knows when it is out.
 *  - Called after the alert is out it reads, and says success for the end of the
 *    socket: waiting is wolfSSL_peek.
 *  - After the peer's close_notify it resets the object: nothing is asked of it
 *    then but its session.
 *  - In the handshake it asks a socket that would block ten more times: within a
 *    call the second answer is the first.
 *  - Nothing only flushes. wolfSSL_write of nothing does, then fails for good
 *    (BAD_FUNC_ARG) because more was sent than it was given: wolfSSL_negotiate,
 *    which has nothing to do after the handshake but that.
 *  - A TLS 1.3 client's wolfSSL_negotiate that cannot flush says no error at all:
 *    the transport is asked.
 *  - Whether there is output to flush cannot be asked: each call of the output
 *    callback gets all there is, so what it did not take is what is left.
 *  - wolfSSL_write that blocked has to be repeated with its own length or more:
 *    the port keeps account of the record itself.
 *  - The fifth alert of a connection is an error, close_notify or not: the
 *    history of alerts says what it was.
 *  - In TLS 1.3 an error alert of level warning is skipped: the same history.
 *  - Data can be written after the close_notify: the core refuses it.
 *  - What wolfSSL makes behind a record that is half out (an answer to a KeyUpdate,
 *    or to a HelloRequest) it puts in the wrong place, and then sends memory past
 *    the end of its buffer: output that grows is refused, which is tls_error.
 *  - Quiet shutdown cannot be turned off again, nor asked for. Of a context it is
 *    found out on an object made for that and thrown away; of the object itself
 *    only when it is too late: send_close_notify is tls_error then, in words.
 *  - wolfSSL_SetMinVersion also lowers what the application asked for, which cannot
 *    be asked either: the version is looked at once the handshake has settled it.
 *  - The I/O callbacks cannot be asked for, their contexts can (wolfSSL_set_fd sets
 *    those): the first are set before each call, the second compared.
 *  - A function of the application's that makes it wait (a signature, a certificate)
 *    breaks a handshake of TLS 1.2, unless it was built for that.
 *  - A second HelloRequest is tls_error.
 *  - Errors stick to the object, beyond wolfSSL_clear, and output that is not out
 *    does too: wolfSSL_negotiate forgets the first; clear fails for the second,
 *    and for a handshake that failed.
 *  - wolfSSL_clear keeps data that was not read, for the next connection: taken
 *    out before.
 *  - A server's object that was cleared sends a TLS 1.2 ticket unasked, which ends
 *    the handshake: it makes no such tickets any more.
 */
#include "port_wolfssl.h"

#include <string.h>

#include "port_common.h"

#include "wolfssl_setup.h"

/* The transport ------------------------------------------------------------ */

/* What is owed is all that its buffer holds: output that grew ends past it, and is not read. */
static int let_out(ew_wolfssl *e, const char *buf, int len)
{
    int n;

    if (e->owed > 0 && len != e->owed) {
        (void)ew_transport_changed(e->transport,
                                   EW_WORDS("wolfSSL made a record behind one not all out"));
        return WOLFSSL_CBIO_ERR_GENERAL;
    }
    n = ew_transport_send(e->transport, buf, (size_t)len);
    e->owed = n > 0 ? len - n : len;
    if (n == EW_TRANSPORT_BLOCKED) {
        return WOLFSSL_CBIO_ERR_WANT_WRITE;
    }
    return n > 0 ? n : WOLFSSL_CBIO_ERR_GENERAL;
}

static int let_in(const ew_wolfssl *e, char *buf, int len)
{
    int n;

    if (len <= 0 || (e->transport->met & EW_MET_RECV_BLOCKED) != 0) {
        return WOLFSSL_CBIO_ERR_WANT_READ;
    }
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    if (n == EW_TRANSPORT_BLOCKED) {
        return WOLFSSL_CBIO_ERR_WANT_READ;
    }
    if (n == EW_TRANSPORT_END) {
        return WOLFSSL_CBIO_ERR_CONN_CLOSE;
    }
    return n > 0 ? n : WOLFSSL_CBIO_ERR_GENERAL;
}

/* What wolfSSL calls, and what it knows of it: one line each, with the port's object as void *. */

static int io_send(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    return let_out(ctx, buf, len);
}

static int io_recv(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    return let_in(ctx, buf, len);
}

static int reads_ours(const ew_wolfssl *e)
{
    return wolfSSL_GetIOReadCtx(e->ssl) == e;
}

static int writes_ours(const ew_wolfssl *e)
{
    return wolfSSL_GetIOWriteCtx(e->ssl) == e;
}

/* Alerts ------------------------------------------------------------------- */

/* The newest alert that the object received, as level and description; -1: none. */
static int newest_alert(WOLFSSL *ssl)
{
    WOLFSSL_ALERT_HISTORY seen;

    if (wolfSSL_get_alert_history(ssl, &seen) != WOLFSSL_SUCCESS || seen.last_rx.code < 0 ||
        seen.last_rx.level < 0) {
        return -1;
    }
    return 256 * (seen.last_rx.level % 256) + seen.last_rx.code % 256;
}

static int is_close_notify(int alert)
{
    return alert == 256 * alert_warning + close_notify;
}

/* Attaching ---------------------------------------------------------------- */

static void forget(ew_wolfssl *e)
{
    e->owed = 0;
    e->pending = 0;
    e->open = 0;
}

void ew_wolfssl_init(ew_wolfssl *e, struct WOLFSSL *ssl)
{
    memset(e, 0, sizeof *e);
    e->ssl = ssl;
}

static void use_transport(ew_wolfssl *e)
{
    wolfSSL_SSLSetIORecv(e->ssl, io_recv);
    wolfSSL_SSLSetIOSend(e->ssl, io_send);
}

static int attach_to(ew_wolfssl *e, ew_transport *t)
{
    const char *why = ew_wolfssl_unfit(e->ssl);

    if (e->transport != NULL) {
        return ew_transport_refuse(t, EW_WORDS("the object is attached to another connection"));
    }
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    forget(e);
    e->alert = newest_alert(e->ssl);
    e->transport = t;
    t->alert = -1;
    t->quiet = ew_wolfssl_is_quiet(wolfSSL_get_SSL_CTX(e->ssl));
    use_transport(e);
    wolfSSL_SetIOReadCtx(e->ssl, e);
    wolfSSL_SetIOWriteCtx(e->ssl, e);
    return 0;
}

static void settle_session(ew_wolfssl *e, int kept)
{
    WOLFSSL_SESSION *session = wolfSSL_get_session(e->ssl);

    if (!kept && session != NULL) {
        wolfSSL_SSL_CTX_remove_session(wolfSSL_get_SSL_CTX(e->ssl), session);
    }
}

static void detach_from(ew_wolfssl *e, int session_kept)
{
    settle_session(e, session_kept);
    wolfSSL_SSLSetIORecv(e->ssl, NULL);
    wolfSSL_SSLSetIOSend(e->ssl, NULL);
    wolfSSL_SetIOReadCtx(e->ssl, NULL);
    wolfSSL_SetIOWriteCtx(e->ssl, NULL);
    e->transport = NULL;
}

static int is_usable(WOLFSSL *ssl)
{
    int error = wolfSSL_get_error(ssl, -1);

    return error == WOLFSSL_ERROR_NONE || error == WOLFSSL_ERROR_WANT_READ ||
           error == WOLFSSL_ERROR_WANT_WRITE;
}

/* Outcomes ----------------------------------------------------------------- */

/* The object failed by itself, with this code. */
static uint8_t ended(const ew_wolfssl *e, int error, uint8_t is)
{
    e->transport->engine_error = error;
    return is;
}

/* Without WOLFSSL_ASYNC_CRYPT a handshake of TLS 1.2 that is repeated fails, or is wrong. */
static uint8_t put_off(const ew_wolfssl *e, int error)
{
    if (wolfSSL_version(e->ssl) >= EW_WOLFSSL_WAITS_FROM) {
        return EW_EVENT_SUSPENDED;
    }
    (void)ew_transport_changed(e->transport, EW_WORDS("this wolfSSL cannot wait in TLS 1.2"));
    return ended(e, error, EW_EVENT_TLS_ERROR);
}

static uint8_t outcome(ew_wolfssl *e, int ret)
{
    int error = wolfSSL_get_error(e->ssl, ret);
    uint8_t is;

    switch (error) {
    case WC_PENDING_E:
    case WOLFSSL_ERROR_WANT_X509_LOOKUP: return put_off(e, error);
    case WOLFSSL_ERROR_WANT_READ: is = ew_transport_outcome(e->transport, 0); break;
    case WOLFSSL_ERROR_NONE:
    case WOLFSSL_ERROR_WANT_WRITE:
    case WOLFSSL_ERROR_SYSCALL:
    case SOCKET_ERROR_E:
    case SOCKET_PEER_CLOSED_E: is = ew_transport_outcome(e->transport, 1); break;
    default: is = EW_EVENT_TLS_ERROR; break;
    }
    if (is == EW_EVENT_TLS_ERROR) {
        return ended(e, error, is);
    }
    return is;
}

/*
 * TLS 1.3 knows no warnings but these two; wolfSSL skips whatever calls itself one. Before the
 * handshake is over the version is what was asked for, and TLS 1.2 has more of them.
 */
static int is_error_alert(ew_wolfssl *e, int alert)
{
    return e->open != 0 && alert >= 0 && alert != e->alert &&
           wolfSSL_version(e->ssl) >= TLS1_3_VERSION && alert % 256 != close_notify &&
           alert % 256 != user_canceled;
}

static uint8_t alerted(const ew_wolfssl *e, int error, int alert)
{
    e->transport->alert = (int16_t)(alert % 256);
    return ended(e, error, EW_EVENT_FATAL_ALERT);
}

/* What may have come of receiving when there is no data. */
static uint8_t received(ew_wolfssl *e, int ret)
{
    int error = wolfSSL_get_error(e->ssl, ret);
    int alert = newest_alert(e->ssl);

    if (is_close_notify(alert) && (error == WOLFSSL_ERROR_ZERO_RETURN || error == ALERT_COUNT_E)) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    if ((alert >= 0 && error == FATAL_ERROR) || is_error_alert(e, alert)) {
        return alerted(e, error, alert);
    }
    return outcome(e, ret);
}

/* Actions ------------------------------------------------------------------ */

/* done, if the transport is still the object's. */
static uint8_t begin(ew_wolfssl *e)
{
    ew_transport_begin(e->transport);
    if (!reads_ours(e) || !writes_ours(e)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the I/O was replaced (wolfSSL_set_fd, say)"));
    }
    /* Once both sides have closed wolfSSL resets it by itself, and our alert is made. */
    if (e->open != 0 && e->transport->gate == EW_GATE_OPEN && !wolfSSL_is_init_finished(e->ssl)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the WOLFSSL was cleared while attached"));
    }
    use_transport(e);
    return EW_EVENT_DONE;
}

/* wolfSSL_clear leaves data that was not read where it is, and the next peer would have sent it. */
static int drop_held_data(ew_wolfssl *e)
{
    char dropped[256];

    while (wolfSSL_pending(e->ssl) > 0) {
        ew_transport_begin(e->transport);
        if (wolfSSL_read(e->ssl, dropped, (int)sizeof dropped) <= 0) {
            return -1;
        }
    }
    return 0;
}

static int clear_for_another(ew_wolfssl *e, int session_kept)
{
    settle_session(e, session_kept);
    if (e->owed > 0 || begin(e) != EW_EVENT_DONE) {
        return -1; /* what is owed would go out with the next handshake */
    }
    if (wolfSSL_is_init_finished(e->ssl)) {
        ew_transport_begin(e->transport);
        wolfSSL_negotiate(e->ssl); /* of no effect but that it forgets an error */
    }
    if (drop_held_data(e) != 0) {
        return -1;
    }
#if defined(HAVE_SESSION_TICKET) && !defined(NO_WOLFSSL_SERVER)
    wolfSSL_NoTicketTLSv12(e->ssl);
#endif
    forget(e);
    e->transport->alert = -1;
    e->alert = newest_alert(e->ssl);
    return wolfSSL_clear(e->ssl) == WOLFSSL_SUCCESS && is_usable(e->ssl) ? 0 : -1;
}

/* What came of wolfSSL_negotiate in a handshake, or with a message of ours behind one. */
static uint8_t negotiated(ew_wolfssl *e, int ret)
{
    if (ret != WOLFSSL_SUCCESS) {
        return received(e, ret);
    }
    if (wolfSSL_version(e->ssl) < TLS1_2_VERSION) {
        return ew_transport_changed(e->transport, EW_WORDS("the version is older than TLS 1.2"));
    }
    e->open = 1;
    return EW_EVENT_DONE;
}

/* It is over once it was seen to be: then there may be a message of ours to flush, and no more. */
static int is_over(const ew_wolfssl *e)
{
    return e->open != 0 && e->owed == 0 && wolfSSL_is_init_finished(e->ssl);
}

/* A handshake; and behind one it flushes, and does nothing else. */
static int hand_over(ew_wolfssl *e)
{
    return wolfSSL_negotiate(e->ssl);
}

static uint8_t negotiate(ew_wolfssl *e)
{
    return negotiated(e, hand_over(e));
}

static uint8_t shake_hands(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE || is_over(e)) {
        return begun;
    }
    return negotiate(e);
}

static uint8_t handshake_action(ew_wolfssl *e)
{
    return shake_hands(e, begin(e));
}

static uint8_t handed_over(ew_wolfssl *e, int ret)
{
    if (ret != WOLFSSL_SUCCESS) {
        return outcome(e, ret);
    }
    return EW_EVENT_DONE;
}

static uint8_t drain(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE || e->owed == 0) {
        return begun;
    }
    return handed_over(e, hand_over(e));
}

/* Hands over what the object holds, whatever it is; it makes nothing new. */
static uint8_t drain_output(ew_wolfssl *e)
{
    return drain(e, begin(e));
}

static uint8_t flush_action(ew_wolfssl *e)
{
    return ew_port_flushed(drain_output(e), &e->pending);
}

/* The limit of a record is asked for each one: the object's may have changed. */
static int one_record(const ew_wolfssl *e, int len)
{
    int max = wolfSSL_GetMaxOutputSize(e->ssl);

    return max > 0 ? ew_port_fitting(len, (size_t)max) : len;
}

/* What came of making a record of len bytes. */
static uint8_t record_made(ew_wolfssl *e, int ret, int len)
{
    if (ret > 0) {
        return ew_port_took(e->transport, ret, len, &e->pending);
    }
    if (wolfSSL_get_error(e->ssl, ret) == WOLFSSL_ERROR_WANT_WRITE) {
        e->pending = len;
    }
    return outcome(e, ret);
}

static uint8_t make_record(ew_wolfssl *e, const char *buf, int len)
{
    int part = one_record(e, len);

    return record_made(e, wolfSSL_write(e->ssl, buf, part), part);
}

static uint8_t write_behind(ew_wolfssl *e, uint8_t drained, const char *buf, int len)
{
    if (drained != EW_EVENT_DONE || e->pending != 0) {
        return drained;
    }
    return make_record(e, buf, len);
}

static uint8_t drain_and_write(ew_wolfssl *e, const char *buf, int len)
{
    return write_behind(e, drain_output(e), buf, len);
}

static uint8_t write_or_repeat(ew_wolfssl *e, const char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static uint8_t write_action(ew_wolfssl *e, const char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

/* What wolfSSL_shutdown said, asked once. It says success of nothing if it is quiet. */
static uint8_t shut(ew_wolfssl *e, int ret)
{
    if (ret < 0) {
        return outcome(e, ret);
    }
    if (e->transport->gate == EW_GATE_SEALED && e->owed == 0) {
        return ew_transport_changed(e->transport, EW_WORDS("the WOLFSSL is set to quiet shutdown, "
                                                           "which cannot be turned off"));
    }
    return EW_EVENT_DONE;
}

static uint8_t closed(ew_wolfssl *e, int ret)
{
    return ew_port_closed(e->transport, shut(e, ret));
}

static uint8_t make_notice(ew_wolfssl *e)
{
    ew_transport_seal(e->transport);
    return closed(e, wolfSSL_shutdown(e->ssl));
}

static uint8_t close_action(ew_wolfssl *e)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* What came of looking at the next byte. */
static uint8_t looked(ew_wolfssl *e, int ret)
{
    if (ret > 0) {
        return EW_EVENT_DATA;
    }
    return received(e, ret);
}

static int look(ew_wolfssl *e)
{
    char byte;

    return wolfSSL_peek(e->ssl, &byte, 1);
}

static uint8_t receive_record(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE) {
        return begun;
    }
    return looked(e, look(e));
}

static uint8_t receive_action(ew_wolfssl *e)
{
    return receive_record(e, begin(e));
}

static int take_data(ew_wolfssl *e, char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return wolfSSL_read(e->ssl, buf, len);
}

static int peek_data(ew_wolfssl *e, char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return wolfSSL_peek(e->ssl, buf, len);
}

static int count_data(const ew_wolfssl *e)
{
    return wolfSSL_pending(e->ssl);
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

static int peek(void *engine, void *buf, int len)
{
    return peek_data(engine, buf, len);
}

static int pending(const void *engine)
{
    return count_data(engine);
}

const ew_port ew_wolfssl_port = {
    .name = "wolfSSL",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
    .peek = peek,
    .pending = pending,
};
