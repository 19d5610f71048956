/* What a line of a sequence does: steps of the walk, and which of their results it speaks of. */
#ifndef INTEROP_DIVERGENCES_STEPS_H
#define INTEROP_DIVERGENCES_STEPS_H

#include "explore/trial.h"

#include <stdio.h>

enum { MOST_OF_A_LINE = 2 };

typedef struct {
    step step[MOST_OF_A_LINE];
    int steps;
    bool has_result;
    field libssl, contract; /* what the value is, of each */
    uint8_t begins;         /* how a sequence begins that has it as its first line */
} meaning;

/* false: there is no such line. */
bool find_meaning(const char *text, meaning *m);

/* Plays the line. false: it could not be done. */
bool play_line(trial *t, const meaning *m, result *r);

void list_meanings(FILE *out);

extern const subject subject_page;

#endif
