/* The frame of the core around the tables: dispatch, refusals, public functions. */
#include "c_text.h"

static void put_on_call(const struct spec *spec, struct text *out)
{
    put(out, "\n/* A call of the application: each has a table of its own. */\n");
    put(out, "static %s_answer on_call(%s_machine *m, uint8_t event)\n{\n", spec->machine.prefix,
        spec->machine.prefix);
    struct branch is_clear = {.test = TEST_IS, .value = spec->clear_event};
    put_test(spec, out, "    ", spec->fields, &is_clear);
    put(out, "        ");
    put_call(out, spec->call_table[spec->clear_event]);
    put(out, "    }\n");
    put_guards(spec, out, SCOPE_CALLS, UINT64_MAX);
    const struct table *last = spec->call_table[spec->last_call];
    for (size_t i = 0; i < spec->events; i++) {
        const struct table *table = spec->call_table[i];
        bool repeats = i > 0 && table == spec->call_table[i - 1];
        if (table == NULL || repeats || table == last || (int)i == spec->clear_event) {
            continue;
        }
        struct branch branch;
        one_test(table->events, UINT64_MAX << i, true, &branch);
        put_test(spec, out, "    ", spec->fields, &branch);
        put(out, "        ");
        put_call(out, table);
        put(out, "    }\n");
    }
    put(out, "    ");
    put_call(out, last);
    put(out, "}\n");
}

/* In the order of the pages, so that what an orderly close asks for can come first. */
static void put_on_outcome(const struct spec *spec, struct text *out)
{
    size_t busy = (size_t)spec->busy_field;
    size_t left = spec->field[busy].domain.values;
    put(out, "\n/* An outcome of the engine: its action has a table of its own. */\n");
    put(out, "static %s_answer on_outcome(%s_machine *m, uint8_t event)\n{\n", spec->machine.prefix,
        spec->machine.prefix);
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *table = &spec->table[i];
        if (table->kind != TABLE_OUTCOME) {
            continue;
        }
        struct branch branch = {.test = TEST_IS,
                                .value = find_value(&spec->field[busy].domain, table->name)};
        bool is_last = --left == 0;
        if (!is_last) {
            put_test(spec, out, "    ", busy, &branch);
        }
        put(out, is_last ? "    " : "        ");
        put_call(out, table);
        put(out, is_last ? "}\n" : "    }\n");
    }
}

static void put_init(const struct spec *spec, struct text *out)
{
    put(out, "\nvoid %s_init(%s_machine *m)\n{\n", spec->machine.prefix, spec->machine.prefix);
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        put(out, "    m->%s = ", domain->name);
        put_constant(spec, out, domain->name, domain->value[spec->field[i].start]);
        put(out, ";\n");
    }
    put(out, "}\n");
}

static void put_step(const struct spec *spec, struct text *out)
{
    struct branch is_clear = {.test = TEST_IS_NOT, .value = spec->clear_event};
    struct branch is_call = {.test = TEST_UP_TO};
    is_call.value = spec->last_call > spec->clear_event ? spec->last_call : spec->clear_event;
    const char *prefix = spec->machine.prefix;
    put(out, "\n%s_answer %s_step(%s_machine *m, uint8_t event)\n{\n", prefix, prefix, prefix);
    put(out, "    %s_answer refused = refusal(m, event);\n    if (refused != ", prefix);
    put_constant(spec, out, "answer", spec->answer[0].name);
    put(out, ") {\n");
    put_test(spec, out, "        ", spec->fields, &is_clear);
    put(out, "            return refused;\n        }\n    }\n");
    put_test(spec, out, "    ", spec->fields, &is_call);
    put(out, "        return on_call(m, event);\n    }\n    return on_outcome(m, event);\n}\n");
}

/* The first call goes to its table at once if it may; the step finds out why where it may not. */
static void put_quick(const struct spec *spec, struct text *out, int event)
{
    const char *prefix = spec->machine.prefix;
    put(out, "\n%s_answer %s_%s(%s_machine *m)\n{\n", prefix, prefix, spec->event[event].name,
        prefix);
    put(out, "    if (is_open(m) == 1u) {\n        ");
    put_call_for(spec, out, spec->call_table[event], event);
    put(out, "    }\n    return %s_step(m, ", prefix);
    put_constant(spec, out, "event", spec->event[event].name);
    put(out, ");\n}\n");
}

void put_frame(const struct spec *spec, struct text *out)
{
    put_on_call(spec, out);
    put_on_outcome(spec, out);
    put_init(spec, out);
    put_step(spec, out);
    for (size_t i = 0; i < spec->events; i++) {
        if (is_quick(spec, (int)i)) {
            put_quick(spec, out, (int)i);
        }
    }
}
