/*
 * What wolfSSL calls of the transport, which outcome a result of its calls is, and how a call of
 * the port begins. The port of this tree reads it; it is not installed.
 */
#ifndef EW_WOLFSSL_CALL_H
#define EW_WOLFSSL_CALL_H

#include <stdint.h>

#include "port_common.h"
#include "port_wolfssl.h"
#include "wolfssl_setup.h"

/* The transport ------------------------------------------------------------ */

/* What is owed is all that its buffer holds: output that grew ends past it, and is not read. */
static inline int let_out(ew_wolfssl *e, const char *buf, int len)
{
    int n;

    if (e->owed > 0 && len != e->owed) {
        (void)ew_transport_changed(e->transport,
                                   EW_WORDS("wolfSSL made a record behind one not all out"));
        return WOLFSSL_CBIO_ERR_GENERAL;
    }
    n = ew_transport_send(e->transport, buf, (size_t)len);
    e->owed = n > 0 ? len - n : len;
    if (n == EW_TRANSPORT_BLOCKED) {
        return WOLFSSL_CBIO_ERR_WANT_WRITE;
    }
    return n > 0 ? n : WOLFSSL_CBIO_ERR_GENERAL;
}

static inline int let_in(const ew_wolfssl *e, char *buf, int len)
{
    int n;

    if (len <= 0 || (e->transport->met & EW_MET_RECV_BLOCKED) != 0) {
        return WOLFSSL_CBIO_ERR_WANT_READ;
    }
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    if (n == EW_TRANSPORT_BLOCKED) {
        return WOLFSSL_CBIO_ERR_WANT_READ;
    }
    if (n == EW_TRANSPORT_END) {
        return WOLFSSL_CBIO_ERR_CONN_CLOSE;
    }
    return n > 0 ? n : WOLFSSL_CBIO_ERR_GENERAL;
}

/* What wolfSSL calls, and what it knows of it: one line each, with the port's object as void *. */

static inline int io_send(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    return let_out(ctx, buf, len);
}

static inline int io_recv(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    return let_in(ctx, buf, len);
}

static inline int reads_ours(const ew_wolfssl *e)
{
    return wolfSSL_GetIOReadCtx(e->ssl) == e;
}

static inline int writes_ours(const ew_wolfssl *e)
{
    return wolfSSL_GetIOWriteCtx(e->ssl) == e;
}

/* Alerts ------------------------------------------------------------------- */

/* The newest alert that the object received, as level and description; -1: none. */
static inline int newest_alert(WOLFSSL *ssl)
{
    WOLFSSL_ALERT_HISTORY seen;

    if (wolfSSL_get_alert_history(ssl, &seen) != WOLFSSL_SUCCESS || seen.last_rx.code < 0 ||
        seen.last_rx.level < 0) {
        return -1;
    }
    return 256 * (seen.last_rx.level % 256) + seen.last_rx.code % 256;
}

static inline int is_close_notify(int alert)
{
    return alert == 256 * alert_warning + close_notify;
}

/* Outcomes ----------------------------------------------------------------- */

/* The object failed by itself, with this code. */
static inline uint8_t ended(const ew_wolfssl *e, int error, uint8_t is)
{
    e->transport->engine_error = error;
    return is;
}

/* Without WOLFSSL_ASYNC_CRYPT a handshake of TLS 1.2 that is repeated fails, or is wrong. */
static inline uint8_t put_off(const ew_wolfssl *e, int error)
{
    if (wolfSSL_version(e->ssl) >= EW_WOLFSSL_WAITS_FROM) {
        return EW_EVENT_SUSPENDED;
    }
    (void)ew_transport_changed(e->transport, EW_WORDS("this wolfSSL cannot wait in TLS 1.2"));
    return ended(e, error, EW_EVENT_TLS_ERROR);
}

static inline uint8_t outcome(ew_wolfssl *e, int ret)
{
    int error = wolfSSL_get_error(e->ssl, ret);
    uint8_t is;

    switch (error) {
    case WC_PENDING_E:
    case WOLFSSL_ERROR_WANT_X509_LOOKUP: return put_off(e, error);
    case WOLFSSL_ERROR_WANT_READ: is = ew_transport_outcome(e->transport, 0); break;
    case WOLFSSL_ERROR_NONE:
    case WOLFSSL_ERROR_WANT_WRITE:
    case WOLFSSL_ERROR_SYSCALL:
    case SOCKET_ERROR_E:
    case SOCKET_PEER_CLOSED_E: is = ew_transport_outcome(e->transport, 1); break;
    default: is = EW_EVENT_TLS_ERROR; break;
    }
    if (is == EW_EVENT_TLS_ERROR) {
        return ended(e, error, is);
    }
    return is;
}

/*
 * TLS 1.3 knows no warnings but these two; wolfSSL skips whatever calls itself one. Before the
 * handshake is over the version is what was asked for, and TLS 1.2 has more of them.
 */
static inline int is_error_alert(ew_wolfssl *e, int alert)
{
    return e->open != 0 && alert >= 0 && alert != e->alert &&
           wolfSSL_version(e->ssl) >= TLS1_3_VERSION && alert % 256 != close_notify &&
           alert % 256 != user_canceled;
}

static inline uint8_t alerted(const ew_wolfssl *e, int error, int alert)
{
    e->transport->alert = (int16_t)(alert % 256);
    return ended(e, error, EW_EVENT_FATAL_ALERT);
}

/* What may have come of receiving when there is no data. */
static inline uint8_t received(ew_wolfssl *e, int ret)
{
    int error = wolfSSL_get_error(e->ssl, ret);
    int alert = newest_alert(e->ssl);

    if (is_close_notify(alert) && (error == WOLFSSL_ERROR_ZERO_RETURN || error == ALERT_COUNT_E)) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    if ((alert >= 0 && error == FATAL_ERROR) || is_error_alert(e, alert)) {
        return alerted(e, error, alert);
    }
    return outcome(e, ret);
}

/* Beginning ---------------------------------------------------------------- */

static inline void use_transport(ew_wolfssl *e)
{
    wolfSSL_SSLSetIORecv(e->ssl, io_recv);
    wolfSSL_SSLSetIOSend(e->ssl, io_send);
}

/* done, if the transport is still the object's. */
static inline uint8_t begin(ew_wolfssl *e)
{
    ew_transport_begin(e->transport);
    if (!reads_ours(e) || !writes_ours(e)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the I/O was replaced (wolfSSL_set_fd, say)"));
    }
    /* Once both sides have closed wolfSSL resets it by itself, and our alert is made. */
    if (e->open != 0 && e->transport->gate == EW_GATE_OPEN && !wolfSSL_is_init_finished(e->ssl)) {
        return ew_transport_changed(e->transport,
                                    EW_WORDS("the WOLFSSL was cleared while attached"));
    }
    use_transport(e);
    return EW_EVENT_DONE;
}

#endif
