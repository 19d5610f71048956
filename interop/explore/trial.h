/* A connection under trial: a step is carried out on the library and put to the contract, and what
 * differs is explained by a rule or is not. */
#ifndef EXPLORE_TRIAL_H
#define EXPLORE_TRIAL_H

#include "rules.h"

/* Where a connection begins. */
typedef struct {
    uint8_t start;
    bool tls13, client;
} setting;

/* How a part of what the last calls gave differs, and the rule that explained it: what still
 * differs the same way later is no other difference. */
typedef struct {
    int32_t apart; /* 0: it does not */
    int16_t rule;
    int8_t is;
} standing;

/* Everything that a step changes and that is not in the library's heap. */
typedef struct {
    wire wire;
    contract contract;
    uint64_t after; /* divergences met, by their place in the table */
    claim_shown shown[MOST_CLAIMS];
    standing standing[FIELDS];
    int8_t cause; /* the divergence that set the two apart; -1: they are not, or none did */
    uint16_t delivered[2]; /* bytes of the peer's data: by libssl, by the contract */
    uint8_t asked;         /* how often libssl for a renegotiation, of which it has sent nothing */
    bool alert;            /* libssl has made a close_notify that has not left */
    bool update;           /* libssl has one to send that the contract refused */
    bool leaving;          /* the application clears no errors */
} world;

typedef struct {
    step step;
    outcome got, want;
    facts facts;
    int8_t differs[FIELDS]; /* of each field; if it does, `rule` explains it */
    int rule[FIELDS];       /* -1: none */
    int8_t is[FIELDS];      /* the divergence that it is; -1: none */
    uint64_t shows;         /* the claims of which this step was the last, by bit */
    bool done;              /* false: the step could not be taken here */
} result;

typedef struct {
    const subject *subject;
    const page *page; /* NULL: nothing may differ */
    world now;
} trial;

/* The setting's name: "TLS 1.3, client, ignoring eof". */
void setting_text(setting at, char *buf, size_t size);

/* Establishes the connection; to be called before the heap is frozen. */
bool trial_open(trial *t, setting at);

/* Takes a step, if it applies. */
void trial_step(trial *t, step s, result *r);

/* The two sides see the connection differently, whatever the next call is. */
bool trial_apart(const trial *t);

/* Some field differs; one of them for no known reason. */
bool result_differs(const result *r);
bool result_unexplained(const result *r);

/* Saves and restores both the heap and the world. */
void trial_save(trial *t, int level);
void trial_restore(trial *t, int level);

/* A fingerprint of what decides how the library and the contract go on. */
uint64_t trial_hash(const trial *t);
/* The same of what can be observed: without keys, numbers and addresses. */
uint64_t trial_observed(const trial *t);

#endif
