/* What is said about runs that are over. */
#define _GNU_SOURCE
#include "runs.h"
#include "results.h"

#include <stdio.h>
#include <string.h>

enum { MB = 1 << 20 };

static const char *const cases[] = {"we close", "peer closes", "both close"};
static const char *const networks[] = {"fast", "slow readers", "throttled"};

/* The verdicts ------------------------------------------------------------------------------ */

/* NULL, or what is wrong: nothing was done to these connections, so nothing may be lost, and a
 * close has no reason not to say so. Plain engines are counted, not judged. */
static const char *wrong(const one_run *r)
{
    const run_outcome *o = &r->outcome;
    if (!o->setup)
        return "it could not be set up";
    if (!o->finished)
        return "it did not end";
    if (r->plan.plain)
        return NULL;
    if (!o->intact)
        return "bytes differ from those that were sent";
    if (o->out.untold + o->in.untold > 0)
        return "bytes are lost, and the sender has not been told";
    if (o->out.lost + o->in.lost > 0)
        return "bytes are lost";
    if (o->clean != r->plan.connections)
        return "a close of ours did not say that all is well";
    return NULL;
}

frame_verdict run_verdict(const one_run *r)
{
    return !wrong(r)                                  ? FRAME_PASSED
           : r->outcome.setup && !r->outcome.finished ? FRAME_LATE
                                                      : FRAME_FINDING;
}

const char *run_text(const run_plan *p, char text[RUN_TEXT])
{
    snprintf(text, RUN_TEXT, "%s%s TLS %s %s %s, %s, %s, %d x %.6g MB each way",
             p->plain ? "plain " : "", p->engine->name, p->tls13 ? "1.3" : "1.2",
             p->connections > 1 ? "both roles"
             : p->server        ? "server"
                                : "client",
             p->nonblocking ? "nonblocking" : "blocking",
             p->connections > 1 ? "all closes" : cases[p->which], networks[p->network],
             p->connections, (double)p->bytes / MB);
    return text;
}

typedef struct {
    int runs, connections, losing, told;
    double accepted, lost, untold;
} sum;

static void add_up(sum *s, const one_run *r)
{
    const run_outcome *o = &r->outcome;
    s->runs++;
    s->connections += r->plan.connections;
    s->losing += o->out.lost + o->in.lost > 0;
    s->told += o->out.told + o->in.told;
    s->accepted += (double)(o->out.accepted + o->in.accepted - o->dropped);
    s->lost += (double)(o->out.lost + o->in.lost);
    s->untold += (double)(o->out.untold + o->in.untold);
}

static int same_kind(const run_plan *a, const run_plan *b)
{
    return a->engine == b->engine && a->plain == b->plain && a->tls13 == b->tls13;
}

static cJSON *sum_json(const run_plan *p, const sum *s)
{
    cJSON *one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "engine", p->engine->name);
    cJSON_AddStringToObject(one, "close", p->plain ? p->plain->close : "Endwell");
    cJSON_AddStringToObject(one, "tls", p->tls13 ? "1.3" : "1.2");
    cJSON_AddNumberToObject(one, "runs", s->runs);
    cJSON_AddNumberToObject(one, "connections", s->connections);
    cJSON_AddNumberToObject(one, "runs_with_loss", s->losing);
    cJSON_AddNumberToObject(one, "bytes_accepted", s->accepted);
    cJSON_AddNumberToObject(one, "bytes_lost", s->lost);
    cJSON_AddNumberToObject(one, "bytes_lost_untold", s->untold);
    return one;
}

/* A line and an entry for each engine, alone and with Endwell. */
static cJSON *sums(const runs *all)
{
    cJSON *list = cJSON_CreateArray();
    printf("%-29s %5s %11s %14s %14s %14s %10s\n", "", "runs", "connections", "bytes", "lost",
           "lost, untold", "runs with");
    for (int i = 0; i < all->count; i++) {
        sum s = {0};
        int first = 1;
        for (int k = 0; k < all->count; k++) {
            if (!all->of[k].base.done || !same_kind(&all->of[k].plan, &all->of[i].plan))
                continue;
            first &= k >= i;
            add_up(&s, &all->of[k]);
        }
        if (!first || s.runs == 0)
            continue;
        const run_plan *p = &all->of[i].plan;
        printf("%-11s TLS %s %-9s %5d %11d %14.0f %14.0f %14.0f %10d\n", p->engine->name,
               p->tls13 ? "1.3" : "1.2", p->plain ? "alone" : "Endwell", s.runs, s.connections,
               s.accepted, s.lost, s.untold, s.losing);
        cJSON_AddItemToArray(list, sum_json(p, &s));
    }
    return list;
}

