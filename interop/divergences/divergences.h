/* The catalogue of spec/divergences.md: what it says, and whether that is so.
 *
 * The page is the script. Each sequence of calls in it is carried out as it stands there, by the wire,
 * the contract and the steps of the walk (interop/explore), and every result that it states is
 * compared with the one that came. */
#ifndef INTEROP_DIVERGENCES_H
#define INTEROP_DIVERGENCES_H

#include "steps.h"

#include <cjson/cJSON.h>

/* A statement about a result, for example "-1, SSL, nothing sent". */
typedef struct {
    bool names[FIELDS];
    outcome is;
} stated;

typedef struct {
    struct place at;
    const char *text;
    meaning is;
    stated libssl, contract; /* contract: what libssl gives, unless the line says otherwise */
    bool differs;            /* the line says that the contract is different */
    const char *because;     /* the other divergence that it belongs to, or NULL */
} line;

typedef struct sequence {
    struct sequence *next;
    struct place at;
    bool tls12, tls13; /* neither: it is about another release of OpenSSL */
    line *line;
    size_t lines;
} sequence;

typedef struct {
    const known *is;
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
} scenario_rule;

typedef struct {
    page page;
    divergence divergence[MOST_DIVERGENCES]; /* in the order of the page's */
    scenario_rule *rule;
    size_t rules;
} catalogue;

/* Reads the page; what is wrong with it is complained of. */
void catalogue_read(catalogue *c, const char *file);
/* NULL if there is none. */
divergence *catalogue_find(catalogue *c, const char *id, size_t length);

/* NULL, or the item that is no result. */
const char *stated_read(struct arena *arena, const char *text, stated *out);
/* The results that it names are those of the outcome, as far as `o` has them. */
bool stated_holds(const stated *s, const outcome *o);
/* Some result named is different in the two. */
bool stated_differs(const stated *s, const outcome *a, const outcome *b);
/* Those results of an outcome that either names. */
void stated_text(const stated *a, const stated *b, const outcome *o, char *buf, size_t size);

/* Carries out all sequences of one divergence. */
void divergence_run(catalogue *c, divergence *d, bool verbose);

/* Explains the differences in the file; the number that no rule explains. Those are printed. */
int classify(catalogue *c, const char *file, int *explained);

/* Ends the program with a message. */
_Noreturn void give_up(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
