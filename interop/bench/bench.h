/* One close, ours or the engine's own, and its peer. */
#ifndef BENCH_H
#define BENCH_H

#include "world.h"

/* Over loopback TCP instead of a pair of sockets. */
extern int bench_over_tcp;

/* A new connection, established; `native`: without the port and the adapter. */
void bench_connect(world *w, int native);

/*
 * The two halves of a full close: our close_notify, and taking in the peer's. The peer's answer lies
 * between them. Each ends the program if it does not succeed.
 */
void bench_first(world *w, int native);
void bench_answer(world *w);
void bench_second(world *w, int native);

/* Takes the engine off the socket, and closes that. */
void bench_leave(world *w, int native);

void bench_fail(const char *what);

#endif
