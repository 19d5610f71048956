/* The wire of explore, whose peer sends what it does not there. */
#ifndef PORT_PEER_H
#define PORT_PEER_H

#include "explore/wire.h"

/* The first three bytes of a KeyUpdate, in a record of its own. false: there is no room, or it has sent a whole one. */
bool peer_sends_half(wire *w);

/* Anybody can. Once there are keys it is none. */
bool peer_closes_in_the_clear(wire *w);

#endif
