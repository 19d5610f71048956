/* What is known of both sides before a step: the conditions of the rules speak of it. */
#ifndef EXPLORE_FACTS_H
#define EXPLORE_FACTS_H

#include "contract.h"
#include "subject.h"

typedef enum {
    F_START,
    F_TLS,
    F_ROLE,
    /* libssl */
    F_LIFE,
    F_FLAGS,
    F_ERRORS,
    F_THEN, /* its life after the step */
    /* the transport, and what the contract would receive next */
    F_WRITING,
    F_READING,
    F_NEXT,
    F_MET,    /* the last record that the contract took in the step */
    F_TOOK,   /* the same of libssl */
    F_ASKED,  /* libssl was asked for a renegotiation, and has not begun it */
    F_ALERT,  /* libssl has a close_notify made, and not sent it */
    F_STATE,  /* whether they agree on flags, place, what is owed, handshake, fatal error */
    F_PLACE,  /* of libssl in what the peer sent: the contract's, ahead of it, or behind */
    F_ANSWER, /* to a KeyUpdate is due, after the step */
    F_GAVE,   /* what libssl returned: nothing, -1, 0, a count or 1 */
    /* the contract */
    F_HANDSHAKE,
    F_SENT,
    F_RECEIVED,
    F_QUIET,
    F_FATAL,
    F_NOTICE_OUT,
    F_NOTICE_IN,
    F_OUTPUT,
    F_SESSION,
    F_OWED, /* a record of which the transport has not taken all */
    F_OUT,  /* of it, libssl has sent as much as the contract, or less, or more */
    FACTS
} fact;

typedef struct {
    uint8_t is[FACTS];
    uint64_t after; /* the divergences that were met on the way, by their place in the table */
    int8_t cause;   /* the one that set the two apart; -1: none did */
} facts;

/* FACTS if there is none. */
fact fact_find(const char *name, size_t length);
const char *fact_name(fact f);
/* The number of that value, or -1. */
int fact_value(fact f, const char *name, size_t length);
/* "received" */
const char *fact_value_name(fact f, int value);

#endif
