/*
 * Scenarios: what the application does, and what comes of it without faults. And a run of one, with
 * what came of each call.
 */
#ifndef SYSTEM_PLAY_H
#define SYSTEM_PLAY_H

#include "calls.h"
#include "world.h"

enum { OPS_MAX = 12, REPEATS_MAX = 600, DEADLINE_MS = 5000, DRAIN_MS = 1000, WRITE_LEN = 100 };

typedef struct expected {
    char op; /* o open, h handshake, w write, r read, s shutdown, f finish, c close, x release */
    int value;
    int error;
} expected;

typedef struct scenario {
    const char *name;
    peer_way way;
    expected ops[OPS_MAX]; /* ends with op 0 */
} scenario;

extern const scenario sys_scenarios[];
extern const int scenario_count;

typedef struct answer_of {
    char op;
    int value;
    int error;
    int reason;
    int errno_;   /* after -1 */
    int put_off;  /* errno of the last answer that asked to be called again; 0: none */
    int open;     /* the connection was open before it */
    int draining; /* it had shut the write side by its end */
    int met;      /* planned faults that happened in it */
    int64_t took_ms;
} answer_of;

typedef struct played {
    answer_of answers[OPS_MAX + 1]; /* the last one closes what is still open */
    int count;
    int established_at[CALL_KINDS]; /* calls when the handshake was over */
    int calls[CALL_KINDS];
    long allocations, allocations_opened, allocations_established;
    const char *hang;
    size_t got;
    int notice_seen, notice_sent;
    int peer_failed; /* the peer met an error, of which its alert tells */
    int end_of_data;
    int closes, wrong_closes;
    int left_open; /* the descriptor was left to the caller, and is open */
    int met;
} played;

/* Renews the world and plays; the plan stands in `calls`, the failing allocation in `heap`. */
void play(world *w, const scenario *s, const plan *p, long fail_at, played *out);

#endif
