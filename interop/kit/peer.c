#include "peer.h"
#include "libssl_peer.h"
#include "socket.h"
#include "verdict.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

peer_state kit_peer;

static SSL *ssl;
static BIO *to_peer, *from_peer;
static uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */

/* The handshake ----------------------------------------------------------------------------- */

static void keylog(const SSL *unused, const char *line)
{
    (void)unused;
    libssl_peer_secret(line, secret);
}

static int set_up(SSL_CTX *ctx, const tls_setup *setup)
{
    SSL_CTX_set_keylog_callback(ctx, keylog);
    if (!libssl_peer_limit(ctx, setup->tls13))
        return 0;
    return setup->server ||
           (SSL_CTX_use_certificate_file(ctx, setup->certificate, SSL_FILETYPE_PEM) == 1 &&
            SSL_CTX_use_PrivateKey_file(ctx, setup->key, SSL_FILETYPE_PEM) == 1);
}

int kit_peer_start(const tls_setup *setup)
{
    SSL_free(ssl); /* and what it talks through */
    ssl = NULL;
    memset(&kit_peer, 0, sizeof kit_peer);
    kit_peer.setup = setup;
    kit_peer.alert = -1;
    kit_peer.read_at = sock.out_len;
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    if (ctx && set_up(ctx, setup))
        ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    to_peer = BIO_new(BIO_s_mem());
    from_peer = BIO_new(BIO_s_mem());
    if (!ssl || !to_peer || !from_peer) {
        fprintf(stderr, "kit: the peer: ");
        ERR_print_errors_fp(stderr);
        return -1;
    }
    SSL_set_bio(ssl, to_peer, from_peer);
    if (setup->server)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    return 0;
}

/* The finished messages took the number 0 of each direction with TLS 1.2. */
static void take_keys(void)
{
    int us = kit_peer.setup->server;
    uint8_t master[48], client[32], server[32];
    kit_peer.record_at = kit_peer.read_at;
    kit_peer.ours_number = kit_peer.theirs_number = kit_peer.setup->tls13 ? 0 : 1;
    if (kit_peer.setup->tls13) {
        record_keys_tls13(&kit_peer.ours, secret[us]);
        record_keys_tls13(&kit_peer.theirs, secret[!us]);
        return;
    }
    SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof master);
    SSL_get_client_random(ssl, client, sizeof client);
    SSL_get_server_random(ssl, server, sizeof server);
    record_keys_tls12(us ? &kit_peer.theirs : &kit_peer.ours,
                      us ? &kit_peer.ours : &kit_peer.theirs, master, client, server);
}

void kit_peer_goes_on(void)
{
    uint8_t chunk[4096];
    int n;
    if (kit_peer.done)
        return;
    BIO_write(to_peer, sock.out + kit_peer.read_at, (int)(sock.out_len - kit_peer.read_at));
    kit_peer.read_at = sock.out_len;
    kit_peer.done = SSL_do_handshake(ssl) == 1;
    ERR_clear_error();
    while ((n = BIO_read(from_peer, chunk, sizeof chunk)) > 0)
        socket_deliver(chunk, (size_t)n);
    if (kit_peer.done)
        take_keys();
}

/* Its records ------------------------------------------------------------------------------- */

size_t peer_seals(uint8_t type, const void *content, size_t len, uint8_t *out)
{
    int n = record_seal(&kit_peer.theirs, kit_peer.theirs_number++, type, content, len, out);
    return n > 0 ? (size_t)n : 0;
}

static void delivers(const void *bytes, size_t len, meaning is, int alert_0)
{
    socket_deliver(bytes, len);
    if (kit_peer.sent_count < SENT_MAX) {
        kit_peer.sent[kit_peer.sent_count].end = sock.in_len;
        kit_peer.sent[kit_peer.sent_count].alert_0 = alert_0;
        kit_peer.sent[kit_peer.sent_count++].is = is;
    }
}

void peer_sends_bytes(const void *bytes, size_t len, meaning is)
{
    delivers(bytes, len, is, 0);
}

void peer_sends(uint8_t type, const void *content, size_t len, meaning is, size_t cut)
{
    static uint8_t record[RECORD_MAX];
    size_t n = peer_seals(type, content, len, record);
    const uint8_t *alert = content;
    int whole = cut == 0 || cut >= n;
    delivers(record, whole ? n : cut, whole ? is : MEANS_NOTHING,
             whole && type == RECORD_ALERT && len >= 2 && alert[0] != 2 && alert[1] == 0);
}

