/*
 * A port that does what a script says. The script is a string of steps, each an
 * action letter and what comes of it:
 *   h handshake, f flush, c close_notify, r receive, t take, p peek, w write
 *   . done, d data, n close_notify, a fatal alert, o other, R want_read,
 *   W want_write, S suspended, A again (which no port may report), e eof,
 *   i io_error, x tls_error; after t and p: 0 .. 9, how many bytes
 * A call of anything else than the script's next step fails the test, and so does
 * a step that is left over. A last step "r*" stands for any number of "ro",
 * "rR+" for any number of "rR". What it takes and looks at are the letters from a,
 * each once taken.
 */
#ifndef EW_TESTS_FAKE_PORT_H
#define EW_TESTS_FAKE_PORT_H

#include "ew_port.h"

enum { FAKE_ALERT = 40, FAKE_ERROR = -77 }; /* of every alert, and every tls_error */

typedef struct fake_engine {
    const char *script;
    ew_transport *transport;
    int adopted;
    int detached;
    int cleared;
    int kept;        /* the verdict that detach or clear was given */
    int refuse;      /* attach and clear fail */
    uint8_t quiet;   /* attach says that the engine came with quiet shutdown */
    int claims;      /* the count that write and take report; 0: as they should */
    int written_len; /* what write was given */
    char *sink;      /* what was written goes there; NULL: nowhere */
    size_t sunk;
    int taken;                     /* bytes of data */
    int pending;                   /* what the port's pending says */
    int calls;                     /* of the functions in the script */
    void (*callback)(void *owner); /* called from each of them, and as it attaches */
    void *owner;
    char log[64]; /* the actions that were asked for */
} fake_engine;

extern const ew_port fake_port;

#endif
