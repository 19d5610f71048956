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
#include <limits.h>
#include <string.h>

#include "gnutls_setup.h"
#include "port_common.h"

/* The transport ------------------------------------------------------------ */

/* Hands over what waits, oldest first. */
static int drain(ew_gnutls *e)
{
    int n = 1;

    /*@
      loop invariant within: e->out_at + e->out_len <= EW_GNUTLS_OUT_MAX;
      loop invariant gate: gate_goes_on{Pre,Here}(e);
      loop invariant answers: n > 0 || n == EW_TRANSPORT_BLOCKED || n == EW_TRANSPORT_FAILED;
      loop invariant owed: n <= 0 ==> e->out_len > 0;
      loop assigns n, e->out_at, e->out_len, EW_WIRE_OF(e->transport);
      loop variant e->out_len + (n > 0 ? 1 : 0);
    */
    while (n > 0 && e->out_len > 0) {
        n = ew_transport_send(e->transport, e->out + e->out_at, e->out_len);
        if (n > 0) {
            e->out_at += (size_t)n;
            e->out_len -= (size_t)n;
        }
    }
    if (n > 0) {
        e->out_at = 0;
    }
    return n;
}

static ssize_t failed(ew_gnutls *e, int n)
{
    gnutls_transport_set_errno(e->session, n == EW_TRANSPORT_BLOCKED ? EAGAIN : EIO);
    return -1;
}

static int no_socket(void)
{
    return EBADF;
}

/* Of a session without a transport GnuTLS asks errno. */
static void tell_errno(void)
{
    errno = no_socket();
}

/* The application asks its session for something that needs the transport. */
static ssize_t detached(void)
{
    tell_errno();
    return -1;
}

static void copy(char *to, const char *from, size_t len)
{
    size_t at;

    /*@
      loop invariant within: 0 <= at <= len;
      loop invariant copied: \forall integer j; 0 <= j < at ==> to[j] == from[j];
      loop assigns at, to[0 .. len - 1];
      loop variant len - at;
    */
    for (at = 0; at < len; at++) {
        to[at] = from[at];
    }
}

/* What the socket takes of it, and in `n` why it is not all. */
static size_t send_some(ew_transport *t, const char *bytes, size_t len, int *n)
{
    size_t sent = 0;

    /*@
      loop invariant within: 0 <= sent <= len;
      loop invariant gate: gate_of{Pre,Here}(t);
      loop invariant answers: *n > 0 || *n == EW_TRANSPORT_BLOCKED || *n == EW_TRANSPORT_FAILED;
      loop assigns sent, *n, EW_WIRE_OF(t);
      loop variant len - sent + (*n > 0 ? 1 : 0);
    */
    while (*n > 0 && sent < len) {
        *n = ew_transport_send(t, bytes + sent, len - sent);
        if (*n > 0) {
            sent += (size_t)*n;
        }
    }
    return sent;
}

/* What there is room for of it. */
static size_t keep(ew_gnutls *e, const char *bytes, size_t len)
{
    size_t end = e->out_at + e->out_len;
    size_t room = sizeof e->out - end;

    if (room > len) {
        room = len;
    }
    copy(e->out + end, bytes, room);
    e->out_len += room;
    return room;
}

/* What is taken of it in all, where `sent` went before. */
static ssize_t keep_rest(ew_gnutls *e, const char *bytes, size_t len, size_t sent)
{
    size_t taken = sent + keep(e, bytes, len);

    return taken > 0 ? (ssize_t)taken : failed(e, EW_TRANSPORT_BLOCKED);
}

/* Takes what the socket takes, and keeps the rest as far as there is room (flights can be long). */
static ssize_t take_out(ew_gnutls *e, const char *bytes, size_t len)
{
    int n = drain(e);
    size_t sent = send_some(e->transport, bytes, len, &n);

    if (n == EW_TRANSPORT_FAILED) {
        return failed(e, n);
    }
    return keep_rest(e, bytes + sent, len - sent, sent);
}

