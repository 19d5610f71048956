/* What the specification says of our side, given what crossed: see world.h. */
#include "world.h"

#include "engines/limits.h"
#include "side_endwell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SOON_MS = 60, AT_MOST_MS = 6000, USER_CANCELED = 90 };

/* The wire ---------------------------------------------------------------------------------- */

static int is_record(const wire_event *e)
{
    return e->type >= WIRE_CHANGE_CIPHER && e->type <= WIRE_DATA;
}

static void count_alert(wire_summary *s, int d, int alert)
{
    if (s->alerts[d] < ALERTS_MAX)
        s->wire_alerts[d][s->alerts[d]] = alert;
    s->alerts[d]++;
}

/* One event; `record`: what it holds, if it is a record. */
static void count_event(wire_summary *s, const wire_event *e, const record_seen *record)
{
    int d = e->direction, alert = record && record->type == WIRE_ALERT;
    int notice = alert && record->alert >= 0 && (record->alert & 255) == 0;
    s->eof[d] += e->type == WIRE_EOF;
    s->reset[d] += e->type == WIRE_RESET;
    s->cut[d] += e->type == WIRE_CUT;
    s->after_alert[d] += record && s->alerts[d] > 0;
    if (alert)
        count_alert(s, d, record->alert);
    if (d == FROM_US)
        return;
    s->peer_notice_before_our_fin |= notice && !s->eof[FROM_US];
    s->peer_records_after_our_alert += record && !alert && s->alerts[FROM_US] > 0;
    s->peer_notice_before_its_end |= notice && !s->eof[FROM_PEER] && !s->reset[FROM_PEER];
}

wire_summary world_wire(const world *w)
{
    size_t count = 0, at[2] = {0, 0};
    wire_summary s = {0};
    const wire_event *events = w->wire ? relay_events(w->wire, &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        const direction_seen *seen = &w->seen[events[i].direction];
        size_t *n = &at[events[i].direction];
        int record = is_record(&events[i]) && *n < seen->count;
        count_event(&s, &events[i], record ? &seen->records[(*n)++] : NULL);
    }
    s.lost = w->wire && relay_was_reset(w->wire, FROM_PEER);
    return s;
}

/* Whether a close_notify of the peer crossed whole. */
static int peer_notice(const wire_summary *s)
{
    for (int i = 0; i < s->alerts[FROM_PEER] && i < ALERTS_MAX; i++)
        if (s->wire_alerts[FROM_PEER][i] >= 0 && (s->wire_alerts[FROM_PEER][i] & 255) == 0)
            return 1;
    return 0;
}

/* Whether an alert of the peer crossed that is none of close_notify and user_canceled. */
static int peer_error(const wire_summary *s)
{
    int error = 0;
    for (int i = 0; i < s->alerts[FROM_PEER] && i < ALERTS_MAX; i++) {
        int alert = s->wire_alerts[FROM_PEER][i];
        error |= alert >= 0 && (alert & 255) != 0 && (alert & 255) != USER_CANCELED;
    }
    return error;
}

/* The peer said user_canceled, and then closed. */
static int peer_canceled(const wire_summary *s)
{
    int canceled = 0;
    for (int i = 0; i < s->alerts[FROM_PEER] && i < ALERTS_MAX; i++)
        canceled |= s->wire_alerts[FROM_PEER][i] == (1 << 8 | USER_CANCELED);
    return canceled;
}

/* Why the engine ends a connection at user_canceled; NULL: it does not. */
static const char *limit_of_canceled(const world *w)
{
    return limit_of_scenario(w->ops->tls, "user-canceled-in-read", w->tls13, w->server);
}

/* Differences ------------------------------------------------------------------------------- */

static void check(world *w, int good, const char *step, const char *clauses, const char *got,
                  const char *expected)
{
    w->checks++;
    if (good)
        return;
    cJSON *d = cJSON_CreateObject();
    cJSON_AddStringToObject(d, "step", step);
    cJSON_AddStringToObject(d, "clauses", clauses);
    cJSON_AddStringToObject(d, "got", got);
    cJSON_AddStringToObject(d, "want", expected);
    cJSON_AddItemToArray(w->differences, d);
}

