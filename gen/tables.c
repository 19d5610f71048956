/* Decision tables: `Call X`, `Outcome X`, `Table X` and `Query X`. */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#define ARROW "\xe2\x86\x92 "

static const struct {
    const char *title, *prefix;
} kinds[] = {[TABLE_CALL] = {"Call", "on_"},
             [TABLE_OUTCOME] = {"Outcome", "after_"},
             [TABLE_SHARED] = {"Table", "on_"},
             [TABLE_QUERY] = {"Query", ""}};

const char *kind_name(enum table_kind kind)
{
    return kinds[kind].title;
}

const char *table_prefix(enum table_kind kind)
{
    return kinds[kind].prefix;
}

uint64_t domain_of(const struct spec *spec, const struct table *table, size_t variable)
{
    if (variable == spec->fields) {
        return table->events;
    }
    return full(spec->field[variable].domain.values);
}

static const char *result_heading(const char *heading)
{
    size_t length = strlen(ARROW);
    return strncmp(heading, ARROW, length) == 0 ? heading + length : NULL;
}

static int find_field(const struct spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (same(spec->field[i].domain.name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static void parse_action(const struct spec *spec, struct rule *rule, const char *cell)
{
    if (strncmp(cell, "see ", 4) == 0) {
        rule->see_name = cell + 4;
        return;
    }
    rule->action = find_value(&spec->action, cell);
    if (rule->action < 0) {
        complain(spec->report, rule->at, "unknown action `%s`; see the table `Results`", cell);
        rule->action = 0;
    }
}

static void parse_number(const struct spec *spec, struct rule *rule, const char *cell)
{
    if (same(cell, "-")) {
        return;
    }
    if (find_value(&spec->value, cell) < 0) {
        complain(spec->report, rule->at, "`value` cannot be `%s`; see the table `Results`", cell);
        return;
    }
    rule->value = atoi(cell);
}

static void parse_answer(const struct spec *spec, struct rule *rule, const char *cell)
{
    char *end;
    unsigned long number = strtoul(cell, &end, 10);
    if (cell[0] < '0' || cell[0] > '9' || *end != '\0' || number > 255) {
        complain(spec->report, rule->at, "an answer is a number from 0 to 255, not `%s`", cell);
        return;
    }
    rule->value = (int)number;
}

static int parse_one(const struct spec *spec, struct rule *rule, const struct domain *domain,
                     const char *cell, int unchanged)
{
    if (same(cell, "-")) {
        return unchanged;
    }
    int value = find_value(domain, cell);
    if (value < 0) {
        complain(spec->report, rule->at, "`%s` cannot become `%s`", domain->name, cell);
        note(spec->report, domain->at, "its values are listed here");
        return unchanged;
    }
    return value;
}

static void parse_result(const struct spec *spec, const struct table *table, struct rule *rule,
                         const char *name, const char *cell)
{
    if (table->kind == TABLE_QUERY) {
        parse_answer(spec, rule, cell);
        return;
    }
    int field = find_field(spec, name);
    if (field >= 0) {
        rule->set[field] = parse_one(spec, rule, &spec->field[field].domain, cell, KEEP);
    } else if (same(name, "action")) {
        parse_action(spec, rule, cell);
    } else if (same(name, "value")) {
        parse_number(spec, rule, cell);
    } else if (same(name, "error")) {
        rule->error = parse_one(spec, rule, &spec->error, cell, 0);
    } else if (same(name, "reason")) {
        rule->reason = parse_one(spec, rule, &spec->reason, cell, 0);
    }
}

static void parse_condition(const struct spec *spec, struct rule *rule, const char *name,
                            const char *cell)
{
    int field = find_field(spec, name);
    if (field >= 0) {
        rule->when[field] = parse_values(spec, rule->at, &spec->field[field].domain, cell);
    } else if (same(name, "event")) {
        rule->when[spec->fields] = parse_events(spec, rule->at, cell);
    }
}

static bool is_result(const struct spec *spec, const struct table *table, const char *name)
{
    if (table->kind == TABLE_QUERY) {
        return same(name, "answer");
    }
    return find_field(spec, name) >= 0 || same(name, "action") || same(name, "value") ||
           same(name, "error") || same(name, "reason");
}

/* Every column must mean something, and none may say it twice. */
static bool read_columns(const struct spec *spec, struct table *table, const struct grid *grid)
{
    int before = spec->report->errors;
    size_t results = 0;
    for (size_t i = 0; i < grid->head.cells; i++) {
        const char *heading = grid->head.cell[i], *result = result_heading(heading);
        bool is_event = same(heading, "event") && table->kind != TABLE_QUERY;
        if (find_column(grid, heading) != (int)i) {
            complain(spec->report, grid->head.at, "two columns are headed `%s`", heading);
        }
        if (result != NULL) {
            results++;
            if (!is_result(spec, table, result)) {
                complain(spec->report, grid->head.at, "unknown result column `%s`", result);
            }
        } else if (find_field(spec, heading) >= 0 || is_event) {
            if (results > 0) {
                complain(spec->report, grid->head.at, "the condition `%s` stands after a result",
                         heading);
            }
            int field = find_field(spec, heading);
            table->column[table->columns++] = field >= 0 ? field : (int)spec->fields;
        } else if (!same(heading, "row") && !same(heading, "clauses")) {
            complain(spec->report, grid->head.at,
                     "unknown column `%s`; conditions are fields or `event`, results start with "
                     "an arrow",
                     heading);
        }
    }
    need_column(spec, grid, table->kind == TABLE_QUERY ? ARROW "answer" : ARROW "action");
    need_column(spec, grid, "row");
    need_column(spec, grid, "clauses");
    return spec->report->errors == before;
}

static void read_rule(struct spec *spec, struct table *table, const struct grid *grid,
                      const struct row *row)
{
    if (spec->rules == MAX_RULES) {
        complain(spec->report, row->at, "more than %d rows", MAX_RULES);
        return;
    }
    struct rule *rule = &spec->rule[spec->rules++];
    table->rules++;
    rule->at = row->at;
    for (size_t i = 0; i < spec->fields; i++) {
        rule->when[i] = full(spec->field[i].domain.values);
        rule->set[i] = KEEP;
    }
    rule->when[spec->fields] = full(spec->events);
    for (size_t i = 0; i < grid->head.cells; i++) {
        const char *result = result_heading(grid->head.cell[i]);
        if (result != NULL) {
            parse_result(spec, table, rule, result, row->cell[i]);
        } else {
            parse_condition(spec, rule, grid->head.cell[i], row->cell[i]);
        }
    }
    parse_names(spec, rule, row->cell[find_column(grid, "row")],
                row->cell[find_column(grid, "clauses")]);
    bool has_result = rule->value != 0 || rule->error != 0 || rule->reason != 0;
    if (table->kind != TABLE_QUERY && rule->action != 0 && has_result) {
        complain(spec->report, rule->at,
                 "only `return` gives a result; here the action is `%s`, so value, error and "
                 "reason must be dashes",
                 spec->action.value[rule->action]);
    }
}

static struct table *find_shared(struct spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_SHARED && same(spec->table[i].name, name)) {
            return &spec->table[i];
        }
    }
    return NULL;
}

/* `see` rows are resolved when all tables are known. */
static void link_rule(struct spec *spec, struct rule *rule)
{
    bool has_effect = rule->value != 0 || rule->error != 0 || rule->reason != 0;
    for (size_t i = 0; i < spec->fields; i++) {
        has_effect = has_effect || rule->set[i] != KEEP;
    }
    if (has_effect) {
        complain(spec->report, rule->at,
                 "`see %s` leaves the decision to that table; all other results must be dashes",
                 rule->see_name);
    }
    rule->see = find_shared(spec, rule->see_name);
    if (rule->see == NULL) {
        complain(spec->report, rule->at, "`see %s`, but no page has a table under `Table %s`",
                 rule->see_name, rule->see_name);
    }
}

/* The part of a title after "Call ", "Outcome ", ... or NULL. */
static const char *table_name(const char *title, enum table_kind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i].title);
        if (strncmp(title, kinds[i].title, length) == 0 && title[length] == ' ') {
            *kind = (enum table_kind)i;
            return title + length + 1;
        }
    }
    return NULL;
}

