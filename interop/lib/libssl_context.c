#define _GNU_SOURCE
#include "libssl_context.h"

#include <stdlib.h>

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    libssl_context_t *c = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if (c->server)
        return 0;
    SSL_SESSION_free(c->session);
    c->session = session;
    return 1;
}

void libssl_context_free(void *context)
{
    libssl_context_t *c = context;
    SSL_SESSION_free(c->session);
    SSL_CTX_free(c->ctx);
    free(c);
}

void *libssl_context(const side_config *config)
{
    int version = config->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    libssl_context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    c->ctx = SSL_CTX_new(config->server ? TLS_server_method() : TLS_client_method());
    if (!c->ctx) {
        free(c);
        return NULL;
    }
    SSL_CTX_set_app_data(c->ctx, c);
    SSL_CTX_set_min_proto_version(c->ctx, version);
    SSL_CTX_set_max_proto_version(c->ctx, version);
    SSL_CTX_set_session_id_context(c->ctx, (const unsigned char *)"interop", 7);
    SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_BOTH);
    SSL_CTX_sess_set_new_cb(c->ctx, keep_session);
    if (!config->tickets)
        SSL_CTX_set_options(c->ctx, SSL_OP_NO_TICKET);
    if (config->server &&
        (SSL_CTX_use_certificate_file(c->ctx, config->cert, SSL_FILETYPE_PEM) != 1 ||
         SSL_CTX_use_PrivateKey_file(c->ctx, config->key, SSL_FILETYPE_PEM) != 1)) {
        libssl_context_free(c);
        return NULL;
    }
    return c;
}

SSL *libssl_new(libssl_context_t *c)
{
    SSL *ssl = SSL_new(c->ctx);
    if (!ssl)
        return NULL;
    if (c->server) {
        SSL_set_accept_state(ssl);
        return ssl;
    }
    SSL_set_connect_state(ssl);
    if (c->session && SSL_SESSION_is_resumable(c->session))
        SSL_set_session(ssl, c->session);
    return ssl;
}

const char *libssl_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
