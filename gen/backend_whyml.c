/* WhyML: the machine as a module of WhyML, for theorems about histories. */
#include "backend.h"
#include "whyml_text.h"

#include <ctype.h>

static void put_types(const struct spec *spec, struct text *out)
{
    const struct domain *const answer[] = {&spec->action, &spec->error, &spec->reason};
    put(out, "\n");
    put_whyml_comment(out, "  ",
                      "Events: what the application calls, then what the engine reports.");
    put(out, "  type event =\n");
    for (size_t i = 0; i < spec->events; i++) {
        put(out, "    | ");
        put_constructor(out, "event", spec->event[i].name);
        put(out, "\n");
    }
    put(out, "\n");
    put_whyml_comment(out, "  ", "The fields of the machine.");
    for (size_t i = 0; i < spec->fields; i++) {
        put_type(out, &spec->field[i].domain);
    }
    put(out, "\n");
    put_whyml_comment(out, "  ", "The parts of an answer.");
    for (size_t i = 0; i < sizeof answer / sizeof answer[0]; i++) {
        put_type(out, answer[i]);
    }
}

static void put_records(const struct spec *spec, struct text *out)
{
    put(out, "\n  type state = {\n");
    for (size_t i = 0; i < spec->fields; i++) {
        const char *name = spec->field[i].domain.name;
        put(out, "    %s: %s;\n", name, name);
    }
    put(out, "  }\n\n");
    put_whyml_comment(out, "  ", "The machine after a step, and what the step answers.");
    put(out, "  type result = {\n    next: state;\n    action: action;\n    value: int;\n"
             "    error: error;\n    reason: reason;\n  }\n\n");
    put(out,
        "  let function answer (m: state) (action: action) (value: int) (error: error)\n"
        "    (reason: reason) : result =\n"
        "    { next = m; action = action; value = value; error = error; reason = reason }\n\n");
    put_whyml_comment(out, "  ", "A refusal changes nothing.");
    put(out, "  let function refuse (m: state) (reason: reason) : result =\n    answer m ");
    put_constructor(out, "action", spec->action.value[0]);
    put(out, " (-1) ");
    put_constructor(out, "error", spec->error.value[spec->refusal_error]);
    put(out, " reason\n\n  let constant %s_start : state = {\n", spec->machine.prefix);
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        put(out, "    %s = ", domain->name);
        put_constructor(out, domain->name, domain->value[spec->field[i].start]);
        put(out, ";\n");
    }
    put(out, "  }\n");
}

/* --- tables --------------------------------------------------------------------------------- */

static void put_next(const struct spec *spec, struct text *out, const struct rule *rule)
{
    size_t changes = 0;
    for (size_t i = 0; i < spec->fields; i++) {
        changes += rule->set[i] != KEEP;
    }
    if (changes == 0) {
        put(out, "m");
        return;
    }
    const char *before = changes < spec->fields ? "{ m with " : "{ ";
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            const struct domain *domain = &spec->field[i].domain;
            put(out, "%s%s = ", before, domain->name);
            put_constructor(out, domain->name, domain->value[rule->set[i]]);
            before = "; ";
        }
    }
    put(out, " }");
}

static void put_leaf(const struct spec *spec, struct text *out, const char *indent,
                     const struct table *table, const struct rule *rule)
{
    struct text words = {0};
    put_whyml_origin(out, indent, rule);
    if (table->kind == TABLE_QUERY) {
        put(&words, "%d", rule->value);
    } else if (rule->see != NULL) {
        put(&words, "%s%s ", table_prefix(rule->see->kind), rule->see->name);
        put_next(spec, &words, rule);
        put(&words, "%s", rule->see->needs_event ? " event" : "");
    } else {
        put(&words, "answer ");
        put_next(spec, &words, rule);
        put(&words, " ");
        put_constructor(&words, "action", spec->action.value[rule->action]);
        put(&words, rule->value < 0 ? " (%d) " : " %d ", rule->value);
        put_constructor(&words, "error", spec->error.value[rule->error]);
        put(&words, " ");
        put_constructor(&words, "reason", spec->reason.value[rule->reason]);
    }
    put_filled(out, indent, words.data);
    free_text(&words);
}

static void put_node(const struct spec *spec, struct text *out, const char *indent,
                     const struct table *table, const struct node *node)
{
    if (node->rule != NULL) {
        put_leaf(spec, out, indent, table, node->rule);
        return;
    }
    struct text deeper = {0};
    uint64_t all = 0;
    for (size_t i = 0; i < node->branches; i++) {
        all |= node->branch[i].set;
    }
    bool is_whole =
        node->variable < spec->fields && all == full(spec->field[node->variable].domain.values);
    put(&deeper, "%s  ", indent);
    put_match(spec, out, indent, node->variable);
    for (size_t i = 0; i < node->branches; i++) {
        const struct branch *branch = &node->branch[i];
        bool is_rest = branch->test == TEST_ELSE && !is_whole;
        put_pattern(spec, out, indent, node->variable, is_rest ? 0 : branch->set);
        put_node(spec, out, deeper.data, table, branch->node);
    }
    put(out, "%send\n", indent);
    free_text(&deeper);
}

