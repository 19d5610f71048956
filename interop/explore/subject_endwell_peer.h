/* The peer of the handshake, before the walk begins: libssl, in this process. From then on the peer
 * is the wire, with the keys that were agreed on. */
#ifndef EXPLORE_SUBJECT_ENDWELL_PEER_H
#define EXPLORE_SUBJECT_ENDWELL_PEER_H

#include "wire.h"

#include <openssl/ssl.h>

/* What both ends are limited to: the one suite that the wire speaks. */
bool peer_limit(SSL_CTX *ctx, bool tls13);

/* A certificate for the server, signed by itself; nobody checks it. false: it could not be made. */
bool peer_certificate(X509 **certificate, EVP_PKEY **key);

/* The other end of `w`; false: it could not be made. */
bool ours_peer_start(const wire *w);
/* As far as it gets. true: its handshake is done. */
bool ours_peer_goes_on(void);
/* The keys that were agreed on, given to the wire. */
bool peer_gives_keys(wire *w);

/* What crosses until then. The count, 0: nothing is there. */
int peer_takes(const void *buf, int len);
int peer_gives(void *buf, int len);

#endif
