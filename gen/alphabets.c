/* Events, State and Results: the alphabets everything else is written in; Answers join them. */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

/* These texts become comments in C. */
void check_meaning(const struct spec *spec, struct place at, const char *meaning)
{
    if (!is_ascii(meaning)) {
        complain(spec->report, at, "the meaning goes into the C header and must be plain ASCII");
    }
    if (strstr(meaning, "*/") != NULL || strstr(meaning, "/*") != NULL) {
        complain(spec->report, at, "the meaning goes into a C comment and may not open or end one");
    }
}

void check_name(const struct spec *spec, struct place at, const char *what, const char *name)
{
    if (!is_name(name)) {
        complain(spec->report, at,
                 "%s `%s` is not a name: a letter, then letters, digits and _, all lower case, "
                 "at most 24",
                 what, name);
    }
}

/* The last "first; second; third" of a meaning, when there is one part for each value. */
static void split_meaning(const struct spec *spec, struct domain *domain)
{
    const char *colon = strchr(domain->meaning, ':');
    const char *part = colon != NULL ? colon + 1 : domain->meaning;
    size_t parts = 1;
    for (const char *s = part; *s != '\0'; s++) {
        parts += *s == ';';
    }
    if (parts < 2 || parts != domain->values) {
        return;
    }
    size_t common = colon != NULL ? (size_t)(colon - domain->meaning) : 0;
    domain->meaning = take_text(spec->arena, domain->meaning, common);
    for (size_t i = 0; i < parts; i++) {
        part += strspn(part, " ");
        size_t length = strcspn(part, ";");
        domain->value_meaning[i] = take_text(spec->arena, part, length);
        part += length + (part[length] == ';');
    }
}

static void read_domain(const struct spec *spec, struct domain *domain, const struct row *row,
                        const char *name, const char *values, const char *meaning)
{
    domain->at = row->at;
    domain->name = name;
    domain->meaning = meaning;
    domain->values = split(spec, values, domain->value, MAX_VALUES);
    check_meaning(spec, row->at, meaning);
    if (domain->values > MAX_VALUES) {
        complain(spec->report, row->at, "`%s` has %zu values; %d is the limit", name,
                 domain->values, MAX_VALUES);
        domain->values = MAX_VALUES;
    }
    for (size_t i = 0; i < domain->values; i++) {
        if (find_value(domain, domain->value[i]) != (int)i) {
            complain(spec->report, row->at, "`%s` has the value `%s` twice", name,
                     domain->value[i]);
        }
    }
}

static void check_value_names(const struct spec *spec, const struct domain *domain)
{
    for (size_t i = 0; i < domain->values; i++) {
        check_name(spec, domain->at, "the value", domain->value[i]);
    }
}

static void read_event(struct spec *spec, const struct row *row, const int column[4])
{
    const char *name = row->cell[column[0]], *code = row->cell[column[1]];
    const char *group = row->cell[column[2]];
    if (spec->events == MAX_EVENTS) {
        complain(spec->report, row->at, "more than %d events", MAX_EVENTS);
        return;
    }
    struct event *event = &spec->event[spec->events];
    event->at = row->at;
    event->name = name;
    event->meaning = row->cell[column[3]];
    event->group = same(group, "outcome") ? GROUP_OUTCOME : GROUP_CALL;
    check_name(spec, row->at, "the event", name);
    check_meaning(spec, row->at, event->meaning);
    if (find_event(spec, name) >= 0) {
        complain(spec->report, row->at, "the event `%s` is listed twice", name);
    }
    char *end;
    unsigned long number = strtoul(code, &end, 10);
    if (*end != '\0' || number != spec->events) {
        complain(spec->report, row->at, "event codes count up from 0: `%s` must have the code %zu",
                 name, spec->events);
    }
    if (!same(group, "call") && !same(group, "outcome")) {
        complain(spec->report, row->at, "unknown group `%s`; an event is a `call` or an `outcome`",
                 group);
    }
    if (event->group == GROUP_CALL && spec->events > 0 &&
        spec->event[spec->events - 1].group == GROUP_OUTCOME) {
        complain(spec->report, row->at, "the call `%s` comes after an outcome; list calls first",
                 name);
    }
    spec->events++;
}

