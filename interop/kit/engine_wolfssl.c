/* Adapter for wolfSSL. Its headers and OpenSSL's cannot be read together. */
#include "kit.h"
#include "port_wolfssl.h"

#include <stdlib.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

typedef struct {
    ew_wolfssl port; /* first: the port's object */
    WOLFSSL_CTX *ctx;
} object_t;

static WOLFSSL_METHOD *method(const kit_setup *s)
{
    if (s->tls13)
        return s->server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
    return s->server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
}

static WOLFSSL_CTX *make_context(const kit_setup *s)
{
    WOLFSSL_CTX *ctx = wolfSSL_CTX_new(method(s));
    if (!ctx)
        return NULL;
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_NONE, NULL);
    if (!s->server ||
        (wolfSSL_CTX_use_certificate_file(ctx, s->certificate, WOLFSSL_FILETYPE_PEM) ==
             WOLFSSL_SUCCESS &&
         wolfSSL_CTX_use_PrivateKey_file(ctx, s->key, WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS))
        return ctx;
    wolfSSL_CTX_free(ctx);
    return NULL;
}

static void *open_engine(const kit_setup *s)
{
    if (wolfSSL_Init() != WOLFSSL_SUCCESS)
        return NULL;
    object_t *o = calloc(1, sizeof *o);
    WOLFSSL_CTX *ctx = make_context(s);
    WOLFSSL *ssl = o && ctx ? wolfSSL_new(ctx) : NULL;
    if (!ssl) {
        wolfSSL_CTX_free(ctx);
        free(o);
        return NULL;
    }
    o->ctx = ctx;
    ew_wolfssl_init(&o->port, ssl);
    return o;
}

static int free_engine(void *object)
{
    object_t *o = object;
    wolfSSL_free(o->port.ssl);
    wolfSSL_CTX_free(o->ctx);
    free(o);
    return -1;
}

static void stale_error(void)
{
    wolfSSL_ERR_put_error(0, 0, -1, "someone else's", 1);
}

static int finds_error(void)
{
    return wolfSSL_ERR_peek_error() != 0;
}

static const char *version(void)
{
    return wolfSSL_lib_version();
}

static void record_size(void *object)
{
    wolfSSL_UseMaxFragment(((object_t *)object)->port.ssl, WOLFSSL_MFL_2_9);
}

static void quiet_shutdown(void *object)
{
    wolfSSL_set_quiet_shutdown(((object_t *)object)->port.ssl, 1);
}

static const kit_change changes[] = {
    {"record-size", record_size},
    {"quiet-shutdown", quiet_shutdown},
    {NULL, NULL},
};

static const kit_excuse excuses[] = {
    {"clear-starts-anew", "*", "blocked-clear", "*",
     "wolfSSL cannot drop output that is half out: clear fails instead of sending it later"},
    {"handshake-ends-when-done", "1.3", "connect-refused", "*",
     "wolfSSL has keys by then, and takes an alert in the clear for a forged record: tls_error"},
    {"message-is-skipped", "1.2", "blocked-receive-hello-request", "*",
     "wolfSSL puts its answer in the wrong place behind a record that is half out: tls_error"},
    {"done-means-out", "1.3", "blocked-key-update-*", "*",
     "wolfSSL puts its answer to a KeyUpdate behind a record that is half out, too: tls_error"},
    {"data-is-held", "1.3", "blocked-key-update-read", "*",
     "wolfSSL puts its answer to a KeyUpdate behind a record that is half out, too: tls_error"},
    {NULL, NULL, NULL, NULL, NULL},
};

static const kit_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: Debian's wolfSSL goes on after that only with TLS 1.3, and "
     "only a server waits; the unit tests have that"},
    {"session-follows-the-verdict", "*",
     "wolfSSL does not say whether its cache, which is the process's, has a session"},
    {NULL, NULL, NULL},
};

const kit_engine kit_wolfssl = {
    .name = "wolfssl",
    .port = &ew_wolfssl_port,
    .has_tls13 = 1,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .stale_error = stale_error,
    .finds_error = finds_error,
    .changes = changes,
    .excuses = excuses,
    .unseen = unseen,
};
