/* The faults on trial: ports that break promises, each in a process of its own. */
#define _GNU_SOURCE
#include "list.h"
#include "ours.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FOUND = 0, NOT_FOUND = 1, CANNOT = 2, CRASHED = 3, PATIENCE_MS = 300, CELL_SECONDS = 2 };

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
        few.count = all.count - at < 8 ? all.count - at : 8;
        if (list_run(&few, 0, o) != 0)
            return CANNOT;
        for (size_t i = 0; i < few.count; i++)
            if (few.cells[i].outcome.finding[0] &&
                (!wanted || strcmp(few.cells[i].outcome.finding, wanted) == 0))
                return FOUND;
    }
    return NOT_FOUND;
}

static int in_a_process(const fault_options *o, const side_ops *engine)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, crashed);
        signal(SIGSEGV, crashed);
        _exit(look_for(o, engine));
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return CANNOT;
    status = WEXITSTATUS(status);
    if (status == CRASHED)
        return wanted && strcmp(wanted, "crash") == 0 ? FOUND : CANNOT;
    return status;
}

static int judge(const char *name, const char *engine, int good, const char *what)
{
    if (!good)
        printf("faults: %s on %s: %s\n", name, engine, what);
    return good;
}

int cut_self_test(const fault_options *given)
{
    fault_options o = *given;
    int passed = 0, failed = 0;
    o.quiet = 1;
    o.cell_seconds = CELL_SECONDS;
    o.jobs = 4;
    o.most_late = 1;
    for (int e = 0; sides[e]; e++) {
        const char *engine = sides[e]->name;
        wanted = NULL;
        o.defect = NULL;
        int good = judge("no defect", engine, in_a_process(&o, sides[e]) == NOT_FOUND,
                         "there is a finding all the same");
        for (const fault_defect *d = fault_defects; d->name; d++) {
            passed += good, failed += !good;
            wanted = d->finding;
            o.defect = d;
            fault_patience_ms = PATIENCE_MS;
            good = judge(d->name, engine, in_a_process(&o, sides[e]) == FOUND,
                         "a port that does so is not found, or not by its name");
        }
        passed += good, failed += !good;
        fault_patience_ms = 8000;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
