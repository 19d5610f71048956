#define _GNU_SOURCE
#include "starved.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What an engine does when an allocation of its own handshake fails, and nobody else can mend. */
typedef struct shortcoming {
    const char *name; /* the engine's */
    int crashes, leaks;
} shortcoming;

static const shortcoming shortcomings[] = {
    /* libtasn1 and nettle, under it, do not look at what malloc gives them. */
    {.name = "GnuTLS", .crashes = 1, .leaks = 1},
    /* A TLS 1.3 server loses something while it takes in the ClientHello's extensions. */
    {.name = "wolfSSL", .leaks = 1},
};

static const group *starved; /* in a process of its own: what runs in it */

static const shortcoming *known(const group *g)
{
    const test_engine *e = g->w->subject->engine;

    for (size_t i = 0; e && i < sizeof shortcomings / sizeof *shortcomings; i++)
        if (strcmp(shortcomings[i].name, e->name) == 0)
            return &shortcomings[i];
    return NULL;
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
    if (!dladdr((const void *)&shortcomings, &us))
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

/* The run in a process of its own. */
static void apart(group *g, long at)
{
    plan none = {0};
    pid_t child;
    int status = 0;

    alarm(2 * CASE_SECONDS); /* the child has its own */
    child = fork();
    if (child == 0) {
        starved = g;
        g->failed = g->excused = g->unmet = 0;
        one(g, &none, at, NO_MEMORY);
        _exit(g->failed ? 1 : g->unmet ? STARVED_UNMET : g->excused ? STARVED_LEAKED : 0);
    }
    g->runs++;
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) {
        report(g, "the process that it ran in was lost");
        return;
    }
    status = WEXITSTATUS(status);
    if (status == STARVED_CRASHED || status == STARVED_LEAKED)
        g->excused++;
    else if (status == STARVED_UNMET)
        g->unmet++;
    else if (status != 0)
        g->failed++; /* it has said why */
}

/*
 * Of the handshake every so many allocations, and the last of them one by one, because an engine
 * finishes there; all others. A handshake takes some more or fewer with its random numbers, so the
 * last of one may not be there in another.
 */
enum { LAST = 64, LAST_IN_SAMPLE = 16 };

static int in_handshake(const group *g, long at)
{
    return at >= g->without.allocations_opened && at < g->without.allocations_established;
}

static long next_allocation(const group *g, long at)
{
    long last = g->without.allocations_established - LAST;

    if (!in_handshake(g, at))
        return at + 1;
    if (at >= last)
        return at + (g->how_many.quick ? LAST_IN_SAMPLE : 1);
    return at + g->how_many.every < last ? at + g->how_many.every : last;
}

void starve(group *g)
{
    plan none = {0};
    long at = g->index == 0 ? 0 : g->without.allocations_established;

    for (; at < g->without.allocations; at = next_allocation(g, at)) {
        int unmet = g->unmet;

        name_run(g, "allocation", at + 1, "fails");
        if (in_handshake(g, at))
            apart(g, at);
        else
            one(g, &none, at, NO_MEMORY);
        if (at >= g->without.allocations - LAST)
            g->unmet = unmet;
        g->by_call[CALL_KINDS]++;
    }
}
