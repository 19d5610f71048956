/*
 * The world of one walk: a socket, its peer, and what the contracts say of them, looked up in the kernel.
 */
#ifndef SOCKETS_WORLD_H
#define SOCKETS_WORLD_H

#include <stdbool.h>

#include "checks.h"

enum { MUCH = 1 << 18 };

typedef struct {
    int kind, fd, peer;
    long long peer_sent, peer_received;
    bool peer_ended, is_reset;
    struct sockets_moment now;
} world;

extern world w;

/* Streams that a peer has read to the end, and what was not as it was sent. */
extern unsigned long streams, streams_broken;

extern const char *const kinds[];
enum { KINDS = 3 };

bool world_begin(int kind);

/* What was taken has to arrive, once the peer reads to the end. */
void world_end(void);

long long world_clock_ms(void);

/* ms that this thread wanted to run and did not, and that it ran; exits with 2 where nobody counts them. */
long long world_late_ms(void);

/* How many bytes have left, of those that were expected to: asked until it is that many, or time is up. */
long long world_taken(long long expected);
bool world_has_half_closed(void);

/* Looks up what the socket says of itself. */
void world_look(void);

/* 0: there is nobody, or nothing that it could do. */
bool world_peer_sends(void);
bool peer_receives(void);
bool peer_ends(void);
bool peer_closes(bool resets);

#endif
