/* A device's dump of ew_trace.h as lines of a trace. What a record says is checked, none is guessed. */
#include "capture.h"

#include "ew_trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD = 16, DEVICE_PID = 1, LIBRARY_SSL = 20, REASON_UNREAD = 291, REASON_ALERT = 1000 };
enum { FLAG_SENT = 1, FLAG_RECEIVED = 2, CONNECTIONS = 1 << 16 };

/* A connection, as its records have told it so far. */
struct told {
    unsigned opened; /* times that its number was used; 0: never */
    int flags, quiet;
    const char *handshake;
};

struct device {
    struct trace *t;
    const uint8_t *from;
    bool swapped;
    uint32_t room, last, tick;
    double clock; /* ticks, not wrapped */
    struct told *told;
    ew_trace_record now;
    uint32_t slot; /* of `now`, counted from 1 */
};

/* --- bytes ------------------------------------------------------------------------------------ */

static uint32_t four(const struct device *d, uint32_t n)
{
    return d->swapped ? __builtin_bswap32(n) : n;
}

static uint16_t two(const struct device *d, uint16_t n)
{
    return d->swapped ? __builtin_bswap16(n) : n;
}

static bool wrong(struct device *d, const char *what)
{
    snprintf(d->t->error, sizeof d->t->error, "%.150s:%u: record %u: %s", d->t->path,
             (unsigned)d->slot, (unsigned)d->now.one.number, what);
    return false;
}

static uint8_t sum_of(const ew_trace_record *r)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < sizeof r->byte; i++) {
        sum = (uint8_t)(sum + r->byte[i]);
    }
    return sum;
}

static bool take(struct device *d, uint32_t number)
{
    ew_trace_record *r = &d->now;
    d->slot = 1 + (number - 1) % d->room;
    memcpy(r, d->from + (size_t)d->slot * RECORD, RECORD);
    bool fits = sum_of(r) == EW_TRACE_SUM;
    r->one.number = four(d, r->one.number);
    r->one.time = four(d, r->one.time);
    r->one.connection = two(d, r->one.connection);
    r->one.value = (int16_t)two(d, (uint16_t)r->one.value);
    if (!fits) {
        return wrong(d, "its sum is wrong: damaged, or dumped while it was written");
    }
    if (r->one.number != number) {
        return wrong(d, "its number is not the one of its place: the dump is of two moments");
    }
    return true;
}

/* --- what a record says ----------------------------------------------------------------------- */

static const char *contradiction(const ew_trace_record *r)
{
    bool is_good = r->one.result == EW_TRACE_OK;
    if (r->one.call < EW_TRACE_OPEN || r->one.call > EW_TRACE_EXIT) {
        return "no such call";
    }
    if (r->one.result > EW_TRACE_TLS_ERROR || r->one.bytes > EW_TRACE_BYTES) {
        return "no such result";
    }
    if (r->one.call == EW_TRACE_SHUTDOWN &&
        (is_good ? r->one.value < 0 || r->one.value > 1 : r->one.value >= 0)) {
        return "a shutdown returns 0 or 1 if it succeeds, and less if it does not";
    }
    if (!is_good && r->one.value > 0) {
        return "a value above 0 of a call that did not succeed";
    }
    return NULL;
}

static const char *class_of(uint8_t result)
{
    static const char *const class[] = {"NONE",        "WANT_READ", "WANT_WRITE", "WANT_ASYNC",
                                        "ZERO_RETURN", "SYSCALL",   "SYSCALL",    "SSL",
                                        "SSL",         "SSL"};
    return class[result];
}

static void follow(struct told *c, const ew_trace_record *r)
{
    bool is_good = r->one.result == EW_TRACE_OK;
    if (r->one.call == EW_TRACE_HANDSHAKE) {
        c->handshake = is_good ? "done" : "running";
    } else if (r->one.call == EW_TRACE_SHUTDOWN && is_good) {
        c->flags |= FLAG_SENT | (r->one.value == 1 ? FLAG_RECEIVED : 0);
    } else if (r->one.call == EW_TRACE_QUIET) {
        c->quiet = r->one.value != 0;
    }
    c->flags |= r->one.result == EW_TRACE_CLOSE_NOTIFY ? FLAG_RECEIVED : 0;
}

