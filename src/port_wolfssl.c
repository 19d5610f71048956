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

#include "wolfssl_action.h"
#include "wolfssl_call.h"
#include "wolfssl_setup.h"

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
