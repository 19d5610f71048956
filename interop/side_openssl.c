/* Endwell on its OpenSSL port. */
#define _GNU_SOURCE
#include "libssl_context.h"
#include "port_openssl.h"
#include "side_endwell.h"

#include <stdlib.h>

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
    .reused = openssl_reused,
    .free = openssl_free,
    ENDWELL_SIDE_CALLS,
};
