/* Which cells there are, and how one is run. */
#define _GNU_SOURCE
#include "list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void list_uncut(fault_list *l, frame_deck *deck)
{
    char text[PLAN_TEXT];
    for (int e = 0; sides[e]; e++)
        for (int bits = 0; bits < 8; bits++)
            for (int kind = 0; kind < ORDERS * ALERTS; kind++) {
                fault_plan p = {.engine = sides[e],
                                .tls13 = bits >> 2 & 1,
                                .server = bits >> 1 & 1,
                                .nonblocking = bits & 1,
                                .order = (uint8_t)(kind % ORDERS),
                                .alert = (uint8_t)(kind / ORDERS)};
                if ((!p.tls13 || p.engine->tls->has_tls13) && frame_deal(deck, plan_text(&p, text)))
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

/* Running them ------------------------------------------------------------------------------ */

static void *bench_for(void *with)
{
    return cut_bench_new(((const fault_options *)with)->certs);
}

static void bench_end(void *bench)
{
    cut_bench_free(bench);
}

/* A call that waited for nothing may have been late alone; all else is a finding. */
static frame_verdict run_cell(void *bench, void *one, void *with)
{
    fault_cell *c = one;
    const fault_options *o = with;
    fault_run(bench, &c->plan, o->defect, &c->outcome);
    return !c->outcome.finding[0]                         ? FRAME_PASSED
           : strcmp(c->outcome.finding, FAULT_HANGS) == 0 ? FRAME_LATE
                                                          : FRAME_FINDING;
}

static void unended(void *one, const char *how)
{
    fault_cell *c = one;
    snprintf(c->outcome.finding, sizeof c->outcome.finding, FAULT_HANGS);
    snprintf(c->outcome.detail, sizeof c->outcome.detail, "%s", how);
}

int list_run(fault_list *l, size_t first, const fault_options *o)
{
    frame f = {.tool = "faults",
               .unit = "cells",
               .size = sizeof *l->cells,
               .jobs = o->jobs,
               .seconds = o->cell_seconds,
               .quiet = o->quiet,
               .most_late = o->most_late,
               .once = o->once,
               .with = (void *)o,
               .open = bench_for,
               .close = bench_end,
               .run = run_cell,
               .unended = unended};
    return frame_run(&f, l->cells + first, l->count - first);
}