void peer_updates_keys(int wants_answer)
{
    static record_keys next;
    const uint8_t update[5] = {24, 0, 0, 1, (uint8_t)(wants_answer != 0)};
    peer_sends(RECORD_HANDSHAKE, update, sizeof update, MEANS_NOTHING, 0);
    record_keys_next(&kit_peer.theirs, &next);
    record_keys_free(&kit_peer.theirs);
    kit_peer.theirs = next;
    kit_peer.theirs_number = 0;
}

size_t peer_record_end(size_t at, meaning *is)
{
    for (int i = 0; i < kit_peer.sent_count; i++)
        if (at < kit_peer.sent[i].end) {
            *is = kit_peer.sent[i].is;
            return kit_peer.sent[i].end;
        }
    *is = MEANS_NOTHING;
    return sock.in_len;
}

int peer_was_heard(meaning is)
{
    for (int i = 0; i < kit_peer.sent_count && kit_peer.sent[i].end <= sock.in_at; i++)
        if (kit_peer.sent[i].is == is)
            return 1;
    return 0;
}

int peer_alert_0_was_heard(void)
{
    for (int i = 0; i < kit_peer.sent_count && kit_peer.sent[i].end <= sock.in_at; i++)
        if (kit_peer.sent[i].alert_0)
            return 1;
    return 0;
}

/* Our records ------------------------------------------------------------------------------- */

uint8_t peer_pattern(size_t at)
{
    return (uint8_t)(at * 7 + at / 251);
}

static void read_data(const uint8_t *content, size_t len)
{
    size_t same = 0, other = 0;
    while (same < len && content[same] == peer_pattern(kit_peer.data + same))
        same++;
    for (size_t i = same; i < len; i++)
        other += content[i] == OTHER_MEMORY;
    owed(data_owes, same == len, "byte %zu of the data is not what was written there%s",
         kit_peer.data + same, other == len - same ? ", but other memory" : "");
    kit_peer.data += len;
}

static void read_alert(const uint8_t *content, size_t len)
{
    if (len != 2 || content[1] != 0) {
        kit_peer.errors += kit_peer.setup->tls13 || len != 2 || content[0] != 1;
        owed(NOTHING_AFTER, kit_peer.close_notices == 0, "alert %d of %zu bytes follows it",
             len > 1 ? content[1] : -1, len);
        return;
    }
    kit_peer.close_notices++;
    owed(LEVEL, content[0] == 1, "close_notify with level %d", content[0]);
    owed(ONE_NOTICE, kit_peer.close_notices == 1, "close_notify number %d leaves",
         kit_peer.close_notices);
}

static void read_record(uint8_t type, const uint8_t *content, size_t len)
{
    static record_keys next;
    if (type == RECORD_ALERT) {
        read_alert(content, len);
        return;
    }
    owed(NOTHING_AFTER, kit_peer.close_notices == 0, "a record of type %d follows it", type);
    if (type == RECORD_DATA)
        read_data(content, len);
    if (kit_peer.setup->tls13 && type == RECORD_HANDSHAKE && len > 0 && content[0] == 24) {
        record_keys_next(&kit_peer.ours, &next);
        record_keys_free(&kit_peer.ours);
        kit_peer.ours = next;
        kit_peer.ours_number = 0;
    }
}

void kit_peer_reads(void)
{
    static uint8_t content[RECORD_MAX];
    uint8_t type;
    while (kit_peer.done && !kit_peer.broken &&
           sock.out_len - kit_peer.record_at >= RECORD_HEADER) {
        const uint8_t *at = sock.out + kit_peer.record_at;
        size_t len = RECORD_HEADER + ((size_t)at[3] << 8 | at[4]);
        if (len > sock.out_len - kit_peer.record_at)
            return;
        int n = record_open(&kit_peer.ours, kit_peer.ours_number, at, len, &type, content);
        if (!owed(SAME_BYTES, n >= 0, "the peer cannot open our record number %d",
                  (int)kit_peer.ours_number)) {
            kit_peer.broken = 1;
            return;
        }
        kit_peer.ours_number++;
        kit_peer.record_at += len;
        read_record(type, content, (size_t)n);
    }
}

size_t peer_unfinished(void)
{
    return kit_peer.done ? sock.out_len - kit_peer.record_at : 0;
}
