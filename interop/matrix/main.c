/* endwell-interop: runs every scenario with each engine, TLS version, role and mode, against live
 * OpenSSL peers, and reports where the results are not those of the specification. */
#define _GNU_SOURCE
#include "net.h"
#include "report.h"
#include "scenarios.h"

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const scenario *const themes[] = {
    scenarios_close,   scenarios_data,    scenarios_flight,  scenarios_fatal, scenarios_flags,
    scenarios_message, scenarios_session, scenarios_program, scenarios_start, NULL};
static const scenario *const sabotage[] = {scenarios_sabotage, NULL};

enum { SELF_TEST_SECONDS = 6 };

typedef struct {
    const char *scenario, *evidence, *differences;
    const side_ops *engine; /* NULL: all that Endwell has a port for */
    int tls13, server, mode;
    int verbose, self_test;
    runner_options run;
} choices;

static void usage(FILE *to)
{
    fputs(
        "usage: endwell-interop [OPTION]...\n"
        "Closes TLS connections with live OpenSSL peers, in every way that a scenario describes.\n"
        "  --scenario NAME      only this one\n"
        "  --engine NAME        only this one; libssl: plain libssl, without Endwell\n"
        "  --version 1.2|1.3    --role client|server    --mode blocking|nonblocking|memory\n"
        "  --shard K/N          the Kth of N parts of the cells\n"
        "  --verbose            what was observed in each cell\n"
        "  --list               the names of the scenarios\n"
        "  --evidence FILE      write results and observations there, as JSON\n"
        "  --differences FILE   write there where results differ, as JSON; they are no failures\n"
        "  --self-test          run scenarios that have to be reported as failed\n"
        "  --jobs N             cells at once (8)\n"
        "  --seconds N          the most that a cell may take (20), or once more alone\n"
        "  --help\n"
        "Exit status: 0 all passed, 1 some failed, 2 it could not run, 3 some ran out of time, "
        "alone "
        "too.\n",
        to);
}

static int chosen(int choice, int value)
{
    return choice == ANY || choice == value;
}

/* Selection --------------------------------------------------------------------------------- */

static void absent(results *r, const char *reason)
{
    int i = 0;
    while (r->absent[i].reason && strcmp(r->absent[i].reason, reason) != 0)
        if (++i == ABSENCES)
            abort(); /* more reasons than any page would want: make room for them */
    r->absent[i].reason = reason;
    r->absent[i].count++;
}

/* Plain libssl plays its own scenarios, and all of them where it is named. */
static int is_of_matrix(const choices *o, const scenario *s, const variant *v)
{
    int plain = v->engine == &side_libssl, wanted = (s->flags & ONLY_LIBSSL) != 0;
    return o->engine == &side_libssl ? plain : plain == wanted || o->engine == v->engine;
}

static int is_chosen(const choices *o, const scenario *s, const variant *v)
{
    return (!o->scenario || strcmp(o->scenario, s->name) == 0) &&
           (!o->engine || o->engine == v->engine) && chosen(o->tls13, v->tls13) &&
           chosen(o->server, v->server) && chosen(o->mode, (int)v->mode);
}

static void add(results *r, const scenario *s, const variant *v)
{
    job *jobs = realloc(r->jobs, (r->count + 1) * sizeof *jobs);
    if (!jobs)
        abort();
    r->jobs = jobs;
    r->jobs[r->count++] = (job){.scenario = s, .variant = *v};
}

/* Whether the cell is of this shard: by its place among all, whatever is chosen of them. */
static int is_dealt(results *r, const scenario *s, const variant *v)
{
    char name[128];
    snprintf(name, sizeof name, "%s %s %d %d %d", s->name, v->engine->name, v->tls13, v->server,
             (int)v->mode);
    return frame_deal(&r->deck, name);
}

static void consider(results *r, const choices *o, const scenario *s, const variant *v)
{
    if (!is_of_matrix(o, s, v))
        return;
    const char *reason = cell_why_not(s, v);
    int mine = !reason && is_dealt(r, s, v);
    if (is_chosen(o, s, v) && reason)
        absent(r, reason);
    else if (is_chosen(o, s, v) && mine)
        add(r, s, v);
}

static void consider_variants(results *r, const choices *o, const scenario *s)
{
    for (const side_ops *const *engine = matrix_engines; *engine; engine++)
        for (int i = 0; i < 4 * MODES; i++) {
            /* In turn another mode first, so that a shard of as many parts has all of them. */
            variant v = {*engine, i / MODES >> 1, i / MODES & 1, (mode)((i + i / MODES) % MODES)};
            if (v.mode != IN_A_PAIR || ((s->flags & IN_MEMORY) && v.engine->open_in_memory))
                consider(r, o, s, &v);
        }
}

static void choose(results *r, const choices *o)
{
    const scenario *const *lists = o->self_test ? sabotage : themes;
    for (; *lists; lists++)
        for (const scenario *s = *lists; s->name; s++)
            consider_variants(r, o, s);
}

static void list_names(void)
{
    for (const scenario *const *lists = themes; *lists; lists++)
        for (const scenario *s = *lists; s->name; s++)
            puts(s->name);
}

/* Options ----------------------------------------------------------------------------------- */

/* One of two words: 0 or 1, or the end of the program. */
static int either(const char *option, const char *given, const char *zero, const char *one)
{
    if (strcmp(given, zero) == 0)
        return 0;
    if (strcmp(given, one) == 0)
        return 1;
    fprintf(stderr, "endwell-interop: --%s is %s or %s, not '%s'\n", option, zero, one, given);
    exit(2);
}

