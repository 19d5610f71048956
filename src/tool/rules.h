/* The rules of spec/rules.md, and the texts that a report quotes, as the pages say them. */
#ifndef TOOL_RULES_H
#define TOOL_RULES_H

#include <stddef.h>
#include <stdint.h>

enum level { LEVEL_SILENT, LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR };
enum kind { KIND_REFUSED, KIND_PREDICATE, KIND_LIBSSL, KIND_WIRE };
enum { MAX_CLAUSES = 4, MAX_RAISES = 3 };

/* The first one whose condition holds decides. */
struct raise {
    enum level level;
    const char *condition; /* NULL: no more */
};

struct rule {
    const char *id, *title, *consequence, *fix;
    const char *clause[MAX_CLAUSES + 1]; /* ends with NULL */
    enum kind kind;
    const char *predicate; /* of a predicate or the wire: its name; of libssl: its D-nn */
    uint32_t events;       /* of a refusal: a bit for each EW_EVENT_... */
    uint8_t reason;        /* of a refusal: EW_REASON_... */
    enum level level;
    struct raise raise[MAX_RAISES];
    const char *needs; /* facts of the trace, separated by ", "; empty: none */
};

/* A clause or a divergence: what its table says. */
struct entry {
    const char *id, *meaning;
    const char *more; /* of a clause its kind, of a divergence what OpenSSL does */
};

/* A row of a decision table. Another machine may have one of the same name. */
struct decision {
    const char *id, *page, *table, *when, *then;
    const char *clauses; /* separated by ", " */
    const char *events;  /* of a table of calls: which ones; else empty */
};

/* What a page says of an event, a field of the state, a part of an answer, or an answer. */
struct word {
    const char *page, *kind, *name, *meaning;
    const char *more; /* of an event its group, of an answer its code; else empty */
};

/* A contract or a theorem, and a clause that it shows; it may show more. */
struct label {
    const char *name, *kind, *clause;
};

extern const struct decision decisions[];
extern const size_t decision_count;
extern const struct word vocabulary[];
extern const size_t vocabulary_count;
extern const struct label labels[];
extern const size_t label_count;
extern const struct rule rules[];
extern const size_t rule_count;
extern const struct entry entries[];
extern const size_t entry_count;

const struct rule *find_rule(const char *id);
const struct entry *find_entry(const char *id);
const char *level_name(enum level level);

#endif
