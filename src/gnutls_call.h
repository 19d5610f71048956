/*
 * What GnuTLS calls of the transport, which outcome a result of its calls is, and how a call of the
 * port begins. The port of this tree reads it; it is not installed.
 */
#ifndef EW_GNUTLS_CALL_H
#define EW_GNUTLS_CALL_H

#include <errno.h>
#include <stdint.h>

#include "gnutls_setup.h"
#include "port_common.h"
#include "port_gnutls.h"

/* The transport ------------------------------------------------------------ */

/* Hands over what waits, oldest first. */
static inline int drain(ew_gnutls *e)
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

static inline ssize_t failed(ew_gnutls *e, int n)
{
    gnutls_transport_set_errno(e->session, n == EW_TRANSPORT_BLOCKED ? EAGAIN : EIO);
    return -1;
}

static inline int no_socket(void)
{
    return EBADF;
}

/* Of a session without a transport GnuTLS asks errno. */
static inline void tell_errno(void)
{
    errno = no_socket();
}

/* The application asks its session for something that needs the transport. */
static inline ssize_t detached(void)
{
    tell_errno();
    return -1;
}

static inline void copy(char *to, const char *from, size_t len)
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
static inline size_t send_some(ew_transport *t, const char *bytes, size_t len, int *n)
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
static inline size_t keep(ew_gnutls *e, const char *bytes, size_t len)
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
static inline ssize_t keep_rest(ew_gnutls *e, const char *bytes, size_t len, size_t sent)
{
    size_t taken = sent + keep(e, bytes, len);

    return taken > 0 ? (ssize_t)taken : failed(e, EW_TRANSPORT_BLOCKED);
}

/* Takes what the socket takes, and keeps the rest as far as there is room (flights can be long). */
static inline ssize_t take_out(ew_gnutls *e, const char *bytes, size_t len)
{
    int n = drain(e);
    size_t sent = send_some(e->transport, bytes, len, &n);

    if (n == EW_TRANSPORT_FAILED) {
        return failed(e, n);
    }
    return keep_rest(e, bytes + sent, len - sent, sent);
}

static inline ssize_t take_in(ew_gnutls *e, char *buf, size_t len)
{
    int n = ew_transport_recv(e->transport, buf, len);

    return n >= 0 ? n : failed(e, n);
}

/* In a handshake: notes that there was nothing to pull. */
static inline ssize_t take_in_noting(ew_gnutls *e, char *buf, size_t len)
{
    ssize_t n = take_in(e, buf, len);

    e->waits = n < 0;
    return n;
}

static inline ssize_t let_out(ew_gnutls *e, const char *bytes, size_t len)
{
    return e == NULL ? detached() : take_out(e, bytes, len);
}

static inline ssize_t let_in(ew_gnutls *e, char *buf, size_t len)
{
    return e == NULL ? detached() : take_in(e, buf, len);
}

static inline ssize_t let_in_noting(ew_gnutls *e, char *buf, size_t len)
{
    return e == NULL ? detached() : take_in_noting(e, buf, len);
}

/* Ready, so that GnuTLS pulls, and pulling never waits. */
static inline int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int milliseconds)
{
    (void)ptr;
    (void)milliseconds;
    return 1;
}

/* What GnuTLS calls, and what it knows of it: one line each, with the port's object as void *. */

static inline ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len)
{
    return let_out(ptr, buf, len);
}

static inline ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    return let_in(ptr, buf, len);
}

static inline ssize_t pull_noting(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    return let_in_noting(ptr, buf, len);
}

static inline int pulls_here(const ew_gnutls_pointers *p, const ew_gnutls *e)
{
    return p->pull == e;
}

static inline int pushes_here(const ew_gnutls_pointers *p, const ew_gnutls *e)
{
    return p->push == e;
}

/* Outcomes ----------------------------------------------------------------- */

/* The session failed by itself: with this code, and by the peer's alert if that is `is`. */
static inline uint8_t ended(const ew_gnutls *e, ssize_t ret, uint8_t is)
{
    e->transport->engine_error = (long)ret;
    if (is == EW_EVENT_FATAL_ALERT) {
        e->transport->alert = (int16_t)gnutls_alert_get(e->session);
    }
    return is;
}

/* An error that GnuTLS has no better name for is the transport's, if that has met one. */
static inline uint8_t rare_outcome(const ew_gnutls *e, ssize_t ret)
{
    uint8_t met = e->transport->met;

    if ((met & EW_MET_END) != 0 || (met & EW_MET_FAILED) != 0) {
        return ew_transport_outcome(e->transport, 0);
    }
    return ended(e, ret, EW_EVENT_TLS_ERROR);
}

static inline uint8_t outcome(const ew_gnutls *e, ssize_t ret)
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
static inline uint8_t unsent(const ew_gnutls *e, ssize_t ret)
{
    if ((e->transport->met & EW_MET_FAILED) != 0) {
        return EW_EVENT_IO_ERROR;
    }
    return ended(e, ret, EW_EVENT_TLS_ERROR);
}

/* What came of handing over what waits. */
static inline uint8_t drained(ew_gnutls *e)
{
    return drain(e) > 0 ? EW_EVENT_DONE : ew_transport_outcome(e->transport, 1);
}

/* Beginning ---------------------------------------------------------------- */

static inline void use_transport(ew_gnutls *e)
{
    gnutls_transport_set_push_function(e->session, push);
    gnutls_transport_set_pull_function(e->session, pull);
    gnutls_transport_set_pull_timeout_function(e->session, pull_timeout);
}

/* done, if the transport is still the session's. */
static inline uint8_t begin(ew_gnutls *e)
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

static inline uint8_t begin_sending(ew_gnutls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drained(e);
}

#endif
