/*
 * mbedTLS where the tests use it: what 2.28 and 3.x spell differently, and what a peer that
 * misbehaves needs of its inside.
 */
#ifndef EW_TESTS_MBEDTLS_VERSIONS_H
#define EW_TESTS_MBEDTLS_VERSIONS_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/version.h>
#include <string.h>

#if MBEDTLS_VERSION_MAJOR == 2
#include <mbedtls/ssl_internal.h>
#define MBEDTLS_PRIVATE(member) member
#else
#include <psa/crypto.h>
/* Of library/ssl_misc.h, which is not installed. */
int mbedtls_ssl_write_record(mbedtls_ssl_context *ssl, int force_flush);
int mbedtls_ssl_send_alert_message(mbedtls_ssl_context *ssl, unsigned char level,
                                   unsigned char message);
#endif

/* Before 3.6.1 a client with TLS 1.3 verifies whatever it is told, and nothing is trusted here. */
#if MBEDTLS_VERSION_NUMBER >= 0x03060100 && defined(MBEDTLS_SSL_PROTO_TLS1_3)
#define MBEDTLS_HAS_TLS13 1
#else
#define MBEDTLS_HAS_TLS13 0
#endif

/* 0, or an error of mbedTLS. */
static inline int mbedtls_read_key(mbedtls_pk_context *key, const char *path,
                                   mbedtls_ctr_drbg_context *random)
{
#if MBEDTLS_VERSION_MAJOR == 2
    (void)random;
    return mbedtls_pk_parse_keyfile(key, path, NULL);
#else
    return mbedtls_pk_parse_keyfile(key, path, NULL, mbedtls_ctr_drbg_random, random);
#endif
}

/* The default of 2.28 begins with P-521: under valgrind half the time of all tests. */
static inline void mbedtls_use_p256(mbedtls_ssl_config *conf)
{
#if MBEDTLS_VERSION_MAJOR == 2
    static const mbedtls_ecp_group_id curves[] = {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_NONE};

    mbedtls_ssl_conf_curves(conf, curves);
#else
    (void)conf;
#endif
}

/* The only version that it speaks; TLS 1.3 only where MBEDTLS_HAS_TLS13. 0, or an error. */
static inline int mbedtls_set_version(mbedtls_ssl_config *conf, int tls13)
{
#if MBEDTLS_VERSION_MAJOR == 2
    mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    return tls13 ? MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE : 0;
#else
    mbedtls_ssl_protocol_version version =
        tls13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;

    mbedtls_ssl_conf_min_tls_version(conf, version);
    mbedtls_ssl_conf_max_tls_version(conf, version);
    return tls13 ? (int)psa_crypto_init() : 0;
#endif
}

/* Up to 3.6.0 a client hears of every ticket of TLS 1.3, later it has to ask for that. */
static inline void mbedtls_hear_of_tickets(mbedtls_ssl_config *conf, int on)
{
#if defined(MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED)
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(conf, on);
#else
    (void)conf;
    (void)on;
#endif
}

/* As a server looks a session up: by its identifier, and it has to have the cipher suite. */
static inline int mbedtls_is_cached(mbedtls_ssl_cache_context *cache,
                                    const mbedtls_ssl_session *session)
{
    mbedtls_ssl_session found;
    int is;

    mbedtls_ssl_session_init(&found);
#if MBEDTLS_VERSION_MAJOR == 2
    found.id_len = session->id_len;
    memcpy(found.id, session->id, found.id_len);
    is = mbedtls_ssl_cache_get(cache, &found) == 0;
#else
    is = mbedtls_ssl_cache_get(cache, session->MBEDTLS_PRIVATE(id),
                               session->MBEDTLS_PRIVATE(id_len), &found) == 0;
#endif
    is = is && found.MBEDTLS_PRIVATE(ciphersuite) == session->MBEDTLS_PRIVATE(ciphersuite);
    mbedtls_ssl_session_free(&found);
    return is;
}

#endif
