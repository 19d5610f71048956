/* What is said about cells that have run. */
#define _GNU_SOURCE
#include "list.h"
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GROUPS_MAX = 128, SHOWN = 20, VARIANT_TEXT = 48 };

/* The cells of one engine, version, role and mode. */
typedef struct {
    fault_plan of;
    size_t cells, by_cut[CUTS], by_shape[SHAPES], split_alerts, found, calls;
} group;

typedef struct {
    group of[GROUPS_MAX];
    int count;
} groups;

static int same_group(const fault_plan *a, const fault_plan *b)
{
    return a->engine == b->engine && a->tls13 == b->tls13 && a->server == b->server &&
           a->nonblocking == b->nonblocking;
}

static void count(groups *g, const fault_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const fault_cell *c = &l->cells[i];
        int at = 0;
        if (!c->base.done)
            continue;
        while (at < g->count && !same_group(&g->of[at].of, &c->plan))
            at++;
        if (at == g->count && g->count++ == GROUPS_MAX)
            abort();
        g->of[at].of = c->plan;
        g->of[at].cells++;
        g->of[at].by_cut[c->plan.cut]++;
        g->of[at].by_shape[c->plan.shape]++;
        g->of[at].split_alerts += c->plan.alert != WHOLE;
        g->of[at].found += c->outcome.finding[0] != '\0';
        g->of[at].calls += (size_t)c->outcome.calls;
    }
}

frame_counts list_counts(const fault_list *l)
{
    return frame_count(l->cells, l->count, sizeof *l->cells);
}

static size_t list_found(const fault_list *l)
{
    frame_counts counts = list_counts(l);
    return counts.findings + counts.late;
}

void report_findings(const fault_list *l)
{
    char text[PLAN_TEXT];
    size_t shown = 0;
    for (size_t i = 0; i < l->count && shown < SHOWN; i++) {
        const fault_cell *c = &l->cells[i];
        if (!c->base.done || !c->outcome.finding[0])
            continue;
        printf("%s: %s: %s\n", plan_text(&c->plan, text), c->outcome.finding, c->outcome.detail);
        shown++;
    }
    if (list_found(l) > 0)
        printf("%zu cells with a finding, %zu shown; one again: endwell-faults --cell 'WORDS "
               "BEFORE THE COLON'\n",
               list_found(l), shown);
}

/* A limit of an engine that cells ran into. */
typedef struct {
    const char *engine, *reason;
    size_t cells, unseen; /* of these, those that needed it */
} limit_count;

enum { LIMITS_MAX = 16 };

static int count_limits(const fault_list *l, limit_count counts[LIMITS_MAX])
{
    int many = 0;
    for (size_t i = 0; i < l->count; i++) {
        const fault_cell *c = &l->cells[i];
        const char *reason = c->base.done ? fault_limit(&c->plan) : NULL;
        int at = 0;
        if (!reason)
            continue;
        while (at < many && counts[at].reason != reason)
            at++;
        if (at == LIMITS_MAX)
            abort();
        if (at == many)
            counts[many++] = (limit_count){c->plan.engine->name, reason, 0, 0};
        counts[at].cells++;
        counts[at].unseen += c->outcome.unseen != 0;
    }
    return many;
}

static void report_limits(const fault_list *l)
{
    limit_count counts[LIMITS_MAX];
    int many = count_limits(l, counts);
    for (int i = 0; i < many; i++)
        printf("%s, a limit: %zu cells of which %zu end without an end: %s\n", counts[i].engine,
               counts[i].cells, counts[i].unseen, counts[i].reason);
}

void report_table(const fault_list *l)
{
    groups *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    count(g, l);
    printf("%-34s %7s %7s %7s %7s %7s %9s\n", "", "cells", "uncut", "FIN", "RST", "silence",
           "findings");
    for (int i = 0; i < g->count; i++) {
        const group *one = &g->of[i];
        printf("%-8s TLS %s %-6s %-12s %7zu %7zu %7zu %7zu %7zu %9zu\n", one->of.engine->name,
               one->of.tls13 ? "1.3" : "1.2", one->of.server ? "server" : "client",
               one->of.nonblocking ? "nonblocking" : "blocking", one->cells, one->by_cut[CUT_NONE],
               one->by_cut[CUT_FIN], one->by_cut[CUT_RST], one->by_cut[CUT_SILENCE], one->found);
    }
    report_limits(l);
    free(g);
}

