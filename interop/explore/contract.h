/* What the contract says of the same steps: the proven core, driven by an engine that does nothing
 * but report what crossed. None of its results is written down here. */
#ifndef EXPLORE_CONTRACT_H
#define EXPLORE_CONTRACT_H

#include "engines/engine.h"
#include "ew_core.h"
#include "steps.h"

typedef struct {
    tls_habits habits;
    ew_machine machine;
    uint8_t writing; /* of a transport of its own, told the same as the other */
    uint8_t owed;    /* a record of ours that is not all out: a kind, or NO_RECORD */
    uint8_t out;     /* bytes of it that are */
    uint8_t around;  /* bytes of a record besides its content */
    uint8_t held;    /* bytes of the peer's data that nobody has read yet */
    uint8_t early;   /* what was owed and has left while something was received; or NO_RECORD */
    uint8_t warnings, empty; /* in a row */
    bool heard;              /* a HelloRequest */
    uint8_t declined;        /* warnings of the engine's own that the socket adapter keeps */
    bool declines;           /* one that waits until what is owed has left */
    uint8_t updating;        /* the handshake that runs sends this: a kind, or NO_RECORD */
    uint8_t answers;         /* to KeyUpdates of the peer's that are due, with the next data */
    uint8_t met;             /* the last record taken in this step: a kind, or NO_RECORD */
    uint16_t received;       /* records taken from the peer */
    uint8_t error;           /* of the last call: EW_ERROR_... */
} contract;

void contract_start(contract *c, tls_habits habits, const wire *w);
/* A step. `w` is read for what the peer sent, never for what the library made of it. */
void contract_step(contract *c, step s, const wire *w, outcome *o);
/* These records left, where it wanted others: a post-handshake message among them is flushed, and
 * what of one is out is out, a ClientHello has left, and a KeyUpdate more is the answer to the
 * peer's. `own`: so many that are no answer. */
void contract_sees(contract *c, const wire *w, records wanted, int own);
/* What it would receive next: a kind, or NO_RECORD. */
kind contract_next(const contract *c, const wire *w);

#endif
