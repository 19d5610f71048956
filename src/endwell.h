/*
 * Endwell: TLS connections that end well.
 *
 * The calls look like those of OpenSSL; what they mean is decided by the proven
 * core (ew_core.h) and written down in spec/, whose clause ids stand in
 * brackets below. A connection needs a connected stream socket, a TLS engine
 * that is configured and ready for its handshake, and the port of that engine:
 *
 *     ew_conn c;
 *     ew_openssl e;
 *     ew_openssl_init(&e, ssl);
 *     ew_conn_open(&c, fd, &ew_openssl_port, &e);
 *
 * The connection allocates no memory, raises no SIGPIPE and has no global
 * variables; the engine may, and attaching OpenSSL or wolfSSL allocates. One
 * connection belongs to one thread at a time. An ew_conn must not be copied or
 * moved between ew_conn_open and ew_conn_release or ew_conn_close.
 *
 * Blocking or not is read off the socket when it is opened (O_NONBLOCK). On a
 * blocking socket a call waits until it is done, without a bound or until its
 * deadline. On a nonblocking one it returns -1 with EW_ERROR_WANT_READ or
 * EW_ERROR_WANT_WRITE: wait until the socket is readable or writable, but no
 * longer than ew_conn_timeout says, then make the same call again; or with
 * EW_ERROR_AGAIN: do not wait for the socket, make it again when others had their
 * turn. Nothing is lost in between (GE-03, K-07, K-28). A wait that meets an entry
 * in the socket's error queue (SO_TIMESTAMPING) looks again every 10 ms and leaves
 * it there.
 *
 * Results. Every call that returns -1 leaves the class of the error for
 * ew_conn_get_error, the reason for ew_conn_get_reason, and errno:
 *
 *   EW_ERROR_WANT_READ,  errno EAGAIN: repeat the call when the socket is ready
 *   EW_ERROR_WANT_WRITE  (nonblocking); ETIMEDOUT: the deadline passed; any other
 *                        errno: the wait itself failed (ENOMEM, of poll)
 *   EW_ERROR_AGAIN       errno EAGAIN, nonblocking only: the call has done enough
 *                        for one turn (EW_RECORD_BUDGET, EW_DRAIN_BUDGET) and there
 *                        may be more to do. Repeat it; ew_conn_timeout says 0. A
 *                        level-triggered poll for reading would return at once
 *                        unless all has been read; an edge-triggered one may never
 *                        return, for no edge tells of what is there already [K-28]
 *   EW_ERROR_SUSPENDED   errno EAGAIN, blocking or not: the engine waits for
 *                        something that is not the socket (a key in a device, an
 *                        asynchronous job, a verdict on a certificate) and that
 *                        only the application knows of: repeat the call when it is
 *                        ready, whatever the socket says [K-27]
 *   EW_ERROR_SYSCALL     fatal; errno of the failed system call
 *   EW_ERROR_SSL         by reason:
 *     unread_data          not fatal: data came before the peer's close_notify;
 *                          read it, then go on closing (K-10)
 *     closed, handshake,   not fatal: the call was refused and changed nothing
 *     busy, unexpected     (K-16, K-02, K-22)
 *     none                 not fatal: an argument is NULL or out of range, errno
 *                          EINVAL; or the port has nothing for it, EOPNOTSUPP; or
 *                          the connection is not open, EBADF; or ew_conn_open or
 *                          ew_conn_adopt failed, see there; EBUSY: the call was
 *                          made from a callback of the engine's, in the midst of
 *                          another call on the same connection
 *     everything else      fatal: fatal_alert (K-11; which one: ew_conn_alert),
 *                          truncated (K-12), tls (ew_conn_engine_error), or
 *                          handshake_failed (K-25); fatal and corrupt are how every
 *                          later call is answered (K-01, K-24)
 *
 * Whoever does not want to know the reasons apart asks ew_conn_alive after
 * EW_ERROR_SSL: 0, it is over; 1, the connection goes on, as after unread_data,
 * which is no failure though the class is the same [K-10, K-30].
 *
 * Not open is an ew_conn that ew_conn_open or ew_conn_adopt refused, that was
 * released, aborted or closed, or whose bytes are all 0. Memory that was never any
 * of these must not be passed to any call but these two.
 *
 * After a fatal error nothing but the questions, ew_conn_clear,
 * ew_conn_release, ew_conn_abort and ew_conn_close has an effect. Where the cause
 * is a setting of the engine or the socket, ew_conn_detail says which.
 */
