/* mbedTLS alone: mbedtls_ssl_close_notify, then close(), as its own programs do it. */
#define _GNU_SOURCE
#include "lossless/plain.h"
#include "tests/mbedtls_versions.h"

#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <stdlib.h>

typedef struct {
    mbedtls_ssl_config config;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
} plain_context;

typedef struct {
    plain_side us;
    mbedtls_ssl_context ssl;
    mbedtls_net_context net;
} side_t;

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

static int configure(plain_context *c, const tls_setup *config)
{
    int role = config->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
    if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&c->config, role, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return -1;
    mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
    mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_NONE);
    if (mbedtls_set_version(&c->config, config->tls13) != 0)
        return -1;
    if (!config->server)
        return 0;
    if (mbedtls_x509_crt_parse_file(&c->certificate, config->certificate) != 0 ||
        mbedtls_read_key(&c->key, config->key, &c->random) != 0)
        return -1;
    return mbedtls_ssl_conf_own_cert(&c->config, &c->certificate, &c->key);
}

static void *context_new(const tls_setup *config)
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
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    mbedtls_ssl_init(&s->ssl);
    s->us.fd = s->net.fd = fd;
    if (mbedtls_ssl_setup(&s->ssl, &c->config) != 0) {
        mbedtls_ssl_free(&s->ssl);
        free(s);
        return NULL;
    }
    mbedtls_ssl_set_bio(&s->ssl, &s->net, mbedtls_net_send, mbedtls_net_recv, NULL);
    return s;
}

static int result(int ret)
{
    switch (ret) {
    case MBEDTLS_ERR_SSL_WANT_READ: return PLAIN_WANTS_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE: return PLAIN_WANTS_WRITE;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: return PLAIN_END;
    default: return ret < 0 ? PLAIN_FAILED : ret;
    }
}

static int handshake(void *side)
{
    side_t *s = side;
    return plain_shaken(&s->us, result(mbedtls_ssl_handshake(&s->ssl)));
}

static int read_data(void *side, void *buf, int len)
{
    side_t *s = side;
    return plain_result(&s->us, result(mbedtls_ssl_read(&s->ssl, buf, (size_t)len)));
}

static int write_data(void *side, const void *buf, int len)
{
    side_t *s = side;
    return plain_result(&s->us, result(mbedtls_ssl_write(&s->ssl, buf, (size_t)len)));
}

static int shut(void *side)
{
    side_t *s = side;
    return plain_result(&s->us, result(mbedtls_ssl_close_notify(&s->ssl)));
}

static int side_free(void *side)
{
    side_t *s = side;
    mbedtls_ssl_free(&s->ssl);
    plain_close_fd(&s->us);
    free(s);
    return 1;
}

extern const tls_engine tls_mbedtls;
static const side_ops ops = PLAIN_SIDE("mbedtls", &tls_mbedtls, shut);

const plain_engine plain_mbedtls[] = {{&ops, "mbedtls_ssl_close_notify", 0}, {0}};
