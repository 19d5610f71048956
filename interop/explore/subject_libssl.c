/* Plain libssl, called as an application would. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "subject.h"

#include "dice.h"
#include "ew_core.h"
#include "heap.h"
#include "library.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TURNS = 20, HANDSHAKE_MAX = 16384 };

/* Bytes on their way during the handshake: plain, and nobody looks at them. */
typedef struct {
    uint8_t bytes[HANDSHAKE_MAX];
    int length;
} stream;

static wire *transport;
static SSL *ours, *peers;
static SSL_CTX *contexts[2];
static BIO_METHOD *methods[2]; /* made once: a connection refers to them to its end */
static stream to_peer, from_peer;
static bool established;
static bool restored;         /* the memory is in the heap, and put back after each step */
static uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */

/* The transport ----------------------------------------------------------------------------- */

static int stream_get(stream *s, char *buf, int len)
{
    int n = len < s->length ? len : s->length;
    memcpy(buf, s->bytes, (size_t)n);
    s->length -= n;
    memmove(s->bytes, s->bytes + n, (size_t)s->length);
    return n;
}

static int stream_put(stream *s, const char *buf, int len)
{
    if (len > HANDSHAKE_MAX - s->length)
        return -1;
    memcpy(s->bytes + s->length, buf, (size_t)len);
    s->length += len;
    return len;
}

static void clear_retry(BIO *bio)
{
    lib.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
}

static int blocked(BIO *bio, int flag)
{
    lib.BIO_set_flags(bio, flag | BIO_FLAGS_SHOULD_RETRY);
    return -1;
}

static int our_read(BIO *bio, char *buf, int len)
{
    clear_retry(bio);
    int n = established ? wire_read(transport, buf, len) : stream_get(&from_peer, buf, len);
    if (n == WIRE_BLOCKED || (n == 0 && !established))
        return blocked(bio, BIO_FLAGS_READ);
    if (n == WIRE_FAILED)
        errno = ECONNRESET;
    return n == WIRE_FAILED ? -1 : n;
}

static int our_write(BIO *bio, const char *buf, int len)
{
    clear_retry(bio);
    int n = established ? wire_write(transport, buf, len) : stream_put(&to_peer, buf, len);
    if (n == WIRE_BLOCKED)
        return blocked(bio, BIO_FLAGS_WRITE);
    if (n == WIRE_FAILED)
        errno = EPIPE;
    return n == WIRE_FAILED ? -1 : n;
}

static int peers_read(BIO *bio, char *buf, int len)
{
    clear_retry(bio);
    int n = stream_get(&to_peer, buf, len);
    return n > 0 ? n : blocked(bio, BIO_FLAGS_READ);
}

static int peers_write(BIO *bio, const char *buf, int len)
{
    clear_retry(bio);
    return stream_put(&from_peer, buf, len);
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return established && transport->reading == READ_ENDED && transport->in_length == 0;
    transport->flushed = transport->flushed || command == BIO_CTRL_FLUSH;
    return command == BIO_CTRL_FLUSH;
}

/* `made`: the kind of transport, once there was one. */
static bool attach(SSL *ssl, BIO_METHOD **made, int (*get)(BIO *, char *, int),
                   int (*put)(BIO *, const char *, int))
{
    BIO_METHOD *m = *made ? *made : lib.BIO_meth_new(BIO_TYPE_SOURCE_SINK | 100, "an end");
    *made = m;
    if (!ssl || !m || !lib.BIO_meth_set_read(m, get) || !lib.BIO_meth_set_write(m, put) ||
        !lib.BIO_meth_set_ctrl(m, control))
        return false;
    BIO *bio = lib.BIO_new(m);
    if (!bio)
        return false;
    lib.BIO_set_init(bio, 1);
    lib.SSL_set_bio(ssl, bio, bio);
    return true;
}

/* The connection ---------------------------------------------------------------------------- */

static bool hex(const char *text, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (sscanf(text + 2 * i, "%2hhx", &out[i]) != 1)
            return false;
    return true;
}

/* "LABEL random secret", a line for each secret. */
static void keylog(const SSL *ssl, const char *line)
{
    (void)ssl;
    const char *last = strrchr(line, ' ');
    if (strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0)
        hex(last + 1, secret[0], sizeof secret[0]);
    if (strncmp(line, "SERVER_TRAFFIC_SECRET_0 ", 24) == 0)
        hex(last + 1, secret[1], sizeof secret[1]);
}

