/* Of endwell-rules: what the rules and the pages that they refer to are read and written with. */
#ifndef TOOL_RULES_GEN_H
#define TOOL_RULES_GEN_H

#include "markdown.h"

enum { MOST_IDS = 512, MOST_NAME = 64 };

struct ids {
    const char *id[MOST_IDS];
    size_t count;
};

struct work {
    struct arena arena;
    struct report report;
    struct ids known, ruled;
    struct text out;
};

bool has_id(const struct ids *ids, const char *id);
void add_id(struct work *w, struct ids *ids, struct place at, const char *id);
void put_string(struct text *out, const char *text); /* as a C string */
/* Takes the next item of a list that is separated by commas; false at its end. */
bool next_item(const char **list, char *item);
struct grid *read_tables(struct work *w, const char *path);

/* Rows as entries of which a report can quote `meaning` and `more`; false: no such table. */
bool put_entries(struct work *w, const char *path, const char *first, const char *meaning,
                 const char *more);
void need_entries(struct work *w, const char *path, const char *first, const char *meaning,
                  const char *more);
/* The rows of decision tables. */
void put_rows(struct work *w, const char *path);
/* What the tables of events, fields and answers say of each; false: there is none. */
bool put_words(struct work *w, const char *path);
/* Which contracts and theorems the tables of clauses name; false: none. */
bool put_labels(struct work *w, const char *path);

#endif
