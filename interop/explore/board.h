/* What the workers of a walk found, in memory that they share. Sums do not depend on who walked
 * what; the shortest sequence for a finding is the first in the order of length and steps. */
#ifndef EXPLORE_BOARD_H
#define EXPLORE_BOARD_H

#include "trial.h"

#include <stdatomic.h>

enum {
    MOST_STEPS = 48, /* of a sequence */
    MOST_FINDINGS = 256,
    MOST_SAMPLES = 4096,
    MOST_LEGS = 32,
    MOST_JOBS = 256,
    STATES_ROOM = 1 << 22,
    VISITED_ROOM = 1 << 22
};

typedef struct {
    uint8_t leg, length; /* length 0: none */
    uint8_t step[MOST_STEPS];
} sequence;

/* A difference that no rule explains. */
typedef struct {
    uint8_t step, field;
    int32_t got, want;
    uint64_t times;
    sequence shortest;
} finding;

/* A sequence with all that the library gave, to be played again on a fresh connection. */
typedef struct {
    sequence steps;
    int32_t got[MOST_STEPS][FIELDS];
} sample;

typedef struct {
    _Atomic uint64_t sequences; /* that end with a call */
    _Atomic uint64_t calls;     /* that were made, those to get back to a place among them */
    _Atomic uint64_t merged;    /* subtrees that an equal state had already */
    _Atomic uint64_t differing, unexplained;
    _Atomic uint64_t random_walks, random_calls;
} counts;

typedef struct {
    counts of[MOST_LEGS];
    _Atomic uint64_t rule[MOST_RULES], times[MOST_DIVERGENCES]; /* differences that each explains */
    sequence met[MOST_DIVERGENCES]; /* the shortest in which a difference is it */
    sequence shown[MOST_CLAIMS];    /* the shortest that shows what the claim says */
    finding finding[MOST_FINDINGS];
    int findings;
    bool too_many_findings;
    sample sample[MOST_SAMPLES];
    uint32_t offered[MOST_LEGS]; /* samples of each leg */
    int legs, replays_differing;
    sequence here[MOST_JOBS]; /* where each worker is */
    _Atomic uint32_t next_unit, units_done;
    _Atomic uint64_t own_units, own_sum; /* walked here, not in another shard; of them 1 .. UNITS */
    _Atomic uint64_t states;
    _Atomic bool states_full;
    _Atomic uint64_t state[STATES_ROOM];
    _Atomic uint64_t visited[VISITED_ROOM];
    atomic_flag lock;
} board;

/* NULL if there is no memory. */
board *board_new(void);
void board_lock(board *b);
void board_unlock(board *b);

/* Counts an observed state; true if it was not seen before. */
bool board_state(board *b, uint64_t hash);
/* Whether a state was walked from with at least so many steps left; if not, it is now. */
bool board_visited(board *b, uint64_t hash, int left);

bool sequence_before(const sequence *a, const sequence *b);
/* Keeps `s` in that place of the board if it comes before what is there. */
void board_keep(board *b, sequence *place, const sequence *s);
void board_finding(board *b, const result *r, field f, const sequence *s);
void board_sample(board *b, const sample *s, uint64_t dice);
/* How many are kept. */
int board_samples(const board *b);

#endif
