/* endwell: holds a program's use of TLS against the proven machine. */
#include "commands.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "endwell " ENDWELL_VERSION;

enum { KEY_SUPPRESS = 's', KEY_GENERATE = 'g', KEY_EXIT = 'e', KEY_FORMAT = 'f', KEY_TRACE = 't' };
enum { KEY_CAPTURE = 'p', KEY_KEYS = 'k', KEY_RULES = 'r', KEY_OUT = 'o' };

#define COMMON_OPTIONS                                                                             \
    {"suppressions", KEY_SUPPRESS, "FILE", 0, "leave out the findings that FILE lists", 0},        \
        {"rules", KEY_RULES, "EW010,...", 0, "judge these rules only", 0},                         \
        {"gen-suppressions",                                                                       \
         KEY_GENERATE,                                                                             \
         NULL,                                                                                     \
         0,                                                                                        \
         "print a line of such a file for each finding",                                           \
         0},                                                                                       \
        {"error-exitcode",                                                                         \
         KEY_EXIT,                                                                                 \
         "N",                                                                                      \
         0,                                                                                        \
         "exit with N if there is an error or a warning, with 2 if nothing could be judged",       \
         0},                                                                                       \
    {                                                                                              \
        "format", KEY_FORMAT, "FORM", 0,                                                           \
            "text (the default), json=FILE, sarif=FILE, junit=FILE or html=FILE; can be given "    \
            "again",                                                                               \
            0                                                                                      \
    }

static const struct argp_option run_options[] = {
    COMMON_OPTIONS, {"trace", KEY_TRACE, "FILE", 0, "keep the trace in FILE", 0}, {0}};

static const struct argp_option check_options[] = {
    COMMON_OPTIONS,
    {"trace", KEY_TRACE, "FILE", 0, "keep what was read in FILE, as a trace", 0},
    {"pcap", KEY_CAPTURE, "FILE", 0, "judge the wire, from a capture of packets (needs tshark)", 0},
    {"keylog", KEY_KEYS, "FILE", 0, "the key log that decrypts it (SSLKEYLOGFILE)", 0},
    {0}};

static const struct argp_option report_options[] = {
    {"output", KEY_OUT, "FILE", 0, "the page", 0},
    {"suppressions", KEY_SUPPRESS, "FILE", 0, "mark the findings that FILE lists", 0},
    {"rules", KEY_RULES, "EW010,...", 0, "judge these rules only", 0},
    {0}};

static bool add_format(struct options *o, const char *text)
{
    static const char *const form[] = {"json=", "sarif=", "junit=", "html="};
    if (strcmp(text, "text") == 0) {
        o->text = true;
        return true;
    }
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        if (strncmp(text, form[i], strlen(form[i])) == 0 && text[strlen(form[i])] != '\0') {
            o->file[i] = text + strlen(form[i]);
            return true;
        }
    }
    return false;
}

