/* Short words for what scripts say most often. */
#ifndef INTEROP_SCRIPT_H
#define INTEROP_SCRIPT_H

#include "cell.h"

enum { FLAGS_NONE = 0, FLAGS_BOTH = FLAG_SENT | FLAG_RECEIVED, DEADLINE_MS = 80 };

/* Our close_notify goes out; nothing was received. */
static inline void shutdown_sends(cell *c, const char *clauses)
{
    us_shutdown(c, clauses, 0, EW_ERROR_NONE, EW_REASON_NONE, FLAG_SENT);
}

static inline void shutdown_completes(cell *c, const char *clauses)
{
    us_shutdown(c, clauses, 1, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
}

/* The peer's close_notify is not there yet. A blocking call would wait: it gets a deadline. */
static inline void shutdown_waits(cell *c, const char *clauses)
{
    us_deadline(c, DEADLINE_MS);
    us_shutdown(c, clauses, -1, EW_ERROR_WANT_READ, EW_REASON_NONE, FLAG_SENT);
    us_deadline(c, -1);
}

/* The transport does not take all. */
static inline void shutdown_blocks(cell *c, const char *clauses)
{
    us_deadline(c, DEADLINE_MS);
    us_shutdown(c, clauses, -1, EW_ERROR_WANT_WRITE, EW_REASON_NONE, FLAG_SENT);
    us_deadline(c, -1);
}

static inline void shutdown_refused(cell *c, const char *clauses, int reason, int flags)
{
    us_shutdown(c, clauses, -1, EW_ERROR_SSL, reason, flags);
}

/* After a fatal error every call gives the same answer, and the flags stay as they are. */
static inline void all_refused(cell *c, int flags)
{
    shutdown_refused(c, "K-01 MP-06 GE-05", EW_REASON_FATAL, flags);
    us_read_fails(c, "K-01 RFC-02 RFC-14", EW_ERROR_SSL, EW_REASON_FATAL, flags);
    us_write_fails(c, "K-01 RFC-02 RFC-14", EW_ERROR_SSL, EW_REASON_FATAL, flags);
}

/* The server's tickets cross with its first data. Left unread they would make the kernel reset the
 * connection when their receiver closes it. */
static inline void fetch_tickets(cell *c)
{
    if (c->variant.server) {
        us_write(c, "K-17", 10);
        peer_ok(c, "read 10");
        c->heard += 10;
    } else {
        peer_ok(c, "write 10");
        us_read(c, "RW-01", 10);
    }
}

/* The peer is told to close, once it has seen our close_notify, and we wait for it. */
static inline void full_close(cell *c, const char *clauses)
{
    shutdown_sends(c, "K-04 K-06 MP-18 MP-19");
    peer_drains(c, "K-06", c->sent - c->heard);
    peer_shutdown(c, "RFC-08", 1);
    shutdown_completes(c, clauses);
}

#endif