#ifndef ENDWELL_H
#define ENDWELL_H

#include <stddef.h>
#include <stdint.h>

#include "ew_core.h"
#include "ew_io.h"
#include "ew_orderly.h"
#include "ew_port.h"
#include "ew_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EW_SENT_SHUTDOWN     1 /* bit of ew_conn_get_shutdown: our side is closed */
#define EW_RECEIVED_SHUTDOWN 2 /* bit of ew_conn_get_shutdown: the peer's side is */

/* A nonblocking call processes at most this many records that mean nothing, then says AGAIN. */
#define EW_RECORD_BUDGET 64

/* A nonblocking ew_conn_close drops at most about this many bytes in one call, then says AGAIN. */
#define EW_DRAIN_BUDGET 65536

/*
 * It drops them in pieces of at most this many, which stand on the stack: 1 .. EW_DRAIN_BUDGET, as
 * the library is compiled.
 */
#ifndef EW_DRAIN_CHUNK
#define EW_DRAIN_CHUNK 1024
#endif
#if (EW_DRAIN_CHUNK < 1) || (EW_DRAIN_CHUNK > EW_DRAIN_BUDGET)
#error "EW_DRAIN_CHUNK is out of range"
#endif

/* Caller-owned; the fields are private. */
typedef struct ew_conn {
    ew_machine machine;         /* the proven core */
    ew_orderly_machine orderly; /* the end of the connection, proven too */
    ew_answer result;           /* of the last call */
    ew_answer untold;           /* fatal, and met by a write that returned a count; ONE: nothing */
    ew_answer failure; /* why ew_conn_close could not send the close_notify; ONE: it could */
    uint8_t blocking;
    uint8_t tried;        /* the call under way has made an engine call */
    uint8_t idle_records; /* records that meant nothing in the call under way */
    uint8_t again;        /* the last call ended at a budget, with more to take */
    uint8_t in_call;      /* a function of the port runs; its engine may call the application */
    uint8_t peeks;        /* the read under way leaves its data held */
    const ew_port *port;  /* NULL: not open */
    void *engine;
    uint8_t *read_buf; /* arguments and result of the read or write under way */
    const uint8_t *write_buf;
    int io_len;
    int io_done;
    int owed;        /* length of a write that blocked, until its record is out; 0: none */
    int number;      /* the error number of the last call that failed */
    int unsent;      /* the number of the close's last try to send its close_notify */
    int deadline_ms; /* -1: none */
    size_t drain_left;
    int64_t expires;           /* end of the call under way, in ms of the io's clock; -1: none */
    int64_t handshake_expires; /* end of the handshake under way; -1: none */
    int64_t close_expires;     /* closing: end of the close */
    ew_transport transport;
} ew_conn;

/*
 * Takes over `fd`, a connected stream socket, and attaches the engine.
 * deadline: none; quiet shutdown: as it is set on the engine, where it has such
 * a setting [K-03]; from here on only ew_conn_set_quiet_shutdown counts.
 * Returns 0, or -1 with errno; the descriptor then stays the caller's. EINVAL: an
 * argument is NULL, the socket is not a stream socket, or it blocks and has
 * SO_RCVTIMEO or SO_SNDTIMEO set (a deadline is what limits a call here), or the
 * engine's configuration does not fit, see the port's header; ew_conn_detail
 * says which. Also ENOMEM, and what fcntl and getsockopt fail with, where
 * ew_conn_detail has nothing to add.
 */
int ew_conn_open(ew_conn *c, int fd, const ew_port *port, void *engine);

/*
 * As ew_conn_open, for an engine that somebody else brought through its handshake
 * over this socket: reading, writing and closing begin at once [K-29]. The engine
 * has to stand between two records in both directions and hold nothing: no data
 * that was not read, nothing that was not sent, no close_notify; and nobody may
 * have read from the socket what the engine has not seen. Returns 0, or -1 with
 * errno; engine and descriptor then stay the caller's, as they were. EINVAL, for
 * what ew_conn_open refuses too; the port cannot adopt (its engine does not show
 * what it holds); or the engine is not at such a place. ew_conn_detail says which.
 */
