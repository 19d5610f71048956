/* What the contract says of the same calls on the same transport: the proven core, driven by an
 * engine that does nothing but report what has crossed. None of its results is typed in. */
#ifndef INTEROP_DIVERGENCES_CONTRACT_H
#define INTEROP_DIVERGENCES_CONTRACT_H

#include "bench.h"
#include "ew_core.h"

enum { SENT_MAX = 96, UNKNOWN = -100 };

/* What one call gave, on either side. UNKNOWN: this side has no such result. */
typedef struct {
    int value, error, flags; /* error: EW_ERROR_ */
    int announced, flushed, waited;
    char sent[SENT_MAX]; /* the records, by name; empty for none */
} outcome;

typedef struct {
    ew_machine machine;
    const bench *bench;
    size_t received; /* records taken from the direction of the peer */
    size_t held;     /* bytes of data that nobody has read yet */
    int last_error;
    outcome *now;
} contract_t;

/* established: the handshake is done. */
void div_contract_start(contract_t *c, const bench *b, int established);
void contract_shutdown(contract_t *c, outcome *o);
void contract_read(contract_t *c, int room, outcome *o);
void contract_peek(contract_t *c, int room, outcome *o);
void contract_write(contract_t *c, int length, outcome *o);
void contract_handshake(contract_t *c, outcome *o);
void contract_message(contract_t *c, outcome *o);
/* A call that asks for nothing: one event, one answer. */
void contract_event(contract_t *c, uint8_t event, outcome *o);
/* One that the machine has no event for. */
void contract_no_such_call(contract_t *c, outcome *o);

/* Adds a record to what was sent. */
void outcome_sent(outcome *o, const char *name);

#endif
