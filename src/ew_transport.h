/*
 * The byte layer between a TLS engine and what carries its bytes (ew_io.h), in words
 * the socket.
 *
 * It sends and receives without ever blocking, and it
 * follows the record headers in both directions (five bytes: type, version,
 * length), because three promises need to know where records begin and end:
 *
 *   gate        Once our close_notify has left, nothing follows it (RFC-04):
 *               bytes the engine still makes of its own accord are swallowed.
 *   one record  Each engine call gets at most one record of input, so a flood
 *               of records that mean nothing cannot keep a call from returning.
 *   no surplus  Not one byte after the record in hand is taken from the socket,
 *               so what follows a close_notify stays there for its new owner.
 *
 * It decides nothing about closing. Applications do not call it; ports do.
 */
#ifndef EW_TRANSPORT_H
#define EW_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "ew_io.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EW_HEADER_LEN 5 /* bytes of a TLS record header */

/*
 * Bounds that a small system may set for all that it compiles, ports and application too, for they
 * are sizes in ew_conn. Both or neither, as plain decimal numbers: what opens a connection is then
 * named after them, and a program is not linked with a library that has others.
 *
 *   EW_ALERT_MAX  31 .. 255; unset: 96. The longest alert record: 31 where all cipher suites are
 *                 AEAD and records of TLS 1.3 are not padded, 96 where any of TLS 1.2 may be. One
 *                 that is longer is treated as data that the socket does not take, which not every
 *                 engine forgives.
 *   EW_TAIL_MAX   EW_ALERT_MAX .. 255; unset: 192. What is kept of alerts that the socket did not
 *                 take. With room for one alone, no record is received before that has left.
 */
#if defined(EW_ALERT_MAX) && defined(EW_TAIL_MAX)
#define EW_NAME(call, alert, tail)  call##_bounds_##alert##_##tail
#define EW_NAMED(call, alert, tail) EW_NAME(call, alert, tail)
#define ew_transport_init           EW_NAMED(ew_transport_init, EW_ALERT_MAX, EW_TAIL_MAX)
#define ew_transport_init_io        EW_NAMED(ew_transport_init_io, EW_ALERT_MAX, EW_TAIL_MAX)
#define ew_conn_open                EW_NAMED(ew_conn_open, EW_ALERT_MAX, EW_TAIL_MAX)
#define ew_conn_open_io             EW_NAMED(ew_conn_open_io, EW_ALERT_MAX, EW_TAIL_MAX)
#define ew_conn_adopt               EW_NAMED(ew_conn_adopt, EW_ALERT_MAX, EW_TAIL_MAX)
#define ew_conn_adopt_io            EW_NAMED(ew_conn_adopt_io, EW_ALERT_MAX, EW_TAIL_MAX)
#elif defined(EW_ALERT_MAX) || defined(EW_TAIL_MAX)
#error "EW_ALERT_MAX and EW_TAIL_MAX are set together, or neither is"
#else
#define EW_ALERT_MAX 96
#define EW_TAIL_MAX  192
#endif
#if (EW_ALERT_MAX < 31) || (EW_TAIL_MAX < EW_ALERT_MAX) || (EW_TAIL_MAX > 255)
#error "EW_ALERT_MAX or EW_TAIL_MAX is out of range"
#endif

/*
 * The reasons that ew_conn_detail tells. Where EW_NO_WORDS is defined the program is without them, and
 * "?" says that there is one.
 */
#ifdef EW_NO_WORDS
#define EW_WORDS(text) "?"
#else
#define EW_WORDS(text) text
#endif

/* Results of ew_transport_send and ew_transport_recv other than a count. */
enum {
    EW_TRANSPORT_END = 0,      /* recv only: the peer ended its direction */
    EW_TRANSPORT_BLOCKED = -1, /* nothing now; or the record budget is spent */
    EW_TRANSPORT_FAILED = -2   /* the socket failed; `error` says how */
};

/* What has happened since ew_transport_begin, as bits of `met`. */
enum {
    EW_MET_RECV_BLOCKED = 1, /* the socket had nothing to read */
    EW_MET_SEND_BLOCKED = 2, /* the socket did not take all */
    EW_MET_END = 4,          /* end of file */
    EW_MET_FAILED = 8        /* an error */
};

