/* A sequence: one connection, with whatever happens to it, from its seed. */
#ifndef FUZZ_SEQUENCE_H
#define FUZZ_SEQUENCE_H

#include "subject.h"

void sequence_run(const fuzz_engine *engine, const char *certificate, const char *key,
                  uint64_t seed);

#endif
