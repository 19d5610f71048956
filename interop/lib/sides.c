/* The table of engines: the ports that were built and have a side (build/engines.h). */
#include "engines.h"
#include "side.h"

#define ENGINE(name) extern const side_ops side_##name;
SIDE_PORTS
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const sides[] = {SIDE_PORTS NULL};
