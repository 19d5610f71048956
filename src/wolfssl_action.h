/*
 * What the wolfSSL port does when it is asked for an action. The port of this tree reads it; it is
 * not installed. `make prove-port-wolfssl` proves it: a void * of the connection's is not in it.
 */
#ifndef EW_WOLFSSL_ACTION_H
#define EW_WOLFSSL_ACTION_H

#include <stdint.h>

#include "port_common.h"
#include "wolfssl_call.h"

/* Actions ------------------------------------------------------------------ */

/* What came of wolfSSL_negotiate in a handshake, or with a message of ours behind one. */
static inline uint8_t negotiated(ew_wolfssl *e, int ret)
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
static inline int is_over(const ew_wolfssl *e)
{
    return e->open != 0 && e->owed == 0 && wolfSSL_is_init_finished(e->ssl);
}

/* A handshake; and behind one it flushes, and does nothing else. */
static inline int hand_over(ew_wolfssl *e)
{
    return wolfSSL_negotiate(e->ssl);
}

static inline uint8_t negotiate(ew_wolfssl *e)
{
    return negotiated(e, hand_over(e));
}

static inline uint8_t shake_hands(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE || is_over(e)) {
        return begun;
    }
    return negotiate(e);
}

static inline uint8_t handshake_action(ew_wolfssl *e)
{
    return shake_hands(e, begin(e));
}

static inline uint8_t handed_over(ew_wolfssl *e, int ret)
{
    if (ret != WOLFSSL_SUCCESS) {
        return outcome(e, ret);
    }
    return EW_EVENT_DONE;
}

static inline uint8_t drain(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE || e->owed == 0) {
        return begun;
    }
    return handed_over(e, hand_over(e));
}

/* Hands over what the object holds, whatever it is; it makes nothing new. */
static inline uint8_t drain_output(ew_wolfssl *e)
{
    return drain(e, begin(e));
}

static inline uint8_t flush_action(ew_wolfssl *e)
{
    return ew_port_flushed(drain_output(e), &e->pending);
}

/* The limit of a record is asked for each one: the object's may have changed. */
static inline int one_record(const ew_wolfssl *e, int len)
{
    int max = wolfSSL_GetMaxOutputSize(e->ssl);

    return max > 0 ? ew_port_fitting(len, (size_t)max) : len;
}

/* What came of making a record of len bytes. */
static inline uint8_t record_made(ew_wolfssl *e, int ret, int len)
{
    if (ret > 0) {
        return ew_port_took(e->transport, ret, len, &e->pending);
    }
    if (wolfSSL_get_error(e->ssl, ret) == WOLFSSL_ERROR_WANT_WRITE) {
        e->pending = len;
    }
    return outcome(e, ret);
}

static inline uint8_t make_record(ew_wolfssl *e, const char *buf, int len)
{
    int part = one_record(e, len);

    return record_made(e, wolfSSL_write(e->ssl, buf, part), part);
}

static inline uint8_t write_behind(ew_wolfssl *e, uint8_t drained, const char *buf, int len)
{
    if (drained != EW_EVENT_DONE || e->pending != 0) {
        return drained;
    }
    return make_record(e, buf, len);
}

static inline uint8_t drain_and_write(ew_wolfssl *e, const char *buf, int len)
{
    return write_behind(e, drain_output(e), buf, len);
}

static inline uint8_t write_or_repeat(ew_wolfssl *e, const char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static inline uint8_t write_action(ew_wolfssl *e, const char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

/* What wolfSSL_shutdown said, asked once. It says success of nothing if it is quiet. */
static inline uint8_t shut(ew_wolfssl *e, int ret)
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

static inline uint8_t closed(ew_wolfssl *e, int ret)
{
    return ew_port_closed(e->transport, shut(e, ret));
}

static inline uint8_t make_notice(ew_wolfssl *e)
{
    ew_transport_seal(e->transport);
    return closed(e, wolfSSL_shutdown(e->ssl));
}

static inline uint8_t close_action(ew_wolfssl *e)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* What came of looking at the next byte. */
static inline uint8_t looked(ew_wolfssl *e, int ret)
{
    if (ret > 0) {
        return EW_EVENT_DATA;
    }
    return received(e, ret);
}

static inline int look(ew_wolfssl *e)
{
    char byte;

    return wolfSSL_peek(e->ssl, &byte, 1);
}

static inline uint8_t receive_record(ew_wolfssl *e, uint8_t begun)
{
    if (begun != EW_EVENT_DONE) {
        return begun;
    }
    return looked(e, look(e));
}

static inline uint8_t receive_action(ew_wolfssl *e)
{
    return receive_record(e, begin(e));
}

static inline int take_data(ew_wolfssl *e, char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return wolfSSL_read(e->ssl, buf, len);
}

static inline int peek_data(ew_wolfssl *e, char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return wolfSSL_peek(e->ssl, buf, len);
}

static inline int count_data(const ew_wolfssl *e)
{
    return wolfSSL_pending(e->ssl);
}

#endif
