/* The wire of explore, whose peer sends what it does not there. */
#ifndef PORT_PEER_H
#define PORT_PEER_H

#include "explore/wire.h"
#include "records.h"

/* All of these give false if there is no room. The first three bytes of a KeyUpdate, in a record of its own; also
 * false if it has sent a whole one. */
bool peer_sends_half(wire *w);
/* TLS 1.2: a client that wants another handshake. */
bool peer_asks_anew(wire *w);
/* Anybody can. Once there are keys it is none. */
bool peer_closes_in_the_clear(wire *w);

/* The first bytes of a record with data. Then the rest, before which the peer can send nothing else. */
bool peer_sends_part(wire *w);
bool peer_sends_rest(wire *w);

/* The keys of what we send, as they were agreed on; NULL: they were not. */
record_keys *peer_knows_our_keys(void);

#endif
