/*
 * BearSSL (model.h): what the ghosts of spec/engines/bearssl_port.h mean. The engine is asked for its four lengths;
 * what the transport took of a record is known where it is handed over, and what was made by what the port says of
 * its length. The rest is looked up in its context.
 */
#include "model.h"
#include "moment_bearssl.h"

static struct {
    const unsigned char *place;
    size_t let_out;
    bool is_told; /* the engine was, of what was let out */
    unsigned long long taken, alerts;
} kept;

int __real_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len)
{
    int taken = __real_ew_transport_send(t, buf, len);
    if (port_is_served(t)) {
        kept.let_out = taken > 0 ? (size_t)taken : 0;
        kept.is_told = false;
    }
    return taken;
}

typedef unsigned char *(*buffer)(const br_ssl_engine_context *cc, size_t *len);

static size_t length(const br_ssl_engine_context *engine, buffer of)
{
    size_t len = 0;
    return of(engine, &len) != NULL ? len : 0;
}

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    ew_bearssl *e = object;
    const br_ssl_engine_context *engine = e->engine;
    (void)notice; /* no clause speaks of it: the port opens alerts by itself */
    at->ssl = *engine;
    at->port = *e;
    at->transport = *t;
    at->ghost = (struct port_ghosts){
        .ew_served = e,
        .ew_keys = engine->out.vtable,
        .ew_to_send = length(engine, br_ssl_engine_sendrec_buf),
        .ew_wanted = length(engine, br_ssl_engine_recvrec_buf),
        .ew_room = length(engine, br_ssl_engine_sendapp_buf),
        .ew_held = length(engine, br_ssl_engine_recvapp_buf),
        .ew_let_out = kept.let_out,
        .ew_failed = br_ssl_engine_current_state(engine) == BR_SSL_CLOSED,
        .ew_taken = kept.taken,
        .ew_alerts = kept.alerts,
        .ew_place = kept.place,
    };
    return at;
}

unsigned char port_byte(const struct port_moment *at, const unsigned char *byte)
{
    (void)at;
    return *byte;
}

static bool owns(const void *object, const void *of)
{
    return of == ((const ew_bearssl *)object)->engine;
}

/* What the engine was told of is let out once. */
static void begins(void)
{
    kept.let_out = kept.is_told ? 0 : kept.let_out;
    kept.is_told = false;
}

static unsigned long long taken(void)
{
    return kept.taken;
}

static void returned(const struct port_function *f, const struct port_call *call)
{
    const br_ssl_engine_context *engine = call->object;
    if (f == &port_br_ssl_engine_sendrec_ack) {
        kept.is_told = true;
    } else if (f == &port_br_ssl_engine_sendapp_buf) {
        kept.place = call->given;
    } else if (f == &port_br_ssl_engine_sendapp_ack && engine->record_type_out == RECORD_DATA) {
        kept.taken += (unsigned long long)call->len;
    } else if (f == &port_br_ssl_engine_sendapp_ack) {
        kept.alerts++;
    }
}

/* The port asks it in its own code, once the engine has failed: here it is asked wherever the port asks the state. */
static void judged(const struct port_function *f, const struct port_call *call)
{
    if (f == &port_br_ssl_engine_current_state) {
        struct port_call asked = {.object = call->object};
        const struct port_moment *then = port_before(&port_br_ssl_engine_last_error, &asked);
        asked.result = br_ssl_engine_last_error(call->object);
        port_after(&port_br_ssl_engine_last_error, then, &asked);
    }
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each object");

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .in_attach = true,
                                      .taken = taken,
                                      .begins = begins,
                                      .returned = returned,
                                      .judged = judged};
