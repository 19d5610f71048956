/*
 * The peer's end of the socket: what came from us is kept, what the peer's engine
 * makes is held back until the test lets it go, whole or in pieces.
 */
#ifndef EW_TESTS_WIRE_H
#define EW_TESTS_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum { WIRE_MAX = 1 << 18, ALL = WIRE_MAX };

typedef struct wire {
    int fd;
    uint8_t in[WIRE_MAX];
    size_t in_len;
    size_t in_at; /* the peer's engine has read this far */
    uint8_t out[WIRE_MAX];
    size_t out_len;
    size_t mark; /* where the records to be counted begin */
} wire;

/* Takes what has come from us. */
void wire_fetch(wire *w);

/* Sends up to n bytes of what the peer's engine made. */
void wire_release(wire *w, size_t n);

void wire_put(wire *w, const void *bytes, size_t len); /* adds to what will be sent */
size_t wire_get(wire *w, void *bytes, size_t len);     /* what the engine reads */

/* Whole records that came since wire_mark; fails the test if part of one follows. */
void wire_mark(wire *w);
int wire_records(wire *w);

#endif
