/* The engines on trial in this tree: those whose ports were built and that have an adapter. */
#include "engines.h"
#include "kit.h"

#include <stddef.h>

#define ENGINE(name) extern const tls_engine tls_##name;
SIDE_PORTS
#undef ENGINE

#define ENGINE(name) &tls_##name,
const tls_engine *const kit_engines[] = {SIDE_PORTS NULL};
