/* Shows where libssl differs from the contract, and that the page about it is right. */
#define _GNU_SOURCE
#include "divergences.h"

#include "whole.h"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RELEASE_MAJOR = 3, RELEASE_MINOR = 0 };

typedef struct {
    const char *page, *only, *evidence, *differences;
    bool list, verbose;
} options;

typedef struct {
    int passed, failed, shown, expected, explained, unexplained;
    double seconds;
} figures;

/* Evidence ---------------------------------------------------------------------------------- */

static cJSON *runs_of(catalogue *c)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < c->page.divergences; i++) {
        divergence *d = &c->divergence[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", d->is->id);
        cJSON_AddStringToObject(item, "clauses", d->is->clauses);
        cJSON_AddStringToObject(item, "shown_by_3.0", d->is->why);
        cJSON_AddBoolToObject(item, "shown", d->is->shown && d->problems == 0);
        cJSON_AddBoolToObject(item, "as_stated", d->problems == 0);
        cJSON_AddNumberToObject(item, "scenario_differences", d->classified);
        cJSON_AddItemToObject(item, "runs", d->record);
        d->record = NULL;
        cJSON_AddItemToArray(list, item);
    }
    return list;
}

static void write_evidence(catalogue *c, const options *o, const figures *f)
{
    cJSON *e = cJSON_CreateObject();
    cJSON_AddNumberToObject(e, "catalogued", (double)c->page.divergences);
    cJSON_AddNumberToObject(e, "expected", f->expected);
    cJSON_AddNumberToObject(e, "shown", f->shown);
    cJSON_AddNumberToObject(e, "classified", f->explained);
    cJSON_AddNumberToObject(e, "unclassified", f->unexplained);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(e, "tools"), "openssl",
                            OpenSSL_version(OPENSSL_VERSION_STRING));
    cJSON_AddNumberToObject(e, "seconds", f->seconds);
    cJSON_AddItemToObject(e, "list", runs_of(c));
    if (write_whole(e, o->evidence, "endwell-divergences") != 0)
        exit(EXIT_CANNOT_RUN);
}

/* The run ----------------------------------------------------------------------------------- */

static void report_one(const divergence *d)
{
    const char *verdict = d->problems    ? "FAILED"
                          : d->is->shown ? "shown"
                          : d->runs      ? "agrees"
                                         : "not run";
    printf("%-7s %s  %-24s %s\n", verdict, d->is->id, d->is->clauses,
           !d->is->shown ? d->is->why + strlen("no: ")
           : d->seen     ? d->seen
                         : "nothing differed");
}

static void run_all(catalogue *c, const options *o, figures *f)
{
    for (int i = 0; i < c->page.divergences; i++) {
        divergence *d = &c->divergence[i];
        if (o->only && !same(o->only, d->is->id))
            continue;
        divergence_run(c, d, o->verbose);
        report_one(d);
        f->passed += d->problems == 0 && d->runs > 0;
        f->failed += d->problems != 0;
        f->expected += d->is->shown;
        f->shown += d->is->shown && d->problems == 0;
    }
}

static void explain_all(catalogue *c, const options *o, figures *f)
{
    int before = c->page.report.errors;
    f->unexplained = classify(c, o->differences, &f->explained);
    printf("differences of the scenarios with plain libssl: %d explained, %d not\n", f->explained,
           f->unexplained);
    if (c->page.report.errors > before)
        f->failed++;
    else
        f->passed++;
}

static int run(catalogue *c, const options *o)
{
    struct timespec begin, end;
    figures f = {0};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    run_all(c, o, &f);
    if (o->differences)
        explain_all(c, o, &f);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f.seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    if (o->evidence)
        write_evidence(c, o, &f);
    for (int i = 0; i < c->page.divergences; i++)
        cJSON_Delete(c->divergence[i].record);
    printf("%d of %d divergences shown with OpenSSL %s\n", f.shown, f.expected,
           OpenSSL_version(OPENSSL_VERSION_STRING));
    printf("%d passed, %d failed\n", f.passed, f.failed);
    return f.failed ? EXIT_FINDING : EXIT_OK;
}

/* The command line -------------------------------------------------------------------------- */

static void help(void)
{
    puts("usage: endwell-divergences [--page FILE] [options]\n"
         "\n"
         "Carries out the sequences of calls in spec/divergences.md on libssl and on the proven\n"
         "core, and holds every result to what the page says of it.\n"
         "\n"
         "  --page FILE         the page (spec/divergences.md)\n"
         "  --only D-nn         this one\n"
         "  --verbose           print every call with its results\n"
         "  --differences FILE  explain what endwell-interop --engine libssl --differences wrote\n"
         "  --evidence FILE     write what was found, as JSON\n"
         "  --list              print the divergences\n"
         "  --steps             print the steps that a sequence can have\n"
         "  --help              this\n"
         "\n"
         "Exit status: 0 if the page is right, 1 if it is not, 2 if that could not be found out.");
}

static options read_options(int argc, char **argv)
{
    static const struct option names[] = {
        {"page", required_argument, NULL, 'p'},
        {"only", required_argument, NULL, 'o'},
        {"verbose", no_argument, NULL, 'v'},
        {"differences", required_argument, NULL, 'd'},
        {"evidence", required_argument, NULL, 'e'},
        {"list", no_argument, NULL, 'l'},
        {"steps", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    options o = {.page = "spec/divergences.md"};
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;)
        switch (option) {
        case 'p': o.page = optarg; break;
        case 'o': o.only = optarg; break;
        case 'v': o.verbose = true; break;
        case 'd': o.differences = optarg; break;
        case 'e': o.evidence = optarg; break;
        case 'l': o.list = true; break;
        case 's': list_meanings(stdout); exit(EXIT_OK);
        case 'h': help(); exit(EXIT_OK);
        default: exit(EXIT_CANNOT_RUN);
        }
    if (optind < argc)
        give_up("what is '%s'? --help says what can be asked", argv[optind]);
    if (o.only && o.evidence)
        give_up("--evidence is about all of them; leave out --only");
    return o;
}

/* The catalogue says what one release does. With another it would complain of the wrong thing. */
static void check_release(void)
{
    if (OPENSSL_version_major() != RELEASE_MAJOR || OPENSSL_version_minor() != RELEASE_MINOR)
        give_up("the page is about OpenSSL %d.%d, this is %s", RELEASE_MAJOR, RELEASE_MINOR,
                OpenSSL_version(OPENSSL_VERSION_STRING));
}

static int list(const catalogue *c)
{
    for (int i = 0; i < c->page.divergences; i++)
        printf("%s  %-36s %s\n", c->divergence[i].is->id, c->divergence[i].is->why,
               c->divergence[i].is->does);
    return EXIT_OK;
}

int main(int argc, char **argv)
{
    static catalogue c;
    const char *missing;
    int status;
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0); /* whole lines, wherever the messages go */
    options o = read_options(argc, argv);
    if ((missing = subject_page.load(NULL, false)))
        give_up("%s", missing);
    check_release();
    catalogue_read(&c, o.page);
    if (c.page.report.errors > 0) {
        printf("0 passed, %d failed\n", c.page.report.errors);
        status = EXIT_FINDING;
    } else if (o.only && !catalogue_find(&c, o.only, strlen(o.only))) {
        give_up("there is no %s; --list prints them", o.only);
    } else {
        status = o.list ? list(&c) : run(&c, &o);
    }
    free_arena(&c.page.arena);
    return status;
}
