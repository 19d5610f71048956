/* endwell-kit: put ports on trial. Exits 0; 1: findings; 2: it could not run; 3: no finding, but
 * cases that ran out of time, alone too. */
#define _GNU_SOURCE
#include "engines/limits.h"
#include "report.h"
#include "self_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARTS = 5 };

typedef struct {
    const char *program, *certificates, *result;
    char only[256];
    char *part[PARTS]; /* engine, version, role, scenario, fault */
    int jobs, sample, selects, self_test, list, limits;
    sample_part wrong; /* of the wrong ports */
} options;

static void usage(FILE *to)
{
    fprintf(
        to,
        "usage: endwell-kit [--only ENGINE/VERSION/ROLE/SCENARIO/FAULT] [--certificates FOLDER]\n"
        "                   [--jobs N] [--sample N] [--result FILE]\n"
        "       endwell-kit --self-test [--only ENGINE] [--part K/N]\n"
        "                                                  wrong ports, which have to be caught\n"
        "       endwell-kit --list                         obligations, engines, scenarios, "
        "faults\n"
        "       endwell-kit --limits                       what the engines cannot do, a row each\n"
        "Parts of --only may be * or left out at the end: openssl/1.2/server/close/block@2\n");
}

static int refuses(const char *what, const char *value)
{
    fprintf(stderr, "kit: %s '%s'\n", what, value);
    usage(stderr);
    return -1;
}

/* "3/8": the third of eight. */
static int is_part(const char *text, sample_part *part)
{
    char rest;

    if (sscanf(text, "%d/%d%c", &part->part, &part->parts, &rest) != 2 || part->part < 1 ||
        part->part > part->parts)
        return 0;
    part->part--;
    return 1;
}

static int read_options(options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--self-test") == 0) {
            o->self_test = 1;
        } else if (strcmp(argv[i], "--list") == 0) {
            o->list = 1;
        } else if (strcmp(argv[i], "--limits") == 0) {
            o->limits = 1;
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
        } else if (strcmp(argv[i], "--part") == 0 && is_part(value, &o->wrong)) {
            i++;
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

/* The rows of docs/capabilities.md. */
static int list_limits(void)
{
    for (int i = 0; kit_engines[i]; i++)
        limits_print(kit_engines[i]);
    return 0;
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
    for (const scenario *s = kit_scenarios(); s->run; s++)
        printf("  %s\n", s->name);
    return 0;
}

/* The trial ---------------------------------------------------------------------------------- */

/* Limits that no case needs; the settings of an engine follow one another. */
static int needless_limits(const setting_report *list, int count)
{
    int needless = 0;
    for (int e = 0; kit_engines[e]; e++)
        for (int x = 0;
             kit_engines[e]->limits.obligations && kit_engines[e]->limits.obligations[x].obligation;
             x++) {
            int needed = x < LIMITS_MAX ? 0 : -1;
            for (int i = 0; needed >= 0 && i < count; i++)
                if (list[i].engine == kit_engines[e])
                    needed += list[i].limits[x];
            if (needed > 0)
                continue;
            const tls_obligation_limit *limit = &kit_engines[e]->limits.obligations[x];
            printf("kit_%s: no case needs the limit of %s in %s: take it out\n",
                   kit_engines[e]->name, limit->obligation, limit->scenario);
            needless++;
        }
    return needless;
}

/* How often the cases of an engine looked at that obligation; a small sample of the faults may have
 * none of the one that shows STALE. */
static unsigned looked_at(const setting_report *list, int count, const tls_engine *engine, int what)
{
    unsigned looked = what == STALE && engine->stale_error;
    for (int i = 0; i < count; i++)
        if (list[i].engine == engine)
            looked += list[i].checks[what];
    return looked;
}

/* Obligations that no case of an engine looks at, and no row of the engine says why. */
static int unexplained(const setting_report *list, int count)
{
    int found = 0;
    for (int e = 0; kit_engines[e]; e++)
        for (int k = 0; k < OBLIGATION_COUNT; k++)
            if (looked_at(list, count, kit_engines[e], k) == 0 &&
                !settings_unseen(kit_engines[e], (obligation)k, NULL)) {
                printf("kit_%s: no case looks at %s: its table `unseen` has to "
                       "say why\n",
                       kit_engines[e]->name, obligations[k].name);
                found++;
            }
    return found;
}

static int try_ports(const options *o, setting_report *list, int count)
{
    selection s;
    struct timespec from, to;
    frame_counts counts = {0};
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (read_selection(o, &s) != 0 || settings_run(list, count, &s, NULL, o->jobs) != 0)
        return 2;
    for (int i = 0; i < count; i++) {
        report_setting(&list[i], o->program);
        counts.passed += (size_t)(list[i].cases - list[i].failed);
        counts.findings += (size_t)(list[i].failed - list[i].late);
        counts.late += (size_t)list[i].late;
        counts.again += (size_t)list[i].again;
    }
    if (counts.passed + counts.findings + counts.late == 0) {
        fprintf(stderr, "kit: no scenario is called '%s' here\n", s.scenario);
        return 2;
    }
    if (!o->selects && unexplained(list, count) > 0)
        return 1;
    if (!o->selects && o->sample <= 1 && needless_limits(list, count) > 0)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    if (o->result && kit_report_write(list, count, o->sample, seconds, &counts, o->result) != 0)
        return 2;
    return frame_close(&counts);
}

int main(int argc, char **argv)
{
    options o = {
        .program = argv[0], .certificates = "build/certs", .jobs = 2, .wrong = {.parts = 1}};
    signal(SIGPIPE, SIG_IGN);
    if (turns_make() != 0)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (read_options(&o, argc, argv) != 0)
        return 2;
    if (o.list)
        return list_all();
    if (o.limits)
        return list_limits();
    if (o.self_test)
        return kit_self_test(o.part[0], o.certificates, o.wrong, o.jobs);
    setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
    if (!list)
        return 2;
    int count = settings_list(list, o.part[0], o.part[1], o.part[2], o.certificates);
    if (count == 0)
        return refuses("no engine, version and role is", o.only), 2;
    return try_ports(&o, list, count);
}
