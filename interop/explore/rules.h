/* spec/divergences.md, as far as the walk needs it: the divergences, and the rules that say which
 * difference between a library and the contract is which divergence. */
#ifndef EXPLORE_RULES_H
#define EXPLORE_RULES_H

#include "../../gen/markdown.h"
#include "claims.h"

enum { MOST_DIVERGENCES = 64, MOST_RULES = 256, MOST_CONDITIONS = 8, MOST_VALUES_NAMED = 12 };

typedef struct {
    const char *id, *clauses, *contract, *does, *consequence, *versions, *why;
    struct place at;
    releases in;
    bool shown; /* the page says that a caller sees it; if not, `why` says so: "no: reason" */
} known;

/* A rule for two sides that are apart names no divergence: it is the one that set them apart. */
enum { THE_CAUSE = -2 };

typedef struct {
    struct place at;
    int is; /* its divergence, or THE_CAUSE */
    releases in;
    uint64_t steps; /* those that it is about, by bit */
    field field;
    struct {
        fact fact;
        uint32_t values; /* by bit */
    } when[MOST_CONDITIONS];
    int conditions;
    uint64_t after; /* one of these divergences was met before; 0: no matter */
    int32_t got[MOST_VALUES_NAMED], want[MOST_VALUES_NAMED];
    int gots, wants; /* 0: any */
} rule;

typedef struct {
    struct arena arena;
    struct report report;
    known *divergence;
    int divergences;
    rule *rule;
    int rules;
    claim *claim;
    int claims;
} page;

/* Reads the divergences of the page, and no more of it. Its bytes; what is wrong is complained of. A page
 * that cannot be read ends the program. */
const char *page_open(page *p, struct pages *pages, const char *file, size_t *length);
/* Reads the page. false: it is wrong, and the errors were printed. */
bool page_read(page *p, const char *file);
void page_free(page *p);

/* -1 if there is none. */
int page_find(const page *p, const char *id, size_t length);

/* The first rule that explains that difference, or -1. */
int rules_explain(const page *p, int release, step s, const facts *f, field at, int32_t got,
                  int32_t want);

#endif