static ssize_t take_in(ew_gnutls *e, char *buf, size_t len)
{
    int n = ew_transport_recv(e->transport, buf, len);

    return n >= 0 ? n : failed(e, n);
}

/* In a handshake: notes that there was nothing to pull. */
static ssize_t take_in_noting(ew_gnutls *e, char *buf, size_t len)
{
    ssize_t n = take_in(e, buf, len);

    e->waits = n < 0;
    return n;
}

static ssize_t let_out(ew_gnutls *e, const char *bytes, size_t len)
{
    return e == NULL ? detached() : take_out(e, bytes, len);
}

static ssize_t let_in(ew_gnutls *e, char *buf, size_t len)
{
    return e == NULL ? detached() : take_in(e, buf, len);
}

static ssize_t let_in_noting(ew_gnutls *e, char *buf, size_t len)
{
    return e == NULL ? detached() : take_in_noting(e, buf, len);
}

/* Ready, so that GnuTLS pulls, and pulling never waits. */
static int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int milliseconds)
{
    (void)ptr;
    (void)milliseconds;
    return 1;
}

/* What GnuTLS calls, and what it knows of it: one line each, with the port's object as void *. */

static ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len)
{
    return let_out(ptr, buf, len);
}

static ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    return let_in(ptr, buf, len);
}

static ssize_t pull_noting(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    return let_in_noting(ptr, buf, len);
}

static int pulls_here(const ew_gnutls_pointers *p, const ew_gnutls *e)
{
    return p->pull == e;
}

static int pushes_here(const ew_gnutls_pointers *p, const ew_gnutls *e)
{
    return p->push == e;
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

/* An error that GnuTLS has no better name for is the transport's, if that has met one. */
static uint8_t rare_outcome(const ew_gnutls *e, ssize_t ret)
{
    uint8_t met = e->transport->met;

    if ((met & EW_MET_END) != 0 || (met & EW_MET_FAILED) != 0) {
        return ew_transport_outcome(e->transport, 0);
    }
    return ended(e, ret, EW_EVENT_TLS_ERROR);
}

static uint8_t outcome(const ew_gnutls *e, ssize_t ret)
{
    uint8_t result;

    switch (ret) {
    case GNUTLS_E_AGAIN:
    case GNUTLS_E_INTERRUPTED: result = ew_transport_outcome(e->transport, e->out_len > 0); break;
    case GNUTLS_E_FATAL_ALERT_RECEIVED: result = ended(e, ret, EW_EVENT_FATAL_ALERT); break;
    case GNUTLS_E_WARNING_ALERT_RECEIVED:
    case GNUTLS_E_REHANDSHAKE:
    case GNUTLS_E_REAUTH_REQUEST: result = EW_EVENT_OTHER; break;
    default: result = rare_outcome(e, ret); break;
    }
    return result;
}

/* Why nothing was made to be sent. That the socket blocked GnuTLS does not see. */
static uint8_t unsent(const ew_gnutls *e, ssize_t ret)
{
    if ((e->transport->met & EW_MET_FAILED) != 0) {
        return EW_EVENT_IO_ERROR;
    }
    return ended(e, ret, EW_EVENT_TLS_ERROR);
}

/* What came of handing over what waits. */
static uint8_t drained(ew_gnutls *e)
{
    return drain(e) > 0 ? EW_EVENT_DONE : ew_transport_outcome(e->transport, 1);
}

/* Actions ------------------------------------------------------------------ */

static void use_transport(ew_gnutls *e)
{
    gnutls_transport_set_push_function(e->session, push);
    gnutls_transport_set_pull_function(e->session, pull);
    gnutls_transport_set_pull_timeout_function(e->session, pull_timeout);
}

/* done, if the transport is still the session's. */
static uint8_t begin(ew_gnutls *e)
{
    ew_gnutls_pointers of;

    ew_transport_begin(e->transport);
    gnutls_transport_get_ptr2(e->session, &of.pull, &of.push);
    if (!pulls_here(&of, e) || !pushes_here(&of, e)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the I/O was replaced (gnutls_transport_set_*)"));
    }
    use_transport(e);
    return EW_EVENT_DONE;
}

static uint8_t begin_sending(ew_gnutls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drained(e);
}

static uint8_t handshake_outcome(const ew_gnutls *e, int ret)
{
    return ret == GNUTLS_E_SESSION_EOF ? EW_EVENT_CLOSE_NOTIFY : outcome(e, ret);
}

/*
 * A function of the application's that puts the handshake off says what a socket would: it is what
 * remains if the transport did nothing. After a record was taken in it could be a part of a message
 * as well, and is asked again at once; but of a ClientHello, which came whole in this call, GnuTLS
 * asks once.
 */
static uint8_t unfinished(const ew_gnutls *e, int ret, int hello_before)
{
    uint8_t is = handshake_outcome(e, ret);

    if ((ret != GNUTLS_E_AGAIN && ret != GNUTLS_E_INTERRUPTED) || e->waits) {
        return is;
    }
    if (is == EW_EVENT_OTHER && !hello_before && ew_gnutls_has_hello(e->session)) {
        return EW_EVENT_SUSPENDED;
    }
    return is == EW_EVENT_TLS_ERROR ? EW_EVENT_SUSPENDED : is;
}

static uint8_t finished(ew_gnutls *e)
{
    const char *why = ew_gnutls_unsafe(e->session);

    e->open = why == NULL;
    return why == NULL ? drained(e) : ew_transport_changed(e->transport, why);
}

static uint8_t go_on(ew_gnutls *e)
{
    int hello_before = ew_gnutls_has_hello(e->session);
    int ret;

    gnutls_transport_set_pull_function(e->session, pull_noting);
    e->waits = 0;
    ret = gnutls_handshake(e->session);
    return ret == 0 ? finished(e) : unfinished(e, ret, hello_before);
}

static uint8_t handshake_action(ew_gnutls *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->open) {
        return result;
    }
    return go_on(e);
}

