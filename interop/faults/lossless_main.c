/* endwell-lossless: megabytes in flight both ways while either side closes. Endwell on each engine,
 * and beside it the engine alone with the close that its manual shows. */
#define _GNU_SOURCE
#include "fault_cell.h"
#include "lossless_run.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <getopt.h>
#include <mbedtls/version.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MB = 1 << 20, RUNS_MAX = 2048, JOBS = 2, TEXT = 160, WANTED_FDS = 16384 };

typedef struct {
    run_plan plan;
    run_outcome outcome;
} one_run;

typedef struct {
    one_run of[RUNS_MAX];
    int count;
    atomic_int next, done;
    const char *certs, *out;
    int quick, self_test;
} runs;

static runs all;

static const char *const cases[] = {"we close", "peer closes", "both close"}, *const networks[] = {
                                                                                  "fast",
                                                                                  "slow readers",
                                                                                  "throttled"};

static void usage(FILE *to)
{
    fputs("usage: endwell-lossless --certs DIR [OPTION]...\n"
          "Closes TLS connections with megabytes in flight, and counts what is lost.\n"
          "  --certs DIR          where server.pem and server.key are\n"
          "  --quick              fewer and shorter runs\n"
          "  --self-test          a careless close, and a network that alters bytes, are found\n"
          "  --out FILE           results as JSON\n"
          "  --help\n"
          "Exit status: 0 Endwell lost nothing, 1 it did, 2 it could not run.\n",
          to);
}

/* The runs ---------------------------------------------------------------------------------- */

