/* Plain libssl on our side: the same scripts without Endwell, to see where the results differ. */
#define _GNU_SOURCE
#include "ew_core.h"
#include "engines/openssl.h"
#include "net.h"
#include "side.h"

#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

typedef struct {
    SSL *ssl;
    int fd;
} side_t;

enum { NEVER_MS = 4000 };

/* Without a deadline a blocking call may never return; this is long enough to call it that. */
static void libssl_set_deadline(void *side, int ms)
{
    side_t *s = side;
    if (ms < 0)
        ms = NEVER_MS;
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

static void *libssl_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    signal(SIGPIPE, SIG_IGN); /* libssl leaves it to the program not to be killed by its writes */
    s->fd = fd;
    s->ssl = libssl_new(context);
    if (!s->ssl || SSL_set_fd(s->ssl, fd) != 1) {
        SSL_free(s->ssl);
        free(s);
        return NULL;
    }
    libssl_set_deadline(s, -1);
    SSL_set_mode(s->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return s;
}

/* The library remembers only of a session with an identity that it was found unfit. Where nothing
 * can be resumed by our copy, a server's with tickets for one, it has none before it is given
 * one. */
static void name_session(SSL *ssl)
{
    SSL_SESSION *session = SSL_get_session(ssl);
    unsigned length;
    SSL_SESSION_get_id(session, &length);
    if (length == 0 && !SSL_SESSION_has_ticket(session))
        SSL_SESSION_set1_id(session, (const unsigned char *)"unnamed", 7);
}

static int libssl_handshake(void *side)
{
    SSL *ssl = ((side_t *)side)->ssl;
    ERR_clear_error();
    int ret = SSL_do_handshake(ssl);
    if (ret == 1)
        name_session(ssl);
    return ret;
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

static int libssl_finish(void *side)
{
    int ret = libssl_shutdown(side);
    return ret == 0 ? libssl_shutdown(side) : ret;
}

/* 1 if the peer closed too, 0 if a bound was reached before. */
static int libssl_close(void *side, int drain_ms, size_t drain_max)
{
    side_t *s = side;
    char drop[4096];
    size_t drained = 0;
    ssize_t n = 1;
    int ret = libssl_shutdown(side);

    shutdown(s->fd, SHUT_WR);
    while (n > 0 && drained < drain_max && net_wait(s->fd, POLLIN, drain_ms) == 1) {
        n = recv(s->fd, drop, sizeof drop, 0);
        drained += n > 0 ? (size_t)n : 0;
    }
    close(s->fd);
    s->fd = -1;
    return ret < 0 || n < 0 ? -1 : n == 0;
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
    .tls = &tls_openssl,
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
