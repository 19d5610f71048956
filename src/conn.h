/*
 * Shared by the sources of the connection; not installed. See endwell.h for what
 * the calls mean.
 */
#ifndef EW_CONN_H
#define EW_CONN_H

#include <errno.h>

#include "endwell.h"

/* No answer of the core's: reads as -1, class ssl, reason none. It had no part in the call. */
#define ENDWELL_ANSWER_NONE 255u

typedef ew_answer endwell_call(ew_machine *m);

/* Ends a call with the core's answer: its class and reason, and errno. Returns its value. */
int endwell_answer(ew_conn *c, ew_answer a);

/*
 * Ends a call that the core has no part in: -1, class ssl, reason none, and
 * errno `error`. c may be NULL.
 */
int endwell_misuse(ew_conn *c, int error);

/*
 * 1 if c is open and in no call; else ends the call: EINVAL for NULL, EBADF,
 * EBUSY. Without the last a callback of the engine's could have the engine
 * detached while it runs.
 */
static inline int endwell_is_open(ew_conn *c)
{
    if ((c != NULL) && (c->port != NULL) && (c->in_call == 0u)) {
        return 1;
    }
    (void)endwell_misuse(c, (c == NULL) ? EINVAL : (c->port == NULL) ? EBADF : EBUSY);
    return 0;
}

/* want_read or want_write: there is something to wait for */
static inline int endwell_wants(ew_answer a)
{
    return (ew_error(a) == EW_ERROR_WANT_READ) || (ew_error(a) == EW_ERROR_WANT_WRITE);
}

/* The call is not over: nothing is lost, and it is to be made again. */
static inline int endwell_repeats(ew_answer a)
{
    return (endwell_wants(a) != 0) || (ew_error(a) == EW_ERROR_SUSPENDED) ||
           (ew_error(a) == EW_ERROR_AGAIN);
}

/* Begins a call that may last until `expires`, in ms of endwell_now; -1: no bound. */
static inline void endwell_start(ew_conn *c, int64_t expires)
{
    c->expires = expires;
    c->idle_records = 0;
    c->again = 0;
    c->tried = 0;
}

/* Begins a call that the deadline limits: one that may wait. */
void endwell_start_limited(ew_conn *c);

/* Asks the core, and performs what it answers until it returns, or the call's time is up. */
int endwell_run(ew_conn *c, endwell_call *call);

int64_t endwell_now(void);
int endwell_remaining(int64_t expires); /* ms, 0 ..; -1: no bound */

/*
 * 1: the socket may be ready; 0: time is up (errno ETIMEDOUT), or the wait
 * failed (errno of poll).
 */
int endwell_wait(int fd, short events, int64_t expires);

/* Waits for what nobody can wait for, a little. 1: look again; 0: time is up (errno ETIMEDOUT). */
int endwell_pause(int64_t expires);

#endif
