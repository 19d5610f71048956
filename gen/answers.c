/*
 * The answers that a step can give, each by a name of its own: what it asks of the engine, or what
 * the call returns with its class and reason. A row states the four parts; they have to be on the list.
 */
#include "spec.h"

#include <stdlib.h>

enum { COLUMNS = 7 };

static int parse_part(const struct spec *spec, const struct row *row, const struct domain *domain,
                      const char *cell)
{
    int value = find_value(domain, cell);
    if (value < 0) {
        complain(spec->report, row->at, "`%s` has no value `%s`", domain->name, cell);
        note(spec->report, domain->at, "its values are listed here");
        value = 0;
    }
    return value;
}

static bool has_parts(const struct answer *answer, int action, int value, int error, int reason)
{
    return answer->action == action && answer->value == value && answer->error == error &&
           answer->reason == reason;
}

static int find_parts(const struct spec *spec, int action, int value, int error, int reason)
{
    for (size_t i = 0; i < spec->answers; i++) {
        if (has_parts(&spec->answer[i], action, value, error, reason)) {
            return (int)i;
        }
    }
    return -1;
}

static void check_one(const struct spec *spec, const struct answer *answer, const char *code)
{
    char *end;
    unsigned long number = strtoul(code, &end, 10);
    bool has_result = answer->value != 0 || answer->error != 0 || answer->reason != 0;
    if (*end != '\0' || number != spec->answers) {
        complain(spec->report, answer->at,
                 "codes of answers count up from 0: `%s` must have the code %zu", answer->name,
                 spec->answers);
    }
    if (answer->action != 0 && has_result) {
        complain(spec->report, answer->at,
                 "only `return` gives a result; `%s` asks for `%s`, so it has value 0, no error "
                 "and no reason",
                 answer->name, spec->action.value[answer->action]);
    }
    if (spec->answers == 0 && answer->error != 0) {
        complain(spec->report, answer->at,
                 "the first answer stands for no refusal in the core, so it has no error");
    }
    for (size_t i = 0; i < spec->answers; i++) {
        if (same(spec->answer[i].name, answer->name)) {
            complain(spec->report, answer->at, "the answer `%s` is listed twice", answer->name);
        }
    }
    int twin = find_parts(spec, answer->action, answer->value, answer->error, answer->reason);
    if (twin >= 0) {
        complain(spec->report, answer->at, "`%s` says the same as `%s`", answer->name,
                 spec->answer[twin].name);
    }
}

static void read_answer(struct spec *spec, const struct row *row, const int column[COLUMNS])
{
    if (spec->answers == MAX_ANSWERS) {
        complain(spec->report, row->at, "more than %d answers", MAX_ANSWERS);
        return;
    }
    struct answer *answer = &spec->answer[spec->answers];
    answer->at = row->at;
    answer->name = row->cell[column[0]];
    answer->action = parse_part(spec, row, &spec->action, row->cell[column[2]]);
    answer->value =
        atoi(spec->value.value[parse_part(spec, row, &spec->value, row->cell[column[3]])]);
    answer->error = parse_part(spec, row, &spec->error, row->cell[column[4]]);
    answer->reason = parse_part(spec, row, &spec->reason, row->cell[column[5]]);
    answer->meaning = row->cell[column[6]];
    check_name(spec, row->at, "the answer", answer->name);
    check_meaning(spec, row->at, answer->meaning);
    check_one(spec, answer, row->cell[column[1]]);
    spec->answers++;
}

void read_answers(struct spec *spec, const struct pages *pages)
{
    static const char *const heading[COLUMNS] = {"answer", "code",   "action", "value",
                                                 "error",  "reason", "meaning"};
    const struct grid *grid = the_table(spec, pages, "Answers");
    int column[COLUMNS], missing = spec->report->errors;
    for (size_t i = 0; i < COLUMNS && grid != NULL; i++) {
        column[i] = need_column(spec, grid, heading[i]);
    }
    for (size_t i = 0; grid != NULL && spec->report->errors == missing && i < grid->rows; i++) {
        read_answer(spec, &grid->row[i], column);
        missing = spec->report->errors;
    }
}

static int name_parts(struct spec *spec, struct place at, int action, int value, int error,
                      int reason)
{
    int found = find_parts(spec, action, value, error, reason);
    if (found >= 0) {
        spec->answer[found].given = true;
        return found;
    }
    complain(spec->report, at, "no answer of the list has action %s, value %d, error %s, reason %s",
             spec->action.value[action], value, spec->error.value[error],
             spec->reason.value[reason]);
    return 0;
}

/* Gives each row and each guard the answer that it states. */
void name_answers(struct spec *spec)
{
    if (spec->report->errors > 0) {
        return;
    }
    for (size_t i = 0; i < spec->guards; i++) {
        struct rule *rule = &spec->guard[i].rule;
        rule->answer = name_parts(spec, rule->at, 0, -1, spec->refusal_error, rule->reason);
    }
    spec->unknown_answer =
        name_parts(spec, spec->reason.at, 0, -1, spec->refusal_error, spec->reason_unknown);
    for (size_t i = 0; i < spec->tables; i++) {
        for (size_t k = 0; spec->table[i].kind != TABLE_QUERY && k < spec->table[i].rules; k++) {
            struct rule *rule = &spec->table[i].rule[k];
            if (rule->see_name == NULL) {
                rule->answer = name_parts(spec, rule->at, rule->action, rule->value, rule->error,
                                          rule->reason);
            }
        }
    }
}

void check_answers(const struct spec *spec)
{
    if (spec->report->errors > 0) {
        return;
    }
    for (size_t i = 0; i < spec->answers; i++) {
        if (!spec->answer[i].given) {
            complain(spec->report, spec->answer[i].at, "no row gives the answer `%s`",
                     spec->answer[i].name);
        }
    }
}
