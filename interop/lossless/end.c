#define _GNU_SOURCE
#include "end.h"
#include "net.h"
#include "pattern.h"
#include "repeat.h"
#include "side_endwell.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 16384, TURN = 8, DRAIN_MS = 120000, DEADLINE_MS = 120000 };

int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int end_open(lossless_end *e, const side_ops *ops, void *context, int fd, const end_plan *plan)
{
    *e = (lossless_end){.ops = ops, .plan = plan, .fd = fd, .goal = plan->goal, .intact = 1};
    e->side = ops->open(context, fd);
    if (!e->side) {
        close(fd);
        e->state = END_OVER;
        return -1;
    }
    ops->set_deadline(e->side, DEADLINE_MS);
    e->events = POLLIN | POLLOUT;
    return 0;
}

void end_free(lossless_end *e)
{
    if (e->side)
        e->ops->free(e->side);
    e->side = NULL;
}

/* What calls say ---------------------------------------------------------------------------- */

/*
 * 1: the call has to be repeated when the socket is ready. 0: at once, or it failed, and the end is
 * told.
 */
static int blocked(lossless_end *e, int ret, const char *call)
{
    int error = e->ops->get_error(e->side, ret);
    if (is_repeated(error)) {
        e->events = repeat_events(error);
        return error != EW_ERROR_AGAIN;
    }
    e->told = 1;
    e->where = call;
    e->state = END_CLOSES; /* there is nothing left to do but to let go of the socket */
    return 0;
}

static int64_t allowance(const lossless_end *e)
{
    if (e->plan->rate == 0)
        return CHUNK;
    int64_t due = (int64_t)((double)(now_us() - e->since_us) * (double)e->plan->rate / 1e6);
    return due - (int64_t)e->read;
}

int end_is_paced(const lossless_end *e)
{
    return e->plan->rate > 0 && e->plan->reads && !e->ended && e->state != END_OVER;
}

/* Data -------------------------------------------------------------------------------------- */

static int wants_to_read(const lossless_end *e)
{
    return e->plan->reads && !e->ended;
}

static int wants_to_write(const lossless_end *e)
{
    return e->written < e->goal && (!e->plan->answers || e->ended);
}

/* One record: 1 if there was one, or the end; 0 if not. */
static int read_some(lossless_end *e)
{
    uint8_t data[CHUNK];
    int other = e->plan->stream == STREAM_FROM_US ? STREAM_FROM_PEER : STREAM_FROM_US;
    if (e->plan->rate > 0 && allowance(e) <= 0)
        return 0;
    int n = e->ops->read(e->side, data, sizeof data);
    if (n < 0)
        return !blocked(e, n, "read");
    if (n == 0 && !e->ops->end_of_data(e->side))
        return !blocked(e, n, "read");
    if (n == 0) {
        e->ended = 1;
        if (e->plan->stops) /* but a record that is half out has to be finished */
            e->goal = e->written + (uint64_t)e->offered;
        return 1;
    }
    e->intact &= pattern_matches(other, e->read, data, (size_t)n);
    e->read += (uint64_t)n;
    return 1;
}

static int write_some(lossless_end *e)
{
    uint8_t data[CHUNK];
    uint64_t left = e->goal - e->written;
    int len = e->offered ? e->offered : left < CHUNK ? (int)left : CHUNK;
    pattern_fill(e->plan->stream, e->written, data, (size_t)len);
    int n = e->ops->write(e->side, data, len);
    if (n <= 0) {
        e->offered = len;
        return !blocked(e, n, "write");
    }
    e->offered = 0;
    e->written += (uint64_t)n;
    return 1;
}

/* The close --------------------------------------------------------------------------------- */

/* The engine alone: that was the close_notify, and this is close(2). The same for an end whose
 * TLS is closed both ways, and for one that failed. */
static void let_go(lossless_end *e)
{
    int fd = e->ops->release(e->side);
    if (fd >= 0 && close(fd) != 0) {
        e->told = 1;
        e->where = "close";
    }
    e->state = END_OVER;
}

static int is_plain(const lossless_end *e)
{
    return e->ops->close != endwell_close;
}

/* Only a 1 says that the other end closed in turn, and so that it was there to take all. */
static int close_step(lossless_end *e)
{
    if (e->told || is_plain(e) || e->plan->close == CLOSE_PLAIN) {
        let_go(e);
        return 1;
    }
    int ret = ew_conn_close(e->side, DRAIN_MS, SIZE_MAX);
    int error = e->ops->get_error(e->side, ret);
    if (ret == -1 && is_repeated(error)) {
        e->events = repeat_events(error);
        return error == EW_ERROR_AGAIN;
    }
    if (ret != 1) {
        e->told = 1;
        e->where = "close";
    }
    e->state = END_OVER;
    return 1;
}

static int shut_step(lossless_end *e, end_state next)
{
    int ret = e->ops->shutdown(e->side);
    if (ret < 0)
        return !blocked(e, ret, "shutdown");
    e->state = next;
    return 1;
}

/* The whole --------------------------------------------------------------------------------- */

static int open_step(lossless_end *e)
{
    int moved = 0;
    short events = 0;
    if (wants_to_read(e)) {
        moved |= read_some(e);
        events |= POLLIN;
    }
    if (e->state == END_OPEN && wants_to_write(e)) {
        moved |= write_some(e);
        events |= POLLOUT;
    }
    e->events = events;
    if (e->state == END_OPEN && e->written >= e->goal && (!e->plan->answers || e->ended))
        e->state = e->plan->close == CLOSE_ORDERLY ? END_CLOSES : END_SHUTS;
    return moved;
}

static int step(lossless_end *e)
{
    int ret;
    switch (e->state) {
    case END_SHAKES:
        ret = e->ops->handshake(e->side);
        if (ret != 1)
            return !blocked(e, ret, "handshake");
        e->state = END_OPEN;
        e->since_us = now_us();
        return 1;
    case END_OPEN: return open_step(e);
    case END_SHUTS:
        return shut_step(e, e->plan->close == CLOSE_FULL && !e->ended ? END_READS : END_CLOSES);
    case END_READS:
        e->events = POLLIN;
        if (e->ended) {
            e->state = END_CLOSES;
            return 1;
        }
        return read_some(e);
    case END_CLOSES: return close_step(e);
    default: return 0;
    }
}

/*
 * An end that would go on, and only gives others their turn, waits for nothing: what it waited for
 * before, or in another state, may never come.
 */
int end_step(lossless_end *e)
{
    int moved = 0;
    int goes_on = 1;
    for (int i = 0; i < TURN && goes_on && e->state != END_OVER; i++) {
        end_state before = e->state;
        goes_on = step(e) || e->state != before;
        moved |= goes_on;
    }
    if (goes_on)
        e->events = POLLIN | POLLOUT;
    return moved;
}

/* A blocking end cannot read and write at once: it writes all, and then reads. */
void end_run(lossless_end *e)
{
    while (e->state == END_SHAKES && step(e))
        ;
    while (e->state == END_OPEN && e->plan->answers && !e->ended && e->plan->reads)
        if (!read_some(e))
            net_sleep_ms(1);
    while (e->state == END_OPEN && e->written < e->goal)
        write_some(e);
    if (e->state == END_OPEN)
        e->state = e->plan->close == CLOSE_ORDERLY ? END_CLOSES : END_SHUTS;
    while (e->state != END_OVER)
        if (!step(e))
            net_sleep_ms(1);
}
