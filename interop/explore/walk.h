/* The walk over all sequences of steps up to a length, and the walk that chooses at random. */
#ifndef EXPLORE_WALK_H
#define EXPLORE_WALK_H

#include "board.h"

enum { UNITS = STEPS * STEPS };

/* One of the walks of a run. */
typedef struct {
    setting at;
    int depth;
    uint64_t alphabet;   /* steps, by bit */
    const char *letters; /* what that alphabet is called */
    bool merge;          /* a state that was walked from is not walked from again */
    double seconds;      /* of the random walk that follows; 0: none */
} leg;

typedef struct {
    trial *trial;
    board *board;
    const leg *leg;
    uint8_t number; /* of the leg */
    sequence *here; /* for those who ask where a worker was that ended */
    /* private */
    sequence path;
    sample sample;
    uint64_t dice;
    bool by_chance;
    counts counts; /* not yet on the board */
    uint64_t rules[MOST_RULES], times[MOST_DIVERGENCES];
} walker;

/* The time in seconds, from an arbitrary moment on. */
double seconds_now(void);

/* Walks the sequences that begin with the two steps of a unit, 0 .. UNITS - 1; those of one step
 * belong to the unit of that step and the first one. The connection is open and the heap frozen. */
void walk_unit(walker *w, int unit);

/* Plays one sequence, as far as its steps apply, and judges each of them. */
void walk_given(walker *w, const sequence *s);

/* Long sequences, for as long as the leg says. `seed`: another one for each walker. */
void walk_random(walker *w, uint64_t seed);

/* Plays a sequence from the start, and tells of each step. The number of steps that were taken. */
int walk_sequence(trial *t, const sequence *s, result *results);

/* Two sequences are as good as one another if the last step still gives a finding. Takes out steps
 * for as long as that is so. */
void walk_shrink(trial *t, const finding *f, sequence *s);

#endif
