/* Adapter for OpenSSL. */
#include "kit.h"
#include "port_openssl.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    ew_openssl port; /* first: the port's object */
    SSL_CTX *ctx;
} object_t;

static void *open_engine(const kit_setup *s)
{
    object_t *o = calloc(1, sizeof *o);
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    int version = s->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL *ssl = NULL;
    if (o && ctx && SSL_CTX_set_min_proto_version(ctx, version) &&
        SSL_CTX_set_max_proto_version(ctx, version) &&
        SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"kit", 3) &&
        (!s->server || (SSL_CTX_use_certificate_file(ctx, s->certificate, SSL_FILETYPE_PEM) == 1 &&
                        SSL_CTX_use_PrivateKey_file(ctx, s->key, SSL_FILETYPE_PEM) == 1))) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_BOTH);
        ssl = SSL_new(ctx);
    }
    if (!ssl) {
        SSL_CTX_free(ctx);
        free(o);
        return NULL;
    }
    if (s->server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    o->ctx = ctx;
    ew_openssl_init(&o->port, ssl);
    return o;
}

static int free_engine(void *object)
{
    object_t *o = object;
    SSL_SESSION *session = SSL_get1_session(o->port.ssl);
    SSL_free(o->port.ssl);
    int found = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    SSL_CTX_free(o->ctx);
    free(o);
    return found;
}

static void stale_error(void)
{
    ERR_raise_data(ERR_LIB_USER, ERR_R_INTERNAL_ERROR, "someone else's");
}

static int finds_error(void)
{
    return ERR_peek_error() != 0;
}

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

static void record_size(void *object)
{
    SSL_set_max_send_fragment(((object_t *)object)->port.ssl, 512);
}

static void modes(void *object)
{
    SSL_clear_mode(((object_t *)object)->port.ssl,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/* As SSL_set_fd does; this one takes all, and none of it leaves. */
static void bio(void *object)
{
    BIO *other = BIO_new(BIO_s_mem());
    SSL_set_bio(((object_t *)object)->port.ssl, other, other);
}

static const kit_change changes[] = {
    {"record-size", record_size},
    {"modes", modes},
    {"bio", bio},
    {NULL, NULL},
};

/* own_openssl.c */
void kit_openssl_pauses(void *object, int times);
extern const kit_own kit_openssl_own;

const kit_engine kit_openssl = {
    .name = "openssl",
    .port = &ew_openssl_port,
    .has_tls13 = 1,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .stale_error = stale_error,
    .finds_error = finds_error,
    .changes = changes,
    .pauses = kit_openssl_pauses,
    .own = &kit_openssl_own,
};
