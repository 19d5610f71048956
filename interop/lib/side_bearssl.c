/* Endwell on its BearSSL port. */
#define _GNU_SOURCE
#include "port_bearssl.h"
#include "side_endwell.h"
#include "tests/bearssl_identity.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_BYTES = 4096, MASTER = 48 };

typedef struct {
    int server, has_session;
    bearssl_identity identity;
    br_ssl_session_cache_lru cache;
    unsigned char sessions[CACHE_BYTES];
    br_ssl_session_parameters session; /* a client's, offered to the next connection */
    unsigned char last_master[MASTER]; /* of the session before: the same means resumed */
} context_t;

typedef struct {
    endwell_side us;
    ew_bearssl port;
    br_ssl_client_context client;
    br_ssl_server_context server;
    br_x509_minimal_context unused; /* the set-up of a client wants one */
    br_x509_knownkey_context x509;
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
} side_t;

static void *bearssl_side_context(const side_config *config)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    br_ssl_session_cache_lru_init(&c->cache, c->sessions, sizeof c->sessions);
    if (!bearssl_identity_read(&c->identity, config->cert, config->key)) {
        free(c);
        return NULL;
    }
    return c;
}

static void bearssl_side_context_free(void *context)
{
    free(context);
}

static void set_engine(side_t *s, br_ssl_engine_context *engine)
{
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffers_bidi(engine, s->in, sizeof s->in, s->out, sizeof s->out);
}

/* A client takes the server's key as known: whom to trust is not what is tested. */
static int start_client(side_t *s, context_t *c)
{
    br_ssl_client_init_full(&s->client, &s->unused, NULL, 0);
    br_x509_knownkey_init_ec(&s->x509, &c->identity.public, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&s->client.eng, &s->x509.vtable);
    set_engine(s, &s->client.eng);
    if (c->has_session)
        br_ssl_engine_set_session_parameters(&s->client.eng, &c->session);
    ew_bearssl_init_client(&s->port, &s->client);
    return br_ssl_client_reset(&s->client, "localhost", c->has_session);
}

static int start_server(side_t *s, context_t *c)
{
    br_ssl_server_init_full_ec(&s->server, &c->identity.certificate, 1, BR_KEYTYPE_EC,
                               &c->identity.key);
    br_ssl_server_set_cache(&s->server, &c->cache.vtable);
    set_engine(s, &s->server.eng);
    ew_bearssl_init_server(&s->port, &s->server);
    return br_ssl_server_reset(&s->server);
}

static void *bearssl_side_open(void *context, int fd)
{
    context_t *c = context;
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.context = c;
    if (!(c->server ? start_server(s, c) : start_client(s, c)) ||
        ew_conn_open(&s->us.conn, fd, &ew_bearssl_port, &s->port) != 0) {
        free(s);
        return NULL;
    }
    return s;
}

static int bearssl_side_reused(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    return memcmp(c->last_master, s->port.engine->session.master_secret, MASTER) == 0;
}

/* As the port's header asks: a client saves the session only if it is kept. */
static int bearssl_side_free(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    int kept = endwell_detach(s);
    memcpy(c->last_master, s->port.engine->session.master_secret, MASTER);
    if (!c->server && kept) {
        br_ssl_engine_get_session_parameters(s->port.engine, &c->session);
        c->has_session = 1;
    }
    free(s);
    return kept;
}

/* BearSSL has no call and no macro for it. */
static const char *bearssl_side_version(void)
{
    return "BearSSL, which does not tell its version";
}

const side_ops side_bearssl = {
    .name = "bearssl",
    .has_tls13 = 0,
    .version = bearssl_side_version,
    .context = bearssl_side_context,
    .context_free = bearssl_side_context_free,
    .open = bearssl_side_open,
    .reused = bearssl_side_reused,
    .free = bearssl_side_free,
    ENDWELL_SIDE_CALLS,
};