static const char *told(const call_result *c, char buf[96])
{
    snprintf(buf, 96, "%d, %s, %s, errno %d, after %d ms", c->ret, ew_error_name(c->error),
             ew_reason_name(c->reason), c->err, c->ms);
    return buf;
}

/* The calls --------------------------------------------------------------------------------- */

static int is_fatal(const call_result *c)
{
    return c->ret < 0 && (c->error == EW_ERROR_SYSCALL ||
                          (c->error == EW_ERROR_SSL && c->reason != EW_REASON_UNREAD_DATA &&
                           c->reason != EW_REASON_NONE && c->reason != EW_REASON_CLOSED));
}

static int fatal_before(const world *w, int at)
{
    for (int i = 0; i < at; i++)
        if (is_fatal(&w->calls[i]))
            return 1;
    return 0;
}

/* 1 if the peer's close_notify was already reported by an earlier call. */
static int ended_before(const world *w, int at)
{
    for (int i = 0; i < at; i++)
        if (w->calls[i].ret >= 0 && (w->calls[i].error == EW_ERROR_ZERO_RETURN ||
                                     (w->calls[i].ret == 1 && strcmp(w->calls[i].step, "close"))))
            return 1;
    return 0;
}

/* A call that failed, or gave up. */
static void judge_failure(world *w, const wire_summary *s, const call_result *c)
{
    char got[96];
    int timed_out = c->error == EW_ERROR_WANT_READ && c->err == ETIMEDOUT;
    told(c, got);
    if (timed_out) {
        check(w,
              !c->peer_ended && (c->after_fin || strcmp(c->step, "silent") == 0 ||
                                 !s->peer_notice_before_our_fin),
              c->step, "K-09 GE-03", got, "an end, because one had come");
    } else if (c->error == EW_ERROR_SSL && c->reason == EW_REASON_TRUNCATED) {
        check(w, s->eof[FROM_PEER] > 0 && !peer_notice(s), c->step, "K-12 RFC-09", got,
              "truncated only if the stream ended without a close_notify");
    } else if (c->error == EW_ERROR_SYSCALL) {
        check(w, s->lost, c->step, "K-08", got, "syscall only if the connection was reset");
    } else if (c->error == EW_ERROR_SSL && c->reason == EW_REASON_FATAL_ALERT && peer_canceled(s) &&
               limit_of_canceled(w)) {
        w->limit = limit_of_canceled(w);
    } else if (c->error == EW_ERROR_SSL && c->reason == EW_REASON_FATAL_ALERT) {
        check(w, peer_error(s), c->step, "K-11 RFC-02", got,
              "fatal_alert only if the peer sent an error alert");
    } else {
        check(w, 0, c->step, "K-09 K-12", got, "a documented result of the peer's conduct");
    }
}

/* A call that waits for the peer's end: read until there is no more, or finish. */
static void judge_end(world *w, const wire_summary *s, int at)
{
    const call_result *c = &w->calls[at];
    char got[96];
    int finish = strcmp(c->step, "finish") == 0 || strcmp(c->step, "silent") == 0;
    told(c, got);
    if (fatal_before(w, at)) {
        check(w, c->ret == -1 && c->error == EW_ERROR_SSL && c->reason == EW_REASON_FATAL, c->step,
              "K-01", got, "refused: something fatal came before");
        return;
    }
    if (c->ret < 0) {
        judge_failure(w, s, c);
        return;
    }
    check(w,
          finish ? c->ret == 1 && c->error == EW_ERROR_NONE
                 : c->ret == 0 && c->error == EW_ERROR_ZERO_RETURN,
          c->step, finish ? "K-09 K-19" : "K-14 K-19", got, "the documented result of an end");
    check(w, peer_notice(s), c->step, "RFC-09 K-12", "an end of data",
          "no end of data: no close_notify of the peer crossed");
}