/* JSON -------------------------------------------------------------------------------------- */

static void add_numbers(cJSON *to, const char *name, const size_t *numbers,
                        const char *const *names, int many)
{
    cJSON *object = cJSON_AddObjectToObject(to, name);
    for (int i = 0; i < many; i++)
        cJSON_AddNumberToObject(object, names[i], (double)numbers[i]);
}

static cJSON *group_json(const group *g)
{
    static const char *const cuts[CUTS] = {"uncut", "fin", "rst", "silence"};
    static const char *const shapes[SHAPES] = {"plain",   "bytes",    "merged",
                                               "delayed", "late-out", "split"};
    cJSON *one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "engine", g->of.engine->name);
    cJSON_AddStringToObject(one, "tls", g->of.tls13 ? "1.3" : "1.2");
    cJSON_AddStringToObject(one, "role", g->of.server ? "server" : "client");
    cJSON_AddStringToObject(one, "mode", g->of.nonblocking ? "nonblocking" : "blocking");
    cJSON_AddNumberToObject(one, "cells", (double)g->cells);
    cJSON_AddNumberToObject(one, "calls", (double)g->calls);
    cJSON_AddNumberToObject(one, "alerts_over_records", (double)g->split_alerts);
    cJSON_AddNumberToObject(one, "findings", (double)g->found);
    add_numbers(one, "cuts", g->by_cut, cuts, CUTS);
    add_numbers(one, "shapes", g->by_shape, shapes, SHAPES);
    return one;
}

static cJSON *limits_json(const fault_list *l)
{
    limit_count counts[LIMITS_MAX];
    int many = count_limits(l, counts);
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < many; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "engine", counts[i].engine);
        cJSON_AddStringToObject(one, "reason", counts[i].reason);
        cJSON_AddNumberToObject(one, "cells", (double)counts[i].cells);
        cJSON_AddNumberToObject(one, "without_end", (double)counts[i].unseen);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *findings_json(const fault_list *l)
{
    cJSON *list = cJSON_CreateArray();
    char text[PLAN_TEXT];
    for (size_t i = 0; i < l->count; i++) {
        const fault_cell *c = &l->cells[i];
        if (!c->base.done || !c->outcome.finding[0])
            continue;
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "cell", plan_text(&c->plan, text));
        cJSON_AddStringToObject(one, "finding", c->outcome.finding);
        cJSON_AddStringToObject(one, "detail", c->outcome.detail);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

int report_json(const fault_list *l, const frame_deck *deck, const fault_options *o, double seconds)
{
    frame_counts counts = list_counts(l);
    groups *g = calloc(1, sizeof *g);
    cJSON *json = cJSON_CreateObject();
    size_t cells = 0;
    if (!g)
        abort();
    count(g, l);
    cJSON *variants = cJSON_CreateArray();
    for (int i = 0; i < g->count; i++) {
        cells += g->of[i].cells;
        cJSON_AddItemToArray(variants, group_json(&g->of[i]));
    }
    cJSON_AddNumberToObject(json, "cells", (double)cells);
    cJSON_AddNumberToObject(json, "failed", (double)(counts.findings + counts.late));
    cJSON_AddNumberToObject(json, "seconds", seconds);
    cJSON_AddItemToObject(json, "tools", results_tools(sides));
    cJSON_AddItemToObject(json, "variants", variants);
    cJSON_AddItemToObject(json, "limits", limits_json(l));
    cJSON_AddItemToObject(json, "findings", findings_json(l));
    frame_add_late(json, &counts);
    frame_add_deck(json, deck);
    free(g);
    if (o->sample < 1000)
        cJSON_AddNumberToObject(json, "sample_of_1000", o->sample);
    return write_whole(json, o->out, "faults");
}
