/* What the peer does in a sequence. Each is a step: 1, or 0 if it could not be done. */
#ifndef INTEROP_DIVERGENCES_PEER_H
#define INTEROP_DIVERGENCES_PEER_H

#include "steps.h"

int div_peer_shutdown(play *p, int argument);
int peer_closes_if_awaited(play *p, int argument);
int peer_reopens(play *p, int argument);
int div_peer_write(play *p, int argument);
int peer_ticket(play *p, int argument);
int peer_key_update(play *p, int argument);
int peer_hello_request(play *p, int argument);
int peer_warns(play *p, int argument);
int peer_fatal(play *p, int argument);
int peer_warns_and_closes(play *p, int warnings);
int peer_cancels_and_closes(play *p, int argument);
int peer_sends_nothing(play *p, int argument);
int div_peer_forges(play *p, int argument);

#endif
