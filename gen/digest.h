/* SHA-256, by libcrypto. */
#ifndef GEN_DIGEST_H
#define GEN_DIGEST_H

#include <stddef.h>

struct digest {
    void *context;
};

void start_digest(struct digest *digest);
void add_to_digest(struct digest *digest, const void *bytes, size_t length);
void end_digest(struct digest *digest, char hex[65]);

#endif
