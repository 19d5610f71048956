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

static inline int ew_openssl_bio_write(BIO *bio, const char *buf, int len)
{
    ew_openssl *e = BIO_get_data(bio);
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

static inline int ew_openssl_bio_read(BIO *bio, char *buf, int len)
{
    ew_openssl *e = BIO_get_data(bio);
    int n;

    if (len <= 0) {
        return 0;
    }
    e->flags |= SSL_get_shutdown(e->ssl);
    n = ew_transport_recv(e->transport, buf, (size_t)len);
    return n < 0 ? ew_openssl_stopped(e, n, BIO_FLAGS_READ) : n;
}

/* libssl asks a dozen times in each close, mostly for what is not here (kTLS). */
static inline long ew_openssl_bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)num;
    (void)ptr;
    if (cmd > BIO_CTRL_FLUSH) {
        return 0;
    }
    if (cmd == BIO_CTRL_EOF) {
        const ew_openssl *e = BIO_get_data(bio);

        return (e->transport->met & EW_MET_END) != 0;
    }
    return cmd == BIO_CTRL_FLUSH;
}

static inline BIO *ew_openssl_new_bio(ew_openssl *e)
{
    BIO *bio;

    e->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "endwell");
    if (e->method == NULL) {
        return NULL;
    }
    BIO_meth_set_write(e->method, ew_openssl_bio_write);
    BIO_meth_set_read(e->method, ew_openssl_bio_read);
    BIO_meth_set_ctrl(e->method, ew_openssl_bio_ctrl);
    bio = BIO_new(e->method);
    if (bio == NULL) {
        BIO_meth_free(e->method);
        return NULL;
    }
    BIO_set_data(bio, e);
    BIO_set_init(bio, 1);
    return bio;
}

#endif
