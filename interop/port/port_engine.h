/* What is particular to an engine when it is walked: a program has walk_openssl.c of it, or walk_mbedtls.c. */
#ifndef PORT_ENGINE_H
#define PORT_ENGINE_H

#include "model.h"
#include "peer.h"

#include "engines/engine.h"
#include "explore/steps.h"

/* What an application does to the engine by itself, or the peer, or the port beside its actions. */
struct port_step {
    step in_place_of; /* that step of explore's */
    const char *name;
    void (*does)(void *object, ew_transport *t);
    bool (*sends)(wire *w);                         /* the peer */
    bool (*has)(const void *object, const wire *w); /* NULL: always */
    bool is_action;                                 /* of the port, whose calls are watched */
};

struct port_engine {
    const tls_engine *tls;
    const char *of, *on;           /* as use/tried.h has them */
    const struct port_step *steps; /* up to one without a name */
    void *history; /* what has to be put back besides the model's: at most PORT_HISTORY bytes */
    size_t history_size;
    /* Before the handshake: 0, or -1. Behind it; and when what is written is put back from now on. NULL: nothing. */
    int (*begins)(void *object);
    void (*opened)(void *object);
    void (*frozen)(void);
    bool (*has)(const void *object, const wire *w, step s); /* of all others; NULL: always */
    bool (*goes_on)(const void *object);                    /* NULL: always */
    /* Bytes that the application was told of as written. */
    unsigned long long (*told)(const void *object);
};

extern const struct port_engine port_engine;

#endif
