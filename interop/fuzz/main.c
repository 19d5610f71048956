/* endwell-fuzz: random sequences of all public calls, on a real engine, against a hostile peer. */
#include "dice.h"
#include "peer.h"
#include "report.h"
#include "sequence.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int __real_clock_gettime(clockid_t clock, struct timespec *t);

static const char usage[] =
    "usage: endwell-fuzz --engine NAME [--certs DIR] [--seed N] [--sequences N] [--seconds N]\n"
    "                    [--least N] [--result FILE] [--trace] [--brief]\n";

typedef struct {
    const char *engine, *certs, *result;
    unsigned long long seed, sequences, least;
    double seconds;
} options;

static double now(void)
{
    struct timespec t;
    __real_clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int parse(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"engine", 1, NULL, 'e'},    {"certs", 1, NULL, 'c'},   {"seed", 1, NULL, 's'},
        {"sequences", 1, NULL, 'n'}, {"seconds", 1, NULL, 't'}, {"least", 1, NULL, 'l'},
        {"result", 1, NULL, 'r'},    {"trace", 0, NULL, 'v'},   {"brief", 0, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    int letter;
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (letter) {
        case 'e': o->engine = optarg; break;
        case 'c': o->certs = optarg; break;
        case 's': o->seed = strtoull(optarg, NULL, 10); break;
        case 'n': o->sequences = strtoull(optarg, NULL, 10); break;
        case 't': o->seconds = strtod(optarg, NULL); break;
        case 'l': o->least = strtoull(optarg, NULL, 10); break;
        case 'r': o->result = optarg; break;
        case 'v': told.trace = 1; break;
        case 'b': told.brief = 1; break;
        default: return -1;
        }
    }
    return o->engine && optind == argc && (o->sequences || o->seconds > 0) ? 0 : -1;
}

int main(int argc, char **argv)
{
    static char certificate[512], key[512];
    options o = {.certs = "build/certs", .seed = 1};
    if (parse(argc, argv, &o) != 0) {
        fputs(usage, stderr);
        return 2;
    }
    const fuzz_engine *engine = engine_called(o.engine);
    if (!engine) {
        fprintf(stderr, "fuzz: there is no port for %s\n", o.engine);
        return 2;
    }
    snprintf(certificate, sizeof certificate, "%s/server.pem", o.certs);
    snprintf(key, sizeof key, "%s/server.key", o.certs);
    told.engine = o.engine;
    told.tool = argv[0];
    told.certs = o.certs;
    signal(SIGPIPE, SIG_DFL); /* the library raises none */
    report_deaths();
    dice_replace_openssl();
    peer_identity(certificate, key);
    double began = now();
    for (uint64_t i = 0; !o.sequences || i < o.sequences; i++) {
        if (o.seconds > 0 && now() - began > o.seconds)
            break;
        sequence_run(engine, certificate, key, o.seed + i);
    }
    log_start();
    int few = report_counts(o.least);
    if (o.result && fuzz_report_write(o.result, o.least, now() - began) != 0)
        return 2;
    printf("%llu passed, %d failed\n", (unsigned long long)told.sequences, few);
    return few ? 1 : 0;
}
