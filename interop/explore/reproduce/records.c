#define OPENSSL_SUPPRESS_DEPRECATED
#include "records.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string.h>

/* Keys -------------------------------------------------------------------------------------- */

static void hmac(const unsigned char *key, int key_len, const unsigned char *in, size_t len,
                 unsigned char out[32])
{
    unsigned int n = 32;
    HMAC(EVP_sha256(), key, key_len, in, len, out, &n);
}

/* HKDF-Expand-Label of up to 32 bytes (RFC 8446, 7.1). */
static void expand_label(const unsigned char key[32], const char *label, unsigned char *out,
                         size_t len)
{
    unsigned char info[64] = {0}, block[32];
    size_t n = strlen(label);
    info[1] = (unsigned char)len;
    info[2] = (unsigned char)(6 + n);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, n);
    info[10 + n] = 1; /* behind the empty context: the number of the block */
    hmac(key, 32, info, 11 + n, block);
    memcpy(out, block, len);
}

void keys_tls13(struct keys *k, const unsigned char from[32])
{
    k->tls13 = 1;
    memcpy(k->secret, from, 32);
    expand_label(from, "key", k->key, sizeof k->key);
    expand_label(from, "iv", k->iv, sizeof k->iv);
    k->number = 0;
}

void keys_next(struct keys *k)
{
    unsigned char next[32];
    expand_label(k->secret, "traffic upd", next, sizeof next);
    keys_tls13(k, next);
}

/* P_SHA256 (RFC 5246, 5): 40 bytes are two blocks. */
void keys_tls12(const SSL *ssl, struct keys *client, struct keys *server)
{
    unsigned char master[48], seed[13 + 64], a[32 + sizeof seed], block[64];
    SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof master);
    memcpy(seed, "key expansion", 13);
    SSL_get_server_random(ssl, seed + 13, 32);
    SSL_get_client_random(ssl, seed + 45, 32);
    hmac(master, 48, seed, sizeof seed, a);
    for (int i = 0; i < 2; i++) {
        memcpy(a + 32, seed, sizeof seed);
        hmac(master, 48, a, sizeof a, block + 32 * i);
        hmac(master, 48, a, 32, a);
    }
    memcpy(client->key, block, 16);
    memcpy(server->key, block + 16, 16);
    memcpy(client->iv, block + 32, 4);
    memcpy(server->iv, block + 36, 4);
    client->number = server->number = 1; /* the finished messages */
    client->tls13 = server->tls13 = 0;
}

/* Records ----------------------------------------------------------------------------------- */

static void put_number(unsigned long long number, unsigned char out[8])
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        out[i] = (unsigned char)number;
}

/* The nonce and the additional data; the length of that. */
static int prepare(const struct keys *k, const unsigned char *record, int content,
                   unsigned char nonce[12], unsigned char aad[13])
{
    unsigned char number[8];
    put_number(k->number, number);
    memcpy(nonce, k->iv, 12);
    if (k->tls13) {
        for (int i = 0; i < 8; i++)
            nonce[4 + i] ^= number[i];
        memcpy(aad, record, HEADER);
        return HEADER;
    }
    memcpy(nonce + 4, record + HEADER, EXPLICIT);
    memcpy(aad, number, 8);
    memcpy(aad + 8, record, 3);
    aad[11] = (unsigned char)(content >> 8);
    aad[12] = (unsigned char)content;
    return 13;
}

int record_crypt(struct keys *k, int sealing, unsigned char *record, unsigned char *in, int len,
                 unsigned char *out, unsigned char *tag)
{
    unsigned char nonce[12], aad[13];
    if (sealing && !k->tls13)
        put_number(k->number, record + HEADER);
    int n, aad_len = prepare(k, record, k->tls13 ? 0 : len, nonce, aad), more = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int good = EVP_CipherInit_ex(c, EVP_aes_128_gcm(), NULL, k->key, nonce, sealing) == 1 &&
               EVP_CipherUpdate(c, NULL, &n, aad, aad_len) == 1 &&
               (len == 0 || EVP_CipherUpdate(c, out, &n, in, len) == 1) &&
               (sealing || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1) &&
               EVP_CipherFinal_ex(c, out + len, &more) == 1 &&
               (!sealing || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1);
    EVP_CIPHER_CTX_free(c);
    return good;
}

int record_before(const struct keys *k)
{
    return HEADER + (k->tls13 ? 0 : EXPLICIT);
}
