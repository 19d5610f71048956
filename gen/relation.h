/* The transition relation: which rule decides each case, and what it makes of the state. */
#ifndef GEN_RELATION_H
#define GEN_RELATION_H

#include "spec.h"

enum { RESULT_BYTES = 4 };

/* A case: the value of each field, in order, then the event. */
struct state {
    uint8_t value[MAX_FIELDS + 1];
};

/* States are numbered in the order of the State table, the last field counting fastest. */
struct state state_at(const struct spec *spec, size_t number);
void apply(const struct spec *spec, const struct rule *rule, struct state *state);

/* The deciding rule for a case whose values are all in range; never NULL once checked. */
const struct rule *decide(const struct spec *spec, const struct state *state);
const struct rule *decide_in(const struct spec *spec, const struct table *table,
                             const struct state *state);
bool applies(const struct spec *spec, const struct rule *rule, const struct state *state);

#endif
