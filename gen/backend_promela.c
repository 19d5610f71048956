/* Promela: each decision table becomes one Promela inline, each row one option of an `if`. */
#include "backend.h"
#include "c_text.h"

static const char *indent(size_t depth)
{
    static const char spaces[] = "                                                ";
    size_t length = sizeof spaces - 1;
    return spaces + length - (4 * depth < length ? 4 * depth : length);
}

/* --- conditions and answers ----------------------------------------------------------------- */

static const char *domain_name(const struct spec *spec, size_t variable)
{
    return variable == spec->fields ? "event" : spec->field[variable].domain.name;
}

static void put_value(const struct spec *spec, struct text *out, size_t variable, size_t value)
{
    put_constant(spec, out, domain_name(spec, variable),
                 variable == spec->fields ? spec->event[value].name
                                          : spec->field[variable].domain.value[value]);
}

static void put_comparison(const struct spec *spec, struct text *out, size_t variable,
                           const char *sign, size_t value)
{
    put(out, "%s%s %s ", variable == spec->fields ? "" : "m.", domain_name(spec, variable), sign);
    put_value(spec, out, variable, value);
}

/* One run of consecutive values. */
static void put_run(const struct spec *spec, struct text *out, size_t variable, size_t first,
                    size_t last)
{
    if (first == last) {
        put_comparison(spec, out, variable, "==", first);
    } else if (first == 0) {
        put_comparison(spec, out, variable, "<=", last);
    } else {
        put(out, "(");
        put_comparison(spec, out, variable, ">=", first);
        put(out, " && ");
        put_comparison(spec, out, variable, "<=", last);
        put(out, ")");
    }
}

/* Options of an `if` are not tried in order, so each stands for its own values and no others. */
static void put_condition(const struct spec *spec, struct text *out, size_t variable, uint64_t set)
{
    struct branch branch;
    const char *joint = "";
    if (variable < spec->fields &&
        one_test(set, full(spec->field[variable].domain.values), false, &branch)) {
        put_comparison(spec, out, variable,
                       branch.test == TEST_IS ? "==" : "!=", (size_t)branch.value);
        return;
    }
    for (size_t first = 0; set >> first != 0; first++) {
        size_t last = first;
        if (set >> first & 1) {
            while (set >> last >> 1 & 1) {
                last++;
            }
            put(out, "%s", joint);
            put_run(spec, out, variable, first, last);
            joint = " || ";
            first = last;
        }
    }
}

static void put_option(const struct spec *spec, struct text *out, size_t depth, size_t variable,
                       uint64_t set)
{
    put(out, "%s:: ", indent(depth));
    put_condition(spec, out, variable, set);
    put(out, " ->\n");
}

static void put_machine_answer(const struct spec *spec, struct text *out, size_t depth,
                               const struct rule *rule)
{
    put(out, "%s", indent(depth));
    put_upper(out, spec->machine.prefix);
    put(out, "_ANSWER(r, %s, ", rule->id);
    put_upper(out, spec->action.value[rule->action]);
    put(out, ", %d, ", rule->value);
    put_upper(out, spec->error.value[rule->error]);
    put(out, ", ");
    put_upper(out, spec->reason.value[rule->reason]);
    put(out, ")\n");
}

static void put_hand_over(struct text *out, size_t depth, const struct table *table)
{
    put(out, "%s%s%s(m, event, r)\n", indent(depth), table_prefix(table->kind), table->name);
}

/* --- tables --------------------------------------------------------------------------------- */

static void put_row(const struct spec *spec, struct text *out, size_t depth,
                    const struct rule *rule)
{
    put_origin(out, indent(depth), rule);
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            put(out, "%sm.%s = ", indent(depth), spec->field[i].domain.name);
            put_value(spec, out, i, (size_t)rule->set[i]);
            put(out, ";\n");
        }
    }
    if (rule->see != NULL) {
        put_hand_over(out, depth, rule->see);
    } else {
        put_machine_answer(spec, out, depth, rule);
    }
}

static void put_rows(const struct spec *spec, struct text *out, size_t depth,
                     const struct node *node)
{
    if (node->rule != NULL) {
        put_row(spec, out, depth, node->rule);
        return;
    }
    put(out, "%sif\n", indent(depth));
    for (size_t i = 0; i < node->branches; i++) {
        const struct branch *branch = &node->branch[i];
        if (branch->test == TEST_ELSE) {
            put(out, "%s:: else ->\n", indent(depth));
        } else {
            put_option(spec, out, depth, node->variable, branch->set);
        }
        put_rows(spec, out, depth + 1, branch->node);
    }
    put(out, "%sfi\n", indent(depth));
}

