/* What is said about cells that have run: the matrix, the failures, the evidence. */
#ifndef INTEROP_REPORT_H
#define INTEROP_REPORT_H

#include "runner.h"

/* The cells that do not apply, by reason. */
typedef struct {
    const char *reason;
    int count;
} absence;

enum { ABSENCES = 32 };

typedef struct {
    job *jobs;
    size_t count;
    absence absent[ABSENCES];
    frame_deck deck;
    double seconds;
    int self_test;
    const char *command; /* the name of this program */
} results;

size_t results_failed(const results *r);
int results_absent(const results *r);
void report_matrix(const results *r);
void report_failures(const results *r);
void report_transcript(const job *j);
/* Cells that have to fail, each where its scenario's title says. 0 if they did, 1 if not. */
int report_self_test(const results *r);
/* Whole or not at all. 0; -1 with a message on standard error. */
int report_evidence(const results *r, const char *path);
int report_differences(const results *r, const char *path);

#endif
