/*
 * What the GnuTLS port does when it is asked for an action. The port of this tree reads it; it is
 * not installed. `make prove-port-gnutls` proves it: a void * of the connection's is not in it.
 */
#ifndef EW_GNUTLS_ACTION_H
#define EW_GNUTLS_ACTION_H

#include <limits.h>
#include <stdint.h>

#include "gnutls_call.h"
#include "gnutls_setup.h"
#include "port_common.h"

/* Actions ------------------------------------------------------------------ */

static inline uint8_t handshake_outcome(const ew_gnutls *e, int ret)
{
    return ret == GNUTLS_E_SESSION_EOF ? EW_EVENT_CLOSE_NOTIFY : outcome(e, ret);
}

/*
 * A function of the application's that puts the handshake off says what a socket would: it is what
 * remains if the transport did nothing. After a record was taken in it could be a part of a message
 * as well, and is asked again at once; but of a ClientHello, which came whole in this call, GnuTLS
 * asks once.
 */
static inline uint8_t unfinished(const ew_gnutls *e, int ret, int hello_before)
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

static inline uint8_t finished(ew_gnutls *e)
{
    const char *why = ew_gnutls_unsafe(e->session);

    e->open = why == NULL;
    return why == NULL ? drained(e) : ew_transport_changed(e->transport, why);
}

static inline uint8_t go_on(ew_gnutls *e)
{
    int hello_before = ew_gnutls_has_hello(e->session);
    int ret;

    gnutls_transport_set_pull_function(e->session, pull_noting);
    e->waits = 0;
    ret = gnutls_handshake(e->session);
    return ret == 0 ? finished(e) : unfinished(e, ret, hello_before);
}

static inline uint8_t handshake_action(ew_gnutls *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->open) {
        return result;
    }
    return go_on(e);
}

static inline uint8_t flush_action(ew_gnutls *e)
{
    return ew_port_flushed(begin_sending(e), &e->pending);
}

/*
 * A session that is corked keeps what it is given, and says that it took it; whether it is cannot
 * be asked, so it is uncorked. Of what was put there past us nothing goes out.
 */
static inline uint8_t uncorked(ew_gnutls *e)
{
    int ret;

    if (gnutls_record_check_corked(e->session) > 0) {
        return ew_transport_changed(e->transport, EW_WORDS("data is corked (gnutls_record_cork)"));
    }
    ret = gnutls_record_uncork(e->session, 0);
    return ret == 0 ? EW_EVENT_DONE : ended(e, ret, EW_EVENT_TLS_ERROR);
}

/* What came of making a record of len bytes. */
static inline uint8_t record_made(ew_gnutls *e, ssize_t ret, int len)
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

static inline uint8_t make_record(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = uncorked(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return record_made(e, gnutls_record_send(e->session, buf, (size_t)len), len);
}

static inline uint8_t drain_and_write(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return make_record(e, buf, len);
}

static inline uint8_t write_or_repeat(ew_gnutls *e, const char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static inline uint8_t told(ew_gnutls *e, uint8_t result, int *written)
{
    return ew_port_written(result, &e->pending, written);
}

static inline uint8_t write_action(ew_gnutls *e, const char *buf, int len, int *written)
{
    return told(e, write_or_repeat(e, buf, len), written);
}

static inline uint8_t make_notice(ew_gnutls *e)
{
    int ret;

    ew_transport_seal(e->transport);
    ret = gnutls_alert_send(e->session, GNUTLS_AL_WARNING, GNUTLS_A_CLOSE_NOTIFY);
    if (ret != 0) {
        return unsent(e, ret);
    }
    return ew_port_closed(e->transport, drained(e));
}

static inline uint8_t close_action(ew_gnutls *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* A ClientHello that asks for another handshake is among the data. */
static inline void drop_hello(ew_gnutls *e)
{
    char dropped;

    if (gnutls_record_check_pending(e->session) > 0) {
        (void)gnutls_record_recv(e->session, &dropped, 1);
    }
}

static inline uint8_t hello_dropped(ew_gnutls *e)
{
    drop_hello(e);
    return EW_EVENT_OTHER;
}

static inline uint8_t received(ew_gnutls *e, ssize_t ret)
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

static inline uint8_t receive_record(ew_gnutls *e)
{
    return received(e, gnutls_record_recv(e->session, e->in, 1));
}

static inline uint8_t receive_next(ew_gnutls *e)
{
    return e->in_len > 0 ? EW_EVENT_DATA : receive_record(e);
}

static inline uint8_t receive_begun(ew_gnutls *e, uint8_t begun)
{
    return begun == EW_EVENT_DONE ? receive_next(e) : begun;
}

static inline uint8_t receive_action(ew_gnutls *e)
{
    return receive_begun(e, begin(e));
}

static inline int moved(ssize_t ret)
{
    return ret > 0 ? (int)ret : 0;
}

/* Moves data that the session holds, up to len bytes of it; its count. */
static inline int move_held(ew_gnutls *e, char *buf, int len)
{
    if (len <= 0 || gnutls_record_check_pending(e->session) == 0) {
        return 0;
    }
    return moved(gnutls_record_recv(e->session, buf, (size_t)len));
}

/* Moves what was looked at, up to len bytes of it; its count. */
static inline int move_seen(ew_gnutls *e, char *buf, int len)
{
    int n = ew_port_fitting(e->in_len, (size_t)len);

    copy(buf, e->in + e->in_at, (size_t)n);
    e->in_at += n;
    e->in_len -= n;
    return n;
}

static inline int move_all(ew_gnutls *e, char *buf, int len)
{
    int n = move_seen(e, buf, len);

    return n + move_held(e, buf + n, len - n);
}

static inline int take_begun(ew_gnutls *e, uint8_t begun, char *buf, int len)
{
    return begun == EW_EVENT_DONE ? move_all(e, buf, len) : -1;
}

static inline int take_data(ew_gnutls *e, char *buf, int len)
{
    return take_begun(e, begin(e), buf, len);
}

static inline void to_the_front(ew_gnutls *e)
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

static inline void hold_more(ew_gnutls *e)
{
    int more;

    to_the_front(e);
    more = move_held(e, e->in + e->in_len, EW_GNUTLS_PEEK_MAX - e->in_len);
    e->in_len += more;
}

/* What is to be looked at comes here, as far as there is room. */
static inline void hold_for(ew_gnutls *e, int len)
{
    if (len > e->in_len) {
        hold_more(e);
    }
}

static inline int show(ew_gnutls *e, char *buf, int len)
{
    hold_for(e, len);
    len = ew_port_fitting(len, (size_t)e->in_len);
    copy(buf, e->in + e->in_at, (size_t)len);
    return len;
}

static inline int peek_begun(ew_gnutls *e, uint8_t begun, char *buf, int len)
{
    return begun == EW_EVENT_DONE ? show(e, buf, len) : -1;
}

static inline int peek_data(ew_gnutls *e, char *buf, int len)
{
    return peek_begun(e, begin(e), buf, len);
}

static inline int count_data(const ew_gnutls *e)
{
    size_t held = gnutls_record_check_pending(e->session);

    return e->in_len + ew_port_fitting(INT_MAX - e->in_len, held);
}

#endif
