/*
 * What carries a connection's bytes: a table of functions and their context. POSIX
 * sockets are one (ew_conn_open), a pair of buffers in memory another (io_memory.h);
 * ew_conn_open_io takes any. docs/io.md is the guide to one of your own, and
 * `make io-kit` tries it.
 *
 * `context` is what ew_conn_open_io was given: one direction pair of one connection.
 * No function calls the connection that it serves.
 *
 * What each one owes:
 *
 *   IO-01  send and recv never wait: what cannot be done now is BLOCKED, and nothing
 *          of it has been done.
 *   IO-02  A count of send is between 1 and len, and says how many bytes were taken,
 *          the first of buf. They arrive in the order in which they were taken, each
 *          once. buf is not looked at after send has returned.
 *   IO-03  A count of recv is between 1 and len, and says how many bytes stand in
 *          buf; beyond them buf is as it was. They are the next ones of the stream.
 *   IO-04  recv takes no byte from the stream that it does not give: what follows is
 *          there for whoever reads next, on this connection or after it.
 *   IO-05  END is an answer of recv's alone: the peer ended its direction in order
 *          and every byte before that was given. No byte comes behind it: it is the answer
 *          from then on, but for a reset that has to be told (IO-06).
 *   IO-06  FAILED leaves in *error a number that is not 0, and nothing was done: no
 *          signal, no message. A reset is a failure, told at least once, and never an
 *          end that was not told of as a failure before. Other answers leave *error.
 *   IO-07  INTERRUPTED: nothing was done, and nothing is wrong. Finitely many in a row.
 *   IO-08  half_close ends our direction behind the last byte that send took: the peer
 *          gets all of them, then the end. It is no reset, also while bytes are
 *          unread, and receiving goes on. It does not wait.
 *   IO-09  close gives everything back and does not wait. It resets nothing that
 *          was read to its end: the peer still gets what send took.
 *   IO-10  wait returns once it is readable or writable, as asked; for an end and
 *          for a failure too. It may return early, but not for ever
 *          while time goes on.
 *   IO-11  wait returns after `ms` milliseconds at the latest, as now_ms counts them,
 *          unless ms is below 0. 0 is a look.
 *   IO-12  now_ms never goes back, is not below 0, and goes on while nothing happens,
 *          whatever is done to the calendar.
 */
#ifndef EW_IO_H
#define EW_IO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Answers of send and recv other than a count, and of wait. */
enum { EW_IO_BLOCKED = -1, EW_IO_FAILED = -2, EW_IO_END = -3, EW_IO_INTERRUPTED = -4 };

/* What wait is to wait for. NOTHING: time alone passes. */
enum { EW_IO_NOTHING, EW_IO_READABLE, EW_IO_WRITABLE };

/*
 * Causes that have the same number everywhere; ew_conn_error_number has one of them,
 * below 0, or above 0 a number of the io's own: errno, over POSIX. There errno
 * is set to what stands beside each. An io may use them in *error too.
 */
enum {
    EW_CAUSE_NONE = 0,
    EW_CAUSE_AGAIN = -1,       /* EAGAIN: nothing is wrong; call again */
    EW_CAUSE_TIMED_OUT = -2,   /* ETIMEDOUT */
    EW_CAUSE_INVALID = -3,     /* EINVAL: an argument, or a setting, see ew_conn_detail */
    EW_CAUSE_NOT_OPEN = -4,    /* EBADF */
    EW_CAUSE_BUSY = -5,        /* EBUSY */
    EW_CAUSE_UNSUPPORTED = -6, /* EOPNOTSUPP */
    EW_CAUSE_PROTOCOL = -7,    /* EPROTO */
    EW_CAUSE_ENDED = -8,       /* EPIPE: sending to a peer that is gone */
    EW_CAUSE_NO_MEMORY = -9,   /* ENOMEM */
    EW_CAUSE_RESET = -10       /* ECONNRESET */
};

typedef struct ew_io {
    const char *name;

    /* 1 <= len <= INT_MAX. A count; BLOCKED, FAILED or INTERRUPTED. */
    int (*send)(void *context, const uint8_t *buf, size_t len, int *error);

    /* 1 <= len <= INT_MAX. A count; BLOCKED, END, FAILED or INTERRUPTED. */
    int (*recv)(void *context, uint8_t *buf, size_t len, int *error);

    /* Called once at most, and send not after it. */
    void (*half_close)(void *context);

    /* Called once at most, and nothing after it. */
    void (*close)(void *context);

    /* The rest is optional: NULL where there is nothing for it. */

    /*
     * Waits until it may be readable or writable, at most `ms` milliseconds (below 0:
     * without a bound). 1: look again; 0: not yet, the time is up or something
     * interrupted it; EW_IO_FAILED: it cannot wait. NULL: for nonblocking use only.
     */
    int (*wait)(void *context, uint8_t what, int ms, int *error);

    /*
     * Milliseconds since any moment. NULL: there is no clock. Blocking use is refused
     * then, deadlines have no effect, and the time of a close counts its calls.
     */
    int64_t (*now_ms)(void *context);

    /* What ew_conn_release returns, >= 0: a descriptor, say. NULL: 0. */
    int (*release)(void *context);
} ew_io;

#ifdef __cplusplus
}
#endif
#endif