static void add_state(cJSON *line, const char *name, const struct told *c, int reason)
{
    cJSON *o = cJSON_AddObjectToObject(line, name);
    cJSON_AddNumberToObject(o, "flags", c->flags);
    cJSON_AddNumberToObject(o, "quiet", c->quiet);
    cJSON_AddStringToObject(o, "handshake", c->handshake);
    if (reason != 0) {
        cJSON *newest = cJSON_AddObjectToObject(o, "newest");
        cJSON_AddNumberToObject(newest, "library", LIBRARY_SSL);
        cJSON_AddNumberToObject(newest, "reason", reason);
    }
}

static void add_result(cJSON *line, const ew_trace_record *r)
{
    cJSON_AddNumberToObject(line, "value", r->one.value);
    cJSON_AddStringToObject(line, "class", class_of(r->one.result));
    if (r->one.result == EW_TRACE_EOF) {
        cJSON_AddNumberToObject(line, "errno", 0);
        cJSON_AddNumberToObject(line, "in", 0);
    }
    if (r->one.bytes != EW_TRACE_UNKNOWN) {
        cJSON_AddNumberToObject(line, "out", r->one.bytes == EW_TRACE_BYTES);
    }
}

static void add_call(cJSON *line, struct told *c, const ew_trace_record *r)
{
    static const char *const name[] = {[EW_TRACE_HANDSHAKE] = "SSL_do_handshake",
                                       [EW_TRACE_READ] = "SSL_read",
                                       [EW_TRACE_WRITE] = "SSL_write",
                                       [EW_TRACE_SHUTDOWN] = "SSL_shutdown",
                                       [EW_TRACE_RENEGOTIATE] = "SSL_renegotiate",
                                       [EW_TRACE_QUIET] = "SSL_set_quiet_shutdown",
                                       [EW_TRACE_CLEAR] = "SSL_clear",
                                       [EW_TRACE_FREE] = "SSL_free"};
    int reason = r->one.result == EW_TRACE_ALERT         ? REASON_ALERT
                 : r->one.result == EW_TRACE_UNREAD_DATA ? REASON_UNREAD
                                                         : 0;
    cJSON_AddStringToObject(line, "call", name[r->one.call]);
    add_state(line, "before", c, 0);
    if (r->one.call == EW_TRACE_QUIET) {
        cJSON_AddNumberToObject(line, "argument", r->one.value);
    }
    if (r->one.call == EW_TRACE_CLEAR) {
        *c = (struct told){.opened = c->opened, .quiet = c->quiet, .handshake = "none"};
    }
    follow(c, r);
    if (r->one.call != EW_TRACE_FREE) {
        add_result(line, r);
        add_state(line, "after", c, reason);
    }
}

static cJSON *new_line(const struct device *d, const char *kind)
{
    cJSON *line = cJSON_CreateObject();
    cJSON_AddNumberToObject(line, "v", 1);
    cJSON_AddStringToObject(line, "kind", kind);
    cJSON_AddNumberToObject(line, "t", d->clock * d->tick);
    cJSON_AddNumberToObject(line, "pid", DEVICE_PID);
    cJSON_AddNumberToObject(line, "tid", DEVICE_PID);
    return line;
}

