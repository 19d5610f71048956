/* Runs cells side by side, each in a process of its own whose time is bounded. */
#ifndef INTEROP_RUNNER_H
#define INTEROP_RUNNER_H

#include "cell.h"
#include "frame.h"

typedef struct {
    frame_case base;
    const scenario *scenario;
    variant variant;
    cJSON *record; /* once it has run: what was observed, or that it did not survive */
} job;

typedef struct {
    const char *programs; /* folder of the peer program */
    int at_once;
    int seconds; /* for one cell; it is killed then, and has failed */
    int progress;
} runner_options;

/* 0; -1 with errno when processes cannot be made. */
int runner_run(job *jobs, size_t count, const runner_options *options);

/* Its record has no difference. */
int job_passed(const job *j);

#endif