/* A certificate for the server, signed by itself; nobody checks it. */
static bool certify(SSL_CTX *ctx)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = lib.EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL);
    X509 *x = lib.X509_new();
    bool good = maker && x && lib.EVP_PKEY_keygen_init(maker) == 1 &&
                lib.EVP_PKEY_keygen(maker, &key) == 1 &&
                lib.ASN1_INTEGER_set(lib.X509_get_serialNumber(x), 1) &&
                lib.X509_gmtime_adj(lib.X509_getm_notBefore(x), 0) &&
                lib.X509_gmtime_adj(lib.X509_getm_notAfter(x), 3600) &&
                lib.X509_set_pubkey(x, key) && lib.X509_sign(x, key, NULL) > 0 &&
                lib.SSL_CTX_use_certificate(ctx, x) == 1 &&
                lib.SSL_CTX_use_PrivateKey(ctx, key) == 1;
    lib.EVP_PKEY_CTX_free(maker);
    lib.EVP_PKEY_free(key);
    lib.X509_free(x);
    return good;
}

static SSL_CTX *context(bool server, bool tls13, uint8_t begins)
{
    int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX *ctx = lib.SSL_CTX_new(server ? lib.TLS_server_method() : lib.TLS_client_method());
    if (!ctx)
        return NULL;
    lib.SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, version, NULL);
    lib.SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, version, NULL);
    /* Short: a ClientHello has to fit where records are looked at, whatever a release offers. */
    lib.SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (char *)"X25519");
    lib.SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_BOTH, NULL);
    lib.SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (begins == IGNORING_EOF)
        lib.SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
    lib.SSL_CTX_set_num_tickets(ctx, 1);
    lib.SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"walk", 4);
    lib.SSL_CTX_set_keylog_callback(ctx, keylog);
    if (lib.SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1 &&
        lib.SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") == 1 &&
        (!server || certify(ctx)))
        return ctx;
    lib.SSL_CTX_free(ctx);
    return NULL;
}

/* Until both ends are done, and the client has the server's ticket. */
static bool shake_hands(SSL *client, SSL *server)
{
    char none[1];
    bool done = false;
    for (int turns = 0; turns < MOST_TURNS && !done; turns++) {
        int c = lib.SSL_do_handshake(client), s = lib.SSL_do_handshake(server);
        done = c == 1 && s == 1 && to_peer.length == 0 && from_peer.length == 0;
        if (c == 1)
            lib.SSL_read(client, none, 1);
        lib.ERR_clear_error();
    }
    return done;
}

static bool take_keys(wire *w)
{
    uint8_t master[48], client_random[32], server_random[32];
    const uint8_t *mine = secret[w->client ? 0 : 1], *other = secret[w->client ? 1 : 0];
    const uint16_t number[2] = {w->client ? 0 : 1, w->client ? 1 : 0}; /* the server's ticket */
    if (w->tls13)
        return wire_keys_tls13(w, mine, other, number);
    lib.SSL_SESSION_get_master_key(lib.SSL_get_session(ours), master, sizeof master);
    lib.SSL_get_client_random(ours, client_random, sizeof client_random);
    lib.SSL_get_server_random(ours, server_random, sizeof server_random);
    return wire_keys_tls12(w, master, client_random, server_random);
}

static void close_all(void)
{
    lib.SSL_free(ours);
    lib.SSL_free(peers);
    for (int i = 0; i < 2; i++)
        lib.SSL_CTX_free(contexts[i]);
    ours = peers = NULL;
    to_peer.length = from_peer.length = 0;
    established = false;
}

static bool open_connection(wire *w)
{
    close_all();
    transport = w;
    for (int server = 0; server < 2; server++)
        contexts[server] = context(server, w->tls13, w->start);
    if (!contexts[0] || !contexts[1])
        return false;
    ours = lib.SSL_new(contexts[w->client ? 0 : 1]);
    peers = lib.SSL_new(contexts[w->client ? 1 : 0]);
    if (!attach(ours, &methods[0], our_read, our_write) ||
        !attach(peers, &methods[1], peers_read, peers_write))
        return false;
    lib.SSL_set_connect_state(w->client ? ours : peers);
    lib.SSL_set_accept_state(w->client ? peers : ours);
    if (w->start == FRESH)
        return established = true;
    established = shake_hands(w->client ? ours : peers, w->client ? peers : ours) &&
                  lib.SSL_SESSION_is_resumable(lib.SSL_get_session(ours)) && take_keys(w);
    return established;
}

/* The calls --------------------------------------------------------------------------------- */

static int class_of(int ret)
{
    switch (lib.SSL_get_error(ours, ret)) {
    case SSL_ERROR_NONE: return EW_ERROR_NONE;
    case SSL_ERROR_WANT_READ: return EW_ERROR_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return EW_ERROR_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return EW_ERROR_ZERO_RETURN;
    case SSL_ERROR_SYSCALL: return EW_ERROR_SYSCALL;
    default: return EW_ERROR_SSL;
    }
}

