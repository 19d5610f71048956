/*
 * endwell-bench --list                     the subjects: those of interop/system
 * endwell-bench --count SUBJECT ours|native N    N full closes; callgrind counts what is in them,
 *                                          after one that is not counted: what is done once
 * endwell-bench --many N                   up to N connections at once without an engine, closed;
 *                                          callgrind counts that; prints how many
 * endwell-bench --memory SUBJECT N         bytes of heap that N open connections take beside their engines
 * endwell-bench --rate SUBJECT PAIRS       closes per second over loopback, ours and native in turn
 *
 * Exits 0, or 2 when something did not work.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "bench.h"

enum { BATCH = 32, DESCRIPTORS_BESIDE = 64 };

/* Counted by callgrind --------------------------------------------------------- */

static void toggle(int counted)
{
    if (counted)
        CALLGRIND_TOGGLE_COLLECT;
}

static void count(const subject *s, int alone, long closes)
{
    static closing c;

    bench_make(&c, s);
    for (long i = 0; i <= closes; i++) {
        bench_connect(&c, alone);
        toggle(i > 0);
        bench_first(&c);
        toggle(i > 0);
        bench_answer(&c);
        toggle(i > 0);
        bench_second(&c);
        toggle(i > 0);
        bench_leave(&c);
    }
}

typedef struct connection {
    ew_conn c;
    plain_engine engine;
    int peer;
} connection;

/* The peer has said all that it will say. */
static void open_one(connection *one)
{
    static const char all[] = "\x16\3\3\0\1h\x15\3\3\0\2\1\0";
    int fds[2];

    socket_pair(fds);
    one->peer = fds[1];
    plain_init(&one->engine);
    if (write(one->peer, all, sizeof all - 1) != sizeof all - 1 ||
        ew_conn_open(&one->c, fds[0], &plain_port, &one->engine) != 0 ||
        ew_conn_handshake(&one->c) != 1)
        bench_fail("a connection without an engine was not established");
}

/*
 * So many descriptors as there may be: at most the hard limit, and beyond it who may raise that. How
 * many connections they are enough for, with half of their peers elsewhere.
 */
static long limited(long number)
{
    rlim_t wanted = (rlim_t)(number + (number + 1) / 2 + DESCRIPTORS_BESIDE);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        bench_fail("no limit of descriptors");
    if (limit.rlim_max < wanted) {
        struct rlimit higher = {wanted, wanted};

        if (setrlimit(RLIMIT_NOFILE, &higher) == 0)
            return number;
        number = ((long)limit.rlim_max - DESCRIPTORS_BESIDE) * 2 / 3;
    }
    limit.rlim_cur = limit.rlim_max;
    if (number < 1 || setrlimit(RLIMIT_NOFILE, &limit) != 0)
        bench_fail("too few descriptors");
    return number;
}