static int mode_named(const char *name)
{
    for (int m = 0; m < MODES; m++)
        if (strcmp(name, mode_name((mode)m)) == 0)
            return m;
    fprintf(stderr, "endwell-interop: --mode is blocking, nonblocking or memory, not '%s'\n", name);
    exit(2);
}

static const side_ops *engine_named(const char *name)
{
    for (const side_ops *const *engine = matrix_engines; *engine; engine++)
        if (strcmp((*engine)->name, name) == 0)
            return *engine;
    fprintf(stderr, "endwell-interop: no engine '%s' was built; there are:", name);
    for (const side_ops *const *engine = matrix_engines; *engine; engine++)
        fprintf(stderr, " %s", (*engine)->name);
    fputs("\n", stderr);
    exit(2);
}

static void read_options(choices *o, frame_deck *deck, int argc, char **argv)
{
    static const struct option known[] = {{"scenario", required_argument, NULL, 's'},
                                          {"engine", required_argument, NULL, 'e'},
                                          {"version", required_argument, NULL, 'V'},
                                          {"role", required_argument, NULL, 'r'},
                                          {"mode", required_argument, NULL, 'm'},
                                          {"shard", required_argument, NULL, 'k'},
                                          {"verbose", no_argument, NULL, 'v'},
                                          {"list", no_argument, NULL, 'l'},
                                          {"evidence", required_argument, NULL, 'E'},
                                          {"differences", required_argument, NULL, 'D'},
                                          {"self-test", no_argument, NULL, 'T'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"seconds", required_argument, NULL, 'S'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "hv", known, NULL)) != -1) {
        switch (option) {
        case 's': o->scenario = optarg; break;
        case 'e': o->engine = engine_named(optarg); break;
        case 'V': o->tls13 = either("version", optarg, "1.2", "1.3"); break;
        case 'r': o->server = either("role", optarg, "client", "server"); break;
        case 'm': o->mode = mode_named(optarg); break;
        case 'k':
            if (frame_read_shard(deck, optarg) != 0)
                exit(2);
            break;
        case 'v': o->verbose = 1; break;
        case 'l': list_names(); exit(0);
        case 'E': o->evidence = optarg; break;
        case 'D': o->differences = optarg; break;
        case 'T':
            o->self_test = 1;
            o->run.seconds = SELF_TEST_SECONDS; /* a cell that hangs is one of the tests */
            sabotage_prepare();
            break;
        case 'j': o->run.at_once = frame_number("endwell-interop --jobs", optarg, 1, 9999); break;
        case 'S':
            o->run.seconds = frame_number("endwell-interop --seconds", optarg, 1, 9999);
            break;
        case 'h': usage(stdout); exit(0);
        default: usage(stderr); exit(2);
        }
    }
    if (optind != argc) {
        usage(stderr);
        exit(2);
    }
}

/* Running ----------------------------------------------------------------------------------- */

/* The folder of this program: the peer is beside it. */
static const char *own_folder(void)
{
    static char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash = n > 0 ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = '\0';
    return slash ? path : ".";
}

static int ready(const choices *o)
{
    static const char *const needed[] = {"peer", "../certs/server.pem", "../certs/server.key"};
    char path[PATH_MAX + 64];
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", o->run.programs, needed[i]);
        if (access(path, R_OK) != 0) {
            fprintf(stderr, "endwell-interop: %s is missing; make it with: make interop\n", path);
            return 0;
        }
    }
    return 1;
}

static int report(const results *r, const choices *o)
{
    if (o->verbose)
        for (size_t i = 0; i < r->count; i++)
            report_transcript(&r->jobs[i]);
    if (o->self_test)
        return report_self_test(r);
    report_matrix(r);
    if (o->evidence && report_evidence(r, o->evidence) != 0)
        return 2;
    size_t failed = results_failed(r);
    if (o->differences) {
        printf("\n%zu of %zu cells differ from the contract\n", failed, r->count);
        return report_differences(r, o->differences) == 0 ? 0 : 2;
    }
    report_failures(r);
    printf("\n%.0f seconds\n", r->seconds);
    frame_counts counts = frame_count(r->jobs, r->count, sizeof *r->jobs);
    return frame_close(&counts);
}

int main(int argc, char **argv)
{
    choices o = {.tls13 = ANY, .server = ANY, .mode = ANY};
    o.run = (runner_options){.programs = own_folder(), .at_once = 8, .seconds = 20, .progress = 1};
    results r = {.command = argv[0]};

    signal(SIGPIPE, SIG_IGN);
    read_options(&o, &r.deck, argc, argv);
    r.self_test = o.self_test;
    if (!ready(&o))
        return 2;
    choose(&r, &o);
    if (r.count == 0) {
        fprintf(stderr, "endwell-interop: nothing of that kind; --list names the scenarios\n");
        return 2;
    }
    long long began = net_now_ms();
    if (runner_run(r.jobs, r.count, &o.run) != 0) {
        perror("endwell-interop: cannot start a cell");
        return 2;
    }
    r.seconds = (double)(net_now_ms() - began) / 1000.0;
    int status = report(&r, &o);
    for (size_t i = 0; i < r.count; i++)
        cJSON_Delete(r.jobs[i].record);
    free(r.jobs);
    return status;
}
