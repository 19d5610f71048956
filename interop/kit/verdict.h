/* What a case has shown so far. It lies in memory that the case's process shares with the one that
 * started it, so that a port that crashes takes nothing with it. */
#ifndef KIT_VERDICT_H
#define KIT_VERDICT_H

#include "obligations.h"

#include <stdint.h>

enum { FINDINGS_MAX = 4, FINDING_TEXT = 256 };

typedef struct {
    obligation what;
    int at; /* the operation on the socket that came last, from 1; 0: none yet */
    char seen[FINDING_TEXT];
} finding;

typedef struct {
    uint32_t checks[OBLIGATION_COUNT]; /* how often each was looked at */
    int operations;                    /* on the socket */
    int fired;                         /* the fault was met */
    int finished;                      /* the case came to its end */
    int count;
    char step[64]; /* the call that the case is in */
    finding findings[FINDINGS_MAX];
} verdict;

extern verdict *now;
extern int verdict_stale;    /* an error of someone else's lies there: undisturbed all was kept */
extern obligation data_owes; /* that is broken if other data leaves than what was written */

/* Looks at one obligation: if it is not kept, notes what was seen. Gives `kept` back. */
int owed(obligation what, int kept, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
