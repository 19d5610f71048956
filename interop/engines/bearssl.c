/* BearSSL. */
#include "engines/engine.h"
#include "port_bearssl.h"
#include "tests/bearssl_identity.h"

#include <stdlib.h>
#include <string.h>

extern const tls_engine tls_bearssl;

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
    ew_bearssl port; /* first: the port's object */
    br_ssl_client_context client;
    br_ssl_server_context server;
    br_x509_minimal_context unused; /* the set-up of a client wants one */
    br_x509_knownkey_context x509;
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
} object_t;

/* Contexts ----------------------------------------------------------------------------------- */

static void *context_new(const tls_setup *s)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = s->server;
    br_ssl_session_cache_lru_init(&c->cache, c->sessions, sizeof c->sessions);
    if (!bearssl_identity_read(&c->identity, s->certificate, s->key)) {
        free(c);
        return NULL;
    }
    return c;
}

static void context_free(void *context)
{
    free(context);
}

/* BearSSL has no call and no macro for it. */
static const char *version(void)
{
    return "BearSSL, which does not tell its version";
}

/* Objects ------------------------------------------------------------------------------------ */

static br_ssl_engine_context *engine_of(void *object)
{
    return ((ew_bearssl *)object)->engine;
}

static void set_engine(object_t *o, br_ssl_engine_context *engine)
{
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffers_bidi(engine, o->in, sizeof o->in, o->out, sizeof o->out);
}

/* A client takes the server's key as known: whom to trust is not what is tested. */
static int start_client(object_t *o, context_t *c)
{
    br_ssl_client_init_full(&o->client, &o->unused, NULL, 0);
    br_x509_knownkey_init_ec(&o->x509, &c->identity.public, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&o->client.eng, &o->x509.vtable);
    set_engine(o, &o->client.eng);
    if (c->has_session)
        br_ssl_engine_set_session_parameters(&o->client.eng, &c->session);
    ew_bearssl_init_client(&o->port, &o->client);
    return br_ssl_client_reset(&o->client, "localhost", c->has_session);
}

static int start_server(object_t *o, context_t *c)
{
    br_ssl_server_init_full_ec(&o->server, &c->identity.certificate, 1, BR_KEYTYPE_EC,
                               &c->identity.key);
    br_ssl_server_set_cache(&o->server, &c->cache.vtable);
    set_engine(o, &o->server.eng);
    ew_bearssl_init_server(&o->port, &o->server);
    return br_ssl_server_reset(&o->server);
}

static void *open_object(void *context)
{
    context_t *c = context;
    object_t *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    if (c->server ? start_server(o, c) : start_client(o, c))
        return o;
    free(o);
    return NULL;
}

static int reused(void *context, void *object)
{
    context_t *c = context;
    return memcmp(c->last_master, engine_of(object)->session.master_secret, MASTER) == 0;
}

/* As a server looks a session up; a forgotten one stays there, with a cipher suite of none. */
static int in_cache(context_t *c, object_t *o)
{
    br_ssl_session_parameters wanted;
    memset(&wanted, 0, sizeof wanted);
    memcpy(wanted.session_id, o->server.eng.session.session_id, sizeof wanted.session_id);
    wanted.session_id_len = sizeof wanted.session_id;
    return c->cache.vtable->load(&c->cache.vtable, &o->server, &wanted) &&
           wanted.cipher_suite == o->server.eng.session.cipher_suite;
}

/* As the port's header asks: a client saves the session only if it is kept; it resumes what its
 * engine has. */
static int free_object(void *context, void *object, int kept)
{
    context_t *c = context;
    br_ssl_engine_context *engine = engine_of(object);
    int found = c->server ? in_cache(c, object) : engine->session.session_id_len > 0;
    memcpy(c->last_master, engine->session.master_secret, MASTER);
    if (!c->server && kept) {
        br_ssl_engine_get_session_parameters(engine, &c->session);
        c->has_session = 1;
    }
    free(object);
    return found;
}

extern const tls_own own_bearssl;

/* The wire, watched: the master secret ------------------------------------------------------- */

static int watch(void *context, void *object, const tls_watcher *watcher)
{
    static const uint16_t offer[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
    (void)watcher;
    br_ssl_engine_set_suites(engine_of(object), offer, 1);
    /* The hello of a client was made when it was reset: it is made again. */
    return ((context_t *)context)->server ||
                   br_ssl_client_reset(&((object_t *)object)->client, "localhost", 0)
               ? 0
               : -1;
}

static int watched(void *object, const tls_watcher *watcher)
{
    watcher->master(watcher->arg, engine_of(object)->session.master_secret);
    return 0;
}

/* Limits ------------------------------------------------------------------------------------- */

static const tls_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*", "BearSSL has nothing that waits for anything but bytes"},
    {"stale-error-tells-nothing", "*", "BearSSL keeps no errors of a thread"},
    {"data-behind-an-answer", "*",
     "BearSSL speaks no TLS 1.3, and answers nothing but a handshake"},
    {"settings-may-change", "*",
     "BearSSL has no setting for records that are made already, or next"},
    {NULL, NULL, NULL},
};

static const tls_message_limit messages[] = {
    {NULL, 0, NULL},
};

const tls_engine tls_bearssl = {
    .name = "bearssl",
    .title = "BearSSL",
    .port = &ew_bearssl_port,
    .object = sizeof(ew_bearssl),
    .version = version,
    .context = context_new,
    .context_free = context_free,
    .open = open_object,
    .free = free_object,
    .reused = reused,
    .own = &own_bearssl,
    .watch = watch,
    .watched = watched,
    .limits = {.unseen = unseen, .messages = messages, .habits = {.shakes_last = 1}},
};
