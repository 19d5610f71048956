/* Numbers from a seed: those that decide about the sequence, and others that the engines are given
 * for their keys, so that a sequence is the same, byte counts included, whenever it is run. */
#ifndef FUZZ_DICE_H
#define FUZZ_DICE_H

#include <stddef.h>
#include <stdint.h>

void dice_seed(uint64_t seed);

/* 0 .. n - 1; n > 0. */
uint32_t dice(uint32_t n);

/* 1 in so many of a hundred cases. */
int chance(uint32_t percent);

/* One of 1 .. most, small ones more often. */
uint32_t dice_small(uint32_t most);

/* For the engines. */
void dice_bytes(void *buf, size_t len);

/* Takes the place of OpenSSL's generator, which is the peer's, too. */
void dice_replace_openssl(void);

#endif
