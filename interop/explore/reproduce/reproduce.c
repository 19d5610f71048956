#define OPENSSL_SUPPRESS_DEPRECATED
#include "reproduce.h"

#include "records.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 32768, PART = 7 };
enum { ALERT = 21, HANDSHAKE = 22, DATA = 23, USER_CANCELED = 90, NO_NAME = 112 };

/* One direction: the bytes that were not read yet, and the keys of its records. */
struct direction {
    unsigned char bytes[ROOM];
    int length;
    struct keys keys;
};

SSL *s;
char buffer[64];
static SSL *peer;
static int tls13, established, leaving, ended, failing;
static enum start begun;
static enum transport how_it_writes;
static struct direction ours, theirs; /* from us, from the peer */
static unsigned char secret[2][32];   /* TLS 1.3: of the client, of the server */
static char sent[256];

static void give_up(const char *what)
{
    fprintf(stderr, "%s\n", what);
    ERR_print_errors_fp(stderr);
    exit(2);
}

static void keylog(const SSL *ssl, const char *line)
{
    static const char *const labels[2] = {"CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 "};
    (void)ssl;
    for (int i = 0; i < 2; i++)
        if (strncmp(line, labels[i], 24) == 0)
            for (int b = 0; b < 32; b++)
                sscanf(strrchr(line, ' ') + 1 + 2 * b, "%2hhx", &secret[i][b]);
}

/* Records ----------------------------------------------------------------------------------- */

static void peer_sends(int type, const char *content, int len)
{
    unsigned char inner[64], *record = theirs.bytes + theirs.length;
    int before = record_before(&theirs.keys), sealed = len + (tls13 ? 1 : 0);
    int wire = before - HEADER + sealed + TAG;
    memcpy(inner, content, (size_t)len);
    inner[len] = (unsigned char)type;
    record[0] = (unsigned char)(tls13 ? DATA : type);
    record[1] = record[2] = 3;
    record[3] = (unsigned char)(wire >> 8);
    record[4] = (unsigned char)wire;
    if (!record_crypt(&theirs.keys, 1, record, inner, sealed, record + before,
                      record + before + sealed))
        give_up("the peer could not make a record");
    theirs.keys.number++;
    theirs.length += HEADER + wire;
}

static const char *alert_text(const unsigned char *content)
{
    int warning = tls13 ? content[1] == USER_CANCELED : content[0] == 1;
    switch (content[1]) {
    case SSL_AD_CLOSE_NOTIFY: return "close_notify";
    case SSL_AD_UNEXPECTED_MESSAGE: return "unexpected_message";
    case SSL_AD_DECODE_ERROR: return "decode_error";
    default: return warning ? "warning" : "alert";
    }
}

static const char *record_text(int type, const unsigned char *content, int length)
{
    if (length < 0)
        return "forged record";
    if (type == DATA)
        return length > 0 ? "data" : "empty record";
    if (type == ALERT && length == 2)
        return alert_text(content);
    if (type != HANDSHAKE || length < 1)
        return "record";
    switch (content[0]) {
    case 0: return "HelloRequest";
    case 1: return "ClientHello";
    case 4: return "ticket";
    case 24: return "KeyUpdate";
    default: return "record";
    }
}

/* Says what a whole record of ours is. */
static void see_record(unsigned char *record, int length)
{
    static unsigned char content[ROOM];
    int before = begun == FRESH ? HEADER : record_before(&ours.keys), type = record[0];
    int plain = length - before - (begun == FRESH ? 0 : TAG);
    if (begun == FRESH)
        memcpy(content, record + before, (size_t)plain);
    else if (!record_crypt(&ours.keys, 0, record, record + before, plain, content,
                           record + before + plain))
        plain = -1;
    ours.keys.number++;
    if (begun != FRESH && tls13) {
        while (plain > 0 && content[plain - 1] == 0)
            plain--;
        type = plain > 0 ? content[--plain] : 0;
    }
    const char *is = record_text(type, content, plain);
    snprintf(sent + strlen(sent), sizeof sent - strlen(sent), "%s%s", sent[0] ? " and " : "", is);
    if (strcmp(is, "KeyUpdate") == 0)
        keys_next(&ours.keys);
}

/* The transport ----------------------------------------------------------------------------- */

