/*
 * What an SSL has to be for the port to take it, what is set on it, and what of
 * that can be read back. The port of this tree reads it; it is not installed.
 */
#ifndef EW_OPENSSL_SETUP_H
#define EW_OPENSSL_SETUP_H

#include <stddef.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "openssl_call.h"

enum { EW_OPENSSL_QUIC = 1 }; /* what SSL_version says of QUIC, from 3.2 on */

/* SSL_shutdown before a handshake does nothing but say why: it is too early, or there is no role. */
static inline int ew_openssl_has_role(SSL *ssl)
{
    int reason;

    ERR_set_mark();
    (void)SSL_shutdown(ssl);
    reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_pop_to_mark();
    return reason != SSL_R_UNINITIALIZED;
}

static inline int ew_openssl_holds_bytes(BIO *bio)
{
    return bio != NULL && (BIO_ctrl_pending(bio) > 0 || BIO_ctrl_wpending(bio) > 0);
}

/* What no port can be given; NULL: nothing wrong. */
static inline const char *ew_openssl_alien(SSL *ssl)
{
    if (OpenSSL_version_num() >> 28 != 3) {
        return EW_WORDS("the libssl that was loaded is not OpenSSL 3");
    }
    if (ssl == NULL) {
        return EW_WORDS("the SSL is NULL");
    }
    return SSL_version(ssl) == EW_OPENSSL_QUIC || SSL_is_dtls(ssl)
               ? EW_WORDS("the SSL is for DTLS or QUIC")
               : NULL;
}

static inline const char *ew_openssl_bio_holds(SSL *ssl)
{
    return ew_openssl_holds_bytes(SSL_get_rbio(ssl)) || ew_openssl_holds_bytes(SSL_get_wbio(ssl))
               ? EW_WORDS("a BIO of the SSL still holds bytes")
               : NULL;
}

/* Why it cannot be taken before its handshake; NULL: it can. */
static inline const char *ew_openssl_unfit(SSL *ssl)
{
    const char *why = ew_openssl_alien(ssl);
    int newest;

    if (why != NULL) {
        return why;
    }
    if (!SSL_in_before(ssl)) {
        return EW_WORDS("the handshake of the SSL has begun");
    }
    if (!ew_openssl_has_role(ssl)) {
        return EW_WORDS(
            "the SSL has no role: SSL_set_connect_state or SSL_set_accept_state gives it one");
    }
    newest = (int)SSL_get_max_proto_version(ssl);
    if (SSL_version(ssl) < TLS1_2_VERSION || (newest != 0 && newest < TLS1_2_VERSION)) {
        return EW_WORDS("the SSL allows no version from TLS 1.2 on");
    }
    return ew_openssl_bio_holds(ssl);
}

/*
 * The same after it [K-29]. What SSL_has_pending does not tell of is a record of which no more than
 * the header is in: that the state of the reading does. A record that is not all out nothing tells
 * of, but the buffers cannot be freed then; they are made anew, as long as is wanted.
 */
static inline const char *ew_openssl_unsettled(SSL *ssl)
{
    const char *why = ew_openssl_alien(ssl);

    if (why != NULL) {
        return why;
    }
    if (SSL_waiting_for_async(ssl)) {
        return EW_WORDS("a job of the SSL is paused");
    }
    if (!SSL_is_init_finished(ssl) || SSL_renegotiate_pending(ssl)) {
        return EW_WORDS("the handshake of the SSL, or a message after it, is not done");
    }
    if (SSL_get_shutdown(ssl) != 0) {
        return EW_WORDS("the SSL has sent or received a close_notify");
    }
    if (SSL_version(ssl) < TLS1_2_VERSION) {
        return EW_WORDS("the version is older than TLS 1.2");
    }
    if (BIO_get_ktls_send(SSL_get_wbio(ssl)) || BIO_get_ktls_recv(SSL_get_rbio(ssl))) {
        return EW_WORDS("the kernel makes the records (kTLS)");
    }
    if (SSL_has_pending(ssl) || strcmp(SSL_rstate_string(ssl), "RH") != 0) {
        return EW_WORDS("the SSL holds data, or a part of a record that is coming in");
    }
    if (!SSL_free_buffers(ssl)) {
        return EW_WORDS("the SSL holds a part of a record that is going out");
    }
    return ew_openssl_bio_holds(ssl);
}

/*
 * The descriptor is the connection's: no BIO may close it. One without a
 * descriptor may well say 0 or 1 when it is asked for its own.
 */
static inline void ew_openssl_disown(BIO *bio, int fd)
{
    for (; bio != NULL; bio = BIO_next(bio)) {
        int can_be_asked = fd > 1 || (BIO_method_type(bio) & BIO_TYPE_DESCRIPTOR) != 0;

        if (can_be_asked && BIO_get_fd(bio, NULL) == fd) {
            (void)BIO_set_close(bio, BIO_NOCLOSE);
        }
    }
}

static inline void ew_openssl_configure(SSL *ssl)
{
    SSL_set_quiet_shutdown(ssl, 0);
    SSL_set_read_ahead(ssl, 0);
    SSL_set_mode(ssl, EW_OPENSSL_MODES);
    SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    SSL_clear_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (SSL_get_min_proto_version(ssl) < TLS1_2_VERSION) {
        SSL_set_min_proto_version(ssl, TLS1_2_VERSION);
    }
}

#endif
