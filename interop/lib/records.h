/* TLS records, opened and made without the library that is looked at: what an end really sent is
 * seen as its peer would see it, and a peer can send what libssl has no call for. AES-128-GCM with
 * SHA-256; the cryptography is mbedTLS's, so that no libssl is judged by its own. */
#ifndef INTEROP_RECORDS_H
#define INTEROP_RECORDS_H

#include <mbedtls/gcm.h>

#include <stddef.h>
#include <stdint.h>

enum { RECORD_HEADER = 5, RECORD_MAX = RECORD_HEADER + 16384 + 256 };

/* The content types (RFC 8446, 5.1). */
enum { RECORD_CHANGE_CIPHER = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };

/* One direction. To be cleared before its first use; copies share what belongs to the original. */
typedef struct {
    mbedtls_gcm_context gcm;
    uint8_t iv[12];
    uint8_t secret[32]; /* TLS 1.3: the traffic secret that the keys come from */
    int tls13;
} record_keys;

/* From the traffic secret of that direction. 1, or 0 on failure. */
int record_keys_tls13(record_keys *k, const uint8_t secret[32]);

/* From the keys themselves; of TLS 1.2 only the first four bytes of `iv` are used. None can follow.
 * 1, or 0 on failure. */
int record_keys_given(record_keys *k, int tls13, const uint8_t key[16], const uint8_t iv[12]);

/* Those that follow a KeyUpdate (RFC 8446, 7.2). 1, or 0 on failure. */
int record_keys_next(const record_keys *now, record_keys *next);

/* Both directions, from the master secret. The finished messages took the number 0 of each. */
int record_keys_tls12(record_keys *client, record_keys *server, const uint8_t master[48],
                      const uint8_t client_random[32], const uint8_t server_random[32]);

void record_keys_free(record_keys *k);

/* Opens the record at `in`, which has that number; `out` has room for RECORD_MAX. The length of the
 * content and its type, or -1 if it is not authentic. */
int record_open(record_keys *k, uint64_t number, const uint8_t *in, size_t len, uint8_t *type,
                uint8_t *out);

/* Makes the record with that number. Its length, or -1. */
int record_seal(record_keys *k, uint64_t number, uint8_t type, const uint8_t *content, size_t len,
                uint8_t *out);

#endif
