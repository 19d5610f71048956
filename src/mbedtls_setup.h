/*
 * What a context of mbedTLS has to be for the port to take it, fresh or open, and what its versions
 * spell differently. The port of this tree reads it; it is not installed.
 */
#ifndef EW_MBEDTLS_SETUP_H
#define EW_MBEDTLS_SETUP_H

#include <stddef.h>

#include "port_mbedtls.h"

#include <mbedtls/version.h>

/* What differs between 2.28 and 3.x ----------------------------------------- */

#if MBEDTLS_VERSION_MAJOR == 2

#define MBEDTLS_PRIVATE(member)                     member
#define MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET 0 /* it never is */

static inline int ew_mbedtls_wants_tls12(const mbedtls_ssl_config *conf)
{
    return conf->min_minor_ver >= MBEDTLS_SSL_MINOR_VERSION_3;
}

static inline int ew_mbedtls_is_tls13(const mbedtls_ssl_context *ssl)
{
    (void)ssl;
    return 0;
}

static inline void ew_mbedtls_store(const mbedtls_ssl_config *conf, mbedtls_ssl_session *session)
{
    conf->f_set_cache(conf->p_cache, session);
}

#else /* 3.3 and later; for what is MBEDTLS_PRIVATE it has no call */

static inline int ew_mbedtls_wants_tls12(const mbedtls_ssl_config *conf)
{
    return conf->MBEDTLS_PRIVATE(min_tls_version) >= MBEDTLS_SSL_VERSION_TLS1_2;
}

static inline int ew_mbedtls_is_tls13(const mbedtls_ssl_context *ssl)
{
    return mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* A cache keeps sessions in their serialized form, which there is of a version only. */
static inline void ew_mbedtls_store(const mbedtls_ssl_config *conf, mbedtls_ssl_session *session)
{
    session->MBEDTLS_PRIVATE(tls_version) = MBEDTLS_SSL_VERSION_TLS1_2;
    conf->MBEDTLS_PRIVATE(f_set_cache)(conf->MBEDTLS_PRIVATE(p_cache), session->MBEDTLS_PRIVATE(id),
                                       session->MBEDTLS_PRIVATE(id_len), session);
}

#endif

/* What is wrong with a configuration, in words; NULL: nothing. */
static inline const char *ew_mbedtls_unfit(const mbedtls_ssl_config *conf)
{
    if (conf == NULL) {
        return EW_WORDS("the context has no configuration (mbedtls_ssl_setup)");
    }
    if (conf->MBEDTLS_PRIVATE(transport) != MBEDTLS_SSL_TRANSPORT_STREAM) {
        return EW_WORDS("the configuration is for DTLS");
    }
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    if (conf->MBEDTLS_PRIVATE(disable_renegotiation) != MBEDTLS_SSL_RENEGOTIATION_DISABLED) {
        return EW_WORDS("renegotiation is enabled (mbedtls_ssl_conf_renegotiation)");
    }
#endif
#if defined(MBEDTLS_SSL_EARLY_DATA)
    if (conf->MBEDTLS_PRIVATE(early_data_enabled) != MBEDTLS_SSL_EARLY_DATA_DISABLED) {
        return EW_WORDS("early data is enabled (mbedtls_ssl_conf_early_data)");
    }
#endif
    return ew_mbedtls_wants_tls12(conf)
               ? NULL
               : EW_WORDS("versions before TLS 1.2 are enabled (mbedtls_ssl_conf_min_version)");
}

/* For attach: what is wrong with a context that has to begin. */
static inline const char *ew_mbedtls_not_ready(const mbedtls_ssl_context *ssl)
{
    const char *why;

    if (ssl == NULL) {
        return EW_WORDS("there is no context");
    }
    why = ew_mbedtls_unfit(ssl->MBEDTLS_PRIVATE(conf));
    if (why == NULL && ssl->MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HELLO_REQUEST) {
        why = EW_WORDS("the handshake of the context has begun");
    }
    return why;
}

/*
 * Adopting: 2.28 alone. Of 3.x it is not known that nothing but these fields holds input, or what
 * else says that a close_notify was sent.
 */
#define EW_MBEDTLS_SHOWS_ALL (MBEDTLS_VERSION_MAJOR == 2)

#if EW_MBEDTLS_SHOWS_ALL

/*
 * A close_notify leaves no other trace than the last record of its direction: of one that came in
 * the text is still there, one that went out is sealed in its place, and so any alert counts. What
 * else sends one, a refusal of another handshake, is rare; and nothing may follow a close_notify.
 */
static inline const char *ew_mbedtls_ended(const mbedtls_ssl_context *ssl)
{
    if (ssl->out_msgtype == MBEDTLS_SSL_MSG_ALERT) {
        return EW_WORDS(
            "the last record that the context sent is an alert: a close_notify, it may be");
    }
    if (ssl->in_msgtype == MBEDTLS_SSL_MSG_ALERT &&
        (ssl->in_msg[0] != MBEDTLS_SSL_ALERT_LEVEL_WARNING ||
         ssl->in_msg[1] == MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY)) {
        return EW_WORDS("the context has received a close_notify, or a fatal alert");
    }
    return NULL;
}

/* It asks the socket for no byte beyond a header, and beyond a record: what it has is counted. */
static inline const char *ew_mbedtls_holds(const mbedtls_ssl_context *ssl)
{
    if (mbedtls_ssl_get_bytes_avail(ssl) != 0) {
        return EW_WORDS("the context holds data that was not read (mbedtls_ssl_get_bytes_avail)");
    }
    if (ssl->in_left != 0 || mbedtls_ssl_check_pending(ssl) != 0) {
        return EW_WORDS("the context holds a part of a record that is coming in");
    }
    if (ssl->out_left != 0) {
        return EW_WORDS("the context holds a record that is not all out");
    }
    return NULL;
}

/* For adopt: what is wrong with a context that has to be open, and to hold nothing. */
static inline const char *ew_mbedtls_not_open(const mbedtls_ssl_context *ssl)
{
    const char *why;

    if (ssl == NULL) {
        return EW_WORDS("there is no context");
    }
    why = ew_mbedtls_unfit(ssl->conf);
    if (why == NULL && ssl->state != MBEDTLS_SSL_HANDSHAKE_OVER) {
        why = EW_WORDS("the handshake of the context is not done");
    }
    if (why == NULL && ssl->minor_ver < MBEDTLS_SSL_MINOR_VERSION_3) {
        why = EW_WORDS("the context speaks a version before TLS 1.2");
    }
    if (why == NULL) {
        why = ew_mbedtls_ended(ssl);
    }
    return why == NULL ? ew_mbedtls_holds(ssl) : why;
}

#endif

#endif
