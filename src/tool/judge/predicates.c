/* The predicates of spec/rules.md. Each is called where it can become true, and asks the machine. */
#include "judge.h"

#include <stdio.h>
#include <string.h>

enum { FLAG_SENT = 1, FLAG_RECEIVED = 2, SHUT_READ = 0 };

static bool is_alive(const struct conn *c)
{
    return c->established && ew_alive(&c->machine) == 1;
}

static bool is_call(const struct event *e, const char *name)
{
    return strncmp(e->call, name, strlen(name)) == 0;
}

/* --- before and after a call ------------------------------------------------------------------ */

static struct left_behind *thread_of(struct judge *j, int tid)
{
    for (size_t i = 0; i < j->threads; i++) {
        if (j->queue[i].tid == tid) {
            return &j->queue[i];
        }
    }
    if (j->threads == MOST_THREADS) {
        return NULL;
    }
    j->queue[j->threads] = (struct left_behind){tid, NULL};
    return &j->queue[j->threads++];
}

static void stale_queue(struct judge *j, struct conn *c, const struct event *e)
{
    char detail[240], whose[120] = "by a call that is not watched";
    const struct queued *old =
        e->before.unasked && only_stale(e) ? &e->after.oldest : &e->before.oldest;
    struct left_behind *thread = thread_of(j, e->tid);
    bool does_not_clear = is_call(e, "SSL_read") || is_call(e, "SSL_peek") ||
                          is_call(e, "SSL_write") || is_call(e, "SSL_shutdown");
    if (thread != NULL && thread->by != NULL) {
        snprintf(whose, sizeof whose, "by %s on connection %s", thread->by->call, thread->by->conn);
    }
    if (thread != NULL && e->has_after) {
        thread->by = e->after.oldest.library == 0 ? NULL : old->library == 0 ? e : thread->by;
    }
    if (old->library == 0 || !does_not_clear || !is_alive(c)) {
        return;
    }
    snprintf(detail, sizeof detail, "\"%.60s\" (library %d, reason %d) was left %s",
             old->text != NULL ? old->text : "?", old->library, old->reason, whose);
    report_predicate(j, c, e, "stale_queue", detail);
}

static void asked_error(struct judge *j, struct conn *c, const struct event *e)
{
    char detail[120];
    if (!e->has_argument || e->of_call == NULL) {
        return;
    }
    snprintf(detail, sizeof detail, "asked with %d; %s had returned %d", e->argument, e->of_call,
             e->of_value);
    if ((e->argument > 0) != (e->of_value > 0)) {
        report_predicate(j, c, e, "get_error_of_other_value", detail);
    } else if (e->argument == 0 && e->of_value == 0 && strcmp(e->of_call, "SSL_shutdown") == 0) {
        report_predicate(j, c, e, "get_error_after_zero", detail);
    }
}

void judge_call_around(struct judge *j, struct conn *c, const struct event *e)
{
    if (is_call(e, "SSL_get_error")) {
        asked_error(j, c, e);
        return;
    }
    stale_queue(j, c, e);
    if (!is_call(e, "SSL_shutdown") || !is_alive(c)) {
        return;
    }
    if (c->machine.handshake == EW_HANDSHAKE_DONE && c->machine.quiet == EW_QUIET_ON) {
        report_predicate(j, c, e, "quiet_shutdown", "");
    } else if (c->machine.output == EW_OUTPUT_PENDING) {
        report_predicate(j, c, e, "blocked_write_abandoned",
                         "SSL_shutdown was called while the write was owed (D-16)");
    }
}

/* --- the flags -------------------------------------------------------------------------------- */

