/*
 * Two ends in memory, as an io (ew_io.h): what one sends the other receives. For event
 * loops that own their buffers, for TLS inside TLS, for tests. No system call, no heap:
 * the caller provides both buffers, whose lengths are what can be under way.
 *
 *     ew_memory m;
 *     ew_memory_init(&m, there, sizeof there, back, sizeof back);
 *     ew_conn_open_io(&c, &ew_io_memory, &m.end[0], 0, &ew_openssl_port, &e);
 *
 * Both ends may be connections; or the application holds one by the functions below,
 * which answer as those of an io do. As on a socket: what does not fit is BLOCKED; after a
 * half-close the other end gets what was sent, then END; an end that is closed with
 * bytes unread resets the other, which loses what it has not read yet and is told
 * once (EW_CAUSE_RESET), and of an END from then on; sending to an end that is
 * closed fails (EW_CAUSE_ENDED). There is nothing to wait for and no clock: for
 * nonblocking use. Both ends belong to one thread at a time.
 */
#ifndef EW_IO_MEMORY_H
#define EW_IO_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "ew_io.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One direction. The fields are private. */
typedef struct ew_memory_way {
    uint8_t *bytes;
    size_t size;
    size_t first; /* where the oldest byte stands */
    size_t used;
    uint8_t ended;  /* nothing follows what is in it */
    uint8_t closed; /* nobody receives from it any more */
    uint8_t reset;  /* the receiver has to be told of a reset */
} ew_memory_way;

/* One end: the context of the io. */
typedef struct ew_memory_end {
    ew_memory_way *in;
    ew_memory_way *out;
} ew_memory_end;

/* Caller-owned, and not to be moved while an end is in use. */
typedef struct ew_memory {
    ew_memory_way way[2];
    ew_memory_end end[2];
} ew_memory;

extern const ew_io ew_io_memory;

/* `there` carries what end[0] sends, `back` what end[1] sends. Sizes above 0. */
void ew_memory_init(ew_memory *m, uint8_t *there, size_t there_size, uint8_t *back,
                    size_t back_size);

/* As send and recv of an io. 1 <= len <= INT_MAX. */
int ew_memory_send(ew_memory_end *end, const uint8_t *buf, size_t len, int *error);
int ew_memory_recv(ew_memory_end *end, uint8_t *buf, size_t len, int *error);
void ew_memory_half_close(ew_memory_end *end);
void ew_memory_close(ew_memory_end *end);

/* How many bytes this end can receive, and how many it can send, now. */
size_t ew_memory_waiting(const ew_memory_end *end);
size_t ew_memory_room(const ew_memory_end *end);

#ifdef __cplusplus
}
#endif
#endif
