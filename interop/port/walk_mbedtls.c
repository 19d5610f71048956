/* mbedTLS (port_engine.h): what an application does to it by itself, and a peer that sends what none should. */
#include "made.h"
#include "moment_mbedtls.h"
#include "port_engine.h"

#include <string.h>

extern const tls_engine tls_mbedtls;

static struct {
    bool owes_rest; /* of the peer's record a part came */
    bool is_over;   /* the object is not attached any more, or begins anew */
} kept;

/* The application ----------------------------------------------------------------------------------- */

static mbedtls_ssl_context *ssl_of(const void *object)
{
    return ((const ew_mbedtls *)object)->ssl;
}

/* What it owes is forgotten, too; behind it a handshake begins. */
static void reset(void *object, ew_transport *t)
{
    (void)t;
    mbedtls_ssl_session_reset(ssl_of(object));
    port_is_reset();
}

static void replace_bio(void *object, ew_transport *t)
{
    mbedtls_ssl_context *ssl = ssl_of(object);
    (void)t;
    mbedtls_ssl_set_bio(ssl, NULL, ssl->f_send, ssl->f_recv, NULL);
}

static void allow_renegotiation(void *object, ew_transport *t)
{
    (void)t;
    mbedtls_ssl_conf_renegotiation((mbedtls_ssl_config *)ssl_of(object)->conf,
                                   MBEDTLS_SSL_RENEGOTIATION_ENABLED);
}

/* The port's own calls besides its actions: a connection is given up, and taken over again if it can be. */
static void detach_and_adopt(void *object, ew_transport *t)
{
    ew_mbedtls_port.detach(object, 0);
    kept.is_over = ew_mbedtls_port.adopt(object, t) != 0;
}

static void clear_it(void *object, ew_transport *t)
{
    (void)t;
    ew_mbedtls_port.clear(object, 0);
    kept.is_over = true;
}

/* The peer ------------------------------------------------------------------------------------------ */

static bool forges(wire *w)
{
    return wire_peer_sends(w, FORGED);
}

static bool sends_in_parts(wire *w)
{
    bool sent = kept.owes_rest ? peer_sends_rest(w) : peer_sends_part(w);
    kept.owes_rest = kept.owes_rest != sent;
    return sent;
}

static bool has_keys(const void *object, const wire *w)
{
    (void)object;
    return w->start != FRESH && !kept.owes_rest && w->reading == READ_WORKS;
}

static bool has_keys_or_owes(const void *object, const wire *w)
{
    (void)object;
    return w->start != FRESH && w->reading == READ_WORKS;
}

static bool may_ask_anew(const void *object, const wire *w)
{
    return !w->client && has_keys(object, w);
}

static bool owes_nothing(const void *object, const wire *w)
{
    (void)object;
    return !kept.owes_rest && w->reading == READ_WORKS;
}

/* Behind a part of a record nothing but its rest can come. No connection writes before it is open: it begins
 * with the handshake (port_mbedtls.h requires it of the port's write). Nor does one after its transport failed. */
static bool has(const void *object, const wire *w, step s)
{
    (void)w;
    if (s == WRITE) {
        return ssl_of(object)->state == MBEDTLS_SSL_HANDSHAKE_OVER && !port_made->is_refused;
    }
    return !kept.owes_rest || s < PEER_DATA || s > PEER_HELLO_REQUEST;
}

static bool goes_on(const void *object)
{
    (void)object;
    return !kept.is_over;
}

static const struct port_step steps[] = {
    {.in_place_of = SET_0,
     .name = "peer-closes-unprotected",
     .sends = peer_closes_in_the_clear,
     .has = owes_nothing},
    {.in_place_of = SET_1, .name = "peer-forges", .sends = forges, .has = has_keys},
    {.in_place_of = SET_2, .name = "reset", .does = reset},
    {.in_place_of = SET_3, .name = "replace-bio", .does = replace_bio},
    {.in_place_of = SET_7, .name = "peer-asks-anew", .sends = peer_asks_anew, .has = may_ask_anew},
    {.in_place_of = QUIET_ON, .name = "allow-renegotiation", .does = allow_renegotiation},
    {.in_place_of = QUIET_OFF,
     .name = "peer-part-of-a-record",
     .sends = sends_in_parts,
     .has = has_keys_or_owes},
    {.in_place_of = RENEGOTIATE,
     .name = "detach-and-adopt",
     .does = detach_and_adopt,
     .is_action = true},
    {.in_place_of = FREE, .name = "clear", .does = clear_it, .is_action = true},
    {.name = NULL}};

static unsigned long long told(const void *object)
{
    return port_made->taken - (unsigned long long)((const ew_mbedtls *)object)->pending;
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each level of the walk");

const struct port_engine port_engine = {.tls = &tls_mbedtls,
                                        .of = "mbedTLS at the calls of its port",
                                        .on = "the installed mbedTLS",
                                        .steps = steps,
                                        .history = &kept,
                                        .history_size = sizeof kept,
                                        .has = has,
                                        .goes_on = goes_on,
                                        .told = told};
