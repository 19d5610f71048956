#include "bench.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USER_CANCELED = 90, KEY_UPDATE = 24 };

/* The records ------------------------------------------------------------------------------- */

static const char *handshake_name(uint8_t type)
{
    switch (type) {
    case 0: return "HelloRequest";
    case 1: return "ClientHello";
    case 4: return "ticket";
    case KEY_UPDATE: return "KeyUpdate";
    default: return "handshake message";
    }
}

static const char *alert_name(uint8_t description)
{
    switch (description) {
    case SSL_AD_CLOSE_NOTIFY: return "close_notify";
    case SSL_AD_UNEXPECTED_MESSAGE: return "unexpected_message";
    case SSL_AD_BAD_RECORD_MAC: return "bad_record_mac";
    case SSL_AD_HANDSHAKE_FAILURE: return "handshake_failure";
    case SSL_AD_DECODE_ERROR: return "decode_error";
    case USER_CANCELED: return "user_canceled";
    default: return "alert";
    }
}

static crossed classify(const record_keys *k, uint8_t type, const uint8_t *content, int length)
{
    crossed r = {.kind = KIND_OTHER, .length = length > 0 ? (size_t)length : 0};
    const char *name = "change_cipher_spec";
    if (length < 0) {
        r.kind = KIND_FORGED;
        name = "forged record";
    } else if (type == RECORD_DATA) {
        r.kind = KIND_DATA;
        name = "data";
    } else if (type == RECORD_HANDSHAKE) {
        name = length > 0 ? handshake_name(content[0]) : "empty record";
    } else if (type == RECORD_ALERT && length == 2) {
        int warning = k->tls13 ? content[1] == USER_CANCELED : content[0] == SSL3_AL_WARNING;
        r.kind = content[1] == SSL_AD_CLOSE_NOTIFY ? KIND_CLOSE_NOTIFY
                 : warning                         ? KIND_OTHER
                                                   : KIND_FATAL_ALERT;
        name = alert_name(content[1]);
    }
    snprintf(r.name, sizeof r.name, "%s", name);
    return r;
}

static int open_next(pipe_t *p, const uint8_t *at, size_t len, uint8_t *type, uint8_t *content)
{
    if (p->has_keys) {
        int length = record_open(&p->keys, p->number, at, len, type, content);
        p->number += length >= 0;
        return length;
    }
    *type = at[0];
    memcpy(content, at + RECORD_HEADER, len - RECORD_HEADER);
    return (int)(len - RECORD_HEADER);
}

/* After a KeyUpdate. */
static int next_keys(pipe_t *p)
{
    record_keys next;
    if (!record_keys_next(&p->keys, &next))
        return 0;
    record_keys_free(&p->keys);
    p->keys = next;
    p->number = 0;
    return 1;
}

static void look(pipe_t *p)
{
    static uint8_t content[RECORD_MAX];
    while (p->opened_to + RECORD_HEADER <= p->length && p->records < RECORDS_MAX) {
        const uint8_t *at = p->bytes + p->opened_to;
        size_t len = RECORD_HEADER + ((size_t)at[3] << 8 | at[4]);
        uint8_t type = 0;
        if (len > RECORD_MAX || p->opened_to + len > p->length)
            return;
        int length = open_next(p, at, len, &type, content);
        p->record[p->records++] = classify(&p->keys, type, content, length);
        p->opened_to += len;
        if (length > 0 && type == RECORD_HANDSHAKE && content[0] == KEY_UPDATE && !next_keys(p))
            return;
    }
}

void bench_look(bench *b)
{
    look(&b->out);
    look(&b->in);
}

void bench_from_peer(bench *b, const void *bytes, size_t len)
{
    if (len > PIPE_MAX - b->in.length)
        len = PIPE_MAX - b->in.length;
    memcpy(b->in.bytes + b->in.length, bytes, len);
    b->in.length += len;
}

static int peer_sends(bench *b, uint8_t type, const uint8_t *content, size_t content_len)
{
    uint8_t record[64];
    bench_look(b); /* so that the next number is known */
    int len = record_seal(&b->in.keys, b->in.number, type, content, content_len, record);
    if (len < 0)
        return 0;
    bench_from_peer(b, record, (size_t)len);
    return 1;
}

