/* mbedTLS. */
#include "engines/engine.h"
#include "port_mbedtls.h"
#include "tests/mbedtls_versions.h"

#include <mbedtls/entropy.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <stdlib.h>

extern const tls_engine tls_mbedtls;

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
    ew_mbedtls port; /* first: the port's object */
    mbedtls_ssl_context ssl;
} object_t;

/* Contexts ----------------------------------------------------------------------------------- */

static void context_free(void *context)
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

static int look_at(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    context_t *c = context;
    (void)certificate, (void)depth, (void)flags;
    c->was_shown = 1;
    return 0;
}

static int set_identity(context_t *c, const tls_setup *s)
{
    if (mbedtls_x509_crt_parse_file(&c->certificate, s->certificate) != 0 ||
        mbedtls_read_key(&c->key, s->key, &c->random) != 0)
        return -1;
    mbedtls_ssl_conf_session_cache(&c->config, &c->cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    return mbedtls_ssl_conf_own_cert(&c->config, &c->certificate, &c->key);
}

/* Where something is said of tickets, sessions are what matters: a client then looks at the
 * certificate, to know whether it was shown one. */
static void set_tickets(context_t *c, const tls_setup *s)
{
    if (s->tickets == TICKETS_UNSAID)
        return;
    mbedtls_ssl_conf_session_tickets(&c->config, s->tickets == TICKETS_ON
                                                     ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                                     : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    mbedtls_hear_of_tickets(&c->config, 1);
    if (s->tls13 && !s->server) {
        mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_OPTIONAL);
        mbedtls_ssl_conf_verify(&c->config, look_at, c);
    }
}

static int configure(context_t *c, const tls_setup *s)
{
    int role = s->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
    if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&c->config, role, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return -1;
    mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
    mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_NONE);
    set_tickets(c, s);
    if (mbedtls_set_version(&c->config, s->tls13) != 0)
        return -1;
    return s->server ? set_identity(c, s) : 0;
}

static void *context_new(const tls_setup *s)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = s->server;
    c->tls13 = s->tls13;
    mbedtls_ssl_config_init(&c->config);
    mbedtls_entropy_init(&c->entropy);
    mbedtls_ctr_drbg_init(&c->random);
    mbedtls_ssl_cache_init(&c->cache);
    mbedtls_x509_crt_init(&c->certificate);
    mbedtls_pk_init(&c->key);
    mbedtls_ssl_session_init(&c->session);
    if (configure(c, s) == 0)
        return c;
    context_free(c);
    return NULL;
}

static const char *version(void)
{
    static char text[32];
    mbedtls_version_get_string_full(text);
    return text;
}

/* Objects ------------------------------------------------------------------------------------ */

static mbedtls_ssl_context *ssl_of(void *object)
{
    return ((ew_mbedtls *)object)->ssl;
}

static const mbedtls_ssl_session *session_of(void *object)
{
    return ssl_of(object)->MBEDTLS_PRIVATE(session);
}

static void *open_object(void *context)
{
    context_t *c = context;
    object_t *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    c->was_shown = 0;
    mbedtls_ssl_init(&o->ssl);
    if (mbedtls_ssl_setup(&o->ssl, &c->config) != 0 ||
        (c->has_session && mbedtls_ssl_set_session(&o->ssl, &c->session) != 0)) {
        mbedtls_ssl_free(&o->ssl);
        free(o);
        return NULL;
    }
    ew_mbedtls_init(&o->port, &o->ssl);
    return o;
}

/* A client that resumes TLS 1.3 is shown no certificate; otherwise the secret is the same. */
static int reused(void *context, void *object)
{
    context_t *c = context;
    const mbedtls_ssl_session *session = session_of(object);
    if (c->tls13)
        return !c->server && !c->was_shown;
    return session && memcmp(c->last_master, session->MBEDTLS_PRIVATE(master), MASTER) == 0;
}

/* As the port's header asks: a client saves the session only if it is kept. It has no cache, and a
 * server none for TLS 1.3. */
static int free_object(void *context, void *object, int kept)
{
    context_t *c = context;
    const mbedtls_ssl_session *session = session_of(object);
    int found = c->server && !c->tls13 && session ? mbedtls_is_cached(&c->cache, session) : -1;
    if (session)
        memcpy(c->last_master, session->MBEDTLS_PRIVATE(master), MASTER);
    if (!c->server && kept && session) {
        mbedtls_ssl_session_free(&c->session);
        mbedtls_ssl_session_init(&c->session);
        c->has_session = mbedtls_ssl_get_session(ssl_of(object), &c->session) == 0;
    }
    mbedtls_ssl_free(ssl_of(object));
    free(object);
    return found;
}

