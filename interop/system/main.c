/*
 * endwell-system --list
 * endwell-system [--every N] --subject NAME
 * endwell-system --soak CLOSES ENGINE_CLOSES
 *
 * --subject: every system call that the adapter makes, made to fail in turn in each of its ways, and
 * every allocation (of the handshake every so many, and its last). Prints one JSON object for each scenario and
 * mode, and each finding on a line of its own to stderr. --soak: see soak.h. Exits 0, 1 on a finding,
 * 2, or 3 when something crashed or did not end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "judge.h"
#include "memory.h"
#include "soak.h"

enum { CASE_SECONDS = 10, STORM = 200, SQUALL = 50, DESCRIPTORS = 64 };

typedef struct fault {
    const char *name;
    call_kind call;
    fault_kind kind;
    int error;
    int times;
    promise owes;
} fault;

static const char *const call_names[CALL_KINDS] = {"fcntl", "getsockopt", "send",     "recv",
                                                   "poll",  "clock",      "shutdown", "close"};

static const fault ways[] = {
    {"fails with EBADF", CALL_FCNTL, FAULT_ERROR, EBADF, 1, NOT_OPENED},
    {"fails with EINVAL", CALL_FCNTL, FAULT_ERROR, EINVAL, 1, NOT_OPENED},
    {"fails with ENOTSOCK", CALL_GETSOCKOPT, FAULT_ERROR, ENOTSOCK, 1, NOT_OPENED},
    {"fails with ENOBUFS", CALL_GETSOCKOPT, FAULT_ERROR, ENOBUFS, 1, NOT_OPENED},
    {"is interrupted", CALL_SEND, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_SEND, FAULT_ERROR, EINTR, STORM, SAME},
    {"would block", CALL_SEND, FAULT_ERROR, EAGAIN, 1, SAME},
    {"would block 200 times", CALL_SEND, FAULT_ERROR, EAGAIN, STORM, SAME},
    {"takes one byte", CALL_SEND, FAULT_SHORT, 0, 1, SAME},
    {"takes one byte each of 200 times", CALL_SEND, FAULT_SHORT, 0, STORM, SAME},
    {"fails with ENOBUFS", CALL_SEND, FAULT_ERROR, ENOBUFS, 1, FATAL},
    {"fails with ENOBUFS 200 times", CALL_SEND, FAULT_ERROR, ENOBUFS, STORM, FATAL},
    {"fails with ENOMEM", CALL_SEND, FAULT_ERROR, ENOMEM, 1, FATAL},
    {"fails with EPIPE", CALL_SEND, FAULT_ERROR, EPIPE, 1, FATAL},
    {"fails with ECONNRESET", CALL_SEND, FAULT_ERROR, ECONNRESET, 1, FATAL},
    {"fails with ETIMEDOUT", CALL_SEND, FAULT_ERROR, ETIMEDOUT, 1, FATAL},
    {"fails with EIO", CALL_SEND, FAULT_ERROR, EIO, 1, FATAL},
    {"meets a peer that is gone", CALL_SEND, FAULT_GONE, 0, 1, ANYTHING},
    {"is interrupted", CALL_RECV, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_RECV, FAULT_ERROR, EINTR, STORM, SAME},
    {"would block", CALL_RECV, FAULT_ERROR, EAGAIN, 1, SAME},
    {"would block 50 times", CALL_RECV, FAULT_ERROR, EAGAIN, SQUALL, SAME},
    {"gives one byte", CALL_RECV, FAULT_SHORT, 0, 1, SAME},
    {"gives one byte each of 200 times", CALL_RECV, FAULT_SHORT, 0, STORM, SAME},
    {"ends", CALL_RECV, FAULT_END, 0, 1, ENDS},
    {"fails with ECONNRESET", CALL_RECV, FAULT_ERROR, ECONNRESET, 1, FATAL},
    {"fails with ENOBUFS", CALL_RECV, FAULT_ERROR, ENOBUFS, 1, FATAL},
    {"fails with ENOMEM", CALL_RECV, FAULT_ERROR, ENOMEM, 1, FATAL},
    {"fails with ETIMEDOUT", CALL_RECV, FAULT_ERROR, ETIMEDOUT, 1, FATAL},
    {"fails with EIO", CALL_RECV, FAULT_ERROR, EIO, 1, FATAL},
    {"meets a peer that is gone", CALL_RECV, FAULT_GONE, 0, 1, ANYTHING},
    {"is interrupted", CALL_POLL, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_POLL, FAULT_ERROR, EINTR, STORM, SAME},
    {"ends early", CALL_POLL, FAULT_EARLY, 0, 1, SAME},
    {"says ready and is not", CALL_POLL, FAULT_SPURIOUS, 0, 1, SAME},
    {"fails with ENOMEM", CALL_POLL, FAULT_ERROR, ENOMEM, 1, SAME_LATER},
    {"outlasts the deadline", CALL_POLL, FAULT_JUMP, 0, 1, SAME_LATER},
    {"jumps an hour", CALL_CLOCK, FAULT_JUMP, 0, 1, SAME_LATER},
    {"fails with ENOTCONN", CALL_SHUTDOWN, FAULT_ERROR, ENOTCONN, 1, SAME_LATER},
    {"fails with ENOBUFS", CALL_SHUTDOWN, FAULT_ERROR, ENOBUFS, 1, SAME_LATER},
    {"is interrupted", CALL_CLOSE, FAULT_ERROR, EINTR, 1, SAME},
    {"fails with EIO", CALL_CLOSE, FAULT_ERROR, EIO, 1, SAME},
};

typedef struct group {
    world *w;
    const scenario *s;
    played without;
    long blocks;
    int runs, failed, unmet;
    int by_call[CALL_KINDS + 1]; /* runs; the last: allocations */
} group;

