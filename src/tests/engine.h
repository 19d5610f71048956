/*
 * The engines that the tests know. Nothing here names an engine's own header: those of wolfSSL and
 * OpenSSL cannot be read together.
 */
#ifndef EW_TESTS_ENGINE_H
#define EW_TESTS_ENGINE_H

#include "ew_port.h"

/* OTHER: on our side only, by its test_engine. */
typedef enum engine_kind { OPENSSL, MBEDTLS, OTHER } engine_kind;

/*
 * Limits: what an engine does on its own account, where the tests of every port meet it. Without any
 * of them it answers nothing, counts nothing, and leaves what it is not told to do.
 */
enum {
    REFUSES_REQUESTS = 1,    /* for another handshake: it answers with a warning */
    REFUSES_AFTER_CLOSE = 2, /* so too once our close_notify is out */
    COUNTS_REQUESTS = 4,     /* takes more than a few for an attack */
    COUNTS_WARNINGS = 8,
    FEW_EMPTY_RECORDS = 16,
    HEEDS_NO_RENEGOTIATION = 32, /* takes that warning for a failure */
    KEEPS_DATA_BACK = 64,        /* sends no alert while data is pending: that is flushed first */
    NO_KEY_UPDATE = 128,         /* in TLS 1.3: one is an error */
    DEAF_TO_CLEAR_ALERTS = 256   /* a TLS 1.3 server that has keys: its client has none yet */
};

/*
 * An engine whose port was built. What is only ever on our side makes its
 * objects by itself; of OpenSSL and mbedTLS, which are peers too, the functions
 * are NULL and link.c has the objects. Functions fail the test, never return.
 */
typedef struct test_engine {
    engine_kind kind;
    const char *name;
    int has_tls13;
    unsigned limits;
    const ew_port *port;
    void *(*context)(int server, int tls13); /* what outlives a connection */
    void (*context_free)(void *context);
    void *(*engine)(void *context); /* the port's object, initialised */
    void (*engine_free)(void *engine);
} test_engine;

/* Those whose ports were built, then NULL. */
extern const test_engine *const engines[];

extern const char *certificates;                /* folder with server.pem and server.key */
const char *certificate_path(const char *name); /* a file there, until the next call */

#endif
