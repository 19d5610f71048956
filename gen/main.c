/* endwell-gen: reads the specification, refuses what is not sound, writes what follows from it. */
#include "backend.h"
#include "digest.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION "0.3.0"

enum { MAX_MACHINES = 8 };

enum mode { MODE_CHECK_ONLY, MODE_WRITE, MODE_COMPARE, MODE_DUMP, MODE_STREAM };

struct options {
    enum mode mode;
    const char *directory;
    const char *only; /* NULL: all of them */
};

static const char usage[] =
    "usage: endwell-gen [--out DIR | --check DIR | --dump | --stream] [--only FILE,...]\n"
    "                   PAGE.md...\n"
    "\n"
    "Reads the pages of a specification, reports every hole, overlap and unknown name in them as\n"
    "FILE:LINE: error: ..., and then:\n"
    "  --out DIR    writes ew_core.h, ew_core.c, machine.dot, machine.svg, machine.mlw,\n"
    "               machine.pml, relation.txt, relation.sha256 and digest.txt into DIR\n"
    "               A page with a table under `Machine` starts a machine of its own, which the\n"
    "               pages after it belong to: PREFIX.h, PREFIX.c, NAME.dot, NAME.svg, NAME.mlw,\n"
    "               NAME.pml, NAME_relation.txt, NAME_relation.sha256 and NAME_digest.txt\n"
    "  --check DIR  compares them with what is in DIR, and writes nothing\n"
    "  --only FILE,...  writes or compares these files alone\n"
    "  --dump       prints every transition, a line each: STATE EVENT -> STATE ACTION VALUE ERROR\n"
    "               REASON ROW, where a state has one hexadecimal digit for each field\n"
    "  --stream     prints the bytes whose digests are in digest.txt\n"
    "               (of several machines: one after the other)\n"
    "  --help, --version\n"
    "Without any of them it only checks the pages.\n"
    "\n"
    "Exit status: 0 all is well, 1 an error in the pages or a difference, 2 could not run.\n";

/* --- pages ---------------------------------------------------------------------------------- */

/* The machines of one command line, each with the pages that are its own. */
struct tree {
    struct arena arena;
    struct report report;
    size_t machines;
    struct spec *spec[MAX_MACHINES];
    struct pages *pages[MAX_MACHINES];
    struct digest digest;
    struct text sources;
};

static void end_machine(struct tree *tree)
{
    if (tree->machines > 0) {
        struct spec *spec = tree->spec[tree->machines - 1];
        end_digest(&tree->digest, spec->digest);
        spec->sources = take_text(&tree->arena, tree->sources.data, tree->sources.length);
        free_text(&tree->sources);
        tree->sources = (struct text){0};
    }
}

static void start_machine(struct tree *tree)
{
    end_machine(tree);
    if (tree->machines == MAX_MACHINES) {
        cannot_run("more than %d machines", MAX_MACHINES);
    }
    struct spec *spec = take(&tree->arena, sizeof *spec);
    struct pages *pages = take(&tree->arena, sizeof *pages);
    spec->arena = &tree->arena;
    spec->report = &tree->report;
    pages->arena = &tree->arena;
    pages->report = &tree->report;
    start_digest(&tree->digest);
    tree->spec[tree->machines] = spec;
    tree->pages[tree->machines++] = pages;
}

/* A page that declares a machine starts it; the others belong to the one before them. */
static void take_page(struct tree *tree, const char *path, const struct text *bytes)
{
    struct pages page = {.arena = &tree->arena, .report = &tree->report};
    read_page(&page, path, bytes->data, bytes->length);
    if (tree->machines == 0 || declares_machine(&page)) {
        start_machine(tree);
    }
    add_pages(tree->pages[tree->machines - 1], &page);
    add_to_digest(&tree->digest, bytes->data, bytes->length);
    const char *slash = strrchr(path, '/');
    put(&tree->sources, "%s%s", tree->sources.length > 0 ? ", " : "",
        slash != NULL ? slash + 1 : path);
}

static void read_pages(struct tree *tree, char **path, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text bytes = {0};
        read_file(path[i], MAX_FILE, &bytes);
        take_page(tree, path[i], &bytes);
        free_text(&bytes);
    }
    end_machine(tree);
}

/* --- files ---------------------------------------------------------------------------------- */

/* Whole or not at all. */
static void replace_file(const char *path, const struct text *text)
{
    struct text temporary = {0};
    put(&temporary, "%s.%ld.tmp", path, (long)getpid());
    FILE *file = fopen(temporary.data, "wb");
    if (file == NULL) {
        cannot_run("%s: %s", temporary.data, strerror(errno));
    }
    bool is_whole = fwrite(text->data, 1, text->length, file) == text->length;
    is_whole = fclose(file) == 0 && is_whole;
    if (!is_whole || rename(temporary.data, path) != 0) {
        int reason = errno;
        remove(temporary.data);
        cannot_run("%s: %s", path, strerror(reason));
    }
    free_text(&temporary);
}

static bool same_file(const char *path, const struct text *text)
{
    struct text old = {0};
    read_file(path, SIZE_MAX, &old);
    size_t line = 1, i = 0;
    while (i < old.length && i < text->length && old.data[i] == text->data[i]) {
        line += text->data[i] == '\n';
        i++;
    }
    bool is_same = i == old.length && i == text->length;
    if (!is_same) {
        fprintf(stderr,
                "%s:%zu: error: differs from what the specification gives now; "
                "run `make regenerate`\n",
                path, line);
    }
    free_text(&old);
    return is_same;
}

