/* OpenSSL: the secrets of the traffic. */
#include "world.h"

#include "libssl_context.h"

#include <stdio.h>
#include <string.h>

static world *seeing;

/* A label, the client's random, and the secret in hexadecimal digits. */
static void on_secret(const SSL *ssl, const char *line)
{
    char label[32];
    uint8_t secret[48];
    const char *hex = strrchr(line, ' ');
    size_t len = 0;
    unsigned byte;
    (void)ssl;
    if (!hex || sscanf(line, "%31s", label) != 1)
        return;
    for (hex++; len < sizeof secret && sscanf(hex + 2 * len, "%2x", &byte) == 1; len++)
        secret[len] = (uint8_t)byte;
    world_keylog(seeing, label, secret, len);
}

static int context(world *w)
{
    SSL_CTX *ctx = ((libssl_context_t *)w->context)->ctx;
    seeing = w;
    SSL_CTX_set_keylog_callback(ctx, on_secret);
    return SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") == 1 &&
                   SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1
               ? 0
               : -1;
}

const world_eyes eyes_openssl = {.context = context};
