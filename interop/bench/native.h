/*
 * An engine by itself, without port and connection, closed as its own documentation says. No header
 * of an engine is named here: those of wolfSSL and OpenSSL cannot be read together.
 */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include <stddef.h>

struct end;

/* One connection. */
typedef struct native {
    void *engine; /* the object of the engine's port */
    int fd;       /* nonblocking */
    void *own;    /* what attach needs until leave; given to free */
} native;

typedef struct native_ops {
    const char *name;                        /* as the engine's test_engine has it */
    size_t object;                           /* bytes of the port's object */
    void *(*another)(const struct end *end); /* one more port's object with an engine; NULL: as
                                                the engine's test_engine makes it */
    void (*attach)(native *n);
    int (*handshake)(native *n); /* 1: it is over; else it is called again */
    int (*first)(native *n);     /* our close_notify. 1: it is out; 0: it failed */
    int (*second)(native *n);    /* 1: both sides are closed; -1: nothing yet; 0: it failed */
    void (*leave)(native *n);    /* takes the engine off the socket; NULL: nothing to do */
} native_ops;

/* Of the engine with this name; NULL: its own close is not known here. */
const native_ops *native_of(const char *name);

#endif
