/* Walks all sequences of calls on a live TLS library and holds each step to the contract. */
#define _GNU_SOURCE
#include "frame.h"
#include "compare.h"
#include "report.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    job job;
    outcome_of_run run;
    int depth;
    const char *evidence, *against, *try, *program, *letters, *tls, *role, *start, *given;
    double seconds;
    bool merge, core, sum, complete;
} options;

enum { MOST_GIVEN = 256 };

static const step core_letters[] = {SHUTDOWN,    READ_ALL,   WRITE,   PEER_DATA,
                                    PEER_CLOSES, PEER_ALERT, BE_FULL, TAKE_ALL};

_Noreturn static void give_up(const char *format, ...) PRINTF_LIKE(1, 2);
static void give_up(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("endwell-explore: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(EXIT_CANNOT_RUN);
}

static void help(void)
{
    puts(
        "usage: endwell-explore [options]\n"
        "       endwell-explore --try STEPS | --program STEPS | --steps | --facts\n"
        "       endwell-explore --sum --evidence FILE PART...\n"
        "\n"
        "Makes every sequence of calls, peer's records and transport's faults on a live libssl,\n"
        "and holds each result to the contract. Every difference must be explained by a rule of\n"
        "spec/divergences.md.\n"
        "\n"
        "  --libssl DIR      the library in DIR instead of the system's\n"
        "  --subject NAME    what is walked over (the first of --subjects)\n"
        "  --depth N         steps of a sequence (5); one less for the unusual beginnings\n"
        "  --letters LIST    these steps only; `core`: eight of them, two steps deeper\n"
        "  --core            walk the eight core letters too, two steps deeper\n"
        "  --tls 1.2|1.3, --role client|server, --start established|ignoring-eof|fresh\n"
        "                    these settings only\n"
        "  --merge           do not walk twice from a state in which all that matters is the same\n"
        "  --also FILE       play the sequences in FILE, too, one a line\n"
        "  --complete        fail, too, if a divergence of this release was not met; name unused "
        "rules\n"
        "  --random SECONDS  then go on with long random sequences, this long in all\n"
        "  --seed N          of those\n"
        "  --jobs N          processes (one for each core)\n"
        "  --shard K/N       this part of the walk, 1/N .. N/N; --sum adds them up\n"
        "  --against DIR     print in what the library differs from the one in DIR\n"
        "  --evidence FILE   write what was found, as JSON\n"
        "  --page FILE       the page of divergences (spec/divergences.md)\n"
        "  --try STEPS       play a sequence and print both sides: 'shutdown, peer-alert, "
        "shutdown'\n"
        "  --program STEPS   print a C program that shows it with nothing but libssl\n"
        "  --steps, --facts, --subjects\n"
        "                    what STEPS and the rules of the page can name\n"
        "\n"
        "Exit status: 0 if everything is explained, 1 if not, 2 if that could not be found out.");
}

static void list_steps(void)
{
    for (int s = 0; s < STEPS; s++)
        printf("%-20s %s\n", step_name((step)s), step_text((step)s));
}

static void list_facts(void)
{
    for (int f = 0; f < FACTS; f++) {
        const char *value;
        printf("%-12s", fact_name((fact)f));
        for (int i = 0; (value = fact_value_name((fact)f, i)); i++)
            printf("%s%s", i ? " / " : "", value);
        putchar('\n');
    }
    puts("after       D-nn / D-nn ...");
}

/* The walks --------------------------------------------------------------------------------- */

static uint64_t letters_of(const char *text)
{
    uint64_t bits = 0, calls = ((uint64_t)1 << (FREE + 1)) - 1;
    for (size_t length; *(text += strspn(text, " ,")); text += length) {
        length = strcspn(text, " ,");
        step s = step_find(text, length);
        if (s == STEPS)
            give_up("no step `%.*s`; --steps lists them", (int)length, text);
        bits |= (uint64_t)1 << s;
    }
    if ((bits & calls) == 0)
        give_up("--letters names no call, so there would be nothing to compare");
    return bits;
}

static uint64_t core_alphabet(void)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof core_letters / sizeof core_letters[0]; i++)
        bits |= (uint64_t)1 << core_letters[i];
    return bits;
}

static bool wanted(const options *o, setting at)
{
    static const char *const starts[] = {"established", "ignoring-eof", "fresh"};
    return (!o->tls || same(o->tls, at.tls13 ? "1.3" : "1.2")) &&
           (!o->role || same(o->role, at.client ? "client" : "server")) &&
           (!o->start || same(o->start, starts[at.start]));
}

