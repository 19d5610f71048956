/* What an application does to mbedTLS without a port: its own calls, and a key that signs later. */
#include "engines/engine.h"
#include "port_mbedtls.h"

#include <errno.h>
#include <mbedtls/version.h>
#include <sys/socket.h>

#if MBEDTLS_VERSION_MAJOR == 2

extern const tls_own own_mbedtls;

static int descriptor; /* there is one connection in a process */

static mbedtls_ssl_context *ssl_of(void *object)
{
    return ((ew_mbedtls *)object)->ssl;
}

static int failure(int wanted, int otherwise)
{
    return errno == EAGAIN || errno == EINTR ? wanted : otherwise;
}

static int bio_sends(void *fd, const unsigned char *bytes, size_t len)
{
    ssize_t n = send(*(int *)fd, bytes, len, MSG_NOSIGNAL);
    return n >= 0 ? (int)n : failure(MBEDTLS_ERR_SSL_WANT_WRITE, -1);
}

static int bio_receives(void *fd, unsigned char *bytes, size_t len)
{
    ssize_t n = recv(*(int *)fd, bytes, len, 0);
    return n >= 0 ? (int)n : failure(MBEDTLS_ERR_SSL_WANT_READ, -1);
}

static int begin(void *object, int fd)
{
    descriptor = fd;
    mbedtls_ssl_set_bio(ssl_of(object), &descriptor, bio_sends, bio_receives, NULL);
    return 0;
}

static int came_of(int ret)
{
    return ret >= 0                                                                ? 1
           : ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE ? 0
                                                                                   : -1;
}

static int handshake(void *object)
{
    return came_of(mbedtls_ssl_handshake(ssl_of(object)));
}

/* Of nothing: it holds what there is. */
static int look(void *object)
{
    return came_of(mbedtls_ssl_read(ssl_of(object), NULL, 0));
}

static int writes(void *object, const void *buf, int len)
{
    return came_of(mbedtls_ssl_write(ssl_of(object), buf, (size_t)len));
}

static int closes(void *object)
{
    return came_of(mbedtls_ssl_close_notify(ssl_of(object)));
}

const tls_own own_mbedtls = {begin, handshake, look, writes, closes};

#endif