static uint8_t flush_action(ew_gnutls *e)
{
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

/* What came of making a record of len bytes. */
static uint8_t record_made(ew_gnutls *e, ssize_t ret, int len)
{
    uint8_t result;

    if (ret <= 0) {
        return unsent(e, ret);
    }
    result = ew_port_took(e->transport, (int)ret, len, &e->pending);
    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drained(e);
}

static uint8_t make_record(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = uncorked(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return record_made(e, gnutls_record_send(e->session, buf, (size_t)len), len);
}

static uint8_t drain_and_write(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return make_record(e, buf, len);
}

static uint8_t write_or_repeat(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static uint8_t told(ew_gnutls *e, uint8_t result, int *written)
{
    return ew_port_written(result, &e->pending, written);
}

static uint8_t write_action(ew_gnutls *e, const char *buf, int len, int *written)
{
    return told(e, write_or_repeat(e, buf, len), written);
}

static uint8_t make_notice(ew_gnutls *e)
{
    int ret;

    ew_transport_seal(e->transport);
    ret = gnutls_alert_send(e->session, GNUTLS_AL_WARNING, GNUTLS_A_CLOSE_NOTIFY);
    if (ret != 0) {
        return unsent(e, ret);
    }
    return ew_port_closed(e->transport, drained(e));
}

static uint8_t close_action(ew_gnutls *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* A ClientHello that asks for another handshake is among the data. */
static void drop_hello(ew_gnutls *e)
{
    char dropped;

    if (gnutls_record_check_pending(e->session) > 0) {
        (void)gnutls_record_recv(e->session, &dropped, 1);
    }
}

static uint8_t hello_dropped(ew_gnutls *e)
{
    drop_hello(e);
    return EW_EVENT_OTHER;
}

static uint8_t received(ew_gnutls *e, ssize_t ret)
{
    if (ret > 0) {
        e->in_at = 0;
        e->in_len = 1;
        return EW_EVENT_DATA;
    }
    if (ret == 0) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    return ret == GNUTLS_E_REHANDSHAKE ? hello_dropped(e) : outcome(e, ret);
}

static uint8_t receive_record(ew_gnutls *e)
{
    return received(e, gnutls_record_recv(e->session, e->in, 1));
}

static uint8_t receive_next(ew_gnutls *e)
{
    return e->in_len > 0 ? EW_EVENT_DATA : receive_record(e);
}

static uint8_t receive_begun(ew_gnutls *e, uint8_t begun)
{
    return begun == EW_EVENT_DONE ? receive_next(e) : begun;
}

static uint8_t receive_action(ew_gnutls *e)
{
    return receive_begun(e, begin(e));
}

static int moved(ssize_t ret)
{
    return ret > 0 ? (int)ret : 0;
}

/* Moves data that the session holds, up to len bytes of it; its count. */
static int move_held(ew_gnutls *e, char *buf, int len)
{
    if (len <= 0 || gnutls_record_check_pending(e->session) == 0) {
        return 0;
    }
    return moved(gnutls_record_recv(e->session, buf, (size_t)len));
}

/* Moves what was looked at, up to len bytes of it; its count. */
static int move_seen(ew_gnutls *e, char *buf, int len)
{
    int n = ew_port_fitting(e->in_len, (size_t)len);

    copy(buf, e->in + e->in_at, (size_t)n);
    e->in_at += n;
    e->in_len -= n;
    return n;
}

static int move_all(ew_gnutls *e, char *buf, int len)
{
    int n = move_seen(e, buf, len);

    return n + move_held(e, buf + n, len - n);
}

static int take_begun(ew_gnutls *e, uint8_t begun, char *buf, int len)
{
    return begun == EW_EVENT_DONE ? move_all(e, buf, len) : -1;
}

static int take_data(ew_gnutls *e, char *buf, int len)
{
    return take_begun(e, begin(e), buf, len);
}

static void to_the_front(ew_gnutls *e)
{
    int at;

    /*@
      loop invariant within: 0 <= at <= e->in_len;
      loop invariant moved: \forall integer j; 0 <= j < at ==> e->in[j] == \at(e->in[e->in_at + j], Pre);
      loop invariant to_come: \forall integer j; at <= j < EW_GNUTLS_PEEK_MAX ==>
        e->in[j] == \at(e->in[j], Pre);
      loop assigns at, e->in[0 .. EW_GNUTLS_PEEK_MAX - 1];
      loop variant e->in_len - at;
    */
    for (at = 0; at < e->in_len; at++) {
        e->in[at] = e->in[e->in_at + at];
    }
    e->in_at = 0;
}

static void hold_more(ew_gnutls *e)
{
    int more;

    to_the_front(e);
    more = move_held(e, e->in + e->in_len, EW_GNUTLS_PEEK_MAX - e->in_len);
    e->in_len += more;
}

/* What is to be looked at comes here, as far as there is room. */
static void hold_for(ew_gnutls *e, int len)
{
    if (len > e->in_len) {
        hold_more(e);
    }
}

static int show(ew_gnutls *e, char *buf, int len)
{
    hold_for(e, len);
    len = ew_port_fitting(len, (size_t)e->in_len);
    copy(buf, e->in + e->in_at, (size_t)len);
    return len;
}

static int peek_begun(ew_gnutls *e, uint8_t begun, char *buf, int len)
{
    return begun == EW_EVENT_DONE ? show(e, buf, len) : -1;
}

static int peek_data(ew_gnutls *e, char *buf, int len)
{
    return peek_begun(e, begin(e), buf, len);
}

static int count_data(const ew_gnutls *e)
{
    size_t held = gnutls_record_check_pending(e->session);

    return e->in_len + ew_port_fitting(INT_MAX - e->in_len, held);
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
