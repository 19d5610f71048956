/* endwell-faults: cuts, splits, delays and merges the last flights of TLS connections at every
 * byte, and reports where what we say about the end is not what really came. */
#define _GNU_SOURCE
#include "list.h"
#include "net.h"
#include "ours.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void usage(FILE *to)
{
    fputs("usage: endwell-faults --certs DIR [OPTION]...\n"
          "Cuts the end of TLS connections at every byte, on every engine that was built.\n"
          "  --certs DIR          where server.pem and server.key are\n"
          "  --sample N           N of 1000 cells (1000), chosen by\n"
          "  --seed TEXT          this text (the digest of the specification)\n"
          "  --cell 'WORDS'       only this one, as findings name it\n"
          "  --defect NAME        with a port that breaks a promise; --defects lists them\n"
          "  --self-test          every defect is found by its name\n"
          "  --out FILE           results as JSON\n"
          "  --jobs N             cells at once (8)\n"
          "  --shard K/N          the Kth of N parts of the cells\n"
          "  --cell-seconds N     the most that a cell may take (60), or once more alone\n"
          "  --patience MS        the most that a blocking call may take (8000)\n"
          "  --help\n"
          "Exit status: 0 no finding, 1 findings, 2 it could not run, 3 none but cells that ran\n"
          "out of time, alone too.\n",
          to);
}

static fault_options options = {
    .seed = EW_SPEC_DIGEST, .sample = 1000, .jobs = 8, .cell_seconds = 60, .most_late = 20};
static frame_deck deck;
static long long started;

static int run_all(void)
{
    fault_list list = {0};
    list_uncut(&list, &deck);
    size_t uncut = list.count;
    if (list_run(&list, 0, &options) != 0)
        return 2;
    for (size_t i = 0; i < uncut; i++) {
        fault_cell base = list.cells[i];
        if (base.base.done && base.base.verdict == FRAME_PASSED)
            list_cut(&list, &base, &options);
    }
    if (list_run(&list, uncut, &options) != 0)
        return 2;
    report_table(&list);
    report_findings(&list);
    double seconds = (double)(net_now_ms() - started) / 1000;
    if (options.out && report_json(&list, &deck, &options, seconds) != 0)
        return 2;
    frame_counts counts = list_counts(&list);
    int status = frame_close(&counts);
    list_free(&list);
    return status;
}

static int run_one(const char *text)
{
    fault_outcome o;
    fault_plan p;
    if (!plan_parse(text, &p)) {
        fprintf(stderr, "endwell-faults: '%s' is no cell: a finding names one\n", text);
        return 2;
    }
    fault_bench *b = cut_bench_new(options.certs);
    if (!b)
        return 2;
    fault_run(b, &p, options.defect, &o);
    printf("%zu bytes to us, whose close_notify ends at %zu; %zu bytes from us; %d calls\n%s%s%s\n",
           o.in, o.notice, o.out, o.calls, o.finding[0] ? o.finding : "no finding",
           o.finding[0] ? ": " : "", o.detail);
    cut_bench_free(b);
    return o.finding[0] != '\0';
}

static int number(const char *text, int least, int most)
{
    return frame_number("endwell-faults", text, least, most);
}

static const fault_defect *defect_named(const char *name)
{
    const fault_defect *d = fault_defects;
    while (d->name && strcmp(d->name, name) != 0)
        d++;
    if (!d->name) {
        fprintf(stderr, "endwell-faults: no defect '%s'; --defects lists them\n", name);
        exit(2);
    }
    return d;
}

static void list_defects(void)
{
    for (const fault_defect *d = fault_defects; d->name; d++)
        printf("%-20s %-20s %s\n", d->name, d->finding, d->what);
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"certs", 1, 0, 'c'},        {"sample", 1, 0, 'n'},
                                          {"seed", 1, 0, 's'},         {"shard", 1, 0, 'k'},
                                          {"cell", 1, 0, 'C'},         {"defect", 1, 0, 'd'},
                                          {"defects", 0, 0, 'D'},      {"out", 1, 0, 'o'},
                                          {"self-test", 0, 0, 't'},    {"jobs", 1, 0, 'j'},
                                          {"cell-seconds", 1, 0, 'S'}, {"patience", 1, 0, 'p'},
                                          {"help", 0, 0, 'h'},         {0}};
    const char *cell = NULL;
    int test = 0;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (option) {
        case 'c': options.certs = optarg; break;
        case 'n': options.sample = number(optarg, 0, 1000); break;
        case 's': options.seed = optarg; break;
        case 'k':
            if (frame_read_shard(&deck, optarg) != 0)
                return 2;
            break;
        case 'C': cell = optarg; break;
        case 'd': options.defect = defect_named(optarg); break;
        case 'D': list_defects(); return 0;
        case 'o': options.out = optarg; break;
        case 't': test = 1; break;
        case 'j': options.jobs = number(optarg, 1, 64); break;
        case 'S': options.cell_seconds = number(optarg, 1, 3600); break;
        case 'p': fault_patience_ms = number(optarg, 1, 600000); break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return 2;
        }
    if (optind < argc || !options.certs) {
        usage(stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    started = net_now_ms();
    if (test)
        return cut_self_test(&options);
    fault_name_crashes();
    return cell ? run_one(cell) : run_all();
}
