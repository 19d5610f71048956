/* Which table answers which event, and which tables lead to which. */
#include "spec.h"

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
    uint64_t clear = UINT64_C(1) << spec->clear_event;
    if ((table->events & clear) != 0 && table->events != clear) {
        complain(spec->report, table->event_at,
                 "`clear` passes no guard and needs a table of its own");
    }
    if (table->events == clear && (table->columns > 0 || table->rule[0].see_name != NULL)) {
        complain(spec->report, table->at,
                 "`clear` comes with any byte in any field, so `Call %s` needs one row, without "
                 "conditions and without `see`",
                 table->name);
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
    static const char *const frame[] = {"step",  "init",   "action",  "value",
                                        "error", "reason", "machine", "answer"};
    bool taken = false;
    for (size_t i = 0; i < sizeof frame / sizeof frame[0]; i++) {
        taken = taken || same(table->name, frame[i]);
    }
    for (size_t i = 0; i < spec->last_call + (size_t)1; i++) {
        taken = taken || same(spec->event[i].name, table->name);
    }
    if (taken || find_event(spec, table->name) >= 0) {
        complain(spec->report, table->at, "`Query %s` would be the C function %s_%s once more",
                 table->name, spec->machine.prefix, table->name);
    }
}

/* Whether the rows, or the guards before them, look at the machine or change it. */
static bool touches_machine(const struct spec *spec, const struct table *table)
{
    bool touches = false;
    for (size_t i = 0; i < table->rules; i++) {
        for (size_t k = 0; k < spec->fields; k++) {
            const struct rule *rule = &table->rule[i];
            touches = touches || rule->set[k] != KEEP ||
                      rule->when[k] != full(spec->field[k].domain.values);
        }
    }
    for (size_t i = 0; table->kind == TABLE_CALL && i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        touches = touches || (guard->scope == SCOPE_LISTED && (guard->events & table->events));
    }
    return touches;
}

/* A table must handle what its callers can bring, and be given what the tables it sees need. */
static void spread(struct spec *spec)
{
    for (size_t i = 0; i < spec->tables; i++) {
        spec->table[i].needs_machine = touches_machine(spec, &spec->table[i]);
    }
    for (size_t round = 0; round < spec->tables; round++) {
        for (size_t i = 0; i < spec->tables; i++) {
            struct table *table = &spec->table[i];
            for (size_t k = 0; k < table->rules; k++) {
                struct table *see = table->rule[k].see;
                if (see != NULL) {
                    see->events |= table->events;
                    table->needs_event = table->needs_event || see->needs_event;
                    table->needs_machine = table->needs_machine || see->needs_machine;
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

void place_tables(struct spec *spec)
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
    spread(spec);
    for (size_t i = 0; i < spec->tables; i++) {
        struct table *table = &spec->table[i];
        if (table->kind == TABLE_SHARED && !table->seen) {
            complain(spec->report, table->at, "no row leads to `Table %s`", table->name);
            continue;
        }
        restrict_events(spec, table);
    }
}
