/* On OpenSSL. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "subject_endwell.h"

#include "heap.h"
#include "subject_endwell_peer.h"
#include "port_openssl.h"

#include <openssl/err.h>
#include <openssl/rand.h>

static ew_openssl *engine;
static bool restored; /* see endwell_load */
static SSL *ssl;
static SSL_CTX *ctx; /* with the sessions */

static int roll(unsigned char *buf, int len)
{
    endwell_roll(buf, (size_t)len);
    return 1;
}

static int roll_status(void)
{
    return 1;
}

static const RAND_METHOD method = {.bytes = roll, .pseudorand = roll, .status = roll_status};

static const char *load(const char *folder, bool in_heap)
{
    if (folder)
        return "our library is linked with the system's OpenSSL";
    restored = in_heap;
    engine = endwell_load(sizeof *engine, in_heap);
    if (!engine)
        return "there is no memory for the library's heap";
    if (!in_heap)
        return NULL;
    if (CRYPTO_set_mem_functions(heap_malloc, heap_realloc, heap_free) != 1)
        return "this libssl does not let its memory functions be replaced";
    if (RAND_set_rand_method(&method) != 1)
        return "this libssl does not let its source of randomness be replaced";
    return NULL;
}

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

static bool set_identity(void)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    bool good = peer_certificate(&certificate, &key) &&
                SSL_CTX_use_certificate(ctx, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(ctx, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return good;
}

static void close_connection(void)
{
    ew_conn_release(endwell); /* unless it was */
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    ssl = NULL;
}

static bool open_connection(wire *w)
{
    close_connection();
    ctx = SSL_CTX_new(TLS_method());
    if (!ctx || !peer_limit(ctx, w->tls13) || (!w->client && !set_identity()))
        return false;
    if (w->start == IGNORING_EOF) /* the port takes it back */
        SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
    ssl = SSL_new(ctx);
    if (!ssl)
        return false;
    if (w->client)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    ew_openssl_init(engine, ssl);
    return endwell_open(w, &ew_openssl_port, engine) &&
           (w->start == FRESH || SSL_SESSION_is_resumable(SSL_get_session(ssl)));
}

/* What the engine's cache makes of the session has to be what the connection said. */
static void free_connection(outcome *o)
{
    SSL_SESSION *session = SSL_get1_session(ssl);
    int said = ours_release();
    SSL_free(ssl);
    if (!restored)
        ssl = NULL;
    int kept = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    o->part[SESSION] = kept;
    o->part[KEPT] = said;
}

static void call(step s, outcome *o)
{
    if (s == FREE)
        free_connection(o);
    else
        endwell_call(s, o);
}

static life state(void)
{
    return SSL_get_state(ssl) == TLS_ST_BEFORE || SSL_in_init(ssl) ? IN_HANDSHAKE : LIVES;
}

static bool errors_left(void)
{
    return ERR_peek_error() != 0;
}

static void clear_errors(void)
{
    ERR_clear_error();
}

static void leave_error(void)
{
    ERR_raise(ERR_LIB_USER, 1);
}

static int release(void)
{
    return 0; /* no rule of libssl's applies */
}

static const char *const sources[] = {"gen/out/ew_core.c",   "src/open.c",
                                      "src/endwell.c",       "src/data.c",
                                      "src/close.c",         "src/wait.c",
                                      "src/questions.c",     "src/transport.c",
                                      "src/dispatch.c",      "src/dispatch.h",
                                      "src/io_posix.c",      "src/port_openssl.c",
                                      "src/openssl_setup.h", NULL};

static bool has(step s)
{
    return endwell_has(s, &ew_openssl_port);
}

const subject subject_endwell_openssl = {
    .name = "endwell-openssl",
    .load = load,
    .version = version,
    .release = release,
    .open = open_connection,
    .has = has,
    .call = call,
    .flags = endwell_flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_errors,
    .leave_error = leave_error,
    .sources = sources,
    .limits = {.most_warnings = 5,
               .counts_notice = true,
               .declines = true,
               .answers_early = true,
               .drops_session = true},
};