static int take(struct direction *d, char *buf, int len)
{
    int n = len < d->length ? len : d->length;
    memcpy(buf, d->bytes, (size_t)n);
    d->length -= n;
    memmove(d->bytes, d->bytes + n, (size_t)d->length);
    return n;
}

static int put(struct direction *d, const char *buf, int len)
{
    if (len > ROOM - d->length)
        give_up("more was sent than there is room for");
    memcpy(d->bytes + d->length, buf, (size_t)len);
    d->length += len;
    return len;
}

static int our_read(BIO *bio, char *buf, int len)
{
    BIO_clear_retry_flags(bio);
    int n = take(&theirs, buf, len);
    if (n > 0 || ended)
        return n;
    if (failing)
        errno = ECONNRESET;
    else
        BIO_set_retry_read(bio);
    return -1;
}

static int our_write(BIO *bio, const char *buf, int len)
{
    BIO_clear_retry_flags(bio);
    switch (how_it_writes) {
    case TAKES_NOTHING: return 0;
    case FAILS: errno = EPIPE; return -1;
    case IS_FULL: BIO_set_retry_write(bio); return -1;
    case TAKES_7_BYTES:
        how_it_writes = IS_FULL;
        len = len < PART ? len : PART;
        break;
    default: break;
    }
    put(&ours, buf, len);
    while (established && ours.length >= HEADER) {
        int whole = HEADER + (ours.bytes[3] << 8 | ours.bytes[4]);
        if (ours.length < whole)
            break;
        see_record(ours.bytes, whole);
        ours.length -= whole;
        memmove(ours.bytes, ours.bytes + whole, (size_t)ours.length);
    }
    return len;
}

static int peers_read(BIO *bio, char *buf, int len)
{
    int n = take(&ours, buf, len);
    BIO_clear_retry_flags(bio);
    if (n == 0)
        BIO_set_retry_read(bio);
    return n > 0 ? n : -1;
}

static int peers_write(BIO *bio, const char *buf, int len)
{
    BIO_clear_retry_flags(bio);
    return put(&theirs, buf, len);
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || (command == BIO_CTRL_EOF && ended && theirs.length == 0);
}

static void attach(SSL *ssl, int (*get)(BIO *, char *, int), int (*give)(BIO *, const char *, int))
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK | 100, "memory");
    BIO_meth_set_read(m, get);
    BIO_meth_set_write(m, give);
    BIO_meth_set_ctrl(m, control);
    BIO *bio = BIO_new(m);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
}

/* The connection ---------------------------------------------------------------------------- */

/* A certificate for the server, signed by itself; nobody checks it. */
static void certify(SSL_CTX *ctx)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL);
    X509 *x = X509_new();
    if (EVP_PKEY_keygen_init(maker) != 1 || EVP_PKEY_keygen(maker, &key) != 1)
        give_up("no key");
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_sign(x, key, NULL);
    SSL_CTX_use_certificate(ctx, x);
    SSL_CTX_use_PrivateKey(ctx, key);
}

static SSL *end(int version, enum role role)
{
    SSL_CTX *ctx = SSL_CTX_new(role == CLIENT ? TLS_client_method() : TLS_server_method());
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_BOTH);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    if (begun == IGNORING_EOF)
        SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
    SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"end", 3);
    SSL_CTX_set_keylog_callback(ctx, keylog);
    SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256");
    SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256");
    if (role == SERVER)
        certify(ctx);
    SSL *ssl = SSL_new(ctx);
    if (role == CLIENT)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    return ssl;
}

void begin(int version, enum role role, enum start start)
{
    begun = start;
    tls13 = version == TLS1_3_VERSION;
    s = end(version, role);
    peer = end(version, role == CLIENT ? SERVER : CLIENT);
    attach(s, our_read, our_write);
    attach(peer, peers_read, peers_write);
    for (int turn = 0; turn < 20 && start != FRESH; turn++) {
        SSL *client = role == CLIENT ? s : peer;
        if (SSL_do_handshake(s) + SSL_do_handshake(peer) == 2)
            established |= SSL_read(client, buffer, 1) < 0 && ours.length + theirs.length == 0;
        ERR_clear_error();
    }
    if (start != FRESH && !established)
        give_up("no connection");
    established = 1;
    ours.length = theirs.length = 0;
    if (start == FRESH)
        return;
    if (!tls13) {
        keys_tls12(s, role == CLIENT ? &ours.keys : &theirs.keys,
                   role == CLIENT ? &theirs.keys : &ours.keys);
        return;
    }
    keys_tls13(&ours.keys, secret[role == CLIENT ? 0 : 1]);
    keys_tls13(&theirs.keys, secret[role == CLIENT ? 1 : 0]);
    (role == CLIENT ? &theirs : &ours)->keys.number = 1; /* the ticket */
}

