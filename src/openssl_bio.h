/*
 * The BIO between an SSL and the transport, and what it notes for the port. The port of this tree
 * reads it; it is not installed.
 */
#ifndef EW_OPENSSL_BIO_H
#define EW_OPENSSL_BIO_H

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "port_openssl.h"

/* The transport can do nothing now, or never: what the BIO says. */
static inline int ew_openssl_stopped(ew_openssl *e, int result, int flag)
{
    if (result == EW_TRANSPORT_BLOCKED) {
        e->blocked = 1;
        BIO_set_flags(e->bio, flag | BIO_FLAGS_SHOULD_RETRY);
    }
    return -1;
}

static inline int ew_openssl_let_out(ew_openssl *e, const char *buf, int len)
{
    int n;

    if (len <= 0) {
        return 0;
    }
    if (e->fresh) {
        e->fresh = SSL_in_init(e->ssl) != 0; /* an answer of libssl's goes before the record */
    } else if (e->pending > 0 && len > e->rest) {
        e->surplus = 1;
        return -1;
    }
    e->rest = len;
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_send(e->transport, buf, (size_t)len);
    if (n <= 0) {
        return ew_openssl_stopped(e, n, BIO_FLAGS_WRITE);
    }
    e->rest -= n;
    return n;
}

static inline int ew_openssl_let_in(ew_openssl *e, char *buf, int len)
{
    int n;

    if (len <= 0) {
        return 0;
    }
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    return n < 0 ? ew_openssl_stopped(e, n, BIO_FLAGS_READ) : n;
}

/* libssl asks a dozen times in each close, mostly for what is not here (kTLS): there is no e then. */
static inline long ew_openssl_answer(const ew_openssl *e, int cmd)
{
    if (cmd > BIO_CTRL_FLUSH) {
        return 0;
    }
    if (cmd == BIO_CTRL_EOF) {
        return (e->transport->met & EW_MET_END) != 0;
    }
    return cmd == BIO_CTRL_FLUSH;
}

#endif
