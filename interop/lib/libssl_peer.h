/* The peer that some programs have: libssl over memory, whose records they open and make themselves
 * (records.h) once the handshake is done. */
#ifndef INTEROP_LIBSSL_PEER_H
#define INTEROP_LIBSSL_PEER_H

#include <openssl/ssl.h>
#include <stdint.h>

/* One version, the suite and the group that records.h has, and no tickets. 1; 0: it fails. */
int libssl_peer_limit(SSL_CTX *ctx, int tls13);

/* Of a line of the key log, the secret of the traffic: of the client, of the server. */
void libssl_peer_secret(const char *line, uint8_t secret[2][32]);

#endif
