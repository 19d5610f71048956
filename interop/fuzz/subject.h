/* The engines: the kit's adapters, and what an application can do to its engine behind our back. */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "kit.h"
#include "report.h"

/* Reasons that no application can meet on any engine are in subject.c; here those of one. */
typedef struct {
    int reason;
    const char *why;
} unmet;

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

    /* What a peer that means well may say: it must not lead to an error. Bits of MEANS_WELL_*. */
    int means_well[2]; /* TLS 1.2, 1.3 */

    const unmet *unmet; /* up to one without words; NULL: none */
} fuzz_engine;

/* Messages that mean nothing to us. */
enum {
    WELL_EMPTY = 1,
    WELL_KEY_UPDATE = 2,
    WELL_TICKET = 4,
    WELL_HELLO_REQUEST = 8,
    WELL_WARNING = 16,
    WELL_FLOOD = 32 /* of empty records */
};

const fuzz_engine *engine_called(const char *name);

/* Why that engine's application cannot meet it; NULL: it can. */
const char *cannot_meet_reason(const fuzz_engine *e, int reason);
const char *cannot_meet_class(int error);

#endif
