/* GnuTLS's objects for the tests. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "port_gnutls.h"

/* A server's cache holds one session. */
typedef struct context {
    int server, tls13;
    gnutls_certificate_credentials_t credentials;
    uint8_t key[64], data[8192];
    unsigned key_len, data_len;
} context;

typedef struct object {
    ew_gnutls port; /* first: the port's object */
    context *context;
} object;

/* The cache ---------------------------------------------------------------- */

static int store(void *ptr, gnutls_datum_t key, gnutls_datum_t data)
{
    context *c = ptr;

    assert_true(key.size <= sizeof c->key && data.size <= sizeof c->data);
    memcpy(c->key, key.data, c->key_len = key.size);
    memcpy(c->data, data.data, c->data_len = data.size);
    return 0;
}

static int is_cached(const context *c, gnutls_datum_t key)
{
    return c->key_len == key.size && memcmp(c->key, key.data, key.size) == 0;
}

static gnutls_datum_t retrieve(void *ptr, gnutls_datum_t key)
{
    const context *c = ptr;
    gnutls_datum_t found = {NULL, 0};

    if (is_cached(c, key)) {
        found.data = gnutls_malloc(found.size = c->data_len);
        memcpy(found.data, c->data, found.size);
    }
    return found;
}

static int drop(void *ptr, gnutls_datum_t key)
{
    context *c = ptr;

    c->key_len = is_cached(c, key) ? 0 : c->key_len;
    return 0;
}

static void use_cache(gnutls_session_t session, context *c)
{
    gnutls_db_set_store_function(session, store);
    gnutls_db_set_retrieve_function(session, retrieve);
    gnutls_db_set_remove_function(session, drop);
    gnutls_db_set_ptr(session, c);
}

/* Objects ------------------------------------------------------------------ */

static gnutls_session_t new_session(context *c)
{
    gnutls_session_t session;

    assert_int_equal(gnutls_init(&session, c->server ? GNUTLS_SERVER : GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_priority_set_direct(session,
                                                c->tls13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3"
                                                         : "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                                NULL),
                     0);
    assert_int_equal(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, c->credentials), 0);
    if (c->server) {
        use_cache(session, c);
    }
    return session;
}

static void *make_context(int server, int tls13)
{
    context *c = calloc(1, sizeof *c);

    assert_non_null(c);
    c->server = server;
    c->tls13 = tls13;
    assert_int_equal(gnutls_certificate_allocate_credentials(&c->credentials), 0);
    if (server) {
        char *certificate = strdup(certificate_path("server.pem"));

        assert_int_equal(gnutls_certificate_set_x509_key_file(c->credentials, certificate,
                                                              certificate_path("server.key"),
                                                              GNUTLS_X509_FMT_PEM),
                         0);
        free(certificate);
    }
    return c;
}

static void free_context(void *arg)
{
    context *c = arg;

    gnutls_certificate_free_credentials(c->credentials);
    free(c);
}

static gnutls_session_t renew(void *owner)
{
    object *o = owner;

    gnutls_deinit(o->port.session);
    return new_session(o->context);
}

static void *make_engine(void *arg)
{
    object *o = calloc(1, sizeof *o);

    assert_non_null(o);
    o->context = arg;
    ew_gnutls_init(&o->port, new_session(arg));
    ew_gnutls_set_renew(&o->port, renew, o);
    return o;
}

static void free_engine(void *engine)
{
    object *o = engine;

    gnutls_deinit(o->port.session);
    free(o);
}

const test_engine engine_gnutls = {
    .kind = OTHER,
    .name = "GnuTLS",
    .has_tls13 = 1,
    .limits = DEAF_TO_CLEAR_ALERTS,
    .port = &ew_gnutls_port,
    .context = make_context,
    .context_free = free_context,
    .engine = make_engine,
    .engine_free = free_engine,
};
