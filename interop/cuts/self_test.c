/* The faults on trial: ports that break promises, each in a process of its own. */
#define _GNU_SOURCE
#include "list.h"
#include "ours.h"
#include "processes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FOUND = 0,
    NOT_FOUND = 1,
    CANNOT = 2,
    CRASHED = 3,
    PATIENCE_MS = 300,
    CELL_SECONDS = 2,
    CELLS_AT_ONCE = 8
};

/* Where the first record of data ends, with TLS 1.3 and 1.2: behind whole data nothing must be lost. */
enum {
    FIRST_RECORD_13 = 5 + FIRST_DATA + 1 + 16,
    FIRST_RECORD_12 = 5 + 8 + FIRST_DATA + 16,
    KINDS = 6
};

static const char *wanted; /* the finding that is looked for */

static void crashed(int signal_number)
{
    (void)signal_number;
    _exit(CRASHED);
}

/* A few cells of each kind: enough for every defect to show itself. */
static void choose(fault_list *l, const side_ops *engine)
{
    static const struct {
        uint8_t cut, shape;
        uint16_t at;
    } kinds[KINDS] = {{CUT_NONE, PLAIN, 0},
                      {CUT_FIN, PLAIN, 60},
                      {CUT_FIN, BYTES, 20},
                      {CUT_RST, PLAIN, 60},
                      {CUT_FIN, PLAIN, FIRST_RECORD_13},
                      {CUT_FIN, PLAIN, FIRST_RECORD_12}};
    fault_list all = {0};
    frame_deck deck = {0};
    list_uncut(&all, &deck);
    *l = (fault_list){0};
    l->cells = calloc(all.count * KINDS, sizeof *l->cells);
    if (!l->cells)
        exit(CANNOT);
    for (size_t i = 0; i < all.count; i++)
        for (int k = 0; k < KINDS; k++) {
            fault_plan p = all.cells[i].plan;
            p.cut = kinds[k].cut;
            p.shape = kinds[k].shape;
            p.at = kinds[k].at;
            if (p.engine == engine && p.alert == WHOLE)
                l->cells[l->count++].plan = p;
        }
    list_free(&all);
}

/* Cells in eights, until one of them has the finding. Without a defect: until one has any. */
static int look_for(const fault_options *o, const side_ops *engine)
{
    fault_list all, few = {0};
    choose(&all, engine);
    for (size_t at = 0; at < all.count; at += few.count) {
        few.cells = all.cells + at;
        few.count = all.count - at < CELLS_AT_ONCE ? all.count - at : CELLS_AT_ONCE;
        if (list_run(&few, 0, o) != 0)
            return CANNOT;
        for (size_t i = 0; i < few.count; i++)
            if (few.cells[i].outcome.finding[0] &&
                (!wanted || strcmp(few.cells[i].outcome.finding, wanted) == 0))
                return FOUND;
    }
    return NOT_FOUND;
}

/* A defect on an engine: the ith of all; the first of each engine is none. */
typedef struct {
    const fault_options *options;
    int defects, passed, failed;
} self_test;

static const fault_defect *defect_of(const self_test *t, int i)
{
    int number = i % (t->defects + 1);
    return number == 0 ? NULL : &fault_defects[number - 1];
}

/* In a process of its own: it may crash. */
static int try_one(int i, void *with)
{
    const self_test *t = with;
    fault_options o = *t->options;
    o.defect = defect_of(t, i);
    wanted = o.defect ? o.defect->finding : NULL;
    if (o.defect) {
        int hangs = strcmp(wanted, FAULT_HANGS) == 0;
        fault_patience_ms = PATIENCE_MS;
        o.most_late = hangs ? 1 : CELLS_AT_ONCE;
        o.once = !hangs; /* what is looked for is something else */
    }
    signal(SIGABRT, crashed);
    signal(SIGSEGV, crashed);
    return look_for(&o, sides[i / (t->defects + 1)]);
}

static void judge(int i, int status, void *with)
{
    self_test *t = with;
    const fault_defect *d = defect_of(t, i);
    int is = WIFEXITED(status) ? WEXITSTATUS(status) : CANNOT;
    int found = is == FOUND || (is == CRASHED && d && strcmp(d->finding, "crash") == 0);
    int good = d ? found : is == NOT_FOUND;
    t->passed += good;
    t->failed += !good;
    if (!good)
        printf("faults: %s on %s: %s\n", d ? d->name : "no defect",
               sides[i / (t->defects + 1)]->name,
               d ? "a port that does so is not found, or not by its name"
                 : "there is a finding all the same");
}

int cut_self_test(const fault_options *given)
{
    fault_options o = *given;
    self_test t = {.options = &o};
    int engines = 0;
    o.quiet = 1;
    o.cell_seconds = CELL_SECONDS;
    o.jobs = 4;
    while (fault_defects[t.defects].name)
        t.defects++;
    while (sides[engines])
        engines++;
    if (processes_run(engines * (t.defects + 1), 2, try_one, judge, &t, NULL) != 0)
        return CANNOT;
    printf("%d passed, %d failed\n", t.passed, t.failed);
    return t.failed > 0;
}
