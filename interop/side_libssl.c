/* Plain libssl on our side: the same scripts without Endwell, to see where the results differ. */
#define _GNU_SOURCE
#include "ew_core.h"
#include "libssl_context.h"
#include "net.h"

#include <openssl/err.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

typedef struct {
    SSL *ssl;
    int fd;
} side_t;

static void *libssl_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->fd = fd;
    s->ssl = libssl_new(context);
    if (!s->ssl || SSL_set_fd(s->ssl, fd) != 1) {
        SSL_free(s->ssl);
        free(s);
        return NULL;
    }
    SSL_set_mode(s->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return s;
}

static int libssl_handshake(void *side)
{
    ERR_clear_error();
    return SSL_do_handshake(((side_t *)side)->ssl);
}

static int libssl_read(void *side, void *buf, int len)
{
    ERR_clear_error();
    return SSL_read(((side_t *)side)->ssl, buf, len);
}

static int libssl_write(void *side, const void *buf, int len)
{
    ERR_clear_error();
    return SSL_write(((side_t *)side)->ssl, buf, len);
}

static int libssl_shutdown(void *side)
{
    ERR_clear_error();
    return SSL_shutdown(((side_t *)side)->ssl);
}

static int libssl_get_error(void *side, int ret)
{
    switch (SSL_get_error(((side_t *)side)->ssl, ret)) {
    case SSL_ERROR_NONE: return EW_ERROR_NONE;
    case SSL_ERROR_WANT_READ: return EW_ERROR_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return EW_ERROR_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return EW_ERROR_ZERO_RETURN;
    case SSL_ERROR_SYSCALL: return EW_ERROR_SYSCALL;
    default: return EW_ERROR_SSL;
    }
}

static int libssl_get_reason(void *side)
{
    (void)side;
    return -1;
}

static int libssl_get_shutdown(void *side)
{
    return SSL_get_shutdown(((side_t *)side)->ssl);
}

static int libssl_set_shutdown(void *side, int flags)
{
    SSL_set_shutdown(((side_t *)side)->ssl, flags);
    return 1;
}

static int libssl_set_quiet(void *side, int on)
{
    SSL_set_quiet_shutdown(((side_t *)side)->ssl, on);
    return 1;
}

/* All that libssl offers to tell an authenticated end is the flag. */
static int libssl_end_of_data(void *side)
{
    return (SSL_get_shutdown(((side_t *)side)->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

static void libssl_set_deadline(void *side, int ms)
{
    side_t *s = side;
    struct timeval t = {0};
    if (ms > 0) {
        t.tv_sec = ms / 1000;
        t.tv_usec = (ms % 1000) * 1000;
    }
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

static int libssl_finish(void *side)
{
    int ret = libssl_shutdown(side);
    return ret == 0 ? libssl_shutdown(side) : ret;
}

static int libssl_close(void *side, int drain_ms, size_t drain_max)
{
    side_t *s = side;
    char drop[4096];
    size_t drained = 0;
    int ret = libssl_shutdown(side);

    shutdown(s->fd, SHUT_WR);
    while (drained < drain_max && net_wait(s->fd, POLLIN, drain_ms) == 1) {
        ssize_t n = recv(s->fd, drop, sizeof drop, 0);
        if (n <= 0)
            break;
        drained += (size_t)n;
    }
    close(s->fd);
    s->fd = -1;
    return ret;
}

static int libssl_release(void *side)
{
    side_t *s = side;
    int fd = s->fd;
    s->fd = -1;
    return fd;
}

static int libssl_clear(void *side)
{
    return SSL_clear(((side_t *)side)->ssl) == 1 ? 1 : -1;
}

static int libssl_reused(void *side)
{
    return SSL_session_reused(((side_t *)side)->ssl);
}

static int libssl_free(void *side)
{
    side_t *s = side;
    SSL_SESSION *session = SSL_get1_session(s->ssl);
    SSL_free(s->ssl);
    int kept = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
    return kept;
}

const side_ops side_libssl = {
    .name = "libssl",
    .has_tls13 = 1,
    .context = libssl_context,
    .context_free = libssl_context_free,
    .open = libssl_open,
    .handshake = libssl_handshake,
    .read = libssl_read,
    .write = libssl_write,
    .shutdown = libssl_shutdown,
    .get_error = libssl_get_error,
    .get_reason = libssl_get_reason,
    .get_shutdown = libssl_get_shutdown,
    .set_shutdown = libssl_set_shutdown,
    .set_quiet = libssl_set_quiet,
    .end_of_data = libssl_end_of_data,
    .set_deadline = libssl_set_deadline,
    .finish = libssl_finish,
    .close = libssl_close,
    .release = libssl_release,
    .clear = libssl_clear,
    .reused = libssl_reused,
    .free = libssl_free,
};
