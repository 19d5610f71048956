/* The engines on our side, each with its eyes: those whose ports were built and that have eyes. */
#include "world.h"

#include "engines.h"

#include <string.h>

#define ENGINE(name)                                                                               \
    extern const side_ops side_##name;                                                             \
    extern const world_eyes eyes_##name;
WORLD_PORTS
#undef ENGINE

#define ENGINE(name) {&side_##name, &eyes_##name},
static const struct {
    const side_ops *ops;
    const world_eyes *eyes;
} engines[] = {WORLD_PORTS{NULL, NULL}};
#undef ENGINE

const side_ops *world_engine_at(int at)
{
    return engines[at].ops;
}

int world_engine(world *w, const char *name)
{
    for (int i = 0; engines[i].ops; i++)
        if (strcmp(engines[i].ops->name, name) == 0) {
            w->ops = engines[i].ops;
            w->eyes = engines[i].eyes;
            return 0;
        }
    return -1;
}
