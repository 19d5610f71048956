/* Adapter for mbedTLS. */
#include "kit.h"
#include "port_mbedtls.h"
#include "tests/mbedtls_versions.h"

#include <mbedtls/entropy.h>
#include <stdlib.h>

typedef struct {
    ew_mbedtls port; /* first: the port's object */
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_cache_context cache;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    int server, tls13;
} object_t;

static void free_all(object_t *o)
{
    mbedtls_ssl_free(&o->ssl);
    mbedtls_ssl_config_free(&o->config);
    mbedtls_ssl_cache_free(&o->cache);
    mbedtls_x509_crt_free(&o->certificate);
    mbedtls_pk_free(&o->key);
    mbedtls_ctr_drbg_free(&o->random);
    mbedtls_entropy_free(&o->entropy);
    free(o);
}

static int configure(object_t *o, const kit_setup *s)
{
    int role = s->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
    if (mbedtls_ctr_drbg_seed(&o->random, mbedtls_entropy_func, &o->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&o->config, role, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return 0;
    mbedtls_ssl_conf_rng(&o->config, mbedtls_ctr_drbg_random, &o->random);
    mbedtls_ssl_conf_authmode(&o->config, MBEDTLS_SSL_VERIFY_NONE);
    if (mbedtls_set_version(&o->config, s->tls13) != 0)
        return 0;
    mbedtls_ssl_conf_session_cache(&o->config, &o->cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    return !s->server || (mbedtls_x509_crt_parse_file(&o->certificate, s->certificate) == 0 &&
                          mbedtls_read_key(&o->key, s->key, &o->random) == 0 &&
                          mbedtls_ssl_conf_own_cert(&o->config, &o->certificate, &o->key) == 0);
}

static void *open_engine(const kit_setup *s)
{
    object_t *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    mbedtls_ssl_init(&o->ssl);
    mbedtls_ssl_config_init(&o->config);
    mbedtls_entropy_init(&o->entropy);
    mbedtls_ctr_drbg_init(&o->random);
    mbedtls_ssl_cache_init(&o->cache);
    mbedtls_x509_crt_init(&o->certificate);
    mbedtls_pk_init(&o->key);
    o->server = s->server;
    o->tls13 = s->tls13;
    if (!configure(o, s) || mbedtls_ssl_setup(&o->ssl, &o->config) != 0) {
        free_all(o);
        return NULL;
    }
    ew_mbedtls_init(&o->port, &o->ssl);
    return o;
}

/* A client has no cache, and a server none for TLS 1.3. */
static int free_engine(void *object)
{
    object_t *o = object;
    const mbedtls_ssl_session *session = o->ssl.MBEDTLS_PRIVATE(session);
    int found = o->server && !o->tls13 && session ? mbedtls_is_cached(&o->cache, session) : -1;
    free_all(o);
    return found;
}

static const char *version(void)
{
    static char text[32];
    mbedtls_version_get_string_full(text);
    return text;
}

/* Of the configuration, which may be shared and is looked at with each record. */
static void record_size(void *object)
{
    mbedtls_ssl_conf_max_frag_len(&((object_t *)object)->config, MBEDTLS_SSL_MAX_FRAG_LEN_512);
}

static const kit_change changes[] = {{"record-size", record_size}, {NULL, NULL}};

static const kit_excuse excuses[] = {
#if MBEDTLS_VERSION_NUMBER >= 0x03060300
    {"handshake-ends-when-done", "*", "connect-nonsense", "*",
     "mbedTLS looks at a message when it is complete: it waits for the length that nonsense "
     "claims"},
#endif
#if MBEDTLS_HAS_TLS13
    {"handshake-ends-when-done", "1.3", "connect-refused", "*",
     "mbedTLS has keys by then, and takes an alert in the clear for a forged record: tls_error"},
    {"message-is-skipped", "1.3", "*key-update*", "*", "mbedTLS knows no KeyUpdate"},
#endif
    {NULL, NULL, NULL, NULL, NULL},
};

static const kit_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: a key elsewhere needs what the port's version may lack"},
    {"stale-error-tells-nothing", "*", "mbedTLS keeps no errors of a thread"},
    {"data-behind-an-answer", "*", "mbedTLS knows no KeyUpdate"},
    {NULL, NULL, NULL},
};

#if MBEDTLS_VERSION_MAJOR == 2 /* the others cannot be adopted */
extern const kit_own kit_mbedtls_own;
#endif

const kit_engine kit_mbedtls = {
    .name = "mbedtls",
    .port = &ew_mbedtls_port,
    .has_tls13 = MBEDTLS_HAS_TLS13,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .changes = changes,
#if MBEDTLS_VERSION_MAJOR == 2
    .own = &kit_mbedtls_own,
#endif
    .excuses = excuses,
    .unseen = unseen,
};
