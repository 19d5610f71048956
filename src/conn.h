/*
 * Shared by the sources of the connection; not installed. See endwell.h for what
 * the calls mean.
 */
#ifndef EW_CONN_H
#define EW_CONN_H

#include "endwell.h"

/* No answer of the core's: reads as -1, class ssl, reason none. It had no part in the call. */
#define ENDWELL_ANSWER_NONE 255u

/* Notes the error number of the call under way, and tells errno. */
void endwell_note(ew_conn *c, int number);

/* Ends a call with the core's answer: its class and reason, and the number. Returns its value. */
int endwell_answer(ew_conn *c, ew_answer a);

/*
 * Ends a call that the core has no part in: -1, class ssl, reason none, and
 * this error number. c may be NULL.
 */
int endwell_misuse(ew_conn *c, int number);

/* As endwell_misuse, for an open that refuses: INVALID, and why. */
int endwell_refused(ew_conn *c, const char *why);

/*
 * 1 if c is open and in no call; else ends the call: INVALID for NULL, NOT_OPEN,
 * BUSY. Without the last a callback of the engine's could have the engine
 * detached while it runs.
 */
int endwell_is_open(ew_conn *c);

/* The call is not over: nothing is lost, and it is to be made again. */
int endwell_repeats(ew_answer a);

/* Begins a call that may last until `expires`, as endwell_now counts; -1: no bound. */
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
int endwell_run(ew_conn *c, uint8_t event);

/* Opening, in two steps: the start, which is not open; the engine. 0, or -1. */
void endwell_reset(ew_conn *c, const ew_io *io, void *context);
int endwell_open_port(ew_conn *c, int blocking, const ew_port *port, void *engine);
int endwell_adopt_port(ew_conn *c, int blocking, const ew_port *port, void *engine);

static inline int endwell_has_clock(const ew_conn *c)
{
    return c->transport.io->now_ms != NULL;
}

/* Milliseconds of the io's clock. Without one it stands, at 0. */
int64_t endwell_now(const ew_conn *c);
int endwell_remaining(const ew_conn *c, int64_t expires); /* 0 ..; -1: no bound */

/*
 * Waits for EW_IO_READABLE or _WRITABLE. 1: the socket may be ready; 0: time is up
 * (TIMED_OUT), or the wait failed (the io's number).
 */
int endwell_wait(ew_conn *c, uint8_t what, int64_t expires);

/* Waits for what nobody can wait for, a little. 1: look again; 0: time is up (TIMED_OUT). */
int endwell_pause(ew_conn *c, int64_t expires);

/* The other side of the entries of the connection, see dispatch.h. */
int endwell_read_bytes(ew_conn *c, uint8_t *buf, int len);
int endwell_peek_bytes(ew_conn *c, uint8_t *buf, int len);
ptrdiff_t endwell_write_bytes(ew_conn *c, const uint8_t *buf, size_t len);

#endif
