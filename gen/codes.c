/*
 * The codes that were released. A code travels between programs that were built at different times
 * and stands in what they write down, so machine.md may not give one another meaning: whoever
 * changes it there has to face the table of codes.md, and this page says no.
 */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CODES = 512, CODE_COLUMNS = 5 };

static const char rule_of_codes[] = "a code never changes once released";

struct code {
    struct place at;
    const char *kind, *name;
    unsigned long number;
    bool withdrawn, met;
};

struct codes {
    size_t count;
    struct code code[MAX_CODES];
};

/* Numbers are unique among these: one kind, and of the state one field. */
static bool same_space(const char *kind_a, const char *a, const char *kind_b, const char *b)
{
    size_t field = strcspn(a, ".");
    if (!same(kind_a, kind_b)) {
        return false;
    }
    return !same(kind_a, "state") || (strcspn(b, ".") == field && strncmp(a, b, field) == 0);
}

static struct code *find_code(struct codes *codes, const char *kind, const char *name)
{
    for (size_t i = 0; i < codes->count; i++) {
        struct code *code = &codes->code[i];
        if (same(code->kind, kind) && same(code->name, name)) {
            return code;
        }
    }
    return NULL;
}

static const struct code *find_number(const struct codes *codes, const char *kind, const char *name,
                                      unsigned long number)
{
    for (size_t i = 0; i < codes->count; i++) {
        const struct code *code = &codes->code[i];
        if (code->number == number && same_space(code->kind, code->name, kind, name)) {
            return code;
        }
    }
    return NULL;
}

/* --- the page ------------------------------------------------------------------------------- */

/* 0.2, 1.10 */
static bool is_version(const char *text)
{
    size_t major = strspn(text, "0123456789");
    if (major == 0 || text[major] != '.') {
        return false;
    }
    size_t minor = strspn(text + major + 1, "0123456789");
    return minor > 0 && text[major + 1 + minor] == '\0';
}

static void check_kind(const struct spec *spec, const struct code *code)
{
    static const char *const kind[] = {"event", "action", "error", "reason", "answer", "state"};
    bool is_known = false;
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
        is_known = is_known || same(code->kind, kind[i]);
    }
    if (!is_known) {
        complain(spec->report, code->at,
                 "unknown kind `%s`; there are event, action, error, reason, answer and state",
                 code->kind);
    }
    if (same(code->kind, "state") && strchr(code->name, '.') == NULL) {
        complain(spec->report, code->at, "`%s` is no value of a field: write field.value",
                 code->name);
    }
}

/* The numbers of a kind count up; so a new name stands, and is counted, behind all older ones. */
static void check_number(const struct spec *spec, struct codes *codes, const struct code *code,
                         const char *cell)
{
    unsigned long next = 0;
    for (size_t i = 0; i < codes->count; i++) {
        const struct code *other = &codes->code[i];
        next += same_space(other->kind, other->name, code->kind, code->name);
    }
    const struct code *same_name = find_code(codes, code->kind, code->name);
    const struct code *same_code = find_number(codes, code->kind, code->name, code->number);
    if (same_name != NULL) {
        complain(spec->report, code->at, "the %s `%s` has a row already", code->kind, code->name);
        note(spec->report, same_name->at, "the first one is here");
    } else if (cell[strspn(cell, "0123456789")] != '\0') {
        complain(spec->report, code->at, "`%s` is no code: a number from 0 on", cell);
    } else if (same_code != NULL) {
        complain(spec->report, code->at,
                 "the code %lu of `%s` is that of the %s `%s`: a code is never used again",
                 code->number, code->name, same_code->kind, same_code->name);
        note(spec->report, same_code->at, "the first one is here");
    } else if (code->number != next) {
        complain(spec->report, code->at, "the next free code for the %s `%s` is %lu, not %s",
                 code->kind, code->name, next, cell);
    }
}

