#include "subject.h"

#include "engines/limits.h"
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

int means_well(const fuzz_engine *e, int tls13, idle_message message)
{
    switch (message) {
    case IDLE_EMPTY: return 1;
    case IDLE_KEY_UPDATE: return tls13 && !limit_of_message(e->kit, "KeyUpdate", 1);
    case IDLE_TICKET: return tls13;
    case IDLE_HELLO_REQUEST: return !tls13 && !limit_of_message(e->kit, "HelloRequest", 0);
    default: return 0;
    }
}

/* The machine refuses them to a caller that breaks its protocol, which the adapter does not do. */
static const struct {
    int reason;
    const char *why;
} unmet[] = {
    {EW_REASON_BUSY, "the adapter ends each action before it starts another call"},
    {EW_REASON_UNEXPECTED, "the adapter reports an outcome only of an action that was asked for"},
    {EW_REASON_UNKNOWN, "the adapter knows no other events"},
};

const char *cannot_meet_reason(int reason)
{
    for (size_t i = 0; i < sizeof unmet / sizeof unmet[0]; i++)
        if (unmet[i].reason == reason)
            return unmet[i].why;
    return NULL;
}

const char *cannot_meet_class(int error)
{
    return error == EW_ERROR_SUSPENDED ? "these engines wait for nothing but their socket" : NULL;
}
