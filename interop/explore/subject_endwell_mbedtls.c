/* On mbedTLS. */
#include "subject_endwell.h"

#include "heap.h"
#include "subject_endwell_peer.h"
#include "port_mbedtls.h"

#include <mbedtls/ssl_cache.h>
#include <mbedtls/version.h>

#include <stdlib.h>
#include <string.h>

/* In the heap, as everything that changes. */
typedef struct {
    ew_mbedtls port;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_ssl_cache_context cache;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
} end;

static end *us;
static bool restored; /* see endwell_load */

/* Memory: mbedTLS calls the C library, and the linker puts these in its place (--wrap) -------- */

void *__real_calloc(size_t count, size_t size);
void __real_free(void *p);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *p);

void *__wrap_calloc(size_t count, size_t size)
{
    if (!endwell_in_engine || !restored)
        return __real_calloc(count, size);
    return size > 0 && count > SIZE_MAX / size ? NULL : heap_malloc(count * size, "", 0);
}

void __wrap_free(void *p)
{
    if (restored && heap_owns(p))
        heap_free(p, "", 0);
    else
        __real_free(p);
}

static const char *load(const char *folder, bool in_heap)
{
    if (folder)
        return "our library is linked with the system's mbedTLS";
    restored = in_heap;
    us = endwell_load(sizeof *us, in_heap);
    return us ? NULL : "there is no memory for the library's heap";
}

static const char *version(void)
{
    return MBEDTLS_VERSION_STRING;
}

/* The connection ---------------------------------------------------------------------------- */

static int roll(void *context, unsigned char *buf, size_t len)
{
    (void)context;
    endwell_roll(buf, len);
    return 0;
}

static bool set_identity(const uint8_t *certificate, int certificate_len, const uint8_t *key,
                         int key_len)
{
    mbedtls_ssl_conf_session_cache(&us->config, &us->cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    return mbedtls_x509_crt_parse_der(&us->certificate, certificate, (size_t)certificate_len) ==
               0 &&
           mbedtls_pk_parse_key(&us->key, key, (size_t)key_len, NULL, 0) == 0 &&
           mbedtls_ssl_conf_own_cert(&us->config, &us->certificate, &us->key) == 0;
}

static bool make_identity(void)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    uint8_t *x = NULL, *k = NULL;
    bool good = peer_certificate(&certificate, &key);
    int x_len = good ? i2d_X509(certificate, &x) : -1;
    int k_len = good ? i2d_PrivateKey(key, &k) : -1;
    endwell_in_engine = true;
    good = x_len > 0 && k_len > 0 && set_identity(x, x_len, k, k_len);
    endwell_in_engine = false;
    OPENSSL_free(x);
    OPENSSL_free(k);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return good;
}

static bool configure(bool client)
{
    static const int suites[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};
    mbedtls_ssl_init(&us->ssl);
    mbedtls_ssl_config_init(&us->config);
    mbedtls_ssl_cache_init(&us->cache);
    mbedtls_x509_crt_init(&us->certificate);
    mbedtls_pk_init(&us->key);
    if (mbedtls_ssl_config_defaults(&us->config,
                                    client ? MBEDTLS_SSL_IS_CLIENT : MBEDTLS_SSL_IS_SERVER,
                                    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return false;
    mbedtls_ssl_conf_rng(&us->config, roll, NULL);
    mbedtls_ssl_conf_ciphersuites(&us->config, suites);
    mbedtls_ssl_conf_min_version(&us->config, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_authmode(&us->config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_session_tickets(&us->config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    return true;
}

static bool set_up(void)
{
    endwell_in_engine = true;
    bool good = mbedtls_ssl_setup(&us->ssl, &us->config) == 0;
    endwell_in_engine = false;
    return good;
}

static bool in_cache(const mbedtls_ssl_session *session)
{
    mbedtls_ssl_session found;
    mbedtls_ssl_session_init(&found);
    found.ciphersuite = session->ciphersuite;
    found.compression = session->compression;
    found.id_len = session->id_len;
    memcpy(found.id, session->id, session->id_len);
    bool is = us->cache.chain && mbedtls_ssl_cache_get(&us->cache, &found) == 0 &&
              found.ciphersuite == session->ciphersuite;
    mbedtls_ssl_session_free(&found);
    return is;
}

static void close_connection(void)
{
    ew_conn_release(endwell); /* unless it was */
    mbedtls_ssl_free(&us->ssl);
    mbedtls_ssl_config_free(&us->config);
    mbedtls_ssl_cache_free(&us->cache);
    mbedtls_x509_crt_free(&us->certificate);
    mbedtls_pk_free(&us->key);
}

/* The port speaks no TLS 1.3, and there is nothing to ignore an EOF with. */
static bool begins(beginning b, bool tls13)
{
    return !tls13 && b != IGNORING_EOF;
}

static bool open_connection(wire *w)
{
    close_connection();
    if (!configure(w->client) || (!w->client && !make_identity()) || !set_up())
        return false;
    ew_mbedtls_init(&us->port, &us->ssl);
    return endwell_open(w, &ew_mbedtls_port, &us->port) &&
           (w->start == FRESH || w->client || in_cache(us->ssl.session));
}

/* A server's cache has to do what the connection said; a client's session is the application's. */
static void free_connection(outcome *o)
{
    endwell_in_engine = true;
    o->part[KEPT] = ours_release();
    o->part[SESSION] =
        us->ssl.conf->endpoint == MBEDTLS_SSL_IS_CLIENT ? o->part[KEPT] : in_cache(us->ssl.session);
    endwell_in_engine = false;
}

static void call(step s, outcome *o)
{
    if (s == FREE)
        free_connection(o);
    else
        endwell_call(s, o);
}

/* And it has no queue of errors. */
static bool has(step s)
{
    return endwell_has(s, &ew_mbedtls_port) && s != LEAVE_ERROR && s != CLEAR_QUEUE;
}

static life state(void)
{
    return us->ssl.state == MBEDTLS_SSL_HANDSHAKE_OVER ? LIVES : IN_HANDSHAKE;
}

static bool errors_left(void)
{
    return false;
}

static void nothing(void)
{
}

static int release(void)
{
    return 0; /* no rule of libssl's applies */
}

static const char *const sources[] = {"gen/out/ew_core.c",
                                      "src/open.c",
                                      "src/close.c",
                                      "src/wait.c",
                                      "src/endwell.c",
                                      "src/data.c",
                                      "src/questions.c",
                                      "src/transport.c",
                                      "src/dispatch.c",
                                      "src/dispatch.h",
                                      "src/io_posix.c",
                                      "src/port_mbedtls.c",
                                      NULL};

const subject subject_endwell_mbedtls = {
    .name = "endwell-mbedtls",
    .load = load,
    .version = version,
    .release = release,
    .begins = begins,
    .open = open_connection,
    .has = has,
    .call = call,
    .flags = endwell_flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = nothing,
    .leave_error = nothing,
    .sources = sources,
    .limits = {.most_empty = 4, .declines = true, .flushes = true},
};