static bool is_alphabet(const char *title)
{
    return same(title, "Events") || same(title, "State") || same(title, "Results") ||
           same(title, "Answers") || same(title, "Guards") || same(title, "Machine");
}

static bool is_new_name(const struct spec *spec, struct place at, enum table_kind kind,
                        const char *name)
{
    if (!is_name(name)) {
        complain(spec->report, at, "`%s %s` is not a name: lower case, digits and _, at most 24",
                 kind_name(kind), name);
        return false;
    }
    if (same(table_prefix(kind), "on_") && (same(name, "call") || same(name, "outcome"))) {
        complain(spec->report, at, "`%s %s` would be the C function on_%s, which the core has",
                 kind_name(kind), name, name);
        return false;
    }
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *other = &spec->table[i];
        if (same(other->name, name) && same(table_prefix(other->kind), table_prefix(kind))) {
            bool is_query = kind == TABLE_QUERY;
            complain(spec->report, at, "`%s %s` would be the C function %s%s%s once more",
                     kind_name(kind), name, is_query ? spec->machine.prefix : table_prefix(kind),
                     is_query ? "_" : "", name);
            note(spec->report, other->at, "it is `%s %s` already", kind_name(other->kind), name);
            return false;
        }
    }
    return true;
}

static void read_decision(struct spec *spec, const struct grid *grid)
{
    enum table_kind kind = TABLE_CALL;
    const char *name = table_name(grid->section->title, &kind);
    if (name == NULL) {
        complain(spec->report, grid->head.at,
                 "a table under the heading `%s`, which says nothing; it should be Call, Outcome, "
                 "Table or Query and a name",
                 grid->section->title);
        return;
    }
    if (!is_new_name(spec, grid->head.at, kind, name)) {
        return;
    }
    if (spec->tables == MAX_TABLES) {
        complain(spec->report, grid->head.at, "more than %d tables", MAX_TABLES);
        return;
    }
    struct table *table = &spec->table[spec->tables++];
    table->at = grid->head.at;
    table->kind = kind;
    table->name = name;
    table->intro = grid->section->intro;
    table->event_list = grid->section->event;
    table->event_at = grid->section->event != NULL ? grid->section->event_at : table->at;
    table->rule = &spec->rule[spec->rules];
    bool is_readable = read_columns(spec, table, grid);
    for (size_t i = 0; i < grid->rows && is_readable; i++) {
        read_rule(spec, table, grid, &grid->row[i]);
    }
}

/* A table that names rows or results decides something; any other one is there to be read. */
static bool is_decision(const struct grid *grid)
{
    if (is_alphabet(grid->section->title) || is_clause_table(grid)) {
        return false;
    }
    enum table_kind kind;
    bool decides = table_name(grid->section->title, &kind) != NULL;
    for (size_t i = 0; i < grid->head.cells; i++) {
        const char *heading = grid->head.cell[i];
        decides = decides || same(heading, "row") || result_heading(heading) != NULL;
    }
    return decides;
}

void read_tables(struct spec *spec, const struct pages *pages)
{
    read_guards(spec, pages);
    for (const struct grid *grid = pages->first; grid != NULL; grid = grid->next) {
        if (is_decision(grid)) {
            read_decision(spec, grid);
        }
    }
    for (size_t i = 0; i < spec->rules; i++) {
        if (spec->rule[i].see_name != NULL) {
            link_rule(spec, &spec->rule[i]);
        }
    }
    name_answers(spec);
    read_clauses(spec, pages);
}
