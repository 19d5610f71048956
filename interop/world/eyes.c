/* The engines on our side, and how they are watched: those whose ports were built. */
#include "world.h"

#include "side_endwell.h"

#include <string.h>

const side_ops *world_engine_at(int at)
{
    return sides[at];
}

int world_engine(world *w, const char *name)
{
    for (int i = 0; sides[i]; i++)
        if (strcmp(sides[i]->name, name) == 0) {
            w->ops = sides[i];
            return 0;
        }
    return -1;
}

static void on_secret(void *arg, const char *label, const uint8_t *secret, size_t len)
{
    world_keylog(arg, label, secret, len);
}

static void on_master(void *arg, const uint8_t master[48])
{
    world_master(arg, master);
}

static void on_keys(void *arg, int of_server, const uint8_t key[16], const uint8_t iv[12])
{
    world *w = arg;
    direction_seen *seen = &w->seen[of_server == w->server ? FROM_US : FROM_PEER];
    memcpy(seen->key, key, sizeof seen->key);
    memcpy(seen->iv, iv, sizeof seen->iv);
    seen->knows = KNOWS_KEY;
}

int world_watches(world *w, int connected)
{
    static tls_watcher watcher = {NULL, on_secret, on_master, on_keys};
    const endwell_side *us = w->us;
    watcher.arg = w;
    if (connected)
        return us->tls->watched ? us->tls->watched(us->object, &watcher) : 0;
    return us->tls->watch ? us->tls->watch(us->context, us->object, &watcher) : -1;
}
