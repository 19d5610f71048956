/* Pieces of WhyML. */
#ifndef GEN_WHYML_TEXT_H
#define GEN_WHYML_TEXT_H

#include "c_text.h"

void put_constructor(struct text *out, const char *set, const char *name); /* Set_name */
void put_type(struct text *out, const struct domain *domain);

/* Words on as many lines as they need, those after the first indented once more. */
void put_filled(struct text *out, const char *indent, const char *words);
void put_whyml_comment(struct text *out, const char *indent, const char *words);
void put_whyml_origin(struct text *out, const char *indent, const struct rule *rule);

/* `match` on a field, or on the event; a case of it, where the empty set stands for the rest. */
void put_match(const struct spec *spec, struct text *out, const char *indent, size_t variable);
void put_pattern(const struct spec *spec, struct text *out, const char *indent, size_t variable,
                 uint64_t set);

/* Guards open a `match` each, whose last case is what follows; the number of them. */
size_t put_whyml_guards(const struct spec *spec, struct text *out, enum scope scope,
                        uint64_t events);
void put_ends(struct text *out, size_t open);

#endif