static bool add_record(struct device *d)
{
    const ew_trace_record *r = &d->now;
    struct told *c = &d->told[r->one.connection];
    char id[40];
    const char *kind = r->one.call == EW_TRACE_EXIT         ? "exit"
                       : r->one.call == EW_TRACE_CLOSE      ? "close"
                       : r->one.call == EW_TRACE_SHUT_WRITE ? "shutdown"
                                                            : "call";
    if (r->one.call == EW_TRACE_OPEN) {
        *c = (struct told){.opened = c->opened + 1, .handshake = "none"};
        return true;
    }
    if (c->opened == 0 && r->one.call != EW_TRACE_EXIT) {
        return d->last > d->room || wrong(d, "its connection does not begin with EW_TRACE_OPEN");
    }
    cJSON *line = new_line(d, kind);
    if (r->one.call != EW_TRACE_EXIT) {
        int n = snprintf(id, sizeof id, "%d.%u", DEVICE_PID, r->one.connection);
        if (c->opened > 1) {
            snprintf(id + n, sizeof id - (size_t)n, ".%u", c->opened);
        }
        cJSON_AddStringToObject(line, "conn", id);
    }
    if (strcmp(kind, "call") == 0) {
        add_call(line, c, r);
    } else if (r->one.call == EW_TRACE_SHUT_WRITE) {
        cJSON_AddNumberToObject(line, "how", 1);
    }
    return add_json(d->t, (int)d->slot, line);
}

/* --- the dump --------------------------------------------------------------------------------- */

static bool add_head(struct device *d, uint32_t lost)
{
    cJSON *line = new_line(d, "process");
    cJSON *lacks = cJSON_AddArrayToObject(line, "lacks");
    cJSON_AddItemToArray(lacks, cJSON_CreateString("queue"));
    cJSON_AddItemToArray(lacks, cJSON_CreateString("asked"));
    cJSON_AddItemToArray(lacks, cJSON_CreateString("options"));
    cJSON_AddItemToArray(lacks, cJSON_CreateString("bio"));
    bool good = add_json(d->t, 0, line);
    if (good && lost > 0) {
        line = new_line(d, "lost");
        cJSON_AddNumberToObject(line, "lines", lost);
        good = add_json(d->t, 0, line);
    }
    return good;
}

static bool read_records(struct device *d)
{
    bool is_full = d->last == EW_TRACE_FULL;
    uint32_t lost = d->last > d->room ? d->last - d->room : 0;
    uint32_t before = 0;
    bool good = add_head(d, lost + is_full);
    for (uint32_t i = lost; good && i < d->last; i++) {
        good = take(d, i + 1);
        if (good) {
            const char *why = contradiction(&d->now);
            d->clock += i == lost ? d->now.one.time : (uint32_t)(d->now.one.time - before);
            before = d->now.one.time;
            good = why != NULL ? wrong(d, why) : add_record(d);
        }
    }
    return good;
}

bool is_device_dump(const uint8_t *from, size_t length)
{
    uint32_t magic;
    memcpy(&magic, from, length >= sizeof magic ? sizeof magic : 0);
    return length >= sizeof magic &&
           (magic == EW_TRACE_MAGIC || magic == __builtin_bswap32(EW_TRACE_MAGIC));
}

bool read_device_dump(struct trace *t, const uint8_t *from, size_t length)
{
    ew_trace_record head;
    struct device d = {.t = t, .from = from};
    if (length < RECORD) {
        snprintf(t->error, sizeof t->error, "%.150s:1: a device's dump that is cut off in its head",
                 t->path);
        return false;
    }
    memcpy(&head, from, RECORD);
    d.swapped = head.head.magic != EW_TRACE_MAGIC;
    d.room = four(&d, head.head.room);
    d.last = four(&d, head.head.last);
    d.tick = four(&d, head.head.tick);
    if (d.room > MOST_RECORDS) {
        snprintf(t->error, sizeof t->error, "%.150s:1: a device's dump of more than %d records",
                 t->path, MOST_RECORDS);
        return false;
    }
    if (length != ((size_t)d.room + 1) * RECORD || d.room == 0) {
        snprintf(t->error, sizeof t->error,
                 "%.120s:1: a device's dump of %zu bytes, not of %zu: cut off, or not whole",
                 t->path, length, ((size_t)d.room + 1) * RECORD);
        return false;
    }
    d.told = calloc(CONNECTIONS, sizeof *d.told);
    if (d.told == NULL) {
        snprintf(t->error, sizeof t->error, "%.150s: no memory", t->path);
        return false;
    }
    bool good = read_records(&d);
    free(d.told);
    return good;
}
