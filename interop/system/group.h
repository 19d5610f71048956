/* The runs of one scenario in one mode: a fault each, and what was found. */
#ifndef SYSTEM_GROUP_H
#define SYSTEM_GROUP_H

#include "play.h"
#include "ways.h"

/* Of all the runs that there are: every so many of a handshake's allocations; quick: a sample. */
typedef struct extent {
    int every;
    int quick;
} extent;

typedef struct group {
    world *w;
    const scenario *s;
    int index; /* of the scenario */
    extent how_many;
    played without; /* what comes of it without a fault */
    long blocks;    /* of heap in use between the runs */
    int runs, failed, unmet;
    int limited;                 /* by a limit of the engine (known.c) */
    int by_call[CALL_KINDS + 1]; /* runs; the last: allocations */
} group;

enum { CASE_SECONDS = 10 }; /* of one run; an alarm ends the process after it */
/* How the process then ends: the exit status. */
enum { DID_NOT_END = 3, CRASHED = 4 };

/* The run under way, in words, for whoever has to tell of it. */
extern char current[256];

/* Signals: SIGPIPEs since the last run; a crash tells of itself and ends the process. */
void watch_signals(void);

/* 0, or 1 on a finding, which was told on stderr. */
int play_subject(const subject *s, extent how_many);

/* A run (runs.c): `current` begins with what group it is; one run; a finding. */
void name_run(const group *g, const char *what, long number, const char *how);
void one(group *g, const plan *p, long fail_at, promise owes);
void report(group *g, const char *said);
/* Heap in use when nothing but the next connection is there. */
long settled(group *g);

/* Allocations that fail. Those before the handshake are the scenario's only if it is the first. */
void starve(group *g);

#endif
