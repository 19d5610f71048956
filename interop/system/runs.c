#define _GNU_SOURCE
#include "group.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "starved.h"

char current[256];
static volatile sig_atomic_t pipes;

/* Signals -------------------------------------------------------------------- */

static void on_pipe(int number)
{
    (void)number;
    pipes++;
}

static void on_end(int number)
{
    const char *what = number == SIGALRM ? ": does not end\n" : ": crashes\n";

    if (number != SIGALRM && starved_crash())
        _exit(STARVED_CRASHED);
    if (write(STDERR_FILENO, current, strlen(current)) < 0 ||
        write(STDERR_FILENO, what, strlen(what)) < 0)
        _exit(CRASHED);
    _exit(number == SIGALRM ? DID_NOT_END : CRASHED);
}

void watch_signals(void)
{
    static const int ends[] = {SIGALRM, SIGSEGV, SIGBUS, SIGABRT};
    struct sigaction action = {.sa_handler = on_pipe};

    sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = on_end;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaction(ends[i], &action, NULL);
}

/* One run -------------------------------------------------------------------- */

void name_run(const group *g, const char *what, long number, const char *how)
{
    int len = snprintf(current, sizeof current, "%s, %s, %s: %s", g->w->subject->name,
                       g->w->nonblocking ? "nonblocking" : "blocking", g->s->name, what);

    if (number > 0)
        snprintf(current + len, sizeof current - (size_t)len, " %ld %s", number, how);
}

void report(group *g, const char *said)
{
    fprintf(stderr, "%s: %s\n", current, said);
    g->failed++;
}

long settled(group *g)
{
    world_renew(g->w, g->s->way);
    close(g->w->l.fd);
    return heap.blocks;
}

/* 1: each of three more runs leaves something behind. */
static int leaks(group *g, const plan *p, long fail_at)
{
    played run;

    for (int turn = 0; turn < 3; turn++) {
        long before = settled(g);
        play(g->w, g->s, p, fail_at, &run);
        if (settled(g) <= before)
            return 0;
    }
    return 1;
}

void one(group *g, const plan *p, long fail_at, promise owes)
{
    played run;
    const char *said;

    alarm(CASE_SECONDS);
    pipes = 0;
    play(g->w, g->s, p, fail_at, &run);
    g->runs++;
    g->unmet += run.met == 0;
    said = judge_any(g->w, &run);
    if (!said)
        said = judge_fault(g->w, &run, &g->without, owes, p->error);
    if (said)
        report(g, said);
    else if (pipes)
        report(g, "it raises SIGPIPE");
    else if (settled(g) > g->blocks && leaks(g, p, fail_at)) {
        if (starved_leak(g))
            g->limited++;
        else
            report(g, "it leaks memory");
    }
    g->blocks = settled(g);
}
