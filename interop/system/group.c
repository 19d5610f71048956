#define _GNU_SOURCE
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "memory.h"
#include "starved.h"

enum { DESCRIPTORS = 64 };

/* The runs of a group -------------------------------------------------------- */

static void one_call(group *g, const fault *f, int at)
{
    plan p = {f->kind, f->call, at, f->times, f->error};

    name_run(g, call_names[f->call], at + 1, f->name);
    one(g, &p, -1, f->owes);
    g->by_call[f->call]++;
}

/*
 * The calls before the end of the handshake are the same in every scenario. A sample is one call for
 * each way, not the same in each scenario.
 */
static void system_calls(group *g)
{
    for (int way = 0; way < way_count; way++) {
        const fault *f = &ways[way];
        int from = g->index == 0 ? 0 : g->without.established_at[f->call];
        int to = g->without.calls[f->call];

        if (!g->how_many.quick)
            for (int at = from; at < to; at++)
                one_call(g, f, at);
        else if (from < to)
            one_call(g, f, from + (way + g->index) % (to - from));
    }
}

/* All descriptors that the process may have are taken while the adapter runs. */
static void exhausted(group *g)
{
    plan none = {0};
    struct rlimit before, low;
    int taken[DESCRIPTORS], count = 0;

    getrlimit(RLIMIT_NOFILE, &before);
    low = before;
    low.rlim_cur = DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &low);
    name_run(g, "no descriptor is left", 0, NULL);
    /* The peer's is closed and two are made when the connection is renewed. */
    while (count < DESCRIPTORS && (taken[count] = dup(STDERR_FILENO)) >= 0)
        count++;
    if (count > 0)
        close(taken[--count]);
    one(g, &none, -1, SAME);
    g->unmet--;
    while (count > 0)
        close(taken[--count]);
    setrlimit(RLIMIT_NOFILE, &before);
}

static int descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < DESCRIPTORS; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void print(const group *g)
{
    printf("{\"subject\": \"%s\", \"mode\": \"%s\", \"scenario\": \"%s\", \"runs\": %d, "
           "\"failed\": %d, \"limited\": %d, \"by_call\": {",
           g->w->subject->name, g->w->nonblocking ? "nonblocking" : "blocking", g->s->name, g->runs,
           g->failed, g->limited);
    for (int i = 0; i < CALL_KINDS; i++)
        printf("\"%s\": %d, ", call_names[i], g->by_call[i]);
    printf("\"allocation\": %d, \"descriptors\": 1}}\n", g->by_call[CALL_KINDS]);
    fflush(stdout);
}

/* What is loaded once is loaded, and a cache that fills up (wolfSSL's) is full. */
static void warm_up(group *g)
{
    enum { PLAYS = 300, STEADY = 4 };
    plan none = {0};
    long most = 0;

    for (int turn = 0, steady = 0; turn < PLAYS && steady < STEADY; turn++) {
        long blocks;

        play(g->w, g->s, &none, -1, &g->without);
        blocks = settled(g);
        steady = blocks > most ? 0 : steady + 1;
        most = blocks > most ? blocks : most;
    }
}

static int play_group(world *w, int index, extent how_many)
{
    group g = {.w = w, .s = &sys_scenarios[index], .index = index, .how_many = how_many};
    plan none = {0};
    const char *said;
    int open;

    name_run(&g, "without faults", 0, NULL);
    alarm(CASE_SECONDS);
    warm_up(&g);
    play(w, g.s, &none, -1, &g.without);
    said = judge_any(w, &g.without);
    if (!said)
        said = judge_plain(g.s, &g.without, w->nonblocking);
    if (said) {
        report(&g, said);
        return 1;
    }
    g.blocks = settled(&g);
    open = descriptors();
    system_calls(&g);
    starve(&g);
    exhausted(&g);
    if (descriptors() != open)
        report(&g, "some of these runs leak a descriptor");
    if (g.unmet)
        report(&g, "some faults did not happen");
    print(&g);
    return g.failed != 0;
}

int play_subject(const subject *s, extent how_many)
{
    static world w;
    int failed = 0;

    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        world_make(&w, s, nonblocking);
        for (int i = 0; i < scenario_count; i++) {
            if (i == 0)
                close(w.l.fd);
            failed |= play_group(&w, i, how_many);
        }
        world_free(&w);
        how_many.every *= 5;
    }
    return failed;
}