static void add_leg(options *o, setting at, bool core)
{
    job *j = &o->job;
    leg l = {.at = at, .depth = o->depth - (at.start != ESTABLISHED), .merge = o->merge};
    l.alphabet = ((uint64_t)1 << STEPS) - 1;
    l.letters = "all";
    if (core) {
        l.alphabet = core_alphabet();
        l.letters = "core";
        l.depth = o->depth + 2;
    } else if (o->letters) {
        l.alphabet = letters_of(o->letters);
        l.letters = "chosen";
    }
    if (j->subject->begins && !j->subject->begins((beginning)at.start, at.tls13))
        return;
    if (l.depth >= 1 && j->legs < MOST_LEGS && wanted(o, at))
        j->leg[j->legs++] = l;
}

static void plan_walks(options *o)
{
    bool only_core = o->letters && same(o->letters, "core");
    for (int core = only_core; core <= (o->core || only_core); core++)
        for (int i = 0; i < STARTS * 4; i++) {
            setting at = {(uint8_t)(i / 4), i % 2 == 0, i / 2 % 2 == 0};
            if (!core || at.start == ESTABLISHED)
                add_leg(o, at, core);
        }
    if (o->job.legs == 0)
        give_up("no such setting; see --help for --tls, --role and --start");
    for (int i = 0; i < o->job.legs; i++)
        o->job.leg[i].seconds = o->seconds / o->job.legs;
}

/* What is asked for ------------------------------------------------------------------------- */

static void read_shard(job *j, const char *text)
{
    frame_deck d;
    if (frame_read_shard(&d, text) != 0)
        exit(EXIT_CANNOT_RUN);
    j->shard = d.which - 1;
    j->shards = d.of;
    j->part = true;
}

static void choose_subject(job *j, const char *name)
{
    for (int i = 0; subjects[i]; i++)
        if (same(subjects[i]->name, name)) {
            j->subject = subjects[i];
            return;
        }
    give_up("no subject `%s`; --subjects lists them", name);
}

static void list_subjects(void)
{
    for (int i = 0; subjects[i]; i++)
        puts(subjects[i]->name);
}

static const struct option names[] = {
    {"libssl", 1, NULL, 'l'},   {"subject", 1, NULL, 'u'},
    {"depth", 1, NULL, 'd'},    {"letters", 1, NULL, 'L'},
    {"core", 0, NULL, 'c'},     {"tls", 1, NULL, 't'},
    {"role", 1, NULL, 'r'},     {"start", 1, NULL, 'S'},
    {"merge", 0, NULL, 'm'},    {"random", 1, NULL, 'R'},
    {"seed", 1, NULL, 'e'},     {"jobs", 1, NULL, 'j'},
    {"shard", 1, NULL, 'k'},    {"against", 1, NULL, 'a'},
    {"evidence", 1, NULL, 'E'}, {"page", 1, NULL, 'p'},
    {"try", 1, NULL, 'T'},      {"program", 1, NULL, 'P'},
    {"steps", 0, NULL, 's'},    {"facts", 0, NULL, 'f'},
    {"subjects", 0, NULL, 'U'}, {"sum", 0, NULL, '+'},
    {"complete", 0, NULL, 'C'}, {"also", 1, NULL, 'g'},
    {"help", 0, NULL, 'h'},     {0},
};

static void take_option(options *o, int option)
{
    job *j = &o->job;
    switch (option) {
    case 'l': j->folder = optarg; break;
    case 'u': choose_subject(j, optarg); break;
    case 'd':
        o->depth = frame_number("endwell-explore "
                                "--depth",
                                optarg, 1, 12);
        break;
    case 'L': o->letters = optarg; break;
    case 'c': o->core = true; break;
    case 't': o->tls = optarg; break;
    case 'r': o->role = optarg; break;
    case 'S': o->start = optarg; break;
    case 'm': o->merge = true; break;
    case 'C': o->complete = true; break;
    case 'g': o->given = optarg; break;
    case 'R':
        o->seconds = frame_number("endwell-explore "
                                  "--random",
                                  optarg, 1, 1000000);
        break;
    case 'e':
        j->seed = (uint64_t)frame_number("endwell-explore "
                                         "--seed",
                                         optarg, 0, 1 << 30);
        break;
    case 'j':
        j->jobs = frame_number("endwell-explore "
                               "--jobs",
                               optarg, 1, 256);
        break;
    case 'k': read_shard(j, optarg); break;
    case 'a': o->against = optarg; break;
    case 'E': o->evidence = optarg; break;
    case 'p': o->run.page = optarg; break;
    case 'T': o->try = optarg; break;
    case 'P': o->program = optarg; break;
    case 's': list_steps(); exit(EXIT_OK);
    case 'f': list_facts(); exit(EXIT_OK);
    case 'U': list_subjects(); exit(EXIT_OK);
    case '+': o->sum = true; break;
    case 'h': help(); exit(EXIT_OK);
    default: give_up("--help says what can be asked");
    }
}

