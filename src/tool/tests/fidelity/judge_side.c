/* The judge, one connection of it, with its findings left out. */
#include "fidelity.h"
#include "judge.h"

#include <stdlib.h>
#include <string.h>

static struct judge judge;
static struct conn conn, saved[MOST_LEVELS];

/* Calls that were passed over, which the next line will tell of. */
static struct skips {
    int reads, waits;
} skips, saved_skips[MOST_LEVELS];

void report(struct judge *j, struct conn *c, const struct event *e, const struct rule *rule,
            const char *detail)
{
    (void)j, (void)c, (void)e, (void)rule, (void)detail;
}

void report_predicate(struct judge *j, struct conn *c, const struct event *e, const char *name,
                      const char *detail)
{
    (void)j, (void)c, (void)e, (void)name, (void)detail;
}

void report_libssl(struct judge *j, struct conn *c, const struct event *e, const char *divergence,
                   const char *detail)
{
    (void)j, (void)c, (void)e, (void)divergence, (void)detail;
}

void report_unseen(struct judge *j, const char *rule, const char *why)
{
    (void)j, (void)rule, (void)why;
}

void report_all_unseen(struct judge *j, const char *why)
{
    (void)j, (void)why;
}

void lack_facts(struct judge *j, const struct event *e)
{
    (void)j, (void)e;
}

void report_lacked(struct judge *j)
{
    (void)j;
}

void judge_start(const char *id)
{
    memset(&judge, 0, sizeof judge);
    memset(&conn, 0, sizeof conn);
    memset(&skips, 0, sizeof skips);
    conn.id = id;
    ew_init(&conn.machine);
}

void judge_save(int level)
{
    saved[level] = conn;
    saved_skips[level] = skips;
}

void judge_restore(int level)
{
    conn = saved[level];
    skips = saved_skips[level];
    judge.threads = 0;
}

void judge_machine(uint8_t out[MACHINE_SIZE])
{
    _Static_assert(sizeof conn.machine == MACHINE_SIZE, "one byte for each field");
    struct conn told =
        conn; /* as it will be behind the next line; the judge itself waits for that */
    follow_skipped(&told, skips.reads, skips.waits);
    memcpy(out, &told.machine, MACHINE_SIZE);
}

/* As in judge_trace(), of which this is the part for one connection that does not end. */
static void follow(const struct event *e)
{
    if (e->kind == EVENT_LOST) {
        fprintf(stderr, "fidelity: the recorder lost a line\n");
        exit(2);
    }
    if (e->conn == NULL || strcmp(e->conn, conn.id) != 0) {
        return;
    }
    conn.guessed |= e->kind == EVENT_PARTLY;
    if (e->kind == EVENT_CALL) {
        judge_call(&judge, &conn, e);
    }
}

void judge_reads(const char *lines)
{
    struct trace read = {.path = "the recorder"};
    while (*lines != '\0') {
        cJSON *json = cJSON_ParseWithOpts(lines, &lines, 0);
        if (!add_json(&read, 0, json)) {
            fprintf(stderr, "fidelity: %s\n", read.error);
            exit(2);
        }
        lines += strspn(lines, "\n");
    }
    for (const struct event *e = read.first; e != NULL; e = e->next) {
        follow(e);
    }
    free_trace(&read);
    judge.threads = 0; /* its events are gone after this call */
    conn.ignoring = NULL;
}

void judge_skips(int reads, int waits)
{
    skips = (struct skips){reads, waits};
}

void judge_saw_gnutls(const struct observed *o)
{
    struct event e = {.kind = EVENT_CALL, .conn = conn.id, .pid = 1, .tid = 1, .call = o->call};
    e.is_gnutls = e.has_after = true;
    e.has_argument = o->has_argument;
    e.argument = o->argument;
    e.value = o->value;
    e.want = o->direction == 0 ? "reading" : "writing";
    e.in = e.out = e.options = ABSENT;
    conn.events++;
    judge_gnutls(&judge, &conn, &e);
}
