/* The table of engines: those whose ports were built (build/engines.h). */
#include "engines.h"
#include "side.h"

#define ENGINE(name) extern const side_ops side_##name;
ENGINES
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const sides[] = {ENGINES NULL};
