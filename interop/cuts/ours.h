/* Our side of a cell: the calls of its order, each held to what is documented of it. */
#ifndef FAULT_OURS_H
#define FAULT_OURS_H

#include "wire.h"

typedef struct {
    const fault_plan *plan;
    const side_ops *ops;
    fault_wire *wire;
    void *us;
    int fd;
    size_t read, written;
    int shut;                      /* a shutdown reported our close_notify as sent */
    int fatal_error, fatal_reason; /* of the first fatal result; 0: there was none */
    int ended;                     /* ew_end_of_data was true */
    int stuck;                     /* a call waited for what did not come */
    size_t out_when_fatal;         /* of our bytes, at that time */
    fault_outcome *outcome;
} fault_ours;

/* How long a blocking call may take where nothing is silent: longer than any machine is busy. */
extern int fault_patience_ms;

/* Keeps the first finding of a cell. */
void find(fault_outcome *o, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* 1, or 0 if there is no connection to look at. */
int ours_handshake(fault_ours *c);
/* Data and close in the plan's order, until both sides are closed or it cannot go on; then what
 * has to be refused or repeated. */
void ours_script(fault_ours *c);
/* Holds what both sides saw against each other, once the connection is over. */
void ours_judge(fault_ours *c);

/* Whether the engine will not see the close_notify of this cell, so that nothing ends the wait. */
int misses_the_end(const fault_ours *c);

#endif
