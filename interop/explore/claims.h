/* What a sequence has to contain before it may stand for a divergence: its claim.
 *
 * A difference may belong to a divergence and still show little of it: SSL_set_shutdown(s, 7) stores
 * what it should not, and only the calls behind it never end. So the page of divergences says for
 * each what happens, step by step, and the walk keeps the shortest sequence in which all of that
 * comes, in that order, with a difference of that divergence among it. */
#ifndef EXPLORE_CLAIMS_H
#define EXPLORE_CLAIMS_H

#include "facts.h"
#include "releases.h"

enum { MOST_CLAIMS = 64, MOST_CLAIM_STEPS = 9 };

typedef struct {
    const char *text;
    uint64_t steps;      /* one of these, by bit */
    bool states[FIELDS]; /* the results that it states */
    outcome is;
} claim_step;

typedef struct {
    struct place at;
    const char *text;
    int is; /* its divergence */
    releases in;
    claim_step step[MOST_CLAIM_STEPS];
    int steps;
} claim;

/* NULL, or the part of the text that cannot be read. */
const char *claim_read(claim *c, struct arena *arena, const char *text);

/* A result as part_text writes it, or the value alone. false: it is none. */
bool state_read(const char *text, size_t length, outcome *is, field *f);

/* How far a sequence has shown a claim: the steps that came, and whether one differed as it says. */
typedef struct {
    uint8_t steps;
    bool own;
} claim_shown;

/* Takes note of a step and what it gave. `own`: a difference of the claim's divergence is in it.
 * true: with this step all is shown. */
bool claim_note(const claim *c, claim_shown *shown, step s, const outcome *got, bool own);

/* The calls that a pattern such as `read-*` names, by bit; `all`: what is no call, too. */
uint64_t steps_matching(const char *pattern, bool all);

#endif