/* The known ones, for who has mistyped one. */
static void add_rules(struct options *o, const char *list, struct argp_state *state)
{
    char known[MOST_RULES * 8] = "";
    const char *wrong = list;
    if (choose_rules(&o->chosen, list, &wrong)) {
        return;
    }
    for (size_t i = 0, length = 0; i < rule_count; i++) {
        length += (size_t)snprintf(known + length, sizeof known - length, " %s", rules[i].id);
    }
    argp_error(state, "--rules: no rule '%.*s'; there are%s", (int)strcspn(wrong, ","), wrong,
               known);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    char *rest;
    switch (key) {
    case KEY_SUPPRESS: o->suppressions = argument; break;
    case KEY_GENERATE: o->generate = true; break;
    case KEY_TRACE: o->trace = argument; break;
    case KEY_CAPTURE: o->capture = argument; break;
    case KEY_KEYS: o->key_log = argument; break;
    case KEY_EXIT:
        o->error_exit = (int)strtol(argument, &rest, 10);
        if (*rest != '\0' || o->error_exit < 1 || o->error_exit > 255) {
            argp_error(state, "--error-exitcode takes a number from 1 to 255, not '%s'", argument);
        }
        break;
    case KEY_RULES: add_rules(o, argument, state); break;
    case KEY_OUT: o->file[FORM_REPORT] = argument; break;
    case KEY_FORMAT:
        if (!add_format(o, argument)) {
            argp_error(state, "no such form '%s'", argument);
        }
        break;
    case ARGP_KEY_ARG:
        o->argument = &state->argv[state->next - 1];
        o->arguments = state->argc - state->next + 1;
        state->next = state->argc;
        break;
    case ARGP_KEY_NO_ARGS:
        if (o->capture == NULL) {
            argp_usage(state);
        }
        break;
    default: return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* A report needs no trace. */
static error_t parse_report(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    if (key == ARGP_KEY_END && o->file[FORM_REPORT] == NULL) {
        argp_error(state, "say where the page is to be: -o FILE");
    }
    return key == ARGP_KEY_NO_ARGS ? 0 : parse(key, argument, state);
}

static const struct {
    const char *name;
    int (*run)(const struct options *o);
    struct argp argp;
} commands[] = {
    {"run",
     run_program,
     {run_options, parse, "PROGRAM [ARGUMENT...]",
      "Runs PROGRAM, records its calls of libssl, and judges them. The exit status is PROGRAM's "
      "own, "
      "unless --error-exitcode says otherwise.",
      NULL, NULL, NULL}},
    {"check",
     check_trace,
     {check_options, parse, "TRACE|DUMP\n--pcap=FILE [--keylog=FILE]",
      "Judges a trace that was recorded before, the records that a device kept with "
      "ew_trace.h, or what passed on the wire. Exits 0 if there is no error and no warning, 1 if "
      "there is, 2 if the "
      "trace cannot be judged.",
      NULL, NULL, NULL}},
    {"explain",
     explain,
     {NULL, parse, "ID...",
      "Says what a rule (EW001), a clause (MP-06), a divergence (D-13), a row of a decision table "
      "(S4), or a contract or theorem (K16_no_write_after_close) means.",
      NULL, NULL, NULL}},
    {"report",
     write_page,
     {report_options, parse_report, "-o FILE [TRACE|DUMP]",
      "Makes FILE, one page of HTML that loads nothing: the machines themselves, to click a close "
      "through, and what was found in TRACE if one is given. Exits as check does of TRACE, else 0, "
      "or 2 if there is no page.",
      NULL, NULL, NULL}},
};

static int usage(FILE *out, int status)
{
    fputs("usage: endwell run [OPTION...] PROGRAM [ARGUMENT...]\n"
          "       endwell check [OPTION...] TRACE|DUMP\n"
          "       endwell check [OPTION...] --pcap=FILE [--keylog=FILE]\n"
          "       endwell explain ID...\n"
          "       endwell report -o FILE [TRACE|DUMP]\n"
          "`endwell COMMAND --help` lists the options; endwell(1) tells more.\n",
          out);
    return status;
}

/* A report that a full disk did not take was not given. */
static int told(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "endwell: standard output: %s\n", strerror(errno));
        return CANNOT_RUN;
    }
    return status;
}

int main(int argc, char **argv)
{
    struct options o = {.text = true,
                        .past_limit = signal(SIGXFSZ, SIG_IGN),
                        .child_ended = signal(SIGCHLD, SIG_DFL)};
    char name[32];
    argp_err_exit_status = CANNOT_RUN;
    if (argc < 2) {
        return usage(stderr, CANNOT_RUN);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            snprintf(name, sizeof name, "endwell %s", argv[1]);
            argv[1] = name;
            argp_parse(&commands[i].argp, argc - 1, argv + 1, ARGP_IN_ORDER, NULL, &o);
            return told(commands[i].run(&o));
        }
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts(argp_program_version);
        return told(PASS);
    }
    return strcmp(argv[1], "--help") == 0 ? told(usage(stdout, PASS)) : usage(stderr, CANNOT_RUN);
}
