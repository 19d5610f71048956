/*
 * How the BearSSL port takes in a record, and opens it when it is one of its own: an alert, or a
 * handshake message. The port of this tree reads it; it is not installed.
 */
#ifndef EW_BEARSSL_RECORD_H
#define EW_BEARSSL_RECORD_H

#include <stdint.h>

#include "bearssl_call.h"

/* Whether the port opens the record itself. */
static inline int is_ours(const ew_bearssl *e)
{
    return e->head[0] == TYPE_ALERT || e->head[0] == TYPE_HANDSHAKE;
}

/* A record that the port opens is gathered where the engine would: between records that is free. */
static inline unsigned char *body(const ew_bearssl *e)
{
    return e->ibuf + EW_HEADER_LEN;
}

/* Asked before each part of the body: an application can say meanwhile that the buffer is shorter. */
static inline int fits_body(const ew_bearssl *e)
{
    const br_ssl_engine_context *engine = e->engine;

    return 256 * e->head[1] + e->head[2] == engine->version_in &&
           e->len + EW_HEADER_LEN <= engine->ibuf_len && can_have(engine, e->len);
}

/* Whether the header is there, and of a record that the port would open and cannot have. */
static inline int is_unfit(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && is_ours(e) && !fits_body(e);
}

static inline void count_header(ew_bearssl *e, int n)
{
    e->have = (uint8_t)(e->have + n);
    e->got = 0;
    e->len = (size_t)256 * e->head[3] + e->head[4];
}

/* Some of the header, which the port reads itself. */
static inline int take_header(ew_bearssl *e)
{
    int n = get_in(e->transport, e->head + e->have, (size_t)EW_HEADER_LEN - e->have);

    if (n > 0) {
        count_header(e, n);
    }
    return n;
}

static inline int gather_at(ew_bearssl *e, unsigned char *to)
{
    return get_in(e->transport, to, e->len - e->got);
}

/* Some of the body, for the port or for the engine. */
static inline int take_part(ew_bearssl *e)
{
    if (is_ours(e)) {
        return gather_at(e, body(e) + e->got);
    }
    return feed(e, e->len - e->got);
}

static inline int take_body(ew_bearssl *e)
{
    int n = take_part(e);

    if (n > 0) {
        e->got += (size_t)n;
    }
    return n;
}

static inline int take_some(ew_bearssl *e)
{
    if (e->have < EW_HEADER_LEN) {
        return take_header(e);
    }
    return take_body(e);
}

/* The engine gets a header that the port has read. 0: it takes none. */
static inline int give_header(ew_bearssl *e)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(e->engine, &len);

    if (to == NULL || len < EW_HEADER_LEN) {
        return 0;
    }
    copy_bytes(to, e->head, EW_HEADER_LEN);
    br_ssl_engine_recvrec_ack(e->engine, EW_HEADER_LEN);
    return 1;
}

/* The header is there, and nothing else. */
static inline int starts_body(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == 0;
}

/* Whether what came in is a record to go on with; the header of the engine's is given to it. */
static inline int is_accepted(ew_bearssl *e)
{
    if (!is_ours(e) && starts_body(e) && !give_header(e)) {
        return 0;
    }
    return !is_unfit(e) && !failed(e);
}

static inline int is_whole(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == e->len;
}

/* An alert, of two bytes. */
static inline uint8_t alert_outcome(ew_bearssl *e, const unsigned char *text)
{
    if (text[0] != LEVEL_WARNING) {
        return fatal_alert(e, text[1]);
    }
    if (text[1] != CLOSE_NOTIFY) {
        return EW_EVENT_OTHER;
    }
    return EW_EVENT_CLOSE_NOTIFY;
}

/* Opens a record that the engine does not see, and that is whole. */
static inline uint8_t opened(ew_bearssl *e)
{
    size_t len = e->got;
    const unsigned char *text = decrypt(e->engine, e->head[0], body(e), &len);

    if (text == NULL) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->head[0] == TYPE_HANDSHAKE) {
        return EW_EVENT_OTHER;
    }
    if (len != ALERT_LEN) {
        return EW_EVENT_TLS_ERROR;
    }
    return alert_outcome(e, text);
}

static inline int holds_data(const ew_bearssl *e)
{
    size_t len;

    return br_ssl_engine_recvapp_buf(e->engine, &len) != NULL;
}

#endif
