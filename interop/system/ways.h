/* The ways in which a system call fails, and what the adapter owes then. */
#ifndef SYSTEM_WAYS_H
#define SYSTEM_WAYS_H

#include "calls.h"
#include "judge.h"

typedef struct fault {
    const char *name;
    call_kind call;
    fault_kind kind;
    int error;
    int times;
    promise owes;
} fault;

extern const char *const call_names[CALL_KINDS];
extern const fault ways[];
extern const int way_count;

#endif