static void judge_shutdown(world *w, const wire_summary *s, int at)
{
    const call_result *c = &w->calls[at];
    char got[96];
    told(c, got);
    if (fatal_before(w, at))
        check(w, c->ret == -1 && c->error == EW_ERROR_SSL && c->reason == EW_REASON_FATAL, c->step,
              "K-01", got, "refused: something fatal came before");
    else if (c->ret < 0)
        check(w, c->error == EW_ERROR_SYSCALL && s->lost, c->step, "K-08", got,
              "0, or syscall if the connection was reset");
    else
        check(w, c->ret == ended_before(w, at) && c->error == EW_ERROR_NONE, c->step, "K-06 K-19",
              got, ended_before(w, at) ? "1, none: the peer had closed" : "0, none");
}

static void judge_close(world *w, const wire_summary *s, int at)
{
    const call_result *c = &w->calls[at];
    char got[96];
    told(c, got);
    check(w, c->ms < AT_MOST_MS, "close", "deadline", got, "an end within its bounds");
    if (c->ret == 1)
        check(w, s->eof[FROM_PEER] > 0, "close", "endwell.h", got, "1 only if the peer ended TCP");
    else if (c->ret == 0)
        check(w, s->lost || c->ms >= 1500 - SOON_MS, "close", "endwell.h", got,
              "0 only after a reset or at a bound");
    else
        check(w, fatal_before(w, at) || s->lost, "close", "endwell.h", got,
              "-1 only if the close_notify could not go out");
}

/* The whole --------------------------------------------------------------------------------- */

/* Exactly one close_notify of ours, the last record of ours; none after something fatal. */
static void judge_wire(world *w, const wire_summary *s)
{
    char got[64];
    int made = 0, lost = s->lost;
    for (int i = 0; i < w->count; i++)
        made |= w->calls[i].ret >= 0 && (strcmp(w->calls[i].step, "shutdown") == 0 ||
                                         strcmp(w->calls[i].step, "close") == 0);
    snprintf(got, sizeof got, "%d alerts from us", s->alerts[FROM_US]);
    check(w, s->alerts[FROM_US] == made || (lost && s->alerts[FROM_US] < made), "wire",
          "RFC-04 K-05", got, made ? "one close_notify" : "none");
    snprintf(got, sizeof got, "%d records after our alert", s->after_alert[FROM_US]);
    check(w, s->after_alert[FROM_US] == 0, "wire", "RFC-04", got, "none");
    check(w, s->cut[FROM_US] == 0 || lost, "wire", "RFC-04 K-04", "a record of ours cut short",
          "whole records");
    for (int i = 0; i < s->alerts[FROM_US] && i < ALERTS_MAX; i++) {
        int alert = s->wire_alerts[FROM_US][i];
        snprintf(got, sizeof got, "alert %d.%d", alert >> 8, alert & 255);
        check(w, alert == CLOSE_NOTIFY, "wire", "RFC-06", got, "warning close_notify");
    }
}

void world_judge(world *w, const wire_summary *s)
{
    int clean = 0;
    for (int i = 0; i < w->count; i++) {
        const char *step = w->calls[i].step;
        if (strcmp(step, "shutdown") == 0)
            judge_shutdown(w, s, i);
        else if (strcmp(step, "close") == 0)
            judge_close(w, s, i);
        else if (strcmp(step, "say") == 0 || strcmp(step, "body") == 0)
            judge_failure(w, s, &w->calls[i]);
        else
            judge_end(w, s, i);
        clean |= w->calls[i].ret >= 0 && strcmp(step, "shutdown") && strcmp(step, "close");
    }
    check(w, w->end_of_data == (clean || ended_before(w, w->count)), "end_of_data", "K-18 RFC-09",
          w->end_of_data ? "1" : "0", clean ? "1: an end was reported" : "0: none was");
    check(w, !w->end_of_data || peer_notice(s), "end_of_data", "K-18 RFC-09", "1",
          "0: no close_notify of the peer crossed");
    judge_wire(w, s);
}
