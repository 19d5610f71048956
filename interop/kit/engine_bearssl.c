/* Adapter for BearSSL. */
#include "kit.h"
#include "port_bearssl.h"

#include "tests/bearssl_identity.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    ew_bearssl port; /* first: the port's object */
    br_ssl_client_context client;
    br_ssl_server_context server;
    br_x509_minimal_context unused; /* the set-up of a client wants one */
    br_x509_knownkey_context x509;
    bearssl_identity identity;
    br_ssl_session_cache_lru cache;
    unsigned char sessions[4096];
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
    int is_server;
} object_t;

static void set_engine(object_t *o, br_ssl_engine_context *engine)
{
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffers_bidi(engine, o->in, sizeof o->in, o->out, sizeof o->out);
}

/* A client takes the server's key as known: whom to trust is not on trial. */
static int make_client(object_t *o)
{
    br_ssl_client_init_full(&o->client, &o->unused, NULL, 0);
    br_x509_knownkey_init_ec(&o->x509, &o->identity.public, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&o->client.eng, &o->x509.vtable);
    set_engine(o, &o->client.eng);
    ew_bearssl_init_client(&o->port, &o->client);
    return br_ssl_client_reset(&o->client, "localhost", 0);
}

static int make_server(object_t *o)
{
    br_ssl_server_init_full_ec(&o->server, &o->identity.certificate, 1, BR_KEYTYPE_EC,
                               &o->identity.key);
    br_ssl_session_cache_lru_init(&o->cache, o->sessions, sizeof o->sessions);
    br_ssl_server_set_cache(&o->server, &o->cache.vtable);
    set_engine(o, &o->server.eng);
    ew_bearssl_init_server(&o->port, &o->server);
    return br_ssl_server_reset(&o->server);
}

static void *open_engine(const kit_setup *s)
{
    object_t *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->is_server = s->server;
    if (!bearssl_identity_read(&o->identity, s->certificate, s->key) ||
        !(s->server ? make_server(o) : make_client(o))) {
        free(o);
        return NULL;
    }
    return o;
}

/* As a server looks a session up; a forgotten one stays there, with a cipher suite of none. */
static int in_cache(object_t *o)
{
    br_ssl_session_parameters wanted;
    memset(&wanted, 0, sizeof wanted);
    memcpy(wanted.session_id, o->server.eng.session.session_id, sizeof wanted.session_id);
    wanted.session_id_len = sizeof wanted.session_id;
    return o->cache.vtable->load(&o->cache.vtable, &o->server, &wanted) &&
           wanted.cipher_suite == o->server.eng.session.cipher_suite;
}

/* A client resumes what its context says. */
static int free_engine(void *object)
{
    object_t *o = object;
    int found = o->is_server ? in_cache(o) : o->client.eng.session.session_id_len > 0;
    free(o);
    return found;
}

static const char *version(void)
{
    return "BearSSL (it tells no version)";
}

static const kit_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*", "BearSSL has nothing that waits for anything but bytes"},
    {"stale-error-tells-nothing", "*", "BearSSL keeps no errors of a thread"},
    {"data-behind-an-answer", "*",
     "BearSSL speaks no TLS 1.3, and answers nothing but a handshake"},
    {"settings-may-change", "*",
     "BearSSL has no setting for records that are made already, or next"},
    {NULL, NULL, NULL},
};

extern const kit_own kit_bearssl_own;

const kit_engine kit_bearssl = {
    .name = "bearssl",
    .port = &ew_bearssl_port,
    .has_tls13 = 0,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .own = &kit_bearssl_own,
    .unseen = unseen,
};
