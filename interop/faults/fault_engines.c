/* The table of engines: those whose ports were built (FAULT_ENGINES, of faults.mk). */
#include "fault_cell.h"

#define ENGINE(name) extern const side_ops side_##name;
FAULT_ENGINES
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const fault_engines[] = {FAULT_ENGINES NULL};
