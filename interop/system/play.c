#define _GNU_SOURCE
#include "play.h"

#include "repeat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define OPEN                                                                                       \
    {'o', 0, EW_ERROR_NONE}, {'h', 1, EW_ERROR_NONE},                                              \
    {                                                                                              \
        'w', WRITE_LEN, EW_ERROR_NONE                                                              \
    }
#define READ                                                                                       \
    {                                                                                              \
        'r', PEER_DATA_LEN, EW_ERROR_NONE                                                          \
    }

const scenario sys_scenarios[] = {
    {"we close first",
     PEER_ANSWERS,
     {OPEN, READ, {'s', 0, EW_ERROR_NONE}, {'s', 1, EW_ERROR_NONE}, {'c', 1, EW_ERROR_NONE}}},
    {"the peer closes first",
     PEER_FIRST,
     {OPEN,
      READ,
      {'r', 0, EW_ERROR_ZERO_RETURN},
      {'s', 1, EW_ERROR_NONE},
      {'c', 1, EW_ERROR_NONE}}},
    {"close alone", PEER_ANSWERS, {OPEN, {'c', 1, EW_ERROR_NONE}}},
    {"finish and release",
     PEER_ANSWERS,
     {OPEN, READ, {'f', 1, EW_ERROR_NONE}, {'x', 0, EW_ERROR_NONE}}},
    {"a silent peer",
     PEER_SILENT,
     {OPEN, READ, {'s', 0, EW_ERROR_NONE}, {'s', -1, EW_ERROR_WANT_READ}, {'c', 0, EW_ERROR_NONE}}},
};
const int scenario_count = sizeof sys_scenarios / sizeof sys_scenarios[0];

static const char written[WRITE_LEN] = "written";

/* One call of the adapter, armed. */
static int call(world *w, char op)
{
    ew_conn *c = &w->l.c;
    char data[64];

    switch (op) {
    case 'o': return world_open(w);
    case 'h': return ew_conn_handshake(c);
    case 'w': return (int)ew_conn_write(c, written, sizeof written);
    case 'r': return ew_conn_read(c, data, sizeof data);
    case 's': return ew_conn_shutdown(c);
    case 'f': return ew_conn_finish(c);
    case 'c': return ew_conn_close(c, DRAIN_MS, 1 << 20);
    default: return ew_conn_release(c) == w->l.fd ? 0 : -2;
    }
}

static int armed_call(world *w, char op)
{
    volatile int value = -1;

    calls.since = 0;
    errno = 0;
    if (setjmp(calls.out) == 0) {
        calls.inside = 1;
        heap.armed = 1;
        value = call(w, op);
    }
    heap.armed = 0;
    calls.inside = 0;
    return value;
}

static int again(const answer_of *a)
{
    return a->value == -1 && a->open && is_repeated(a->error);
}

static int is_stuck(void)
{
    return calls.plan.fault == FAULT_STUCK && calls.met > 0;
}

/* Calls until there is an answer, as an application does. `once`: it waits for nobody. */
static void perform(world *w, answer_of *a, char op, int once)
{
    int64_t start = calls.now_ms - calls.jumped_ms;
    int met = calls.met;

    a->op = op;
    a->open = op == 'o' || w->l.c.port != NULL;
    for (int turn = 0; turn < REPEATS_MAX && !calls.hang; turn++) {
        a->value = armed_call(w, op);
        a->errno_ = errno;
        a->error = op == 'o' || op == 'x' ? EW_ERROR_NONE : ew_conn_get_error(&w->l.c, a->value);
        a->reason = op == 'o' || op == 'x' ? EW_REASON_NONE : ew_conn_get_reason(&w->l.c);
        if (!again(a) || once || (is_stuck() && op != 'c'))
            break;
        a->put_off = a->errno_;
        if (op == 'h' && a->errno_ == ETIMEDOUT)
            ew_conn_set_deadline(&w->l.c, DEADLINE_MS); /* the machine slept: grants it once more */
        if (turn + 1 == REPEATS_MAX)
            calls.hang = "asks to be called again for ever";
        world_pump(w);
        if (w->nonblocking)
            calls.now_ms += 10;
    }
    a->took_ms = calls.now_ms - calls.jumped_ms - start;
    a->met = calls.met - met;
    a->draining = calls.shut;
}

static void settle(world *w, played *out)
{
    memcpy(out->calls, calls.count, sizeof out->calls);
    out->hang = calls.hang;
    out->met = calls.met + heap.failed;
    out->closes = calls.closes;
    out->wrong_closes = calls.wrong_closes;
    out->left_open = calls.closes == 0 && fcntl(w->l.fd, F_GETFL) >= 0;
    if (w->l.c.port != NULL) /* a hang */
        ew_conn_release(&w->l.c);
    if (out->left_open)
        close(w->l.fd);
    world_pump(w);
    out->got = w->got;
    out->notice_seen = w->notice_seen;
    out->notice_sent = w->notice_sent;
    out->peer_failed = w->broken;
    out->allocations = heap.asked;
    heap.fail_at = -1;
}

static void begin(world *w, const scenario *s, const plan *p, long fail_at)
{
    world_renew(w, s->way);
    calls_start();
    calls.fd = w->l.fd;
    calls.pump = world_pump;
    calls.gone = world_gone;
    calls.world = w;
    calls.plan = *p;
    heap.asked = 0;
    heap.failed = 0;
    heap.fail_at = fail_at;
}

static void opened(world *w, played *out)
{
    ew_conn_set_deadline(&w->l.c, DEADLINE_MS);
    out->allocations_opened = heap.asked;
}

void play(world *w, const scenario *s, const plan *p, long fail_at, played *out)
{
    memset(out, 0, sizeof *out);
    begin(w, s, p, fail_at);
    for (const expected *e = s->ops; e->op && !calls.hang; e++) {
        perform(w, &out->answers[out->count], e->op, e->value < 0);
        if (out->answers[out->count++].value < 0 && e->op == 'o')
            break;
        if (e->op == 'o')
            opened(w, out);
        if (e->op == 'h') {
            memcpy(out->established_at, calls.count, sizeof calls.count);
            out->allocations_established = heap.asked;
        }
        if (ew_conn_end_of_data(&w->l.c))
            out->end_of_data = 1;
    }
    if (!calls.hang && w->l.c.port != NULL)
        perform(w, &out->answers[out->count++], 'c', 0);
    settle(w, out);
}
