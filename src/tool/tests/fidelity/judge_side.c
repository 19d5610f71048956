/* The judge, one connection of it, with its findings left out. */
#include "fidelity.h"
#include "judge.h"
#include "names.h"

#include <string.h>

static struct judge judge;
static struct conn conn, saved[MOST_LEVELS];

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

void judge_start(void)
{
    memset(&judge, 0, sizeof judge);
    memset(&conn, 0, sizeof conn);
    conn.id = "1.1";
    ew_init(&conn.machine);
}

void judge_save(int level)
{
    saved[level] = conn;
}

void judge_restore(int level)
{
    conn = saved[level];
    judge.threads = 0;
}

void judge_machine(uint8_t out[MACHINE_SIZE])
{
    _Static_assert(sizeof conn.machine == MACHINE_SIZE, "one byte for each field");
    memcpy(out, &conn.machine, MACHINE_SIZE);
}

static void set_facts(struct facts *f, const struct moment *m, unsigned long version)
{
    struct error oldest = split_error(version, m->oldest), newest = split_error(version, m->newest);
    f->flags = m->flags;
    f->quiet = m->quiet;
    f->handshake = (enum handshake)m->handshake;
    f->renegotiates = m->renegotiates;
    f->retry = m->retry;
    f->unasked = m->unasked;
    f->oldest = (struct queued){oldest.library, oldest.reason, NULL};
    f->newest = (struct queued){newest.library, newest.reason, NULL};
}

void judge_saw(const struct observed *o)
{
    struct event e = {.kind = EVENT_CALL, .conn = conn.id, .pid = 1, .tid = 1, .call = o->call};
    e.has_argument = o->has_argument;
    e.argument = o->argument;
    e.has_after = true;
    e.value = o->value;
    e.class = o->class >= 0 ? class_name(o->class) : NULL;
    e.want = want_name(o->want);
    e.error = o->error;
    e.library = o->version;
    e.options = ABSENT;
    e.in = (double)(o->after.in - o->before.in);
    e.out = (double)(o->after.out - o->before.out);
    set_facts(&e.before, &o->before, o->version);
    set_facts(&e.after, &o->after, o->version);
    judge_call(&judge, &conn, &e);
    judge.threads = 0; /* the event is gone after this call */
}

void judge_saw_gnutls(const struct observed *o)
{
    struct event e = {.kind = EVENT_CALL, .conn = conn.id, .pid = 1, .tid = 1, .call = o->call};
    e.is_gnutls = e.has_after = true;
    e.has_argument = o->has_argument;
    e.argument = o->argument;
    e.value = o->value;
    e.want = o->want == 0 ? "reading" : "writing";
    e.in = e.out = e.options = ABSENT;
    conn.events++;
    judge_gnutls(&judge, &conn, &e);
}
