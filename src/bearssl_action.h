/*
 * What the BearSSL port does when it is asked for an action. The port of this tree reads it; it is
 * not installed. `make prove-port-bearssl` proves it: a void * of the connection's is not in it.
 */
#ifndef EW_BEARSSL_ACTION_H
#define EW_BEARSSL_ACTION_H

#include <stdint.h>

#include "bearssl_call.h"
#include "bearssl_record.h"
#include "bearssl_setup.h"
#include "port_common.h"

/* Actions ------------------------------------------------------------------ */

/* What ended a handshake: the engine has failed, or it is closed. */
static inline uint8_t ended(ew_bearssl *e)
{
    int code = br_ssl_engine_last_error(e->engine);

    if (code >= BR_ERR_RECV_FATAL_ALERT && code <= BR_ERR_RECV_FATAL_ALERT + UINT8_MAX) {
        return fatal_alert(e, (uint8_t)(code - BR_ERR_RECV_FATAL_ALERT));
    }
    return tls_error(e);
}

static inline int takes_data(const ew_bearssl *e)
{
    return (br_ssl_engine_current_state(e->engine) & BR_SSL_SENDAPP) != 0;
}

static inline int is_over(const ew_bearssl *e)
{
    return failed(e) || takes_data(e);
}

/* Has the engine take bytes in, and hands over what it makes of them, until it takes data or failed. */
static inline uint8_t shake(ew_bearssl *e)
{
    uint8_t result = drained(e);

    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open{Pre}(e) <==> is_open(e);
      loop invariant gate: gate_goes_on{Pre,Here}(e);
      loop invariant input: same_input{Pre,Here}(e);
      loop invariant P09_outcome: ends_sending(result);
      loop invariant P13_flushed: result == EW_EVENT_DONE ==> ew_to_send == 0;
      loop assigns result, ew_keys, EW_PORT_SENDS(e);
      loop variant EW_TO_FEED(e->transport);
    */
    while (result == EW_EVENT_DONE && !is_over(e)) {
        if (feed(e, SIZE_MAX) <= 0) {
            return ew_transport_outcome(e->transport, 0);
        }
        result = drained(e);
    }
    return result;
}

static inline uint8_t handshake_ended(ew_bearssl *e, uint8_t result)
{
    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (!takes_data(e)) {
        return ended(e);
    }
    e->keys = keys_of(e->engine);
    return EW_EVENT_DONE;
}

static inline uint8_t go_on(ew_bearssl *e)
{
    return handshake_ended(e, shake(e));
}

static inline int is_as_it_was(const ew_bearssl *e)
{
    return e->engine->obuf == e->obuf && (e->keys == NULL || sends_by(e->engine, e->keys));
}

/* Begins an engine call that may be of the first handshake. done: it can be made. */
static inline uint8_t begin_handshake(ew_bearssl *e)
{
    const char *why = ew_bearssl_unfit(e);

    ew_transport_begin(e->transport);
    if (why != NULL) {
        return ew_transport_changed(e->transport, why);
    }
    if (!is_as_it_was(e)) {
        return was_reset(e);
    }
    return EW_EVENT_DONE;
}

