/* BearSSL: the master secret. */
#include "world.h"

#include "side_endwell.h"
#include "port_bearssl.h"

static const ew_bearssl *port(const world *w)
{
    return ((endwell_side *)w->us)->conn.engine;
}

static int opened(world *w)
{
    static const uint16_t offer[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
    br_ssl_engine_set_suites(port(w)->engine, offer, 1);
    /* The hello of a client was made when it was reset: it is made again. */
    return w->server || br_ssl_client_reset(port(w)->client, "localhost", 0) ? 0 : -1;
}

static int connected(world *w)
{
    world_master(w, port(w)->engine->session.master_secret);
    return 0;
}

const world_eyes eyes_bearssl = {.opened = opened, .connected = connected};
