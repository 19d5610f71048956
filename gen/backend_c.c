/* ew_core.c: each decision table becomes one function, each row one leaf. */
#include "backend.h"
#include "c_text.h"
#include "tree.h"

#include <string.h>

static const char *const step_of[] = {"    ", "        ", "            ", "                "};

static const char *indent_at(size_t depth)
{
    size_t deepest = sizeof step_of / sizeof step_of[0] - 1;
    return step_of[depth < deepest ? depth : deepest];
}

static void put_refuse(const struct spec *spec, struct text *out, int reason)
{
    put(out, "return refuse(");
    put_constant(out, "reason", spec->reason.value[reason]);
    put(out, ");\n");
}

static void put_origin(struct text *out, const char *indent, const struct rule *rule)
{
    struct text words = {0};
    put(&words, "%s: ", rule->id);
    put_clauses(&words, rule);
    put_comment(out, indent, words.data);
    free_text(&words);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void put_test(const struct spec *spec, struct text *out, const char *indent,
                     size_t variable, const struct branch *branch)
{
    static const char *const sign[] = {"==", "!=", "<="};
    put(out, "%sif (", indent);
    if (variable == spec->fields) {
        put(out, "event %s ", sign[branch->test]);
        put_constant(out, "event", spec->event[branch->value].name);
    } else {
        const struct domain *domain = &spec->field[variable].domain;
        put(out, "m->%s %s ", domain->name, sign[branch->test]);
        put_constant(out, domain->name, domain->value[branch->value]);
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
    put_refuse(spec, out, guard->rule.reason);
    put(out, "    }\n");
}

static void put_guards(const struct spec *spec, struct text *out, enum scope scope,
                       uint64_t events)
{
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->field >= 0 && guard->scope == scope && (guard->events & events) != 0) {
            put_guard(spec, out, guard);
        }
    }
}

/* --- decision tables ------------------------------------------------------------------------ */

static bool uses_machine(const struct spec *spec, const struct table *table)
{
    for (size_t i = 0; i < table->rules; i++) {
        const struct rule *rule = &table->rule[i];
        for (size_t k = 0; k < spec->fields; k++) {
            if (rule->set[k] != KEEP || rule->when[k] != full(spec->field[k].domain.values)) {
                return true;
            }
        }
        if (rule->see != NULL && uses_machine(spec, rule->see)) {
            return true;
        }
    }
    for (size_t i = 0; table->kind == TABLE_CALL && i < spec->guards; i++) {
        if (spec->guard[i].scope == SCOPE_LISTED && (spec->guard[i].events & table->events)) {
            return true;
        }
    }
    return false;
}

static void put_call(const struct spec *spec, struct text *out, const struct table *table)
{
    const char *machine = uses_machine(spec, table) ? "m" : "";
    const char *comma = machine[0] != '\0' && table->needs_event ? ", " : "";
    put(out, "return %s%s(%s%s%s);\n", table_prefix(table->kind), table->name, machine, comma,
        table->needs_event ? "event" : "");
}

static void put_leaf(const struct spec *spec, struct text *out, const char *indent,
                     const struct rule *rule)
{
    put_origin(out, indent, rule);
    bool changes = false;
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            const struct domain *domain = &spec->field[i].domain;
            put(out, "%sm->%s = ", indent, domain->name);
            put_constant(out, domain->name, domain->value[rule->set[i]]);
            put(out, ";\n");
            changes = true;
        }
    }
    put(out, "%s", indent);
    if (rule->see != NULL) {
        put_call(spec, out, rule->see);
    } else if (rule->action != 0) {
        put(out, "return ask(");
        put_constant(out, "action", spec->action.value[rule->action]);
        put(out, ");\n");
    } else if (!changes && rule->value == -1 && rule->error == spec->error_ssl) {
        put_refuse(spec, out, rule->reason);
    } else {
        put(out, "return reply(%d, ", rule->value);
        put_constant(out, "error", spec->error.value[rule->error]);
        put(out, ", ");
        put_constant(out, "reason", spec->reason.value[rule->reason]);
        put(out, ");\n");
    }
}

static void put_node(const struct spec *spec, struct text *out, const struct node *node,
                     size_t depth)
{
    const char *indent = indent_at(depth);
    if (node->rule != NULL) {
        put_leaf(spec, out, indent, node->rule);
        return;
    }
    for (size_t i = 0; i < node->branches; i++) {
        const struct branch *branch = &node->branch[i];
        if (branch->test == TEST_ELSE) {
            put_node(spec, out, branch->node, depth);
            continue;
        }
        put_test(spec, out, indent, node->variable, branch);
        put_node(spec, out, branch->node, depth + 1);
        put(out, "%s}\n", indent);
    }
}

static void put_table(const struct spec *spec, struct text *out, const struct table *table)
{
    struct text words = {0};
    put(&words, "%s %s: %s", kind_name(table->kind), table->name, summary(spec, table));
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    const char *machine = uses_machine(spec, table) ? "ew_machine *m" : "";
    const char *event = table->needs_event ? "uint8_t event" : "";
    const char *comma = machine[0] != '\0' && event[0] != '\0' ? ", " : "";
    const char *nothing = machine[0] == '\0' && event[0] == '\0' ? "void" : "";
    put(out, "static ew_result %s%s(%s%s%s%s)\n{\n", table_prefix(table->kind), table->name,
        machine, comma, event, nothing);
    put_guards(spec, out, SCOPE_LISTED, table->kind == TABLE_CALL ? table->events : 0);
    put_node(spec, out, table->tree, 0);
    put(out, "}\n");
}

