#define _XOPEN_SOURCE 700
#include "bench/native.h"
#include "port_gnutls.h"

static gnutls_session_t session(const native *n)
{
    return ((ew_gnutls *)n->engine)->session;
}

static void attach(native *n)
{
    gnutls_transport_set_int(session(n), n->fd);
}

static int handshake(native *n)
{
    return gnutls_handshake(session(n)) == 0;
}

/* gnutls_bye for both directions sends, finds nothing to read yet, and is called again. */
static int first(native *n)
{
    return gnutls_bye(session(n), GNUTLS_SHUT_RDWR) == GNUTLS_E_AGAIN;
}

static int second(native *n)
{
    int ret = gnutls_bye(session(n), GNUTLS_SHUT_RDWR);

    return ret == 0 ? 1 : ret == GNUTLS_E_AGAIN ? -1 : 0;
}

const native_ops native_gnutls = {
    "GnuTLS", sizeof(ew_gnutls), NULL, attach, handshake, first, second, NULL};
