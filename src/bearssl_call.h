/*
 * How the BearSSL port calls the engine and the transport, and has a record made and handed over.
 * The port of this tree reads it; it is not installed.
 */
#ifndef EW_BEARSSL_CALL_H
#define EW_BEARSSL_CALL_H

#include <stdint.h>
#include <string.h>

#include "port_bearssl.h"
#include "port_common.h"

enum { TYPE_ALERT = 21, TYPE_HANDSHAKE = 22, TYPE_DATA = 23 };
enum { LEVEL_WARNING = 1, CLOSE_NOTIFY = 0, ALERT_LEN = 2 };

/* What is called with void *, through a pointer, or by a member of a union: one line each. ------- */

static inline int put_out(ew_transport *t, const unsigned char *buf, size_t len)
{
    return ew_transport_send(t, buf, len);
}

static inline int get_in(ew_transport *t, unsigned char *buf, size_t len)
{
    return ew_transport_recv(t, buf, len);
}

static inline void copy_bytes(unsigned char *to, const unsigned char *from, size_t len)
{
    memcpy(to, from, len);
}

/* What the engine sends records by. */
static inline const void *keys_of(const br_ssl_engine_context *engine)
{
    return engine->out.vtable;
}

static inline int sends_by(const br_ssl_engine_context *engine, const void *keys)
{
    return engine->out.vtable == keys;
}

/* Whether a record that came in can have that length. */
static inline int can_have(const br_ssl_engine_context *engine, size_t len)
{
    return engine->in.vtable->check_length(&engine->in.vtable, len);
}

/* Opens a record where it lies. What was in it, and how much; NULL: nobody's with the keys. */
static inline unsigned char *decrypt(br_ssl_engine_context *engine, uint8_t type,
                                     unsigned char *body, size_t *len)
{
    return engine->in.vtable->decrypt(&engine->in.vtable, type, engine->version_in, body, len);
}

/* Sending ------------------------------------------------------------------ */

/* Hands over a part of what the engine has made. A count, 0: there is nothing, or EW_TRANSPORT_*. */
static inline int hand_over(ew_bearssl *e)
{
    size_t len;
    const unsigned char *bytes = br_ssl_engine_sendrec_buf(e->engine, &len);
    int n;

    if (bytes == NULL) {
        return 0;
    }
    n = put_out(e->transport, bytes, len);
    if (n > 0) {
        br_ssl_engine_sendrec_ack(e->engine, (size_t)n);
    }
    return n;
}

/* Hands over all that the engine has made. */
static inline uint8_t drained(ew_bearssl *e)
{
    int n;

    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open{Pre}(e) <==> is_open(e);
      loop invariant gate: gate_goes_on{Pre,Here}(e);
      loop invariant input: same_input{Pre,Here}(e);
      loop invariant W4_same_feed: same_feed{Pre,Here}(e->transport);
      loop assigns n, ew_keys, EW_PORT_SENDS(e);
      loop variant ew_output;
    */
    do {
        n = hand_over(e);
    } while (n > 0);
    if (n < 0) {
        return ew_transport_outcome(e->transport, 1);
    }
    return EW_EVENT_DONE;
}

/*
 * Another buffer than the one that was attached: a record that was not all out is lost with the old
 * one. And what resets the context, as other buffers do too, has it go on in the clear.
 */
static inline uint8_t was_reset(ew_bearssl *e)
{
    return ew_transport_changed(e->transport,
                                EW_WORDS("the context was reset, or its buffers replaced"));
}

/* Begins an engine call once the handshake is over. done: it can be made. */
static inline uint8_t begin(ew_bearssl *e)
{
    ew_transport_begin(e->transport);
    if (!sends_by(e->engine, e->keys)) {
        return was_reset(e);
    }
    return EW_EVENT_DONE;
}

/* The same for a call that sends: what the engine has made leaves first. */
static inline uint8_t begin_sending(ew_bearssl *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drained(e);
}

/*
 * Makes a record of what is in the engine's buffer. One of any other type than data, once it is out,
 * would wake the engine's handshake.
 */
static inline void wrap(ew_bearssl *e, uint8_t type, size_t len)
{
    e->engine->record_type_out = type;
    br_ssl_engine_sendapp_ack(e->engine, len);
    br_ssl_engine_flush(e->engine, 0);
    e->engine->record_type_out = TYPE_DATA;
}

static inline void fill(ew_bearssl *e, unsigned char *to, const unsigned char *buf, int len)
{
    copy_bytes(to, buf, (size_t)len);
    wrap(e, TYPE_DATA, (size_t)len);
}

/* Makes one record of data, or of its first part. How much went in; 0: the engine takes nothing. */
static inline int make_record(ew_bearssl *e, const unsigned char *buf, int len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(e->engine, &room);

    if (to == NULL) {
        return 0;
    }
    len = ew_port_fitting(len, room);
    fill(e, to, buf, len);
    return len;
}

static inline void spell_notice(unsigned char *to)
{
    to[0] = LEVEL_WARNING;
    to[1] = CLOSE_NOTIFY;
}

/* Makes the record of our close_notify. 0: the engine takes nothing. */
static inline int make_alert(ew_bearssl *e)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(e->engine, &room);

    if (to == NULL || room < ALERT_LEN) {
        return 0;
    }
    spell_notice(to);
    wrap(e, TYPE_ALERT, ALERT_LEN);
    return 1;
}

/* With nothing to be sent a context that is open takes data. */
static inline uint8_t takes_nothing(ew_bearssl *e)
{
    return ew_transport_changed(e->transport,
                                EW_WORDS("the engine failed, or its buffers were replaced"));
}

/* Receiving ---------------------------------------------------------------- */

static inline int failed(const ew_bearssl *e)
{
    return br_ssl_engine_current_state(e->engine) == BR_SSL_CLOSED;
}

/* What the engine failed by, in its own words. */
static inline uint8_t tls_error(ew_bearssl *e)
{
    e->transport->engine_error = br_ssl_engine_last_error(e->engine);
    return EW_EVENT_TLS_ERROR;
}

/* The number is the engine's to tell, or the port's that opened the alert. */
static inline uint8_t fatal_alert(ew_bearssl *e, uint8_t number)
{
    e->transport->alert = number;
    e->transport->engine_error = BR_ERR_RECV_FATAL_ALERT + number;
    return EW_EVENT_FATAL_ALERT;
}

/* Gives the engine bytes of a record, `most` at most; a count, or one of EW_TRANSPORT_*. */
static inline int feed(ew_bearssl *e, size_t most)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(e->engine, &len);
    int n;

    if (to == NULL) {
        return EW_TRANSPORT_FAILED;
    }
    n = get_in(e->transport, to, len < most ? len : most);
    if (n > 0) {
        br_ssl_engine_recvrec_ack(e->engine, (size_t)n);
    }
    return n;
}

#endif
