/* What the judge found, in the forms that people and their tools read. */
#ifndef TOOL_RENDER_H
#define TOOL_RENDER_H

#include "judge.h"

#include <stdio.h>

enum { MOST_CALL_TEXT = 160, MOST_FRAME_TEXT = 400 };
enum { MOST_FRAMES_SHOWN = 12 };

/*
 * What somebody wants to see no more. Suppressions: a line each, RULE PATTERN..., the patterns for
 * the first frames of the stack.
 */
struct suppressions {
    struct suppression *first;
    uint64_t left_out; /* a bit for each rule that was not asked for */
};

void render_text(FILE *out, const struct judge *j, const struct suppressions *s);
bool render_json(FILE *out, const struct judge *j, const struct suppressions *s);
bool render_sarif(FILE *out, const struct judge *j, const struct suppressions *s);
void render_junit(FILE *out, const struct judge *j, const struct suppressions *s);
void render_html(FILE *out, const struct judge *j, const struct suppressions *s);
void put_report(FILE *out, const struct judge *j, const struct suppressions *s); /* its body */
/* A page with the machines themselves in it, and behind them what was judged, if j is not NULL. */
bool render_machines(FILE *out, const struct judge *j, const struct suppressions *s);
/* Whether they were compiled when the tool was. */
bool has_machines(void);

/* False: `error` has file:line: message. */
bool read_suppressions(struct suppressions *s, const char *path, char *error, size_t room);
void suppress(const struct suppressions *s, struct judge *j);
/* The line that does, without its comment, and its number; NULL: none does. */
const char *suppressed_by(const struct suppressions *s, const struct finding *f, int *number);
void free_suppressions(struct suppressions *s);
void print_suppressions(FILE *out, const struct judge *j);

/* Adds the rules of a list with commas; false: at `wrong` none begins, or the list is empty. */
bool choose_rules(uint64_t *chosen, const char *list, const char **wrong);
uint64_t all_but(uint64_t chosen); /* nothing, if nothing was chosen */
void leave_out(const struct suppressions *s, struct judge *j);
bool is_left_out(const struct suppressions *s, const struct rule *r);
/* Whether no rule that was asked for could be judged on any connection. */
bool is_none_judged(const struct suppressions *s, const struct judge *j);
/* Whether the end of a connection was to be judged, and none could be. */
bool is_no_end_judged(const struct suppressions *s, const struct judge *j);
enum { MOST_LEFT_OUT = 8 * MOST_RULES };
const char *left_out_text(const struct suppressions *s, char *text, size_t room); /* or NULL */

/* Pieces of all forms. */
void call_text(const struct event *e, char *text, size_t room);
size_t first_shown(const struct finding *f);     /* of its connection's calls */
const char *outside_text(const struct event *e); /* of a process, and of no connection */
/* object!function, by debug information where it has no dynamic symbol; else as frame_text. */
bool frame_name(const cJSON *stack, const cJSON *frame, char *text, size_t room);
bool frame_text(const cJSON *frame, char *text, size_t room); /* object!symbol, or object!+0x12 */
/* Where a frame is in its source, "finish (client.c:42)", after its stack was asked for; or NULL. */
void ask_sources(const cJSON *stack);
const char *source_of(const cJSON *frame);
const char *function_of(const cJSON *frame); /* the same without its line; or NULL */
/* The innermost one with a source, or NULL; the file and line of such a one. */
const cJSON *known_frame(const cJSON *stack);
const char *file_of(const cJSON *frame);
int line_of(const cJSON *frame);
/* As people read it: its source, else what the loader knows, in text; NULL: nothing is known. */
const char *shown_frame(const cJSON *frame, char *text, size_t room);
void forget_sources(void); /* before the trace is freed */
/* What the names of libssl in a rule's fix are there; NULL: it is no connection of GnuTLS. */
const char *names_in_gnutls(const struct finding *f);
const char *confidence(const struct finding *f);
int count_findings(const struct judge *j, enum level level);
bool is_finding(const struct judge *j); /* an error or a warning */
/* Why that nothing was found is no pass; NULL: it is one, or something was found. */
const char *why_no_pass(const struct judge *j, const struct suppressions *s);
const char *verdict(const struct judge *j,
                    const struct suppressions *s); /* pass, finding, could not */
const char *protocol_name(const struct conn *c);

#endif
