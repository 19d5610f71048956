/* The table of engines: it has those whose ports were built. */
#include "engines.h"
#include "side.h"

#include <stddef.h>

#define ENGINE(name) extern const side_ops side_##name;
ENGINES
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const sides[] = {ENGINES ENGINE(libssl) NULL};
