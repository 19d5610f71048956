/* The table of the engines whose ports were built, and that the tests know. */
#include "engines.h"

#include "engine.h"

#include <stddef.h>

#define ENGINE(name) extern const test_engine engine_##name;
TEST_PORTS
#undef ENGINE

#define ENGINE(name) &engine_##name,
const test_engine *const engines[] = {TEST_PORTS NULL};
