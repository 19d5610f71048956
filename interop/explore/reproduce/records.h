/* The keys of a connection, and records sealed and opened with them: AES-128-GCM, SHA-256. */
#ifndef REPRODUCE_RECORDS_H
#define REPRODUCE_RECORDS_H

#include <openssl/ssl.h>

enum { HEADER = 5, TAG = 16, EXPLICIT = 8 };

/* One direction. */
struct keys {
    int tls13;
    unsigned long long number; /* of the next record */
    unsigned char key[16], iv[12], secret[32];
};

/* From a traffic secret (RFC 8446, 7.3), and those that follow a KeyUpdate. */
void keys_tls13(struct keys *k, const unsigned char secret[32]);
void keys_next(struct keys *k);
/* Both directions, from the master secret of an established connection (RFC 5246, 6.3). */
void keys_tls12(const SSL *ssl, struct keys *client, struct keys *server);

/* Bytes before the content of a record, and after it. */
int record_before(const struct keys *k);

/* Seals `len` bytes into the record whose header stands at `record`, or opens them. 1, or 0 if that
 * failed. */
int record_crypt(struct keys *k, int sealing, unsigned char *record, unsigned char *in, int len,
                 unsigned char *out, unsigned char *tag);

#endif
