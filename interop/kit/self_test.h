/* The kit on trial: the wrong ports, made of each engine's port, which it has to catch by name. */
#ifndef KIT_SELF_TEST_H
#define KIT_SELF_TEST_H

/* Of all pairs of a wrong port and an engine the part-th (0 ..), and each parts-th (1 ..) behind it. */
typedef struct {
    int part, parts;
} sample_part;

/* Each on every engine (`engine` NULL or "*": all that were built), `jobs` at a time, as far as
 * `part` has it; prints the table of what was caught where. 0; 1: one was not caught; 2: it could not run. */
int kit_self_test(const char *engine, const char *certificates, sample_part part, int jobs);

#endif
