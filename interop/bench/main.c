/*
 * endwell-bench --list                     the subjects: those of interop/system
 * endwell-bench --count SUBJECT ours|native N    N full closes; callgrind counts what is in them
 * endwell-bench --many N                   up to N connections at once without an engine, closed;
 *                                          callgrind counts that; prints how many
 * endwell-bench --memory SUBJECT N         bytes of heap that N open connections take beside their engines
 * endwell-bench --rate SUBJECT PAIRS       closes per second over loopback, ours and native in turn
 *
 * Exits 0, or 2 when something did not work.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "bench.h"

enum { BATCH = 32, DESCRIPTORS_EACH = 2, DESCRIPTORS_BESIDE = 64 };

/* Counted by callgrind --------------------------------------------------------- */

static void count(const subject *s, int native, long closes)
{
    static world w;

    world_make(&w, s, 1);
    close(w.l.fd);
    for (long i = 0; i < closes; i++) {
        bench_connect(&w, native);
        CALLGRIND_TOGGLE_COLLECT;
        bench_first(&w, native);
        CALLGRIND_TOGGLE_COLLECT;
        bench_answer(&w);
        CALLGRIND_TOGGLE_COLLECT;
        bench_second(&w, native);
        CALLGRIND_TOGGLE_COLLECT;
        bench_leave(&w, native);
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

/* As many of them as the process may have descriptors for. */
static void many(long number)
{
    struct rlimit limit;
    connection *all = calloc((size_t)number, sizeof *all);

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (!all || setrlimit(RLIMIT_NOFILE, &limit) != 0)
        bench_fail("no memory");
    if (limit.rlim_max < (rlim_t)(number * DESCRIPTORS_EACH + DESCRIPTORS_BESIDE))
        number = ((long)limit.rlim_max - DESCRIPTORS_BESIDE) / DESCRIPTORS_EACH;
    printf("%ld\n", number);
    for (long i = 0; i < number; i++)
        open_one(&all[i]);
    CALLGRIND_TOGGLE_COLLECT;
    for (long i = 0; i < number; i++)
        if (ew_conn_shutdown(&all[i].c) != 0 || ew_conn_shutdown(&all[i].c) != 1)
            bench_fail("a close did not succeed");
    CALLGRIND_TOGGLE_COLLECT;
    for (long i = 0; i < number; i++) {
        close(ew_conn_release(&all[i].c));
        close(all[i].peer);
    }
    free(all);
}

/* Memory ------------------------------------------------------------------------ */

typedef struct opened {
    ew_conn c;
    plain_engine plain;
    ew_openssl openssl;
    ew_mbedtls mbedtls;
    mbedtls_ssl_context mbed;
} opened;

static void prepare(opened *o, world *w)
{
    plain_init(&o->plain);
    if (w->subject->plain)
        return;
    if (w->l.us.kind == OPENSSL) {
        ew_openssl_init(&o->openssl, SSL_new(w->l.us.ctx));
        return;
    }
    mbedtls_ssl_init(&o->mbed);
    if (mbedtls_ssl_setup(&o->mbed, &w->l.us.conf) != 0)
        bench_fail("no memory for the engines");
    ew_mbedtls_init(&o->mbedtls, &o->mbed);
}

static int open_prepared(opened *o, const world *w)
{
    if (w->subject->plain)
        return ew_conn_open(&o->c, w->l.fd, &plain_port, &o->plain);
    if (w->l.us.kind == OPENSSL)
        return ew_conn_open(&o->c, w->l.fd, &ew_openssl_port, &o->openssl);
    return ew_conn_open(&o->c, w->l.fd, &ew_mbedtls_port, &o->mbedtls);
}

/* They share a socket: nothing is sent. The process ends with them. */
static void memory(const subject *s, long number)
{
    static world w;
    opened *all = calloc((size_t)number, sizeof *all);
    size_t before;

    world_make(&w, s, 1);
    for (long i = 0; i < number; i++)
        prepare(&all[i], &w);
    before = mallinfo2().uordblks;
    for (long i = 0; i < number; i++)
        if (open_prepared(&all[i], &w) != 0)
            bench_fail("ew_conn_open failed");
    printf("{\"connections\": %ld, \"heap\": %zu, \"object\": %zu, \"engine_object\": %zu}\n",
           number, mallinfo2().uordblks - before, sizeof(ew_conn),
           s->plain                 ? 0
           : w.l.us.kind == OPENSSL ? sizeof(ew_openssl)
                                    : sizeof(ew_mbedtls));
}

/* Speed ------------------------------------------------------------------------- */

/* Of this process, the kernel's work for it included: nobody waits, and others are not counted. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that the closes of a batch take; the peers' work is not in it. */
static double batch(world *worlds, int native)
{
    double start, seconds;

    for (int i = 0; i < BATCH; i++)
        bench_connect(&worlds[i], native);
    start = now();
    for (int i = 0; i < BATCH; i++)
        bench_first(&worlds[i], native);
    seconds = now() - start;
    for (int i = 0; i < BATCH; i++)
        bench_answer(&worlds[i]);
    start = now();
    for (int i = 0; i < BATCH; i++) {
        bench_second(&worlds[i], native);
        bench_leave(&worlds[i], native);
    }
    return seconds + now() - start;
}

/* Ours and native in turn, and which of them is first changes with each pair. */
static void rate(const subject *s, long pairs)
{
    static world worlds[BATCH];

    bench_over_tcp = 1;
    for (int i = 0; i < BATCH; i++) {
        world_make(&worlds[i], s, 1);
        close(worlds[i].l.fd);
    }
    batch(worlds, 0);
    batch(worlds, 1);
    for (long i = 0; i < pairs; i++) {
        double seconds[2];
        int first = (int)(i & 1);

        seconds[first] = batch(worlds, first);
        seconds[!first] = batch(worlds, !first);
        printf("{\"closes\": %d, \"ours\": %.9f, \"native\": %.9f}\n", BATCH, seconds[0],
               seconds[1]);
    }
}

/* ------------------------------------------------------------------------------- */

static const subject *named(const char *name)
{
    for (int i = 0; i < subject_count; i++)
        if (strcmp(subjects[i].name, name) == 0)
            return &subjects[i];
    bench_fail("no such subject");
    return NULL;
}

int main(int count_, char **words)
{
    const char *what = count_ > 1 ? words[1] : "";

    certificates = getenv("EW_CERTIFICATES") ? getenv("EW_CERTIFICATES") : "build/certs";
    if (strcmp(what, "--list") == 0)
        for (int i = 0; i < subject_count; i++)
            puts(subjects[i].name);
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
