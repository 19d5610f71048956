/* Endwell on its OpenSSL port. */
#define _GNU_SOURCE
#include "libssl_context.h"
#include "net.h"
#include "port_openssl.h"
#include "side_endwell.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    endwell_side us;
    ew_openssl port;
    SSL *ssl;
} side_t;

static void *openssl_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.context = context;
    s->ssl = libssl_new(context);
    if (!s->ssl) {
        free(s);
        return NULL;
    }
    ew_openssl_init(&s->port, s->ssl);
    if (ew_conn_open(&s->us.conn, fd, &ew_openssl_port, &s->port) != 0) {
        SSL_free(s->ssl);
        free(s);
        return NULL;
    }
    return s;
}

/* As a program without Endwell does it: 1, or what the call gave. */
static int persist(SSL *ssl, int fd, int (*call)(SSL *ssl))
{
    for (;;) {
        int ret = call(ssl), error = SSL_get_error(ssl, ret);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
            net_wait(fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, 1000);
        else
            return ret;
    }
}

static int look_at_a_byte(SSL *ssl)
{
    char byte;
    return SSL_peek(ssl, &byte, 1);
}

static int openssl_adopt(void *side, int fd, int holds)
{
    side_t *s = side;
    SSL_free(s->ssl);
    s->ssl = libssl_new(s->us.context);
    if (!s->ssl || SSL_set_fd(s->ssl, fd) != 1 || persist(s->ssl, fd, SSL_do_handshake) != 1 ||
        (holds && persist(s->ssl, fd, look_at_a_byte) != 1))
        return -2;
    int held = SSL_pending(s->ssl);
    ew_openssl_init(&s->port, s->ssl);
    if (ew_conn_adopt(&s->us.conn, fd, &ew_openssl_port, &s->port) == 0)
        return 0;
    int is_as_it_was = errno == EINVAL && ew_conn_detail(&s->us.conn)[0] != '\0' &&
                       SSL_get_fd(s->ssl) == fd && SSL_pending(s->ssl) == held;
    close(fd);
    return is_as_it_was ? -1 : -2;
}

static int openssl_reused(void *side)
{
    return SSL_session_reused(((side_t *)side)->ssl);
}

/* The verdict, provided that the engine did to its session what the verdict says; else 2. */
static int openssl_free(void *side)
{
    side_t *s = side;
    SSL_SESSION *session = SSL_get1_session(s->ssl);
    int before = session && SSL_SESSION_is_resumable(session);
    int kept = endwell_detach(s);
    SSL_free(s->ssl);
    int after = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    free(s);
    return after != (before && kept) ? 2 : kept;
}

const side_ops side_openssl = {
    .name = "openssl",
    .has_tls13 = 1,
    .version = libssl_version,
    .context = libssl_context,
    .context_free = libssl_context_free,
    .open = openssl_open,
    .adopt = openssl_adopt,
    .reused = openssl_reused,
    .free = openssl_free,
    ENDWELL_SIDE_CALLS,
};
