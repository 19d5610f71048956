/*
 * A device's log of its TLS calls, for `endwell check`: a ring of 16-byte records in the memory of
 * the firmware, which is dumped as it is. spec/trace.md describes it. C99, freestanding.
 *
 *     static ew_trace_record ring[1 + 256];
 *
 *     ew_trace_init(ring, 256, 1000000);                             a tick is a millisecond
 *     ew_trace_put(ring, tick, conn, EW_TRACE_OPEN, 0, EW_TRACE_OK, EW_TRACE_UNKNOWN);
 *     n = mbedtls_ssl_read(&ssl, buffer, room);
 *     ew_trace_put(ring, tick, conn, EW_TRACE_READ, n, my_result(n), EW_TRACE_UNKNOWN);
 *
 * One call at a time writes it: where interrupts or several threads make TLS calls, they take a
 * lock around ew_trace_put. It allocates nothing, waits for nothing, and calls nothing.
 */
#ifndef EW_TRACE_H
#define EW_TRACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was called, or happened. */
enum {
    EW_TRACE_OPEN = 1,        /* a connection begins: the first record of each */
    EW_TRACE_HANDSHAKE = 2,   /* SSL_do_handshake, mbedtls_ssl_handshake */
    EW_TRACE_READ = 3,        /* SSL_read, mbedtls_ssl_read */
    EW_TRACE_WRITE = 4,       /* SSL_write, mbedtls_ssl_write */
    EW_TRACE_SHUTDOWN = 5,    /* SSL_shutdown, mbedtls_ssl_close_notify */
    EW_TRACE_RENEGOTIATE = 6, /* a handshake or key update was asked for */
    EW_TRACE_QUIET = 7,       /* SSL_set_quiet_shutdown; value: the switch */
    EW_TRACE_CLEAR = 8,       /* SSL_clear, mbedtls_ssl_session_reset */
    EW_TRACE_FREE = 9,        /* SSL_free, mbedtls_ssl_free */
    EW_TRACE_SHUT_WRITE = 10, /* the socket's write side was closed: shutdown(fd, SHUT_WR) */
    EW_TRACE_CLOSE = 11,      /* the socket was closed */
    EW_TRACE_EXIT = 12        /* the device restarts or is switched off by its own will */
};

/* How a call ended. */
enum {
    EW_TRACE_OK = 0,           /* it did what it was asked for, or a part of it */
    EW_TRACE_WANT_READ = 1,    /* again when the transport is readable */
    EW_TRACE_WANT_WRITE = 2,   /* again when the transport is writable */
    EW_TRACE_WANT_OTHER = 3,   /* again when something else is ready */
    EW_TRACE_CLOSE_NOTIFY = 4, /* the peer's close_notify came, or had come before */
    EW_TRACE_EOF = 5,          /* the transport ended without a close_notify */
    EW_TRACE_IO_ERROR = 6,     /* the transport failed */
    EW_TRACE_ALERT = 7,        /* the peer sent a fatal alert */
    EW_TRACE_UNREAD_DATA = 8,  /* data came where the peer's close_notify was waited for */
    EW_TRACE_TLS_ERROR = 9     /* any other failure */
};

/* Whether bytes were handed to the transport during the call. */
enum { EW_TRACE_UNKNOWN = 0, EW_TRACE_NO_BYTES = 1, EW_TRACE_BYTES = 2 };

/* The first one is the head of the dump: magic, the records there is room for, the number of the
   last record, nanoseconds in a tick. */
typedef union {
    struct {
        uint32_t magic, room, last, tick;
    } head;
    struct {
        uint32_t number; /* 1, 2, ...; 0: not written yet */
        uint32_t time;   /* in ticks; wraps */
        uint16_t connection;
        int16_t value; /* what the call returned, if need be the nearest that fits */
        uint8_t call, result, bytes, check;
    } one;
    uint8_t byte[16];
} ew_trace_record;

/* "EWT1", read in the device's own order. */
#define EW_TRACE_MAGIC UINT32_C(0x31545745)
/* All 16 bytes of a record sum up to this, modulo 256. */
#define EW_TRACE_SUM UINT8_C(0xa5)
/* The last number there is: nothing is written any more. */
#define EW_TRACE_FULL UINT32_MAX

typedef char ew_trace_record_has_16_bytes[sizeof(ew_trace_record) == 16 ? 1 : -1];

/* `ring` has 1 + `room` records; `tick` is the length of a tick in nanoseconds, 0: no clock. */
static inline void ew_trace_init(ew_trace_record *ring, uint32_t room, uint32_t tick)
{
    for (uint32_t i = 0; i <= room; i++) {
        for (uint32_t k = 0; k < sizeof ring->byte; k++) {
            ring[i].byte[k] = 0;
        }
    }
    ring->head.magic = EW_TRACE_MAGIC;
    ring->head.room = room;
    ring->head.tick = tick;
}

static inline int16_t ew_trace_value(long value)
{
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

/* Writes one record over the oldest one. */
static inline void ew_trace_put(ew_trace_record *ring, uint32_t time, uint16_t connection,
                                uint8_t call, long value, uint8_t result, uint8_t bytes)
{
    if (ring->head.room == 0 || ring->head.last == EW_TRACE_FULL) {
        return;
    }
    ew_trace_record *r = &ring[1 + ring->head.last % ring->head.room];
    uint8_t sum = 0;
    ring->head.last++;
    r->one.number = ring->head.last;
    r->one.time = time;
    r->one.connection = connection;
    r->one.value = ew_trace_value(value);
    r->one.call = call;
    r->one.result = result;
    r->one.bytes = bytes;
    r->one.check = 0;
    for (uint32_t i = 0; i < sizeof r->byte; i++) {
        sum = (uint8_t)(sum + r->byte[i]);
    }
    r->one.check = (uint8_t)(EW_TRACE_SUM - sum);
}

#ifdef __cplusplus
}
#endif

#endif
