/*
 * What of wolfSSL has to be built for the port, and what a WOLFSSL has to be for it.
 * The port of this tree reads it; it is not installed.
 */
#ifndef EW_WOLFSSL_SETUP_H
#define EW_WOLFSSL_SETUP_H

#include <stddef.h>
#include <stdint.h>

#ifdef WOLFSSL_USER_SETTINGS
#include <wolfssl/wolfcrypt/settings.h>
#else
#include <wolfssl/options.h>
#endif

#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>

/* wolfSSL's header declares what was not built as well: here, and not when a program is linked. */
#ifdef WOLFCRYPT_ONLY
#error "the wolfSSL port needs TLS: without WOLFCRYPT_ONLY (--disable-cryptonly)"
#endif
#ifndef OPENSSL_EXTRA
#error                                                                                             \
    "the wolfSSL port needs OPENSSL_EXTRA (--enable-opensslextra): wolfSSL_clear, wolfSSL_get_state, wolfSSL_SSL_CTX_remove_session"
#endif
#ifdef NO_SESSION_CACHE
#error "the wolfSSL port needs sessions: without NO_SESSION_CACHE (wolfSSL_get_session)"
#endif
#if defined(WOLFSSL_NO_TLS12) && !defined(WOLFSSL_TLS13)
#error "the wolfSSL port needs TLS 1.2, or WOLFSSL_TLS13 (--enable-tls13)"
#endif

/* The oldest version in which a function can make it wait: any, if it was built for that. */
#ifdef WOLFSSL_ASYNC_CRYPT
enum { EW_WOLFSSL_WAITS_FROM = 0 };
#else
enum { EW_WOLFSSL_WAITS_FROM = TLS1_3_VERSION };
#endif

/* What is wrong with an object, in words; NULL: nothing. */
static inline const char *ew_wolfssl_unfit(WOLFSSL *ssl)
{
    int side;

    if (ssl == NULL) {
        return EW_WORDS("there is no WOLFSSL");
    }
    if (wolfSSL_dtls(ssl)) {
        return EW_WORDS("the WOLFSSL is for DTLS");
    }
    side = wolfSSL_GetSide(ssl);
    if (side != WOLFSSL_CLIENT_END && side != WOLFSSL_SERVER_END) {
        return EW_WORDS(
            "the WOLFSSL has no role (wolfSSL_set_connect_state, wolfSSL_set_accept_state)");
    }
    return wolfSSL_get_state(ssl) != 0 ? EW_WORDS("the handshake of the WOLFSSL has begun") : NULL;
}

/* Takes it, and it goes nowhere. */
static inline int ew_wolfssl_drop(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    (void)buf;
    (void)ctx;
    return len;
}

/*
 * Whether the context's objects are quiet, which only a close tells: of an object of its own, that
 * reaches nobody but the context's info callback. Not seen if there is no memory for one; then a
 * close that should be quiet fails.
 */
static inline uint8_t ew_wolfssl_is_quiet(WOLFSSL_CTX *ctx)
{
    WOLFSSL *probe = wolfSSL_new(ctx);
    int quiet;

    if (probe == NULL) {
        return 0;
    }
    wolfSSL_SSLSetIOSend(probe, ew_wolfssl_drop);
    quiet = wolfSSL_shutdown(probe);
    wolfSSL_free(probe);
    return (quiet == WOLFSSL_SUCCESS) ? 1u : 0u;
}

#endif
