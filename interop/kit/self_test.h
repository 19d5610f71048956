/* The kit on trial: the wrong ports, made of each engine's port, which it has to catch by name. */
#ifndef KIT_SELF_TEST_H
#define KIT_SELF_TEST_H

/* Each on every engine (`engine` NULL or "*": all that were built), `jobs` at a time; prints the
 * table of what was caught where. 0; 1: one was not caught; 2: it could not run. */
int kit_self_test(const char *engine, const char *certificates, int jobs);

#endif
