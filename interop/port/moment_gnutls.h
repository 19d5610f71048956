/* What the contracts of spec/engines/gnutls_port.h speak of. */
#ifndef PORT_MOMENT_GNUTLS_H
#define PORT_MOMENT_GNUTLS_H

#include "checks.h"

#include "gnutls_port.h"

/* Copies of it all; a pointer in them is compared, and not followed. */
struct port_moment {
    struct gnutls_session_int ssl;
    ew_gnutls port;
    ew_transport transport;
    struct port_ghosts {
        ew_gnutls *ew_served;
        void *ew_self;
        int ew_notice;
    } ghost;
};

/* Its session, its other arguments, and what it returned. */
struct port_call {
    const void *object, *data;
    gnutls_transport_ptr_t *recv_ptr, *send_ptr, ptr;
    gnutls_push_func push_func;
    gnutls_pull_func pull_func;
    gnutls_pull_timeout_func func;
    long long data_size, level, desc, flags, err, result;
};

extern const struct port_function port_gnutls_transport_set_push_function,
    port_gnutls_transport_set_pull_function, port_gnutls_transport_set_pull_timeout_function,
    port_gnutls_transport_set_errno;

#endif
