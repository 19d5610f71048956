/* A finding: its level, and whether it is one that was reported before. */
#include "judge.h"

#include "record/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { RECORD_HEADER = 5, TYPE_ALERT = 21, TYPE_DATA = 23, TLS13_ALERT = 19, LONGEST_ALERT = 128 };

/* --- conditions of a level -------------------------------------------------------------------- */

static bool not_begun(const struct event *e)
{
    return e->before.handshake == HANDSHAKE_NONE;
}

static bool left(const struct event *e)
{
    bool writes = e->call != NULL && (strncmp(e->call, "SSL_write", 9) == 0 ||
                                      strcmp(e->call, "gnutls_record_send") == 0);
    return e->out > 0 || (writes && e->value > 0);
}

static bool effective(const struct event *e)
{
    return e->out > 0 || (e->value >= 0 && e->before.quiet == 0);
}

static bool class_changed(const struct event *e)
{
    bool is_old = e->before.newest.library == e->after.newest.library &&
                  e->before.newest.reason == e->after.newest.reason;
    return (e->before.unasked ? only_stale(e) : is_old) && e->value <= 0 && e->class != NULL &&
           strcmp(e->class, "SSL") == 0;
}

static bool only_alert(const struct event *e)
{
    bool is_alert = e->unread_type == TYPE_ALERT ||
                    (e->unread_type == TYPE_DATA && e->unread_length == TLS13_ALERT);
    return is_alert && e->unread == RECORD_HEADER + e->unread_length;
}

static bool cut(const struct event *e)
{
    return is_ignored_eof(e);
}

static bool unacknowledged(const struct event *e)
{
    return e->unacked > 0;
}

/* A last alert may be on its way whenever the other side's is. */
static bool data_unacknowledged(const struct event *e)
{
    return e->unacked > LONGEST_ALERT;
}

static bool peer_closed(const struct event *e)
{
    return e->peer_closed;
}

static const struct {
    const char *name;
    bool (*holds)(const struct event *e);
} conditions[] = {{"not_begun", not_begun},
                  {"left", left},
                  {"effective", effective},
                  {"class_changed", class_changed},
                  {"only_alert", only_alert},
                  {"unacknowledged", unacknowledged},
                  {"peer_closed", peer_closed},
                  {"data_unacknowledged", data_unacknowledged},
                  {"cut", cut}};

static bool holds(const char *name, const struct event *e)
{
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        if (strcmp(conditions[i].name, name) == 0) {
            return conditions[i].holds(e);
        }
    }
    return false;
}

static enum level level_of(const struct rule *rule, const struct event *e)
{
    for (int i = 0; i < MAX_RAISES && rule->raise[i].condition != NULL; i++) {
        if (holds(rule->raise[i].condition, e)) {
            return rule->raise[i].level;
        }
    }
    return rule->level;
}

/* --- findings --------------------------------------------------------------------------------- */

/* Of a process's first or last line: the last call of the connection is as near as can be told. */
static const cJSON *stack_of(const struct conn *c, const struct event *e)
{
    for (size_t i = c->events; e->conn == NULL && i-- > 0;) {
        if (cJSON_GetArraySize(c->history[i]->stack) > 0) {
            return c->history[i]->stack;
        }
    }
    return e->stack;
}

static bool same_place(const struct finding *f, const struct event *e, const cJSON *stack)
{
    if (f->event->place != NULL && e->place != NULL) {
        return strcmp(f->event->place, e->place) == 0;
    }
    return f->event->kind == e->kind && f->stack != NULL && stack != NULL &&
           cJSON_Compare(f->stack, stack, 1);
}

static const char *divergence_of(const struct rule *rule, const struct event *e)
{
    if (rule->kind == KIND_LIBSSL) {
        return rule->predicate;
    }
    if (strcmp(rule->id, "EW001") == 0 && effective(e)) {
        return "D-06";
    }
    if (strcmp(rule->id, "EW004") == 0 && left(e)) {
        return "D-12";
    }
    if (strcmp(rule->id, "EW032") == 0 && cut(e)) {
        return "D-11";
    }
    return strcmp(rule->id, "EW030") == 0 ? "D-13" : NULL;
}

/* The line of an exit is not in the history: the last one is. */
static size_t place_of(const struct conn *c, const struct event *e)
{
    size_t at = c->events - 1;
    while (at > 0 && c->history[at] != e) {
        at--;
    }
    return c->history[at] == e ? at : c->events - 1;
}

