/* What tools with a table of engines write: JSON, whole or not at all. */
#ifndef INTEROP_RESULTS_H
#define INTEROP_RESULTS_H

#include "side.h"

#include <cjson/cJSON.h>

/* What judged: each engine, as the library that is linked tells its version, and the compiler. */
cJSON *results_tools(const side_ops *const *engines);
/* Frees it, and says what went wrong after the tool's name. 0 or -1. */
int results_write(cJSON *json, const char *path, const char *tool);

#endif
