#include "divergences_records.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

enum { TAG = 16, EXPLICIT = 8, DATA = 23, ADDITIONAL_MAX = 13 };

static int derive(const char *name, const OSSL_PARAM *params, uint8_t *out, size_t len)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    int ok = ctx != NULL && EVP_KDF_derive(ctx, out, len, params) == 1;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

static int expand_label(const uint8_t secret[32], const char *label, uint8_t *out, size_t len)
{
    uint8_t info[32] = {0,   (uint8_t)len, (uint8_t)(6 + strlen(label)), 't', 'l', 's', '1',
                        '3', ' '};
    size_t info_len = 9 + strlen(label) + 1;
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    memcpy(info + 9, label, strlen(label));
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, 32),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, info_len),
        OSSL_PARAM_construct_end(),
    };
    return derive("HKDF", params, out, len);
}

int record_keys_tls13(record_keys *k, const uint8_t secret[32])
{
    memset(k, 0, sizeof *k);
    k->tls13 = 1;
    return expand_label(secret, "key", k->key, sizeof k->key) &&
           expand_label(secret, "iv", k->iv, sizeof k->iv);
}

int record_keys_tls12(record_keys *client, record_keys *server, const uint8_t master[48],
                      const uint8_t client_random[32], const uint8_t server_random[32])
{
    static const char label[] = "key expansion";
    uint8_t block[16 + 16 + 4 + 4], seed[sizeof label - 1 + 64];
    memcpy(seed, label, sizeof label - 1);
    memcpy(seed + sizeof label - 1, server_random, 32);
    memcpy(seed + sizeof label - 1 + 32, client_random, 32);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, (void *)master, 48),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof seed),
        OSSL_PARAM_construct_end(),
    };
    if (!derive("TLS1-PRF", params, block, sizeof block))
        return 0;
    *client = *server = (record_keys){.sequence = 1};
    memcpy(client->key, block, 16);
    memcpy(server->key, block + 16, 16);
    memcpy(client->iv, block + 32, 4);
    memcpy(server->iv, block + 36, 4);
    return 1;
}

static void put_sequence(uint64_t sequence, uint8_t out[8])
{
    for (int i = 7; i >= 0; i--, sequence >>= 8)
        out[i] = (uint8_t)sequence;
}

/* What the tag covers besides the content: its length. */
static size_t additional(const record_keys *k, uint8_t type, size_t wire_len, size_t content_len,
                         uint8_t out[ADDITIONAL_MAX])
{
    size_t at = 0;
    if (!k->tls13) {
        put_sequence(k->sequence, out);
        at = 8;
    }
    size_t len = k->tls13 ? wire_len : content_len;
    const uint8_t header[RECORD_HEADER] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};
    memcpy(out + at, header, sizeof header);
    return at + sizeof header;
}

static void make_nonce(const record_keys *k, const uint8_t explicit_part[EXPLICIT],
                       uint8_t nonce[12])
{
    uint8_t sequence[8];
    memcpy(nonce, k->iv, 12);
    if (!k->tls13) {
        memcpy(nonce + 4, explicit_part, EXPLICIT);
        return;
    }
    put_sequence(k->sequence, sequence);
    for (int i = 0; i < 8; i++)
        nonce[4 + i] ^= sequence[i];
}

static int decrypt(const record_keys *k, const uint8_t nonce[12], const uint8_t *aad,
                   size_t aad_len, const uint8_t *in, size_t len, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    int ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, k->key, nonce) == 1 &&
             EVP_DecryptUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1 &&
             EVP_DecryptUpdate(ctx, out, &n, in, (int)len) == 1 &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)(in + len)) == 1 &&
             EVP_DecryptFinal_ex(ctx, out + len, &n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

int record_open(record_keys *k, const uint8_t *in, size_t len, uint8_t *type, uint8_t *out)
{
    size_t before = RECORD_HEADER + (k->tls13 ? 0 : (size_t)EXPLICIT);
    uint8_t nonce[12], aad[ADDITIONAL_MAX];
    if (len < before + TAG || len > RECORD_MAX)
        return -1;
    size_t content = len - before - TAG;
    make_nonce(k, in + RECORD_HEADER, nonce);
    size_t aad_len = additional(k, in[0], len - RECORD_HEADER, content, aad);
    if (!decrypt(k, nonce, aad, aad_len, in + before, content, out))
        return -1;
    k->sequence++;
    *type = in[0];
    if (!k->tls13)
        return (int)content;
    while (content > 0 && out[content - 1] == 0)
        content--;
    if (content == 0)
        return -1;
    *type = out[content - 1];
    return (int)content - 1;
}

static int encrypt(const record_keys *k, const uint8_t nonce[12], const uint8_t *aad,
                   size_t aad_len, const uint8_t *in, size_t len, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    int ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, k->key, nonce) == 1 &&
             EVP_EncryptUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1 &&
             EVP_EncryptUpdate(ctx, out, &n, in, (int)len) == 1 &&
             EVP_EncryptFinal_ex(ctx, out + len, &n) == 1 &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, out + len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

int record_seal(const record_keys *k, uint8_t type, const uint8_t *content, size_t len,
                uint8_t *out)
{
    uint8_t nonce[12], aad[ADDITIONAL_MAX], inner[64];
    size_t before = RECORD_HEADER + (k->tls13 ? 0 : (size_t)EXPLICIT);
    if (len + 1 > sizeof inner)
        return -1;
    memcpy(inner, content, len);
    inner[len] = type;
    size_t inner_len = len + (k->tls13 ? 1 : 0);
    size_t body = before - RECORD_HEADER + inner_len + TAG;
    const uint8_t header[RECORD_HEADER] = {k->tls13 ? DATA : type, 3, 3, (uint8_t)(body >> 8),
                                           (uint8_t)body};
    memcpy(out, header, sizeof header);
    put_sequence(k->sequence, out + RECORD_HEADER); /* overwritten where there is no such field */
    make_nonce(k, out + RECORD_HEADER, nonce);
    size_t aad_len = additional(k, header[0], body, inner_len, aad);
    if (!encrypt(k, nonce, aad, aad_len, inner, inner_len, out + before))
        return -1;
    return (int)(RECORD_HEADER + body);
}