void judge_flags(struct judge *j, struct conn *c, const struct event *e)
{
    const ew_machine *m = &c->machine;
    int flags = e->argument;
    if (is_call(e, "SSL_set_quiet")) {
        ew_step(&c->machine, flags != 0 ? EW_EVENT_QUIET_ON : EW_EVENT_QUIET_OFF);
        return;
    }
    bool claims_sent =
        (flags & FLAG_SENT) != 0 && m->sent == EW_SENT_NO && m->notice_out == EW_NOTICE_OUT_NONE;
    bool claims_received = (flags & FLAG_RECEIVED) != 0 && m->received == EW_RECEIVED_NO &&
                           m->notice_in == EW_NOTICE_IN_NONE;
    bool takes_back = ((flags & FLAG_SENT) == 0 && m->notice_out != EW_NOTICE_OUT_NONE) ||
                      ((flags & FLAG_RECEIVED) == 0 && m->notice_in == EW_NOTICE_IN_SEEN);
    if (is_alive(c)) {
        if (claims_sent) {
            report_predicate(j, c, e, "claims_sent", "");
        }
        if (claims_received) {
            report_predicate(j, c, e, "claims_received", "");
        }
        if (takes_back) {
            report_predicate(j, c, e, "takes_back", "");
        }
    }
    ew_step(&c->machine, (uint8_t)(EW_EVENT_SET_SHUTDOWN_0 + (flags & 3)));
}

/* --- the end ---------------------------------------------------------------------------------- */

static const char *how_it_ended(const struct event *e)
{
    switch (e->kind) {
    case EVENT_CLOSE: return "its descriptor was closed";
    case EVENT_SHUTDOWN: return "its socket was shut down";
    case EVENT_PROCESS: return "its process started another program";
    case EVENT_EXIT: return "the process exited";
    default: return "it was freed or cleared";
    }
}

/* Facts are separated by ", ", as on the page. */
bool needs_fact(const struct rule *rule, const char *fact)
{
    size_t length = strlen(fact);
    for (const char *list = rule->needs; *list != '\0'; list += strspn(list, ", ")) {
        size_t one = strcspn(list, ",");
        if (one == length && strncmp(list, fact, one) == 0) {
            return true;
        }
        list += one;
    }
    return false;
}

/* For every rule that judges the end of a connection. */
void end_unseen(struct judge *j, const char *why)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (needs_fact(&rules[i], "end")) {
            report_unseen(j, rules[i].id, why);
        }
    }
}

void judge_end(struct judge *j, struct conn *c, const struct event *e)
{
    const ew_machine *m = &c->machine;
    j->ends += c->established && !c->ended && (c->over || !is_alive(c) || !c->shared);
    if (c->ended || c->over || !is_alive(c)) { /* nothing can be sent where TCP is over */
        c->ended = true;
        return;
    }
    c->ended = true;
    if (c->shared) {
        end_unseen(j, "another process has the connection too: it was forked");
        return;
    }
    if (m->output == EW_OUTPUT_PENDING) {
        report_predicate(j, c, e, "blocked_write_abandoned", how_it_ended(e));
    } else if (m->notice_out == EW_NOTICE_OUT_QUEUED) {
        report_predicate(j, c, e, "ends_with_notice_queued", how_it_ended(e));
    } else if (m->notice_out == EW_NOTICE_OUT_NONE && m->sent == EW_SENT_NO) {
        report_predicate(j, c, e, "ends_without_notice", how_it_ended(e));
    }
}

/* Of a socket: what the close does to the peer. */
static void reset_by_close(struct judge *j, struct conn *c, const struct event *e)
{
    char detail[120];
    if (e->unread == ABSENT || (e->unread > 0 && (e->last == ABSENT || e->unacked == ABSENT))) {
        report_unseen(j, "EW031",
                      e->shared ? "another process may have the socket too: it was forked"
                                : "what is unread in its descriptor cannot be seen");
        return;
    }
    if (e->unread > 0 && e->last == 1) {
        snprintf(detail, sizeof detail, "%d bytes unread, %d of ours not acknowledged", e->unread,
                 e->unacked);
        report_predicate(j, c, e, "reset_by_close", detail);
    }
}

void judge_close(struct judge *j, struct conn *c, const struct event *e)
{
    bool is_close = e->kind == EVENT_CLOSE;
    c->closed |= is_close;
    c->shared |= e->shared;
    if (is_close && is_alive(c) && !c->over) { /* what is reset already is not reset */
        reset_by_close(j, c, e);
    }
    if ((is_close && e->last != 0) || (!is_close && e->how != SHUT_READ)) {
        judge_end(j, c, e);
    }
}
