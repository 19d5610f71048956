/* Guards: what refuses a case before any table sees it. */
#include "spec.h"

#include <string.h>

#define ARROW "\xe2\x86\x92 "

static void read_scope(const struct spec *spec, struct guard *guard, const char *scope)
{
    uint64_t clear = UINT64_C(1) << spec->clear_event;
    if (same(scope, "all")) {
        guard->scope = SCOPE_ALL;
        guard->events = full(spec->events) & ~clear;
    } else if (same(scope, "calls")) {
        guard->scope = SCOPE_CALLS;
        guard->events = full((size_t)spec->last_call + 1) & ~clear;
    } else {
        guard->scope = SCOPE_LISTED;
        guard->events = parse_events(spec, guard->rule.at, scope);
        if (guard->events & ~full((size_t)spec->last_call + 1)) {
            complain(spec->report, guard->rule.at,
                     "the scope of a guard is `all`, `calls` or a list of calls");
        }
    }
}

static void read_condition(const struct spec *spec, struct guard *guard, const char *name,
                           const char *passes)
{
    struct place at = guard->rule.at;
    guard->field = -1;
    if (same(name, "every")) {
        if (!same(passes, "in range")) {
            complain(spec->report, at, "for `every` field the only guard is `in range`");
        }
        return;
    }
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        if (same(domain->name, name)) {
            guard->field = (int)i;
            guard->rule.when[i] = full(domain->values) & ~parse_values(spec, at, domain, passes);
            if (guard->rule.when[i] == 0) {
                complain(spec->report, at, "the guard `%s` lets everything pass", guard->name);
            }
        }
    }
    if (guard->field < 0) {
        complain(spec->report, at, "unknown field `%s`; see the table `State`", name);
    }
}

/* The core tries guards from the outside in; the page must list them in that order. */
static void check_order(const struct spec *spec, const struct guard *guard)
{
    struct place at = guard->rule.at;
    bool is_first = guard == spec->guard;
    if (is_first != (guard->field < 0) || (is_first && guard->scope != SCOPE_ALL)) {
        complain(spec->report, at,
                 "the first guard, and no other, is `every` field `in range`, for `all`");
    }
    if (!is_first && guard[-1].scope > guard->scope) {
        complain(spec->report, at,
                 "guards for `all` come first, then those for `calls`, then lists of calls");
    }
    for (const struct guard *other = spec->guard; other < guard; other++) {
        if (same(other->name, guard->name)) {
            complain(spec->report, at, "the guard `%s` is listed twice", guard->name);
        }
    }
}

static void read_guard(struct spec *spec, const struct row *row, const int column[7])
{
    if (spec->guards == MAX_VALUES) {
        complain(spec->report, row->at, "more than %d guards", MAX_VALUES);
        return;
    }
    struct guard *guard = &spec->guard[spec->guards++];
    struct rule *rule = &guard->rule;
    guard->name = row->cell[column[0]];
    rule->at = row->at;
    if (!is_name(guard->name)) {
        complain(spec->report, row->at, "the guard `%s` has no proper name", guard->name);
    }
    for (size_t i = 0; i < spec->fields; i++) {
        rule->when[i] = full(spec->field[i].domain.values);
        rule->set[i] = KEEP;
    }
    read_scope(spec, guard, row->cell[column[1]]);
    rule->when[spec->fields] = guard->events;
    read_condition(spec, guard, row->cell[column[2]], row->cell[column[3]]);
    rule->value = -1;
    rule->error = spec->refusal_error;
    rule->reason = find_value(&spec->reason, row->cell[column[4]]);
    if (rule->reason < 0) {
        complain(spec->report, row->at, "`reason` has no value `%s`", row->cell[column[4]]);
        rule->reason = 0;
    }
    parse_names(spec, rule, row->cell[column[5]], row->cell[column[6]]);
    check_order(spec, guard);
}

void read_guards(struct spec *spec, const struct pages *pages)
{
    static const char *const heading[] = {"guard",        "scope", "field",  "passes",
                                          ARROW "reason", "row",   "clauses"};
    const struct grid *grid = the_table(spec, pages, "Guards");
    int column[7], missing = 0;
    for (size_t i = 0; i < 7 && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
        missing += column[i] < 0;
    }
    for (size_t i = 0; grid != NULL && missing == 0 && i < grid->rows; i++) {
        read_guard(spec, &grid->row[i], column);
    }
}
