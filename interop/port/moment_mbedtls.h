/* What the contracts of spec/engines/mbedtls_port.h speak of. */
#ifndef PORT_MOMENT_MBEDTLS_H
#define PORT_MOMENT_MBEDTLS_H

#include "checks.h"

#include "mbedtls_port.h"

/* Copies of it all; a pointer in them is compared, and not followed. */
struct port_moment {
    mbedtls_ssl_context ssl;
    ew_mbedtls port;
    ew_transport transport;
    struct port_ghosts {
        unsigned long long ew_taken;
        int ew_reaches, ew_alerts, ew_notice;
    } ghost;
};

/* Its context, its other arguments, and what it returned. */
struct port_call {
    const void *object, *session;
    const unsigned char *buf;
    long long len, result;
};

/* A byte of memory, which is the application's. */
unsigned char port_byte(const struct port_moment *at, const unsigned char *byte);

/* What the engine owes is forgotten, and behind it a handshake begins. */
void port_is_reset(void);

#endif
