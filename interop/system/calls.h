/*
 * The system calls that the adapter makes (linker option --wrap). While `inside` they are counted,
 * and one of them, or a storm of them, fails as planned. Time is made here too: it passes only while
 * the adapter waits, so that deadlines cost nothing and waiting for ever is seen at once.
 */
#ifndef SYSTEM_CALLS_H
#define SYSTEM_CALLS_H

#include <setjmp.h>
#include <stdint.h>

typedef enum call_kind {
    CALL_FCNTL,
    CALL_GETSOCKOPT,
    CALL_SETSOCKOPT,
    CALL_SEND,
    CALL_RECV,
    CALL_POLL,
    CALL_CLOCK,
    CALL_SHUTDOWN,
    CALL_CLOSE,
    CALL_KINDS
} call_kind;

typedef enum fault_kind {
    FAULT_NONE,
    FAULT_ERROR,    /* -1 and errno; close closes all the same */
    FAULT_SHORT,    /* one byte goes through */
    FAULT_END,      /* recv: the end of the peer's direction */
    FAULT_EARLY,    /* poll: 0 before its time */
    FAULT_STUCK,    /* send: takes nothing from here on, and poll waits in vain */
    FAULT_SPURIOUS, /* poll: ready, and the socket is not */
    FAULT_JUMP,     /* the machine slept an hour */
    FAULT_GONE      /* the peer's process ended: its end is closed, for real */
} fault_kind;

typedef struct plan {
    fault_kind fault;
    call_kind call;
    int at;    /* the first call that fails, from 0 */
    int times; /* how many do from there on */
    int error;
} plan;

enum { HOUR_MS = 3600 * 1000, CALLS_AT_MOST = 5000 };

typedef struct calls_state {
    plan plan;
    int inside;            /* the adapter runs */
    int count[CALL_KINDS]; /* calls so far */
    int met;               /* planned faults that happened */
    int since;             /* calls in the adapter's call under way */
    int64_t now_ms;        /* what CLOCK_MONOTONIC says */
    int64_t jumped_ms;     /* by jumps */
    int fd;                /* the descriptor given to the adapter */
    int closes;            /* how often it closed it */
    int wrong_closes;      /* closes of another */
    int shut;              /* it shut its write side */
    const char *hang;      /* why the call was broken off */
    jmp_buf out;           /* where to, then */
    void (*pump)(void *);  /* what the peer does while the adapter waits */
    void (*gone)(void *);  /* ends the peer */
    void *world;
} calls_state;

extern calls_state calls;

void calls_start(void); /* nothing counted, nothing planned, time at its start */

#endif
