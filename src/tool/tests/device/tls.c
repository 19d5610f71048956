#include "tls.h"

enum { HELLO = 22, ALERT = 21, DATA = 23 };

static int put_record(struct tls_queue *q, uint8_t type, const uint8_t *from, unsigned length)
{
    if (q->last + length + 2 > TLS_ROOM || length > UINT8_MAX) {
        return TLS_REFUSED;
    }
    q->byte[q->last++] = type;
    q->byte[q->last++] = (uint8_t)length;
    for (unsigned i = 0; i < length; i++) {
        q->byte[q->last++] = from[i];
    }
    return (int)length;
}

/* The length of the next record, or why there is none. */
static int next_record(struct tls_queue *q, uint8_t *type)
{
    if (q->first == q->last) {
        return q->is_cut ? TLS_EOF : TLS_WANT_READ;
    }
    *type = q->byte[q->first];
    q->first += 2;
    return q->byte[q->first - 1];
}

int tls_handshake(struct tls *s)
{
    uint8_t type = 0;
    if (!s->shaken) {
        put_record(s->out, HELLO, (const uint8_t *)"hello", 5);
        s->shaken = 1;
    }
    int n = next_record(s->in, &type);
    if (n < 0) {
        return n;
    }
    s->in->first += (unsigned)n;
    return type == HELLO ? 0 : TLS_REFUSED;
}

int tls_read(struct tls *s, uint8_t *to, unsigned room)
{
    uint8_t type = 0;
    int n = s->peer_closed ? TLS_CLOSED : next_record(s->in, &type);
    if (n < 0) {
        return n;
    }
    if (type == ALERT) {
        s->peer_closed = 1;
        return TLS_CLOSED;
    }
    for (int i = 0; i < n && (unsigned)i < room; i++) {
        to[i] = s->in->byte[s->in->first + (unsigned)i];
    }
    s->in->first += (unsigned)n;
    return n;
}

int tls_write(struct tls *s, const uint8_t *from, unsigned length)
{
    return put_record(s->out, DATA, from, length);
}

int tls_close_notify(struct tls *s)
{
    static const uint8_t notice[2] = {1, 0};
    int n = put_record(s->out, ALERT, notice, sizeof notice);
    return n < 0 ? n : 0;
}
