#include "records.h"

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>
#include <mbedtls/ssl.h>

#include <string.h>

enum { TAG = 16, EXPLICIT = 8, ADDITIONAL_MAX = 13, KEY_BITS = 128 };

/* The keys ---------------------------------------------------------------------------------- */

static int expand_label(const uint8_t secret[32], const char *label, uint8_t *out, size_t len)
{
    uint8_t info[32] = {0,   (uint8_t)len, (uint8_t)(6 + strlen(label)), 't', 'l', 's', '1',
                        '3', ' '};
    memcpy(info + 9, label, strlen(label));
    return mbedtls_hkdf_expand(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), secret, 32, info,
                               10 + strlen(label), out, len) == 0;
}

static int set_key(record_keys *k, const uint8_t key[16])
{
    mbedtls_gcm_init(&k->gcm);
    return mbedtls_gcm_setkey(&k->gcm, MBEDTLS_CIPHER_ID_AES, key, KEY_BITS) == 0;
}

int record_keys_tls13(record_keys *k, const uint8_t secret[32])
{
    uint8_t key[16];
    k->tls13 = 1;
    memcpy(k->secret, secret, sizeof k->secret);
    return expand_label(secret, "key", key, sizeof key) &&
           expand_label(secret, "iv", k->iv, sizeof k->iv) && set_key(k, key);
}

int record_keys_given(record_keys *k, int tls13, const uint8_t key[16], const uint8_t iv[12])
{
    k->tls13 = tls13;
    memcpy(k->iv, iv, sizeof k->iv);
    return set_key(k, key);
}

int record_keys_next(const record_keys *now, record_keys *next)
{
    uint8_t secret[32];
    return expand_label(now->secret, "traffic upd", secret, sizeof secret) &&
           record_keys_tls13(next, secret);
}

int record_keys_tls12(record_keys *client, record_keys *server, const uint8_t master[48],
                      const uint8_t client_random[32], const uint8_t server_random[32])
{
    uint8_t block[16 + 16 + 4 + 4], random[64];
    memcpy(random, server_random, 32);
    memcpy(random + 32, client_random, 32);
    if (mbedtls_ssl_tls_prf(MBEDTLS_SSL_TLS_PRF_SHA256, master, 48, "key expansion", random,
                            sizeof random, block, sizeof block) != 0)
        return 0;
    client->tls13 = server->tls13 = 0;
    memcpy(client->iv, block + 32, 4);
    memcpy(server->iv, block + 36, 4);
    return set_key(client, block) && set_key(server, block + 16);
}

void record_keys_free(record_keys *k)
{
    mbedtls_gcm_free(&k->gcm);
}

/* The records ------------------------------------------------------------------------------- */

static void put_number(uint64_t number, uint8_t out[8])
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        out[i] = (uint8_t)number;
}

/* What the tag covers besides the content: its length. */
static size_t additional(const record_keys *k, uint64_t number, uint8_t type, size_t wire_len,
                         size_t content_len, uint8_t out[ADDITIONAL_MAX])
{
    size_t at = 0;
    if (!k->tls13) {
        put_number(number, out);
        at = 8;
    }
    size_t len = k->tls13 ? wire_len : content_len;
    const uint8_t header[RECORD_HEADER] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};
    memcpy(out + at, header, sizeof header);
    return at + sizeof header;
}

static void make_nonce(const record_keys *k, uint64_t number, const uint8_t explicit_part[EXPLICIT],
                       uint8_t nonce[12])
{
    uint8_t bytes[8];
    memcpy(nonce, k->iv, 12);
    if (!k->tls13) {
        memcpy(nonce + 4, explicit_part, EXPLICIT);
        return;
    }
    put_number(number, bytes);
    for (int i = 0; i < 8; i++)
        nonce[4 + i] ^= bytes[i];
}

int record_open(record_keys *k, uint64_t number, const uint8_t *in, size_t len, uint8_t *type,
                uint8_t *out)
{
    size_t before = RECORD_HEADER + (k->tls13 ? 0 : (size_t)EXPLICIT);
    uint8_t nonce[12], aad[ADDITIONAL_MAX];
    if (len < before + TAG || len > RECORD_MAX)
        return -1;
    size_t content = len - before - TAG;
    make_nonce(k, number, in + RECORD_HEADER, nonce);
    size_t aad_len = additional(k, number, in[0], len - RECORD_HEADER, content, aad);
    if (mbedtls_gcm_auth_decrypt(&k->gcm, content, nonce, sizeof nonce, aad, aad_len,
                                 in + before + content, TAG, in + before, out) != 0)
        return -1;
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

int record_seal(record_keys *k, uint64_t number, uint8_t type, const uint8_t *content, size_t len,
                uint8_t *out)
{
    uint8_t nonce[12], aad[ADDITIONAL_MAX], inner[RECORD_MAX];
    size_t before = RECORD_HEADER + (k->tls13 ? 0 : (size_t)EXPLICIT);
    size_t sealed = len + (k->tls13 ? 1 : 0), wire_len = before - RECORD_HEADER + sealed + TAG;
    uint8_t outer = k->tls13 ? RECORD_DATA : type;
    if (len > RECORD_MAX - 256)
        return -1;
    memcpy(inner, content, len);
    inner[len] = type;
    const uint8_t header[RECORD_HEADER] = {outer, 3, 3, (uint8_t)(wire_len >> 8),
                                           (uint8_t)wire_len};
    memcpy(out, header, sizeof header);
    if (!k->tls13)
        put_number(number, out + RECORD_HEADER);
    make_nonce(k, number, out + RECORD_HEADER, nonce);
    size_t aad_len = additional(k, number, outer, wire_len, len, aad);
    if (mbedtls_gcm_crypt_and_tag(&k->gcm, MBEDTLS_GCM_ENCRYPT, sealed, nonce, sizeof nonce, aad,
                                  aad_len, inner, out + before, TAG, out + before + sealed) != 0)
        return -1;
    return (int)(RECORD_HEADER + wire_len);
}
