#include "whyml_text.h"

#include <ctype.h>
#include <string.h>

void put_constructor(struct text *out, const char *set, const char *name)
{
    put(out, "%c%s_%s", toupper((unsigned char)set[0]), set + 1, name);
}

void put_filled(struct text *out, const char *indent, const char *words)
{
    size_t column = strlen(indent);
    const char *before = indent;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (before[0] == ' ' && before[1] == '\0' && column + 1 + length > LINE) {
            put(out, "\n%s  ", indent);
            column = strlen(indent) + 2;
            before = "";
        }
        put(out, "%s%.*s", before, (int)length, words);
        column += length + (before != indent && before[0] != '\0');
        before = " ";
        words += length;
        words += strspn(words, " ");
    }
    put(out, "\n");
}

/* Prose may hold what opens or closes a comment here. */
void put_whyml_comment(struct text *out, const char *indent, const char *words)
{
    struct text safe = {0};
    put(&safe, "(* ");
    for (const char *s = words; *s != '\0'; s++) {
        bool is_mark = s > words && ((s[-1] == '(' && *s == '*') || (s[-1] == '*' && *s == ')'));
        put(&safe, is_mark ? " %c" : "%c", *s);
    }
    put(&safe, " *)");
    put_filled(out, indent, safe.data);
    free_text(&safe);
}

void put_whyml_origin(struct text *out, const char *indent, const struct rule *rule)
{
    struct text words = {0};
    put(&words, "%s: ", rule->id);
    put_clauses(&words, rule);
    put_whyml_comment(out, indent, words.data);
    free_text(&words);
}

void put_type(struct text *out, const struct domain *domain)
{
    struct text words = {0};
    put(&words, "type %s =", domain->name);
    for (size_t i = 0; i < domain->values; i++) {
        put(&words, "%s", i > 0 ? " | " : " ");
        put_constructor(&words, domain->name, domain->value[i]);
    }
    put_filled(out, "  ", words.data);
    free_text(&words);
}

void put_match(const struct spec *spec, struct text *out, const char *indent, size_t variable)
{
    if (variable == spec->fields) {
        put(out, "%smatch event with\n", indent);
    } else {
        put(out, "%smatch m.%s with\n", indent, spec->field[variable].domain.name);
    }
}

void put_pattern(const struct spec *spec, struct text *out, const char *indent, size_t variable,
                 uint64_t set)
{
    struct text words = {0};
    bool is_event = variable == spec->fields;
    size_t values = is_event ? spec->events : spec->field[variable].domain.values;
    for (size_t i = 0; i < values; i++) {
        if (set >> i & 1) {
            put(&words, "| ");
            put_constructor(&words, is_event ? "event" : spec->field[variable].domain.name,
                            is_event ? spec->event[i].name : spec->field[variable].domain.value[i]);
            put(&words, " ");
        }
    }
    put(&words, set == 0 ? "| _ ->" : "->");
    put_filled(out, indent, words.data);
    free_text(&words);
}

size_t put_whyml_guards(const struct spec *spec, struct text *out, enum scope scope,
                        uint64_t events)
{
    size_t open = 0;
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->field < 0 || guard->scope != scope || (guard->events & events) == 0) {
            continue;
        }
        size_t field = (size_t)guard->field;
        uint64_t refused = guard->rule.when[field];
        put_match(spec, out, "    ", field);
        put_pattern(spec, out, "    ", field, refused);
        put_whyml_origin(out, "      ", &guard->rule);
        put(out, "      refuse m ");
        put_constructor(out, "reason", spec->reason.value[guard->rule.reason]);
        put(out, "\n");
        put_pattern(spec, out, "    ", field, full(spec->field[field].domain.values) & ~refused);
        open++;
    }
    return open;
}

void put_ends(struct text *out, size_t open)
{
    for (size_t i = 0; i < open; i++) {
        put(out, "    end\n");
    }
}