int ew_conn_adopt(ew_conn *c, int fd, const ew_port *port, void *engine);

/*
 * As ew_conn_open and ew_conn_adopt, over any io (ew_io.h) and its context, which the
 * connection takes over: where the other comments here say socket or descriptor, it is
 * meant. blocking: whether calls wait; 0 or 1. EW_CAUSE_INVALID also if the io is NULL,
 * lacks one of its first four functions, or is to block and lacks wait or now_ms.
 *
 * Without a clock deadlines have no effect, ew_conn_timeout says 0 after AGAIN and
 * else -1, and drain_ms of ew_conn_close counts its calls after the first.
 */
int ew_conn_open_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                    void *engine);
int ew_conn_adopt_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                     void *engine);

/*
 * Limits each later call on a blocking socket to `milliseconds` (>= 0); -1, the
 * start: no limit, as is any other number below 0. A call whose time is up returns
 * -1, WANT_READ or WANT_WRITE and errno ETIMEDOUT, or a write that got somewhere its
 * count; it may be repeated, nothing is lost. 0: never wait. The deadline is read
 * before every engine call but the first of a call. A suspended engine is given
 * back at once, deadline or not; how long it may take is the application's to say.
 *
 * A handshake has one for all its calls, counted from the first, on a nonblocking
 * socket too: once it is over, ew_conn_handshake returns ETIMEDOUT at once, and
 * another ew_conn_set_deadline grants more. ew_conn_finish has one for the whole.
 * ew_conn_close has a bound of its own.
 */
void ew_conn_set_deadline(ew_conn *c, int milliseconds);

/*
 * Performs the handshake; needed before read, write and shutdown [K-02], but after
 * ew_conn_adopt. Also flushes a post-handshake message that the application made
 * with the engine's own call (a KeyUpdate, say). Refused once our side is closed.
 * Until it has returned 1 or failed, read, write and shutdown are refused, reason
 * handshake. Returns 1, or -1. Any failure is fatal and drops the session [K-20];
 * its reason is fatal_alert if the peer refused it (ew_conn_alert), transport if
 * the socket failed, handshake_failed for all else [K-25].
 */
int ew_conn_handshake(ew_conn *c);

/*
 * Reads 1 .. len bytes, len >= 1. Also after our own shutdown, until the peer
 * closes its side [K-15].
 * Returns the count; 0 with EW_ERROR_ZERO_RETURN: the peer's close_notify was
 * received, its data is complete, and every later read says so again [K-14];
 * -1. An end without close_notify is -1, reason truncated [K-12].
 */
int ew_conn_read(ew_conn *c, void *buf, int len);

/*
 * As ew_conn_read, but what it copies is not taken: the next read or peek begins
 * with the same bytes. At most what the engine holds, the rest of one record, so
 * that asking again does not give more. Also -1 with errno EOPNOTSUPP, if the
 * port has no peek.
 */
int ew_conn_peek(ew_conn *c, void *buf, int len);

/*
 * How many bytes a read gives without asking the socket; 0 if a read would have
 * to, or would give no data. What is still in the socket, or in a part of a record,
 * is not counted: 0 says nothing about that. -1: the port cannot tell, the
 * connection is not open, or c is NULL; or asked from a callback of the engine's.
 */
int ew_conn_pending(const ew_conn *c);

/*
 * Writes len bytes, 1 .. PTRDIFF_MAX, in records of at most EW_RECORD_MAX bytes.
 * On a blocking socket all of them, within one deadline, and returns len. If
 * something stops it after a record or more (the deadline, a suspended engine, an
 * error) it returns the count of what was taken over; the next call meets what
 * stopped it, a fatal error with its own class and reason, once. On a nonblocking
 * socket it returns what one record took, 1 .. EW_RECORD_MAX. Or -1.
 *
 * What to repeat: after -1 with WANT_*, SUSPENDED or AGAIN, and on a blocking
 * socket after a count below len, the engine may have begun a record with the
 * bytes that follow the count. So either these are what is written next: the
 * same bytes, all that were left of buf or EW_RECORD_MAX of them at least (EINVAL
 * for less), at another address if need be [RW-03]; or the
 * connection is closed, and what was taken over is sent before the close_notify
 * [K-04]. Reading meanwhile is allowed.
 * Refused after our own shutdown, also after ew_conn_set_shutdown(c, 0) [K-16];
 * the peer's does not matter [K-17].
 */
