/* The table of engines: the ports that were built and have a file in engines/ (build/engines.h). */
#include "engines.h"
#include "side_endwell.h"

#define ENGINE(name)                                                                               \
    extern const tls_engine tls_##name;                                                            \
    extern const side_ops side_##name;                                                             \
    static void *context_##name(const tls_setup *setup)                                            \
    {                                                                                              \
        return endwell_side_context(&tls_##name, setup);                                           \
    }                                                                                              \
    const side_ops side_##name = {#name, &tls_##name, context_##name, ENDWELL_SIDE_CALLS};
SIDE_PORTS
#undef ENGINE

#define ENGINE(name) &side_##name,
const side_ops *const sides[] = {SIDE_PORTS NULL};
