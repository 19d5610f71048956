#include "digest.h"

#include "text.h"

#include <openssl/evp.h>

void start_digest(struct digest *digest)
{
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL || EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1) {
        cannot_run("libcrypto offers no SHA-256");
    }
}

void add_to_digest(struct digest *digest, const void *bytes, size_t length)
{
    if (EVP_DigestUpdate(digest->context, bytes, length) != 1) {
        cannot_run("SHA-256 failed");
    }
}

void end_digest(struct digest *digest, char hex[65])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(digest->context, bytes, &length) != 1 || length != 32) {
        cannot_run("SHA-256 failed");
    }
    for (unsigned i = 0; i < length; i++) {
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }
    EVP_MD_CTX_free(digest->context);
}
