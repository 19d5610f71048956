/* Which cells there are, and the threads that run them. */
#define _GNU_SOURCE
#include "list.h"
#include "net.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The list ---------------------------------------------------------------------------------- */

static void add(fault_list *l, const fault_plan *p)
{
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->cells = realloc(l->cells, l->room * sizeof *l->cells);
        if (!l->cells)
            abort();
    }
    l->cells[l->count++] = (fault_cell){.plan = *p};
}

void list_free(fault_list *l)
{
    free(l->cells);
    *l = (fault_list){0};
}

void list_uncut(fault_list *l)
{
    for (int e = 0; sides[e]; e++)
        for (int bits = 0; bits < 8; bits++)
            for (int kind = 0; kind < ORDERS * ALERTS; kind++) {
                fault_plan p = {.engine = sides[e],
                                .tls13 = bits >> 2 & 1,
                                .server = bits >> 1 & 1,
                                .nonblocking = bits & 1,
                                .order = (uint8_t)(kind % ORDERS),
                                .alert = (uint8_t)(kind / ORDERS)};
                if (!p.tls13 || p.engine->tls->has_tls13)
                    add(l, &p);
            }
}

/* FNV-1a: the same cells for the same specification, on every machine. */
static int chosen(const fault_plan *p, const fault_options *o)
{
    char text[PLAN_TEXT];
    uint64_t hash = 0xcbf29ce484222325u;
    const char *parts[] = {o->seed, plan_text(p, text)};
    for (int i = 0; i < 2; i++)
        for (const char *c = parts[i]; *c; c++)
            hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    return (int)((hash >> 20) % 1000) < o->sample;
}

static void add_cuts(fault_list *l, fault_plan p, int cut, int outward, size_t from, size_t to,
                     const fault_options *o)
{
    p.cut = (uint8_t)cut;
    p.outward = (uint8_t)outward;
    for (size_t at = from; at <= to; at++) {
        p.at = (uint16_t)at;
        if (chosen(&p, o))
            add(l, &p);
    }
}

void list_cut(fault_list *l, const fault_cell *uncut, const fault_options *o)
{
    fault_plan p = uncut->plan;
    size_t in = uncut->outcome.notice, out = uncut->outcome.out;
    for (int shape = PLAIN; shape < SPLIT; shape++) {
        p.shape = (uint8_t)shape;
        if (shape != PLAIN)
            add_cuts(l, p, CUT_NONE, 0, 0, 0, o);
        for (int cut = CUT_FIN; cut <= CUT_RST; cut++) {
            add_cuts(l, p, cut, 0, 0, in, o);
            if (p.alert == WHOLE)
                add_cuts(l, p, cut, 1, 0, out, o);
        }
    }
    p.shape = SPLIT;
    add_cuts(l, p, CUT_NONE, 0, 1, in - 1, o);
    p.shape = PLAIN;
    if (p.alert == WHOLE) {
        add_cuts(l, p, CUT_SILENCE, 0, 0, in, o);
        add_cuts(l, p, CUT_SILENCE, 1, 0, out, o);
    }
}

/* The threads ------------------------------------------------------------------------------- */

typedef struct {
    fault_list *list;
    const fault_options *options;
    atomic_size_t next, done;
} pool;

typedef struct {
    pool *pool;
    fault_bench *bench;
    pthread_t thread;
} worker;

static void *work(void *argument)
{
    worker *w = argument;
    fault_list *l = w->pool->list;
    for (size_t i; (i = atomic_fetch_add(&w->pool->next, 1)) < l->count;) {
        fault_run(w->bench, &l->cells[i].plan, w->pool->options->defect, &l->cells[i].outcome);
        l->cells[i].done = 1;
        atomic_fetch_add(&w->pool->done, 1);
    }
    return NULL;
}

/* A cell that is stuck can only be left with the whole program. */
static void look_for_stuck(pool *p, worker *workers, int jobs, void (*stuck)(const fault_list *l))
{
    fault_plan plan;
    for (int i = 0; i < jobs; i++) {
        if (bench_busy(workers[i].bench, &plan) < 1000LL * p->options->cell_seconds)
            continue;
        for (size_t k = 0; k < p->list->count; k++) {
            fault_cell *c = &p->list->cells[k];
            if (!c->done && memcmp(&c->plan, &plan, sizeof plan) == 0) {
                snprintf(c->outcome.finding, sizeof c->outcome.finding, "hang");
                snprintf(c->outcome.detail, sizeof c->outcome.detail,
                         "it did not end within %d s; the rest was not run",
                         p->options->cell_seconds);
                c->done = 1;
            }
        }
        stuck(p->list);
        _exit(1);
    }
}

static void watch(pool *p, worker *workers, size_t total, void (*stuck)(const fault_list *l))
{
    const fault_options *o = p->options;
    int terminal = isatty(2);
    long long start = net_now_ms(), said = start;
    while (atomic_load(&p->done) < total) {
        net_sleep_ms(20);
        look_for_stuck(p, workers, o->jobs, stuck);
        if (o->quiet || net_now_ms() - said < (terminal ? 200 : 15000))
            continue;
        said = net_now_ms();
        fprintf(stderr, "%sfaults: %zu of %zu cells, %lld s%s", terminal ? "\r" : "",
                atomic_load(&p->done), total, (said - start) / 1000, terminal ? "\x1b[K" : "\n");
    }
    if (terminal && !o->quiet)
        fputs("\r\x1b[K", stderr);
}

int list_run(fault_list *l, size_t first, const fault_options *o,
             void (*stuck)(const fault_list *l))
{
    pool p = {.list = l, .options = o, .next = first};
    worker *workers = calloc((size_t)o->jobs, sizeof *workers);
    int started = 0, good = workers != NULL;
    for (int i = 0; i < o->jobs && good; i++) {
        workers[i] = (worker){.pool = &p, .bench = cut_bench_new(o->certs)};
        good = workers[i].bench && pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
        started += good;
    }
    if (good)
        watch(&p, workers, l->count - first, stuck);
    for (int i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; workers && i < o->jobs; i++)
        if (workers[i].bench)
            cut_bench_free(workers[i].bench);
    free(workers);
    return good ? 0 : -1;
}
