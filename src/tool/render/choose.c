/* Rules that were asked for: what the others found is left out, and that it is, is said. */
#include "render.h"

#include <stdlib.h>
#include <string.h>

static uint64_t bit_of(const struct rule *r)
{
    return (uint64_t)1 << (r - rules);
}

bool is_left_out(const struct suppressions *s, const struct rule *r)
{
    return (s->left_out & bit_of(r)) != 0;
}

bool choose_rules(uint64_t *chosen, const char *list, const char **wrong)
{
    char id[8];
    for (; *list != '\0'; list += *list == ',') {
        size_t length = strcspn(list, ",");
        snprintf(id, sizeof id, "%.*s", (int)length, list);
        const struct rule *r = length < sizeof id ? find_rule(id) : NULL;
        *wrong = list;
        if (r == NULL) {
            return false;
        }
        *chosen |= bit_of(r);
        list += length;
    }
    return *chosen != 0;
}

uint64_t all_but(uint64_t chosen)
{
    uint64_t all = rule_count < MOST_RULES ? ((uint64_t)1 << rule_count) - 1 : ~(uint64_t)0;
    return chosen == 0 ? 0 : all & ~chosen;
}

void leave_out(const struct suppressions *s, struct judge *j)
{
    struct finding **f = &j->findings;
    struct unseen **u = &j->unseen;
    while (*f != NULL) {
        struct finding *one = *f;
        if (is_left_out(s, one->rule)) {
            *f = one->next;
            free(one);
        } else {
            f = &one->next;
        }
    }
    while (*u != NULL) {
        struct unseen *one = *u;
        if (is_left_out(s, one->rule)) {
            *u = one->next;
            free(one);
        } else {
            u = &one->next;
        }
    }
    j->last_finding = NULL; /* nothing is added to them any more */
}

static int times_unseen(const struct judge *j, const struct rule *r)
{
    int count = 0;
    for (const struct unseen *u = j->unseen; u != NULL; u = u->next) {
        count += u->rule == r ? u->count : 0;
    }
    return count;
}

bool is_none_judged(const struct suppressions *s, const struct judge *j)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (!is_left_out(s, &rules[i]) && times_unseen(j, &rules[i]) < j->connections) {
            return false;
        }
    }
    return true;
}

/* A capture counts its ends itself. */
bool is_no_end_judged(const struct suppressions *s, const struct judge *j)
{
    bool is_asked = false;
    for (size_t i = 0; i < rule_count; i++) {
        is_asked |= rules[i].kind != KIND_WIRE && needs_fact(&rules[i], "end") &&
                    !is_left_out(s, &rules[i]);
    }
    return is_asked && !j->wire && j->ends == 0;
}

const char *left_out_text(const struct suppressions *s, char *text, size_t room)
{
    size_t length = (size_t)snprintf(text, room, "left out by --rules, and not judged:");
    for (size_t i = 0; i < rule_count && length + 8 < room; i++) {
        if (is_left_out(s, &rules[i])) {
            length += (size_t)snprintf(text + length, room - length, " %s", rules[i].id);
        }
    }
    return s->left_out != 0 ? text : NULL;
}
