/*
 * Port for wolfSSL 5.5: TLS 1.2 and 1.3.
 *
 * The application makes and configures the object (wolfSSL_new), keeps it, and
 * frees it after ew_conn_close or ew_conn_release. While attached, handshake,
 * data and close go through the connection alone.
 *
 * Attaching makes TLS 1.2 the oldest version and replaces the I/O callbacks of
 * the object. It fails with EINVAL for DTLS and for an object whose handshake has
 * begun. Secure renegotiation, early data, post-handshake authentication and
 * wolfSSL's own quiet shutdown must not be enabled: the port cannot see it.
 *
 * An object that both sides have closed was reset by wolfSSL: what it says of
 * the connection (version, cipher, certificate) has to be asked before. A client
 * asks ew_conn_session_kept before it saves the session with wolfSSL_get1_session.
 *
 * wolfSSL's headers and OpenSSL's cannot be read together; this one needs neither.
 */
#ifndef EW_PORT_WOLFSSL_H
#define EW_PORT_WOLFSSL_H

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

struct WOLFSSL;

/* Caller-owned; the fields are private. */
typedef struct ew_wolfssl {
    struct WOLFSSL *ssl;
    ew_transport *transport;
    int owed;    /* bytes in the engine's output buffer that are not all out */
    int pending; /* bytes of application data in a record that is not all out */
    int alert;   /* the newest that the object knew before this connection */
} ew_wolfssl;

extern const ew_port ew_wolfssl_port;

/* ssl: a WOLFSSL. */
void ew_wolfssl_init(ew_wolfssl *e, struct WOLFSSL *ssl);

#ifdef __cplusplus
}
#endif
#endif
