#include "peer.h"

#include "libssl_peer.h"
#include "oracle.h"
#include "records.h"
#include "report.h"
#include "wire.h"
#include "pattern.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

peer_state fuzz_peer;

enum { MARKS_MAX = 1 << 16 };

static SSL_CTX *contexts[2][2]; /* of a server, of TLS 1.3 */
static SSL *ssl;
static BIO *to_peer, *from_peer;
static uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */
static record_keys ours, theirs;
static uint64_t ours_number, theirs_number;
static size_t fed, record_at; /* of what our socket took: to the handshake; to be opened */
static int has_keys;

/* Where each record of the peer's ends, and what our side may know once it has it all. */
static struct {
    size_t end;
    uint64_t data;
    uint8_t close, harm, alert_0;
} marks[MARKS_MAX];
static int mark_count;

/* The handshake ----------------------------------------------------------------------------- */

static void keylog(const SSL *unused, const char *line)
{
    (void)unused;
    libssl_peer_secret(line, secret);
}

static SSL_CTX *context(int server, int tls13, const char *certificate, const char *key)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    if (!ctx || !libssl_peer_limit(ctx, tls13) ||
        (server && (SSL_CTX_use_certificate_file(ctx, certificate, SSL_FILETYPE_PEM) != 1 ||
                    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1))) {
        fprintf(stderr, "fuzz: the peer: ");
        ERR_print_errors_fp(stderr);
        exit(2);
    }
    SSL_CTX_set_keylog_callback(ctx, keylog);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    return ctx;
}

void peer_identity(const char *certificate, const char *key)
{
    for (int i = 0; i < 4; i++)
        contexts[i / 2][i % 2] = context(i / 2, i % 2, certificate, key);
}

static void drop_keys(void)
{
    if (has_keys) {
        record_keys_free(&ours);
        record_keys_free(&theirs);
    }
    has_keys = 0;
}

void peer_free(void)
{
    SSL_free(ssl); /* and what it talks through */
    ssl = NULL;
    drop_keys();
}

static int new_handshake(void)
{
    peer_free();
    ssl = SSL_new(contexts[!fuzz_peer.server][fuzz_peer.tls13]);
    to_peer = BIO_new(BIO_s_mem());
    from_peer = BIO_new(BIO_s_mem());
    if (!ssl || !to_peer || !from_peer)
        return -1;
    SSL_set_bio(ssl, to_peer, from_peer);
    if (fuzz_peer.server)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    mark_count = 0;
    return 0;
}

int fuzz_peer_start(int server, int tls13)
{
    fuzz_peer = (peer_state){.server = server, .tls13 = tls13};
    fed = record_at = 0;
    return new_handshake();
}

/* The rest of a record, and alerts of the transport's tail, still belong to what was before. */
int peer_starts_over(void)
{
    fuzz_peer = (peer_state){
        .server = fuzz_peer.server, .tls13 = fuzz_peer.tls13, .epoch = fuzz_peer.epoch + 1};
    fed = record_at = wire.out_record;
    return new_handshake();
}

/* The finished messages took the number 0 of each direction with TLS 1.2. */
static void take_keys(void)
{
    int us = fuzz_peer.server;
    uint8_t master[48], client[32], server[32];
    record_at = fed - BIO_ctrl_pending(to_peer);
    ours_number = theirs_number = fuzz_peer.tls13 ? 0 : 1;
    has_keys = 1;
    if (fuzz_peer.tls13) {
        record_keys_tls13(&ours, secret[us]);
        record_keys_tls13(&theirs, secret[!us]);
        return;
    }
    SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof master);
    SSL_get_client_random(ssl, client, sizeof client);
    SSL_get_server_random(ssl, server, sizeof server);
    record_keys_tls12(us ? &theirs : &ours, us ? &ours : &theirs, master, client, server);
}

static void mark(saying is, int alert_0)
{
    if (mark_count == MARKS_MAX)
        return;
    int before = mark_count - 1;
    marks[mark_count].end = wire.in_len;
    marks[mark_count].data = fuzz_peer.said;
    marks[mark_count].close = is == SAYS_CLOSE || (before >= 0 && marks[before].close);
    marks[mark_count].harm = is == SAYS_HARM || (before >= 0 && marks[before].harm);
    marks[mark_count].alert_0 = alert_0 || (before >= 0 && marks[before].alert_0);
    mark_count++;
}

/* Alerts that were left over from before the clear are no part of this handshake. */
static void skip_old_alerts(void)
{
    while (fuzz_peer.epoch > 0 && fed == record_at && wire.heard >= fed + RECORD_HEADER &&
           wire.out[fed] == RECORD_ALERT) {
        size_t len = RECORD_HEADER + ((size_t)wire.out[fed + 3] << 8 | wire.out[fed + 4]);
        if (wire.heard - fed < len)
            return;
        fed = record_at = fed + len;
    }
}

