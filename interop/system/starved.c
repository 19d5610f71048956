#define _GNU_SOURCE
#include "starved.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The run in a process of its own. */
static void apart(group *g, long at)
{
    plan none = {0};
    pid_t child;
    int status = 0;

    alarm(2 * CASE_SECONDS); /* the child has its own */
    child = fork();
    if (child == 0) {
        starved_begins(g);
        g->failed = g->limited = g->unmet = 0;
        one(g, &none, at, NO_MEMORY);
        _exit(g->failed ? 1 : g->unmet ? STARVED_UNMET : g->limited ? STARVED_LEAKED : 0);
    }
    g->runs++;
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) {
        report(g, "the process that it ran in was lost");
        return;
    }
    status = WEXITSTATUS(status);
    if (status == STARVED_CRASHED || status == STARVED_LEAKED)
        g->limited++;
    else if (status == DID_NOT_END)
        _exit(status);
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
