/*
 * What mbedTLS calls of the transport, which outcome a result of its calls is, and how a call of
 * the port begins. The port of this tree reads it; it is not installed.
 */
#ifndef EW_MBEDTLS_CALL_H
#define EW_MBEDTLS_CALL_H

#include <stdint.h>

#include <mbedtls/net_sockets.h>

#include "mbedtls_setup.h"
#include "port_common.h"
#include "port_mbedtls.h"

/* The transport ------------------------------------------------------------ */

static inline int let_out(ew_transport *t, const char *buf, size_t len)
{
    int n = ew_transport_send(t, buf, len);

    if (n == EW_TRANSPORT_BLOCKED) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    return n > 0 ? n : MBEDTLS_ERR_NET_SEND_FAILED;
}

static inline int let_in(ew_transport *t, char *buf, size_t len)
{
    int n = ew_transport_recv(t, buf, len);

    if (n == EW_TRANSPORT_BLOCKED) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    return n >= 0 ? n : MBEDTLS_ERR_NET_RECV_FAILED;
}

/* What mbedTLS calls, and what it knows of it: one line each, with the transport as void *. */

static inline int bio_send(void *ctx, const unsigned char *buf, size_t len)
{
    return let_out(ctx, (const void *)buf, len);
}

static inline int bio_recv(void *ctx, unsigned char *buf, size_t len)
{
    return let_in(ctx, (void *)buf, len);
}

static inline void set_bio(mbedtls_ssl_context *ssl, ew_transport *t)
{
    mbedtls_ssl_set_bio(ssl, t, bio_send, bio_recv, NULL);
}

static inline int has_bio(const mbedtls_ssl_context *ssl, const ew_transport *t)
{
    return ssl->MBEDTLS_PRIVATE(p_bio) == t;
}

/* Outcomes ----------------------------------------------------------------- */

/* A failure leaves its code for the application to ask for; what waits for a key is none. */
static inline uint8_t rare_outcome(const ew_mbedtls *e, int ret)
{
    if (ret == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS || ret == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS) {
        return EW_EVENT_SUSPENDED;
    }
    e->transport->engine_error = ret;
    if (ret != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
        return EW_EVENT_TLS_ERROR;
    }
    e->transport->alert = e->ssl->MBEDTLS_PRIVATE(in_msg)[1];
    return EW_EVENT_FATAL_ALERT;
}

static inline uint8_t outcome(const ew_mbedtls *e, int ret)
{
    uint8_t result;

    switch (ret) {
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_NET_RECV_FAILED:
    case MBEDTLS_ERR_NET_SEND_FAILED: result = ew_transport_outcome(e->transport, 0); break;
    case MBEDTLS_ERR_SSL_WANT_WRITE: result = ew_transport_outcome(e->transport, 1); break;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: result = EW_EVENT_CLOSE_NOTIFY; break;
    default: result = rare_outcome(e, ret); break;
    }
    return result;
}

/* Beginning ---------------------------------------------------------------- */

/*
 * done, if what attach saw to is as it was. A configuration may be changed while its contexts are
 * in use: with renegotiation on, say, each call may begin a handshake.
 */
static inline uint8_t begin(ew_mbedtls *e)
{
    const mbedtls_ssl_context *ssl = e->ssl;
    const char *why = ew_mbedtls_unfit(ssl->MBEDTLS_PRIVATE(conf));

    ew_transport_begin(e->transport);
    if (!has_bio(ssl, e->transport) || ssl->MBEDTLS_PRIVATE(f_send) != bio_send ||
        ssl->MBEDTLS_PRIVATE(f_recv) != bio_recv) {
        why = EW_WORDS("the I/O callbacks were replaced (mbedtls_ssl_set_bio)");
    }
    if (e->open != 0 && ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HELLO_REQUEST) {
        why = EW_WORDS("the context was reset while attached"); /* it would begin a handshake */
    }
    return why == NULL ? EW_EVENT_DONE : ew_transport_changed(e->transport, why);
}

#endif
