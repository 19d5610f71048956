/* The header: the alphabets as constants, the structures, the functions with what they promise. */
#include "backend.h"
#include "c_text.h"
#include "relation.h"

#include <ctype.h>
#include <string.h>

/* --- constants ------------------------------------------------------------------------------ */

/* "    EW_SENT_YES = 1," */
static void name_enumerator(const struct spec *spec, struct text *line, const char *set,
                            const char *name, size_t number, bool is_last)
{
    put(line, "    ");
    put_constant(spec, line, set, name);
    put(line, " = %zu%s", number, is_last ? "" : ",");
}

/* A list of constants, with the meanings in a column of their own where they fit. */
static void put_enum(const struct spec *spec, struct text *out, const char *set, size_t count,
                     const char *const *name, const char *const *meaning)
{
    size_t widest = 0;
    for (size_t i = 0; i < count; i++) {
        struct text line = {0};
        name_enumerator(spec, &line, set, name[i], i, i + 1 == count);
        widest = line.length > widest ? line.length : widest;
        free_text(&line);
    }
    put(out, "enum {\n");
    for (size_t i = 0; i < count; i++) {
        struct text line = {0};
        name_enumerator(spec, &line, set, name[i], i, i + 1 == count);
        if (meaning[i] == NULL) {
            put(out, "%s\n", line.data);
        } else if (widest + strlen(meaning[i]) + 7 <= LINE) {
            put(out, "%-*s /* %s */\n", (int)widest, line.data, meaning[i]);
        } else {
            put_comment(out, "    ", meaning[i]);
            put(out, "%s\n", line.data);
        }
        free_text(&line);
    }
    put(out, "};\n");
}

static void put_events(const struct spec *spec, struct text *out)
{
    const char *name[MAX_EVENTS], *meaning[MAX_EVENTS];
    for (size_t i = 0; i < spec->events; i++) {
        name[i] = spec->event[i].name;
        meaning[i] = spec->event[i].meaning;
    }
    put(out, "\n/* Events: what the application calls, then what the engine reports. */\n");
    put_enum(spec, out, "event", spec->events, name, meaning);
}

static void put_domain(const struct spec *spec, struct text *out, const struct domain *domain)
{
    struct text words = {0};
    put(&words, "%s%s%s", domain->name, domain->meaning[0] != '\0' ? ": " : "", domain->meaning);
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    put_enum(spec, out, domain->name, domain->values, domain->value, domain->value_meaning);
}

/* --- structures ----------------------------------------------------------------------------- */

static void put_machine(const struct spec *spec, struct text *out)
{
    struct text words = {0};
    size_t widest = 0;
    for (size_t i = 0; i < spec->fields; i++) {
        size_t length = strlen(spec->field[i].domain.name);
        widest = length > widest ? length : widest;
    }
    put(&words,
        "The machine. The caller owns it, %s_init starts it, and only the functions below write "
        "it. One byte for each field, %zu in all.",
        spec->machine.prefix, spec->fields);
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    put(out, "typedef struct {\n");
    for (size_t i = 0; i < spec->fields; i++) {
        const struct domain *domain = &spec->field[i].domain;
        int pad = (int)(widest - strlen(domain->name));
        put(out, "    uint8_t %s;%*s /* ", domain->name, pad, "");
        put_constant(spec, out, domain->name, "");
        put(out, "..., starts as %s */\n", domain->value[spec->field[i].start]);
    }
    put(out, "} %s_machine;\n", spec->machine.prefix);
}

static void put_answer_list(const struct spec *spec, struct text *out)
{
    const char *name[MAX_ANSWERS], *meaning[MAX_ANSWERS], *prefix = spec->machine.prefix;
    for (size_t i = 0; i < spec->answers; i++) {
        name[i] = spec->answer[i].name;
        meaning[i] = spec->answer[i].meaning;
    }
    put(out, "\n");
    struct text words = {0};
    put(&words,
        "An answer, in one byte; %s_action, %s_value, %s_error and %s_reason tell what it says. "
        "While the action is not ",
        prefix, prefix, prefix, prefix);
    put_constant(spec, &words, "action", "return");
    put(&words, " the call goes on: the engine acts, and its outcome is given to %s_step.", prefix);
    put_comment(out, "", words.data);
    free_text(&words);
    put_enum(spec, out, "answer", spec->answers, name, meaning);
    put(out, "\ntypedef uint8_t %s_answer;\n", prefix);
    put_accessors(spec, out);
}

/* --- functions ------------------------------------------------------------------------------ */

static void put_item(struct text *out, const char *item)
{
    put(out, "%s%s", out->length > 0 ? ", " : "", item);
}

/* The distinct clauses of a table's rows, in order. */
static void put_table_clauses(struct text *out, const struct table *table)
{
    struct text list = {0};
    for (size_t i = 0; i < table->rules; i++) {
        for (size_t k = 0; k < table->rule[i].clauses; k++) {
            const char *id = table->rule[i].clause[k];
            if (list.length == 0 || strstr(list.data, id) == NULL) {
                put_item(&list, id);
            }
        }
    }
    put(out, "%s", list.data);
    free_text(&list);
}

