/* One port in one setting, through every scenario with every fault; each case in a process of its
 * own, which starts where the handshake has just ended. */
#ifndef KIT_SWEEP_H
#define KIT_SWEEP_H

#include "processes.h"
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

enum { KEPT_MAX = 200, LIMITS_MAX = 16 };

typedef struct {
    obligation what;
    fault fault;
    int at, last; /* where the fault lies; the operation that came last */
    char scenario[64];
    char seen[FINDING_TEXT];
} kept_finding;

typedef struct {
    const tls_engine *engine;
    tls_setup setup;
    uint32_t checks[OBLIGATION_COUNT];
    uint32_t broken[OBLIGATION_COUNT];
    int cases, failed, scenarios;
    int again, late; /* cases that ran out of time; of these again, and then they have failed */
    int findings;    /* all; of those `kept` the text is here */
    int kept;
    int limited;            /* cases that a limit of the engine excuses, not among those above */
    int limits[LIMITS_MAX]; /* ... and how many needed which */
    int over;               /* it was gone through to its end */
    kept_finding list[KEPT_MAX];
} setting_report;

/* What to run: empty or "*" is all. */
typedef struct {
    const char *scenario;
    int fault, at; /* -1: all */
    int sample;    /* of the faults one in so many, the spec's digest says which; 0: all */
    int until;     /* an obligation: enough once it is broken; -1: go on to the end */
} selection;

/* That a case may take by the clock: one that takes longer is tried once more, alone. And of the processor: one that
 * needs more does not return. */
extern int kit_case_seconds, kit_case_processor;

/* In a process of its own. The trial has engine, port and setup; 0, or -1 with a message. */
int sweep(setting_report *r, const selection *s);

#endif
