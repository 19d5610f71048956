/* Our library, as an application calls it: the connection, a port and the engine, all as they ship,
 * over a pair in memory (io_memory.h) whose other end is the wire. */
#ifndef EXPLORE_SUBJECT_ENDWELL_H
#define EXPLORE_SUBJECT_ENDWELL_H

#include <stdbool.h>

/* While this is true everything that the process allocates comes from the heap (heap.h), where it is
 * put back with the rest. */
extern bool endwell_in_heap;

#endif
