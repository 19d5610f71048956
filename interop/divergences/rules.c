/* The scenarios, played with plain libssl on our side, give other results than the contract's. Each
 * such difference must be one that the page knows, by a rule of its table. */
#include "divergences.h"
#include "whole.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *scenario, *variant, *label, *field, *got, *want, *clauses;
} difference;

static const char *text_of(const cJSON *from, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(from, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool read_difference(const cJSON *from, difference *d)
{
    *d = (difference){text_of(from, "scenario"), text_of(from, "variant"), text_of(from, "label"),
                      text_of(from, "field"),    text_of(from, "got"),     text_of(from, "want"),
                      text_of(from, "clauses")};
    return d->scenario && d->variant && d->label && d->field && d->got && d->want && d->clauses;
}

/* A dash, or patterns with commas between them. An empty text is written as `nothing`. */
static bool matches(const char *patterns, const char *text)
{
    const char *part;
    size_t length;
    if (same(patterns, "-"))
        return true;
    while (next_part(&patterns, ',', &part, &length)) {
        char one[128];
        snprintf(one, sizeof one, "%.*s", (int)length, part);
        if (fnmatch(one, text[0] ? text : "nothing", 0) == 0)
            return true;
    }
    return false;
}

static scenario_rule *find_rule(const catalogue *c, const difference *d)
{
    for (size_t i = 0; i < c->rules; i++) {
        scenario_rule *r = &c->rule[i];
        if (matches(r->scenario, d->scenario) && matches(r->label, d->label) &&
            matches(r->field, d->field) && matches(r->got, d->got) && matches(r->want, d->want))
            return r;
    }
    return NULL;
}

static bool explain(const catalogue *c, const difference *d)
{
    scenario_rule *r = find_rule(c, d);
    if (r) {
        r->used++;
        r->is->classified++;
        return true;
    }
    fprintf(stderr, "unexplained: %s (%s), %s: %s is %s, the contract says %s (%s)\n", d->scenario,
            d->variant, d->label, d->field, d->got[0] ? d->got : "nothing",
            d->want[0] ? d->want : "nothing", d->clauses);
    return false;
}

static void complain_of_unused(catalogue *c)
{
    for (size_t i = 0; i < c->rules; i++)
        if (c->rule[i].used == 0)
            complain(&c->page.report, c->rule[i].at,
                     "this rule explains no difference of any scenario; mend or remove it");
}

int classify(catalogue *c, const char *file, int *explained)
{
    size_t length;
    char *bytes = read_whole(file, &length);
    if (!bytes)
        give_up("%s cannot be read", file);
    cJSON *list = cJSON_ParseWithLength(bytes, length);
    free(bytes);
    const cJSON *item;
    int unexplained = 0;
    if (!cJSON_IsArray(list))
        give_up(
            "%s: not a JSON list; write it with: endwell-interop --engine libssl --differences %s",
            file, file);
    cJSON_ArrayForEach(item, list)
    {
        difference d;
        if (!read_difference(item, &d))
            give_up("%s: a difference without scenario, variant, label, field, got, want, clauses",
                    file);
        if (explain(c, &d))
            ++*explained;
        else
            unexplained++;
    }
    cJSON_Delete(list);
    complain_of_unused(c);
    if (unexplained > 0) {
        struct place at = {c->page.divergence[0].at.file, 0};
        complain(&c->page.report, at,
                 "%d differences are explained by no rule; add a rule to the table "
                 "if a divergence causes them, or else a divergence",
                 unexplained);
    }
    return unexplained;
}
