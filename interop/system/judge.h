/* Whether what came of a run is what the contract says of its fault. */
#ifndef SYSTEM_JUDGE_H
#define SYSTEM_JUDGE_H

#include <stddef.h>

#include "play.h"

typedef enum promise {
    SAME,       /* nobody notices */
    SAME_LATER, /* a call may ask to be called again, with its own errno; then nobody notices */
    FATAL,      /* the call fails with the errno, and the connection with it */
    ENDS,       /* as FATAL, but for a reason of its own */
    NOT_OPENED, /* open fails with the errno, the descriptor stays the caller's */
    NO_MEMORY,  /* the call fails, or does without */
    ANYTHING    /* documented, and no more */
} promise;

/* Two questions that every run has to answer, whatever its fault; NULL or what is wrong. */
const char *judge_any(const world *w, const played *run);
/* And the one of its fault. `without`: the same scenario without it. */
const char *judge_fault(const world *w, const played *run, const played *without, promise kind,
                        int error);
/* Without any fault: the scenario's own answers. */
const char *judge_plain(const scenario *s, const played *run, int nonblocking);

#endif
