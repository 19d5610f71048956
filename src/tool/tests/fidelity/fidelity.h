/*
 * The judge beside the contract: both follow the same calls on a live libssl. The contract knows what
 * the peer sent; the judge is given what a recorder can see, and nothing else.
 */
#ifndef TOOL_FIDELITY_H
#define TOOL_FIDELITY_H

#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_SIZE = 10, MOST_LEVELS = 16 };

/* What a recorder asks before and after a call. */
struct moment {
    int flags, quiet, handshake; /* 0 none, 1 running, 2 done */
    bool renegotiates, retry;
    bool unasked; /* the queue was not looked at */
    unsigned long oldest, newest;
    uint64_t in, out;
};

struct observed {
    const char *call;
    bool has_argument;
    unsigned long version; /* of libssl */
    int argument, value, class, error, want;
    struct moment before, after;
};

void judge_start(void);
void judge_saw(const struct observed *o);
void judge_saw_gnutls(const struct observed *o); /* `want`: the direction, 0 is reading */
void judge_save(int level);
void judge_restore(int level);
void judge_machine(uint8_t out[MACHINE_SIZE]);

#endif
