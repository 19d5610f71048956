#ifndef TOOL_COMMANDS_H
#define TOOL_COMMANDS_H

#include "render.h"

enum { PASS = 0, FINDING = 1, CANNOT_RUN = 2 };
enum { FORM_JSON, FORM_SARIF, FORM_JUNIT, FORM_HTML, FORM_REPORT, FORMS };

struct options {
    const char *suppressions, *trace;
    const char *capture, *key_log; /* of check; or NULL */
    const char *file[FORMS];       /* NULL: not asked for */
    uint64_t chosen;               /* a bit for each rule that was asked for; 0: all */
    bool generate, text;
    int error_exit; /* 0: the program's own */
    char **argument;
    int arguments;
    /* What SIGXFSZ and SIGCHLD did before: a file that grows too large is told, an end waited for. */
    void (*past_limit)(int), (*child_ended)(int);
};

int run_program(const struct options *o);
int check_trace(const struct options *o);
int explain(const struct options *o);
int write_page(const struct options *o);

/* Reads them if there are any to read; false, and said why, where they cannot be. */
bool has_suppressions(const struct options *o, struct suppressions *s);
/* Writes a report of `j`, all of it or nothing; false, and said why. */
bool write_form(const char *path, int form, const struct judge *j, const struct suppressions *s);
/* Judges the trace at `path`; the text goes to `out`. PASS, FINDING or CANNOT_RUN. */
int judge_file(const struct options *o, const struct suppressions *s, const char *path, FILE *out);

#endif
