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

/* --- who leads where ------------------------------------------------------------------------ */

static bool has_cycle(const struct spec *spec, struct table *table)
{
    if (table->followed) {
        return false;
    }
    table->in_progress = true;
    for (size_t i = 0; i < table->rules; i++) {
        struct table *see = table->rule[i].see;
        if (see == NULL) {
            continue;
        }
        see->seen = true;
        if (see->in_progress) {
            complain(spec->report, table->rule[i].at, "`see %s` leads back to `Table %s`: a cycle",
                     see->name, see->name);
            return true;
        }
        if (has_cycle(spec, see)) {
            return true;
        }
    }
    table->in_progress = false;
    table->followed = true;
    return false;
}

static void place_call(struct spec *spec, struct table *table)
{
    if (table->event_list == NULL) {
        complain(spec->report, table->at,
                 "`Call %s` does not say which event it answers: add a line `- event: %s`",
                 table->name, table->name);
        return;
    }
    table->events = parse_events(spec, table->event_at, table->event_list);
    uint64_t calls = full((size_t)spec->last_call + 1) | UINT64_C(1) << spec->clear_event;
    size_t runs = 0;
    for (size_t i = 0; i < spec->events; i++) {
        if ((table->events >> i & 1) == 0) {
            continue;
        }
        runs += i == 0 || (table->events >> (i - 1) & 1) == 0;
        if ((calls >> i & 1) == 0) {
            complain(spec->report, table->event_at, "`%s` is no call", spec->event[i].name);
        } else if (spec->call_table[i] != NULL) {
            complain(spec->report, table->event_at, "`Call %s` answers `%s` already",
                     spec->call_table[i]->name, spec->event[i].name);
        }
        spec->call_table[i] = table;
    }
    if (runs != 1) {
        complain(spec->report, table->event_at,
                 "the events of one table must have codes in a row, without gaps");
    }
    if ((table->events >> spec->clear_event & 1) && table->events != UINT64_C(1) << spec->clear_event) {
        complain(spec->report, table->event_at, "`clear` passes no guard and needs a table of its own");
    }
}

static void place_outcome(struct spec *spec, struct table *table)
{
    const struct domain *busy = &spec->field[spec->busy_field].domain;
    int value = find_value(busy, table->name);
    if (value < 0) {
        complain(spec->report, table->at, "`Outcome %s`: `busy` has no such value", table->name);
        note(spec->report, busy->at, "its values are listed here");
        return;
    }
    spec->outcome_table[value] = table;
    for (size_t i = 0; i < spec->events; i++) {
        if (spec->event[i].group == GROUP_OUTCOME) {
            table->events |= UINT64_C(1) << i;
        }
    }
}

static void check_placed(const struct spec *spec)
{
    for (size_t i = 0; i < spec->events; i++) {
        if (spec->event[i].group == GROUP_CALL && spec->call_table[i] == NULL) {
            complain(spec->report, spec->event[i].at, "no table answers the call `%s`",
                     spec->event[i].name);
        }
    }
    const struct domain *busy = &spec->field[spec->busy_field].domain;
    for (size_t i = 0; i < busy->values; i++) {
        if (spec->outcome_table[i] == NULL) {
            complain(spec->report, busy->at, "`busy` can be `%s`, but there is no `Outcome %s`",
                     busy->value[i], busy->value[i]);
        }
    }
}

static void check_query(const struct spec *spec, const struct table *table)
{
    bool taken = same(table->name, "step") || same(table->name, "init");
    for (size_t i = 0; i < spec->last_call + (size_t)1; i++) {
        taken = taken || same(spec->event[i].name, table->name);
    }
    if (taken || find_event(spec, table->name) >= 0) {
        complain(spec->report, table->at, "`Query %s` would be the C function ew_%s once more",
                 table->name, table->name);
    }
}

/* What a table's callers can bring, and whether it has to know which event it is. */
static void spread_events(struct spec *spec)
{
    for (size_t round = 0; round < spec->tables; round++) {
        for (size_t i = 0; i < spec->rules; i++) {
            struct rule *rule = &spec->rule[i];
            for (size_t k = 0; rule->see != NULL && k < spec->tables; k++) {
                struct table *table = &spec->table[k];
                if (rule >= table->rule && rule < table->rule + table->rules) {
                    rule->see->events |= table->events;
                    table->needs_event = table->needs_event || rule->see->needs_event;
                }
            }
        }
    }
}

static void restrict_events(struct spec *spec, struct table *table)
{
    for (size_t i = 0; i < table->rules; i++) {
        struct rule *rule = &table->rule[i];
        uint64_t *when = &rule->when[spec->fields];
        uint64_t foreign = *when & ~table->events;
        for (size_t k = 0; *when != full(spec->events) && k < spec->events; k++) {
            if (foreign >> k & 1) {
                complain(spec->report, rule->at, "the event `%s` cannot get to `%s %s`",
                         spec->event[k].name, kind_name(table->kind), table->name);
            }
        }
        *when &= table->kind == TABLE_QUERY ? UINT64_MAX : table->events;
    }
}

static void place_tables(struct spec *spec)
{
    for (size_t i = 0; i < spec->tables; i++) {
        struct table *table = &spec->table[i];
        if (has_cycle(spec, table)) {
            return;
        }
        if (table->kind != TABLE_CALL && table->event_list != NULL) {
            complain(spec->report, table->event_at, "only a `Call` says which events it answers");
        }
        if (table->kind == TABLE_CALL) {
            place_call(spec, table);
        } else if (table->kind == TABLE_OUTCOME) {
            place_outcome(spec, table);
        } else if (table->kind == TABLE_QUERY) {
            check_query(spec, table);
        }
        for (size_t k = 0; k < table->rules; k++) {
            uint64_t when = table->rule[k].when[spec->fields];
            table->needs_event = table->needs_event || when != full(spec->events);
        }
    }
    check_placed(spec);
    spread_events(spec);
    for (size_t i = 0; i < spec->tables; i++) {
        struct table *table = &spec->table[i];
        if (table->kind == TABLE_SHARED && !table->seen) {
            complain(spec->report, table->at, "no row leads to `Table %s`", table->name);
            continue;
        }
        restrict_events(spec, table);
    }
}

/* --- every case once ------------------------------------------------------------------------ */

static void check_overlap(const struct spec *spec, const struct table *table,
                          const struct rule *a, const struct rule *b)
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

static void check_holes(const struct spec *spec, struct table *table)
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
        table->has_error = true;
        complain(spec->report, table->at, "`%s %s` has a hole: no row for %s%s",
                 kind_name(table->kind), table->name, text.data,
                 holes > 1 ? ", nor for others" : "");
    }
    free_text(&text);
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
                     "what the guard `%s` lets pass cannot be told by one comparison",
                     guard->name);
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
                complain(spec->report, table->rule[k].at, "row %s is unreachable: guards and "
                         "other tables leave no case for it", table->rule[k].id);
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
        if (spec->report->errors == before) {
            check_complexity(spec, table);
        }
    }
    if (spec->report->errors == 0) {
        check_reached(spec);
    }
}
