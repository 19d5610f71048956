/* Records made here with the connection's own keys: what libssl has no call to send. From the first
 * one on the library's count of records is behind, so everything later has to be made here too. */
#define _GNU_SOURCE
#include "peer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { KEY_LEN = 32, IV_LEN = 12, TAG_LEN = 16, MOST = 64 };

typedef struct {
    uint8_t key[KEY_LEN], iv[IV_LEN];
    size_t key_len;
} write_key;

static int derive(const char *kdf_name, OSSL_PARAM *params, uint8_t *out, size_t len)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, kdf_name, NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    int good = ctx && EVP_KDF_derive(ctx, out, len, params) == 1;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return good ? 0 : -1;
}

static OSSL_PARAM bytes(const char *name, const void *data, size_t len)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)data, len);
}

static OSSL_PARAM hash(const SSL *ssl)
{
    const EVP_MD *md = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
    return OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                            (char *)(uintptr_t)EVP_MD_get0_name(md), 0);
}

/* RFC 8446, 7.3: key and iv expand from the traffic secret, with a label each. */
static int expand(const peer_t *p, const char *label, uint8_t *out, size_t len)
{
    uint8_t info[32] = {0,   (uint8_t)len, (uint8_t)(6 + strlen(label)), 't', 'l', 's', '1',
                        '3', ' '};
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    memcpy(info + 9, label, strlen(label));
    OSSL_PARAM params[] = {hash(p->ssl), OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                           bytes(OSSL_KDF_PARAM_KEY, p->traffic_secret, p->traffic_secret_len),
                           bytes(OSSL_KDF_PARAM_INFO, info, 10 + strlen(label)),
                           OSSL_PARAM_construct_end()};
    return derive("HKDF", params, out, len);
}

/* RFC 5246, 6.3: the key block is both keys, then both 4-byte salts; the client's come first. */
static int split_key_block(const peer_t *p, write_key *k)
{
    uint8_t master[64], seed[64], block[2 * KEY_LEN + 8];
    size_t master_len = SSL_SESSION_get_master_key(SSL_get_session(p->ssl), master, sizeof master);
    size_t wanted = 2 * k->key_len + 8, side = p->server ? 1 : 0;
    SSL_get_server_random(p->ssl, seed, 32);
    SSL_get_client_random(p->ssl, seed + 32, 32);
    OSSL_PARAM params[] = {hash(p->ssl), bytes(OSSL_KDF_PARAM_SECRET, master, master_len),
                           bytes(OSSL_KDF_PARAM_SEED, "key expansion", 13),
                           bytes(OSSL_KDF_PARAM_SEED, seed, sizeof seed),
                           OSSL_PARAM_construct_end()};
    if (derive("TLS1-PRF", params, block, wanted) != 0)
        return -1;
    memcpy(k->key, block + side * k->key_len, k->key_len);
    memcpy(k->iv, block + 2 * k->key_len + side * 4, 4);
    return 0;
}

static int find_key(const peer_t *p, write_key *k)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(p->ssl);
    int nid = SSL_CIPHER_get_cipher_nid(cipher);
    memset(k, 0, sizeof *k);
    if (nid != NID_aes_128_gcm && nid != NID_aes_256_gcm)
        return -1;
    k->key_len = nid == NID_aes_128_gcm ? 16 : 32;
    if (SSL_version(p->ssl) != TLS1_3_VERSION)
        return split_key_block(p, k);
    return expand(p, "key", k->key, k->key_len) == 0 ? expand(p, "iv", k->iv, IV_LEN) : -1;
}

static int seal(const write_key *k, const uint8_t *nonce, const uint8_t *aad, int aad_len,
                const uint8_t *in, int len, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = k->key_len == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
    int n;
    int good = ctx && EVP_EncryptInit_ex(ctx, cipher, NULL, k->key, nonce) == 1 &&
               EVP_EncryptUpdate(ctx, NULL, &n, aad, aad_len) == 1 &&
               EVP_EncryptUpdate(ctx, out, &n, in, len) == 1 &&
               EVP_EncryptFinal_ex(ctx, out + len, &n) == 1 &&
               EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, out + len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return good ? 0 : -1;
}

