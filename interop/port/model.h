/*
 * What the words of an engine's contracts mean on a live one: a program has one engine's NAME.c. And what the program
 * around it knows of the wire: the walk (walk.c), the kit and fuzz (in_kit.c, in_fuzz.c).
 */
#ifndef PORT_MODEL_H
#define PORT_MODEL_H

#include "checks.h"
#include "records.h"

#include "endwell.h"

enum { PORT_NESTED = 4, PORT_HISTORY = 96 };

struct port_model {
    /* Of the object that is served, at most PORT_HISTORY bytes: who serves another exchanges them. Zeros at first. */
    void *history;
    size_t history_size;
    bool (*owns)(const void *object, const void *of);
    /* What is now, in a place of its own for each call that is under way. */
    const struct port_moment *(*look)(int place, void *object, const ew_transport *t, bool notice);
    /* The object can be looked at while the port attaches it, too. */
    bool in_attach;
    /* An alert is the peer's close_notify by its number alone, whatever its level but fatal, and however long it is. */
    bool by_number;
    /* NULL: always. False: what the contracts speak of cannot be known of this object any more. */
    bool (*can_tell)(void);
    /* Bytes of application data that the engine took. NULL: no clause speaks of them. */
    unsigned long long (*taken)(void);
    /* Of a contract that it calls where nobody watches; NULL: there is none. */
    const char *unwatched;
    /* The port calls. NULL: nothing to do. */
    void (*begins)(void);
    /* A call came back: before it is looked at what is now, and behind that. NULL: nothing to do. */
    void (*returned)(const struct port_function *f, const struct port_call *call);
    void (*judged)(const struct port_function *f, const struct port_call *call);
};

extern const struct port_model port_model;

/* Of a call: its contract allows it, or does not; or nothing is asked, for it is a callback's, or cannot be told. */
enum port_judged { PORT_ALLOWED, PORT_OUTSIDE, PORT_CALLBACKS, PORT_UNTOLD, PORT_JUDGED };

struct port_program {
    /* The peer's close_notify came in, all of it: authentic once there are keys. `by_number`: so a model has it. */
    bool (*close_notify_is_in)(bool by_number);
    /* Of what we send, as they are now; NULL: nobody has them. */
    record_keys *(*our_keys)(void);
    /* A clause applied, and held or did not. */
    void (*asked)(int clause, bool holds);
    void (*called)(enum port_judged is);
    /* So much was played that each function which has a contract was called. NULL: that is never so. */
    bool (*is_whole)(void);
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
