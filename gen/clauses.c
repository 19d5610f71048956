/* Row ids and clause ids, and whether tables and clauses refer to each other. */
#include "spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROW_CLAUSES = 32 };

/* G1, S12: one or two letters and a number. */
static bool is_row_id(const char *id)
{
    size_t letters = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = strspn(id + letters, "0123456789");
    return letters >= 1 && letters <= 2 && digits >= 1 && digits <= 3 && id[letters] != '0' &&
           id[letters + digits] == '\0';
}

/* MP-04, K-05: one to four letters, a dash, two digits. */
static bool is_clause_id(const char *id)
{
    size_t letters = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (letters < 1 || letters > 4 || id[letters] != '-') {
        return false;
    }
    size_t digits = strspn(id + letters + 1, "0123456789");
    return digits == 2 && id[letters + 1 + digits] == '\0';
}

static struct rule *find_rule(struct spec *spec, const char *id, const struct rule *except)
{
    for (size_t i = 0; i < spec->guards; i++) {
        struct rule *rule = &spec->guard[i].rule;
        if (rule != except && rule->id != NULL && same(rule->id, id)) {
            return rule;
        }
    }
    for (size_t i = 0; i < spec->rules; i++) {
        struct rule *rule = &spec->rule[i];
        if (rule != except && rule->id != NULL && same(rule->id, id)) {
            return rule;
        }
    }
    return NULL;
}

void parse_names(struct spec *spec, struct rule *rule, const char *id, const char *clauses)
{
    if (!is_row_id(id)) {
        complain(spec->report, rule->at,
                 "`%s` is no row id: one or two capital letters and a number, as in S1", id);
    }
    const struct rule *other = find_rule(spec, id, rule);
    if (other != NULL) {
        complain(spec->report, rule->at, "the row id `%s` is used twice", id);
        note(spec->report, other->at, "the first one is here");
    }
    rule->id = id;
    rule->clause = take(spec->arena, MAX_ROW_CLAUSES * sizeof *rule->clause);
    rule->clauses = split(spec, clauses, rule->clause, MAX_ROW_CLAUSES);
    if (rule->clauses > MAX_ROW_CLAUSES) {
        complain(spec->report, rule->at, "more than %d clauses in one row", MAX_ROW_CLAUSES);
        rule->clauses = MAX_ROW_CLAUSES;
    }
    for (size_t i = 0; i < rule->clauses; i++) {
        if (!is_clause_id(rule->clause[i])) {
            complain(spec->report, rule->at,
                     "`%s` is no clause id: letters, a dash and a number "
                     "of two digits, as in MP-04",
                     rule->clause[i]);
        }
        for (size_t k = 0; k < i; k++) {
            if (same(rule->clause[i], rule->clause[k])) {
                complain(spec->report, rule->at, "the clause `%s` is named twice in one row",
                         rule->clause[i]);
            }
        }
    }
}

bool is_clause_table(const struct grid *grid)
{
    return same(grid->head.cell[0], "clause");
}

static struct clause *find_clause(struct spec *spec, const char *id)
{
    for (size_t i = 0; i < spec->clauses; i++) {
        if (same(spec->clause[i].id, id)) {
            return &spec->clause[i];
        }
    }
    return NULL;
}

static void read_clause(struct spec *spec, const struct row *row, int kind, int discharged_by)
{
    const char *id = row->cell[0];
    if (spec->clauses == MAX_CLAUSES) {
        complain(spec->report, row->at, "more than %d clauses", MAX_CLAUSES);
        return;
    }
    if (!is_clause_id(id)) {
        complain(spec->report, row->at,
                 "`%s` is no clause id: letters, a dash and a number of "
                 "two digits, as in MP-04",
                 id);
    }
    const struct clause *other = find_clause(spec, id);
    if (other != NULL) {
        complain(spec->report, row->at, "the clause `%s` is defined twice", id);
        note(spec->report, other->at, "the first one is here");
        return;
    }
    struct clause *clause = &spec->clause[spec->clauses++];
    clause->at = row->at;
    clause->id = id;
    clause->kind = row->cell[kind];
    clause->discharged_by = row->cell[discharged_by];
}

