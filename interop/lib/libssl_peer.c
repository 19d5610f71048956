#include "libssl_peer.h"

#include <stdio.h>
#include <string.h>

int libssl_peer_limit(SSL_CTX *ctx, int tls13)
{
    int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    return SSL_CTX_set_min_proto_version(ctx, version) &&
           SSL_CTX_set_max_proto_version(ctx, version) && SSL_CTX_set_num_tickets(ctx, 0) &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256") &&
           SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") &&
           SSL_CTX_set1_groups_list(ctx, "P-256");
}

/* "LABEL random secret" */
void libssl_peer_secret(const char *line, uint8_t secret[2][32])
{
    const char *last = strrchr(line, ' ') + 1;
    uint8_t *out = strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0   ? secret[0]
                   : strncmp(line, "SERVER_TRAFFIC_SECRET_0 ", 24) == 0 ? secret[1]
                                                                        : NULL;
    for (size_t i = 0; out && i < sizeof secret[0]; i++)
        if (sscanf(last + 2 * i, "%2hhx", &out[i]) != 1)
            return;
}
