/*
 * The kit for an io: tries what ew_io.h numbers IO-01 to IO-12 on two ends that are
 * connected with each other. Each trial runs in a process of its own, so that one that
 * hangs or dies takes nothing with it. docs/io.md tells how to try one of your own.
 */
#ifndef EW_TESTS_IO_KIT_H
#define EW_TESTS_IO_KIT_H

#include "ew_io.h"

/* How the kit gets two ends, and what else it can look at. NULL: it cannot. */
typedef struct io_subject {
    const char *name;
    const ew_io *io;

    /* Two connected ends, their contexts in context[0] and [1]. 0; -1: it failed. */
    int (*open)(void *context[2]);

    /* Optional: lets a stack that runs in this thread move what is under way. */
    void (*turn)(void *context[2]);

    /* Optional: end `context` is gone; the other has to be told of a reset. */
    void (*reset)(void *context);

    /* Optional: what is in the stream for whoever reads after a release. A count, 0: nothing. */
    int (*next_owner)(void *context, uint8_t *buf, size_t len);

    /* Optional: how many things (descriptors, blocks) the process holds. */
    int (*held)(void);

    /* Both ends may be used by two threads at a time: then waits that end late are tried. */
    int threads;
} io_subject;

enum { IO_OBLIGATIONS = 12 };

/* What came of it: findings of each obligation, [0] unused, and how many trials were made. */
typedef struct io_verdict {
    int findings[IO_OBLIGATIONS + 1];
    int trials;
    int failed; /* trials with a finding */
} io_verdict;

/*
 * Makes every trial that the subject has something for, and prints what it finds. With an
 * obligation that is `wanted` (0: none) it is silent, and stops where that one is broken.
 */
io_verdict io_kit(const io_subject *subject, int wanted);

/* The kit moves the calendar (clock_gettime, gettimeofday, time; by --wrap) by so much. */
extern long io_calendar_seconds;

#endif