static cJSON *run_json(const one_run *r)
{
    const run_outcome *o = &r->outcome;
    char text[RUN_TEXT];
    cJSON *one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "run", run_text(&r->plan, text));
    cJSON_AddBoolToObject(one, "plain", r->plan.plain != NULL);
    cJSON_AddNumberToObject(one, "accepted_out", (double)o->out.accepted);
    cJSON_AddNumberToObject(one, "delivered_out", (double)o->out.delivered);
    cJSON_AddNumberToObject(one, "accepted_in", (double)o->in.accepted);
    cJSON_AddNumberToObject(one, "delivered_in", (double)o->in.delivered);
    cJSON_AddNumberToObject(one, "not_wanted", (double)o->dropped);
    cJSON_AddNumberToObject(one, "lost", (double)(o->out.lost + o->in.lost));
    cJSON_AddNumberToObject(one, "untold", (double)(o->out.untold + o->in.untold));
    cJSON_AddStringToObject(one, "verdict", wrong(r) ? wrong(r) : "as it has to be");
    return one;
}

int conclude(const runs *all, double seconds)
{
    char text[RUN_TEXT];
    frame_counts counts = frame_count(all->of, (size_t)all->count, sizeof all->of[0]);
    cJSON *json = cJSON_CreateObject(), *list = cJSON_CreateArray();
    cJSON_AddItemToObject(json, "tools", results_tools(sides));
    cJSON_AddItemToObject(json, "sums", sums(all));
    for (int i = 0; i < all->count; i++) {
        if (!all->of[i].base.done)
            continue;
        if (wrong(&all->of[i]))
            printf("%s: %s (%s)\n", run_text(&all->of[i].plan, text), wrong(&all->of[i]),
                   all->of[i].outcome.where ? all->of[i].outcome.where : "every call succeeded");
        cJSON_AddItemToArray(list, run_json(&all->of[i]));
    }
    cJSON_AddNumberToObject(json, "runs", cJSON_GetArraySize(list));
    cJSON_AddNumberToObject(json, "failed", (double)(counts.findings + counts.late));
    cJSON_AddNumberToObject(json, "seconds", seconds);
    cJSON_AddItemToObject(json, "list", list);
    frame_add_late(json, &counts);
    frame_add_deck(json, &all->deck);
    if (all->out && write_whole(json, all->out, "lossless") != 0)
        return 2;
    if (!all->out)
        cJSON_Delete(json);
    return frame_close(&counts);
}

/* What has to come of a run of the self-test, and whether it did. */
static int is_found(const one_run *r, const char **what)
{
    const char *found = wrong(r);
    if (r->plan.stalls) {
        int late = r->plan.stalls == STALLS_ALWAYS;
        *what = late ? "it stood still, and alone too" : "it stood still once";
        return r->base.again && r->base.verdict == (late ? FRAME_LATE : FRAME_PASSED);
    }
    *what = r->plan.careless ? "close() right after close_notify" : "a byte was altered";
    return r->plan.careless ? found && strstr(found, "not been told") != NULL
                            : found && r->outcome.setup && r->outcome.finished;
}

int conclude_self_test(const runs *all)
{
    const char *what;
    char text[RUN_TEXT];
    int failed = 0;
    for (int i = 0; i < all->count; i++) {
        const one_run *r = &all->of[i];
        if (is_found(r, &what))
            continue;
        failed++;
        printf("%s: %s: that is not what was found\n", run_text(&r->plan, text), what);
    }
    printf("%d passed, %d failed\n", all->count - failed, failed);
    return failed > 0;
}
