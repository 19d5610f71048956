/* What the contracts of spec/engines/openssl_port.h speak of. */
#ifndef PORT_MOMENT_OPENSSL_H
#define PORT_MOMENT_OPENSSL_H

#include "checks.h"

#include "openssl_port.h"

/* Copies of it all, so that a pointer in them is not followed. */
struct port_moment {
    struct ssl_st ssl;
    struct bio_st bio;
    ew_openssl port;
    ew_transport transport;
};

/* Its SSL or BIO, its other arguments, and what it returned. */
struct port_call {
    const void *object, *sess, *given;
    const char *buf;
    long long num, cmd, larg, result;
};

extern const struct port_function port_SSL_write, port_ERR_peek_last_error;
/* These are compiled into their callers. */
extern const struct port_function port_ERR_GET_REASON, port_ERR_GET_LIB;

/* A byte of memory, as it was at that moment if it is the port's. */
char port_byte(const struct port_moment *at, const char *byte);

#endif
