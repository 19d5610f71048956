/* Whether the tables decide every case exactly once, and every row some case. */
#include "relation.h"
#include "tree.h"

#include <string.h>

/* A case in words: the variables that the table looks at. */
static void put_case(const struct spec *spec, const struct table *table, const struct state *state,
                     struct text *text)
{
    for (size_t i = 0; i < table->columns; i++) {
        size_t variable = (size_t)table->column[i];
        uint8_t value = state->value[variable];
        put(text, "%s", i > 0 ? ", " : "");
        if (variable == spec->fields) {
            put(text, "event %s", spec->event[value].name);
        } else {
            const struct domain *domain = &spec->field[variable].domain;
            put(text, "%s %s", domain->name, domain->value[value]);
        }
    }
    put(text, "%s", table->columns == 0 ? "any case" : "");
}

static void check_overlap(const struct spec *spec, const struct table *table, const struct rule *a,
                          const struct rule *b)
{
    struct state state = {{0}};
    for (size_t i = 0; i <= spec->fields; i++) {
        uint64_t both = a->when[i] & b->when[i];
        if (both == 0) {
            return;
        }
        while ((both >> state.value[i] & 1) == 0) {
            state.value[i]++;
        }
    }
    struct text text = {0};
    put_case(spec, table, &state, &text);
    complain(spec->report, b->at, "rows %s and %s overlap: both apply to %s", a->id, b->id,
             text.data);
    note(spec->report, a->at, "row %s is here", a->id);
    free_text(&text);
}

/* Counts on to the next case in the columns of a table; false after the last one. */
static bool next_case(const struct spec *spec, const struct table *table, struct state *state)
{
    for (size_t i = table->columns; i-- > 0;) {
        size_t variable = (size_t)table->column[i];
        uint64_t left = domain_of(spec, table, variable) >> state->value[variable] >> 1;
        if (left != 0) {
            do {
                state->value[variable]++;
                left >>= 1;
            } while ((domain_of(spec, table, variable) >> state->value[variable] & 1) == 0);
            return true;
        }
        state->value[variable] = 0;
        while ((domain_of(spec, table, variable) >> state->value[variable] & 1) == 0) {
            state->value[variable]++;
        }
    }
    return false;
}

static bool covered(const struct table *table, const struct state *state)
{
    for (size_t i = 0; i < table->rules; i++) {
        bool hit = true;
        for (size_t k = 0; k < table->columns; k++) {
            size_t variable = (size_t)table->column[k];
            hit = hit && (table->rule[i].when[variable] >> state->value[variable] & 1);
        }
        if (hit) {
            return true;
        }
    }
    return false;
}

static void check_holes(const struct spec *spec, const struct table *table)
{
    struct state state = {{0}};
    struct text text = {0};
    size_t holes = 0;
    while (table->events != 0 && (table->events >> state.value[spec->fields] & 1) == 0) {
        state.value[spec->fields]++;
    }
    do {
        if (!covered(table, &state)) {
            if (holes++ == 0) {
                put_case(spec, table, &state, &text);
            }
        }
    } while (next_case(spec, table, &state));
    if (holes > 0) {
        complain(spec->report, table->at, "`%s %s` has a hole: no row for %s%s",
                 kind_name(table->kind), table->name, text.data,
                 holes > 1 ? ", nor for others" : "");
    }
    free_text(&text);
}

/* In a query a comparison names one value, so that a byte out of range is none of them. */
static void check_named(const struct spec *spec, const struct table *table)
{
    for (size_t i = 0; i < table->rules; i++) {
        const struct rule *rule = &table->rule[i];
        for (size_t k = 0; rule->value != 0 && k < table->columns; k++) {
            uint64_t set = rule->when[table->column[k]];
            if ((set & (set - 1)) != 0) {
                complain(spec->report, rule->at,
                         "row %s answers %d for several values of `%s`; give each a row of its own",
                         rule->id, rule->value, spec->field[table->column[k]].domain.name);
            }
        }
    }
}

static void check_complexity(const struct spec *spec, struct table *table)
{
    table->tree = build_tree(spec, table);
    if (table->tree == NULL) {
        complain(spec->report, table->at,
                 "`%s %s` cannot be written as single tests without repeating a row; split a row "
                 "that joins cases, or a table by `see`",
                 kind_name(table->kind), table->name);
        return;
    }
    size_t tests = count_tests(table->tree);
    for (size_t i = 0; table->kind == TABLE_CALL && i < spec->guards; i++) {
        tests += spec->guard[i].scope == SCOPE_LISTED && (spec->guard[i].events & table->events);
    }
    if (tests + 1 > MAX_COMPLEXITY) {
        complain(spec->report, table->at,
                 "`%s %s` needs %zu tests in one function; %d is the limit: move rows to a table "
                 "of their own and `see` it",
                 kind_name(table->kind), table->name, tests, MAX_COMPLEXITY - 1);
    }
}

static void check_guards(const struct spec *spec)
{
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        struct branch branch;
        if (guard->field < 0) {
            continue;
        }
        uint64_t all = full(spec->field[guard->field].domain.values);
        if (!one_test(guard->rule.when[guard->field], all, false, &branch)) {
            complain(spec->report, guard->rule.at,
                     "what the guard `%s` lets pass cannot be told by one comparison", guard->name);
        }
        for (size_t k = 0; guard->scope == SCOPE_LISTED && k < spec->tables; k++) {
            const struct table *table = &spec->table[k];
            uint64_t hit = table->kind == TABLE_CALL ? table->events & guard->events : 0;
            if (hit != 0 && hit != table->events) {
                complain(spec->report, guard->rule.at,
                         "the guard `%s` stands before some events of `Call %s` but not all",
                         guard->name, table->name);
            }
        }
    }
}

static void check_reached(struct spec *spec)
{
    for (size_t number = 0; number < spec->states; number++) {
        struct state state = state_at(spec, number);
        for (size_t event = 0; event < spec->events; event++) {
            state.value[spec->fields] = (uint8_t)event;
            decide(spec, &state);
        }
    }
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *table = &spec->table[i];
        for (size_t k = 0; table->kind != TABLE_QUERY && k < table->rules; k++) {
            if (!table->rule[k].reached) {
                complain(spec->report, table->rule[k].at,
                         "row %s is unreachable: guards and "
                         "other tables leave no case for it",
                         table->rule[k].id);
            }
        }
    }
}

void check_tables(struct spec *spec)
{
    place_tables(spec);
    if (spec->report->errors > 0) {
        return;
    }
    check_guards(spec);
    for (size_t i = 0; i < spec->tables; i++) {
        struct table *table = &spec->table[i];
        int before = spec->report->errors;
        for (size_t k = 1; k < table->rules; k++) {
            for (size_t j = 0; j < k; j++) {
                check_overlap(spec, table, &table->rule[j], &table->rule[k]);
            }
        }
        check_holes(spec, table);
        if (table->kind == TABLE_QUERY) {
            check_named(spec, table);
        }
        if (spec->report->errors == before) {
            check_complexity(spec, table);
        }
    }
    if (spec->report->errors == 0) {
        check_reached(spec);
    }
}