/* A function stands after those it calls. */
static void put_table_after(const struct spec *spec, struct text *out, const struct table *table,
                            bool *written)
{
    size_t number = (size_t)(table - spec->table);
    if (written[number] || table->kind == TABLE_QUERY) {
        return;
    }
    written[number] = true;
    for (size_t i = 0; i < table->rules; i++) {
        if (table->rule[i].see != NULL) {
            put_table_after(spec, out, table->rule[i].see, written);
        }
    }
    put_table(spec, out, table);
}

/* --- the frame ------------------------------------------------------------------------------ */

static const char helpers[] =
    "\n"
    "/* The call is over. */\n"
    "static ew_result reply(int8_t value, uint8_t error, uint8_t reason)\n"
    "{\n"
    "    ew_result r;\n"
    "    r.action = EW_ACTION_RETURN;\n"
    "    r.value = value;\n"
    "    r.error = error;\n"
    "    r.reason = reason;\n"
    "    return r;\n"
    "}\n"
    "\n"
    "/* The engine is to act, and to report the outcome. */\n"
    "static ew_result ask(uint8_t action)\n"
    "{\n"
    "    ew_result r;\n"
    "    r.action = action;\n"
    "    r.value = 0;\n"
    "    r.error = EW_ERROR_NONE;\n"
    "    r.reason = EW_REASON_NONE;\n"
    "    return r;\n"
    "}\n"
    "\n"
    "/* Nothing was done, and nothing has changed. */\n"
    "static ew_result refuse(uint8_t reason)\n"
    "{\n"
    "    return reply(-1, EW_ERROR_SSL, reason);\n"
    "}\n";

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
        put_call(spec, out, table);
        put(out, "    }\n");
    }
    put(out, "    ");
    put_call(spec, out, last);
    put(out, "}\n");
}

static void put_on_outcome(const struct spec *spec, struct text *out)
{
    size_t busy = (size_t)spec->busy_field;
    size_t values = spec->field[busy].domain.values;
    put(out, "\n/* An outcome of the engine: the action it belongs to has a table of its own. */\n");
    put(out, "static ew_result on_outcome(ew_machine *m, uint8_t event)\n{\n");
    for (size_t i = 0; i + 1 < values; i++) {
        struct branch branch = {.test = TEST_IS, .value = (int)i};
        put_test(spec, out, "    ", busy, &branch);
        put(out, "        ");
        put_call(spec, out, spec->outcome_table[i]);
        put(out, "    }\n");
    }
    put(out, "    ");
    put_call(spec, out, spec->outcome_table[values - 1]);
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
    put_call(spec, out, spec->call_table[spec->clear_event]);
    put(out, "    }\n");
    for (size_t i = 0; i < spec->fields; i++) {
        if (opens_group(spec, i)) {
            put(out, "    if (%s_in_range(m) == 0) {\n", spec->field[i].group);
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

/* --- queries -------------------------------------------------------------------------------- */

static bool has_answer(const struct node *node)
{
    if (node->rule != NULL) {
        return node->rule->value != 0;
    }
    for (size_t i = 0; i < node->branches; i++) {
        if (has_answer(node->branch[i].node)) {
            return true;
        }
    }
    return false;
}

/* Every value is tested by name, so that one out of range falls through to 0, the safe answer. */
static void put_answers(const struct spec *spec, struct text *out, const struct node *node,
                        size_t depth)
{
    if (node->rule != NULL) {
        put_origin(out, indent_at(depth), node->rule);
        put(out, "%sreturn %d;\n", indent_at(depth), node->rule->value);
        return;
    }
    for (size_t i = 0; i < node->branches; i++) {
        struct branch branch = node->branch[i];
        if (has_answer(branch.node)) {
            branch.test = TEST_IS;
            put_test(spec, out, indent_at(depth), node->variable, &branch);
            put_answers(spec, out, branch.node, depth + 1);
            put(out, "%s}\n", indent_at(depth));
        }
    }
}

static void put_query(const struct spec *spec, struct text *out, const struct table *table)
{
    put(out, "\nuint8_t ew_%s(const ew_machine *m)\n{\n", table->name);
    put_answers(spec, out, table->tree, 0);
    struct text words = {0};
    for (size_t i = 0; i < table->rules; i++) {
        if (table->rule[i].value == 0) {
            put(&words, "%s: ", table->rule[i].id);
            put_clauses(&words, &table->rule[i]);
            put(&words, "; ");
        }
    }
    put(&words, "and a byte out of range");
    put_comment(out, "    ", words.data);
    put(out, "    return 0;\n}\n");
    free_text(&words);
}

void write_c_source(const struct spec *spec, struct text *out)
{
    bool written[MAX_TABLES] = {false};
    put_banner(spec, out, "Endwell: the close of a TLS connection as a state machine.");
    put(out, "#include \"ew_core.h\"\n#include \"ew_contracts.h\"\n%s", helpers);
    for (size_t i = 0; i < spec->fields; i++) {
        if (opens_group(spec, i)) {
            put_range_check(spec, out, spec->field[i].group);
        }
    }
    for (size_t i = 0; i < spec->tables; i++) {
        put_table_after(spec, out, &spec->table[i], written);
    }
    put_on_call(spec, out);
    put_on_outcome(spec, out);
    put_init(spec, out);
    put_step(spec, out);
    put_wrappers(spec, out);
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_QUERY) {
            put_query(spec, out, &spec->table[i]);
        }
    }
}
