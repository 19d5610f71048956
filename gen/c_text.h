/* Pieces of C that the header and the source have in common. */
#ifndef GEN_C_TEXT_H
#define GEN_C_TEXT_H

#include "tree.h"

enum { LINE = 100 };

/* `form`: what follows the title of the machine, ", in Promela" or nothing. */
void put_banner(const struct spec *spec, struct text *out, const char *form);
void put_upper(struct text *out, const char *name);

/* PREFIX_SET_NAME */
void put_constant(const struct spec *spec, struct text *out, const char *set, const char *name);

/* A comment of its own, on one line where it fits. */
void put_comment(struct text *out, const char *indent, const char *words);

/* "K-04, MP-02": what a rule comes from. */
void put_clauses(struct text *out, const struct rule *rule);

/* The first sentence of the prose before a table, or its heading where there is none. */
const char *summary(const struct spec *spec, const struct table *table);

const char *indent_at(size_t depth);
void put_origin(struct text *out, const char *indent, const struct rule *rule);

/* `return` with the answer of a row or a guard; to an unknown event; where nothing is refused. */
void put_answer(const struct spec *spec, struct text *out, const struct rule *rule);
void put_unknown(const struct spec *spec, struct text *out);
void put_first_answer(const struct spec *spec, struct text *out);

/* The functions that tell the parts of an answer: action, value, error and reason. */
void put_accessors(const struct spec *spec, struct text *out);

void put_test(const struct spec *spec, struct text *out, const char *indent, size_t variable,
              const struct branch *branch);
void put_guards(const struct spec *spec, struct text *out, enum scope scope, uint64_t events);

/* `return` with what a table answers, to the event in hand or to one that is known. */
void put_call(struct text *out, const struct table *table);
void put_call_for(const struct spec *spec, struct text *out, const struct table *table, int event);

/* Whether a call has a shorter way than the step: the first of the list, if each guard is for it. */
bool is_quick(const struct spec *spec, int event);

/* What stands before and after the decision tables, and one query. */
void put_checks(const struct spec *spec, struct text *out);
void put_frame(const struct spec *spec, struct text *out);
void put_query(const struct spec *spec, struct text *out, const struct table *table);

#endif
