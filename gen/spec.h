/* The specification as the tables state it, with every name resolved to a number. */
#ifndef GEN_SPEC_H
#define GEN_SPEC_H

#include "markdown.h"

enum {
    MAX_VALUES = 16,
    MAX_FIELDS = 14,
    MAX_EVENTS = 48,
    MAX_ANSWERS = 48,
    MAX_TABLES = 48,
    MAX_RULES = 512,
    MAX_CLAUSES = 1024,
    MAX_STATES = 1 << 16,
    KEEP = -1,
    DIGEST_TEXT = 65
};

/* A finite set of named values, numbered from 0 in the order of the specification. */
struct domain {
    struct place at;
    const char *name;
    const char *meaning;
    size_t values;
    const char *value[MAX_VALUES];
    const char *value_meaning[MAX_VALUES]; /* NULL where the page does not say one for each */
};

struct field {
    struct domain domain;
    uint8_t start;
    const char *group;
};

enum group { GROUP_CALL, GROUP_OUTCOME };

struct event {
    struct place at;
    const char *name, *meaning;
    enum group group;
};

/*
 * A rule applies to a case when every variable's value is in its set. The variables are the state
 * fields in order and then, at index `fields`, the event.
 */
struct rule {
    struct place at;
    const char *id;
    size_t clauses;
    const char **clause;
    uint64_t when[MAX_FIELDS + 1];
    int set[MAX_FIELDS]; /* a value, or KEEP */
    const char *see_name;
    struct table *see;                /* decides instead of this rule, or NULL */
    int action, value, error, reason; /* value: the number itself, or the answer of a query */
    int answer;                       /* the one of the list that has these four */
    bool reached;
};

enum table_kind { TABLE_CALL, TABLE_OUTCOME, TABLE_SHARED, TABLE_QUERY };

struct table {
    struct place at;
    enum table_kind kind;
    const char *name, *intro;
    const char *event_list; /* as written, calls only */
    struct place event_at;
    uint64_t events;                 /* those that can get here */
    bool needs_event, needs_machine; /* what its C function has to be given */
    bool seen;                       /* shared tables: some row leads here */
    bool in_progress, followed;      /* while cycles are looked for */
    size_t columns;
    int column[MAX_COLUMNS]; /* the variables of the conditions, left to right */
    size_t rules;
    struct rule *rule;
    struct node *tree;
};

enum scope { SCOPE_ALL, SCOPE_CALLS, SCOPE_LISTED };

struct guard {
    const char *name;
    enum scope scope;
    uint64_t events;
    int field;        /* -1: every field, in range */
    struct rule rule; /* the refusal; `when` holds what does not pass */
};

/* What a step can answer, by name: the four parts travel in one byte, its place in the list. */
struct answer {
    struct place at;
    const char *name, *meaning;
    int action, value, error, reason;
    bool given; /* by a row, a guard, or the refusal of an unknown event */
};

struct clause {
    struct place at;
    const char *id, *kind, *discharged_by;
};

/*
 * What tells one machine from another. A page with a table under `Machine` declares one; pages
 * without such a page in front of them are the core's, whose names are as they always were.
 */
struct machine {
    struct place at;
    bool is_declared;
    const char *name, *title;
    const char *prefix;  /* of every C name: prefix_step, PREFIX_EVENT_... */
    const char *stem;    /* of the C files: stem.c and stem.h */
    const char *module;  /* of WhyML, and of the files for models and drawings */
    const char *listing; /* what the names of the other files start with */
    const char *refusal; /* the class of error that a refusal has */
    const char *pages;   /* those that follow the page of the declaration, as written */
};

struct spec {
    struct arena *arena;
    struct report *report;
    struct machine machine;
    const char *sources;      /* the names of the pages, for the banner of what is generated */
    char digest[DIGEST_TEXT]; /* SHA-256 of the pages as read, in hexadecimal */
    size_t events, fields, answers, guards, tables, rules, clauses;
    struct event event[MAX_EVENTS];
    struct field field[MAX_FIELDS];
    struct domain action, value, error, reason;
    struct answer answer[MAX_ANSWERS];
    struct guard guard[MAX_VALUES];
    struct table table[MAX_TABLES];
    struct rule rule[MAX_RULES];
    struct clause clause[MAX_CLAUSES];
    /* What the shape of the core rests on; read_alphabets insists that all of it is there. */
    int clear_event, last_call, busy_field, refusal_error, reason_unknown, unknown_answer;
    size_t states;
    struct table *call_table[MAX_EVENTS], *outcome_table[MAX_VALUES];
};

/* Whether a page declares a machine. */
bool declares_machine(const struct pages *pages);

/* The steps, each to be taken only when the one before reported no error; the checks go together. */
void read_machine(struct spec *spec, const struct pages *pages);
void read_alphabets(struct spec *spec, const struct pages *pages);
void read_tables(struct spec *spec, const struct pages *pages);
void check_tables(struct spec *spec);
void check_answers(const struct spec *spec);
void check_clauses(struct spec *spec);
void check_codes(const struct spec *spec, const struct pages *pages);

/* All of them. */
bool read_spec(struct spec *spec, const struct pages *pages);

/* No two machines of one tree have a name or a prefix in common. */
void check_machines(struct spec *const *spec, size_t count);

/* Shared by those who read tables. */
struct rule_columns {
    int row, clauses;
};

int find_column(const struct grid *grid, const char *heading);
int need_column(const struct spec *spec, const struct grid *grid, const char *heading);
const struct grid *the_table(const struct spec *spec, const struct pages *pages, const char *title);
size_t split(const struct spec *spec, const char *list, const char **item, size_t most);
int find_value(const struct domain *domain, const char *name);
int find_event(const struct spec *spec, const char *name);
void check_name(const struct spec *spec, struct place at, const char *what, const char *name);
void check_meaning(const struct spec *spec, struct place at, const char *meaning);
uint64_t parse_values(const struct spec *spec, struct place at, const struct domain *domain,
                      const char *cell);
uint64_t parse_events(const struct spec *spec, struct place at, const char *cell);
void parse_names(struct spec *spec, struct rule *rule, const char *id, const char *clauses);
void read_guards(struct spec *spec, const struct pages *pages);
void read_answers(struct spec *spec, const struct pages *pages);
void name_answers(struct spec *spec);
void read_clauses(struct spec *spec, const struct pages *pages);
bool is_clause_table(const struct grid *grid);
void place_tables(struct spec *spec);

const char *kind_name(enum table_kind kind);    /* as in the headings of the pages */
const char *table_prefix(enum table_kind kind); /* as in the names of the C functions */
uint64_t full(size_t values);
uint64_t domain_of(const struct spec *spec, const struct table *table, size_t variable);
struct place whole_spec(const struct pages *pages);

#endif
