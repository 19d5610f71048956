/* The peer of the handshake, before the walk begins: libssl, in this process. From then on the peer
 * is the wire, with the keys that were agreed on. */
#ifndef EXPLORE_SUBJECT_ENDWELL_PEER_H
#define EXPLORE_SUBJECT_ENDWELL_PEER_H

#include "wire.h"

/* Made by `make certs`; nobody checks it. */
#define PEER_CERTIFICATE "build/certs/server.pem"
#define PEER_KEY         "build/certs/server.key"

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
