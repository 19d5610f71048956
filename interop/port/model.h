/*
 * What the words of an engine's contracts mean on a live one: a program has openssl.c of it, or mbedtls.c. And what
 * the program around it knows of the wire: the walk (walk.c), the kit and fuzz (in_kit.c, in_fuzz.c).
 */
#ifndef PORT_MODEL_H
#define PORT_MODEL_H

#include "checks.h"
#include "records.h"

#include "endwell.h"

enum { PORT_NESTED = 4, PORT_HISTORY = 96 };

struct port_model {
    /* Of the object that is served, at most PORT_HISTORY bytes: who serves another one exchanges them. Zeros at first. */
    void *history;
    size_t history_size;
    bool (*owns)(const void *object, const void *of);
    /* What is now, in a place of its own for each call that is under way. */
    const struct port_moment *(*look)(int place, void *object, const ew_transport *t, bool notice);
    /* An alert is the peer's close_notify by its number alone, whatever its level but fatal, and however long it is. */
    bool by_number;
    /* NULL: always. False: what the contracts speak of cannot be known of this object any more. */
    bool (*can_tell)(void);
    /* The port calls. NULL: nothing to do. */
    void (*begins)(void);
    /* A call came back: before it is looked at what is now, and behind that. NULL: nothing to do. */
    void (*returned)(const struct port_function *f, const struct port_call *call);
    void (*judged)(const struct port_function *f, const struct port_call *call);
};

extern const struct port_model port_model;

struct port_program {
    /* The peer's close_notify came in, all of it: authentic once there are keys. `by_number`: so a model has it. */
    bool (*close_notify_is_in)(bool by_number);
    /* Of what we send, as the handshake agreed on them; NULL: nobody has them. */
    record_keys *(*our_keys)(void);
    /* A clause applied, and held or did not. A call was judged, or no contract allows it. */
    void (*asked)(int clause, bool holds);
    void (*called)(bool is_allowed);
    /* Nothing can be said of what follows; it does not return. */
    void (*cannot)(const char *why);
};

extern const struct port_program port_program;

/* Whose calls are watched from here on, until port_rests (calls.c). */
void port_serves(void *object, const ew_transport *t);
void port_rests(void);
bool port_is_served(const ew_transport *t);
const void *port_served(void);

#endif
