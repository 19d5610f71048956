/* One trial, and what trials are made of. */
#ifndef EW_TESTS_IO_TRIAL_H
#define EW_TESTS_IO_TRIAL_H

#include "io_kit.h"

/* What a trial needs the io or its subject to have. */
enum {
    NEEDS_WAIT = 1,
    NEEDS_CLOCK = 2,
    NEEDS_RESET = 4,
    NEEDS_NEXT_OWNER = 8,
    NEEDS_HELD = 16,
    NEEDS_THREADS = 32
};

typedef struct io_ends {
    const io_subject *subject;
    void *context[2];
    unsigned long sent[2]; /* bytes that each end has sent, and received */
    unsigned long received[2];
} io_ends;

typedef struct io_trial {
    const char *name;
    int obligation; /* broken if the trial crashes */
    unsigned needs;
    void (*run)(io_ends *e);
} io_trial;

extern const io_trial io_trials[]; /* the last has no `run` */

/* From here on a call that does not come back breaks this one. */
void io_at(int obligation);

/* Notes a finding unless it `holds`. Returns holds. */
int io_owed(int obligation, int holds, const char *format, ...);

/*
 * One call of send or recv, with everything looked at that each call owes. The bytes that an end
 * sends are a pattern by their position, so that none can be lost, doubled or moved unnoticed.
 * An answer of the io's; INTERRUPTED is repeated.
 */
int io_put(io_ends *e, int from, size_t len);
int io_get(io_ends *e, int to, size_t len);

/* io_get until something comes, for a while. */
int io_await(io_ends *e, int to, size_t len);

/* Everything that `from` has sent arrives at the other end, then `last` if that is not 0. */
void io_all(io_ends *e, int from, int last);

/* Sends until it is BLOCKED. */
void io_fill(io_ends *e, int from);

void io_turn(io_ends *e);
void io_sleep_ms(int ms);
long long io_real_ms(void);

#endif
