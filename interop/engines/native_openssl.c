#define _XOPEN_SOURCE 700
#include "tests/support.h"

#include <stdlib.h>

#include "tests/link.h"
#include "bench/native.h"

static SSL *ssl(const native *n)
{
    return ((ew_openssl *)n->engine)->ssl;
}

static void *another(const end *e)
{
    ew_openssl *object = calloc(1, sizeof *object);

    if (object) {
        ew_openssl_init(object, SSL_new(e->ctx));
        SSL_set_connect_state(object->ssl);
    }
    return object;
}

static void attach(native *n)
{
    SSL_set_fd(ssl(n), n->fd);
}

static int handshake(native *n)
{
    return SSL_do_handshake(ssl(n)) == 1;
}

/* SSL_shutdown(3): called again to wait for the peer's. */
static int first(native *n)
{
    return SSL_shutdown(ssl(n)) == 0;
}

static int second(native *n)
{
    int ret = SSL_shutdown(ssl(n));

    return ret == 1 ? 1 : SSL_get_error(ssl(n), ret) == SSL_ERROR_WANT_READ ? -1 : 0;
}

static void leave(native *n)
{
    SSL_set_bio(ssl(n), NULL, NULL);
}

const native_ops native_openssl = {
    "OpenSSL", sizeof(ew_openssl), another, attach, handshake, first, second, leave};
