/* ew_core.c: each decision table becomes one function, each row one leaf. */
#include "backend.h"
#include "c_text.h"

static void put_leaf(const struct spec *spec, struct text *out, const char *indent,
                     const struct rule *rule)
{
    put_origin(out, indent, rule);
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            const struct domain *domain = &spec->field[i].domain;
            put(out, "%sm->%s = ", indent, domain->name);
            put_constant(out, domain->name, domain->value[rule->set[i]]);
            put(out, ";\n");
        }
    }
    put(out, "%s", indent);
    if (rule->see != NULL) {
        put_call(out, rule->see);
    } else {
        put_answer(spec, out, rule);
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
    if (table->intro != NULL) {
        put(&words, "%s %s: ", kind_name(table->kind), table->name);
    }
    put(&words, "%s", summary(spec, table));
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    const char *machine = table->needs_machine ? "ew_machine *m" : "";
    const char *event = table->needs_event ? "uint8_t event" : "";
    const char *comma = machine[0] != '\0' && event[0] != '\0' ? ", " : "";
    const char *nothing = machine[0] == '\0' && event[0] == '\0' ? "void" : "";
    put(out, "static ew_result %s%s(%s%s%s%s)\n{\n", table_prefix(table->kind), table->name,
        machine, comma, event, nothing);
    put_guards(spec, out, SCOPE_LISTED, table->kind == TABLE_CALL ? table->events : 0);
    put_node(spec, out, table->tree, 0);
    put(out, "}\n");
}

void write_c_source(const struct spec *spec, struct text *out)
{
    const struct table *table[MAX_TABLES];
    size_t tables = order_tables(spec, table);
    put_banner(spec, out, "Endwell: the close of a TLS connection as a state machine.");
    put(out, "#include \"ew_core.h\"\n");
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
