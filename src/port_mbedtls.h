/*
 * Port for mbedTLS 2.28: TLS 1.2; and for 3.x, from 3.3 on: TLS 1.2, and TLS 1.3
 * where it is built with that.
 *
 * The application makes and configures the context (mbedtls_ssl_setup), keeps
 * it, and frees it after ew_conn_close or ew_conn_release. While attached,
 * handshake, data and close go through the connection alone. For TLS 1.3 it has
 * called psa_crypto_init.
 *
 * Attaching fails with EINVAL, and says why (ew_conn_detail), unless the
 * configuration says: stream transport, TLS 1.2 as the oldest version
 * (mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3,
 * MBEDTLS_SSL_MINOR_VERSION_3), the default of 3.x), and renegotiation and early
 * data disabled (the defaults). Changing one of these, or the I/O callbacks, while
 * attached ends the connection with reason tls; a limit of the records may change.
 *
 * A context of 2.28 that was brought through its handshake elsewhere can be adopted
 * (ew_conn_adopt), if its configuration says the same and nothing is under way: no
 * data that was not read, no part of a record, no record that is not all out, and
 * the last record that it sent is no alert, as which alone it shows a close_notify.
 * What I/O callbacks of the application's hold cannot be seen: it has to be nothing.
 * Contexts of 3.x cannot be adopted: their fields were not shown to tell all of that.
 *
 * MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS and MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS are
 * class suspended: the same call again, once the key or the operation has gone on.
 * The codes of ew_conn_engine_error are those that mbedTLS's functions return.
 *
 * A client asks ew_conn_session_kept before it saves the session with
 * mbedtls_ssl_get_session: mbedTLS keeps no cache of its own on that side.
 * Nothing calls a server's tickets back.
 */
#ifndef EW_PORT_MBEDTLS_H
#define EW_PORT_MBEDTLS_H

#include <mbedtls/ssl.h>

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Caller-owned; the fields are private. */
typedef struct ew_mbedtls {
    mbedtls_ssl_context *ssl;
    ew_transport *transport;
    int pending; /* bytes of application data in a record that is not all out */
    int open;    /* the handshake is over */
} ew_mbedtls;

extern const ew_port ew_mbedtls_port;

void ew_mbedtls_init(ew_mbedtls *e, mbedtls_ssl_context *ssl);

#ifdef __cplusplus
}
#endif
#endif
