/* A pair of ends in memory: see io_memory.h. */
#include "io_memory.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Where the byte stands that has `offset` others before it; behind `size` of them is the first again. */
static size_t place(const ew_memory_way *w, size_t offset)
{
    size_t before_the_edge = w->size - w->first;

    return offset < before_the_edge ? w->first + offset : offset - before_the_edge;
}

static void empty_way(ew_memory_way *w, uint8_t *bytes, size_t size)
{
    w->bytes = bytes;
    w->size = size;
    w->first = 0;
    w->used = 0;
    w->ended = 0;
    w->closed = 0;
    w->reset = 0;
}

void ew_memory_init(ew_memory *m, uint8_t *there, size_t there_size, uint8_t *back,
                    size_t back_size)
{
    empty_way(&m->way[0], there, there_size);
    empty_way(&m->way[1], back, back_size);
    m->end[0].out = &m->way[0];
    m->end[0].in = &m->way[1];
    m->end[1].out = &m->way[1];
    m->end[1].in = &m->way[0];
}

/* A reset is told once, by whichever call meets it first. */
static int was_reset(ew_memory_end *end, int *error)
{
    if (!end->in->reset) {
        return 0;
    }
    end->in->reset = 0;
    *error = EW_CAUSE_RESET;
    return 1;
}

/* n of them fit. */
static void put(ew_memory_way *w, const uint8_t *buf, size_t n)
{
    /*@
      loop invariant within: 0 <= i <= n;
      loop invariant behind: \forall integer k; 0 <= k < w->size &&
        w->used <= order(w->first, w->size, k) < w->used + i ==>
        w->bytes[k] == buf[order(w->first, w->size, k) - w->used];
      loop invariant kept: \forall integer k; 0 <= k < w->size &&
        !(w->used <= order(w->first, w->size, k) < w->used + i) ==> w->bytes[k] == \at(w->bytes[k], Pre);
      loop assigns i, w->bytes[0 .. w->size - 1];
      loop variant n - i;
    */
    for (size_t i = 0; i < n; i++) {
        w->bytes[place(w, w->used + i)] = buf[i];
    }
    w->used += n;
}

/* n of them are there. */
static void get(ew_memory_way *w, uint8_t *buf, size_t n)
{
    /*@
      loop invariant within: 0 <= i <= n;
      loop invariant oldest: \forall integer j; 0 <= j < i ==>
        buf[j] == w->bytes[slot(w->first, w->size, j)];
      loop assigns i, buf[0 .. n - 1];
      loop variant n - i;
    */
    for (size_t i = 0; i < n; i++) {
        buf[i] = w->bytes[place(w, i)];
    }
    w->first = place(w, n);
    w->used -= n;
}

int ew_memory_send(ew_memory_end *end, const uint8_t *buf, size_t len, int *error)
{
    size_t n = smaller(len, end->out->size - end->out->used);

    if (was_reset(end, error)) {
        return EW_IO_FAILED;
    }
    if (end->out->closed || end->out->ended) {
        *error = EW_CAUSE_ENDED;
        return EW_IO_FAILED;
    }
    put(end->out, buf, n);
    return n > 0 ? (int)n : EW_IO_BLOCKED;
}

int ew_memory_recv(ew_memory_end *end, uint8_t *buf, size_t len, int *error)
{
    size_t n = smaller(len, end->in->used);

    if (was_reset(end, error)) {
        return EW_IO_FAILED;
    }
    if (n == 0) {
        return end->in->ended ? EW_IO_END : EW_IO_BLOCKED;
    }
    get(end->in, buf, n);
    return (int)n;
}

void ew_memory_half_close(ew_memory_end *end)
{
    end->out->ended = 1;
}

void ew_memory_close(ew_memory_end *end)
{
    if (end->in->used > 0 && !end->out->closed) {
        end->out->used = 0;
        end->out->reset = 1;
    }
    end->in->used = 0;
    end->in->closed = 1;
    end->out->ended = 1;
}

size_t ew_memory_waiting(const ew_memory_end *end)
{
    return end->in->used;
}

size_t ew_memory_room(const ew_memory_end *end)
{
    return end->out->closed || end->out->ended ? 0 : end->out->size - end->out->used;
}

/* The io ------------------------------------------------------------------- */

static int memory_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    return ew_memory_send(context, buf, len, error);
}

static int memory_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    return ew_memory_recv(context, buf, len, error);
}

static void memory_half_close(void *context)
{
    ew_memory_half_close(context);
}

static void memory_close(void *context)
{
    ew_memory_close(context);
}

const ew_io ew_io_memory = {
    .name = "memory",
    .send = memory_send,
    .recv = memory_recv,
    .half_close = memory_half_close,
    .close = memory_close,
};
