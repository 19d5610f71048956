/* What the contracts of spec/engines/bearssl_port.h speak of. */
#ifndef PORT_MOMENT_BEARSSL_H
#define PORT_MOMENT_BEARSSL_H

#include "checks.h"

/* The port's functions are declared there, which no program but the port has. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "bearssl_port.h"

/* Copies of it all; a pointer in them is compared, and not followed. */
struct port_moment {
    br_ssl_engine_context ssl;
    ew_bearssl port;
    ew_transport transport;
    struct port_ghosts {
        ew_bearssl *ew_served;
        const void *ew_keys;
        size_t ew_to_send, ew_wanted, ew_room, ew_held, ew_let_out;
        int ew_failed;
        unsigned long long ew_taken, ew_alerts;
        const unsigned char *ew_place;
    } ghost;
};

/* Its context, its other arguments, and what it returned. */
struct port_call {
    const void *object, *cc, *id, *given;
    const size_t *len_at;
    long long len, force, result;
};

extern const struct port_function port_br_ssl_engine_sendapp_buf, port_br_ssl_engine_sendapp_ack,
    port_br_ssl_engine_sendrec_ack, port_br_ssl_engine_current_state;
/* This is compiled into its callers. */
extern const struct port_function port_br_ssl_engine_last_error;

/* A byte of memory, which is the engine's. */
unsigned char port_byte(const struct port_moment *at, const unsigned char *byte);

#endif
