/*
 * Runs in which an allocation fails. Those of a handshake are the engine's alone, and some engines
 * do not survive them; a process of its own for each keeps that from the other runs.
 */
#ifndef SYSTEM_STARVED_H
#define SYSTEM_STARVED_H

#include "group.h"

enum { STARVED_CRASHED = 5, STARVED_LEAKED = 6, STARVED_UNMET = 7 };

/* This process is such a one: what runs in it. */
void starved_begins(const group *g);
/* In such a process: the crash under way is in the code of an engine that is known for it. */
int starved_crash(void);
/* In such a process: the engine is known to lose memory when it gets none. */
int starved_leak(const group *g);

#endif