static void read_events(struct spec *spec, const struct pages *pages)
{
    static const char *const heading[] = {"event", "code", "group", "meaning"};
    const struct grid *grid = the_table(spec, pages, "Events");
    int column[4], missing = 0;
    for (size_t i = 0; i < 4 && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
        missing += column[i] < 0;
    }
    for (size_t i = 0; grid != NULL && missing == 0 && i < grid->rows; i++) {
        read_event(spec, &grid->row[i], column);
    }
}

static void check_field_name(const struct spec *spec, const struct row *row, const char *name)
{
    static const char *const taken[] = {
        /* C */
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
        "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "return", "short",
        "register", "restrict", "signed", "sizeof", "static", "struct", "switch", "typedef",
        "union", "unsigned", "void", "while", "volatile",
        /* WhyML */
        "abstract", "absurd", "alias", "any", "as", "assert", "assume", "at", "axiom", "begin",
        "bool", "by", "check", "clone", "coinductive", "constant", "diverges", "done", "downto",
        "end", "ensures", "epsilon", "exception", "exists", "export", "false", "forall", "fun",
        "function", "ghost", "goal", "import", "in", "inductive", "invariant", "label", "lemma",
        "let", "match", "meta", "module", "mutable", "not", "old", "partial", "predicate",
        "private", "pure", "raise", "raises", "reads", "rec", "ref", "requires", "returns", "scope",
        "so", "then", "theory", "to", "true", "try", "type", "use", "val", "variant", "with",
        "writes",
        /* what is generated, and the columns of the tables */
        "event", "action", "value", "error", "reason", "answer", "row", "clauses", "refuse",
        "result", "state", "next"};
    check_name(spec, row->at, "the field", name);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (same(name, taken[i])) {
            complain(spec->report, row->at, "a field cannot be called `%s`: the word is taken",
                     name);
        }
    }
    for (size_t i = 0; i < spec->fields; i++) {
        if (same(spec->field[i].domain.name, name)) {
            complain(spec->report, row->at, "the field `%s` is listed twice", name);
        }
    }
}

static void read_field(struct spec *spec, const struct row *row, const int column[5])
{
    const char *name = row->cell[column[0]], *start = row->cell[column[2]];
    if (spec->fields == MAX_FIELDS) {
        complain(spec->report, row->at, "more than %d fields", MAX_FIELDS);
        return;
    }
    check_field_name(spec, row, name);
    struct field *field = &spec->field[spec->fields];
    read_domain(spec, &field->domain, row, name, row->cell[column[1]], row->cell[column[4]]);
    check_value_names(spec, &field->domain);
    split_meaning(spec, &field->domain);
    field->group = row->cell[column[3]];
    check_name(spec, row->at, "the group", field->group);
    int value = find_value(&field->domain, start);
    if (value < 0) {
        complain(spec->report, row->at, "`%s` starts as `%s`, which is none of its values", name,
                 start);
        value = 0;
    }
    field->start = (uint8_t)value;
    if (field->domain.values < 2) {
        complain(spec->report, row->at, "`%s` has one value only; it remembers nothing", name);
    }
    spec->fields++;
    spec->states *= field->domain.values;
    if (spec->states > MAX_STATES) {
        complain(spec->report, row->at, "with `%s` there are more than %d states to check", name,
                 MAX_STATES);
        spec->states = MAX_STATES;
    }
}

static void read_state(struct spec *spec, const struct pages *pages)
{
    static const char *const heading[] = {"field", "values", "start", "group", "meaning"};
    const struct grid *grid = the_table(spec, pages, "State");
    int column[5], missing = 0;
    for (size_t i = 0; i < 5 && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
        missing += column[i] < 0;
    }
    spec->states = 1;
    for (size_t i = 0; grid != NULL && missing == 0 && i < grid->rows; i++) {
        read_field(spec, &grid->row[i], column);
    }
}

