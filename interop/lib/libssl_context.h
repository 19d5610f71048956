/* What the sides on libssl have in common: an SSL_CTX with certificate and sessions. */
#ifndef INTEROP_LIBSSL_CONTEXT_H
#define INTEROP_LIBSSL_CONTEXT_H

#include "side.h"

#include <openssl/ssl.h>

typedef struct {
    SSL_CTX *ctx;
    SSL_SESSION *session; /* a client's, offered to the next connection */
    int server;
} libssl_context_t;

void *libssl_context(const side_config *config);
void libssl_context_free(void *context);
const char *libssl_version(void);

/* A connection with its role, and the session to offer if that is resumable. */
SSL *libssl_new(libssl_context_t *c);

#endif
