/* The line between our connection and the peer, in lock step: two real descriptors of one process,
 * and whoever stands between. What the peer says waits here until it is given to our socket, in
 * pieces of any size; what our socket took is kept, whether the peer reads it or not.
 *
 * The system calls of the library come by (calls.c): a socket takes at most `budget` bytes, and
 * time is what the wire says it is, so that nobody ever waits. */
#ifndef FUZZ_WIRE_H
#define FUZZ_WIRE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int ours, theirs; /* descriptors; theirs -1: closed */
    int tcp;
    uint8_t *out;          /* what our socket took */
    size_t out_len, heard; /* ... and how much of it the peer has read */
    size_t out_record;     /* ... where its last, unfinished record begins */
    uint8_t *in;           /* what the peer said */
    size_t in_len, given;  /* ... and how much of it our socket was given */
    long budget;           /* bytes our socket still takes; -1: any */
    int deaf;              /* the peer reads nothing */
    int ended;             /* the peer ended its side, or is gone */
    int half_closed;       /* we ended ours */
    int64_t now;           /* milliseconds */
    unsigned operations;   /* system calls in the call under way */
    int calm;              /* while a call blocks the wire does what it should */
    int stuck;             /* ... or our socket takes no more than it did */
    int bounded;           /* the call under way must not wait for good */
} wire_state;

enum { WIRE_MAX = 8 << 20 };

extern wire_state wire;

/* 0, or -1: no sockets. `small`: buffers as small as they get. */
int fuzz_wire_open(int tcp, int small);

/* Closes what is left of it; ours only if `ours_too`. */
void fuzz_wire_close(int ours_too);

void wire_say(const void *bytes, size_t len);  /* the peer says it */
size_t wire_give(size_t most);                 /* hands it to our socket: how much */
size_t wire_hear(size_t most);                 /* the peer reads: how much */
void wire_took(const void *bytes, size_t len); /* our socket took it */
size_t wire_consumed(void);                    /* of what was given: read by our side */
void wire_end(void);                           /* FIN */
void wire_reset(void);                         /* RST, or what comes nearest */
int wire_is_open(int fd);                      /* whether it is a descriptor */

/* A system call in the call under way: there must not be too many. */
void wire_counts(void);

/* While a call waits: something happens on the line or at the peer's. 0: nothing did. */
int wire_turn(void);

/* It waits without any bound: something decisive. */
void wire_rescue(int to_send);

#endif
