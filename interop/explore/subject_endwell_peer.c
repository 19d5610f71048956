#include "subject_endwell_peer.h"
#include "libssl_peer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string.h>

static SSL *peer;
static BIO *to_peer, *from_peer;
static uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */
static uint16_t tickets;

static void keylog(const SSL *ssl, const char *line)
{
    (void)ssl;
    libssl_peer_secret(line, secret);
}

/* Counts the tickets that a server of ours sends, each in a record. */
static void look(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl,
                 void *arg)
{
    (void)version, (void)ssl, (void)arg;
    if (!sent && type == SSL3_RT_HANDSHAKE && len > 0 &&
        *(const uint8_t *)bytes == SSL3_MT_NEWSESSION_TICKET)
        tickets++;
}

/* The one suite that the wire speaks. */
static bool limit(SSL_CTX *ctx, bool tls13)
{
    int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_keylog_callback(ctx, keylog);
    SSL_CTX_set_msg_callback(ctx, look);
    return SSL_CTX_set_min_proto_version(ctx, version) &&
           SSL_CTX_set_max_proto_version(ctx, version) && SSL_CTX_set_num_tickets(ctx, 1) &&
           SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"walk", 4) &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") &&
           SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256");
}

static SSL_CTX *context(const wire *w)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    if (ctx && limit(ctx, w->tls13) &&
        (!w->client ||
         (SSL_CTX_use_certificate_file(ctx, PEER_CERTIFICATE, SSL_FILETYPE_PEM) == 1 &&
          SSL_CTX_use_PrivateKey_file(ctx, PEER_KEY, SSL_FILETYPE_PEM) == 1)))
        return ctx;
    SSL_CTX_free(ctx);
    return NULL;
}

bool ours_peer_start(const wire *w)
{
    tickets = 0;
    SSL_free(peer); /* and what it talks through */
    SSL_CTX *ctx = context(w);
    peer = ctx ? SSL_new(ctx) : NULL;
    SSL_CTX_free(ctx);
    to_peer = BIO_new(BIO_s_mem());
    from_peer = BIO_new(BIO_s_mem());
    if (!peer || !to_peer || !from_peer)
        return false;
    SSL_set_bio(peer, to_peer, from_peer);
    if (w->client)
        SSL_set_accept_state(peer);
    else
        SSL_set_connect_state(peer);
    return true;
}

bool ours_peer_goes_on(void)
{
    char none[1];
    bool done = SSL_do_handshake(peer) == 1;
    if (done)
        SSL_read(peer, none, sizeof none); /* tickets */
    ERR_clear_error();
    return done;
}

bool peer_gives_keys(wire *w)
{
    uint8_t master[48], client_random[32], server_random[32];
    const uint16_t number[2] = {w->client ? 0 : tickets, w->client ? 1 : 0};
    if (w->tls13)
        return wire_keys_tls13(w, secret[w->client ? 0 : 1], secret[w->client ? 1 : 0], number);
    SSL_SESSION_get_master_key(SSL_get_session(peer), master, sizeof master);
    SSL_get_client_random(peer, client_random, sizeof client_random);
    SSL_get_server_random(peer, server_random, sizeof server_random);
    return wire_keys_tls12(w, master, client_random, server_random);
}

int peer_takes(const void *buf, int len)
{
    return BIO_write(to_peer, buf, len);
}

int peer_gives(void *buf, int len)
{
    int n = BIO_read(from_peer, buf, len);
    return n > 0 ? n : 0;
}