static void put_number(uint8_t *out, uint64_t number)
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        out[i] = (uint8_t)number;
}

/* RFC 8446, 5.2: the type is inside, and the nonce is the iv with the number folded in. */
static int make_tls13(const write_key *k, uint64_t number, int type, const uint8_t *content,
                      int len, uint8_t *record)
{
    uint8_t nonce[IV_LEN], inner[MOST + 1], counter[8];
    int size = len + 1 + TAG_LEN;
    uint8_t header[5] = {SSL3_RT_APPLICATION_DATA, 3, 3, 0, (uint8_t)size};
    memcpy(nonce, k->iv, IV_LEN);
    put_number(counter, number);
    for (int i = 0; i < 8; i++)
        nonce[4 + i] ^= counter[i];
    memcpy(inner, content, (size_t)len);
    inner[len] = (uint8_t)type;
    memcpy(record, header, 5);
    return seal(k, nonce, header, 5, inner, len + 1, record + 5) == 0 ? 5 + size : -1;
}

/* RFC 5288: the nonce is salt and number, and the number travels with the record. libssl starts its
 * own count at random; any value that it has not used will do. */
static int make_tls12(const write_key *k, uint64_t number, int type, const uint8_t *content,
                      int len, uint8_t *record)
{
    uint8_t nonce[IV_LEN], aad[13] = {0};
    int size = 8 + len + TAG_LEN;
    uint8_t header[5] = {(uint8_t)type, 3, 3, 0, (uint8_t)size};
    memcpy(nonce, k->iv, 4);
    put_number(nonce + 4, number);
    nonce[4] ^= 0x5a;
    put_number(aad, number);
    aad[8] = (uint8_t)type;
    aad[9] = aad[10] = 3;
    aad[12] = (uint8_t)len;
    memcpy(record, header, 5);
    memcpy(record + 5, nonce + 4, 8);
    return seal(k, nonce, aad, sizeof aad, content, len, record + 13) == 0 ? 5 + size : -1;
}

static int send_record(peer_t *p, int type, const uint8_t *content, int len)
{
    uint8_t record[5 + 8 + MOST + 1 + TAG_LEN];
    write_key k;
    if (find_key(p, &k) != 0)
        return -1;
    int size = (SSL_version(p->ssl) == TLS1_3_VERSION ? make_tls13 : make_tls12)(
        &k, p->records_out++, type, content, len, record);
    if (size < 0)
        return -1;
    return send(p->fd, record, (size_t)size, MSG_NOSIGNAL) == size ? 1 : -1;
}

void peer_send_alert(peer_t *p, const char *argument, cJSON *report)
{
    char *rest;
    uint8_t alert[2];
    alert[0] = (uint8_t)strtoul(argument, &rest, 10);
    alert[1] = (uint8_t)strtoul(rest, NULL, 10);
    cJSON_AddNumberToObject(report, "ret", send_record(p, SSL3_RT_ALERT, alert, 2));
}

void peer_send_empty(peer_t *p, const char *argument, cJSON *report)
{
    int count = atoi(argument), ret = 1;
    for (int i = 0; i < count && ret == 1; i++)
        ret = send_record(p, SSL3_RT_APPLICATION_DATA, (const uint8_t *)"", 0);
    cJSON_AddNumberToObject(report, "ret", ret);
}

/* The last lines with our label are the keys in use. */
void peer_keep_secret(const SSL *ssl, const char *line)
{
    peer_t *p = SSL_get_app_data(ssl);
    const char *label = p->server ? "SERVER_TRAFFIC_SECRET_0 " : "CLIENT_TRAFFIC_SECRET_0 ";
    const char *secret = strrchr(line, ' ');
    if (strncmp(line, label, strlen(label)) != 0 || !secret)
        return;
    long len = 0;
    unsigned char *raw = OPENSSL_hexstr2buf(secret + 1, &len);
    if (raw && len <= (long)sizeof p->traffic_secret) {
        memcpy(p->traffic_secret, raw, (size_t)len);
        p->traffic_secret_len = (size_t)len;
        p->records_out = 0; /* the application keys start from here */
    }
    OPENSSL_free(raw);
}
