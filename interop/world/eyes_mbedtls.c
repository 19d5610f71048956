/* mbedTLS: the master secret. */
#include "world.h"

#include "side_endwell.h"
#include "port_mbedtls.h"

#include <mbedtls/ssl_ciphersuites.h>

static int context(world *w)
{
    static const int offer[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};
    mbedtls_ssl_conf_ciphersuites(w->context, offer); /* the side's begins with its configuration */
    return 0;
}

static int connected(world *w)
{
    const mbedtls_ssl_context *ssl = ((ew_mbedtls *)((endwell_side *)w->us)->conn.engine)->ssl;
    if (!ssl->session)
        return -1;
    world_master(w, ssl->session->master);
    return 0;
}

const world_eyes eyes_mbedtls = {.context = context, .connected = connected};
