/* The table of the engines whose ports were built. */
#include "engines.h"

#include "native.h"

#include <string.h>

#include "bench.h"

#define ENGINE(name) extern const native_ops native_##name;
ENGINES
#undef ENGINE

#define ENGINE(name) &native_##name,
static const native_ops *const natives[] = {ENGINES};

const native_ops *native_of(const char *name)
{
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++)
        if (strcmp(natives[i]->name, name) == 0)
            return natives[i];
    bench_fail("no such engine");
    return NULL;
}
