/* The catalogue of spec/divergences.md: what it says, and whether that is so.
 *
 * The page is the script. Each sequence of calls in it is carried out as it stands there, on libssl
 * and on the proven core, and every result that it states is compared with the one that came. */
#ifndef INTEROP_DIVERGENCES_H
#define INTEROP_DIVERGENCES_H

#include "../../gen/markdown.h"
#include "steps.h"

#include <cjson/cJSON.h>

/* The results that a line of a sequence can state. */
enum { VALUE, ERROR, FLAGS, SENT, ANNOUNCED, FLUSHED, WAITED, RESULTS };

/* A statement about a result, for example "-1, SSL, nothing sent". */
typedef struct {
    bool names[RESULTS];
    outcome is;
} claim;

typedef struct {
    struct place at;
    const char *text;
    const step *step;
    claim libssl, contract; /* contract: what libssl gives, unless the line says otherwise */
    bool differs;           /* the line says that the contract is different */
    const char *because;    /* the other divergence that it belongs to, or NULL */
} line;

typedef struct sequence {
    struct sequence *next;
    struct place at;
    bool tls12, tls13; /* neither: it is about another release of OpenSSL */
    line *line;
    size_t lines;
} sequence;

typedef struct {
    struct place at;
    const char *id, *clauses, *contract, *does, *shown;
    bool expected; /* the page says that OpenSSL 3.0 shows it */
    sequence *first;
    /* found */
    int runs, differences, problems;
    const char *seen; /* the first result that differs, with the contract's; or NULL */
    int classified;   /* differences of the scenarios that it explains */
    cJSON *record;
} divergence;

/* A row of the table that explains the differences of the scenarios. */
typedef struct {
    struct place at;
    divergence *is;
    const char *scenario, *label, *field, *got, *want; /* patterns */
    int used;
} rule;

typedef struct {
    struct arena arena;
    struct report report;
    struct pages pages;
    divergence *divergence;
    size_t divergences;
    rule *rule;
    size_t rules;
} catalogue;

/* Reads the page; what is wrong with it is complained of. */
void catalogue_read(catalogue *c, const char *file);
divergence *catalogue_find(const catalogue *c, const char *id, size_t length);

/* NULL, or the item that is no result. */
const char *claim_parse(const char *text, claim *out);
/* The results that it names are those of the outcome, as far as `o` has them. */
bool claim_holds(const claim *c, const outcome *o);
/* Some result named is different in the two. */
bool outcomes_differ(const claim *c, const outcome *a, const outcome *b);
/* Those results of an outcome that either claim names. */
void div_outcome_text(const claim *a, const claim *b, const outcome *o, char *buf, size_t size);

/* Carries out all sequences of one divergence. */
void divergence_run(catalogue *c, divergence *d, bool verbose);

/* Explains the differences in the file; the number that no rule explains. Those are printed. */
int classify(catalogue *c, const char *file, int *explained);

/* Reads a file whole; ends the program with a message if that is not possible. */
char *read_file(struct arena *arena, const char *file, size_t *length);
_Noreturn void give_up(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