/* Opens one `if` for each guard: what passes goes on in its else part. The depth inside. */
static size_t open_guards(const struct spec *spec, struct text *out, size_t depth, enum scope scope,
                          uint64_t events)
{
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->field >= 0 && guard->scope == scope && (guard->events & events) != 0) {
            put(out, "%sif\n", indent(depth));
            put_option(spec, out, depth, (size_t)guard->field, guard->rule.when[guard->field]);
            put_row(spec, out, depth + 1, &guard->rule);
            put(out, "%s:: else ->\n", indent(depth));
            depth++;
        }
    }
    return depth;
}

static void close_guards(struct text *out, size_t depth, size_t outside)
{
    while (depth-- > outside) {
        put(out, "%sfi\n", indent(depth));
    }
}

static void put_table(const struct spec *spec, struct text *out, const struct table *table)
{
    struct text words = {0};
    if (table->intro != NULL) {
        put(&words, "%s %s: ", kind_name(table->kind), table->name);
    }
    put(&words, "%s", summary(spec, table));
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    put(out, "inline %s%s(m, event, r)\n{\n", table_prefix(table->kind), table->name);
    size_t depth =
        open_guards(spec, out, 1, SCOPE_LISTED, table->kind == TABLE_CALL ? table->events : 0);
    put_rows(spec, out, depth, table->tree);
    close_guards(out, depth, 1);
    put(out, "}\n");
}

/* --- alphabets ------------------------------------------------------------------------------ */

static void put_numbers(const struct spec *spec, struct text *out, const struct domain *domain)
{
    struct text words = {0};
    put(&words, "%s: %s", domain->name, domain->meaning);
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    for (size_t i = 0; i < domain->values; i++) {
        put(out, "#define ");
        put_constant(spec, out, domain->name, domain->value[i]);
        put(out, " %zu\n", i);
    }
}

static void put_alphabets(const struct spec *spec, struct text *out)
{
    put(out, "\n/* Events: the calls of the application, then the outcomes of the engine. */\n");
    for (size_t i = 0; i < spec->events; i++) {
        put(out, "#define ");
        put_constant(spec, out, "event", spec->event[i].name);
        put(out, " %zu\n", i);
    }
    for (size_t i = 0; i < spec->fields; i++) {
        put_numbers(spec, out, &spec->field[i].domain);
    }
    put_numbers(spec, out, &spec->action);
    put_numbers(spec, out, &spec->error);
    put_numbers(spec, out, &spec->reason);
}

static void put_row_number(const struct spec *spec, struct text *out, const struct rule *rule,
                           size_t *number)
{
    if (rule->see == NULL) {
        put(out, "#define ");
        put_constant(spec, out, "row", rule->id);
        put(out, " %zu\n", ++*number);
    }
}

static void put_row_numbers(const struct spec *spec, struct text *out)
{
    size_t number = 0;
    put(out, "\n/* row: which one decided */\n#define ");
    put_constant(spec, out, "row", "none");
    put(out, " 0\n");
    for (size_t i = 0; i < spec->guards; i++) {
        put_row_number(spec, out, &spec->guard[i].rule, &number);
    }
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *table = &spec->table[i];
        for (size_t k = 0; table->kind != TABLE_QUERY && k < table->rules; k++) {
            put_row_number(spec, out, &table->rule[k], &number);
        }
    }
}

static void put_types(const struct spec *spec, struct text *out)
{
    struct text upper = {0};
    put_upper(&upper, spec->machine.prefix);
    const char *const prefix = upper.data;
    put(out,
        "\n/* While the action is not %s_ACTION_RETURN the call goes on. */\n"
        "typedef %s_result {\n    byte action;\n    short value;\n    byte error;\n"
        "    byte reason;\n    byte row\n}\n\n"
        "#define %s_ANSWER(r, decides, asks, returns, class, why) \\\n"
        "    r.row = %s_ROW_##decides; r.action = %s_ACTION_##asks; r.value = returns; \\\n"
        "    r.error = %s_ERROR_##class; r.reason = %s_REASON_##why\n",
        prefix, spec->machine.prefix, prefix, prefix, prefix, prefix, prefix);
    free_text(&upper);
}

static void put_machine(const struct spec *spec, struct text *out)
{
    put(out, "\ntypedef %s_machine {\n", spec->machine.prefix);
    for (size_t i = 0; i < spec->fields; i++) {
        put(out, "    byte %s%s\n", spec->field[i].domain.name, i + 1 < spec->fields ? ";" : "");
    }
    put(out, "}\n\ninline %s_init(m)\n{\n", spec->machine.prefix);
    for (size_t i = 0; i < spec->fields; i++) {
        put(out, "    m.%s = ", spec->field[i].domain.name);
        put_value(spec, out, i, spec->field[i].start);
        put(out, "%s\n", i + 1 < spec->fields ? ";" : "");
    }
    put(out, "}\n\n/* Whether each field has one of its values. */\n");
    put(out, "#define %s_in_range(m) \\\n    (", spec->machine.prefix);
    for (size_t i = 0; i < spec->fields; i++) {
        put(out, "%s", i > 0 ? " && \\\n     " : "");
        put_comparison(spec, out, i, "<=", spec->field[i].domain.values - 1);
    }
    put(out, ")\n");
}

