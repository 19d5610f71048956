/* The steps that a sequence is made of: each is carried out on libssl and put to the contract. */
#ifndef INTEROP_DIVERGENCES_STEPS_H
#define INTEROP_DIVERGENCES_STEPS_H

#include "contract.h"

#include <stdio.h>

typedef struct {
    bench *bench;
    contract_t contract;
    outcome libssl, wanted; /* of the last call */
} play;

typedef struct {
    const char *text;                  /* as it stands in a sequence */
    int is_call;                       /* it has a result */
    int (*run)(play *p, int argument); /* 0: it could not be done */
    int argument;
} step;

/* NULL if there is none. */
const step *find_step(const char *text);
/* The step that a sequence starts with when no handshake was done. */
extern const char before_handshake[];

/* Carries one out; after a call libssl and wanted say what it gave. 0: it could not be done. */
int play_step(play *p, const step *s);

void list_steps(FILE *out);

#endif
