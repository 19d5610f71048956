#define _GNU_SOURCE
#include "ours.h"
#include "net.h"
#include "pattern.h"
#include "repeat.h"
#include "endwell.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SILENT_MS = 10, UNSEEN_MS = 400, IDLE_ROUNDS = 400, SILENT_ROUNDS = 3, CALLS_MAX = 4000 };
enum { HANDSHAKE, READ, WRITE, SHUTDOWN };

int fault_patience_ms = 8000;

static const char *const call_names[] = {"handshake", "read", "write", "shutdown"};

/* What endwell.h documents ------------------------------------------------------------------ */

static int reason_is_documented(const fault_ours *c, int call, int error, int reason)
{
    switch (error) {
    case EW_ERROR_WANT_READ:
    case EW_ERROR_WANT_WRITE:
    case EW_ERROR_AGAIN: return reason == EW_REASON_NONE;
    case EW_ERROR_SYSCALL: return reason == EW_REASON_TRANSPORT;
    case EW_ERROR_SSL: break;
    default: return 0;
    }
    switch (reason) {
    case EW_REASON_FATAL: return c->fatal_error != 0;
    case EW_REASON_TRUNCATED:
    case EW_REASON_FATAL_ALERT:
    case EW_REASON_TLS: return c->fatal_error == 0;
    case EW_REASON_UNREAD_DATA: return call == SHUTDOWN;
    case EW_REASON_HANDSHAKE_FAILED: return call == HANDSHAKE;
    default: return 0;
    }
}

static int is_documented(const fault_ours *c, int call, int ret, int most, int error, int reason)
{
    if (ret == -1)
        return reason_is_documented(c, call, error, reason);
    if (reason != EW_REASON_NONE || ret < 0 || ret > most)
        return 0;
    if (ret > 0)
        return error == EW_ERROR_NONE;
    return (call == READ && error == EW_ERROR_ZERO_RETURN) ||
           (call == SHUTDOWN && error == EW_ERROR_NONE);
}

/* What holds after every call: there is an end only if all of the peer's close_notify is here. */
static void look(fault_ours *c, int call, int ret, int most)
{
    int error = c->ops->get_error(c->us, ret), reason = c->ops->get_reason(c->us);
    c->outcome->calls++;
    if (!is_documented(c, call, ret, most, error, reason))
        find(c->outcome, "undocumented-code", "%s: %d %s %s", call_names[call], ret,
             ew_error_name(error), ew_reason_name(reason));
    c->ended = c->ops->end_of_data(c->us) != 0;
    size_t end = atomic_load(&c->wire->notice_end), given = atomic_load(&c->wire->given);
    if (c->ended && (end == 0 || given < end))
        find(c->outcome, "end-without-notice", "after %s: %zu of %zu bytes had been handed over",
             call_names[call], given, end);
    if (call == READ && ret == 0 && !c->ended)
        find(c->outcome, "end-without-notice", "read said 0 and ew_conn_end_of_data denies it");
    if (call == SHUTDOWN && ret == 1 && !c->ended)
        find(c->outcome, "one-without-both", "shutdown said 1 without the peer's close_notify");
}

/* A call, repeated until it is done ---------------------------------------------------------- */

/* Works the wire, in this thread, until our socket is ready. 0: nothing comes any more. */
static int wait_ready(fault_ours *c, int error)
{
    short events = repeat_events(error);
    int rounds = c->plan->cut == CUT_SILENCE ? SILENT_ROUNDS : IDLE_ROUNDS;
    if (events == 0)
        return 1;
    for (int round = 0; round < rounds;) {
        int moved = wire_step(c->wire);
        if (net_wait(c->fd, events, 0) == 1)
            return 1;
        if (!moved && !cut_wire_release(c->wire)) {
            round++;
            if (net_wait(c->fd, events, 1) == 1)
                return 1;
        }
    }
    return 0;
}

static int once(fault_ours *c, int call, void *buf, int len)
{
    switch (call) {
    case HANDSHAKE: return c->ops->handshake(c->us);
    case READ: return c->ops->read(c->us, buf, len);
    case WRITE: return c->ops->write(c->us, buf, len);
    default: return c->ops->shutdown(c->us);
    }
}

static void note_failure(fault_ours *c, int error)
{
    if (error != EW_ERROR_SYSCALL &&
        (error != EW_ERROR_SSL || c->ops->get_reason(c->us) == EW_REASON_UNREAD_DATA))
        return;
    c->fatal_error = error;
    c->fatal_reason = c->ops->get_reason(c->us);
    if (c->plan->nonblocking)
        while (wire_step(c->wire))
            ;
    c->out_when_fatal = c->wire->out.have;
}

