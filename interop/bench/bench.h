/* One close, ours or the engine's own, and its peer. */
#ifndef BENCH_H
#define BENCH_H

#include "native.h"
#include "world.h"

/* A connection and its peer; of an engine by itself also that. */
typedef struct closing {
    world w;
    native n;
    const native_ops *ops;
    int alone; /* without the port and the adapter */
} closing;

/* Once for a subject; then a new connection, established, for each close. */
void bench_make(closing *c, const subject *s);
void bench_connect(closing *c, int alone);

/*
 * The two halves of a full close: our close_notify, and taking in the peer's. The peer's answer lies
 * between them. Each ends the program if it does not succeed.
 */
void bench_first(closing *c);
void bench_answer(closing *c);
void bench_second(closing *c);

/* Takes the engine off the socket, and closes that. */
void bench_leave(closing *c);

void bench_fail(const char *what);

#endif
