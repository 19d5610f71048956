/* Endwell on its OpenSSL port. */
#define _GNU_SOURCE
#include "libssl_context.h"
#include "side_endwell.h"

#include <stdlib.h>

static void *openssl_open(void *context, int fd)
{
    endwell_side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->context = context;
    s->openssl = libssl_new(context);
    if (!s->openssl) {
        free(s);
        return NULL;
    }
    ew_openssl_init(&s->openssl_port, s->openssl);
    if (ew_conn_open(&s->conn, fd, &ew_openssl_port, &s->openssl_port) != 0) {
        SSL_free(s->openssl);
        free(s);
        return NULL;
    }
    return s;
}

static int openssl_reused(void *side)
{
    return SSL_session_reused(((endwell_side *)side)->openssl);
}

/* The verdict, provided that the engine did to its session what the verdict says; else 2. */
static int openssl_free(void *side)
{
    endwell_side *s = side;
    SSL_SESSION *session = SSL_get1_session(s->openssl);
    int before = session && SSL_SESSION_is_resumable(session);
    int kept = endwell_detach(s);
    SSL_free(s->openssl);
    int after = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    free(s);
    return after != (before && kept) ? 2 : kept;
}

const side_ops side_openssl = {
    .name = "openssl",
    .has_tls13 = 1,
    .context = libssl_context,
    .context_free = libssl_context_free,
    .open = openssl_open,
    .reused = openssl_reused,
    .free = openssl_free,
    ENDWELL_SIDE_CALLS,
};
