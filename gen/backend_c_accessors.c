/*
 * The accessors of an answer. The list of answers is cut into runs, in each of which the part is
 * one value, or counts up with the code: a comparison for each, and no table in memory.
 */
#include "c_text.h"

enum part_of { PART_ACTION, PART_VALUE, PART_ERROR, PART_REASON };

struct accessor {
    enum part_of part;
    const char *name, *type, *fallback;
};

/* A byte that is no answer says what a refusal says: it returns, and it failed. */
static int part_at(const struct spec *spec, enum part_of part, size_t code)
{
    const struct answer *answer = &spec->answer[code];
    bool is_none = code >= spec->answers;
    switch (part) {
    case PART_ACTION: return is_none ? 0 : answer->action;
    case PART_VALUE: return is_none ? -1 : answer->value;
    case PART_ERROR: return is_none ? spec->refusal_error : answer->error;
    case PART_REASON: return is_none ? 0 : answer->reason;
    }
    return 0;
}

/* The last code of the run that starts at `first`; *counts: the part counts up with the code. */
static size_t run_end(const struct spec *spec, enum part_of part, size_t first, bool *counts)
{
    int start = part_at(spec, part, first);
    size_t same = first, up = first;
    while (same < spec->answers && part_at(spec, part, same + 1) == start) {
        same++;
    }
    while (part != PART_VALUE && up + 1 < spec->answers &&
           part_at(spec, part, up + 1) == start + (int)(up + 1 - first)) {
        up++;
    }
    *counts = up > same;
    return *counts ? up : same;
}

static void put_value(const struct spec *spec, struct text *out, enum part_of part, int value)
{
    const struct domain *domain[] = {&spec->action, NULL, &spec->error, &spec->reason};
    if (domain[part] == NULL) {
        put(out, "%d", value);
    } else {
        put_constant(spec, out, domain[part]->name, domain[part]->value[value]);
    }
}

static void put_run_value(const struct spec *spec, struct text *out, enum part_of part,
                          size_t first, bool counts)
{
    int value = part_at(spec, part, first);
    put(out, "return ");
    if (!counts) {
        put_value(spec, out, part, value);
    } else if ((int)first == value) {
        put(out, "a");
    } else {
        put(out, "(uint8_t)(a %c %du)", (int)first > value ? '-' : '+',
            (int)first > value ? (int)first - value : value - (int)first);
    }
    put(out, ";\n");
}

/* "EW_ACTION_...; of a byte that is no answer: return" */
static void put_accessor_words(const struct spec *spec, struct text *out,
                               const struct accessor *which)
{
    if (which->part == PART_VALUE) {
        put(out, "-1, 0 or 1: what the call returns");
    } else {
        put_constant(spec, out, which->name, "");
        put(out, "...");
    }
    put(out, "; of a byte that is no answer: %s", which->fallback);
}

static void put_accessor(const struct spec *spec, struct text *out, const struct accessor *which)
{
    size_t first = 0;
    const char *prefix = spec->machine.prefix;
    struct text words = {0};
    put_accessor_words(spec, &words, which);
    put(out, "\n");
    put_comment(out, "", words.data);
    free_text(&words);
    put(out, "static inline %s %s_%s(%s_answer a)\n{\n", which->type, prefix, which->name, prefix);
    while (first <= spec->answers) {
        bool counts = false;
        size_t last = run_end(spec, which->part, first, &counts);
        bool is_rest = last >= spec->answers;
        if (!is_rest) {
            put(out, "    if (a <= ");
            put_constant(spec, out, "answer", spec->answer[last].name);
            put(out, ") {\n    ");
        }
        put(out, "    ");
        put_run_value(spec, out, which->part, first, counts);
        put(out, "%s", is_rest ? "" : "    }\n");
        first = last + 1;
    }
    put(out, "}\n");
}

void put_accessors(const struct spec *spec, struct text *out)
{
    const struct accessor accessor[] = {{PART_ACTION, "action", "uint8_t", "return"},
                                        {PART_VALUE, "value", "int8_t", "-1"},
                                        {PART_ERROR, "error", "uint8_t", spec->machine.refusal},
                                        {PART_REASON, "reason", "uint8_t", "none"}};
    for (size_t i = 0; i < sizeof accessor / sizeof accessor[0]; i++) {
        put_accessor(spec, out, &accessor[i]);
    }
}
