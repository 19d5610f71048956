/* The table of the engines whose ports were built. */
#include "engines.h"

#include "engine.h"

#include <stddef.h>

#define ENGINE(name) extern const test_engine engine_##name;
ENGINES
#undef ENGINE

#define ENGINE(name) &engine_##name,
const test_engine *const engines[] = {ENGINES NULL};
