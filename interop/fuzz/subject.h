/* The engines: the kit's adapters, and what an application can do to its engine behind our back. */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "engines/engine.h"
#include "report.h"

typedef struct {
    const tls_engine *kit;

    /* Before open: keys from dice_bytes, as far as the engine lets itself be told. */
    void (*ready)(void *object);

    /*
     * Something that an application may set on its engine: before open (`fd` is the socket), or
     * while it is attached (-1). Says what it was; *harmless: it must change nothing at all. NULL:
     * there is nothing of the kind.
     */
    const char *(*sets)(void *object, int fd, int *harmless);
} fuzz_engine;

/* What a peer says that means nothing to us. */
typedef enum {
    IDLE_EMPTY,
    IDLE_KEY_UPDATE,
    IDLE_TICKET,
    IDLE_HELLO_REQUEST,
    NOT_IDLE /* warnings, floods, and what is not in place: engines may take offence */
} idle_message;

const fuzz_engine *engine_called(const char *name);

/* A peer that means well may say it, so that it must not lead to an error: no limit of the engine
 * (engines/engine.h) says otherwise. */
int means_well(const fuzz_engine *e, int tls13, idle_message message);

/* Why no application can meet it; NULL: it can. */
const char *cannot_meet_reason(int reason);
const char *cannot_meet_class(int error);

#endif