/* What a call gives ------------------------------------------------------------------------- */

static const char *class_text(int ret)
{
    switch (SSL_get_error(s, ret)) {
    case SSL_ERROR_NONE: return "NONE";
    case SSL_ERROR_WANT_READ: return "WANT_READ";
    case SSL_ERROR_WANT_WRITE: return "WANT_WRITE";
    case SSL_ERROR_ZERO_RETURN: return "ZERO_RETURN";
    case SSL_ERROR_SYSCALL: return "SYSCALL";
    default: return "SSL";
    }
}

void before(void)
{
    if (!leaving)
        ERR_clear_error();
    errno = 0;
    sent[0] = '\0';
}

void after(const char *call, int kind, int ret)
{
    printf("%s\n    libssl     ", call);
    if (kind == 1)
        printf("%d, %s, ", ret, class_text(ret));
    else if (kind == 0)
        printf("%d, ", ret == 1 ? 1 : -1);
    printf("flags %d, %s, ", SSL_get_shutdown(s),
           SSL_get_shutdown(s) & SSL_RECEIVED_SHUTDOWN ? "end of data" : "no end of data");
    if (begun != FRESH)
        printf("session %s, ", SSL_SESSION_is_resumable(SSL_get_session(s)) ? "kept" : "dropped");
    printf("%s sent\n", sent[0] ? sent : "nothing");
}

int read_all(void)
{
    int ret, sum = 0;
    while ((ret = SSL_read(s, buffer, sizeof buffer)) > 0)
        sum += ret;
    return sum > 0 ? sum : ret;
}

void free_connection(void)
{
    SSL_SESSION *session = SSL_get1_session(s);
    before();
    SSL_free(s);
    printf("SSL_free(s)\n    libssl     session %s, %s sent\n",
           session && SSL_SESSION_is_resumable(session) ? "kept" : "dropped",
           sent[0] ? sent : "nothing");
    SSL_SESSION_free(session);
}

/* Around it --------------------------------------------------------------------------------- */

void leave_error(void)
{
    leaving = 1;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    ERR_raise(ERR_LIB_USER, 1);
#else
    ERR_put_error(ERR_LIB_USER, 0, 1, __FILE__, __LINE__);
#endif
}

void clear_errors(void)
{
    leaving = 0;
    ERR_clear_error();
}

void peer_sends_data(void)
{
    peer_sends(DATA, "data", 4);
}

void peer_sends_close_notify(void)
{
    peer_sends(ALERT, "\1\0", 2);
}

void peer_sends_fatal_alert(void)
{
    peer_sends(ALERT, "\2\50", 2); /* handshake_failure */
}

void peer_sends_warnings(int how_many)
{
    const char warning[2] = {1, tls13 ? USER_CANCELED : NO_NAME};
    while (how_many-- > 0)
        peer_sends(ALERT, warning, 2);
}

void peer_sends_empty_record(void)
{
    peer_sends(DATA, "", 0);
}

/* lifetime, age_add, a nonce of one byte, a ticket of eight, no extensions */
void peer_sends_ticket(void)
{
    peer_sends(HANDSHAKE,
               "\4\0\0\26"
               "\0\0\2\0"
               "\1\2\3\4"
               "\1\7"
               "\0\10ticket 2"
               "\0\0",
               26);
}

void peer_sends_key_update(void)
{
    peer_sends(HANDSHAKE, "\30\0\0\1\1", 5);
    keys_next(&theirs.keys);
}

void peer_sends_hello_request(void)
{
    peer_sends(HANDSHAKE, "\0\0\0\0", 4);
}

void peer_closes_transport(void)
{
    ended = 1;
}

void transport(enum transport how)
{
    how_it_writes = how;
}

void reading_fails(void)
{
    failing = 1;
}
