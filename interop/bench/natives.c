/* The table of the engines whose ports were built. */
#include "engines.h"

#include "native.h"

#include <string.h>

#define ENGINE(name) extern const native_ops native_##name;
NATIVE_PORTS
#undef ENGINE

#define ENGINE(name) &native_##name,
static const native_ops *const natives[] = {NATIVE_PORTS};

const native_ops *native_of(const char *name)
{
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++)
        if (strcmp(natives[i]->name, name) == 0)
            return natives[i];
    return NULL;
}
