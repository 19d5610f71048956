#include "subject.h"

#include "ew_core.h"

#include <stddef.h>
#include <string.h>

#include "engines.h" /* of the build: those that have a port */

#define ENGINE(name) extern const fuzz_engine fuzz_##name;
FUZZ_PORTS
#undef ENGINE

static const fuzz_engine *const engines[] = {
#define ENGINE(name) &fuzz_##name,
    FUZZ_PORTS
#undef ENGINE
};

const fuzz_engine *engine_called(const char *name)
{
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++)
        if (strcmp(engines[i]->kit->name, name) == 0)
            return engines[i];
    return NULL;
}

/* The machine refuses them to a caller that breaks its protocol, which the adapter does not do. */
static const unmet nobody[] = {
    {EW_REASON_BUSY, "the adapter ends each action before it starts another call"},
    {EW_REASON_UNEXPECTED, "the adapter reports an outcome only of an action that was asked for"},
    {EW_REASON_UNKNOWN, "the adapter knows no other events"},
    {0, NULL},
};

static const char *look(const unmet *list, int reason)
{
    for (; list && list->why; list++)
        if (list->reason == reason)
            return list->why;
    return NULL;
}

const char *cannot_meet_reason(const fuzz_engine *e, int reason)
{
    const char *why = look(nobody, reason);
    return why ? why : look(e->unmet, reason);
}

const char *cannot_meet_class(int error)
{
    return error == EW_ERROR_SUSPENDED ? "these engines wait for nothing but their socket" : NULL;
}
