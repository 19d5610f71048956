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

#include <errno.h>
#include <string.h>

#include "gnutls_setup.h"
#include "port_common.h"

/* The transport ------------------------------------------------------------ */

/* Hands over what waits, oldest first. */
static int drain(ew_gnutls *e)
{
    while (e->out_len > 0) {
        int n = ew_transport_send(e->transport, e->out + e->out_at, e->out_len);

        if (n < 0) {
            return n;
        }
        e->out_at += (size_t)n;
        e->out_len -= (size_t)n;
    }
    e->out_at = 0;
    return 1;
}

static ssize_t failed(ew_gnutls *e, int n)
{
    gnutls_transport_set_errno(e->session, n == EW_TRANSPORT_BLOCKED ? EAGAIN : EIO);
    return -1;
}

/* The application asks its session for something that needs the transport. */
static ssize_t detached(void)
{
    errno = EBADF;
    return -1;
}

/* Takes what the socket takes, and keeps the rest as far as there is room (flights can be long). */
static ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len)
{
    ew_gnutls *e = ptr;
    const uint8_t *bytes = buf;
    size_t sent = 0;
    size_t room;
    int n;

    if (e == NULL) {
        return detached();
    }
    n = drain(e);
    while (n > 0 && sent < len) {
        n = ew_transport_send(e->transport, bytes + sent, len - sent);
        sent += n > 0 ? (size_t)n : 0;
    }
    if (n == EW_TRANSPORT_FAILED) {
        return failed(e, n);
    }
    room = sizeof e->out - e->out_at - e->out_len;
    if (room > len - sent) {
        room = len - sent;
    }
    memcpy(e->out + e->out_at + e->out_len, bytes + sent, room);
    e->out_len += room;
    sent += room;
    return sent > 0 ? (ssize_t)sent : failed(e, EW_TRANSPORT_BLOCKED);
}

static ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    ew_gnutls *e = ptr;
    int n;

    if (e == NULL) {
        return detached();
    }
    n = ew_transport_recv(e->transport, buf, len);
    return n >= 0 ? n : failed(e, n);
}

/* In a handshake: notes that there was nothing to pull. A session that was released may go on with it. */
static ssize_t pull_noting(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    ew_gnutls *e = ptr;
    ssize_t n = pull(ptr, buf, len);

    if (e != NULL) {
        e->waits = n < 0;
    }
    return n;
}

/* Ready, so that GnuTLS pulls, and pulling never waits. */
static int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int milliseconds)
{
    (void)ptr;
    (void)milliseconds;
    return 1;
}

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
    e->renew = renew;
    e->owner = owner;
}

static void use_transport(ew_gnutls *e)
{
    gnutls_transport_set_push_function(e->session, push);
    gnutls_transport_set_pull_function(e->session, pull);
    gnutls_transport_set_pull_timeout_function(e->session, pull_timeout);
}

