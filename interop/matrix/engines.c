/* The engines that have cells: Endwell on each port, then plain libssl. */
#include "cell.h"
#include "engines.h"

#include <stddef.h>

#define ENGINE(name) extern const side_ops side_##name;
SIDE_PORTS
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const matrix_engines[] = {SIDE_PORTS ENGINE(libssl) NULL};
