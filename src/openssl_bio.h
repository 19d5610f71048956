/*
 * The BIO between an SSL and the transport, and what it notes for the port. The port of this tree
 * reads it; it is not installed.
 */
#ifndef EW_OPENSSL_BIO_H
#define EW_OPENSSL_BIO_H

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "port_openssl.h"

/* The transport can do nothing now, or never: what the BIO says. */
static inline int ew_openssl_stopped(ew_openssl *e, int result, int flag)
{
    if (result == EW_TRANSPORT_BLOCKED) {
        e->blocked = 1;
        BIO_set_flags(e->bio, flag | BIO_FLAGS_SHOULD_RETRY);
    }
    return -1;
}

static inline int ew_openssl_keeps_notice(const ew_openssl *e)
{
    return e->notice_out < e->notice_len;
}

/* The rest of our close_notify, of which the socket takes nothing now. */
static inline int ew_openssl_keep_notice(ew_openssl *e, const char *buf, int len)
{
    /*@
      loop invariant within: 0 <= i <= len;
      loop invariant kept: \forall integer j; 0 <= j < i ==> e->notice[j] == buf[j];
      loop assigns i, e->notice[0 .. EW_ALERT_MAX - 1];
      loop variant len - i;
    */
    for (int i = 0; i < len; i++) {
        e->notice[i] = buf[i];
    }
    e->notice_len = (uint8_t)len;
    e->notice_out = 0;
    e->rest = 0;
    return len;
}

static inline void ew_openssl_note_sent(ew_openssl *e, int n)
{
    if (n > 0) {
        e->notice_out = (uint8_t)(e->notice_out + n);
    }
}

/* Once. A count, or one of EW_TRANSPORT_*. */
static inline int ew_openssl_send_part(ew_openssl *e)
{
    int left = e->notice_len - e->notice_out;
    int n = ew_transport_send(e->transport, e->notice + e->notice_out, (size_t)left);

    ew_openssl_note_sent(e, n);
    return n;
}

/* What the socket takes of it now. */
static inline void ew_openssl_send_notice(ew_openssl *e)
{
    /*@
      loop invariant part: notice_ok(e);
      loop invariant goes_on: \at(e->notice_out, LoopEntry) <= e->notice_out;
      loop invariant gate: \at(e->transport->gate, LoopEntry) == EW_GATE_OPEN <==>
        e->transport->gate == EW_GATE_OPEN;
      loop invariant in_range: \at(e->transport->gate, LoopEntry) <= EW_GATE_SHUT ==>
        e->transport->gate <= EW_GATE_SHUT;
      loop invariant alone: left_alone{LoopEntry,Here}(e);
      loop invariant taken: e->ssl->taken == \at(e->ssl->taken, LoopEntry);
      loop assigns e->notice_out, EW_WIRE_OF(e->transport);
      loop variant e->notice_len - e->notice_out;
    */
    while (ew_openssl_keeps_notice(e)) {
        if (ew_openssl_send_part(e) <= 0) {
            return;
        }
    }
}

/* The sealed record is the one in hand, and an alert. */
static inline int ew_openssl_is_notice(const ew_openssl *e, int len)
{
    return e->transport->gate == EW_GATE_SEALED && e->transport->to_shut == 1 &&
           len <= EW_ALERT_MAX;
}

static inline int ew_openssl_not_taken(ew_openssl *e, const char *buf, int len, int result)
{
    if (result == EW_TRANSPORT_BLOCKED && ew_openssl_is_notice(e, len)) {
        return ew_openssl_keep_notice(e, buf, len);
    }
    return ew_openssl_stopped(e, result, BIO_FLAGS_WRITE);
}

static inline int ew_openssl_hand_over(ew_openssl *e, const char *buf, int len)
{
    int n;

    e->rest = len;
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_send(e->transport, buf, (size_t)len);
    if (n <= 0) {
        return ew_openssl_not_taken(e, buf, len, n);
    }
    e->rest -= n;
    return n;
}

static inline int ew_openssl_let_out(ew_openssl *e, const char *buf, int len)
{
    if (len <= 0) {
        return 0;
    }
    if (ew_openssl_keeps_notice(e)) {
        return len; /* nothing may follow it */
    }
    if (e->fresh) {
        e->fresh = SSL_in_init(e->ssl) != 0; /* an answer of libssl's goes before the record */
    } else if (e->pending > 0 && len > e->rest) {
        e->surplus = 1;
        return -1;
    }
    return ew_openssl_hand_over(e, buf, len);
}

static inline int ew_openssl_let_in(ew_openssl *e, char *buf, int len)
{
    int n;

    if (len <= 0) {
        return 0;
    }
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    return n < 0 ? ew_openssl_stopped(e, n, BIO_FLAGS_READ) : n;
}

/* libssl asks a dozen times in each close, mostly for what is not here (kTLS): there is no e then. */
static inline long ew_openssl_answer(const ew_openssl *e, int cmd)
{
    if (cmd > BIO_CTRL_FLUSH) {
        return 0;
    }
    if (cmd == BIO_CTRL_EOF) {
        return (e->transport->met & EW_MET_END) != 0;
    }
    return cmd == BIO_CTRL_FLUSH;
}

#endif
