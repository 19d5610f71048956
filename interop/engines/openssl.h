/* libssl's contexts, which its users have in common that are not our side: peers, and libssl alone. */
#ifndef ENGINES_OPENSSL_H
#define ENGINES_OPENSSL_H

#include "engines/engine.h"

#include <openssl/ssl.h>

typedef struct {
    SSL_CTX *ctx;
    SSL_SESSION *session; /* a client's, offered to the next connection */
    int server;
} libssl_context_t;

extern const tls_engine tls_openssl;

void *libssl_context(const tls_setup *setup);
void libssl_context_free(void *context);

/* A connection with its role, and the session to offer if that is resumable. */
SSL *libssl_new(libssl_context_t *c);

#endif
