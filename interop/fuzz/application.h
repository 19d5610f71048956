/* The application: every public call, counted, noted and judged (oracle.c), and what an application
 * knows of its connection. */
#ifndef FUZZ_APPLICATION_H
#define FUZZ_APPLICATION_H

#include "endwell.h"
#include "subject.h"

typedef struct {
    const fuzz_engine *engine;
    void *context, *object; /* of the engine's */
    ew_conn *c;             /* in memory of its own */
    int fd, open, blocking;
    int honest; /* neither line, peer nor application have done anything that may end in an error */
    int established, shaking; /* the handshake was over once; one is under way */
    int fatal;                /* there was such an error */
    int corrupt;              /* the machine was written over; 2: and clear does not mend it */
    int deadline;
    int64_t handshake_began; /* -1: none is under way */
    int quiet, sent_claimed; /* quiet shutdown; our close was claimed, or quiet */
    int may_notify;          /* a call asked for our close_notify */
    uint64_t written, taken; /* bytes that write and read reported */
    int owed;                /* length of a write that has to be repeated; 0: none */
    int limbo;               /* bytes beyond `written` that may be out, or come */
    int unsure;              /* whether the engine has begun with what is owed is not known */
    int untold;              /* a write said a count, and what stopped it is still to be told */
    uint8_t *data;           /* the buffer of that write */
    int data_len;
    int closing, close_ms; /* close was called */
    int close_is_claimed;  /* ... while our close was claimed, and it went on */
    int met_corrupt; /* ... while the machine was written over, and it goes on: told at its end */
    int64_t close_began;
} application;

extern application app;

/* A connection that is not open: the engine's object and its socket are there. 0, or -1. */
int app_start(const fuzz_engine *engine, const tls_setup *setup, int nonblocking);
void app_free(void);

/* The calls. Buffers are the application's own, of exactly that length. */
int app_open(void);
void app_open_wrongly(void);
void app_set_deadline(int ms);
int app_handshake(void);
int app_read(int len);
int app_peek(int len);
int app_write(int len, int moves); /* moves: not at the address that was used before */
void app_misuses(void);            /* one of the calls with an argument that is out of range */
void app_writes_short(void);       /* less than is owed */
int app_shutdown(void);
int app_finish(void);
int app_close(int drain_ms, size_t drain_max);
int app_abort(void);
int app_release(void);
int app_clear(void);
int app_set_shutdown(int flags);
int app_set_quiet(int on);
void app_asks(void); /* everything that can be asked */
void app_sets(void); /* a setting of the engine */
int app_timeout(void);
void app_corrupts(void);

#endif