enum { EW_GATE_OPEN, EW_GATE_SEALED, EW_GATE_SHUT };

/* Where one direction stands within its current record. */
typedef struct ew_frame {
    uint8_t head[EW_HEADER_LEN];
    uint8_t have;  /* bytes of head seen: 0 at a record boundary */
    uint16_t left; /* bytes of the body still to come */
} ew_frame;

typedef struct ew_transport {
    const ew_io *io;     /* the socket */
    void *io_context;    /* and its context; owned by the connection */
    uint8_t quiet;       /* set by attach: the engine came with quiet shutdown on */
    uint8_t met;         /* EW_MET_* since ew_transport_begin */
    uint8_t ended;       /* the peer ended its direction, in this engine call or an earlier one */
    uint8_t half_closed; /* we ended ours */
    uint8_t gate;        /* EW_GATE_* */
    uint8_t to_shut;     /* sealed: records to finish before the gate shuts */
    uint8_t fed;         /* a record was delivered since ew_transport_begin */
    uint8_t tail_len;    /* bytes in tail */
    ew_frame in;
    ew_frame out;
    int16_t alert;           /* set by ports: number of the peer's fatal alert; -1: none */
    int error;               /* of the last failure: EW_CAUSE_*, or above 0 the io's own; 0: none */
    int fd;                  /* lent to POSIX, whose context is its address; -1: another io */
    const char *detail;      /* what is wrong with the configuration, in words; NULL: nothing */
    long engine_error;       /* set by ports: the engine's code of its last failure; 0: none */
    unsigned long swallowed; /* bytes stopped by the gate, or by the end of the socket */
    uint8_t tail[EW_TAIL_MAX]; /* alerts of the engine's own that the socket did not take */
} ew_transport;

/* The transport must not be moved from here on. The first is for a POSIX descriptor. */
void ew_transport_init(ew_transport *t, int fd);
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context);

/*
 * 1 if the socket stands between two records in both directions: only there
 * another TLS connection can begin on it.
 */
int ew_transport_is_between_records(const ew_transport *t);

/*
 * For another TLS connection over the same socket: opens the gate, and forgets
 * what went wrong. What is in the tail stays, and leaves before anything newer: a
 * part of it may be out.
 */
void ew_transport_reopen(ew_transport *t);

/*
 * For a port's attach: why the engine, as it is set up, cannot be taken; a
 * string that outlives the connection. The error is EW_CAUSE_INVALID, errno EINVAL.
 * Returns -1.
 */
int ew_transport_refuse(ew_transport *t, const char *why);

/*
 * For a port's actions: a setting that the port relies on was changed while it
 * was attached. The connection ends with that reason (ew_conn_detail).
 * Returns EW_EVENT_TLS_ERROR.
 */
uint8_t ew_transport_changed(ew_transport *t, const char *why);

/* Starts an engine call: forgets what was met, allows one record of input. */
void ew_transport_begin(ew_transport *t);

/*
 * The engine's send and receive. len > 0. A count, or one of EW_TRANSPORT_*.
 * In the engine call that meets the peer's end, what is sent is swallowed: the
 * engine answers the end with an alert, and the connection is over (K-12). From
 * the next call on sending fails with EW_CAUSE_ENDED, so that nothing can follow a gap.
 * It fails so, too, once our direction is ended (ew_conn_close), unless the gate is shut.
 */
int ew_transport_send(ew_transport *t, const void *buf, size_t len);
int ew_transport_recv(ew_transport *t, void *buf, size_t len);

/*
 * Says that the next record the engine makes is our close_notify, and the last
 * one. A record that is under way is let out before it.
 */
void ew_transport_seal(ew_transport *t);

/* 1 once the last byte of the sealed record was handed to the socket, else 0. */
int ew_transport_is_shut(const ew_transport *t);

/*
 * The outcome (EW_EVENT_*) of an engine call that stopped because of the
 * transport: io_error, eof, want_read, want_write or other; tls_error if the
 * transport did nothing to stop it. `sending`: the engine says that it cannot
 * send, rather than that it has nothing to read.
 */
uint8_t ew_transport_outcome(const ew_transport *t, int sending);

#ifdef __cplusplus
}
#endif
#endif
