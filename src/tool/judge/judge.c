#include "judge.h"

#include <stdlib.h>
#include <string.h>

/* --- calls ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    uint8_t event;
} calls[] = {{"SSL_shutdown", EW_EVENT_SHUTDOWN},
             {"SSL_read", EW_EVENT_READ},
             {"SSL_read_ex", EW_EVENT_READ},
             {"SSL_peek", EW_EVENT_READ},
             {"SSL_peek_ex", EW_EVENT_READ},
             {"SSL_write", EW_EVENT_WRITE},
             {"SSL_write_ex", EW_EVENT_WRITE},
             {"SSL_do_handshake", EW_EVENT_HANDSHAKE},
             {"SSL_connect", EW_EVENT_HANDSHAKE},
             {"SSL_accept", EW_EVENT_HANDSHAKE},
             {"SSL_renegotiate", EW_EVENT_HANDSHAKE},
             {"SSL_key_update", EW_EVENT_HANDSHAKE},
             {"SSL_clear", EW_EVENT_CLEAR}};

enum { NO_EVENT = 255, STATE_CLOSED = 7 }; /* TCP_CLOSE */

static uint8_t event_of(const char *call)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, call) == 0) {
            return calls[i].event;
        }
    }
    return NO_EVENT;
}

static bool is_call(const struct event *e, const char *name)
{
    return strcmp(e->call, name) == 0;
}

/* The first answer of a call: -1 at once is a refusal, whatever the reason. */
bool refused(ew_answer a)
{
    return ew_action(a) == EW_ACTION_RETURN && ew_value(a) == -1;
}

static void refuse(struct judge *j, struct conn *c, const struct event *e, uint8_t event,
                   uint8_t reason)
{
    if (c->misled && reason == EW_REASON_FATAL) {
        return;
    }
    for (size_t i = 0; i < rule_count; i++) {
        const struct rule *r = &rules[i];
        if (r->kind == KIND_REFUSED && r->reason == reason && (r->events >> event & 1) != 0) {
            report(j, c, e, r, "");
        }
    }
}

/* What it took for success and was none; the program cannot know, and goes on. */
static void tell_libssl(struct judge *j, struct conn *c, const struct event *e, uint8_t outcome)
{
    if (is_call(e, "SSL_shutdown") && e->value == 1 && outcome == EW_EVENT_FATAL_ALERT) {
        report_libssl(j, c, e, "D-03", "");
        c->misled = true;
    } else if (is_notice_lost(c, e, outcome)) {
        report_libssl(j, c, e, "D-04", "nothing went to the transport");
        c->misled = true;
    }
}

/* The call, and what its actions met, as far as the machine asks. */
void run_call(struct judge *j, struct conn *c, const struct event *e, uint8_t event)
{
    ew_answer a = ew_step(&c->machine, event);
    if (refused(a)) {
        refuse(j, c, e, event, ew_reason(a));
        return;
    }
    while (ew_action(a) != EW_ACTION_RETURN) {
        uint8_t outcome = outcome_of(e, ew_action(a), &c->machine);
        tell_libssl(j, c, e, outcome);
        a = ew_step(&c->machine, outcome);
        if (ew_reason(a) == EW_REASON_UNEXPECTED) {
            c->guessed = true;
            a = ew_step(&c->machine, EW_EVENT_SUSPENDED);
        }
    }
    if (ew_reason(a) == EW_REASON_UNREAD_DATA) {
        report_predicate(j, c, e, "unread_data", "");
    }
}

/* --- a call of libssl -------------------------------------------------------------------------- */

/* libssl answers 0 to a write of no bytes, and the class of a failure (D-41). */
static bool writes_nothing(const struct event *e)
{
    return strncmp(e->call, "SSL_write", 9) == 0 && e->has_argument && e->argument == 0 &&
           e->value == 0;
}

static void judge_io(struct judge *j, struct conn *c, const struct event *e, uint8_t event)
{
    bool only_asks = is_call(e, "SSL_renegotiate") || is_call(e, "SSL_key_update");
    judge_call_around(j, c, e);
    judge_transport(j, c, e);
    follow_message(c, e);
    if (only_asks) {
        ew_answer a = ew_step(&c->machine, event);
        if (refused(a)) {
            refuse(j, c, e, event, ew_reason(a));
        } else {
            ew_step(&c->machine, EW_EVENT_SUSPENDED);
        }
    } else if (!writes_nothing(e) && goes_through_handshake(c, e, event)) {
        run_call(j, c, e, event);
    }
    c->established |= c->machine.handshake == EW_HANDSHAKE_DONE;
    judge_held(j, c, e);
}

void judge_call(struct judge *j, struct conn *c, const struct event *e)
{
    uint8_t event = event_of(e->call);
    j->calls++;
    c->shared |= e->shared;
    if (is_call(e, "SSL_free")) {
        judge_held(j, c, e);
        judge_end(j, c, e);
        return;
    }
    if (is_call(e, "SSL_get_error")) {
        follow_skipped(c, e->reads, e->waits); /* no other line has these */
        judge_call_around(j, c, e);
        return;
    }
    if (event != EW_EVENT_CLEAR) {
        catch_up(c, e);
    }
    if (is_call(e, "SSL_set_shutdown") || is_call(e, "SSL_set_quiet_shutdown")) {
        judge_flags(j, c, e);
    } else if (event == EW_EVENT_CLEAR) {
        judge_end(j, c, e);
        ew_clear(&c->machine);
        c->established = c->ended = c->over = false;
    } else if (event != NO_EVENT) {
        judge_io(j, c, e, event);
    }
}

