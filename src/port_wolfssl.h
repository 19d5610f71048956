/*
 * Port for wolfSSL 5.5: TLS 1.2 and 1.3.
 *
 * The application makes and configures the object (wolfSSL_new), keeps it, and
 * frees it after ew_conn_close or ew_conn_release. While attached, handshake,
 * data and close go through the connection alone.
 *
 * Attaching replaces the I/O callbacks of the object. It fails with EINVAL, and
 * says why (ew_conn_detail), for DTLS, for an object without a role, and for one
 * whose handshake has begun. Replacing the I/O of an object that is attached
 * (wolfSSL_set_fd, wolfSSL_SetIOReadCtx) ends its connection with reason tls. The
 * handshake fails if it settles on anything older than TLS 1.2.
 *
 * Quiet shutdown set on the context (wolfSSL_CTX_set_quiet_shutdown) before the
 * connection is opened is carried over, once; ew_conn_set_quiet_shutdown counts
 * from then on, but wolfSSL cannot be made to close aloud again: switched off
 * there, a close is an error of reason tls, with a detail. The same is a close of
 * an object that was made quiet by itself (wolfSSL_set_quiet_shutdown), which
 * cannot be seen: tell the connection instead. (wolfSSL has no call to ask: an
 * object of the context's is made at attach, shut down towards nobody, and freed;
 * an info callback of the context hears that alert.)
 *
 * Secure renegotiation and early data must not be enabled: the port cannot see it.
 *
 * wolfSSL has to be built with OPENSSL_EXTRA (--enable-opensslextra), and not
 * without a session cache; the port's compilation says so otherwise. With
 * WOLFSSL_USER_SETTINGS it reads user_settings.h in place of wolfssl/options.h.
 *
 * An object that both sides have closed was reset by wolfSSL: what it says of
 * the connection (version, cipher, certificate) has to be asked before. A client
 * asks ew_conn_session_kept before it saves the session with wolfSSL_get1_session.
 *
 * A function of the application's that makes the object wait (WC_PENDING_E from one
 * that signs, -1 from that of wolfSSL_CTX_set_cert_cb) suspends it with TLS 1.3:
 * EW_ERROR_SUSPENDED. With TLS 1.2 wolfSSL cannot go on from there, unless it was
 * built with WOLFSSL_ASYNC_CRYPT: the handshake fails, and says so (ew_conn_detail).
 *
 * There is no ew_conn_adopt: wolfSSL_has_pending tells of data alone, and a part of a
 * record, in or out, cannot be seen.
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
    int open;    /* the handshake is over */
    int alert;   /* the newest that the object knew before this connection */
} ew_wolfssl;

extern const ew_port ew_wolfssl_port;

/* ssl: a WOLFSSL. */
void ew_wolfssl_init(ew_wolfssl *e, struct WOLFSSL *ssl);

#ifdef __cplusplus
}
#endif
#endif
