/* Engines without Endwell, for the comparison: each closed as its own manual shows, and then close().
 *
 * An engine is a table of operations (side.h): engines/plain_PORT.c makes it, for each port that is
 * built. What they have in common is here.
 *
 * A close that waits for the peer's (GNUTLS_SHUT_RDWR, br_sslio_close) throws away what the peer still
 * sends. Where the application wants that, as when both close at once, it counts as lost: nobody is
 * told. */
#ifndef LOSSLESS_PLAIN_H
#define LOSSLESS_PLAIN_H

#include "side.h"

typedef struct {
    const side_ops *ops;
    const char *close; /* the call that closes */
    int blocks;        /* the engine's own calls wait for the socket */
} plain_engine;

/* All of them; ends with one that has no ops. */
const plain_engine *plain_at(int i);

/* What each side of them begins with. */
typedef struct {
    int fd, error, end; /* end: a close_notify came */
} plain_side;

/* What came of a call: a count, or 0, or one of these; a side's read, write and shutdown return it. */
enum { PLAIN_WANTS_READ = -1, PLAIN_WANTS_WRITE = -2, PLAIN_FAILED = -3, PLAIN_END = -4 };
int plain_result(plain_side *s, int ret);
/* A handshake that came to this: 1, -1. */
int plain_shaken(plain_side *s, int ret);

int plain_get_error(void *side, int ret);
int plain_end_of_data(void *side);
void plain_set_deadline(void *side, int ms);
int plain_release(void *side);
void plain_close_fd(plain_side *s);

/* A table of operations, of what each file calls the same; SHUT is its call that closes. */
#define PLAIN_SIDE(NAME, TLS, SHUT)                                                                \
    {                                                                                              \
        .name = NAME, .tls = TLS, .context = context_new, .context_free = context_free,            \
        .open = side_open, .handshake = handshake, .read = read_data, .write = write_data,         \
        .shutdown = SHUT, .free = side_free, .get_error = plain_get_error,                         \
        .end_of_data = plain_end_of_data, .set_deadline = plain_set_deadline,                      \
        .release = plain_release                                                                   \
    }

#endif
