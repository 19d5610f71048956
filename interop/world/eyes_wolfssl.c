/* wolfSSL: the keys of the traffic. It hands out no secrets, so keys that follow are not known. */
#include "world.h"

#include "side_endwell.h"
#include "port_wolfssl.h"

#include <string.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

static WOLFSSL *session(const world *w)
{
    return ((ew_wolfssl *)((endwell_side *)w->us)->conn.engine)->ssl;
}

static int opened(world *w)
{
    const char *offer = w->tls13 ? "TLS13-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256";
    return wolfSSL_set_cipher_list(session(w), offer) == WOLFSSL_SUCCESS ? 0 : -1;
}

static int keep(direction_seen *seen, const unsigned char *key, const unsigned char *iv)
{
    if (!key || !iv)
        return -1;
    memcpy(seen->key, key, sizeof seen->key);
    memcpy(seen->iv, iv, sizeof seen->iv);
    seen->knows = KNOWS_KEY;
    return 0;
}

static int connected(world *w)
{
    WOLFSSL *ssl = session(w);
    int client = w->server ? FROM_PEER : FROM_US;
    if (wolfSSL_GetKeySize(ssl) != (int)sizeof w->seen[0].key)
        return -1;
    return keep(&w->seen[client], wolfSSL_GetClientWriteKey(ssl), wolfSSL_GetClientWriteIV(ssl)) ||
                   keep(&w->seen[!client], wolfSSL_GetServerWriteKey(ssl),
                        wolfSSL_GetServerWriteIV(ssl))
               ? -1
               : 0;
}

const world_eyes eyes_wolfssl = {.opened = opened, .connected = connected};