void read_clauses(struct spec *spec, const struct pages *pages)
{
    size_t tables = 0;
    for (const struct grid *grid = pages->first; grid != NULL; grid = grid->next) {
        if (!is_clause_table(grid)) {
            continue;
        }
        tables++;
        int discharged_by = need_column(spec, grid, "discharged by");
        need_column(spec, grid, "meaning");
        int kind = need_column(spec, grid, "kind");
        for (size_t i = 0; discharged_by >= 0 && kind >= 0 && i < grid->rows; i++) {
            read_clause(spec, &grid->row[i], kind, discharged_by);
        }
    }
    if (tables == 0) {
        complain(spec->report, whole_spec(pages),
                 "no page has a table of clauses; is clauses.md on the command line?");
    }
}

/* Whether a clause says that this row discharges it: "row S1" in a list of such. */
static bool claims_row(const struct clause *clause, const char *id)
{
    size_t length = strlen(id);
    for (const char *s = clause->discharged_by; (s = strstr(s, "row ")) != NULL; s += 4) {
        if (strncmp(s + 4, id, length) == 0 && !isalnum((unsigned char)s[4 + length])) {
            return true;
        }
    }
    return false;
}

static void check_rule(struct spec *spec, const struct rule *rule)
{
    for (size_t i = 0; i < rule->clauses; i++) {
        struct clause *clause = find_clause(spec, rule->clause[i]);
        if (clause == NULL) {
            complain(spec->report, rule->at, "row %s names the clause `%s`, which is not defined",
                     rule->id, rule->clause[i]);
            continue;
        }
        if (!claims_row(clause, rule->id)) {
            complain(spec->report, clause->at,
                     "row %s names the clause %s, but `discharged by` lacks `row %s`", rule->id,
                     clause->id, rule->id);
            note(spec->report, rule->at, "row %s is here", rule->id);
        }
    }
}

static bool names_clause(const struct rule *rule, const char *id)
{
    for (size_t i = 0; i < rule->clauses; i++) {
        if (same(rule->clause[i], id)) {
            return true;
        }
    }
    return false;
}

/* A guarantee of which a decision of ours keeps less: there has to be that decision. */
static void check_kind(struct spec *spec, const struct clause *clause)
{
    static const char narrowed[] = "narrowed by ";
    size_t length = sizeof narrowed - 1;
    if (strncmp(clause->kind, narrowed, length) != 0) {
        return;
    }
    const struct clause *by = find_clause(spec, clause->kind + length);
    if (by == NULL || !same(by->kind, "decision")) {
        complain(spec->report, clause->at,
                 "the clause %s is narrowed by `%s`, which is no decision", clause->id,
                 clause->kind + length);
    }
}

static void check_clause(struct spec *spec, const struct clause *clause)
{
    check_kind(spec, clause);
    for (const char *s = clause->discharged_by; (s = strstr(s, "row ")) != NULL; s += 4) {
        size_t length = strspn(s + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        const char *id = take_text(spec->arena, s + 4, length);
        if (!is_row_id(id)) {
            complain(spec->report, clause->at, "`row` wants a row id after it, not `%.16s`", s + 4);
            continue;
        }
        const struct rule *rule = find_rule(spec, id, NULL);
        if (rule == NULL) {
            complain(spec->report, clause->at,
                     "the clause %s is discharged by row %s, which no table has", clause->id, id);
        } else if (!names_clause(rule, clause->id)) {
            complain(spec->report, clause->at,
                     "the clause %s is discharged by row %s, which does not name it", clause->id,
                     id);
            note(spec->report, rule->at, "row %s is here", id);
        }
    }
}

void check_clauses(struct spec *spec)
{
    for (size_t i = 0; i < spec->guards; i++) {
        check_rule(spec, &spec->guard[i].rule);
    }
    for (size_t i = 0; i < spec->rules; i++) {
        check_rule(spec, &spec->rule[i]);
    }
    for (size_t i = 0; i < spec->clauses; i++) {
        check_clause(spec, &spec->clause[i]);
    }
}
