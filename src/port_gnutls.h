/*
 * Port for GnuTLS 3.7: TLS 1.2 and 1.3.
 *
 * The application makes and configures the session (gnutls_init, priorities,
 * credentials), keeps it, and frees it after ew_conn_close or ew_conn_release.
 * While attached, handshake, data, key updates and close go through the
 * connection alone; GnuTLS sends a key update at once, so there is none of the
 * application's own.
 *
 * Attaching fails with EINVAL, and says why (ew_conn_detail), for DTLS and for a
 * session whose handshake is over; the handshake fails if it settles on anything
 * older than TLS 1.2, or was not waited for (GNUTLS_ENABLE_FALSE_START,
 * GNUTLS_ENABLE_EARLY_START). GnuTLS does not tell how a session was made:
 * GNUTLS_AUTO_REAUTH must not be given to gnutls_init. Replacing the I/O pointers
 * of a session that is attached ends its connection with reason tls, as does data
 * that was corked.
 *
 * GnuTLS cannot start a session over: ew_conn_clear asks the application for
 * another one, and fails without ew_gnutls_set_renew.
 *
 * A client asks ew_conn_session_kept before it saves the session with
 * gnutls_session_get_data2 (with TLS 1.3 only if GNUTLS_SFLAGS_SESSION_TICKET is
 * among the session's flags: it would wait for a ticket).
 *
 * A function of the application's that puts the handshake off (GNUTLS_E_AGAIN or
 * GNUTLS_E_INTERRUPTED from that of gnutls_handshake_set_post_client_hello_function
 * or gnutls_session_set_verify_function) suspends it: EW_ERROR_SUSPENDED. The
 * second is asked once more at once, since GnuTLS says the same for a message of
 * which a part came; so is the first, after a HelloRetryRequest.
 *
 * ew_conn_peek shows EW_GNUTLS_PEEK_MAX bytes of a record at most. There is no
 * ew_conn_adopt: GnuTLS does not tell whether it holds a part of a record.
 */
#ifndef EW_PORT_GNUTLS_H
#define EW_PORT_GNUTLS_H

#include <gnutls/gnutls.h>

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Above the longest data record and the key update that may go before it: what the socket does not
 * take waits here, for a GnuTLS that saw it block would send data twice once a KeyUpdate is read. That
 * is the price of 17 KB for each ew_gnutls.
 */
#define EW_GNUTLS_OUT_MAX (EW_RECORD_MAX + 1024)

/* Of data that the session holds, as much can be looked at. */
#define EW_GNUTLS_PEEK_MAX 1024

/* Another session, set up as the first; NULL on failure. The old one is not used any more. */
typedef gnutls_session_t (*ew_gnutls_renew)(void *owner);

/* Caller-owned; the fields are private. */
typedef struct ew_gnutls {
    gnutls_session_t session;
    ew_transport *transport;
    ew_gnutls_renew renew;
    void *owner;
    int open;    /* the handshake is over */
    int pending; /* bytes of application data in a record that is not all out */
    int waits;   /* in a handshake: GnuTLS was told that there is nothing to pull */
    int in_at;   /* of `in`, what was not taken yet; the session holds what follows */
    int in_len;
    size_t out_at; /* what the socket did not take yet */
    size_t out_len;
    char out[EW_GNUTLS_OUT_MAX];
    char in[EW_GNUTLS_PEEK_MAX];
} ew_gnutls;

extern const ew_port ew_gnutls_port;

void ew_gnutls_init(ew_gnutls *e, gnutls_session_t session);

/* For ew_conn_clear: where another session comes from. */
void ew_gnutls_set_renew(ew_gnutls *e, ew_gnutls_renew renew, void *owner);

#ifdef __cplusplus
}
#endif
#endif
