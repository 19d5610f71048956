/* TLS records, opened and made without the library that is looked at: what an end really sent is
 * seen as its peer would see it, and a peer can send what libssl has no call for. AES-128-GCM. */
#ifndef INTEROP_DIVERGENCES_RECORDS_H
#define INTEROP_DIVERGENCES_RECORDS_H

#include <stddef.h>
#include <stdint.h>

enum { RECORD_HEADER = 5, RECORD_MAX = RECORD_HEADER + 16384 + 256 };

/* One direction. */
typedef struct {
    uint8_t key[16], iv[12];
    uint64_t sequence;
    int tls13;
} record_keys;

/* From the traffic secret of that direction. 1, or 0 on failure. */
int record_keys_tls13(record_keys *k, const uint8_t secret[32]);

/* Both directions, from the master secret. The finished messages took the first number of each. */
int record_keys_tls12(record_keys *client, record_keys *server, const uint8_t master[48],
                      const uint8_t client_random[32], const uint8_t server_random[32]);

/* Opens the record at `in`; `out` has room for RECORD_MAX. The length of the content and its type,
 * or -1 if it is not authentic. */
int record_open(record_keys *k, const uint8_t *in, size_t len, uint8_t *type, uint8_t *out);

/* Makes the record that would come next, and does not count it. Its length, or -1. */
int record_seal(const record_keys *k, uint8_t type, const uint8_t *content, size_t len,
                uint8_t *out);

#endif