static int attach(void *engine, ew_transport *t)
{
    ew_gnutls *e = engine;
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

static void detach(void *engine, int session_kept)
{
    ew_gnutls *e = engine;

    ew_gnutls_settle(e->session, session_kept);
    gnutls_transport_set_ptr(e->session, NULL);
    e->transport = NULL;
}

static int clear(void *engine, int session_kept)
{
    ew_gnutls *e = engine;
    gnutls_session_t session;

    ew_gnutls_settle(e->session, session_kept);
    session = e->renew == NULL ? NULL : e->renew(e->owner);
    if (session == NULL) {
        return -1;
    }
    e->session = session;
    forget(e);
    e->transport->alert = -1;
    gnutls_transport_set_ptr(e->session, e);
    return 0;
}

/* Outcomes ----------------------------------------------------------------- */

/* The session failed by itself: with this code, and by the peer's alert if that is `is`. */
static uint8_t ended(const ew_gnutls *e, ssize_t ret, uint8_t is)
{
    e->transport->engine_error = (long)ret;
    if (is == EW_EVENT_FATAL_ALERT) {
        e->transport->alert = (int16_t)gnutls_alert_get(e->session);
    }
    return is;
}

static uint8_t outcome(const ew_gnutls *e, ssize_t ret)
{
    switch (ret) {
    case GNUTLS_E_AGAIN:
    case GNUTLS_E_INTERRUPTED: return ew_transport_outcome(e->transport, e->out_len > 0);
    case GNUTLS_E_FATAL_ALERT_RECEIVED: return ended(e, ret, EW_EVENT_FATAL_ALERT);
    case GNUTLS_E_WARNING_ALERT_RECEIVED:
    case GNUTLS_E_REHANDSHAKE:
    case GNUTLS_E_REAUTH_REQUEST: return EW_EVENT_OTHER;
    default:
        return e->transport->met & (EW_MET_END | EW_MET_FAILED)
                   ? ew_transport_outcome(e->transport, 0)
                   : ended(e, ret, EW_EVENT_TLS_ERROR);
    }
}

/* Why nothing was made to be sent. That the socket blocked GnuTLS does not see. */
static uint8_t unsent(const ew_gnutls *e, ssize_t ret)
{
    return e->transport->met & EW_MET_FAILED ? EW_EVENT_IO_ERROR
                                             : ended(e, ret, EW_EVENT_TLS_ERROR);
}

/* What came of handing over what waits. */
static uint8_t drained(ew_gnutls *e)
{
    return drain(e) > 0 ? EW_EVENT_DONE : ew_transport_outcome(e->transport, 1);
}

/* Actions ------------------------------------------------------------------ */

/* done, if the transport is still the session's. */
static uint8_t begin(ew_gnutls *e)
{
    gnutls_transport_ptr_t pulls;
    gnutls_transport_ptr_t pushes;

    ew_transport_begin(e->transport);
    gnutls_transport_get_ptr2(e->session, &pulls, &pushes);
    if (pulls != e || pushes != e) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the I/O was replaced (gnutls_transport_set_*)"));
    }
    use_transport(e);
    return EW_EVENT_DONE;
}

static uint8_t begin_sending(ew_gnutls *e)
{
    uint8_t result = begin(e);

    return result == EW_EVENT_DONE ? drained(e) : result;
}

/*
 * A function of the application's that puts the handshake off says what a socket would: it is what
 * remains if the transport did nothing. After a record was taken in it could be a part of a message
 * as well, and is asked again at once; but of a ClientHello, which came whole in this call, GnuTLS
 * asks once.
 */
static uint8_t unfinished(const ew_gnutls *e, int ret, int hello_before)
{
    uint8_t is = ret == GNUTLS_E_SESSION_EOF ? EW_EVENT_CLOSE_NOTIFY : outcome(e, ret);

    if ((ret != GNUTLS_E_AGAIN && ret != GNUTLS_E_INTERRUPTED) || e->waits) {
        return is;
    }
    if (is == EW_EVENT_OTHER && !hello_before && ew_gnutls_has_hello(e->session)) {
        return EW_EVENT_SUSPENDED;
    }
    return is == EW_EVENT_TLS_ERROR ? EW_EVENT_SUSPENDED : is;
}

static uint8_t handshake(void *engine)
{
    ew_gnutls *e = engine;
    uint8_t result = begin_sending(e);
    int hello_before;
    const char *why;
    int ret;

    if (result != EW_EVENT_DONE || e->open) {
        return result;
    }
    gnutls_transport_set_pull_function(e->session, pull_noting);
    hello_before = ew_gnutls_has_hello(e->session);
    e->waits = 0;
    ret = gnutls_handshake(e->session);
    if (ret != 0) {
        return unfinished(e, ret, hello_before);
    }
    why = ew_gnutls_unsafe(e->session);
    e->open = why == NULL;
    return why == NULL ? drained(e) : ew_transport_changed(e->transport, why);
}

static uint8_t flush(void *engine)
{
    ew_gnutls *e = engine;

    return ew_port_flushed(begin_sending(e), &e->pending);
}

