/* Endwell on its mbedTLS port. */
#define _GNU_SOURCE
#include "port_mbedtls.h"
#include "side_endwell.h"
#include "tests/mbedtls_versions.h"

#include <mbedtls/entropy.h>
#include <stdlib.h>

enum { MASTER = 48 };

typedef struct {
    mbedtls_ssl_config config;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_cache_context cache;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_session session;               /* a client's, offered to the next connection */
    int server, tls13, has_session, was_shown; /* was_shown: a certificate, and it looked at it */
    unsigned char last_master[MASTER];         /* of the session before */
} context_t;

typedef struct {
    endwell_side us;
    ew_mbedtls port;
    mbedtls_ssl_context ssl;
} side_t;

static void mbedtls_side_context_free(void *context)
{
    context_t *c = context;
    mbedtls_ssl_config_free(&c->config);
    mbedtls_ssl_session_free(&c->session);
    mbedtls_ssl_cache_free(&c->cache);
    mbedtls_x509_crt_free(&c->certificate);
    mbedtls_pk_free(&c->key);
    mbedtls_ctr_drbg_free(&c->random);
    mbedtls_entropy_free(&c->entropy);
    free(c);
}

static int set_identity(context_t *c, const side_config *config)
{
    if (mbedtls_x509_crt_parse_file(&c->certificate, config->cert) != 0 ||
        mbedtls_read_key(&c->key, config->key, &c->random) != 0)
        return -1;
    mbedtls_ssl_conf_session_cache(&c->config, &c->cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    return mbedtls_ssl_conf_own_cert(&c->config, &c->certificate, &c->key) == 0 ? 0 : -1;
}

static int look_at(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    context_t *c = context;
    (void)certificate, (void)depth, (void)flags;
    c->was_shown = 1;
    return 0;
}

static void *mbedtls_side_context(const side_config *config)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    c->tls13 = config->tls13;
    mbedtls_ssl_config_init(&c->config);
    mbedtls_entropy_init(&c->entropy);
    mbedtls_ctr_drbg_init(&c->random);
    mbedtls_ssl_cache_init(&c->cache);
    mbedtls_x509_crt_init(&c->certificate);
    mbedtls_pk_init(&c->key);
    mbedtls_ssl_session_init(&c->session);
    if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(
            &c->config, config->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
            MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        mbedtls_side_context_free(c);
        return NULL;
    }
    mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
    mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_session_tickets(&c->config, config->tickets
                                                     ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                                     : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    mbedtls_hear_of_tickets(&c->config, 1);
    if (config->tls13 && !config->server) {
        mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_OPTIONAL);
        mbedtls_ssl_conf_verify(&c->config, look_at, c);
    }
    if (mbedtls_set_version(&c->config, config->tls13) != 0 ||
        (config->server && set_identity(c, config) != 0)) {
        mbedtls_side_context_free(c);
        return NULL;
    }
    return c;
}

static void *mbedtls_side_open(void *context, int fd)
{
    context_t *c = context;
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.context = c;
    c->was_shown = 0;
    mbedtls_ssl_init(&s->ssl);
    ew_mbedtls_init(&s->port, &s->ssl);
    if (mbedtls_ssl_setup(&s->ssl, &c->config) != 0 ||
        (c->has_session && mbedtls_ssl_set_session(&s->ssl, &c->session) != 0) ||
        ew_conn_open(&s->us.conn, fd, &ew_mbedtls_port, &s->port) != 0) {
        mbedtls_ssl_free(&s->ssl);
        free(s);
        return NULL;
    }
    return s;
}

/* A client that resumes TLS 1.3 is shown no certificate; otherwise the secret is the same. */
static int mbedtls_side_reused(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    const mbedtls_ssl_session *session = s->ssl.MBEDTLS_PRIVATE(session);
    if (c->tls13)
        return !c->server && !c->was_shown;
    return session && memcmp(c->last_master, session->MBEDTLS_PRIVATE(master), MASTER) == 0;
}

/* As the port's header asks: a client saves the session only if it is kept. */
static int mbedtls_side_free(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    const mbedtls_ssl_session *session = s->ssl.MBEDTLS_PRIVATE(session);
    int kept = endwell_detach(s);
    if (session)
        memcpy(c->last_master, session->MBEDTLS_PRIVATE(master), MASTER);
    if (!c->server && kept && session) {
        mbedtls_ssl_session_free(&c->session);
        mbedtls_ssl_session_init(&c->session);
        c->has_session = mbedtls_ssl_get_session(&s->ssl, &c->session) == 0;
    }
    mbedtls_ssl_free(&s->ssl);
    free(s);
    return kept;
}

static const char *mbedtls_side_version(void)
{
    static char version[32];
    mbedtls_version_get_string_full(version);
    return version;
}

/* Of TLS 1.3. */
#define NO_UPDATE    "mbedTLS knows no KeyUpdate: it is an error"
#define TICKETS_ONLY "an mbedTLS server resumes TLS 1.3 by tickets only, out of recall"

static const side_cannot cannot[] = {
    {"handshake-refused", 1, 1,
     "mbedTLS: a TLS 1.3 server that has keys takes an alert in the clear for a forged record"},
    {"key-update-in-wait", 1, ANY, NO_UPDATE},
    {"key-update-asked", 1, ANY, NO_UPDATE},
    {"key-update-before", 1, ANY, NO_UPDATE},
    {"kept-after-full", 1, 1, TICKETS_ONLY},
    {"kept-after-one-way", 1, 1, TICKETS_ONLY},
    {"kept-after-claim", 1, 1, TICKETS_ONLY},
    {"dropped-if-not-closed", 1, 1, TICKETS_ONLY},
    {"dropped-by-alert", 1, 1, TICKETS_ONLY},
    {0},
};

const side_ops side_mbedtls = {
    .name = "mbedtls",
    .has_tls13 = MBEDTLS_HAS_TLS13,
    .cannot = cannot,
    .version = mbedtls_side_version,
    .context = mbedtls_side_context,
    .context_free = mbedtls_side_context_free,
    .open = mbedtls_side_open,
    .reused = mbedtls_side_reused,
    .free = mbedtls_side_free,
    ENDWELL_SIDE_CALLS,
};
