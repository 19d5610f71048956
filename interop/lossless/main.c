/* endwell-lossless: megabytes in flight both ways while either side closes. Endwell on each engine,
 * and beside it the engine alone with the close that its manual shows. */
#define _GNU_SOURCE
#include "processes.h"
#include "runs.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* A run ends itself after 240 s; blocking calls have a time of their own. */
enum { MB = 1 << 20, JOBS = 2, WANTED_FDS = 16384, RUN_SECONDS = 600, MOST_LATE = 20 };

static runs all;

static void usage(FILE *to)
{
    fputs("usage: endwell-lossless --certs DIR [OPTION]...\n"
          "Closes TLS connections with megabytes in flight, and counts what is lost.\n"
          "  --certs DIR          where server.pem and server.key are\n"
          "  --quick              fewer and shorter runs\n"
          "  --self-test          a careless close, and a network that alters bytes, are found\n"
          "  --shard K/N          the Kth of N parts of the runs\n"
          "  --out FILE           results as JSON\n"
          "  --help\n"
          "Exit status: 0 Endwell lost nothing, 1 it did, 2 it could not run, 3 it did not, but "
          "runs\n"
          "ran out of time, alone too.\n",
          to);
}

/* The runs ---------------------------------------------------------------------------------- */

/* The engines alone run in one mode: they are what the others are compared with. */
static void add(run_plan p)
{
    if ((p.tls13 && !p.engine->tls->has_tls13) || (p.plain && p.nonblocking == p.plain->blocks))
        return;
    char text[RUN_TEXT];
    if (all.count == RUNS_MAX)
        abort();
    if (frame_deal(&all.deck, run_text(&p, text)))
        all.of[all.count++].plan = p;
}

static void add_cases(run_plan p)
{
    for (p.which = 0; p.which < CASES; p.which++)
        add(p);
}

/* Every network at 8 MB; at 64 MB those that do not take minutes. */
static void add_full(run_plan p)
{
    for (int bits = 0; bits < 4; bits++) {
        p.server = bits >> 1;
        p.nonblocking = bits & 1;
        p.bytes = 8 * MB;
        p.rate = 24 * MB;
        for (p.network = 0; p.network < NETWORKS; p.network++)
            add_cases(p);
        p.bytes = 64 * MB;
        p.rate = 96 * MB;
        for (p.network = 0; p.network < NETWORKS; p.network++)
            add_cases(p);
    }
}

static void add_quick(run_plan p)
{
    for (p.nonblocking = 0; p.nonblocking < 2; p.nonblocking++) {
        p.bytes = 8 * MB;
        p.rate = 48 * MB;
        p.server = p.nonblocking;
        p.network = THROTTLED;
        add_cases(p);
        p.network = SLOW_READERS;
        p.which = WE_CLOSE;
        add(p);
    }
}

static void add_many(run_plan p)
{
    p.nonblocking = 1;
    p.network = all.quick ? FAST : THROTTLED;
    p.rate = MB;
    p.connections = 1000;
    p.bytes = all.quick ? MB / 64 : MB / 4;
    add(p);
}

/* plain: NULL for Endwell on that engine. */
static void add_engine(const side_ops *engine, const plain_engine *plain)
{
    for (int tls13 = 0; tls13 < 2; tls13++) {
        run_plan p = {.engine = engine, .plain = plain, .tls13 = tls13, .connections = 1};
        if (all.quick)
            add_quick(p);
        else
            add_full(p);
        if (!all.quick || (!plain && tls13 == engine->tls->has_tls13))
            add_many(p);
    }
}

/* What has to be found: a close without a drain, and bytes that are not those that were sent. */
static void add_self_test(const side_ops *engine)
{
    run_plan p = {.engine = engine,
                  .tls13 = engine->tls->has_tls13,
                  .connections = 1,
                  .nonblocking = 1,
                  .bytes = 8 * MB,
                  .network = THROTTLED,
                  .rate = 48 * MB};
    p.careless = 1;
    add(p);
    p.careless = 0;
    p.corrupting = 1;
    add(p);
    p.corrupting = 0;
    p.bytes = MB;
    for (p.stalls = STALLS_ONCE; engine == sides[0] && p.stalls <= STALLS_ALWAYS; p.stalls++)
        add(p);
}

static void *bench_for(void *with)
{
    return with;
}

static void bench_end(void *bench)
{
    (void)bench;
}

static atomic_int *stalled; /* in shared memory: how often that run has been tried */

static frame_verdict run_one(void *bench, void *one, void *with)
{
    one_run *r = one;
    run_plan p = r->plan;
    (void)bench;
    if (p.stalls == STALLS_ALWAYS || (p.stalls && atomic_fetch_add(stalled, 1) == 0))
        p.rate = 1;
    run_transfer(&p, ((const runs *)with)->certs, &r->outcome);
    return run_verdict(r);
}

static void unended(void *one, const char *how)
{
    one_run *r = one;
    r->outcome.setup = 1;
    r->outcome.finished = 0;
    (void)how;
}

static int run_them(void)
{
    frame f = {.tool = "lossless",
               .unit = "runs",
               .size = sizeof all.of[0],
               .jobs = JOBS,
               .seconds = RUN_SECONDS,
               .most_late = MOST_LATE,
               .with = &all,
               .open = bench_for,
               .close = bench_end,
               .run = run_one,
               .unended = unended};
    stalled = shared_memory(sizeof *stalled);
    if (!stalled)
        return -1;
    return frame_run(&f, all.of, (size_t)all.count);
}

/* The program ------------------------------------------------------------------------------- */

static int enough_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    if (limit.rlim_cur < WANTED_FDS) {
        limit.rlim_cur = limit.rlim_max < WANTED_FDS ? limit.rlim_max : WANTED_FDS;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur >= WANTED_FDS / 2;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"certs", 1, 0, 'c'},
                                          {"quick", 0, 0, 'q'},
                                          {"self-test", 0, 0, 't'},
                                          {"out", 1, 0, 'o'},
                                          {"shard", 1, 0, 'k'},
                                          {"help", 0, 0, 'h'},
                                          {0}};
    int64_t start = now_us();
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (option) {
        case 'c': all.certs = optarg; break;
        case 'q': all.quick = 1; break;
        case 't': all.self_test = 1; break;
        case 'o': all.out = optarg; break;
        case 'k':
            if (frame_read_shard(&all.deck, optarg) != 0)
                return 2;
            break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return 2;
        }
    if (optind < argc || !all.certs) {
        usage(stderr);
        return 2;
    }
    if (!enough_descriptors()) {
        fputs("lossless: 1,000 connections need 8,192 descriptors: ulimit -n 16384\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN); /* the engines alone leave that to the program */
    for (int i = 0; sides[i]; i++)
        all.self_test ? add_self_test(sides[i]) : add_engine(sides[i], NULL);
    for (int i = 0; !all.self_test && plain_at(i)->ops; i++)
        add_engine(plain_at(i)->ops, plain_at(i));
    if (run_them() != 0)
        return 2;
    return all.self_test ? conclude_self_test(&all)
                         : conclude(&all, (double)(now_us() - start) / 1e6);
}