ptrdiff_t ew_conn_write(ew_conn *c, const void *buf, size_t len);

/*
 * Closes our side and, called again, waits for the peer to close its own.
 * Returns 0: our close_notify was handed to the socket; the peer's has not been
 * seen, and ew_conn_get_error says NONE [K-06, K-19]. 1: both sides are closed
 * [K-06, K-09, K-13]. -1: see above. Never sends more than one close_notify
 * [K-05], and never takes a fatal alert or the end of the socket for one [K-11, K-12].
 */
int ew_conn_shutdown(ew_conn *c);

/*
 * Closes both sides, calling shutdown as often as that takes. The socket is
 * left where the TLS connection ended: no byte after the peer's close_notify
 * was taken from it and nothing of ours follows the close_notify we sent, so
 * that ew_conn_release hands out a socket that is ready for something else.
 * Returns 1, or -1 (unread_data: read first, then finish again) [K-09, K-10].
 * With quiet shutdown, or flags that were set by hand, 1 is no more than the
 * flags' word: ask ew_conn_end_of_data.
 */
int ew_conn_finish(ew_conn *c);

/*
 * Ends everything in good order: sends our close_notify (unless it was sent, or
 * the connection is past a fatal error, not established, or in a handshake call
 * that has not come to its end), closes the TCP
 * write side, reads and drops what still comes in until the peer ends its side,
 * or `drain_max` bytes were dropped, then detaches the engine and closes the
 * descriptor. All of it together, sending included, takes at most `drain_ms`
 * milliseconds (less than 0 counts as 0: one engine call and one look at the
 * socket), counted from the first call; later calls change neither bound. Only
 * an engine call under way is waited for beyond it. Without the drain the kernel
 * would answer unread data with a reset, and the peer could lose what we sent last;
 * SO_LINGER is switched off for the same reason.
 * Returns 1: the peer ended its side in turn. 0: closed, but a bound was
 * reached, or the peer reset the connection, before that. -1 with WANT_READ,
 * WANT_WRITE, SUSPENDED or AGAIN, nonblocking only: not closed yet; call again when
 * the socket, or the engine, is ready, or at once, and after ew_conn_timeout
 * milliseconds in any case. -1 with
 * another error: closed, and our close_notify did not go out; SYSCALL with errno
 * ETIMEDOUT: it could not be handed over within drain_ms. Called meanwhile, what
 * would have to send once the write side is closed fails with errno EPIPE.
 * On a blocking socket the descriptor is closed when it returns, whatever it
 * returns; a suspended engine is looked at again every 10 ms until drain_ms are
 * over [K-04, K-05, K-26, RFC-10; the session: K-20].
 */
int ew_conn_close(ew_conn *c, int drain_ms, size_t drain_max);

/*
 * How long the event loop of a nonblocking connection may wait before it repeats
 * the call that returned WANT_READ, WANT_WRITE, SUSPENDED or AGAIN, in
 * milliseconds: 0 after AGAIN, for no poller may say anything more of what is there
 * already; else until the close or the handshake under way is out of time. -1: no
 * bound, or not open.
 */
int ew_conn_timeout(const ew_conn *c);

/*
 * Detaches the engine and closes the descriptor; sends nothing and never waits.
 * The peer sees the socket end without a close_notify, unless that was sent.
 * The session is kept or dropped as by ew_conn_session_kept [K-20].
 * Returns 0, or -1 with errno EBADF if the connection is not open; or as below.
 *
 * Where the memory that holds how far a close came was overwritten, close, finish,
 * abort, release and clear return -1, reason corrupt, and change nothing: the
 * descriptor may be somebody else's by then, and stays as it is [OC-01].
 */