/* The runs ---------------------------------------------------------------------------------- */

typedef struct {
    sequence steps;
    int status;
} played;

static bool play(trial *t, void *with)
{
    played *p = with;
    p->status = print_sequence(t, &p->steps);
    return true;
}

static int play_one(options *o)
{
    played p = {.status = EXIT_CANNOT_RUN};
    if (!sequence_parse(o->try ? o->try : o->program, &p.steps))
        return EXIT_CANNOT_RUN;
    if (o->try)
        return worker_begin(&o->job, 0, true, play, &p) ? p.status : EXIT_CANNOT_RUN;
    print_program(stdout, o->job.leg[0].at, &p.steps, "Made by endwell-explore --program");
    return EXIT_OK;
}

/* A sequence a line; what begins with # is for readers. */
static void read_given(job *j, const char *file)
{
    static sequence given[MOST_GIVEN];
    char line[1600];
    FILE *f = fopen(file, "r");
    if (!f)
        give_up("%s cannot be read; run it in the folder of the tree", file);
    while (fgets(line, sizeof line, f) && j->givens < MOST_GIVEN) {
        line[strcspn(line, "#\n")] = '\0';
        if (line[strspn(line, " ")] == '\0')
            continue;
        if (!sequence_parse(line, &given[j->givens]))
            give_up("%s: see above", file);
        j->givens++;
    }
    fclose(f);
    j->given = given;
}

/* Loads the library here too, where nothing but its version is asked for. */
static void ask_version(const job *j)
{
    const char *missing = j->subject->load(j->folder, false);
    if (missing)
        give_up("%s", missing);
}

static int walk(options *o)
{
    job *j = &o->job;
    double begun = seconds_now();
    if (o->evidence && !evidence_possible(&o->run, o->evidence))
        return EXIT_CANNOT_RUN;
    int walked = workers_walk(j);
    if (walked != EXIT_OK)
        return walked;
    o->run.seconds = seconds_now() - begun;
    o->run.replayed = board_samples(j->board);
    o->run.replays_differing = workers_replay(j);
    if (o->run.replays_differing < 0 || !workers_shrink(j))
        return EXIT_CANNOT_RUN;
    bool good = j->board->findings == 0 && o->run.replays_differing == 0 &&
                !j->board->states_full && (!o->complete || divergences_missing(j) == 0);
    print_findings(j, o->complete);
    print_summary(j, &o->run);
    if (o->evidence && write_evidence(j, &o->run, o->evidence) != 0)
        return EXIT_CANNOT_RUN;
    printf("%d passed, %d failed\n", good, !good);
    return good ? EXIT_OK : EXIT_FINDING;
}

/* What would be left out without a word. */
static void refuse_pairs(const options *o)
{
    bool walks = o->evidence || o->seconds > 0 || o->merge || o->complete || o->core || o->given ||
                 o->job.part;
    if ((o->try || o->program) && (o->against || walks))
        give_up("--try and --program play one sequence; leave out the options of a walk");
    if (o->against && walks)
        give_up("--against compares, and nothing else: leave out --evidence, --random, --merge, "
                "--complete, --core and --shard");
}

static int add_up(const options *o, char **parts, int count)
{
    if (!o->evidence || count < 1)
        give_up("--sum needs --evidence FILE and the evidence of all shards");
    return sum_evidence(parts, count, o->complete, o->evidence);
}

static int run(options *o)
{
    static page catalogue;
    if (!o->against && !o->try) /* those load it in their own way */
        ask_version(&o->job);
    plan_walks(o);
    if (!page_read(&catalogue, o->run.page))
        return EXIT_FINDING;
    o->job.page = &catalogue;
    o->job.board = board_new();
    if (!o->job.board)
        give_up("no memory");
    if (o->given)
        read_given(&o->job, o->given);
    int status = o->try || o->program ? play_one(o)
                 : o->against         ? compare(&o->job, o->against)
                                      : walk(o);
    page_free(&catalogue);
    return status;
}

int main(int argc, char **argv)
{
    options o = {.depth = 5, .run = {.page = "spec/divergences.md"}};
    o.job.subject = subjects[0];
    o.job.shards = 1;
    o.job.jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
    signal(SIGPIPE, SIG_IGN);
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;)
        take_option(&o, option);
    if (!o.sum && optind < argc)
        give_up("what is '%s'? --help says what can be asked", argv[optind]);
    refuse_pairs(&o);
    int status = o.sum ? add_up(&o, argv + optind, argc - optind) : run(&o);
    if (fflush(stdout) != 0 || ferror(stdout))
        give_up("not everything could be printed");
    return status;
}
