#define _GNU_SOURCE
#include "engines.h"
#include "engines/engine.h"
#include "starved.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <string.h>

#define ENGINE(name) extern const tls_engine tls_##name;
SIDE_PORTS
#undef ENGINE

#define ENGINE(name) &tls_##name,
static const tls_engine *const all[] = {SIDE_PORTS NULL};

static const group *starved; /* in a process of its own: what runs in it */

/* What the engine does when an allocation of its own handshake fails, and nobody else can mend. */
static const tls_memory_limit *known(const group *g)
{
    const test_engine *e = g->w->subject->engine;

    for (int i = 0; e && all[i]; i++)
        if (all[i]->port == e->port)
            return &all[i]->limits.memory;
    return NULL;
}

void starved_begins(const group *g)
{
    starved = g;
}

int starved_leak(const group *g)
{
    return starved && known(g) && known(g)->leaks;
}

/* By the first function under the signal that is not libc's: nothing of ours may crash. */
int starved_crash(void)
{
    void *frames[16];
    int count;
    Dl_info us, it;

    if (!starved || !known(starved) || !known(starved)->crashes)
        return 0;
    count = backtrace(frames, sizeof frames / sizeof *frames);
    if (!dladdr((const void *)&starved, &us))
        return 0;
    for (int i = 0; i < count; i++) {
        int ours;

        if (!dladdr(frames[i], &it) || strstr(it.dli_fname, "/libc.so"))
            continue;
        ours = it.dli_fbase == us.dli_fbase;
        if (!ours)
            return 1;
        if (i > 1) /* this function and the handler are ours */
            return 0;
    }
    return 0;
}
