/* The runs and their results. */
#ifndef LOSSLESS_RUNS_H
#define LOSSLESS_RUNS_H

#include "frame.h"
#include "run.h"

enum { RUNS_MAX = 2048 };

typedef struct {
    frame_case base;
    run_plan plan;
    run_outcome outcome;
} one_run;

typedef struct {
    one_run of[RUNS_MAX];
    int count;
    const char *certs, *out;
    int quick, self_test;
    frame_deck deck;
} runs;

enum { RUN_TEXT = 160 };
const char *run_text(const run_plan *p, char text[RUN_TEXT]);
frame_verdict run_verdict(const one_run *r);

/* Prints the results; returns the exit status. */
int conclude(const runs *all, double seconds);
int conclude_self_test(const runs *all);

#endif
