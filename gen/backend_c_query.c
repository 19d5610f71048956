/* Queries: functions of the state alone that change nothing. */
#include "c_text.h"

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

void put_query(const struct spec *spec, struct text *out, const struct table *table)
{
    put(out, "\nuint8_t %s_%s(const %s_machine *m)\n{\n", spec->machine.prefix, table->name,
        spec->machine.prefix);
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