static void add(run_plan p)
{
    if (p.tls13 && !p.engine->has_tls13)
        return;
    if (all.count == RUNS_MAX)
        abort();
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

static void add_engine(const side_ops *engine, int plain)
{
    for (int tls13 = 0; tls13 < 2; tls13++) {
        run_plan p = {.engine = engine, .plain = plain, .tls13 = tls13, .connections = 1};
        if (all.quick)
            add_quick(p);
        else
            add_full(p);
        if (!all.quick || tls13 == engine->has_tls13)
            add_many(p);
    }
}

/* What has to be found: a close without a drain, and bytes that are not those that were sent. */
static void add_self_test(const side_ops *engine)
{
    run_plan p = {.engine = engine,
                  .tls13 = engine->has_tls13,
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
}

static void *work(void *nothing)
{
    for (int i; (i = atomic_fetch_add(&all.next, 1)) < all.count;) {
        run_transfer(&all.of[i].plan, all.certs, &all.of[i].outcome);
        atomic_fetch_add(&all.done, 1);
    }
    return nothing;
}

static int run_them(void)
{
    pthread_t threads[JOBS];
    int started = 0, terminal = isatty(2);
    int64_t said = now_us();
    while (started < JOBS && pthread_create(&threads[started], NULL, work, NULL) == 0)
        started++;
    while (started > 0 && atomic_load(&all.done) < all.count) {
        usleep(20000);
        if (now_us() - said < (terminal ? 200000 : 15000000))
            continue;
        said = now_us();
        fprintf(stderr, "%slossless: %d of %d runs%s", terminal ? "\r" : "", atomic_load(&all.done),
                all.count, terminal ? "\x1b[K" : "\n");
    }
    if (terminal)
        fputs("\r\x1b[K", stderr);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started > 0 ? 0 : -1;
}

/* The verdicts ------------------------------------------------------------------------------ */

/* NULL, or what is wrong: nothing was done to these connections, so nothing may be lost, and a
 * close has no reason not to say so. Plain engines are counted, not judged. */
static const char *wrong(const one_run *r)
{
    const run_outcome *o = &r->outcome;
    if (!o->setup)
        return "it could not be set up";
    if (!o->finished)
        return "it did not end";
    if (r->plan.plain)
        return NULL;
    if (!o->intact)
        return "bytes differ from those that were sent";
    if (o->out.untold + o->in.untold > 0)
        return "bytes are lost, and the sender has not been told";
    if (o->out.lost + o->in.lost > 0)
        return "bytes are lost";
    if (o->clean != r->plan.connections)
        return "a close of ours did not say that all is well";
    return NULL;
}

static const char *run_text(const run_plan *p, char text[TEXT])
{
    snprintf(text, TEXT, "%s%s TLS %s %s %s, %s, %s, %d x %.6g MB each way",
             p->plain ? "plain " : "", p->engine->name, p->tls13 ? "1.3" : "1.2",
             p->connections > 1 ? "both roles"
             : p->server        ? "server"
                                : "client",
             p->nonblocking ? "nonblocking" : "blocking",
             p->connections > 1 ? "all closes" : cases[p->which], networks[p->network],
             p->connections, (double)p->bytes / MB);
    return text;
}

typedef struct {
    int runs, connections, losing, told;
    double accepted, lost, untold;
} sum;

static void add_up(sum *s, const one_run *r)
{
    const run_outcome *o = &r->outcome;
    s->runs++;
    s->connections += r->plan.connections;
    s->losing += o->out.lost + o->in.lost > 0;
    s->told += o->out.told + o->in.told;
    s->accepted += (double)(o->out.accepted + o->in.accepted - o->dropped);
    s->lost += (double)(o->out.lost + o->in.lost);
    s->untold += (double)(o->out.untold + o->in.untold);
}

static int same_kind(const run_plan *a, const run_plan *b)
{
    return a->engine == b->engine && a->plain == b->plain && a->tls13 == b->tls13;
}

static cJSON *sum_json(const run_plan *p, const sum *s)
{
    cJSON *one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "engine", p->engine->name);
    cJSON_AddStringToObject(one, "close", p->plain ? "the engine's own" : "Endwell");
    cJSON_AddStringToObject(one, "tls", p->tls13 ? "1.3" : "1.2");
    cJSON_AddNumberToObject(one, "runs", s->runs);
    cJSON_AddNumberToObject(one, "connections", s->connections);
    cJSON_AddNumberToObject(one, "runs_with_loss", s->losing);
    cJSON_AddNumberToObject(one, "bytes_accepted", s->accepted);
    cJSON_AddNumberToObject(one, "bytes_lost", s->lost);
    cJSON_AddNumberToObject(one, "bytes_lost_untold", s->untold);
    return one;
}

/* A line and an entry for each engine, alone and with Endwell. */
static cJSON *sums(void)
{
    cJSON *list = cJSON_CreateArray();
    printf("%-26s %5s %11s %14s %14s %14s %10s\n", "", "runs", "connections", "bytes", "lost",
           "lost, untold", "runs with");
    for (int i = 0; i < all.count; i++) {
        sum s = {0};
        int first = 1;
        for (int k = 0; k < all.count; k++) {
            if (!same_kind(&all.of[k].plan, &all.of[i].plan))
                continue;
            first &= k >= i;
            add_up(&s, &all.of[k]);
        }
        if (!first)
            continue;
        const run_plan *p = &all.of[i].plan;
        printf("%-8s TLS %s %-9s %5d %11d %14.0f %14.0f %14.0f %10d\n", p->engine->name,
               p->tls13 ? "1.3" : "1.2", p->plain ? "alone" : "Endwell", s.runs, s.connections,
               s.accepted, s.lost, s.untold, s.losing);
        cJSON_AddItemToArray(list, sum_json(p, &s));
    }
    return list;
}

static cJSON *run_json(const one_run *r)
{
    const run_outcome *o = &r->outcome;
    char text[TEXT];
    cJSON *one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "run", run_text(&r->plan, text));
    cJSON_AddBoolToObject(one, "plain", r->plan.plain);
    cJSON_AddNumberToObject(one, "accepted_out", (double)o->out.accepted);
    cJSON_AddNumberToObject(one, "delivered_out", (double)o->out.delivered);
    cJSON_AddNumberToObject(one, "accepted_in", (double)o->in.accepted);
    cJSON_AddNumberToObject(one, "delivered_in", (double)o->in.delivered);
    cJSON_AddNumberToObject(one, "not_wanted", (double)o->dropped);
    cJSON_AddNumberToObject(one, "lost", (double)(o->out.lost + o->in.lost));
    cJSON_AddNumberToObject(one, "untold", (double)(o->out.untold + o->in.untold));
    cJSON_AddStringToObject(one, "verdict", wrong(r) ? wrong(r) : "as it has to be");
    return one;
}