int bench_peer_alert(bench *b, uint8_t level, uint8_t description)
{
    const uint8_t content[2] = {level, description};
    return peer_sends(b, RECORD_ALERT, content, sizeof content);
}

int bench_peer_hello_request(bench *b)
{
    const uint8_t content[4] = {0};
    return peer_sends(b, RECORD_HANDSHAKE, content, sizeof content);
}

int bench_peer_empty(bench *b)
{
    return peer_sends(b, RECORD_DATA, (const uint8_t *)"", 0);
}

/* The transport ----------------------------------------------------------------------------- */

static int pipe_get(pipe_t *p, char *buf, int len)
{
    size_t have = p->length - p->read_to;
    size_t n = (size_t)len < have ? (size_t)len : have;
    memcpy(buf, p->bytes + p->read_to, n);
    p->read_to += n;
    return (int)n;
}

static int our_read(BIO *bio, char *buf, int len)
{
    bench *b = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (b->in.length == b->in.read_to && b->blocking) {
        b->waited = 1;
        if (b->when_waited)
            b->when_waited(b);
    }
    if (b->in.length > b->in.read_to)
        return pipe_get(&b->in, buf, len);
    if (b->reading == READING_ENDED)
        return 0;
    if (b->reading == READING_FAILS) {
        errno = ECONNRESET;
        return -1;
    }
    BIO_set_retry_read(bio);
    return -1;
}

static int our_write(BIO *bio, const char *buf, int len)
{
    bench *b = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (b->writing == WRITING_RETURNS_0)
        return 0;
    if (b->writing == WRITING_FAILS) {
        errno = EPIPE;
        return -1;
    }
    if (b->writing == WRITING_BLOCKS || (size_t)len > PIPE_MAX - b->out.length) {
        BIO_set_retry_write(bio);
        return -1;
    }
    memcpy(b->out.bytes + b->out.length, buf, (size_t)len);
    b->out.length += (size_t)len;
    return len;
}

static int peer_read(BIO *bio, char *buf, int len)
{
    bench *b = BIO_get_data(bio);
    int n = pipe_get(&b->out, buf, len);
    BIO_clear_retry_flags(bio);
    if (n > 0)
        return n;
    BIO_set_retry_read(bio);
    return -1;
}

static int div_peer_write(BIO *bio, const char *buf, int len)
{
    bench_from_peer(BIO_get_data(bio), buf, (size_t)len);
    return len;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    bench *b = BIO_get_data(bio);
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_FLUSH) {
        b->flushed = 1;
        return 1;
    }
    if (command == BIO_CTRL_EOF)
        return b->reading == READING_ENDED && b->in.length == b->in.read_to;
    return 0;
}

static BIO_METHOD *our_method, *peer_method;

static BIO_METHOD *method(const char *name, int (*get)(BIO *, char *, int),
                          int (*put)(BIO *, const char *, int))
{
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, name);
    if (m) {
        BIO_meth_set_read(m, get);
        BIO_meth_set_write(m, put);
        BIO_meth_set_ctrl(m, control);
    }
    return m;
}

static int attach(SSL *ssl, const BIO_METHOD *m, bench *b)
{
    BIO *bio = m && ssl ? BIO_new(m) : NULL;
    if (!bio)
        return 0;
    BIO_set_data(bio, b);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return 1;
}

/* The connections --------------------------------------------------------------------------- */

static int hex(const char *text, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (sscanf(text + 2 * i, "%2hhx", &out[i]) != 1)
            return 0;
    return 1;
}

/* "LABEL random secret", a line for each secret. */
static void keylog(const SSL *ssl, const char *line)
{
    bench *b = SSL_get_app_data(ssl);
    int which = strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0   ? 0
                : strncmp(line, "SERVER_TRAFFIC_SECRET_0 ", 24) == 0 ? 1
                                                                     : -1;
    const char *secret = strrchr(line, ' ');
    if (which >= 0 && hex(secret + 1, b->secret[which], 32))
        b->secrets |= 1 << which;
}