/*
 * A session that is corked keeps what it is given, and says that it took it; whether it is cannot
 * be asked, so it is uncorked. Of what was put there past us nothing goes out.
 */
static uint8_t uncorked(ew_gnutls *e)
{
    int ret;

    if (gnutls_record_check_corked(e->session) > 0) {
        return ew_transport_changed(e->transport, EW_WORDS("data is corked (gnutls_record_cork)"));
    }
    ret = gnutls_record_uncork(e->session, 0);
    return ret == 0 ? EW_EVENT_DONE : ended(e, ret, EW_EVENT_TLS_ERROR);
}

static uint8_t make_record(ew_gnutls *e, const void *buf, int len)
{
    uint8_t result = uncorked(e);
    ssize_t ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    ret = gnutls_record_send(e->session, buf, (size_t)len);
    if (ret <= 0) {
        return unsent(e, ret);
    }
    result = ew_port_took(e->transport, (int)ret, len, &e->pending);
    return result == EW_EVENT_DONE ? drained(e) : result;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    ew_gnutls *e = engine;
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result == EW_EVENT_DONE) {
        result = begin_sending(e);
    }
    if (result == EW_EVENT_DONE && e->pending == 0) {
        result = make_record(e, buf, len);
    }
    return ew_port_written(result, &e->pending, written);
}

static uint8_t send_close_notify(void *engine)
{
    ew_gnutls *e = engine;
    uint8_t result = begin_sending(e);
    int ret;

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    ew_transport_seal(e->transport);
    ret = gnutls_alert_send(e->session, GNUTLS_AL_WARNING, GNUTLS_A_CLOSE_NOTIFY);
    if (ret != 0) {
        return unsent(e, ret);
    }
    return ew_port_closed(e->transport, drained(e));
}

static uint8_t receive(void *engine)
{
    ew_gnutls *e = engine;
    uint8_t result = begin(e);
    uint8_t dropped;
    ssize_t ret;

    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (e->in_len > 0) {
        return EW_EVENT_DATA;
    }
    ret = gnutls_record_recv(e->session, e->in, 1);
    if (ret > 0) {
        e->in_at = 0;
        e->in_len = 1;
        return EW_EVENT_DATA;
    }
    if (ret == 0) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    if (ret == GNUTLS_E_REHANDSHAKE && gnutls_record_check_pending(e->session) > 0) {
        (void)gnutls_record_recv(e->session, &dropped, 1);
    }
    return outcome(e, ret);
}

/* Moves data that the session holds, up to len bytes of it; its count. */
static int move_held(ew_gnutls *e, uint8_t *buf, int len)
{
    ssize_t n = 0;

    if (len > 0 && gnutls_record_check_pending(e->session) > 0) {
        n = gnutls_record_recv(e->session, buf, (size_t)len);
    }
    return n > 0 ? (int)n : 0;
}

static int take(void *engine, void *buf, int len)
{
    ew_gnutls *e = engine;
    uint8_t *bytes = buf;
    int n = ew_port_fitting(e->in_len, (size_t)len);

    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    memcpy(bytes, e->in + e->in_at, (size_t)n);
    e->in_at += n;
    e->in_len -= n;
    return n + move_held(e, bytes + n, len - n);
}

/* What is to be looked at comes here, as far as there is room. */
static int peek(void *engine, void *buf, int len)
{
    ew_gnutls *e = engine;

    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    if (len > e->in_len) {
        memmove(e->in, e->in + e->in_at, (size_t)e->in_len);
        e->in_at = 0;
        e->in_len += move_held(e, e->in + e->in_len, (int)sizeof e->in - e->in_len);
    }
    len = ew_port_fitting(len, (size_t)e->in_len);
    memcpy(buf, e->in + e->in_at, (size_t)len);
    return len;
}

static int pending(const void *engine)
{
    const ew_gnutls *e = engine;

    return e->in_len + (int)gnutls_record_check_pending(e->session);
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