static cJSON *tools_json(void)
{
    char version[32];
    cJSON *tools = cJSON_CreateObject();
    mbedtls_version_get_string_full(version);
    cJSON_AddStringToObject(tools, "openssl", OpenSSL_version(OPENSSL_VERSION));
    cJSON_AddStringToObject(tools, "mbedtls", version);
    cJSON_AddStringToObject(tools, "compiler", __VERSION__);
    return tools;
}

static int write_json(cJSON *json, const char *path)
{
    char temporary[600];
    char *text = cJSON_Print(json);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "w");
    int good = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        good = 0;
    good = good && rename(temporary, path) == 0;
    if (!good)
        fprintf(stderr, "lossless: %s: %s\n", path, strerror(errno));
    free(text);
    cJSON_Delete(json);
    return good ? 0 : -1;
}

static int conclude(double seconds)
{
    char text[TEXT];
    int failed = 0;
    cJSON *json = cJSON_CreateObject(), *list = cJSON_CreateArray();
    cJSON_AddItemToObject(json, "tools", tools_json());
    cJSON_AddItemToObject(json, "sums", sums());
    for (int i = 0; i < all.count; i++) {
        if (wrong(&all.of[i])) {
            failed++;
            printf("%s: %s (%s)\n", run_text(&all.of[i].plan, text), wrong(&all.of[i]),
                   all.of[i].outcome.where ? all.of[i].outcome.where : "every call succeeded");
        }
        cJSON_AddItemToArray(list, run_json(&all.of[i]));
    }
    cJSON_AddNumberToObject(json, "runs", all.count);
    cJSON_AddNumberToObject(json, "failed", failed);
    cJSON_AddNumberToObject(json, "seconds", seconds);
    cJSON_AddItemToObject(json, "list", list);
    printf("%d passed, %d failed\n", all.count - failed, failed);
    if (all.out && write_json(json, all.out) != 0)
        return 2;
    if (!all.out)
        cJSON_Delete(json);
    return failed > 0;
}

static int conclude_self_test(void)
{
    char text[TEXT];
    int failed = 0;
    for (int i = 0; i < all.count; i++) {
        const one_run *r = &all.of[i];
        const char *found = wrong(r);
        int good = r->plan.careless ? found && strstr(found, "not been told") != NULL
                                    : found && r->outcome.setup && r->outcome.finished;
        failed += !good;
        if (!good)
            printf("%s: %s: nothing is found\n", run_text(&r->plan, text),
                   r->plan.careless ? "close() right after close_notify" : "a byte was altered");
    }
    printf("%d passed, %d failed\n", all.count - failed, failed);
    return failed > 0;
}

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
    static const struct option known[] = {{"certs", 1, 0, 'c'},     {"quick", 0, 0, 'q'},
                                          {"self-test", 0, 0, 't'}, {"out", 1, 0, 'o'},
                                          {"help", 0, 0, 'h'},      {0}};
    int64_t start = now_us();
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (option) {
        case 'c': all.certs = optarg; break;
        case 'q': all.quick = 1; break;
        case 't': all.self_test = 1; break;
        case 'o': all.out = optarg; break;
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
    for (int i = 0; fault_engines[i]; i++)
        all.self_test ? add_self_test(fault_engines[i]) : add_engine(fault_engines[i], 0);
    for (int i = 0; !all.self_test && plain_engines[i]; i++)
        add_engine(plain_engines[i], 1);
    if (run_them() != 0)
        return 2;
    return all.self_test ? conclude_self_test() : conclude((double)(now_us() - start) / 1e6);
}
