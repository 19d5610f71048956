/* The frame of the core around the tables: range checks, dispatch, public functions. */
#include "c_text.h"

/* The first field of each group. */
static bool opens_group(const struct spec *spec, size_t field)
{
    for (size_t i = 0; i < field; i++) {
        if (same(spec->field[i].group, spec->field[field].group)) {
            return false;
        }
    }
    return true;
}

static void put_range_check(const struct spec *spec, struct text *out, const char *group)
{
    put(out, "\n/* 1 if each field of the group `%s` has one of its values, else 0. */\n", group);
    put(out, "static uint8_t %s_in_range(const ew_machine *m)\n{\n", group);
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        if (same(spec->field[i].group, group)) {
            put(out, "    if (m->%s > ", domain->name);
            put_constant(out, domain->name, domain->value[domain->values - 1]);
            put(out, ") {\n        return 0;\n    }\n");
        }
    }
    put(out, "    return 1;\n}\n");
}

static void put_on_call(const struct spec *spec, struct text *out)
{
    put(out, "\n/* A call of the application: each has a table of its own. */\n");
    put(out, "static ew_result on_call(ew_machine *m, uint8_t event)\n{\n");
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

static void put_on_outcome(const struct spec *spec, struct text *out)
{
    size_t busy = (size_t)spec->busy_field;
    size_t values = spec->field[busy].domain.values;
    put(out, "\n/* An outcome of the engine: its action has a table of its own. */\n");
    put(out, "static ew_result on_outcome(ew_machine *m, uint8_t event)\n{\n");
    for (size_t i = 0; i + 1 < values; i++) {
        struct branch branch = {.test = TEST_IS, .value = (int)i};
        put_test(spec, out, "    ", busy, &branch);
        put(out, "        ");
        put_call(out, spec->outcome_table[i]);
        put(out, "    }\n");
    }
    put(out, "    ");
    put_call(out, spec->outcome_table[values - 1]);
    put(out, "}\n");
}

static void put_init(const struct spec *spec, struct text *out)
{
    put(out, "\nvoid ew_init(ew_machine *m)\n{\n");
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        put(out, "    m->%s = ", domain->name);
        put_constant(out, domain->name, domain->value[spec->field[i].start]);
        put(out, ";\n");
    }
    put(out, "}\n");
}

static void put_step(const struct spec *spec, struct text *out)
{
    struct branch branch = {.test = TEST_IS, .value = spec->clear_event};
    put(out, "\new_result ew_step(ew_machine *m, uint8_t event)\n{\n");
    put_test(spec, out, "    ", spec->fields, &branch);
    put(out, "        ");
    put_call(out, spec->call_table[spec->clear_event]);
    put(out, "    }\n");
    for (size_t i = 0; i < spec->fields; i++) {
        if (opens_group(spec, i)) {
            put(out, "    if (%s_in_range(m) == 0u) {\n", spec->field[i].group);
            put_origin(out, "        ", &spec->guard[0].rule);
            put(out, "        ");
            put_refuse(spec, out, spec->guard[0].rule.reason);
            put(out, "    }\n");
        }
    }
    put_guards(spec, out, SCOPE_ALL, UINT64_MAX);
    branch.test = TEST_UP_TO;
    branch.value = spec->last_call > spec->clear_event ? spec->last_call : spec->clear_event;
    put_test(spec, out, "    ", spec->fields, &branch);
    put(out, "        return on_call(m, event);\n    }\n");
    branch.value = (int)spec->events - 1;
    put_test(spec, out, "    ", spec->fields, &branch);
    put(out, "        return on_outcome(m, event);\n    }\n    ");
    put_refuse(spec, out, spec->reason_unknown);
    put(out, "}\n");
}

static void put_wrappers(const struct spec *spec, struct text *out)
{
    for (size_t i = 0; i < spec->events; i++) {
        if (spec->event[i].group == GROUP_CALL) {
            put(out, "\new_result ew_%s(ew_machine *m)\n{\n    return ew_step(m, ",
                spec->event[i].name);
            put_constant(out, "event", spec->event[i].name);
            put(out, ");\n}\n");
        }
    }
}

void put_frame_before(const struct spec *spec, struct text *out)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (opens_group(spec, i)) {
            put_range_check(spec, out, spec->field[i].group);
        }
    }
}

void put_frame_after(const struct spec *spec, struct text *out)
{
    put_on_call(spec, out);
    put_on_outcome(spec, out);
    put_init(spec, out);
    put_step(spec, out);
    put_wrappers(spec, out);
}
