/* The source: each decision table becomes one function, each row one leaf. */
#include "backend.h"
#include "c_text.h"

static void put_changes(const struct spec *spec, struct text *out, const char *indent,
                        const struct rule *rule)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            const struct domain *domain = &spec->field[i].domain;
            put(out, "%sm->%s = ", indent, domain->name);
            put_constant(spec, out, domain->name, domain->value[rule->set[i]]);
            put(out, ";\n");
        }
    }
}

static void put_leaf(const struct spec *spec, struct text *out, const char *indent,
                     const struct rule *rule)
{
    put_origin(out, indent, rule);
    put_changes(spec, out, indent, rule);
    put(out, "%s", indent);
    if (rule->see != NULL) {
        put_call(out, rule->see);
    } else {
        put_answer(spec, out, rule);
    }
}

static bool changes_alike(const struct spec *spec, const struct rule *a, const struct rule *b)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (a->set[i] != b->set[i]) {
            return false;
        }
    }
    return true;
}

/* Whether two branches do the same for two events in a row, and answer in a row as well. */
static bool goes_on(const struct spec *spec, const struct branch *a, const struct branch *b)
{
    const struct rule *one = a->node->rule, *next = b->node->rule;
    return one != NULL && next != NULL && one->see == NULL && next->see == NULL &&
           a->test == TEST_IS && b->test == TEST_IS && b->value == a->value + 1 &&
           next->answer == one->answer + 1 && changes_alike(spec, one, next);
}

/*
 * How many branches from `first` on differ in nothing but an answer that counts up with the event,
 * where one comparison tells them from what is left: 1 if none does.
 */
static size_t run_of(const struct spec *spec, const struct node *node, size_t first)
{
    uint64_t left = 0, run = 0;
    size_t count = 1;
    struct branch branch;
    for (size_t i = first; i < node->branches; i++) {
        left |= node->branch[i].set;
    }
    while (node->variable == spec->fields && first + count < node->branches &&
           goes_on(spec, &node->branch[first + count - 1], &node->branch[first + count])) {
        count++;
    }
    for (size_t i = first; i < first + count; i++) {
        run |= node->branch[i].set;
    }
    return one_test(run, left, true, &branch) && branch.test == TEST_UP_TO ? count : 1;
}

static void put_run(const struct spec *spec, struct text *out, const struct branch *first,
                    size_t count, size_t depth)
{
    const struct rule *rule = first->node->rule;
    const struct branch *last = first + count - 1;
    struct branch up_to = {.test = TEST_UP_TO, .value = last->value};
    put_test(spec, out, indent_at(depth), spec->fields, &up_to);
    for (const struct branch *branch = first; branch <= last; branch++) {
        put_origin(out, indent_at(depth + 1), branch->node->rule);
    }
    put_changes(spec, out, indent_at(depth + 1), rule);
    put(out, "%sreturn (%s_answer)(", indent_at(depth + 1), spec->machine.prefix);
    put_constant(spec, out, "answer", spec->answer[rule->answer].name);
    put(out, " + (event - ");
    put_constant(spec, out, "event", spec->event[first->value].name);
    put(out, "));\n%s}\n", indent_at(depth));
}

static void put_node(const struct spec *spec, struct text *out, const struct node *node,
                     size_t depth)
{
    const char *indent = indent_at(depth);
    if (node->rule != NULL) {
        put_leaf(spec, out, indent, node->rule);
        return;
    }
    for (size_t i = 0; i < node->branches;) {
        const struct branch *branch = &node->branch[i];
        size_t count = run_of(spec, node, i);
        i += count;
        if (count > 1) {
            put_run(spec, out, branch, count, depth);
        } else if (branch->test == TEST_ELSE) {
            put_node(spec, out, branch->node, depth);
        } else {
            put_test(spec, out, indent, node->variable, branch);
            put_node(spec, out, branch->node, depth + 1);
            put(out, "%s}\n", indent);
        }
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
    const char *prefix = spec->machine.prefix;
    const char *type = table->needs_machine ? prefix : "";
    const char *machine = table->needs_machine ? "_machine *m" : "";
    const char *event = table->needs_event ? "uint8_t event" : "";
    const char *comma = machine[0] != '\0' && event[0] != '\0' ? ", " : "";
    const char *nothing = machine[0] == '\0' && event[0] == '\0' ? "void" : "";
    put(out, "static %s_answer %s%s(%s%s%s%s%s)\n{\n", prefix, table_prefix(table->kind),
        table->name, type, machine, comma, event, nothing);
    put_guards(spec, out, SCOPE_LISTED, table->kind == TABLE_CALL ? table->events : 0);
    put_node(spec, out, table->tree, 0);
    put(out, "}\n");
}

void write_c_source(const struct spec *spec, struct text *out)
{
    const struct table *table[MAX_TABLES];
    size_t tables = order_tables(spec, table);
    put_banner(spec, out, "");
    put(out, "#include \"%s.h\"\n", spec->machine.stem);
    put_checks(spec, out);
    for (size_t i = 0; i < tables; i++) {
        put_table(spec, out, table[i]);
    }
    put_frame(spec, out);
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_QUERY) {
            put_query(spec, out, &spec->table[i]);
        }
    }
}