static void read_code(const struct spec *spec, struct codes *codes, const struct row *row,
                      const int column[CODE_COLUMNS])
{
    const char *cell = row->cell[column[2]], *since = row->cell[column[3]];
    const char *withdrawn = row->cell[column[4]];
    if (codes->count == MAX_CODES) {
        complain(spec->report, row->at, "more than %d codes", MAX_CODES);
        return;
    }
    struct code code = {.at = row->at,
                        .kind = row->cell[column[0]],
                        .name = row->cell[column[1]],
                        .number = strtoul(cell, NULL, 10),
                        .withdrawn = !same(withdrawn, "-")};
    check_kind(spec, &code);
    check_number(spec, codes, &code, cell);
    if (!is_version(since)) {
        complain(spec->report, row->at, "`%s` is no version, as in 0.2", since);
    }
    if (code.withdrawn && !is_version(withdrawn)) {
        complain(spec->report, row->at, "`withdrawn` is a dash, or the version it happened in");
    }
    codes->code[codes->count++] = code;
}

static void read_codes(const struct spec *spec, const struct pages *pages, struct codes *codes)
{
    static const char *const heading[CODE_COLUMNS] = {"kind", "name", "code", "since", "withdrawn"};
    const struct grid *grid = the_table(spec, pages, "Codes");
    int column[CODE_COLUMNS], missing = 0;
    for (size_t i = 0; i < CODE_COLUMNS && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
        missing += column[i] < 0;
    }
    for (size_t i = 0; grid != NULL && missing == 0 && i < grid->rows; i++) {
        read_code(spec, codes, &grid->row[i], column);
    }
}

/* --- against the tables --------------------------------------------------------------------- */

static void check_code(const struct spec *spec, struct codes *codes, struct place at,
                       const char *kind, const char *name, size_t number)
{
    struct code *code = find_code(codes, kind, name);
    if (code == NULL) {
        const struct code *taken = find_number(codes, kind, name, number);
        complain(spec->report, at, "the %s `%s` has no row in the table of codes", kind, name);
        if (taken != NULL) {
            note(spec->report, taken->at, "its code %zu is that of `%s`, and %s", number,
                 taken->name, rule_of_codes);
        }
        return;
    }
    code->met = true;
    if (code->withdrawn) {
        complain(spec->report, at, "the %s `%s` was withdrawn and is not used again", kind, name);
        note(spec->report, code->at, "its row is here");
    } else if (code->number != number) {
        const struct code *other = find_number(codes, kind, name, number);
        complain(spec->report, at,
                 "the %s `%s` has the code %zu here and was released with %lu; %zu is %s%s%s, and "
                 "%s",
                 kind, name, number, code->number, number, other != NULL ? "`" : "",
                 other != NULL ? other->name : "that of none", other != NULL ? "`" : "",
                 rule_of_codes);
        note(spec->report, code->at, "its row is here");
    }
}

static void check_domain(const struct spec *spec, struct codes *codes, const struct domain *domain,
                         bool is_field)
{
    for (size_t i = 0; i < domain->values; i++) {
        struct text name = {0};
        put(&name, "%s%s%s", is_field ? domain->name : "", is_field ? "." : "", domain->value[i]);
        check_code(spec, codes, domain->at, is_field ? "state" : domain->name, name.data, i);
        free_text(&name);
    }
}

static void check_all(const struct spec *spec, struct codes *codes)
{
    for (size_t i = 0; i < spec->events; i++) {
        check_code(spec, codes, spec->event[i].at, "event", spec->event[i].name, i);
    }
    check_domain(spec, codes, &spec->action, false);
    check_domain(spec, codes, &spec->error, false);
    check_domain(spec, codes, &spec->reason, false);
    for (size_t i = 0; i < spec->answers; i++) {
        check_code(spec, codes, spec->answer[i].at, "answer", spec->answer[i].name, i);
    }
    for (size_t i = 0; i < spec->fields; i++) {
        check_domain(spec, codes, &spec->field[i].domain, true);
    }
    for (size_t i = 0; i < codes->count; i++) {
        const struct code *code = &codes->code[i];
        if (!code->met && !code->withdrawn) {
            complain(spec->report, code->at,
                     "the %s `%s` was released and is gone: a name that is withdrawn keeps its row "
                     "and is marked so",
                     code->kind, code->name);
        }
    }
}

void check_codes(const struct spec *spec, const struct pages *pages)
{
    int before = spec->report->errors;
    struct codes *codes = take(spec->arena, sizeof *codes);
    read_codes(spec, pages, codes);
    if (spec->report->errors == before) {
        check_all(spec, codes);
    }
}
