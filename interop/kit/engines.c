/* The engines on trial in this tree: those whose ports were built and that have an adapter. */
#include "engines.h"
#include "kit.h"

#include <stddef.h>

#define ENGINE(name) extern const kit_engine kit_##name;
KIT_PORTS
#undef ENGINE

#define ENGINE(name) &kit_##name,
const kit_engine *const kit_engines[] = {KIT_PORTS NULL};