static void gave(outcome *o, int ret)
{
    o->part[VALUE] = ret;
    o->part[ERROR] = class_of(ret);
}

/* These refuse by 0, where others do by -1. */
static void asked(outcome *o, int ret)
{
    o->part[VALUE] = ret == 1 ? 1 : -1;
}

static void read_all(outcome *o)
{
    char buf[LARGE];
    int ret, sum = 0;
    while ((ret = lib.SSL_read(ours, buf, sizeof buf)) > 0)
        sum += ret;
    gave(o, ret);
    o->part[VALUE] = sum > 0 ? sum : ret;
}

/* Whether the session outlives its connection, which is back once the heap is restored. */
static int free_connection(void)
{
    SSL_SESSION *session = lib.SSL_get1_session(ours);
    lib.SSL_free(ours);
    if (!restored)
        ours = NULL;
    int kept = session && lib.SSL_SESSION_is_resumable(session);
    lib.SSL_SESSION_free(session);
    return kept;
}

static void give_state(outcome *o)
{
    o->part[FLAGS] = lib.SSL_get_shutdown(ours);
    o->part[END] = (o->part[FLAGS] & SSL_RECEIVED_SHUTDOWN) != 0; /* the nearest it has */
    const SSL_SESSION *session = lib.SSL_get_session(ours);
    if (transport->start != FRESH)
        o->part[SESSION] = session && lib.SSL_SESSION_is_resumable(session);
}

static void call(step s, outcome *o)
{
    char buf[LARGE];
    switch (s) {
    case SHUTDOWN: gave(o, lib.SSL_shutdown(ours)); break;
    case READ_SMALL: gave(o, lib.SSL_read(ours, buf, SMALL)); break;
    case READ_ALL: read_all(o); break;
    case PEEK: gave(o, lib.SSL_peek(ours, buf, LARGE)); break;
    case WRITE: gave(o, lib.SSL_write(ours, "hello", 5)); break;
    case WRITE_NOTHING: gave(o, lib.SSL_write(ours, "", 0)); break;
    case QUIET_ON: lib.SSL_set_quiet_shutdown(ours, 1); break;
    case QUIET_OFF: lib.SSL_set_quiet_shutdown(ours, 0); break;
    case UPDATE_KEY: asked(o, lib.SSL_key_update(ours, SSL_KEY_UPDATE_NOT_REQUESTED)); break;
    case RENEGOTIATE: asked(o, lib.SSL_renegotiate(ours)); break;
    case HANDSHAKE: gave(o, lib.SSL_do_handshake(ours)); break;
    case SET_7: lib.SSL_set_shutdown(ours, 7); break;
    case FREE: o->part[SESSION] = free_connection(); return;
    default: lib.SSL_set_shutdown(ours, s - SET_0); break;
    }
    give_state(o);
}

static int flags(void)
{
    return lib.SSL_get_shutdown(ours);
}

static life state(void)
{
    const char *said = lib.SSL_state_string_long(ours);
    return strcmp(said, "error") == 0 ? IN_ERROR : lib.SSL_in_init(ours) ? IN_HANDSHAKE : LIVES;
}

static bool errors_left(void)
{
    return lib.ERR_peek_error() != 0;
}

static void clear_errors(void)
{
    lib.ERR_clear_error();
}

/* Loading ----------------------------------------------------------------------------------- */

static const char *load(const char *folder, bool in_heap)
{
    const char *missing = library_load(folder);
    restored = in_heap;
    if (missing || !in_heap)
        return missing;
    if (heap_open() != 0)
        return "there is no memory for the library's heap";
    if (lib.CRYPTO_set_mem_functions(heap_malloc, heap_realloc, heap_free) != 1)
        return "this libssl does not let its memory functions be replaced";
    if (!dice_replace())
        return "this libssl does not let its source of randomness be replaced";
    return NULL;
}

static const char *version(void)
{
    return lib.version;
}

static int release(void)
{
    return lib.release;
}

static bool has(step s)
{
    (void)s;
    return true;
}

/* 1.0.2 has neither TLS 1.3 nor the option. */
static bool begins(beginning b, bool tls13)
{
    return lib.release == 0 || lib.release >= 10101 || (!tls13 && b != IGNORING_EOF);
}

const subject subject_libssl = {
    .name = "libssl",
    .load = load,
    .version = version,
    .release = release,
    .open = open_connection,
    .has = has,
    .call = call,
    .flags = flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_errors,
    .leave_error = library_raise,
    .begins = begins,
    .habits = &(const tls_habits){.most_warnings = 5, .heeds_flag = 1},
};
