/* The calls on our side, each with what it is expected to give. */
#define _GNU_SOURCE
#include "cell.h"
#include "net.h"
#include "endwell.h"
#include "pattern.h"
#include "repeat.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CHUNK = 16384, PATIENCE_MS = 10000 };

/* What one call gave. */
typedef struct {
    int ret, error, reason, flags, tries, error_number;
} result;

typedef struct {
    enum { OP_HANDSHAKE, OP_READ, OP_WRITE, OP_SHUTDOWN, OP_FINISH } kind;
    void *buf;
    int len;
} operation;

static int perform(cell *c, const operation *op)
{
    const side_ops *engine = c->variant.engine;
    switch (op->kind) {
    case OP_HANDSHAKE: return engine->handshake(c->us);
    case OP_READ: return engine->read(c->us, op->buf, op->len);
    case OP_WRITE: return engine->write(c->us, op->buf, op->len);
    case OP_SHUTDOWN: return engine->shutdown(c->us);
    default: return engine->finish(c->us);
    }
}

/* On a nonblocking socket a call that would block is repeated, unless blocking is expected. */
static result settle(cell *c, const operation *op, int expected)
{
    const side_ops *engine = c->variant.engine;
    long long end = net_now_ms() + PATIENCE_MS;
    result r = {0};
    for (;;) {
        errno = 0;
        r.ret = perform(c, op);
        r.error_number = errno;
        r.error = engine->get_error(c->us, r.ret);
        r.tries++;
        if (r.ret >= 0 || !is_repeated(r.error) || r.error == expected ||
            c->variant.mode == BLOCKING || net_now_ms() > end)
            break;
        repeat_wait(c->fd, r.error, 1000);
    }
    r.reason = engine->get_reason(c->us);
    if (r.ret > 0 && r.reason > EW_REASON_NONE)
        r.reason = EW_REASON_NONE; /* of an earlier call */
    r.flags = engine->get_shutdown(c->us);
    return r;
}

static void note(cell *c, const char *label, const result *r)
{
    cJSON *d = cJSON_CreateObject();
    cJSON_AddNumberToObject(d, "ret", r->ret);
    cJSON_AddStringToObject(d, "error", ew_error_name(r->error));
    if (r->reason > 0)
        cJSON_AddStringToObject(d, "reason", ew_reason_name(r->reason));
    cJSON_AddNumberToObject(d, "flags", r->flags);
    if (r->tries > 1)
        cJSON_AddNumberToObject(d, "tries", r->tries);
    cell_note(c, "us", label, d);
}

static void compare(cell *c, const char *clauses, const char *label, const result *r, int ret,
                    int error, int reason, int flags)
{
    note(c, label, r);
    cell_check(c, clauses, label, "ret", r->ret, ret);
    cell_check(c, clauses, label, "error", r->error, error);
    if (r->reason >= 0)
        cell_check(c, clauses, label, "reason", r->reason, reason);
    if (flags >= 0)
        cell_check(c, clauses, label, "flags", r->flags, flags);
    /* A blocking call that would block has a deadline, and says that it passed. */
    if (r->reason >= 0 && repeat_events(error) && c->variant.mode == BLOCKING &&
        repeat_events(r->error))
        cell_check(c, "K-07", label, "errno is ETIMEDOUT", r->error_number == ETIMEDOUT, 1);
}

static void simple(cell *c, const char *name, int kind, const char *clauses, int ret, int error,
                   int reason, int flags)
{
    char label[64];
    operation op = {.kind = kind};
    if (c->dead)
        return;
    cell_label(c, name, label);
    result r = settle(c, &op, error);
    compare(c, clauses, label, &r, ret, error, reason, flags);
}

void us_handshake(cell *c, const char *clauses, int ret, int error, int reason)
{
    simple(c, "handshake", OP_HANDSHAKE, clauses, ret, error, reason, -1);
}

void us_shutdown(cell *c, const char *clauses, int ret, int error, int reason, int flags)
{
    simple(c, "shutdown", OP_SHUTDOWN, clauses, ret, error, reason, flags);
}

void us_finish(cell *c, const char *clauses, int ret, int error, int reason, int flags)
{
    simple(c, "finish", OP_FINISH, clauses, ret, error, reason, flags);
}