static int perform(fault_ours *c, int call, void *buf, int len)
{
    for (int tries = 0; tries < CALLS_MAX; tries++) {
        int ret = once(c, call, buf, len), error = c->ops->get_error(c->us, ret);
        look(c, call, ret, len);
        if (ret >= 0)
            return ret;
        if (!is_repeated(error)) {
            if (!c->fatal_error)
                note_failure(c, error);
            return ret;
        }
        if (!c->plan->nonblocking || !wait_ready(c, error)) {
            c->stuck = 1;
            return ret;
        }
    }
    find(c->outcome, c->wire->cut ? "cut-not-told" : "hang",
         "%s wants more after %d calls, its socket always being ready", call_names[call],
         CALLS_MAX);
    c->stuck = 1;
    return -1;
}

/* The script -------------------------------------------------------------------------------- */

int ours_handshake(fault_ours *c)
{
    c->ops->set_deadline(c->us, fault_patience_ms);
    if (perform(c, HANDSHAKE, NULL, 1) != 1) {
        find(c->outcome, "handshake", "it failed, and nothing had been done to it");
        return 0;
    }
    if (c->plan->nonblocking) {
        for (int i = 0; i < IDLE_ROUNDS && !wire_arm(c->wire); i++)
            net_sleep_ms(1);
    } else {
        atomic_store(&c->wire->wants_arm, 1);
        for (int i = 0; i < fault_patience_ms && !atomic_load(&c->wire->armed); i++)
            net_wait(-1, 0, i < 10 ? 0 : 1);
    }
    if (!atomic_load(&c->wire->armed))
        find(c->outcome, "handshake", "the peer did not finish it");
    if (c->plan->cut == CUT_SILENCE)
        c->ops->set_deadline(c->us, SILENT_MS);
    else if (c->plan->cut == CUT_NONE && misses_the_end(c))
        c->ops->set_deadline(c->us, UNSEEN_MS);
    return atomic_load(&c->wire->armed);
}

static int write_all(fault_ours *c)
{
    uint8_t data[ALL_DATA];
    while (c->written < ALL_DATA) {
        size_t to = c->written < FIRST_DATA ? FIRST_DATA : ALL_DATA;
        pattern_fill(STREAM_FROM_US, c->written, data, to - c->written);
        int n = perform(c, WRITE, data, (int)(to - c->written));
        if (n <= 0)
            return 0;
        c->written += (size_t)n;
    }
    return 1;
}

/* One read: above 0 data, 0 the end, below 0 it cannot go on. */
static int read_some(fault_ours *c)
{
    uint8_t data[64];
    int n = perform(c, READ, data, sizeof data);
    if (n <= 0)
        return n;
    if (!pattern_matches(STREAM_FROM_PEER, c->read, data, (size_t)n))
        find(c->outcome, "data-differs", "bytes %zu to %zu are not those that the peer sent",
             c->read, c->read + (size_t)n);
    c->read += (size_t)n;
    if (c->read > ALL_DATA)
        find(c->outcome, "data-early", "%zu bytes were read, and the peer sends no more than %d",
             c->read, ALL_DATA);
    return c->read > ALL_DATA ? -1 : n;
}

static int read_all(fault_ours *c)
{
    int n;
    do
        n = read_some(c);
    while (n > 0);
    return n == 0;
}

static int shut(fault_ours *c)
{
    int ret = perform(c, SHUTDOWN, NULL, 1);
    c->shut |= ret >= 0;
    return ret;
}

/* Closes while data is on its way: what is unread is read in between. */
static void close_both(fault_ours *c)
{
    for (;;) {
        int ret = shut(c);
        if (ret == 1 || c->fatal_error || c->stuck)
            return;
        if (ret < 0 && read_some(c) <= 0)
            return;
    }
}

/* After a fatal error every call is refused; after the end every read says so. */
static void insist(fault_ours *c)
{
    uint8_t byte;
    if (c->stuck)
        return;
    if (c->fatal_error) {
        for (int call = READ; call <= SHUTDOWN; call++)
            if (perform(c, call, &byte, 1) != -1 || c->ops->get_reason(c->us) != EW_REASON_FATAL)
                find(c->outcome, "wrong-code", "%s after a fatal error is not refused as fatal",
                     call_names[call]);
    } else if (perform(c, READ, &byte, 1) != 0) {
        find(c->outcome, "data-after-end", "a read after the end did not say 0 again");
    }
}

void ours_script(fault_ours *c)
{
    if (c->plan->order == PEER_FIRST) {
        if (read_all(c) && write_all(c))
            shut(c);
    } else if (write_all(c) && shut(c) >= 0) {
        if (c->plan->order == CROSSING || read_all(c))
            close_both(c);
    }
    insist(c);
}
