/* What can happen: a careless application, a hostile peer, a line that does as it likes. */
#ifndef FUZZ_ALPHABET_H
#define FUZZ_ALPHABET_H

/* One step of anyone's. 0: it could not be done now. */
int step_of_anyone(void);

/* One of the peer's: 0: it said nothing. */
int step_of_the_peer(void);

/* The handshake without any disturbance; 1 if that is what came of it. */
int step_connects(void);

/* Everything at rest, data read and written, both sides closed: what an honest peer must get. */
void step_settles(void);

#endif
