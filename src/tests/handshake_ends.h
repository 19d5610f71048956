/* How handshakes end that do not succeed, of ports that tell one from another. */
#ifndef EW_TESTS_HANDSHAKE_ENDS_H
#define EW_TESTS_HANDSHAKE_ENDS_H

#include "link.h"

/*
 * As `v`, a client of a peer of mbedTLS: the port says what its handshake met, with the alert's number, and the
 * engine's own code where it was the engine that failed; `of_alert` where the peer's alert ended it.
 */
void each_end_of_a_handshake_is_told(const variant *v, long of_alert);

/* The number of an alert that ends a connection stands until it is cleared. */
void an_alert_among_the_data_has_its_number(const variant *v, long of_alert);

/* An alert of the peer's under no key. */
void peer_alerts_in_the_clear(int level, int description);

/* Calls the handshakes of both ends until ours is over; how often it was suspended. */
int suspensions_of_a_handshake(void);

/* Data both ways, and both ends close. */
void all_goes_on(void);

#endif
