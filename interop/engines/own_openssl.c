/* What an application does to OpenSSL without a port: its own calls, and verdicts that come later. */
#include "engines/engine.h"
#include "port_openssl.h"

#include <errno.h>
#include <sys/socket.h>

void own_openssl_pauses(void *object, int times);
extern const tls_own own_openssl;

static int left; /* pauses; there is one connection in a process */

static SSL *ssl_of(void *object)
{
    return ((ew_openssl *)object)->ssl;
}

/* A server that looks for its certificate, a client that leaves a verdict for later. */
static int finds_certificate(SSL *ssl, void *object)
{
    (void)ssl, (void)object;
    return left-- > 0 ? -1 : 1;
}

static int judges(X509_STORE_CTX *store, void *object)
{
    (void)object;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (left-- > 0)
        SSL_set_retry_verify(ssl);
    return 1;
}

void own_openssl_pauses(void *object, int times)
{
    SSL *ssl = ssl_of(object);
    left = times;
    if (SSL_is_server(ssl)) {
        SSL_set_cert_cb(ssl, finds_certificate, NULL);
    } else {
        SSL_CTX_set_cert_verify_callback(SSL_get_SSL_CTX(ssl), judges, NULL);
        SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    }
}

/* Its own calls, over a BIO that sends and receives. */
static int moved(BIO *bio, ssize_t n)
{
    BIO_clear_retry_flags(bio);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    return (int)n;
}

static int bio_sends(BIO *bio, const char *bytes, int len)
{
    return moved(bio, send(*(int *)BIO_get_data(bio), bytes, (size_t)len, MSG_NOSIGNAL));
}

static int bio_receives(BIO *bio, char *bytes, int len)
{
    return moved(bio, recv(*(int *)BIO_get_data(bio), bytes, (size_t)len, 0));
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int begin(void *object, int fd)
{
    static int descriptor;
    static BIO_METHOD *method;
    if (!method)
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "kit");
    BIO *bio = method && BIO_meth_set_write(method, bio_sends) &&
                       BIO_meth_set_read(method, bio_receives) &&
                       BIO_meth_set_ctrl(method, bio_control)
                   ? BIO_new(method)
                   : NULL;
    if (!bio)
        return -1;
    descriptor = fd;
    BIO_set_data(bio, &descriptor);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_of(object), bio, bio);
    return 0;
}

static int came_of(void *object, int ret)
{
    int error = SSL_get_error(ssl_of(object), ret);
    return ret > 0 ? 1 : error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static int handshake(void *object)
{
    return came_of(object, SSL_do_handshake(ssl_of(object)));
}

static int look(void *object)
{
    char byte;
    return came_of(object, SSL_peek(ssl_of(object), &byte, 1));
}

static int writes(void *object, const void *buf, int len)
{
    return came_of(object, SSL_write(ssl_of(object), buf, len));
}

static int closes(void *object)
{
    return SSL_shutdown(ssl_of(object)) >= 0 ? 1 : -1;
}

const tls_own own_openssl = {begin, handshake, look, writes, closes};
