/*
 * Port for OpenSSL 3.0: TLS 1.2 and TLS 1.3.
 *
 * The application makes and configures the SSL, sets its role
 * (SSL_set_connect_state, SSL_set_accept_state), keeps it, and frees it after
 * ew_conn_close or ew_conn_release. While attached, handshake, data and close
 * go through the connection alone.
 *
 * Attaching sets on the SSL: the BIOs, the message callback, quiet shutdown off,
 * SSL_MODE_ENABLE_PARTIAL_WRITE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
 * SSL_OP_NO_RENEGOTIATION, SSL_OP_IGNORE_UNEXPECTED_EOF off, records of up to
 * 16384 bytes one at a time, and TLS 1.2 as the oldest version. It fails with
 * EINVAL for DTLS and for an SSL whose handshake has begun.
 */
#ifndef EW_PORT_OPENSSL_H
#define EW_PORT_OPENSSL_H

#include <openssl/ssl.h>

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Caller-owned; the fields are private. */
typedef struct ew_openssl {
    SSL *ssl;
    SSL_CTX *session_ctx; /* whose cache the session is in */
    BIO_METHOD *method;
    ew_transport *transport;
    int alert;   /* last alert received, level << 8 | description; -1: none */
    int pending; /* length of a record that SSL_write has to be repeated for */
} ew_openssl;

extern const ew_port ew_openssl_port;

void ew_openssl_init(ew_openssl *e, SSL *ssl);

#ifdef __cplusplus
}
#endif
#endif
