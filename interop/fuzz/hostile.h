/* The steps of the peer, and of the line between. */
#ifndef FUZZ_HOSTILE_H
#define FUZZ_HOSTILE_H

/* How bad they are: 0: both mean well; 1: messages that mean nothing; 2: anything. */
extern int hostility;

void hostile_says(void);
void hostile_wire(void);

/* A KeyUpdate that wants one of ours is there. 0: not now. */
int hostile_asks_for_an_answer(void);

/* More records that mean nothing than one call may process are there. 0: not now. */
int hostile_floods(void);

#endif