void fuzz_peer_goes_on(void)
{
    uint8_t chunk[4096];
    int n;
    if (fuzz_peer.done || fuzz_peer.broken || !ssl)
        return;
    skip_old_alerts();
    if (wire.heard > fed) {
        BIO_write(to_peer, wire.out + fed, (int)(wire.heard - fed));
        fed = wire.heard;
    }
    n = SSL_do_handshake(ssl);
    fuzz_peer.done = n == 1;
    fuzz_peer.broken = n != 1 && SSL_get_error(ssl, n) != SSL_ERROR_WANT_READ;
    ERR_clear_error();
    while ((n = BIO_read(from_peer, chunk, sizeof chunk)) > 0)
        wire_say(chunk, (size_t)n);
    mark(fuzz_peer.broken ? SAYS_HARM : SAYS_NOTHING, 0);
    if (fuzz_peer.done)
        take_keys();
}

/* Its records ------------------------------------------------------------------------------- */

/* A close_notify by its number, whatever its level but fatal, and however long. */
static int is_alert_0(uint8_t type, const uint8_t *content, size_t len)
{
    return type == RECORD_ALERT && len >= 2 && content[0] != 2 && content[1] == 0;
}

static void say(uint8_t type, const void *content, size_t len, saying is, int forged)
{
    static uint8_t record[RECORD_MAX];
    int n;
    if (wire.in_len + len + 1024 > WIRE_MAX / 2)
        return;
    if (fuzz_peer.done) {
        n = record_seal(&theirs, theirs_number++, type, content, len, record);
        if (forged && n > 0)
            record[n - 1 - (int)(len % 8)] ^= 0x40;
    } else {
        const uint8_t head[] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};
        memcpy(record, head, sizeof head);
        memcpy(record + sizeof head, content, len);
        n = (int)(sizeof head + len);
        is = SAYS_HARM;
    }
    if (n > 0)
        wire_say(record, (size_t)n);
    mark(is, is_alert_0(type, content, len) && !(fuzz_peer.done && forged));
    fuzz_peer.closed |= is == SAYS_CLOSE || is == SAYS_HARM;
}

void fuzz_peer_says(uint8_t type, const void *content, size_t len, saying is)
{
    say(type, content, len, is, 0);
}

void fuzz_peer_forges(uint8_t type, const void *content, size_t len)
{
    say(type, content, len, SAYS_HARM, 1);
}

void peer_says_data(size_t len)
{
    static uint8_t data[16384];
    if (!fuzz_peer.closed && fuzz_peer.done && wire.in_len < WIRE_MAX / 2 - 32768) {
        pattern_fill(oracle_stream(STREAM_FROM_PEER), fuzz_peer.said, data, len);
        fuzz_peer.said += len;
        say(RECORD_DATA, data, len, SAYS_DATA, 0);
    }
}

static void renew_keys(record_keys *k, uint64_t *number)
{
    record_keys next;
    memset(&next, 0, sizeof next);
    record_keys_next(k, &next);
    record_keys_free(k);
    *k = next;
    *number = 0;
}

void peer_updates_key(int asks)
{
    const uint8_t message[] = {24, 0, 0, 1, (uint8_t)asks};
    if (!fuzz_peer.done || !fuzz_peer.tls13)
        return;
    fuzz_peer_says(RECORD_HANDSHAKE, message, sizeof message, SAYS_NOTHING);
    renew_keys(&theirs, &theirs_number);
}

/* What our side has of it ------------------------------------------------------------------- */

static int newest_mark(void)
{
    size_t consumed = wire_consumed();
    int low = 0, high = mark_count; /* the first that is not all there lies between */
    while (low < high) {
        int middle = (low + high) / 2;
        if (marks[middle].end <= consumed)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

uint64_t peer_data_given(void)
{
    int at = newest_mark();
    return at < 0 ? 0 : marks[at].data;
}

int peer_close_given(void)
{
    int at = newest_mark();
    return at >= 0 && marks[at].close;
}

int peer_alert_0_given(void)
{
    int at = newest_mark();
    return at >= 0 && marks[at].alert_0;
}

int peer_harm_given(void)
{
    int at = newest_mark();
    return at >= 0 && marks[at].harm;
}

/* Our records ------------------------------------------------------------------------------- */

record_keys *peer_reads_us_with(void)
{
    return has_keys ? &ours : NULL;
}

void peer_opens(void)
{
    static uint8_t content[RECORD_MAX];
    uint8_t type;
    while (fuzz_peer.done && wire.out_len - record_at >= RECORD_HEADER) {
        const uint8_t *at = wire.out + record_at;
        size_t len = RECORD_HEADER + ((size_t)at[3] << 8 | at[4]);
        if (len > wire.out_len - record_at)
            return;
        int n = record_open(&ours, ours_number, at, len, &type, content);
        if (n < 0)
            finding("record-cannot-be-opened", "our record number %d of type %d and %zu bytes",
                    (int)ours_number, at[0], len);
        ours_number++;
        record_at += len;
        judge_record(type, content, (size_t)n);
        if (fuzz_peer.tls13 && type == RECORD_HANDSHAKE && n > 0 && content[0] == 24)
            renew_keys(&ours, &ours_number);
    }
}