static void read_result(struct spec *spec, const struct row *row, const int column[3])
{
    struct {
        const char *name;
        struct domain *domain;
    } known[] = {{"action", &spec->action},
                 {"value", &spec->value},
                 {"error", &spec->error},
                 {"reason", &spec->reason}};
    const char *name = row->cell[column[0]];
    for (size_t i = 0; i < 4; i++) {
        if (!same(known[i].name, name)) {
            continue;
        }
        if (known[i].domain->values > 0) {
            complain(spec->report, row->at, "`%s` is listed twice", name);
        }
        read_domain(spec, known[i].domain, row, known[i].name, row->cell[column[1]],
                    row->cell[column[2]]);
        return;
    }
    complain(spec->report, row->at, "unknown result `%s`; there are action, value, error, reason",
             name);
}

static void check_numbers(const struct spec *spec, const struct domain *domain)
{
    for (size_t i = 0; i < domain->values; i++) {
        char *end;
        long number = strtol(domain->value[i], &end, 10);
        if (domain->value[i][0] == '\0' || *end != '\0' || number < -1 || number > 126) {
            complain(spec->report, domain->at, "`%s` is no number from -1 to 126",
                     domain->value[i]);
        }
    }
}

static void read_results(struct spec *spec, const struct pages *pages)
{
    static const char *const heading[] = {"field", "values", "meaning"};
    const struct grid *grid = the_table(spec, pages, "Results");
    int column[3], missing = 0;
    for (size_t i = 0; i < 3 && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
        missing += column[i] < 0;
    }
    for (size_t i = 0; grid != NULL && missing == 0 && i < grid->rows; i++) {
        read_result(spec, &grid->row[i], column);
    }
    check_value_names(spec, &spec->action);
    check_numbers(spec, &spec->value);
    check_value_names(spec, &spec->error);
    check_value_names(spec, &spec->reason);
}

static void need_value(const struct spec *spec, const struct domain *domain, const char *name,
                       int where)
{
    int found = find_value(domain, name);
    if (domain->values > 0 && (found < 0 || (where >= 0 && found != where))) {
        complain(spec->report, domain->at, "`%s` needs the value `%s`%s", domain->name, name,
                 where == 0 ? ", and as the first one" : "");
    }
}

/* The frame of the core (guards, refusals, dispatch) names these itself. */
static void need_frame(struct spec *spec, const struct pages *pages)
{
    static const char *const result[] = {"action", "value", "error", "reason"};
    const struct domain *domain[] = {&spec->action, &spec->value, &spec->error, &spec->reason};
    for (size_t i = 0; i < 4; i++) {
        if (domain[i]->values == 0) {
            complain(spec->report, whole_spec(pages), "`Results` does not say what `%s` can be",
                     result[i]);
        }
    }
    need_value(spec, &spec->action, "return", 0);
    need_value(spec, &spec->value, "-1", -1);
    need_value(spec, &spec->value, "0", -1);
    need_value(spec, &spec->error, "none", 0);
    need_value(spec, &spec->error, spec->machine.refusal, -1);
    need_value(spec, &spec->reason, "none", 0);
    need_value(spec, &spec->reason, "unknown", -1);
    spec->refusal_error = find_value(&spec->error, spec->machine.refusal);
    spec->reason_unknown = find_value(&spec->reason, "unknown");
    spec->clear_event = find_event(spec, "clear");
    spec->last_call = -1;
    spec->busy_field = -1;
    size_t outcomes = 0;
    for (size_t i = 0; i < spec->events; i++) {
        outcomes += spec->event[i].group == GROUP_OUTCOME;
        if (spec->event[i].group == GROUP_CALL && (int)i != spec->clear_event) {
            spec->last_call = (int)i;
        }
    }
    for (size_t i = 0; i < spec->fields; i++) {
        if (same(spec->field[i].domain.name, "busy")) {
            spec->busy_field = (int)i;
        }
    }
    struct place at = whole_spec(pages);
    if (spec->clear_event < 0 || spec->last_call < 0 || outcomes == 0) {
        complain(spec->report, at, "`Events` needs the call `clear`, one more call and an outcome");
    }
    if (spec->busy_field < 0) {
        complain(spec->report, at,
                 "`State` needs the field `busy`: it selects the table of an outcome");
    }
}

void read_alphabets(struct spec *spec, const struct pages *pages)
{
    read_events(spec, pages);
    read_state(spec, pages);
    read_results(spec, pages);
    need_frame(spec, pages);
    read_answers(spec, pages);
}