/* What an event can be answered with at once, over all states. */
struct answers {
    struct text asks, returns;
    bool action[MAX_VALUES];
    bool result[256][MAX_VALUES];
};

static void note_answer(const struct spec *spec, struct answers *answers, const struct rule *rule)
{
    bool *known = &answers->action[rule->action];
    if (rule->action != 0) {
        if (!*known) {
            put_item(&answers->asks, spec->action.value[rule->action]);
        }
        *known = true;
        return;
    }
    known = &answers->result[(uint8_t)rule->value][rule->error];
    if (!*known) {
        put(&answers->returns, "%s%d", answers->returns.length > 0 ? ", " : "", rule->value);
        if (rule->error != 0) {
            put(&answers->returns, " (%s)", spec->error.value[rule->error]);
        }
    }
    *known = true;
}

static void put_answers(const struct spec *spec, struct text *out, size_t event)
{
    struct answers answers = {0};
    for (size_t number = 0; number < spec->states; number++) {
        struct state state = state_at(spec, number);
        state.value[spec->fields] = (uint8_t)event;
        note_answer(spec, &answers, decide(spec, &state));
    }
    if (answers.asks.length > 0) {
        put(out, " Asks for %s.", answers.asks.data);
    }
    if (answers.returns.length > 0) {
        put(out, " Returns %s.", answers.returns.data);
    }
    free_text(&answers.asks);
    free_text(&answers.returns);
}

/* A function where the core has a shorter way than the step; else the step by another name. */
static void put_named(const struct spec *spec, struct text *out, size_t event)
{
    const char *prefix = spec->machine.prefix;
    if (is_quick(spec, (int)event)) {
        put(out, "%s_answer %s_%s(%s_machine *m);\n", prefix, prefix, spec->event[event].name,
            prefix);
        return;
    }
    put(out, "static inline %s_answer %s_%s(%s_machine *m)\n{\n    return %s_step(m, ", prefix,
        prefix, spec->event[event].name, prefix, prefix);
    put_constant(spec, out, "event", spec->event[event].name);
    put(out, ");\n}\n");
}

static void put_prototypes(const struct spec *spec, struct text *out)
{
    const char *prefix = spec->machine.prefix;
    struct text words = {0};
    put(out, "\n");
    put(&words, "Starts the machine: every field as it starts. m: not null, %zu bytes to write.",
        spec->fields);
    put_comment(out, "", words.data);
    free_text(&words);
    put(out, "void %s_init(%s_machine *m);\n\n", prefix, prefix);
    put(&words, "Answers one event. Every state and every byte has an answer; what is refused (");
    for (size_t i = 0; i < spec->guards; i++) {
        put(&words, "%s%s", i > 0 ? ", " : "", spec->guard[i].rule.id);
    }
    put(&words, ") gives -1, ");
    put_constant(spec, &words, "error", spec->machine.refusal);
    put(&words, ", the reason, and changes nothing. m: not null. event: ");
    put_constant(spec, &words, "event", "");
    put(&words, "..., 0 to %zu.", spec->events - 1);
    put_comment(out, "", words.data);
    free_text(&words);
    put(out, "%s_answer %s_step(%s_machine *m, uint8_t event);\n", prefix, prefix, prefix);
    put(out, "\n/* %s_step, with the event in the name. m: not null. */\n", prefix);
    for (size_t i = 0; i < spec->events; i++) {
        if (spec->event[i].group != GROUP_CALL) {
            continue;
        }
        const char *meaning = spec->event[i].meaning;
        put(&words, "%c%s.", toupper((unsigned char)meaning[0]), meaning + 1);
        put_answers(spec, &words, i);
        put(&words, " Clauses: ");
        put_table_clauses(&words, spec->call_table[i]);
        put(out, "\n");
        put_comment(out, "", words.data);
        put_named(spec, out, i);
        free_text(&words);
    }
}

static void put_queries(const struct spec *spec, struct text *out)
{
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *table = &spec->table[i];
        if (table->kind != TABLE_QUERY) {
            continue;
        }
        struct text words = {0};
        put(&words,
            "%s Changes nothing; 0 if a byte it looks at is out of range. m: not null. "
            "Clauses: ",
            summary(spec, table));
        put_table_clauses(&words, table);
        put(out, "\n");
        put_comment(out, "", words.data);
        put(out, "uint8_t %s_%s(const %s_machine *m);\n", spec->machine.prefix, table->name,
            spec->machine.prefix);
        free_text(&words);
    }
}

void write_c_header(const struct spec *spec, struct text *out)
{
    put_banner(spec, out, "");
    put(out, "#ifndef ");
    put_upper(out, spec->machine.stem);
    put(out, "_H\n#define ");
    put_upper(out, spec->machine.stem);
    put(out, "_H\n\n#include <stdint.h>\n\n");
    put(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    put_events(spec, out);
    for (size_t i = 0; i < spec->fields; i++) {
        put_domain(spec, out, &spec->field[i].domain);
    }
    put_domain(spec, out, &spec->action);
    put_domain(spec, out, &spec->error);
    put_domain(spec, out, &spec->reason);
    put_machine(spec, out);
    put_answer_list(spec, out);
    put_prototypes(spec, out);
    put_queries(spec, out);
    put(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