static char current[256];
static volatile sig_atomic_t pipes;

static void on_pipe(int number)
{
    (void)number;
    pipes++;
}

static void on_end(int number)
{
    const char *what = number == SIGALRM ? ": does not end\n" : ": crashes\n";

    if (write(STDERR_FILENO, current, strlen(current)) < 0 ||
        write(STDERR_FILENO, what, strlen(what)) < 0)
        _exit(4);
    _exit(3);
}

static int descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < DESCRIPTORS; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void report(group *g, const char *said)
{
    fprintf(stderr, "%s: %s\n", current, said);
    g->failed++;
}

/* Heap in use when nothing but the next connection is there. */
static long settled(group *g)
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

static void one(group *g, const plan *p, long fail_at, promise owes)
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
    else if (settled(g) > g->blocks && leaks(g, p, fail_at))
        report(g, "it leaks memory");
    g->blocks = settled(g);
}

/* The calls before the end of the handshake are the same in every scenario. */
static void system_calls(group *g, int first)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const fault *f = &ways[i];
        int from = first ? 0 : g->without.established_at[f->call];

        for (int at = from; at < g->without.calls[f->call]; at++) {
            plan p = {f->kind, f->call, at, f->times, f->error};
            snprintf(current, sizeof current, "%s, %s, %s: %s %d %s", g->w->subject->name,
                     g->w->nonblocking ? "nonblocking" : "blocking", g->s->name,
                     call_names[f->call], at + 1, f->name);
            one(g, &p, -1, f->owes);
            g->by_call[f->call]++;
        }
    }
}

/*
 * Of the handshake every so many allocations, and the last of them one by one, because an engine
 * finishes there; all others. A handshake takes some more or fewer with its random numbers, so the
 * last of one may not be there in another.
 */
enum { LAST = 64 };

static long next_allocation(const played *without, long at, int every)
{
    if (at < without->allocations_opened || at >= without->allocations_established - LAST)
        return at + 1;
    return at + every;
}

