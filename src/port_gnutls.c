/*
 * Port for GnuTLS 3.7.
 *
 *   gnutls_record_recv, one byte          outcome of receive
 *   > 0                                   data (the byte stays here, the rest in the session)
 *   0                                     close_notify
 *   FATAL_ALERT_RECEIVED                  fatal_alert; in TLS 1.3 that is any alert but
 *                                         close_notify at level warning
 *   WARNING_ALERT_RECEIVED (TLS 1.2)      other
 *   REHANDSHAKE, REAUTH_REQUEST           other: the request gets no answer
 *   AGAIN, INTERRUPTED                    want_read if the socket had nothing, other if a
 *                                         record was taken in and meant nothing
 *   any other error                       eof if the transport ended, io_error if it
 *                                         failed, else tls_error
 *
 * gnutls_record_send, gnutls_alert_send: done once the socket has all of it;
 * want_write, io_error; all else is tls_error. gnutls_handshake: as
 * gnutls_record_recv, done for 0, tls_error below TLS 1.2, close_notify for
 * SESSION_EOF, and suspended for AGAIN if the transport did nothing to stop it.
 *
 * Traps, and what is done about them:
 *  - gnutls_bye for both directions takes the end of the transport for the
 *    peer's close_notify, and drops data on the way: only the alert is sent by
 *    a call of its own, and waiting is gnutls_record_recv.
 *  - With output pending gnutls_alert_send flushes that, returns 0 and makes no
 *    alert; called again it makes another: called once, with nothing pending.
 *  - When a KeyUpdate that wants an answer is read while a record is half out,
 *    repeating gnutls_record_send sends the data twice, and resuming it without
 *    data does not tell how much of it was in the record: GnuTLS never sees
 *    that the socket blocked. What the socket does not take waits in the port.
 *  - There is no peek: the port takes one byte, or what is to be looked at, and
 *    gives it back first.
 *  - A function of the application's that puts the handshake off says what a socket
 *    does that would block: the transport is asked. No other call asks a function.
 *  - A handshake that is over is begun anew by gnutls_handshake, or becomes a
 *    KeyUpdate: it is not called again.
 *  - A ClientHello that asks a server for another handshake stays among the
 *    data, and the next read fails once: it is taken out at once.
 *  - In the middle of a record the end of the transport is an unexpected length:
 *    the transport is asked.
 *  - A timeout set for the handshake makes GnuTLS wait for the descriptor: the
 *    wait is answered without waiting.
 *  - The I/O functions cannot be asked for, their pointers can: the first are set
 *    before each call, the second compared.
 *  - GnuTLS sends no alert by itself, so a peer whose record was bad hears none.
 */
#include "port_gnutls.h"

#include <string.h>

#include "gnutls_action.h"
#include "gnutls_call.h"
#include "gnutls_setup.h"

/* Attaching ---------------------------------------------------------------- */

static void forget(ew_gnutls *e)
{
    e->open = 0;
    e->pending = 0;
    e->in_at = 0;
    e->in_len = 0;
    e->out_at = 0;
    e->out_len = 0;
}

void ew_gnutls_init(ew_gnutls *e, gnutls_session_t session)
{
    memset(e, 0, sizeof *e);
    e->session = session;
}

void ew_gnutls_set_renew(ew_gnutls *e, ew_gnutls_renew renew, void *owner)
{
    ew_gnutls_keep_renew(e, renew, owner);
}

static int attach_to(ew_gnutls *e, ew_transport *t)
{
    const char *why = ew_gnutls_unfit(e->session);

    if (e->transport != NULL) {
        return ew_transport_refuse(t, EW_WORDS("the object is attached to another connection"));
    }
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    forget(e);
    e->transport = t;
    t->alert = -1;
    gnutls_transport_set_ptr(e->session, e);
    return 0;
}

static void detach_from(ew_gnutls *e, int session_kept)
{
    ew_gnutls_settle(e->session, session_kept);
    gnutls_transport_set_ptr(e->session, NULL);
    e->transport = NULL;
}

static int clear_for_another(ew_gnutls *e, int session_kept)
{
    gnutls_session_t session;

    ew_gnutls_settle(e->session, session_kept);
    session = ew_gnutls_another(e);
    if (session == NULL) {
        return -1;
    }
    e->session = session;
    forget(e);
    e->transport->alert = -1;
    gnutls_transport_set_ptr(e->session, e);
    return 0;
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

const ew_port ew_gnutls_port = {
    .name = "GnuTLS",
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
