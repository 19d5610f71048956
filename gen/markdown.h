/* Markdown pages as sections and tables. Nothing here knows what they mean. */
#ifndef GEN_MARKDOWN_H
#define GEN_MARKDOWN_H

#include "text.h"

enum { MAX_FILE = 1024 * 1024, MAX_COLUMNS = 32 };

struct row {
    struct place at;
    size_t cells; /* as many as the table has columns */
    char **cell;
};

struct grid {
    struct grid *next;
    const struct section *section;
    struct row head;
    size_t rows, room;
    struct row *row;
};

struct section {
    struct place at;
    char *title; /* empty for what stands before the first heading */
    char *intro; /* its first paragraph, or NULL */
    char *event; /* what follows "event:" in a list item, or NULL */
    struct place event_at;
};

/* All pages, in the order they were read. */
struct pages {
    struct arena *arena;
    struct report *report;
    struct grid *first, *last;
};

/* Puts the tables of `more`, which is not used afterwards, behind those of `pages`. */
void add_pages(struct pages *pages, const struct pages *more);

/* Reads one page. `file` must outlive the pages; the bytes need not. */
void read_page(struct pages *pages, const char *file, const char *bytes, size_t length);

#endif
