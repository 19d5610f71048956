/* What is particular to an engine: a program has openssl.c of it, or mbedtls.c. */
#ifndef PORT_ENGINE_H
#define PORT_ENGINE_H

#include "checks.h"
#include "peer.h"

#include "engines/engine.h"

enum { PORT_NESTED = 4, PORT_HISTORY = 64 };

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
    void *history;                 /* what has to be put back: at most PORT_HISTORY bytes */
    size_t history_size;
    /* Before the handshake: 0, or -1. Behind it; and when what is written is put back from now on; NULL: nothing to do. */
    int (*begins)(void *object);
    void (*opened)(void *object);
    void (*frozen)(void);
    bool (*owns)(const void *object, const void *of);
    bool (*has)(const void *object, const wire *w, step s); /* of all others; NULL: always */
    bool (*goes_on)(const void *object);                    /* NULL: always */
    /* What is now, in a place of its own for each call that is under way. */
    const struct port_moment *(*look)(int place, void *object, const ew_transport *t, bool notice);
    /* A call came back: before it is looked at what is now, and behind that. */
    void (*returned)(const struct port_function *f, const struct port_call *call);
    void (*judged)(const struct port_function *f, const struct port_call *call);
    /* Bytes that the application was told of as written. */
    unsigned long long (*told)(const void *object);
};

extern const struct port_engine port_engine;

#endif