/* Whether a file is one of a list with commas; NULL lists all. */
static bool is_listed(const char *list, const char *file)
{
    size_t length = strlen(file);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, file, length) == 0 && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return list == NULL;
}

/* Every name that --only lists is that of a file. */
static void check_names(const struct tree *tree, const char *list)
{
    size_t listed = 0, found = 0;
    for (const char *at = list; at != NULL; at = strchr(at + 1, ',')) {
        listed++;
    }
    for (size_t i = 0; list != NULL && i < tree->machines * backend_count; i++) {
        struct text file = {0};
        put_file_name(tree->spec[i / backend_count], &backends[i % backend_count], &file);
        found += is_listed(list, file.data);
        free_text(&file);
    }
    if (listed != found) {
        cannot_run("--only \"%s\": not a list of files that are written; see --help", list);
    }
}

struct made {
    struct text file, text;
    bool is_wanted;
};

/* What is made is only written once all of it could be made. */
static bool run_backends(const struct spec *spec, const struct options *options)
{
    bool all_same = true;
    struct made made[16];
    memset(made, 0, sizeof made);
    for (size_t i = 0; i < backend_count; i++) {
        put_file_name(spec, &backends[i], &made[i].file);
        made[i].is_wanted = is_listed(options->only, made[i].file.data);
        if (made[i].is_wanted) {
            backends[i].write(spec, &made[i].text);
        }
    }
    for (size_t i = 0; i < backend_count; i++) {
        struct text path = {0};
        put(&path, "%s/%s", options->directory, made[i].file.data);
        if (made[i].is_wanted && options->mode == MODE_WRITE) {
            replace_file(path.data, &made[i].text);
        } else if (made[i].is_wanted) {
            all_same = same_file(path.data, &made[i].text) && all_same;
        }
        free_text(&path);
        free_text(&made[i].file);
        free_text(&made[i].text);
    }
    return all_same;
}

/* --- the command ---------------------------------------------------------------------------- */

static int run_machine(const struct spec *spec, const struct options *options)
{
    if (options->mode == MODE_DUMP || options->mode == MODE_STREAM) {
        (options->mode == MODE_DUMP ? dump_relation : print_stream)(spec, stdout);
        if (fflush(stdout) != 0 || ferror(stdout)) {
            cannot_run("the output cannot be written: %s", strerror(errno));
        }
    } else if (options->mode != MODE_CHECK_ONLY) {
        return run_backends(spec, options) ? EXIT_OK : EXIT_FINDING;
    }
    return EXIT_OK;
}

static void read_machines(struct tree *tree)
{
    bool is_read = tree->report.errors == 0;
    for (size_t i = 0; i < tree->machines; i++) {
        int before = tree->report.errors;
        tree->report.errors = is_read ? 0 : before;
        (void)read_spec(tree->spec[i], tree->pages[i]);
        tree->report.errors += is_read ? before : 0;
    }
    if (is_read) {
        check_machines(tree->spec, tree->machines);
    }
}

static int run(const struct options *options, char **path, size_t count)
{
    struct tree tree = {.report = {.stream = stderr}};
    int status = EXIT_OK;
    read_pages(&tree, path, count);
    read_machines(&tree);
    if (tree.report.errors == 0) {
        check_names(&tree, options->only);
    }
    if (too_many_errors(&tree.report)) {
        fprintf(stderr, "endwell-gen: %d errors in all, the first %d are shown\n",
                tree.report.errors, MAX_ERRORS);
    }
    for (size_t i = 0; i < tree.machines && tree.report.errors == 0; i++) {
        status = run_machine(tree.spec[i], options) == EXIT_OK ? status : EXIT_FINDING;
    }
    status = tree.report.errors == 0 ? status : EXIT_FINDING;
    free_arena(&tree.arena);
    return status;
}

static void choose(struct options *options, enum mode mode, const char *directory)
{
    if (options->mode != MODE_CHECK_ONLY) {
        cannot_run("only one of --out, --check, --dump and --stream; see --help");
    }
    options->mode = mode;
    options->directory = directory;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},  {"check", required_argument, NULL, 'c'},
        {"dump", no_argument, NULL, 'd'},       {"stream", no_argument, NULL, 's'},
        {"only", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},    {NULL, 0, NULL, 0},
    };
    struct options options = {0};
    signal(SIGPIPE, SIG_IGN);
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == 'o') {
            choose(&options, MODE_WRITE, optarg);
        } else if (option == 'c') {
            choose(&options, MODE_COMPARE, optarg);
        } else if (option == 'd') {
            choose(&options, MODE_DUMP, NULL);
        } else if (option == 's') {
            choose(&options, MODE_STREAM, NULL);
        } else if (option == 'f') {
            options.only = optarg;
        } else if (option == 'h') {
            return fputs(usage, stdout) < 0 || fflush(stdout) != 0 ? EXIT_CANNOT_RUN : EXIT_OK;
        } else if (option == 'v') {
            return puts("endwell-gen " VERSION) < 0 ? EXIT_CANNOT_RUN : EXIT_OK;
        } else {
            return EXIT_CANNOT_RUN;
        }
    }
    if (optind == argc) {
        cannot_run("no pages given; see --help");
    }
    return run(&options, argv + optind, (size_t)(argc - optind));
}
