#include "support.h"

#include "wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void wire_fetch(wire *w)
{
    ssize_t n;

    while ((n = read(w->fd, w->in + w->in_len, WIRE_MAX - w->in_len)) > 0) {
        w->in_len += (size_t)n;
        assert_true(w->in_len < WIRE_MAX);
    }
}

void wire_release(wire *w, size_t n)
{
    if (n > w->out_len) {
        n = w->out_len;
    }
    assert_int_equal(write(w->fd, w->out, n), n);
    w->out_len -= n;
    memmove(w->out, w->out + n, w->out_len);
}

void wire_put(wire *w, const void *bytes, size_t len)
{
    assert_true(w->out_len + len <= WIRE_MAX);
    memcpy(w->out + w->out_len, bytes, len);
    w->out_len += len;
}

size_t wire_get(wire *w, void *bytes, size_t len)
{
    wire_fetch(w);
    if (len > w->in_len - w->in_at) {
        len = w->in_len - w->in_at;
    }
    memcpy(bytes, w->in + w->in_at, len);
    w->in_at += len;
    return len;
}

void wire_mark(wire *w)
{
    wire_fetch(w);
    w->mark = w->in_len;
}

int wire_records(wire *w)
{
    size_t at = w->mark;
    int records = 0;

    wire_fetch(w);
    while (at + 5 <= w->in_len) {
        at += 5 + ((size_t)w->in[at + 3] << 8 | w->in[at + 4]);
        records++;
    }
    assert_int_equal(at, w->in_len);
    return records;
}
