/* Randomness for libssl: the same in every run, and put back with the rest of its heap. */
#ifndef EXPLORE_DICE_H
#define EXPLORE_DICE_H

#include <stdbool.h>

/* After heap_open and library_load, before libssl draws any. False: this libssl does not let it. */
bool dice_replace(void);

#endif
