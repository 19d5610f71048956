#define _XOPEN_SOURCE 700
#include "tests/support.h"

#include <mbedtls/net_sockets.h>
#include <stdlib.h>

#include "tests/link.h"
#include "bench/native.h"

typedef struct object {
    ew_mbedtls port; /* first: the port's object */
    mbedtls_ssl_context ssl;
} object;

static mbedtls_ssl_context *ssl(const native *n)
{
    return ((ew_mbedtls *)n->engine)->ssl;
}

static void *another(const end *e)
{
    object *o = calloc(1, sizeof *o);

    if (!o)
        return NULL;
    mbedtls_ssl_init(&o->ssl);
    if (mbedtls_ssl_setup(&o->ssl, &e->conf) != 0)
        return NULL;
    ew_mbedtls_init(&o->port, &o->ssl);
    return o;
}

static void attach(native *n)
{
    mbedtls_net_context *net = malloc(sizeof *net);

    assert_non_null(net);
    net->fd = n->fd;
    n->own = net;
    mbedtls_ssl_set_bio(ssl(n), net, mbedtls_net_send, mbedtls_net_recv, NULL);
}

static int handshake(native *n)
{
    return mbedtls_ssl_handshake(ssl(n)) == 0;
}

static int first(native *n)
{
    return mbedtls_ssl_close_notify(ssl(n)) == 0;
}

/* mbedTLS has no call that waits for the peer's but reading. */
static int second(native *n)
{
    unsigned char byte;
    int ret = mbedtls_ssl_read(ssl(n), &byte, 1);

    return ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 1 : ret == MBEDTLS_ERR_SSL_WANT_READ ? -1 : 0;
}

static void leave(native *n)
{
    mbedtls_ssl_set_bio(ssl(n), NULL, NULL, NULL, NULL);
}

const native_ops native_mbedtls = {
    "mbedTLS", sizeof(ew_mbedtls), another, attach, handshake, first, second, leave};
