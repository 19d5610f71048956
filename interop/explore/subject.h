/* What is walked over: a library with one established connection in it, whose memory is all in the
 * heap (heap.h) and whose transport is a wire. */
#ifndef EXPLORE_SUBJECT_H
#define EXPLORE_SUBJECT_H

#include "contract.h"

typedef enum { LIVES, IN_HANDSHAKE, IN_ERROR, LIVES_STATES } life;

typedef struct {
    const char *name;
    /* in_heap: its memory comes from the heap, and its randomness is the same each time. NULL, or
     * what is missing. */
    const char *(*load)(const char *folder, bool in_heap);
    const char *(*version)(void);
    int (*release)(void); /* 30019; 0: not an OpenSSL */
    /* Establishes a connection on the wire, with a session that can be resumed. */
    bool (*open)(wire *w);
    bool (*has)(step s); /* it has such a call */
    void (*call)(step s, outcome *o);
    int (*flags)(void);
    life (*life)(void);
    bool (*errors_left)(void); /* in the queue */
    void (*clear_errors)(void);
    void (*leave_error)(void);
    const tls_habits *habits;
    bool (*begins)(beginning b, bool tls13); /* it can begin so; NULL: it always can */
} subject;

/* Those that a program can walk over; ends with NULL. */
extern const subject *const subjects[];

extern const subject subject_libssl;

#endif