void us_shutdown_by_edges(cell *c, const char *clauses, int ret, int flags)
{
    const side_ops *engine = c->variant.engine;
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    char label[64];
    int edges = epoll_create1(0), again = 0;
    result r = {.ret = -1, .error = EW_ERROR_AGAIN};
    long long end = net_now_ms() + PATIENCE_MS;
    if (c->dead)
        return;
    cell_label(c, "shutdown", label);
    epoll_ctl(edges, EPOLL_CTL_ADD, c->fd, &event);
    while (r.ret < 0 && is_repeated(r.error) && net_now_ms() < end) {
        if (r.error != EW_ERROR_AGAIN || r.tries == 0)
            epoll_wait(edges, &event, 1, 2000);
        r.ret = engine->shutdown(c->us);
        r.error = engine->get_error(c->us, r.ret);
        again += r.error == EW_ERROR_AGAIN;
        r.tries++;
    }
    close(edges);
    r.reason = engine->get_reason(c->us);
    if (r.ret > 0 && r.reason > EW_REASON_NONE)
        r.reason = EW_REASON_NONE; /* of an earlier call */
    r.flags = engine->get_shutdown(c->us);
    compare(c, clauses, label, &r, ret, EW_ERROR_NONE, EW_REASON_NONE, flags);
    if (r.reason >= 0)
        cell_check(c, clauses, label, "said `again`", again > 0, 1);
}

/* Writing ----------------------------------------------------------------------------------- */

static result write_some(cell *c, uint64_t most, int expected)
{
    static uint8_t chunk[CHUNK];
    size_t len = most < CHUNK ? (size_t)most : CHUNK;
    pattern_fill(STREAM_FROM_US, c->sent, chunk, len);
    operation op = {OP_WRITE, chunk, (int)len};
    result r = settle(c, &op, expected);
    if (r.ret > 0)
        c->sent += (uint64_t)r.ret;
    return r;
}

void us_write(cell *c, const char *clauses, uint64_t bytes)
{
    char label[64];
    uint64_t goal = c->sent + bytes;
    result r = {.ret = 1};
    if (c->dead)
        return;
    cell_label(c, "write", label);
    while (c->sent < goal && r.ret > 0)
        r = write_some(c, goal - c->sent, EW_ERROR_NONE);
    note(c, label, &r);
    cell_check(c, clauses, label, "error", r.error, EW_ERROR_NONE);
    cell_check(c, clauses, label, "all written", c->sent == goal, 1);
}

void us_write_fails(cell *c, const char *clauses, int error, int reason, int flags)
{
    char label[64];
    if (c->dead)
        return;
    cell_label(c, "write", label);
    result r = write_some(c, 100, error);
    compare(c, clauses, label, &r, -1, error, reason, flags);
}

/* A late acknowledgement, or the kernel's probe of a window that is small and not closed, makes
 * room once more: full is what stays full. */
int us_fill(cell *c, const char *clauses)
{
    enum { FILL = 4096, ENOUGH = 64 << 20, LATE_MS = 500 };
    char label[64];
    uint64_t before = c->sent;
    result r = {.ret = 1};
    if (c->dead)
        return 0;
    cell_label(c, "fill", label);
    for (int full = 0; full < 2 && c->sent - before<ENOUGH; full = r.ret> 0 ? 0 : full + 1) {
        if (r.ret < 0)
            net_wait(c->fd, POLLOUT, LATE_MS);
        r = write_some(c, FILL, EW_ERROR_WANT_WRITE);
        if (r.ret < 0 && r.error != EW_ERROR_WANT_WRITE)
            break;
    }
    compare(c, clauses, label, &r, -1, EW_ERROR_WANT_WRITE, EW_REASON_NONE, 0);
    return FILL;
}

/* Reading ----------------------------------------------------------------------------------- */

static result read_some(cell *c, uint64_t most, int expected, int *intact)
{
    static uint8_t chunk[CHUNK];
    size_t len = most < CHUNK ? (size_t)most : CHUNK;
    operation op = {OP_READ, chunk, (int)len};
    result r = settle(c, &op, expected);
    if (r.ret > 0) {
        *intact = *intact && pattern_matches(STREAM_FROM_PEER, c->received, chunk, (size_t)r.ret);
        c->received += (uint64_t)r.ret;
    }
    return r;
}

void us_read(cell *c, const char *clauses, uint64_t bytes)
{
    char label[64];
    uint64_t goal = c->received + bytes;
    int intact = 1;
    result r = {.ret = 1};
    if (c->dead)
        return;
    cell_label(c, "read", label);
    while (c->received < goal && r.ret > 0)
        r = read_some(c, goal - c->received, EW_ERROR_NONE, &intact);
    note(c, label, &r);
    cell_check(c, clauses, label, "error", r.error, EW_ERROR_NONE);
    cell_check(c, clauses, label, "all read", c->received == goal, 1);
    cell_check(c, clauses, label, "intact", intact, 1);
}