void report(struct judge *j, struct conn *c, const struct event *e, const struct rule *rule,
            const char *detail)
{
    uint64_t bit = UINT64_C(1) << (rule - rules);
    enum level level = level_of(rule, e);
    if ((c->told & bit) != 0 || level == LEVEL_SILENT) {
        return;
    }
    c->told |= bit;
    const cJSON *stack = stack_of(c, e);
    for (struct finding *f = j->findings; f != NULL; f = f->next) {
        if (f->rule == rule && f->level == level && same_place(f, e, stack)) {
            f->count++;
            return;
        }
    }
    struct finding *f = calloc(1, sizeof *f);
    if (f == NULL) {
        abort();
    }
    f->rule = rule;
    f->level = level;
    f->conn = c;
    f->at = place_of(c, e);
    f->event = e;
    f->stack = stack;
    f->count = 1;
    /* A device without libssl's queue has another library. */
    f->divergence = j->lacked == 0 ? divergence_of(rule, e) : NULL;
    strncpy(f->detail, detail, sizeof f->detail - 1);
    make_printable(f->detail); /* its last character may be cut */
    *(j->last_finding != NULL ? &j->last_finding->next : &j->findings) = f;
    j->last_finding = f;
}

void report_predicate(struct judge *j, struct conn *c, const struct event *e, const char *name,
                      const char *detail)
{
    for (size_t i = 0; i < rule_count; i++) {
        bool is_named = rules[i].kind == KIND_PREDICATE || rules[i].kind == KIND_WIRE;
        if (is_named && strcmp(rules[i].predicate, name) == 0) {
            report(j, c, e, &rules[i], detail);
        }
    }
}

/* What the recorder cannot see is not judged by what else it saw. */
void report_libssl(struct judge *j, struct conn *c, const struct event *e, const char *divergence,
                   const char *detail)
{
    for (size_t i = 0; i < rule_count; i++) {
        bool is_named = rules[i].kind == KIND_LIBSSL && strcmp(rules[i].predicate, divergence) == 0;
        if (is_named && (j->lacked >> i & 1) == 0) {
            report(j, c, e, &rules[i], detail);
        }
    }
}

static struct unseen *unseen_of(struct judge *j, const char *rule, const char *why)
{
    struct unseen *u = j->unseen;
    while (u != NULL && (strcmp(u->rule->id, rule) != 0 || strcmp(u->why, why) != 0)) {
        u = u->next;
    }
    if (u == NULL) {
        const struct rule *r = find_rule(rule);
        u = calloc(1, sizeof *u);
        if (u == NULL || r == NULL) {
            abort();
        }
        u->rule = r;
        u->why = why;
        u->next = j->unseen;
        j->unseen = u;
    }
    return u;
}

void report_unseen(struct judge *j, const char *rule, const char *why)
{
    unseen_of(j, rule, why)->count++;
}

void report_all_unseen(struct judge *j, const char *why)
{
    for (size_t i = rule_count; i-- > 0;) {
        unseen_of(j, rules[i].id, why)->count = j->connections;
    }
}

/* What its recorder cannot see at all, it says in its first line. */
void lack_facts(struct judge *j, const struct event *e)
{
    const cJSON *fact;
    cJSON_ArrayForEach(fact, e->lacks)
    {
        for (size_t i = 0; i < rule_count && cJSON_IsString(fact); i++) {
            if (needs_fact(&rules[i], fact->valuestring)) {
                j->lacked |= UINT64_C(1) << i;
            }
        }
    }
}

void report_lacked(struct judge *j)
{
    for (size_t i = rule_count; i-- > 0 && (j->wire ? j->connections : j->judged) > 0;) {
        const char *why = NULL;
        if (j->wire && rules[i].kind != KIND_WIRE) {
            why = "a capture has no calls: endwell run sees them, or the log of a device";
        } else if (!j->wire && rules[i].kind == KIND_WIRE) {
            why = "only a capture shows it: endwell check --pcap";
        } else if ((j->lacked >> i & 1) != 0) {
            why = "the records of a device do not have what it needs";
        }
        if (why != NULL) {
            unseen_of(j, rules[i].id, why)->count = j->wire ? j->connections : j->judged;
        }
    }
}
