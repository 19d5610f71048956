/* What a walk found, as text and as JSON. */
#ifndef EXPLORE_REPORT_H
#define EXPLORE_REPORT_H

#include "workers.h"

#include <cjson/cJSON.h>

typedef struct {
    int replayed, replays_differing; /* -1: not done */
    double seconds;
    const char *page;
} outcome_of_run;

/* "shutdown, peer-alert, shutdown" */
void sequence_text(const sequence *s, char *buf, size_t size);
/* The reverse, without the leg. false: it is empty, a step is unknown or follows free, and that was
 * complained of. */
bool sequence_parse(const char *text, sequence *s);

/* Divergences that this release is said to show, and that were not met, and claims of them that no
 * sequence showed. */
int divergences_missing(const job *j);
/* Rules for this release that explained nothing. */
int rules_unused(const job *j);

/* Prints everything that makes the run fail, with what to do about it. `all`: so does what
 * was not met. */
void print_findings(const job *j, bool all);
void print_summary(const job *j, const outcome_of_run *o);

/* 0, or -1 with a message. */
int write_evidence(const job *j, const outcome_of_run *o, const char *file);
/* Adds up the evidence of all shards of one run into `file`; complete: what was not met is a
 * finding. The exit status. */
int sum_evidence(char **parts, int count, bool complete, const char *file);
/* Sums of the walks, and what follows from them. */
void add_totals(cJSON *e, double seconds);
/* Whether evidence could be written there, before the walk; if not, says why. */
bool evidence_possible(const outcome_of_run *o, const char *file);
/* Writes JSON whole or not at all, and frees it. 0, or -1 with a message. */
int write_json(cJSON *json, const char *file);

/* Plays a sequence, and prints both sides of each step. EXIT_OK; EXIT_FINDING: something is not
 * explained; EXIT_CANNOT_RUN: a step does not apply. */
int print_sequence(trial *t, const sequence *s);
/* Prints a C program that shows the sequence with nothing but libssl. */
void print_program(FILE *out, setting at, const sequence *s, const char *comment);

#endif