static inline uint8_t handshake_action(ew_bearssl *e)
{
    uint8_t result = begin_handshake(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return go_on(e);
}

static inline uint8_t flush_action(ew_bearssl *e)
{
    return ew_port_flushed(begin_sending(e), &e->pending);
}

/* A record of its own for it, with none pending. */
static inline uint8_t write_new(ew_bearssl *e, const unsigned char *buf, int len)
{
    e->pending = make_record(e, buf, len);
    if (e->pending == 0) {
        return takes_nothing(e);
    }
    return drained(e);
}

static inline uint8_t drain_and_write(ew_bearssl *e, const unsigned char *buf, int len)
{
    uint8_t result;

    /*@ assert apart_of_heads: \separated(buf + (0 .. len - 1), e->transport->in.head + (0 .. 4),
          e->transport->out.head + (0 .. 4), e->transport->tail + (0 .. EW_TAIL_MAX - 1)); */
    result = begin_sending(e);
    /*@ assert same_bytes: \forall integer j; 0 <= j < len ==> buf[j] == \at(buf[j], Pre); */
    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return write_new(e, buf, len);
}

static inline uint8_t begin_write(ew_bearssl *e, int len)
{
    return ew_port_repeated(e->transport, e->pending, len);
}

static inline uint8_t write_or_repeat(ew_bearssl *e, const unsigned char *buf, int len)
{
    uint8_t result = begin_write(e, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static inline uint8_t write_action(ew_bearssl *e, const unsigned char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

static inline int seal_and_alert(ew_bearssl *e)
{
    ew_transport_seal(e->transport);
    return make_alert(e);
}

static inline uint8_t notice_out(ew_bearssl *e)
{
    return ew_port_closed(e->transport, drained(e));
}

static inline uint8_t make_notice(ew_bearssl *e)
{
    if (!seal_and_alert(e)) {
        return takes_nothing(e);
    }
    return notice_out(e);
}

static inline uint8_t close_action(ew_bearssl *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* A record is all there: the port opens it, or the engine has. */
static inline uint8_t record_ended(ew_bearssl *e)
{
    e->have = 0;
    if (is_ours(e)) {
        return opened(e);
    }
    if (holds_data(e)) {
        return EW_EVENT_DATA;
    }
    return EW_EVENT_OTHER;
}

/* Until the record is all there: done. */
static inline uint8_t gather(ew_bearssl *e)
{
    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open(e);
      loop invariant gate: same_gate{Pre,Here}(e);
      loop invariant P16_some: goes_on(e);
      loop invariant P16_fits: gathers(e) ==> e->len + EW_HEADER_LEN <= e->engine->ibuf_len;
      loop assigns e->have, e->got, e->len, e->head[0 .. 4], ew_checked, ew_keys, EW_PORT_SENDS(e);
      loop variant 65536 * (EW_HEADER_LEN - e->have) + e->len - e->got;
    */
    do {
        if (take_some(e) <= 0) {
            return ew_transport_outcome(e->transport, 0);
        }
        if (!is_accepted(e)) {
            return tls_error(e);
        }
    } while (!is_whole(e));
    return EW_EVENT_DONE;
}

static inline uint8_t receive_record(ew_bearssl *e)
{
    uint8_t result = gather(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return record_ended(e);
}

static inline uint8_t receive_action(ew_bearssl *e)
{
    if (begin(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->engine->ibuf != e->ibuf) {
        return was_reset(e); /* one that is too small is all that was changed */
    }
    if (failed(e)) { /* by a length that is too small, too: the engine keeps that, and its keys */
        return takes_nothing(e);
    }
    if (holds_data(e)) {
        return EW_EVENT_DATA;
    }
    if (is_unfit(e)) { /* by a buffer that was made shorter since */
        return tls_error(e);
    }
    return receive_record(e);
}

static inline int peek_data(ew_bearssl *e, unsigned char *buf, int len)
{
    size_t held;
    const unsigned char *from;

    ew_transport_begin(e->transport);
    from = br_ssl_engine_recvapp_buf(e->engine, &held);
    if (from == NULL) {
        return -1;
    }
    len = ew_port_fitting(len, held);
    copy_bytes(buf, from, (size_t)len);
    return len;
}

static inline int take_data(ew_bearssl *e, unsigned char *buf, int len)
{
    int n = peek_data(e, buf, len);

    if (n > 0) {
        br_ssl_engine_recvapp_ack(e->engine, (size_t)n);
    }
    return n;
}

static inline int count_data(const ew_bearssl *e)
{
    size_t held;

    if (br_ssl_engine_recvapp_buf(e->engine, &held) == NULL) {
        return 0;
    }
    return (int)held;
}

#endif