/* What the kit makes of it ------------------------------------------------------------------- */

/* Of the configuration, which may be shared and is looked at with each record. */
static mbedtls_ssl_config *config_of(void *object)
{
    return (mbedtls_ssl_config *)ssl_of(object)->MBEDTLS_PRIVATE(conf);
}

static void record_size(void *object)
{
    mbedtls_ssl_conf_max_frag_len(config_of(object), MBEDTLS_SSL_MAX_FRAG_LEN_512);
}

static const tls_change changes[] = {{"record-size", record_size}, {NULL, NULL}};

#if MBEDTLS_VERSION_MAJOR == 2 /* the others cannot be adopted */
extern const tls_own own_mbedtls;
#endif

/* The wire, watched: the master secret ------------------------------------------------------- */

static int watch(void *context, void *object, const tls_watcher *watcher)
{
    static const int offer[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};
    (void)context, (void)watcher;
    mbedtls_ssl_conf_ciphersuites(config_of(object), offer);
    return 0;
}

static int watched(void *object, const tls_watcher *watcher)
{
    const mbedtls_ssl_session *session = session_of(object);
    if (!session)
        return -1;
    watcher->master(watcher->arg, session->MBEDTLS_PRIVATE(master));
    return 0;
}

/* Limits ------------------------------------------------------------------------------------- */

/* Of TLS 1.3. */
#define NO_UPDATE    "mbedTLS knows no KeyUpdate: it is an error"
#define TICKETS_ONLY "an mbedTLS server resumes TLS 1.3 by tickets only, out of recall"

static const char clear_alert[] =
    "mbedTLS: a TLS 1.3 server that has keys takes an alert in the clear for a forged record";

static const tls_scenario_limit scenarios[] = {
    {"handshake-refused", 1, 1, clear_alert}, {"key-update-in-wait", 1, ANY, NO_UPDATE},
    {"key-update-asked", 1, ANY, NO_UPDATE},  {"key-update-before", 1, ANY, NO_UPDATE},
    {"kept-after-full", 1, 1, TICKETS_ONLY},  {"kept-after-one-way", 1, 1, TICKETS_ONLY},
    {"kept-after-claim", 1, 1, TICKETS_ONLY}, {"dropped-if-not-closed", 1, 1, TICKETS_ONLY},
    {"dropped-by-alert", 1, 1, TICKETS_ONLY}, {0},
};

static const tls_obligation_limit obligations[] = {
#if MBEDTLS_VERSION_NUMBER >= 0x03060300
    {"handshake-ends-when-done", "*", "connect-nonsense", "*",
     "mbedTLS looks at a message when it is complete: it waits for the length that nonsense "
     "claims"},
#endif
#if MBEDTLS_HAS_TLS13
    {"handshake-ends-when-done", "1.3", "connect-refused", "*", clear_alert},
    {"message-is-skipped", "1.3", "*key-update*", "*", NO_UPDATE},
#endif
    {NULL, NULL, NULL, NULL, NULL},
};

static const tls_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: a key elsewhere needs what the port's version may lack"},
    {"stale-error-tells-nothing", "*", "mbedTLS keeps no errors of a thread"},
    {"data-behind-an-answer", "*", NO_UPDATE},
    {NULL, NULL, NULL},
};

static const tls_message_limit messages[] = {
    {"KeyUpdate", 1, NO_UPDATE},
    {NULL, 0, NULL},
};

const tls_engine tls_mbedtls = {
    .name = "mbedtls",
    .title = "mbedTLS",
    .port = &ew_mbedtls_port,
    .object = sizeof(ew_mbedtls),
    .has_tls13 = MBEDTLS_HAS_TLS13,
    .version = version,
    .context = context_new,
    .context_free = context_free,
    .open = open_object,
    .free = free_object,
    .reused = reused,
    .changes = changes,
#if MBEDTLS_VERSION_MAJOR == 2
    .own = &own_mbedtls,
#endif
    .watch = watch,
    .watched = watched,
    .limits = {.scenarios = scenarios,
               .obligations = obligations,
               .unseen = unseen,
               .messages = messages,
               .habits = {.most_empty = 4, .declines = 1, .flushes = 1}},
};