int ew_conn_abort(ew_conn *c);

/*
 * Detaches the engine and hands the descriptor back, which is the caller's
 * again. Nothing is sent; the session as in ew_conn_abort [K-20].
 * Returns the descriptor (of another io what its release says, or 0), or -1 as
 * ew_conn_abort.
 */
int ew_conn_release(ew_conn *c);

/*
 * Resets connection and engine for another TLS connection over the same socket,
 * after a full close, say; quiet shutdown stays as it is [K-21, CL-01]. The
 * session is kept or dropped as by ew_conn_session_kept [CL-02]. What the engine
 * had made and the socket had not taken is forgotten, but for alerts of which a
 * part may be out: those leave before anything newer.
 * Returns 1; or -1 with reason tls if the engine could not be reset, or the
 * socket stands inside a record, or our side of it was closed by a close that
 * had begun, so that nothing can follow on it. That is fatal like any other
 * such error; such a close goes on where it stopped [OC-16]. Or as ew_conn_abort.
 */
int ew_conn_clear(ew_conn *c);

/*
 * The error class (EW_ERROR_*) of the last call, which returned `ret`, or a number
 * of the same sign: NONE if ret > 0 and after a shutdown that returned 0 [K-19].
 */
int ew_conn_get_error(const ew_conn *c, int ret);

/* Why the last call failed: EW_REASON_*. */
int ew_conn_get_reason(const ew_conn *c);

/*
 * The number of the last call's error: above 0 it is the io's own (errno, of a POSIX
 * socket), below 0 one of EW_CAUSE_*; 0 if it did not fail. Where there is an errno, that
 * is what it was set to.
 */
int ew_conn_error_number(const ew_conn *c);

/*
 * In words, what is wrong with a setting of the socket or the engine: why
 * ew_conn_open refused it, or what was changed since then and made a call fail.
 * "" if there is nothing to say. The string is static.
 */
const char *ew_conn_detail(const ew_conn *c);

/*
 * 1: the connection is open and nothing fatal has happened, so that another call
 * may succeed; 0: that is not so, and what is left is to close, abort, release or
 * clear it [K-30]. Ask it after -1 with EW_ERROR_SSL, which unread_data and refused
 * calls have too.
 */
int ew_conn_alive(const ew_conn *c);

/*
 * The number of the fatal alert by which the peer ended the connection or refused
 * the handshake, 0 .. 255 (RFC 8446 6.2: 40 handshake_failure, 48 unknown_ca, ..);
 * -1: there was none, or the port does not tell. Kept until ew_conn_clear.
 */
int ew_conn_alert(const ew_conn *c);

/*
 * The engine's own code of the last failure that its port met, as the engine's
 * header has it (an ERR_get_error of OpenSSL's, MBEDTLS_ERR_*, GNUTLS_E_*, ...), for
 * logs; 0: none, or the port does not tell. Kept until ew_conn_clear.
 */
long ew_conn_engine_error(const ew_conn *c);

/* EW_SENT_SHUTDOWN and EW_RECEIVED_SHUTDOWN, as bits [SS-02]. */
int ew_conn_get_shutdown(const ew_conn *c);

/*
 * Sets both flags, 0 .. 3, and nothing else: what really happened on the wire
 * is not changed by it [K-18, SS-01]. Returns 1, or -1 (fatal; EINVAL; EBADF).
 */
int ew_conn_set_shutdown(ew_conn *c, int flags);

/*
 * on != 0: shutdown sets both flags and sends nothing [K-03, QS-01].
 * Returns 1, or -1 (fatal; EBADF).
 */
int ew_conn_set_quiet_shutdown(ew_conn *c, int on);

/* 1 if, and only if, the peer's close_notify was received and authenticated [RFC-09, K-18]. */
int ew_conn_end_of_data(const ew_conn *c);

/* 1 if the session may be used again, 0 if not [K-20, FR-01]. */
int ew_conn_session_kept(const ew_conn *c);

/* Lower-case names for messages ("want_read", "truncated"); "?" if unknown. */
const char *ew_error_name(int error);
const char *ew_reason_name(int reason);

#ifdef __cplusplus
}
#endif
#endif
