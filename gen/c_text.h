/* Pieces of C that the header and the source have in common. */
#ifndef GEN_C_TEXT_H
#define GEN_C_TEXT_H

#include "spec.h"

enum { LINE = 100 };

void put_banner(const struct spec *spec, struct text *out, const char *title);
void put_constant(struct text *out, const char *set, const char *name); /* EW_SET_NAME */

/* A comment of its own, on one line where it fits. */
void put_comment(struct text *out, const char *indent, const char *words);

/* "K-04, MP-02": what a rule comes from. */
void put_clauses(struct text *out, const struct rule *rule);

/* The first sentence of the prose before a table, or its heading where there is none. */
const char *summary(const struct spec *spec, const struct table *table);

#endif