/* --- the trace -------------------------------------------------------------------------------- */

static size_t bucket_of_name(const char *id)
{
    uint32_t hash = 0;
    for (; *id != '\0'; id++) {
        hash = hash * 31 + (unsigned char)*id;
    }
    return hash % BUCKETS;
}

static void put_in_buckets(struct judge *j, struct conn *c)
{
    struct conn **named = &j->named[bucket_of_name(c->id)];
    struct conn **owned = &j->owned[bucket_of_process(c->owner)];
    c->same_name = *named;
    *named = c;
    c->same_process = *owned;
    *owned = c;
}

static struct conn *conn_of(struct judge *j, const char *id)
{
    for (struct conn *c = j->named[bucket_of_name(id)]; c != NULL; c = c->same_name) {
        if (!c->gone && strcmp(c->id, id) == 0) {
            return c;
        }
    }
    struct conn *c = calloc(1, sizeof *c);
    if (c == NULL) {
        abort();
    }
    c->id = id;
    note_owner(c);
    ew_init(&c->machine);
    *(j->last_conn != NULL ? &j->last_conn->next : &j->conns) = c;
    j->last_conn = c;
    put_in_buckets(j, c);
    j->connections++;
    return c;
}

static void keep(struct conn *c, struct event *e)
{
    if (c->events == c->room) {
        c->room = c->room * 2 + 8;
        c->history = realloc(c->history, c->room * sizeof *c->history);
        if (c->history == NULL) {
            abort();
        }
    }
    c->history[c->events++] = e;
}

static void judge_event(struct judge *j, struct event *e)
{
    if (e->kind == EVENT_PROCESS) {
        begin_process(j, e);
        lack_facts(j, e);
        j->processes++;
    } else if (e->kind == EVENT_EXIT) {
        end_process(j, e);
    } else if (e->kind == EVENT_LOST) {
        j->lost += e->lost;
    }
    j->wire |= e->kind == EVENT_CAPTURE || e->kind == EVENT_WIRE;
    if (e->conn == NULL) {
        return;
    }
    struct conn *c = conn_of(j, e->conn);
    keep(c, e);
    c->guessed |= e->kind == EVENT_PARTLY;
    c->over |= e->state == STATE_CLOSED;
    if (e->kind == EVENT_CALL && e->is_gnutls) {
        judge_gnutls(j, c, e);
    } else if (e->kind == EVENT_CALL) {
        judge_call(j, c, e);
    } else if (e->kind == EVENT_WIRE) {
        judge_wire(j, c, e);
    } else if (e->kind == EVENT_CLOSE || e->kind == EVENT_SHUTDOWN) {
        judge_close(j, c, e);
    }
}

static void judge_what_is_left(struct judge *j)
{
    for (struct conn *c = j->conns; c != NULL; c = c->next) {
        const struct event *gone = exit_of(j, c);
        j->judged += c->established;
        if (!j->wire && c->established) {
            judge_transport_left(j, c);
        }
        if (j->wire) {
            judge_wire_left(j, c);
        } else if (!c->ended && gone != NULL) {
            judge_end(j, c, gone);
        } else if (!c->ended && c->established) {
            end_unseen(j, "its process ended without a last line: killed, or the trace is cut");
        }
        if (!j->wire && c->established && !c->closed) {
            report_unseen(j, "EW031",
                          "no close of its descriptor was seen: a BIO of the program's own, or "
                          "left to the exit");
        }
    }
}

/* Whose lines they were is not known, nor what they would have been found by. */
static void judge_what_is_lost(struct judge *j)
{
    if (j->connections == 0) {
        report_all_unseen(j, j->wire ? "the capture has no TLS connection"
                                     : "no call of libssl or GnuTLS was recorded");
    } else if (j->lost > 0) {
        report_all_unseen(j, "lines of the trace were lost");
    }
    for (struct conn *c = j->conns; c != NULL; c = c->next) {
        c->guessed |= j->lost > 0;
    }
}

void judge_trace(struct judge *j, const struct trace *t)
{
    memset(j, 0, sizeof *j);
    for (struct event *e = t->first; e != NULL; e = e->next) {
        judge_event(j, e);
    }
    judge_what_is_left(j);
    report_lacked(j);
    judge_what_is_lost(j);
}

void free_judge(struct judge *j)
{
    while (j->conns != NULL) {
        struct conn *c = j->conns;
        j->conns = c->next;
        free(c->history);
        free(c);
    }
    while (j->findings != NULL) {
        struct finding *f = j->findings;
        j->findings = f->next;
        free(f);
    }
    while (j->unseen != NULL) {
        struct unseen *u = j->unseen;
        j->unseen = u->next;
        free(u);
    }
    free_processes(j);
}
