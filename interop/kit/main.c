/* endwell-kit: put ports on trial. Exits 0; 1: findings; 2: it could not run. */
#define _GNU_SOURCE
#include "report.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PARTS = 5 };

typedef struct {
    const char *program, *certificates, *result;
    char only[256];
    char *part[PARTS]; /* engine, version, role, scenario, fault */
    int jobs, sample, selects, self_test, list;
} options;

static void usage(FILE *to)
{
    fprintf(
        to,
        "usage: endwell-kit [--only ENGINE/VERSION/ROLE/SCENARIO/FAULT] [--certificates FOLDER]\n"
        "                   [--jobs N] [--sample N] [--result FILE]\n"
        "       endwell-kit --self-test    wrong ports, which have to be caught\n"
        "       endwell-kit --list         obligations, engines, scenarios, faults\n"
        "Parts of --only may be * or left out at the end: openssl/1.2/server/close/block@2\n");
}

static int refuses(const char *what, const char *value)
{
    fprintf(stderr, "kit: %s '%s'\n", what, value);
    usage(stderr);
    return -1;
}

static int read_options(options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--self-test") == 0) {
            o->self_test = 1;
        } else if (strcmp(argv[i], "--list") == 0) {
            o->list = 1;
        } else if (strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            exit(0);
        } else if (!value) {
            return refuses("not understood:", argv[i]);
        } else if (strcmp(argv[i], "--only") == 0) {
            snprintf(o->only, sizeof o->only, "%s", argv[++i]);
        } else if (strcmp(argv[i], "--certificates") == 0) {
            o->certificates = argv[++i];
        } else if (strcmp(argv[i], "--result") == 0) {
            o->result = argv[++i];
        } else if (strcmp(argv[i], "--jobs") == 0 && atoi(value) > 0) {
            o->jobs = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--sample") == 0 && atoi(value) > 0) {
            o->sample = atoi(argv[++i]);
        } else {
            return refuses("not understood:", argv[i]);
        }
    }
    char *rest = o->only;
    o->selects = *rest != '\0';
    for (int i = 0; i < PARTS; i++)
        o->part[i] = rest ? strsep(&rest, "/") : NULL;
    return 0;
}

/* "block@3": that fault there; "none": undisturbed. */
static int read_selection(const options *o, selection *s)
{
    *s = (selection){o->part[3] ? o->part[3] : "", -1, -1, o->sample, -1};
    if (!o->part[4] || !*o->part[4] || strcmp(o->part[4], "*") == 0)
        return 0;
    char *at = strchr(o->part[4], '@');
    if (at) {
        *at++ = '\0';
        s->at = atoi(at);
    }
    for (int i = 0; i < FAULT_COUNT; i++)
        if (strcmp(o->part[4], fault_names[i]) == 0)
            s->fault = i;
    return s->fault < 0 ? refuses("no fault is called", o->part[4]) : 0;
}

static int list_all(void)
{
    for (int i = 0; i < OBLIGATION_COUNT; i++)
        printf("%-28s %s  %s\n", obligations[i].name, obligations[i].condition,
               obligations[i].text);
    printf("\nengines:");
    for (int i = 0; kit_engines[i]; i++)
        printf(" %s (%s)", kit_engines[i]->name, kit_engines[i]->version());
    printf("\nfaults:");
    for (int i = 0; i < FAULT_COUNT; i++)
        printf(" %s", fault_names[i]);
    printf("\nscenarios:\n");
    for (const scenario *s = scenarios(); s->run; s++)
        printf("  %s\n", s->name);
    return 0;
}

/* The trial ---------------------------------------------------------------------------------- */

/* Excuses that no case needs; the settings of an engine follow one another. */
static int needless_excuses(const setting_report *list, int count)
{
    int needless = 0;
    for (int e = 0; kit_engines[e]; e++)
        for (int x = 0; kit_engines[e]->excuses && kit_engines[e]->excuses[x].obligation; x++) {
            int needed = x < EXCUSES_MAX ? 0 : -1;
            for (int i = 0; needed >= 0 && i < count; i++)
                if (list[i].engine == kit_engines[e])
                    needed += list[i].excuses[x];
            if (needed > 0)
                continue;
            const kit_excuse *excuse = &kit_engines[e]->excuses[x];
            printf("interop/kit/engine_%s.c: no case needs the excuse from %s in %s: take it out\n",
                   kit_engines[e]->name, excuse->obligation, excuse->scenario);
            needless++;
        }
    return needless;
}

