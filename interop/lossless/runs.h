/* The runs: which there are, and what came of them. */
#ifndef LOSSLESS_RUNS_H
#define LOSSLESS_RUNS_H

#include "run.h"

enum { RUNS_MAX = 2048 };

typedef struct {
    run_plan plan;
    run_outcome outcome;
} one_run;

typedef struct {
    one_run of[RUNS_MAX];
    int count;
    atomic_int next, done;
    const char *certs, *out;
    int quick, self_test;
} runs;

/* Say what came of them: the exit status. */
int conclude(const runs *all, double seconds);
int conclude_self_test(const runs *all);

#endif
