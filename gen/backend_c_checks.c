/*
 * The functions of the core that look at the whole machine: which guards it passes.
 *
 * A field of two values is in range if its half is 0, and several are if their halves joined are 0:
 * one comparison for all of them, which compilers turn into one operation a field, and nothing
 * about bits that a prover would have to know.
 */
#include "c_text.h"

/* The one value of a field that the guards together let pass; -1 where they leave it more. */
static int only_value(const struct spec *spec, size_t field)
{
    uint64_t left = full(spec->field[field].domain.values);
    for (size_t i = 0; i < spec->guards; i++) {
        if (spec->guard[i].field == (int)field) {
            left &= ~spec->guard[i].rule.when[field];
        }
    }
    int value = 0;
    while (value < MAX_VALUES && left != UINT64_C(1) << value) {
        value++;
    }
    return value < MAX_VALUES ? value : -1;
}

static void put_check(const struct spec *spec, struct text *out, const char *indent,
                      const struct domain *domain, const char *sign, int value)
{
    put(out, "%sif (m->%s %s ", indent, domain->name, sign);
    put_constant(spec, out, domain->name, domain->value[value]);
    put(out, ") {\n");
}

/* Whether fields of two values are worth looking at together. */
static bool has_halves(const struct spec *spec)
{
    size_t halves = 0;
    for (size_t i = 0; i < spec->fields; i++) {
        halves += spec->field[i].domain.values == 2;
    }
    return halves > 1;
}

/* The declaration stands first in its function; what follows is for a machine that does not pass. */
static void put_halves(const struct spec *spec, struct text *out)
{
    const char *lead = "    uint32_t halves =";
    for (size_t i = 0; i < spec->fields; i++) {
        if (spec->field[i].domain.values == 2) {
            put(out, "%s m->%s / 2u;\n", lead, spec->field[i].domain.name);
            lead = "    halves |=";
        }
    }
    put(out, "    if (halves != 0u) {\n");
}

static struct branch test_of(const struct spec *spec, const struct guard *guard)
{
    struct branch branch;
    size_t field = (size_t)guard->field;
    one_test(guard->rule.when[field], full(spec->field[field].domain.values), false, &branch);
    return branch;
}

/* The field whose range is looked at after its guard: that of the only guard for all events. */
static int late_field(const struct spec *spec)
{
    int field = -1;
    for (size_t i = 1; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->scope == SCOPE_ALL) {
            bool is_only = field < 0 && test_of(spec, guard).test == TEST_IS_NOT;
            field = is_only ? guard->field : (int)spec->fields;
        }
    }
    return field;
}

static void put_ranges(const struct spec *spec, struct text *out)
{
    int late = late_field(spec);
    if (has_halves(spec)) {
        put_halves(spec, out);
        put_origin(out, "        ", &spec->guard[0].rule);
        put(out, "        ");
        put_answer(spec, out, &spec->guard[0].rule);
        put(out, "    }\n");
    }
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        if ((int)i != late && !(has_halves(spec) && domain->values == 2)) {
            put_check(spec, out, "    ", domain, ">", (int)domain->values - 1);
            put_origin(out, "        ", &spec->guard[0].rule);
            put(out, "        ");
            put_answer(spec, out, &spec->guard[0].rule);
            put(out, "    }\n");
        }
    }
}

/* A guard for all events; a late field out of range does not pass it, and for another reason. */
static void put_alive(const struct spec *spec, struct text *out, const struct guard *guard)
{
    size_t field = (size_t)guard->field;
    const struct domain *domain = &spec->field[field].domain;
    struct branch branch = test_of(spec, guard);
    put_test(spec, out, "    ", field, &branch);
    if (guard->field == late_field(spec)) {
        put_check(spec, out, "        ", domain, ">", (int)domain->values - 1);
        put_origin(out, "            ", &spec->guard[0].rule);
        put(out, "            ");
        put_answer(spec, out, &spec->guard[0].rule);
        put(out, "        }\n");
    }
    put_origin(out, "        ", &guard->rule);
    put(out, "        ");
    put_answer(spec, out, &guard->rule);
    put(out, "    }\n");
}

static void put_refusals(const struct spec *spec, struct text *out)
{
    put(out, "\n/* How an event is refused, whatever it is; the first answer if it is not. */\n");
    put(out, "static inline %s_answer refusal(const %s_machine *m, uint8_t event)\n{\n",
        spec->machine.prefix, spec->machine.prefix);
    put_ranges(spec, out);
    for (size_t i = 1; i < spec->guards; i++) {
        if (spec->guard[i].scope == SCOPE_ALL) {
            put_alive(spec, out, &spec->guard[i]);
        }
    }
    put(out, "    if (event > ");
    put_constant(spec, out, "event", spec->event[spec->events - 1].name);
    put(out, ") {\n        ");
    put_unknown(spec, out);
    put(out, "    }\n    ");
    put_first_answer(spec, out);
    put(out, "}\n");
}

/* Whether one look finds that every guard passes: each is for this call, and leaves one value. */
bool is_quick(const struct spec *spec, int event)
{
    bool is_it = event == 0 && event != spec->clear_event;
    for (size_t i = 1; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        bool is_for_it =
            guard->scope != SCOPE_LISTED || (guard->events & UINT64_C(1) << event) != 0;
        is_it = is_it && is_for_it && only_value(spec, (size_t)guard->field) >= 0;
    }
    return is_it && spec->event[event].group == GROUP_CALL;
}

static void put_is_open(const struct spec *spec, struct text *out)
{
    put(out, "\n/* 1 if every guard passes, else 0. */\n");
    put(out, "static inline uint8_t is_open(const %s_machine *m)\n{\n", spec->machine.prefix);
    if (has_halves(spec)) {
        put_halves(spec, out);
        put(out, "        return 0;\n    }\n");
    }
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        int only = only_value(spec, i);
        if (only >= 0) {
            put_check(spec, out, "    ", domain, "!=", only);
            put(out, "        return 0;\n    }\n");
        } else if (!(has_halves(spec) && domain->values == 2)) {
            put_check(spec, out, "    ", domain, ">", (int)domain->values - 1);
            put(out, "        return 0;\n    }\n");
        }
    }
    put(out, "    return 1;\n}\n");
}

void put_checks(const struct spec *spec, struct text *out)
{
    put_refusals(spec, out);
    if (is_quick(spec, 0)) {
        put_is_open(spec, out);
    }
}
