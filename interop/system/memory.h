/*
 * The program's heap: how much of it is in use, and allocations that fail on demand. malloc and its
 * like are defined here in front of glibc's, so the engines' libraries use them too.
 */
#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

typedef struct heap_state {
    long blocks; /* in use */
    long bytes;
    long asked;   /* allocations while armed */
    long fail_at; /* the allocation, counted from 0 while armed, that fails; -1: none */
    int failed;   /* it did */
    int armed;
} heap_state;

extern heap_state heap;

/*
 * GMP, which GnuTLS computes with, ends the process when it gets no memory, whatever stands above
 * it: from here on what it asks for is counted as in use, and not among the allocations that fail.
 */
void heap_spare_gmp(void);

#endif
