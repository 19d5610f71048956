#include "subject_endwell_peer.h"
#include "libssl_peer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string.h>

static SSL *peer;
static BIO *to_peer, *from_peer;
static uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */

bool peer_limit(SSL_CTX *ctx, bool tls13)
{
    int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_BOTH);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    return SSL_CTX_set_min_proto_version(ctx, version) &&
           SSL_CTX_set_max_proto_version(ctx, version) && SSL_CTX_set_num_tickets(ctx, 1) &&
           SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"walk", 4) &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") &&
           SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256");
}

bool peer_certificate(X509 **certificate, EVP_PKEY **key)
{
    X509 *x = X509_new();
    EVP_PKEY *k = EVP_EC_gen("P-256");
    X509_NAME *name = x ? X509_get_subject_name(x) : NULL;
    *certificate = x;
    *key = k;
    return name && k &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"walk", -1,
                                      -1, 0) &&
           X509_set_version(x, 2) && X509_set_issuer_name(x, name) &&
           ASN1_INTEGER_set(X509_get_serialNumber(x), 1) &&
           X509_gmtime_adj(X509_getm_notBefore(x), 0) &&
           X509_gmtime_adj(X509_getm_notAfter(x), 3600) && X509_set_pubkey(x, k) &&
           X509_sign(x, k, EVP_sha256()) > 0;
}

static void keylog(const SSL *ssl, const char *line)
{
    (void)ssl;
    libssl_peer_secret(line, secret);
}

static SSL_CTX *context(const wire *w)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    bool good = ctx && peer_limit(ctx, w->tls13);
    if (good && w->client)
        good = peer_certificate(&certificate, &key) &&
               SSL_CTX_use_certificate(ctx, certificate) == 1 &&
               SSL_CTX_use_PrivateKey(ctx, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (good) {
        SSL_CTX_set_keylog_callback(ctx, keylog);
        return ctx;
    }
    SSL_CTX_free(ctx);
    return NULL;
}

bool ours_peer_start(const wire *w)
{
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
    bool done = SSL_do_handshake(peer) == 1;
    ERR_clear_error();
    return done;
}

bool peer_gives_keys(wire *w)
{
    uint8_t master[48], client_random[32], server_random[32];
    const uint16_t number[2] = {w->client ? 0 : 1, w->client ? 1 : 0}; /* the server's ticket */
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