static void announce(const SSL *ssl, int where, int value)
{
    (void)value;
    if (where == SSL_CB_WRITE_ALERT)
        ((bench *)SSL_get_app_data(ssl))->announced = 1;
}

/* A certificate for the peer, signed by itself; nobody checks it. */
static int certify(SSL_CTX *ctx)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    int ok = key && x && ASN1_INTEGER_set(X509_get_serialNumber(x), 1) &&
             X509_gmtime_adj(X509_getm_notBefore(x), 0) &&
             X509_gmtime_adj(X509_getm_notAfter(x), 3600) && X509_set_pubkey(x, key) &&
             X509_sign(x, key, EVP_sha256()) > 0 && SSL_CTX_use_certificate(ctx, x) == 1 &&
             SSL_CTX_use_PrivateKey(ctx, key) == 1;
    X509_free(x);
    EVP_PKEY_free(key);
    return ok;
}

static SSL_CTX *context(int server, int tls13)
{
    int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (!ctx)
        return NULL;
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"bench", 5);
    SSL_CTX_set_keylog_callback(ctx, keylog);
    if (SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1 &&
        SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") == 1 && (!server || certify(ctx)))
        return ctx;
    SSL_CTX_free(ctx);
    return NULL;
}

static bench *failed(bench *b)
{
    fprintf(stderr, "endwell-divergences: libssl could not make a connection\n");
    ERR_print_errors_fp(stderr);
    div_bench_free(b);
    return NULL;
}

bench *div_bench_new(int tls13)
{
    bench *b = calloc(1, sizeof *b);
    if (!our_method) {
        our_method = method("our end", our_read, our_write);
        peer_method = method("the peer's end", peer_read, div_peer_write);
    }
    if (!b)
        return failed(b);
    b->tls13 = tls13;
    b->client = context(0, tls13);
    b->server = context(1, tls13);
    b->s = b->client ? SSL_new(b->client) : NULL;
    b->p = b->server ? SSL_new(b->server) : NULL;
    if (!attach(b->s, our_method, b) || !attach(b->p, peer_method, b))
        return failed(b);
    SSL_set_app_data(b->s, b);
    SSL_set_app_data(b->p, b);
    SSL_set_info_callback(b->s, announce);
    SSL_set_accept_state(b->p);
    return b;
}

void div_bench_free(bench *b)
{
    if (!b)
        return;
    SSL_free(b->s);
    SSL_free(b->p);
    SSL_CTX_free(b->client);
    SSL_CTX_free(b->server);
    record_keys_free(&b->out.keys);
    record_keys_free(&b->in.keys);
    free(b);
}

int div_bench_connect(bench *b)
{
    for (int turns = 0; turns < 10; turns++) {
        int ret = SSL_do_handshake(b->s);
        if (ret == 1 || SSL_get_error(b->s, ret) != SSL_ERROR_WANT_READ)
            return ret;
        SSL_do_handshake(b->p);
        ERR_clear_error();
    }
    return -1;
}

static int take_keys(bench *b)
{
    uint8_t master[48], client_random[32], server_random[32];
    b->out.records = b->in.records = 0;
    b->out.has_keys = b->in.has_keys = 1;
    b->out.opened_to = b->out.length;
    b->in.opened_to = b->in.length;
    if (b->tls13)
        return b->secrets == 3 && record_keys_tls13(&b->out.keys, b->secret[0]) &&
               record_keys_tls13(&b->in.keys, b->secret[1]);
    b->out.number = b->in.number = 1;
    SSL_SESSION_get_master_key(SSL_get_session(b->s), master, sizeof master);
    SSL_get_client_random(b->s, client_random, sizeof client_random);
    SSL_get_server_random(b->s, server_random, sizeof server_random);
    return record_keys_tls12(&b->out.keys, &b->in.keys, master, client_random, server_random);
}

int bench_handshake(bench *b)
{
    if (div_bench_connect(b) == 1 && SSL_do_handshake(b->p) == 1 && take_keys(b))
        return 1;
    failed(NULL);
    return 0;
}
