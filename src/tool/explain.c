/* endwell explain: what the pages of the specification say of a name. */
#include "commands.h"

#include <string.h>

static void explain_rule(const struct rule *r)
{
    printf("%s: %s (%s", r->id, r->title, level_name(r->level));
    for (int i = 0; i < MAX_RAISES && r->raise[i].condition != NULL; i++) {
        printf(", %s if %s", level_name(r->raise[i].level), r->raise[i].condition);
    }
    printf(")\n");
    for (int i = 0; r->clause[i] != NULL; i++) {
        printf("  %s: %s\n", r->clause[i], find_entry(r->clause[i])->meaning);
    }
    printf("  consequence: %s\n  fix: %s\n", r->consequence, r->fix);
}

/* The rules that quote a clause, or tell of a divergence. */
static void put_rules_of(const char *clause)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (rules[i].kind == KIND_LIBSSL && strcmp(rules[i].predicate, clause) == 0) {
            printf("  rule %s: %s\n", rules[i].id, rules[i].title);
        }
        for (int k = 0; rules[i].clause[k] != NULL; k++) {
            if (strcmp(rules[i].clause[k], clause) == 0) {
                printf("  rule %s: %s\n", rules[i].id, rules[i].title);
            }
        }
    }
}

static void explain_entry(const struct entry *e)
{
    if (e->id[0] == 'D') {
        printf("%s: the contract says: %s\n  OpenSSL does: %s\n", e->id, e->meaning, e->more);
    } else {
        printf("%s (%s): %s\n", e->id, e->more, e->meaning);
    }
    put_rules_of(e->id);
}

static void explain_decision(const struct decision *d)
{
    char id[16];
    printf("%s: a row of %s, %s\n  when: %s\n  then: %s\n", d->id, d->table, d->page,
           d->when[0] != '\0' ? d->when : "in any case", d->then);
    for (const char *list = d->clauses; *list != '\0';) {
        size_t length = strcspn(list, ",");
        snprintf(id, sizeof id, "%.*s", (int)length, list);
        printf("  %s: %s\n", id, find_entry(id)->meaning);
        list += length + strspn(list + length, ", ");
    }
}

/* Two machines may have a row of one name: each is told. */
static bool explain_row(const char *id)
{
    bool is_there = false;
    for (size_t i = 0; i < decision_count; i++) {
        if (strcmp(decisions[i].id, id) == 0) {
            explain_decision(&decisions[i]);
            is_there = true;
        }
    }
    return is_there;
}

static bool explain_label(const char *name)
{
    bool is_there = false;
    for (size_t i = 0; i < label_count; i++) {
        if (strcmp(labels[i].name, name) == 0) {
            if (!is_there) {
                printf("%s: a %s, for these clauses\n", name, labels[i].kind);
            }
            printf("  %s: %s\n", labels[i].clause, find_entry(labels[i].clause)->meaning);
            is_there = true;
        }
    }
    return is_there;
}

static bool explain_one(const char *id)
{
    const struct rule *r = find_rule(id);
    const struct entry *e = find_entry(id);
    if (r != NULL) {
        explain_rule(r);
    } else if (e != NULL) {
        explain_entry(e);
    } else if (!explain_row(id) && !explain_label(id)) {
        fprintf(stderr,
                "endwell: nothing is called '%s'; there are rules (EW001), clauses (MP-06), "
                "divergences (D-13), rows of the decision tables (S4), contracts "
                "(K16_no_write_after_close) and theorems (T2_no_data_after_notice)\n",
                id);
        return false;
    }
    return true;
}

int explain(const struct options *o)
{
    bool good = true;
    for (int i = 0; i < o->arguments; i++) {
        good = explain_one(o->argument[i]) && good;
    }
    return good ? PASS : CANNOT_RUN;
}
