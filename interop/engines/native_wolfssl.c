#define _XOPEN_SOURCE 700
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

#include "bench/native.h"
#include "port_wolfssl.h"

static WOLFSSL *ssl(const native *n)
{
    return ((ew_wolfssl *)n->engine)->ssl;
}

static void attach(native *n)
{
    wolfSSL_set_fd(ssl(n), n->fd);
}

static int handshake(native *n)
{
    return wolfSSL_negotiate(ssl(n)) == WOLFSSL_SUCCESS;
}

/* wolfSSL_shutdown: called again to wait for the peer's. */
static int first(native *n)
{
    return wolfSSL_shutdown(ssl(n)) == WOLFSSL_SHUTDOWN_NOT_DONE;
}

static int second(native *n)
{
    int ret = wolfSSL_shutdown(ssl(n));

    if (ret == WOLFSSL_SUCCESS)
        return 1;
    return wolfSSL_get_error(ssl(n), ret) == WOLFSSL_ERROR_WANT_READ ? -1 : 0;
}

const native_ops native_wolfssl = {
    "wolfSSL", sizeof(ew_wolfssl), NULL, attach, handshake, first, second, NULL};