static int try_ports(const options *o, setting_report *list, int count)
{
    selection s;
    struct timespec from, to;
    int passed = 0, failed = 0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (read_selection(o, &s) != 0 || settings_run(list, count, &s, NULL, o->jobs) != 0)
        return 2;
    for (int i = 0; i < count; i++) {
        report_setting(&list[i], o->program);
        passed += list[i].cases - list[i].failed;
        failed += list[i].failed;
    }
    if (passed + failed == 0) {
        fprintf(stderr, "kit: no scenario is called '%s' here\n", s.scenario);
        return 2;
    }
    if (!o->selects && o->sample <= 1 && needless_excuses(list, count) > 0)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    if (o->result && report_write(list, count, o->sample, seconds, o->result) != 0)
        return 2;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

/* Wrong ports --------------------------------------------------------------------------------- */

static void names_of(const setting_report *list, int count, char *buf, size_t size)
{
    buf[0] = '\0';
    for (int i = 0; i < OBLIGATION_COUNT; i++) {
        int found = 0;
        for (int k = 0; k < count; k++)
            found |= list[k].broken[i] > 0;
        if (found && strlen(buf) + strlen(obligations[i].name) + 2 < size)
            strcat(strcat(buf, " "), obligations[i].name);
    }
}

/* On one engine: in each of its settings until it is caught. 1: caught, 0: not, -1: no place for
 * it, 2: could not run. */
static int catches(const wrong_port *w, const kit_engine *engine, setting_report *list,
                   const char *certificates)
{
    selection s = {"", -1, -1, 0, (int)w->what};
    char names[512];
    int looked = 0, count = settings_list(list, engine->name, NULL, NULL, certificates);
    for (int i = 0; i < count; i++) {
        if (settings_run(&list[i], 1, &s, w, 1) != 0)
            return 2;
        if (list[i].broken[w->what] > 0)
            return 1;
        looked |= list[i].checks[w->what] > 0;
    }
    if (w->what == STALE && !engine->stale_error)
        return -1;
    names_of(list, count, names, sizeof names);
    printf("%s: the wrong port \"%s\" of %s is not caught under this name; found%s\n",
           obligations[w->what].name, w->how, engine->name, *names ? names : " nothing");
    return 0;
}

static int every_obligation_has_one(void)
{
    int missing = 0;
    for (int i = 0; i < OBLIGATION_COUNT; i++) {
        int has = 0;
        for (int k = 0; k < wrong_port_count; k++)
            has |= wrong_ports[k].what == (obligation)i;
        if (!has)
            printf("%s: no wrong port breaks it\n", obligations[i].name);
        missing += !has;
    }
    return missing;
}

/* Of one engine; its counts go into what the processes share. */
static void tries_wrong_ports(const kit_engine *engine, setting_report *list, const options *o,
                              int counts[2])
{
    for (int i = 0; i < wrong_port_count; i++) {
        int caught = catches(&wrong_ports[i], engine, list, o->certificates);
        if (caught == 2)
            _exit(2);
        counts[0] += caught == 1;
        counts[1] += caught == 0;
        if (caught == -1)
            printf("%s: no wrong port \"%s\" of %s: it has no place for such an error\n",
                   obligations[wrong_ports[i].what].name, wrong_ports[i].how, engine->name);
        if (i % 10 == 9)
            printf("%s: %d of %d wrong ports tried\n", engine->name, i + 1, wrong_port_count);
    }
    _exit(0);
}

/* The engines of the kit itself: a wrong port of theirs is one of any. */
static int has_wrong_ports(const kit_engine *engine)
{
    return strcmp(engine->name, "openssl") == 0 || strcmp(engine->name, "mbedtls") == 0;
}

static int self_test(const options *o)
{
    int started = 0, bad = 0, status, passed = 0, failed = every_obligation_has_one();
    int(*counts)[2] = shared_memory(SETTINGS_MAX * sizeof *counts);
    if (!counts)
        return 2;
    for (int e = 0; kit_engines[e] && started < SETTINGS_MAX; e++) {
        if (!has_wrong_ports(kit_engines[e]))
            continue;
        setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
        fflush(stdout);
        pid_t child = list ? fork() : -1;
        if (child == 0)
            tries_wrong_ports(kit_engines[e], list, o, counts[started]);
        bad |= child < 0;
        started++;
    }
    for (int i = 0; i < started; i++)
        bad |= wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    for (int i = 0; i < started; i++) {
        passed += counts[i][0];
        failed += counts[i][1];
    }
    if (started == 0)
        fprintf(stderr, "kit: the self-test needs the port for OpenSSL or mbedTLS: "
                        "apt-get install libssl-dev libmbedtls-dev\n");
    if (bad || started == 0)
        return 2;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

int main(int argc, char **argv)
{
    options o = {.program = argv[0], .certificates = "build/certs", .jobs = 2};
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (read_options(&o, argc, argv) != 0)
        return 2;
    if (o.list)
        return list_all();
    setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
    if (!list)
        return 2;
    if (o.self_test)
        return self_test(&o);
    int count = settings_list(list, o.part[0], o.part[1], o.part[2], o.certificates);
    if (count == 0)
        return refuses("no engine, version and role is", o.only), 2;
    return try_ports(&o, list, count);
}
