/* What the contracts of spec/engines/wolfssl_port.h speak of. */
#ifndef PORT_MOMENT_WOLFSSL_H
#define PORT_MOMENT_WOLFSSL_H

#include "checks.h"

/* The port's callbacks are declared there, which no program but the port has. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "wolfssl_port.h"

/* Copies of it all, so that a pointer in them is not followed. */
struct port_moment {
    struct WOLFSSL ssl;
    ew_wolfssl port;
    ew_transport transport;
    struct port_ghosts {
        CallbackIORecv io_recv; /* the port's */
        CallbackIOSend io_send;
    } ghost;
};

/* Its WOLFSSL, its other arguments, and what it returned. */
struct port_call {
    const void *object, *ctx, *given;
    const char *data;
    const WOLFSSL_ALERT_HISTORY *h;
    CallbackIORecv CBIORecv;
    CallbackIOSend CBIOSend;
    long long sz, ret, result;
};

extern const struct port_function port_wolfSSL_SSLSetIORecv, port_wolfSSL_SSLSetIOSend;

/* A byte of memory, which is the application's. */
char port_byte(const struct port_moment *at, const char *byte);

#endif
