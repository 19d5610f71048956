#include "plain.h"

#include <string.h>

void plain_init(plain_engine *e)
{
    memset(e, 0, sizeof *e);
}

int plain_record(uint8_t *to, uint8_t type, const void *body, int len)
{
    to[0] = type;
    to[1] = 3;
    to[2] = 3;
    to[3] = (uint8_t)(len >> 8);
    to[4] = (uint8_t)len;
    memcpy(to + PLAIN_HEADER, body, (size_t)len);
    return PLAIN_HEADER + len;
}

static int attach(void *engine, ew_transport *t)
{
    plain_engine *e = engine;

    e->transport = t;
    return 0;
}

static void detach(void *engine, int session_kept)
{
    plain_engine *e = engine;

    (void)session_kept;
    e->transport = NULL;
}

static int clear(void *engine, int session_kept)
{
    plain_engine *e = engine;
    ew_transport *t = e->transport;

    (void)session_kept;
    plain_init(e);
    e->transport = t;
    return 0;
}

/* Records ------------------------------------------------------------------ */

static void make(plain_engine *e, uint8_t type, const void *body, int len)
{
    e->out_len = plain_record(e->out, type, body, len);
    e->out_at = 0;
}

static uint8_t push(plain_engine *e)
{
    while (e->out_at < e->out_len) {
        int n =
            ew_transport_send(e->transport, e->out + e->out_at, (size_t)(e->out_len - e->out_at));
        if (n < 0)
            return ew_transport_outcome(e->transport, 1);
        e->out_at += n;
    }
    return EW_EVENT_DONE;
}

/* done: a whole record is in hand. */
static uint8_t pull(plain_engine *e)
{
    for (;;) {
        int want = PLAIN_HEADER;
        int n;

        if (e->in_have >= PLAIN_HEADER)
            want += e->in[3] << 8 | e->in[4];
        if (want > PLAIN_RECORD)
            return EW_EVENT_TLS_ERROR;
        if (e->in_have >= PLAIN_HEADER && e->in_have == want)
            return EW_EVENT_DONE;
        n = ew_transport_recv(e->transport, e->in + e->in_have, (size_t)(want - e->in_have));
        if (n <= 0)
            return ew_transport_outcome(e->transport, 0);
        e->in_have += n;
    }
}

/* Actions ------------------------------------------------------------------ */

static uint8_t handshake(void *engine)
{
    plain_engine *e = engine;
    uint8_t result;

    ew_transport_begin(e->transport);
    if (!e->greeted) {
        make(e, PLAIN_HELLO, "hello", 5);
        e->greeted = 1;
    }
    result = push(e);
    if (result != EW_EVENT_DONE)
        return result;
    result = pull(e);
    if (result != EW_EVENT_DONE)
        return result;
    e->in_have = 0;
    return e->in[0] == PLAIN_HELLO ? EW_EVENT_DONE : EW_EVENT_TLS_ERROR;
}

static uint8_t flush(void *engine)
{
    plain_engine *e = engine;
    uint8_t result;

    ew_transport_begin(e->transport);
    result = push(e);
    if (result == EW_EVENT_DONE)
        e->pending = 0;
    return result;
}

static uint8_t send_close_notify(void *engine)
{
    plain_engine *e = engine;
    uint8_t result = flush(e);

    if (result != EW_EVENT_DONE || e->closed)
        return result;
    ew_transport_seal(e->transport);
    make(e, PLAIN_ALERT, "\1\0", 2);
    e->closed = 1;
    return push(e);
}

static uint8_t receive(void *engine)
{
    plain_engine *e = engine;
    uint8_t result;

    ew_transport_begin(e->transport);
    if (e->holds)
        return EW_EVENT_DATA;
    result = pull(e);
    if (result != EW_EVENT_DONE)
        return result;
    if (e->in[0] == PLAIN_DATA && e->in_have > PLAIN_HEADER) {
        e->holds = 1;
        e->data_at = PLAIN_HEADER;
        return EW_EVENT_DATA;
    }
    result = EW_EVENT_OTHER;
    if (e->in[0] == PLAIN_ALERT)
        result = e->in[PLAIN_HEADER + 1] == 0 ? EW_EVENT_CLOSE_NOTIFY : EW_EVENT_FATAL_ALERT;
    e->in_have = 0;
    return result;
}

static int take(void *engine, void *buf, int len)
{
    plain_engine *e = engine;
    int n = e->in_have - e->data_at;

    if (n > len)
        n = len;
    memcpy(buf, e->in + e->data_at, (size_t)n);
    e->data_at += n;
    if (e->data_at == e->in_have) {
        e->in_have = 0;
        e->holds = 0;
    }
    return n;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    plain_engine *e = engine;
    uint8_t result;

    ew_transport_begin(e->transport);
    if (e->pending == 0) {
        e->pending = len < PLAIN_MAX ? len : PLAIN_MAX;
        make(e, PLAIN_DATA, buf, e->pending);
    }
    result = push(e);
    if (result == EW_EVENT_DONE) {
        *written = e->pending;
        e->pending = 0;
    }
    return result;
}

const ew_port plain_port = {
    .name = "plain",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
};
