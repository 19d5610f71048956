/* The steps that most rows of the capabilities take. */
#ifndef EW_TESTS_CAPABILITIES_STEPS_H
#define EW_TESTS_CAPABILITIES_STEPS_H

#include <stddef.h>

#include "capabilities.h"
#include "link.h"

/* Our end a client of this engine: made, to be configured; or connected. */
void make(const test_engine *engine, int version, engine_kind peer);
void open_client(const test_engine *engine, int version, engine_kind peer);

/* Drives both handshakes; 1: both ended well. */
int connects(void);
extern int suspensions; /* how often ours was, in that */

/* A read of ours finds nothing to read, and nothing wrong. */
int waits(void);

/* Data both ways, then both close. Before that the peer has to get `before` bytes of big. */
int goes_on(size_t before);

/* The end of a row; works or not. */
cell closes(cell c);
cell works_if(int does);

/* One of these, alone, again and again: how many until the connection ends. */
cell in_a_row(void (*one)(void));

#endif