static void put_table(const struct spec *spec, struct text *out, const struct table *table)
{
    struct text words = {0};
    if (table->intro != NULL) {
        put(&words, "%s %s: ", kind_name(table->kind), table->name);
    }
    put(&words, "%s", summary(spec, table));
    put(out, "\n");
    put_whyml_comment(out, "  ", words.data);
    free_text(&words);
    if (table->kind == TABLE_QUERY) {
        put(out, "  let function %s_%s (m: state) : int =\n", spec->machine.prefix, table->name);
        put_node(spec, out, "    ", table, table->tree);
        return;
    }
    put(out, "  let function %s%s (m: state)%s : result =\n", table_prefix(table->kind),
        table->name, table->needs_event ? " (event: event)" : "");
    size_t open =
        put_whyml_guards(spec, out, SCOPE_LISTED, table->kind == TABLE_CALL ? table->events : 0);
    put_node(spec, out, "    ", table, table->tree);
    put_ends(out, open);
}

/* A function stands after those it calls. */
static void put_table_after(const struct spec *spec, struct text *out, const struct table *table,
                            bool *written)
{
    size_t number = (size_t)(table - spec->table);
    if (written[number]) {
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

/* --- the frame around them ------------------------------------------------------------------ */

static void put_whyml_call(struct text *out, const struct table *table)
{
    put(out, "      %s%s m%s\n", table_prefix(table->kind), table->name,
        table->needs_event ? " event" : "");
}

static void put_on_call(const struct spec *spec, struct text *out)
{
    const struct table *last = spec->call_table[spec->last_call];
    put(out, "\n");
    put_whyml_comment(out, "  ", "A call of the application: each has a table of its own.");
    put(out, "  let function on_call (m: state) (event: event) : result =\n");
    size_t open = put_whyml_guards(spec, out, SCOPE_CALLS, UINT64_MAX);
    put_match(spec, out, "    ", spec->fields);
    for (size_t i = 0; i < spec->events; i++) {
        const struct table *table = spec->call_table[i];
        bool repeats = i > 0 && table == spec->call_table[i - 1];
        if (table == NULL || repeats || table == last || (int)i == spec->clear_event) {
            continue;
        }
        put_pattern(spec, out, "    ", spec->fields, table->events);
        put_whyml_call(out, table);
    }
    put_pattern(spec, out, "    ", spec->fields, 0);
    put_whyml_call(out, last);
    put_ends(out, open + 1);
}

static void put_on_outcome(const struct spec *spec, struct text *out)
{
    size_t busy = (size_t)spec->busy_field;
    put(out, "\n");
    put_whyml_comment(out, "  ", "An outcome of the engine: its action has a table of its own.");
    put(out, "  let function on_outcome (m: state) (event: event) : result =\n");
    put_match(spec, out, "    ", busy);
    for (size_t i = 0; i < spec->field[busy].domain.values; i++) {
        put_pattern(spec, out, "    ", busy, UINT64_C(1) << i);
        put_whyml_call(out, spec->outcome_table[i]);
    }
    put_ends(out, 1);
}

static void put_step(const struct spec *spec, struct text *out)
{
    uint64_t clear = UINT64_C(1) << spec->clear_event, calls = 0;
    for (size_t i = 0; i < spec->events; i++) {
        calls |= spec->event[i].group == GROUP_CALL ? UINT64_C(1) << i : 0;
    }
    put(out, "\n  let function %s_step (m: state) (event: event) : result =\n",
        spec->machine.prefix);
    put_match(spec, out, "    ", spec->fields);
    put_pattern(spec, out, "    ", spec->fields, clear);
    put_whyml_call(out, spec->call_table[spec->clear_event]);
    put_pattern(spec, out, "    ", spec->fields, 0);
    size_t open = put_whyml_guards(spec, out, SCOPE_ALL, UINT64_MAX);
    put_match(spec, out, "    ", spec->fields);
    put_pattern(spec, out, "    ", spec->fields, calls & ~clear);
    put(out, "      on_call m event\n");
    put_pattern(spec, out, "    ", spec->fields, 0);
    put(out, "      on_outcome m event\n");
    put_ends(out, open + 2);
}

static void put_whyml_banner(const struct spec *spec, struct text *out)
{
    put(out,
        "(* %s, in WhyML.\n\n"
        "   Generated by endwell-gen from %s.\n"
        "   Do not edit: change the tables there, then `make regenerate`.\n"
        "   spec_sha256 %s\n\n",
        spec->machine.title, spec->sources, spec->digest);
    put(out,
        "   Here every field has one of its values and every event is on the list. What the core\n"
        "   answers to any other byte (%s) is proven of the C alone. *)\n",
        spec->guard[0].rule.id);
}

void write_whyml(const struct spec *spec, struct text *out)
{
    bool written[MAX_TABLES] = {false};
    put_whyml_banner(spec, out);
    put(out, "module %c%s\n\n  use int.Int\n", toupper((unsigned char)spec->machine.module[0]),
        spec->machine.module + 1);
    put_types(spec, out);
    put_records(spec, out);
    for (size_t i = 0; i < spec->tables; i++) {
        put_table_after(spec, out, &spec->table[i], written);
    }
    put_on_call(spec, out);
    put_on_outcome(spec, out);
    put_step(spec, out);
    put(out, "end\n");
}
