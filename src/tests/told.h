/* What a port tells of a failure: how a handshake ended, alerts by number, the engine's own code. */
#ifndef EW_TESTS_TOLD_H
#define EW_TESTS_TOLD_H

#include "link.h"

/* An alert in the clear ends the handshake: its number, and the code that the engine has for it. */
void told_of_an_alert_in_the_handshake(const variant *v, int number, long code);

/* The same of one that a peer of mbedTLS sends once it is over; a second connection knows nothing. */
void told_of_an_alert(const variant *v, int number, long code);

/* Nonsense ends the handshake, a forged record what follows it: the codes, and no alert. */
void told_of_nonsense(const variant *v, long code_of_nonsense, long code_of_forgery);

/* The end of the socket in a handshake, and its failure, are what the port says they are. */
void told_of_the_socket(const variant *v);

#endif
