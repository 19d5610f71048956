/* Our library, as an application calls it: the connection, its socket adapter and a port, all as
 * they ship. The system calls that they make on the descriptor are answered by the wire. */
#ifndef EXPLORE_SUBJECT_ENDWELL_H
#define EXPLORE_SUBJECT_ENDWELL_H

#include "subject.h"

#include "endwell.h"

/* The connection is put back with the rest: it lies in the heap. */
extern ew_conn *endwell;

/* While an engine is called: what it allocates belongs into the heap. */
extern bool endwell_in_engine;

/* Lays the connection and `size` bytes for its engine into the heap, which it opens, or into memory
 * of their own. NULL: there is none. */
void *endwell_load(size_t size, bool in_heap);
/* As the engine's calloc. */
void *endwell_allocate(size_t size);

/* The connection over the wire, established unless it starts fresh, with this engine of ours. */
bool endwell_open(wire *w, const ew_port *port, void *engine);

bool endwell_has(step s, const ew_port *port);
/* Every call but FREE. */
void endwell_call(step s, outcome *o);
/* For FREE: the core's verdict about the session, as the application hears it; -1: the descriptor
 * was not given back. */
int ours_release(void);
int endwell_flags(void);

/* Random bytes: the same in every run, and put back with the rest. */
void endwell_roll(uint8_t *buf, size_t len);

#endif