/* A process that does nothing but keep the ends of these peers open. */
static pid_t hold_peers(const connection *all, long number)
{
    pid_t holder = fork();

    if (holder < 0)
        bench_fail("no process for the peers");
    if (holder == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    for (long i = 0; i < number; i++)
        close(all[i].peer);
    return holder;
}

static void many(long number)
{
    connection *all;
    pid_t holder;

    number = limited(number);
    all = calloc((size_t)number, sizeof *all);
    if (!all)
        bench_fail("no memory");
    printf("%ld\n", number);
    for (long i = 0; i < number / 2; i++)
        open_one(&all[i]);
    holder = hold_peers(all, number / 2);
    for (long i = number / 2; i < number; i++)
        open_one(&all[i]);
    CALLGRIND_TOGGLE_COLLECT;
    for (long i = 0; i < number; i++)
        if (ew_conn_shutdown(&all[i].c) != 0 || ew_conn_shutdown(&all[i].c) != 1)
            bench_fail("a close did not succeed");
    CALLGRIND_TOGGLE_COLLECT;
    for (long i = 0; i < number; i++)
        close(ew_conn_release(&all[i].c));
    for (long i = number / 2; i < number; i++)
        close(all[i].peer);
    free(all);
    kill(holder, SIGKILL); /* callgrind shall not tell of it as well */
    waitpid(holder, NULL, 0);
}

/* Memory ------------------------------------------------------------------------ */

typedef struct opened {
    ew_conn c;
    plain_engine plain;
    void *engine; /* the port's object, if there is another engine than that */
} opened;

static void *prepare(const closing *c)
{
    const end *us = &c->w.l.us;
    void *engine = c->ops->another ? c->ops->another(us) : us->other->engine(us->context);

    if (!engine)
        bench_fail("no memory for the engines");
    return engine;
}

/* They share a socket: nothing is sent. The process ends with them. */
static void memory(const subject *s, long number)
{
    static closing c;
    opened *all = calloc((size_t)number, sizeof *all);
    int fds[2];
    size_t before;

    if (!all)
        bench_fail("no memory");
    bench_make(&c, s);
    socket_pair(fds);
    for (long i = 0; i < number; i++) {
        plain_init(&all[i].plain);
        all[i].engine = s->plain ? &all[i].plain : prepare(&c);
    }
    before = mallinfo2().uordblks;
    for (long i = 0; i < number; i++)
        if (ew_conn_open(&all[i].c, fds[0], s->plain ? &plain_port : s->engine->port,
                         all[i].engine) != 0)
            bench_fail("ew_conn_open failed");
    printf("{\"connections\": %ld, \"heap\": %zu, \"object\": %zu, \"engine_object\": %zu}\n",
           number, mallinfo2().uordblks - before, sizeof(ew_conn), s->plain ? 0 : c.ops->object);
}

/* Speed ------------------------------------------------------------------------- */

/* Of this process, the kernel's work for it included: nobody waits, and others are not counted. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum kind { OURS, NATIVE, KINDS };

/* Seconds that the closes of a batch took: our side's part, and the peer's answer. */
typedef struct spent {
    double side, peer;
} spent;

static spent batch(closing *all, enum kind kind)
{
    double start, sent, answered;

    for (int i = 0; i < BATCH; i++)
        bench_connect(&all[i], kind == NATIVE);
    start = now();
    for (int i = 0; i < BATCH; i++)
        bench_first(&all[i]);
    sent = now();
    for (int i = 0; i < BATCH; i++)
        bench_answer(&all[i]);
    answered = now();
    for (int i = 0; i < BATCH; i++) {
        bench_second(&all[i]);
        bench_leave(&all[i]);
    }
    return (spent){sent - start + now() - answered, answered - sent};
}

/* Ours and native in turn, and which of them is first changes with each pair. */
static void rate(const subject *s, long pairs)
{
    static closing all[BATCH];
    spent took[KINDS];

    world_over_tcp = 1;
    for (int i = 0; i < BATCH; i++)
        bench_make(&all[i], s);
    batch(all, OURS); /* warm */
    batch(all, NATIVE);
    for (long i = 0; i < pairs; i++) {
        enum kind first = i & 1 ? NATIVE : OURS, second = i & 1 ? OURS : NATIVE;

        took[first] = batch(all, first);
        took[second] = batch(all, second);
        printf("{\"closes\": %d, \"our_side\": %.9f, \"native_side\": %.9f, \"our_peer\": %.9f, "
               "\"native_peer\": %.9f}\n",
               2 * BATCH, took[OURS].side, took[NATIVE].side, took[OURS].peer, took[NATIVE].peer);
    }
}

/* ------------------------------------------------------------------------------- */

/* There is something to hold it against. */
static int compared(const subject *s)
{
    return s->plain || native_of(s->engine->name);
}

static const subject *named(const char *name)
{
    for (int i = 0; i < subject_count; i++)
        if (strcmp(sys_subjects[i].name, name) == 0 && compared(&sys_subjects[i]))
            return &sys_subjects[i];
    bench_fail("no such subject");
    return NULL;
}

static void list(void)
{
    for (int i = 0; i < subject_count; i++)
        if (compared(&sys_subjects[i]))
            puts(sys_subjects[i].name);
}

int main(int count_, char **words)
{
    const char *what = count_ > 1 ? words[1] : "";

    subjects_make();
    certificates = getenv("EW_CERTIFICATES") ? getenv("EW_CERTIFICATES") : "build/certs";
    if (strcmp(what, "--list") == 0)
        list();
    else if (strcmp(what, "--many") == 0 && count_ == 3)
        many(atol(words[2]));
    else if (strcmp(what, "--memory") == 0 && count_ == 4)
        memory(named(words[2]), atol(words[3]));
    else if (strcmp(what, "--rate") == 0 && count_ == 4)
        rate(named(words[2]), atol(words[3]));
    else if (strcmp(what, "--count") == 0 && count_ == 5)
        count(named(words[2]), strcmp(words[3], "native") == 0, atol(words[4]));
    else
        bench_fail("usage: see the head of interop/bench/main.c");
    return 0;
}
