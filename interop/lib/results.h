/* What tools with a table of engines write, as JSON. */
#ifndef INTEROP_RESULTS_H
#define INTEROP_RESULTS_H

#include "side.h"
#include "whole.h"

#include <cjson/cJSON.h>

/* What judged: each engine, as the library that is linked tells its version, and the compiler. */
cJSON *results_tools(const side_ops *const *engines);

#endif