static void read_gives(cell *c, const char *clauses, int ret, int error, int reason, int flags)
{
    char label[64];
    int intact = 1;
    if (c->dead)
        return;
    cell_label(c, "read", label);
    result r = read_some(c, CHUNK, error, &intact);
    compare(c, clauses, label, &r, ret, error, reason, flags);
}

void us_read_ends(cell *c, const char *clauses, int flags)
{
    read_gives(c, clauses, 0, EW_ERROR_ZERO_RETURN, EW_REASON_NONE, flags);
}

void us_read_fails(cell *c, const char *clauses, int error, int reason, int flags)
{
    read_gives(c, clauses, -1, error, reason, flags);
}

/* Text -------------------------------------------------------------------------------------- */

void us_say(cell *c, const char *clauses, const char *text)
{
    char label[64], buf[256];
    operation op = {OP_WRITE, buf, (int)strlen(text)};
    if (c->dead)
        return;
    snprintf(buf, sizeof buf, "%s", text);
    cell_label(c, "say", label);
    result r = settle(c, &op, EW_ERROR_NONE);
    note(c, label, &r);
    cell_check(c, clauses, label, "ret", r.ret, op.len);
}

void us_hear(cell *c, const char *clauses, const char *text)
{
    char label[64], buf[256];
    size_t len = strlen(text), done = 0;
    result r = {.ret = 1};
    if (c->dead)
        return;
    cell_label(c, "hear", label);
    while (done < len && r.ret > 0) {
        operation op = {OP_READ, buf + done, (int)(len - done)};
        r = settle(c, &op, EW_ERROR_NONE);
        done += r.ret > 0 ? (size_t)r.ret : 0;
    }
    buf[done] = '\0';
    note(c, label, &r);
    cell_check_text(c, clauses, label, "text", buf, text);
}

/* The rest ---------------------------------------------------------------------------------- */

static void value(cell *c, const char *clauses, const char *call, const char *field, int got,
                  int want)
{
    char label[64], text[96];
    cJSON *d = cJSON_CreateObject();
    cJSON_AddNumberToObject(d, field, got);
    cell_label(c, call, label);
    snprintf(text, sizeof text, "%s", label);
    cell_note(c, "us", text, d);
    cell_check(c, clauses, label, field, got, want);
}

void us_set_shutdown(cell *c, const char *clauses, int flags, int ret)
{
    if (c->dead)
        return;
    int before = c->variant.engine->get_shutdown(c->us);
    value(c, clauses, "set_shutdown", "ret", c->variant.engine->set_shutdown(c->us, flags), ret);
    cell_check(c, clauses, "set_shutdown", "flags", c->variant.engine->get_shutdown(c->us),
               ret == 1 ? flags : before);
}

void us_quiet(cell *c, const char *clauses, int on, int ret)
{
    if (!c->dead)
        value(c, clauses, "set_quiet", "ret", c->variant.engine->set_quiet(c->us, on), ret);
}

void us_end_of_data(cell *c, const char *clauses, int want)
{
    if (!c->dead)
        value(c, clauses, "end_of_data", "value", c->variant.engine->end_of_data(c->us), want);
}

void us_deadline(cell *c, int ms)
{
    if (c->dead)
        return;
    c->variant.engine->set_deadline(c->us, ms);
}

void us_alert(cell *c, const char *clauses, int want)
{
    if (!c->dead && c->variant.engine->alert)
        value(c, clauses, "alert", "number", c->variant.engine->alert(c->us), want);
}

void us_alive(cell *c, const char *clauses, int want)
{
    if (!c->dead && c->variant.engine->alive)
        value(c, clauses, "alive", "value", c->variant.engine->alive(c->us), want);
}

void us_adopt(cell *c, const char *clauses, int refused)
{
    if (c->dead)
        return;
    int fd = c->variant.engine->release(c->us);
    value(c, clauses, "adopt", "ret", c->variant.engine->adopt(c->us, fd, refused),
          refused ? -1 : 0);
}

void us_close(cell *c, const char *clauses, int ret)
{
    if (!c->dead)
        value(c, clauses, "close", "ret", c->variant.engine->close(c->us, 3000, 64u << 20), ret);
}

void us_clear(cell *c, const char *clauses)
{
    if (!c->dead)
        value(c, clauses, "clear", "ret", c->variant.engine->clear(c->us), 1);
    c->sent = c->received = c->heard = 0;
}

void us_free(cell *c, const char *clauses, int session_kept)
{
    if (!c->us)
        return;
    int kept = c->variant.engine->free(c->us);
    c->us = NULL;
    if (session_kept >= 0)
        value(c, clauses, "free", "session kept", kept, session_kept);
}
