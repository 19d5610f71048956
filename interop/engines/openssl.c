/* OpenSSL. */
#include "engines/openssl.h"
#include "port_openssl.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Contexts ----------------------------------------------------------------------------------- */

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

void *libssl_context(const tls_setup *s)
{
    int version = s->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    libssl_context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = s->server;
    c->ctx = SSL_CTX_new(s->server ? TLS_server_method() : TLS_client_method());
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
    if (s->tickets == TICKETS_OFF || s->tickets == TICKETS_NEVER)
        SSL_CTX_set_options(c->ctx, SSL_OP_NO_TICKET);
    if (s->server && (SSL_CTX_use_certificate_file(c->ctx, s->certificate, SSL_FILETYPE_PEM) != 1 ||
                      SSL_CTX_use_PrivateKey_file(c->ctx, s->key, SSL_FILETYPE_PEM) != 1)) {
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

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

/* Objects ------------------------------------------------------------------------------------ */

static SSL *ssl_of(void *object)
{
    return ((ew_openssl *)object)->ssl;
}

static void *open_object(void *context)
{
    ew_openssl *o = calloc(1, sizeof *o);
    SSL *ssl = o ? libssl_new(context) : NULL;
    if (!ssl) {
        free(o);
        return NULL;
    }
    ew_openssl_init(o, ssl);
    return o;
}

static int resumable(void *object)
{
    SSL_SESSION *session = SSL_get0_session(ssl_of(object));
    return session && SSL_SESSION_is_resumable(session);
}

/* To its context the engine gave the session by itself. */
static int free_object(void *context, void *object, int kept)
{
    SSL_SESSION *session = SSL_get1_session(ssl_of(object));
    (void)context, (void)kept;
    SSL_free(ssl_of(object));
    int found = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    free(object);
    return found;
}

static int reused(void *context, void *object)
{
    (void)context;
    return SSL_session_reused(ssl_of(object));
}

/* Adopted ------------------------------------------------------------------------------------ */

/* As a program without Endwell does it: 1, or what the call gave. */
static int persist(SSL *ssl, int fd, int (*call)(SSL *ssl))
{
    for (;;) {
        int ret = call(ssl), error = SSL_get_error(ssl, ret);
        struct pollfd p = {.fd = fd, .events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT};
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
            return ret;
        poll(&p, 1, 1000);
    }
}

static int look_at_a_byte(SSL *ssl)
{
    char byte;
    return SSL_peek(ssl, &byte, 1);
}

static int adopt(void *context, void *object, ew_conn *conn, int fd, int holds)
{
    SSL_free(ssl_of(object));
    SSL *ssl = libssl_new(context);
    ew_openssl_init(object, ssl);
    if (!ssl || SSL_set_fd(ssl, fd) != 1 || persist(ssl, fd, SSL_do_handshake) != 1 ||
        (holds && persist(ssl, fd, look_at_a_byte) != 1))
        return -2;
    int held = SSL_pending(ssl);
    if (ew_conn_adopt(conn, fd, &ew_openssl_port, object) == 0)
        return 0;
    int is_as_it_was = errno == EINVAL && ew_conn_detail(conn)[0] != '\0' &&
                       SSL_get_fd(ssl) == fd && SSL_pending(ssl) == held;
    close(fd);
    return is_as_it_was ? -1 : -2;
}

/* What the kit makes of it ------------------------------------------------------------------- */

static void stale_error(void)
{
    ERR_raise_data(ERR_LIB_USER, ERR_R_INTERNAL_ERROR, "someone else's");
}

static int finds_error(void)
{
    return ERR_peek_error() != 0;
}

static void clear_errors(void)
{
    ERR_clear_error();
}

static void ignore_eof(void *object)
{
    SSL_set_options(ssl_of(object), SSL_OP_IGNORE_UNEXPECTED_EOF);
}

static void record_size(void *object)
{
    SSL_set_max_send_fragment(ssl_of(object), 512);
}

static void modes(void *object)
{
    SSL_clear_mode(ssl_of(object),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/* As SSL_set_fd does; this one takes all, and none of it leaves. */
static void bio(void *object)
{
    BIO *other = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_of(object), other, other);
}

static const tls_change changes[] = {
    {"record-size", record_size},
    {"modes", modes},
    {"bio", bio},
    {NULL, NULL},
};

/* own_openssl.c */
void own_openssl_pauses(void *object, int times);
extern const tls_own own_openssl;

/* The wire, watched -------------------------------------------------------------------------- */

static const tls_watcher *watching;

/* A label, the client's random, and the secret in hexadecimal digits. */
static void on_secret(const SSL *ssl, const char *line)
{
    char label[32];
    uint8_t secret[48];
    const char *hex = strrchr(line, ' ');
    size_t len = 0;
    unsigned byte;
    (void)ssl;
    if (!hex || sscanf(line, "%31s", label) != 1)
        return;
    for (hex++; len < sizeof secret && sscanf(hex + 2 * len, "%2x", &byte) == 1; len++)
        secret[len] = (uint8_t)byte;
    watching->secret(watching->arg, label, secret, len);
}

static int watch(void *context, void *object, const tls_watcher *watcher)
{
    SSL *ssl = ssl_of(object);
    watching = watcher;
    SSL_CTX_set_keylog_callback(((libssl_context_t *)context)->ctx, on_secret);
    return SSL_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256") == 1 &&
                   SSL_set_cipher_list(ssl, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1
               ? 0
               : -1;
}

/* Limits ------------------------------------------------------------------------------------- */

static const tls_message_limit messages[] = {
    {"KeyUpdate behind a blocked record", 1,
     "libssl fails if a KeyUpdate and one more message come while a record of our data is half "
     "out"},
    {NULL, 0, NULL},
};

const tls_engine tls_openssl = {
    .name = "openssl",
    .title = "OpenSSL",
    .port = &ew_openssl_port,
    .object = sizeof(ew_openssl),
    .has_tls13 = 1,
    .version = version,
    .context = libssl_context,
    .context_free = libssl_context_free,
    .open = open_object,
    .free = free_object,
    .reused = reused,
    .resumable = resumable,
    .adopt = adopt,
    .stale_error = stale_error,
    .finds_error = finds_error,
    .clear_errors = clear_errors,
    .ignore_eof = ignore_eof,
    .changes = changes,
    .pauses = own_openssl_pauses,
    .own = &own_openssl,
    .watch = watch,
    .limits = {.messages = messages,
               .habits = {.most_warnings = 5,
                          .counts_notice = 1,
                          .declines = 1,
                          .answers_early = 1,
                          .keeps_notice = 1,
                          .drops_session = 1}},
};