static void allocations(group *g, int first, int every)
{
    plan none = {0};
    long at = first ? 0 : g->without.allocations_established;

    while (at < g->without.allocations) {
        int unmet = g->unmet;

        snprintf(current, sizeof current, "%s, %s, %s: allocation %ld fails", g->w->subject->name,
                 g->w->nonblocking ? "nonblocking" : "blocking", g->s->name, at + 1);
        one(g, &none, at, NO_MEMORY);
        if (at >= g->without.allocations - LAST)
            g->unmet = unmet;
        g->by_call[CALL_KINDS]++;
        at = next_allocation(&g->without, at, every);
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
    snprintf(current, sizeof current, "%s, %s, %s: no descriptor is left", g->w->subject->name,
             g->w->nonblocking ? "nonblocking" : "blocking", g->s->name);
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

static void print(const group *g)
{
    printf("{\"subject\": \"%s\", \"mode\": \"%s\", \"scenario\": \"%s\", \"runs\": %d, "
           "\"failed\": %d, \"by_call\": {",
           g->w->subject->name, g->w->nonblocking ? "nonblocking" : "blocking", g->s->name, g->runs,
           g->failed);
    for (int i = 0; i < CALL_KINDS; i++)
        printf("\"%s\": %d, ", call_names[i], g->by_call[i]);
    printf("\"allocation\": %d, \"descriptors\": 1}}\n", g->by_call[CALL_KINDS]);
    fflush(stdout);
}

static int play_group(world *w, const scenario *s, int first, int every)
{
    group g = {.w = w, .s = s};
    plan none = {0};
    const char *said;
    int open;

    snprintf(current, sizeof current, "%s, %s, %s: without faults", w->subject->name,
             w->nonblocking ? "nonblocking" : "blocking", s->name);
    alarm(CASE_SECONDS);
    play(w, s, &none, -1, &g.without); /* what is loaded once is loaded */
    play(w, s, &none, -1, &g.without);
    said = judge_any(w, &g.without);
    if (!said)
        said = judge_plain(s, &g.without, w->nonblocking);
    if (said) {
        report(&g, said);
        return 1;
    }
    g.blocks = settled(&g);
    open = descriptors();
    system_calls(&g, first);
    allocations(&g, first, every);
    exhausted(&g);
    if (descriptors() != open)
        report(&g, "some of these runs leak a descriptor");
    if (g.unmet)
        report(&g, "some faults did not happen");
    print(&g);
    return g.failed != 0;
}

static int play_subject(const subject *s, int every)
{
    static world w;
    int failed = 0;

    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        world_make(&w, s, nonblocking);
        for (int i = 0; i < scenario_count; i++) {
            if (i == 0)
                close(w.l.fd);
            failed |= play_group(&w, &scenarios[i], i == 0, nonblocking ? 5 * every : every);
        }
        world_free(&w);
    }
    return failed;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    sigaction(number, &action, NULL);
}

static int usage(void)
{
    fputs(
        "usage: endwell-system --list | [--every N] --subject NAME | --soak CLOSES ENGINE_CLOSES\n",
        stderr);
    return 2;
}

static int play_named(const char *name, int every)
{
    for (int i = 0; i < subject_count; i++)
        if (strcmp(subjects[i].name, name) == 0 && every > 0)
            return play_subject(&subjects[i], every);
    return usage();
}

static int list(void)
{
    for (int i = 0; i < subject_count; i++)
        puts(subjects[i].name);
    return 0;
}

int main(int count, char **words)
{
    int every = 1, at = 1;

    certificates = getenv("EW_CERTIFICATES") ? getenv("EW_CERTIFICATES") : "build/certs";
    handle(SIGPIPE, on_pipe);
    handle(SIGALRM, on_end);
    handle(SIGSEGV, on_end);
    handle(SIGABRT, on_end);
    if (count > at + 1 && strcmp(words[at], "--every") == 0) {
        every = atoi(words[at + 1]);
        at += 2;
    }
    if (count == at + 1 && strcmp(words[at], "--list") == 0)
        return list();
    if (count == at + 2 && strcmp(words[at], "--subject") == 0)
        return play_named(words[at + 1], every);
    if (count == at + 3 && strcmp(words[at], "--soak") == 0)
        return soak(atol(words[at + 1]), atol(words[at + 2]));
    return usage();
}
