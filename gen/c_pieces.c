/* What the functions of the core are made of: tests, guards, calls. */
#include "c_text.h"

static const char *const step_of[] = {"    ", "        ", "            ", "                "};

const char *indent_at(size_t depth)
{
    size_t deepest = sizeof step_of / sizeof step_of[0] - 1;
    return step_of[depth < deepest ? depth : deepest];
}

static void put_named_answer(const struct spec *spec, struct text *out, int answer)
{
    put(out, "return ");
    put_constant(spec, out, "answer", spec->answer[answer].name);
    put(out, ";\n");
}

void put_answer(const struct spec *spec, struct text *out, const struct rule *rule)
{
    put_named_answer(spec, out, rule->answer);
}

void put_unknown(const struct spec *spec, struct text *out)
{
    put_named_answer(spec, out, spec->unknown_answer);
}

void put_first_answer(const struct spec *spec, struct text *out)
{
    put_named_answer(spec, out, 0);
}

void put_origin(struct text *out, const char *indent, const struct rule *rule)
{
    struct text words = {0};
    put(&words, "%s: ", rule->id);
    put_clauses(&words, rule);
    put_comment(out, indent, words.data);
    free_text(&words);
}

void put_test(const struct spec *spec, struct text *out, const char *indent, size_t variable,
              const struct branch *branch)
{
    static const char *const sign[] = {"==", "!=", "<="};
    put(out, "%sif (", indent);
    if (variable == spec->fields) {
        put(out, "event %s ", sign[branch->test]);
        put_constant(spec, out, "event", spec->event[branch->value].name);
    } else {
        const struct domain *domain = &spec->field[variable].domain;
        put(out, "m->%s %s ", domain->name, sign[branch->test]);
        put_constant(spec, out, domain->name, domain->value[branch->value]);
    }
    put(out, ") {\n");
}

static void put_guard(const struct spec *spec, struct text *out, const struct guard *guard)
{
    struct branch branch;
    size_t field = (size_t)guard->field;
    one_test(guard->rule.when[field], full(spec->field[field].domain.values), false, &branch);
    put_test(spec, out, "    ", field, &branch);
    put_origin(out, "        ", &guard->rule);
    put(out, "        ");
    put_answer(spec, out, &guard->rule);
    put(out, "    }\n");
}

void put_guards(const struct spec *spec, struct text *out, enum scope scope, uint64_t events)
{
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->field >= 0 && guard->scope == scope && (guard->events & events) != 0) {
            put_guard(spec, out, guard);
        }
    }
}

static void put_return(struct text *out, const struct table *table, const char *event)
{
    const char *machine = table->needs_machine ? "m" : "";
    const char *comma = machine[0] != '\0' && table->needs_event ? ", " : "";
    put(out, "return %s%s(%s%s%s);\n", table_prefix(table->kind), table->name, machine, comma,
        table->needs_event ? event : "");
}

void put_call(struct text *out, const struct table *table)
{
    put_return(out, table, "event");
}

void put_call_for(const struct spec *spec, struct text *out, const struct table *table, int event)
{
    struct text constant = {0};
    put_constant(spec, &constant, "event", spec->event[event].name);
    put_return(out, table, constant.data);
    free_text(&constant);
}
