#include "support.h"

#include "engine_bearssl.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"

static void *make_context(int server, int tls13)
{
    bearssl_context *c = calloc(1, sizeof *c);
    char *certificate = strdup(certificate_path("server.pem"));

    assert_non_null(c);
    assert_int_equal(tls13, 0);
    c->server = server;
    assert_true(bearssl_identity_read(&c->identity, certificate, certificate_path("server.key")));
    free(certificate);
    br_ssl_session_cache_lru_init(&c->cache, c->sessions, sizeof c->sessions);
    return c;
}

static void free_context(void *context)
{
    free(context);
}

static void set_engine(bearssl_object *o, br_ssl_engine_context *engine)
{
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffers_bidi(engine, o->in, sizeof o->in, o->out, sizeof o->out);
}

/* A client takes the server's key as known: whom to trust is not what is tested. */
static void make_client(bearssl_object *o, const bearssl_context *c)
{
    br_ssl_client_init_full(&o->client, &o->unused, NULL, 0);
    br_x509_knownkey_init_ec(&o->x509, &c->identity.public, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&o->client.eng, &o->x509.vtable);
    set_engine(o, &o->client.eng);
    assert_int_equal(br_ssl_client_reset(&o->client, "localhost", 0), 1);
    ew_bearssl_init_client(&o->port, &o->client);
}

static void make_server(bearssl_object *o, bearssl_context *c)
{
    br_ssl_server_init_full_ec(&o->server, &c->identity.certificate, 1, BR_KEYTYPE_EC,
                               &c->identity.key);
    br_ssl_server_set_cache(&o->server, &c->cache.vtable);
    set_engine(o, &o->server.eng);
    assert_int_equal(br_ssl_server_reset(&o->server), 1);
    ew_bearssl_init_server(&o->port, &o->server);
}

static void *make_engine(void *context)
{
    bearssl_context *c = context;
    bearssl_object *o = calloc(1, sizeof *o);

    assert_non_null(o);
    if (c->server) {
        make_server(o, c);
    } else {
        make_client(o, c);
    }
    return o;
}

static void free_engine(void *engine)
{
    free(engine);
}

const test_engine engine_bearssl = {
    .kind = OTHER,
    .name = "BearSSL",
    .has_tls13 = 0,
    .port = &ew_bearssl_port,
    .context = make_context,
    .context_free = free_context,
    .engine = make_engine,
    .engine_free = free_engine,
};