/* --- the step ------------------------------------------------------------------------------- */

static void put_on_call(const struct spec *spec, struct text *out)
{
    put(out, "\n/* A call of the application: each has a table of its own. */\n");
    put(out, "inline on_call(m, event, r)\n{\n");
    size_t depth = open_guards(spec, out, 1, SCOPE_CALLS, UINT64_MAX);
    put(out, "%sif\n", indent(depth));
    for (size_t i = 0; i < spec->events; i++) {
        const struct table *table = spec->call_table[i];
        bool repeats = i > 0 && table == spec->call_table[i - 1];
        if (table != NULL && !repeats && (int)i != spec->clear_event) {
            put_option(spec, out, depth, spec->fields, table->events);
            put_hand_over(out, depth + 1, table);
        }
    }
    put(out, "%sfi\n", indent(depth));
    close_guards(out, depth, 1);
    put(out, "}\n");
}

static void put_on_outcome(const struct spec *spec, struct text *out)
{
    size_t busy = (size_t)spec->busy_field;
    put(out, "\n/* An outcome of the engine: its action has a table of its own. */\n");
    put(out, "inline on_outcome(m, event, r)\n{\n    if\n");
    for (size_t i = 0; i < spec->field[busy].domain.values; i++) {
        put_option(spec, out, 1, busy, UINT64_C(1) << i);
        put_hand_over(out, 2, spec->outcome_table[i]);
    }
    put(out, "    fi\n}\n");
}

static void put_step(const struct spec *spec, struct text *out)
{
    uint64_t clear = UINT64_C(1) << spec->clear_event;
    uint64_t calls = full((size_t)spec->last_call + 1) & ~clear;
    uint64_t outcomes = full(spec->events) & ~calls & ~clear;
    struct rule unknown = {
        .id = "NONE", .value = -1, .error = spec->refusal_error, .reason = spec->reason_unknown};
    put(out, "\n/* Answers one event in `r`; only m and r change. */\n");
    put(out, "inline %s_step(m, event, r)\n{\n    if\n", spec->machine.prefix);
    put_option(spec, out, 1, spec->fields, clear);
    put_hand_over(out, 2, spec->call_table[spec->clear_event]);
    put(out, "    :: else ->\n        if\n        :: !%s_in_range(m) ->\n", spec->machine.prefix);
    put_row(spec, out, 3, &spec->guard[0].rule);
    put(out, "        :: else ->\n");
    size_t depth = open_guards(spec, out, 3, SCOPE_ALL, UINT64_MAX);
    put(out, "%sif\n", indent(depth));
    put_option(spec, out, depth, spec->fields, calls);
    put(out, "%son_call(m, event, r)\n", indent(depth + 1));
    put_option(spec, out, depth, spec->fields, outcomes);
    put(out, "%son_outcome(m, event, r)\n", indent(depth + 1));
    put(out, "%s:: else ->\n", indent(depth));
    put_machine_answer(spec, out, depth + 1, &unknown);
    put(out, "%sfi\n", indent(depth));
    close_guards(out, depth, 1);
    put(out, "}\n");
}

/* Rows do not overlap, so that an answer is the sum of what each row adds. */
static void put_promela_query(const struct spec *spec, struct text *out, const struct table *table)
{
    const char *plus = "";
    put(out, "\n");
    put_comment(out, "", summary(spec, table));
    put(out, "#define %s_%s(m) \\\n    (", spec->machine.prefix, table->name);
    for (size_t i = 0; i < table->rules; i++) {
        const struct rule *rule = &table->rule[i];
        if (rule->value == 0) {
            continue;
        }
        put(out, "%s/* %s: ", plus, rule->id);
        put_clauses(out, rule);
        put(out, " */ \\\n     (");
        for (size_t k = 0; k < table->columns; k++) {
            put(out, "%s(", k > 0 ? " && " : "");
            put_condition(spec, out, (size_t)table->column[k], rule->when[table->column[k]]);
            put(out, ")");
        }
        put(out, " -> %d : 0)", rule->value);
        plus = " + \\\n     ";
    }
    put(out, "%s)\n", plus[0] == '\0' ? "0" : "");
}

void write_promela(const struct spec *spec, struct text *out)
{
    const struct table *table[MAX_TABLES];
    size_t tables = order_tables(spec, table);
    put_banner(spec, out, ", in Promela");
    put_alphabets(spec, out);
    put_row_numbers(spec, out);
    put_types(spec, out);
    put_machine(spec, out);
    for (size_t i = 0; i < tables; i++) {
        put_table(spec, out, table[i]);
    }
    put_on_call(spec, out);
    put_on_outcome(spec, out);
    put_step(spec, out);
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_QUERY) {
            put_promela_query(spec, out, &spec->table[i]);
        }
    }
}
