#define _GNU_SOURCE
#include "starved.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <string.h>

/* Limits: what an engine does when an allocation of its own handshake fails, and nobody else can mend. */
typedef struct engine_limit {
    const char *name; /* the engine's */
    int crashes, leaks;
} engine_limit;

static const engine_limit limits[] = {
    /* libtasn1 and nettle, under it, do not look at what malloc gives them. */
    {.name = "GnuTLS", .crashes = 1, .leaks = 1},
    /* A TLS 1.3 server loses something while it takes in the ClientHello's extensions. */
    {.name = "wolfSSL", .leaks = 1},
};

static const group *starved; /* in a process of its own: what runs in it */

static const engine_limit *known(const group *g)
{
    const test_engine *e = g->w->subject->engine;

    for (size_t i = 0; e && i < sizeof limits / sizeof *limits; i++)
        if (strcmp(limits[i].name, e->name) == 0)
            return &limits[i];
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
    if (!dladdr((const void *)&limits, &us))
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
