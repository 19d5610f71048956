/* mbedTLS alone, closed as its own programs do it: mbedtls_ssl_close_notify, then close(). */
#define _GNU_SOURCE
#include "ew_core.h"
#include "lossless_end.h"
#include "../net.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    mbedtls_ssl_config config;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
} plain_context;

typedef struct {
    mbedtls_ssl_context ssl;
    mbedtls_net_context net;
    int error, end;
} plain_side;

static void context_free(void *context)
{
    plain_context *c = context;
    mbedtls_ssl_config_free(&c->config);
    mbedtls_x509_crt_free(&c->certificate);
    mbedtls_pk_free(&c->key);
    mbedtls_ctr_drbg_free(&c->random);
    mbedtls_entropy_free(&c->entropy);
    free(c);
}

static int configure(plain_context *c, const side_config *config)
{
    int role = config->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
    if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&c->config, role, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return -1;
    mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
    mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_NONE);
    if (!config->server)
        return 0;
    if (mbedtls_x509_crt_parse_file(&c->certificate, config->cert) != 0 ||
        mbedtls_pk_parse_keyfile(&c->key, config->key, NULL) != 0)
        return -1;
    return mbedtls_ssl_conf_own_cert(&c->config, &c->certificate, &c->key);
}

static void *context_new(const side_config *config)
{
    plain_context *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    mbedtls_ssl_config_init(&c->config);
    mbedtls_entropy_init(&c->entropy);
    mbedtls_ctr_drbg_init(&c->random);
    mbedtls_x509_crt_init(&c->certificate);
    mbedtls_pk_init(&c->key);
    if (configure(c, config) == 0)
        return c;
    context_free(c);
    return NULL;
}

static void *side_open(void *context, int fd)
{
    plain_context *c = context;
    plain_side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    mbedtls_ssl_init(&s->ssl);
    s->net.fd = fd;
    if (mbedtls_ssl_setup(&s->ssl, &c->config) != 0) {
        mbedtls_ssl_free(&s->ssl);
        free(s);
        return NULL;
    }
    mbedtls_ssl_set_bio(&s->ssl, &s->net, mbedtls_net_send, mbedtls_net_recv, NULL);
    return s;
}

static int result(plain_side *s, int ret)
{
    s->error = ret == MBEDTLS_ERR_SSL_WANT_READ    ? EW_ERROR_WANT_READ
               : ret == MBEDTLS_ERR_SSL_WANT_WRITE ? EW_ERROR_WANT_WRITE
                                                   : EW_ERROR_SSL;
    return ret < 0 ? -1 : ret;
}

static int handshake(void *side)
{
    plain_side *s = side;
    return result(s, mbedtls_ssl_handshake(&s->ssl)) == 0 ? 1 : -1;
}

static int read_data(void *side, void *buf, int len)
{
    plain_side *s = side;
    int ret = mbedtls_ssl_read(&s->ssl, buf, (size_t)len);
    s->end |= ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
    return s->end ? 0 : result(s, ret);
}

static int write_data(void *side, const void *buf, int len)
{
    plain_side *s = side;
    return result(s, mbedtls_ssl_write(&s->ssl, buf, (size_t)len));
}

static int shut(void *side)
{
    plain_side *s = side;
    return result(s, mbedtls_ssl_close_notify(&s->ssl));
}

static int get_error(void *side, int ret)
{
    return ret > 0 ? EW_ERROR_NONE : ((plain_side *)side)->error;
}

static int end_of_data(void *side)
{
    return ((plain_side *)side)->end;
}

static void set_deadline(void *side, int ms)
{
    (void)side, (void)ms; /* mbedtls_net_recv has none */
}

static int release(void *side)
{
    plain_side *s = side;
    int fd = s->net.fd;
    s->net.fd = -1;
    return fd;
}

static int side_free(void *side)
{
    plain_side *s = side;
    mbedtls_ssl_free(&s->ssl);
    if (s->net.fd >= 0)
        close(s->net.fd);
    free(s);
    return 1;
}

static const side_ops plain_mbedtls = {
    .name = "mbedtls",
    .has_tls13 = 0,
    .context = context_new,
    .context_free = context_free,
    .open = side_open,
    .handshake = handshake,
    .read = read_data,
    .write = write_data,
    .shutdown = shut,
    .get_error = get_error,
    .end_of_data = end_of_data,
    .set_deadline = set_deadline,
    .release = release,
    .free = side_free,
};

const side_ops *const plain_engines[] = {&side_libssl, &plain_mbedtls, NULL};
