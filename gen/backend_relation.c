/* relation.txt and relation.sha256: the whole transition relation, for programs to compare with. */
#include "backend.h"
#include "digest.h"
#include "stream.h"

#include <string.h>

enum { WIDTH = 96 };

/* --- the digest ----------------------------------------------------------------------------- */

static void digest_bytes(void *to, const void *bytes, size_t length)
{
    add_to_digest(to, bytes, length);
}

static void relation_digest(const struct spec *spec, char hex[DIGEST_TEXT])
{
    struct digest digest;
    const struct sink sink = {digest_bytes, &digest};
    start_digest(&digest);
    put_part(spec, PART_RELATION, &sink);
    end_digest(&digest, hex);
}

void write_relation_digest(const struct spec *spec, struct text *out)
{
    char hex[DIGEST_TEXT];
    relation_digest(spec, hex);
    put(out, "%s\n", hex);
}

/* --- lines ---------------------------------------------------------------------------------- */

static void put_domain(struct text *out, const char *kind, const struct domain *domain)
{
    put(out, "%s %s", kind, domain->name);
    for (size_t i = 0; i < domain->values; i++) {
        put(out, " %s", domain->value[i]);
    }
    put(out, "\n");
}

static void put_rule(const struct spec *spec, struct text *out, const struct rule *rule)
{
    put(out, "row %s ", rule->id);
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] == KEEP) {
            put(out, ".");
        } else {
            put(out, "%x", (unsigned)rule->set[i]);
        }
    }
    put(out, " %d %d %d %d\n", rule->action, rule->value, rule->error, rule->reason);
}

/* Runs of equal items, on as many lines as it takes. */
struct runs {
    struct text *out;
    char item[16];
    size_t count, column;
};

static void end_run(struct runs *runs)
{
    char word[48];
    if (runs->count == 0) {
        return;
    }
    if (runs->count == 1) {
        snprintf(word, sizeof word, " %s", runs->item);
    } else {
        snprintf(word, sizeof word, " %s*%zu", runs->item, runs->count);
    }
    if (runs->column + strlen(word) > WIDTH) {
        put(runs->out, "\n ");
        runs->column = 1;
    }
    put(runs->out, "%s", word);
    runs->column += strlen(word);
    runs->count = 0;
}

static void add_to_run(struct runs *runs, const char *item)
{
    if (runs->count > 0 && !same(runs->item, item)) {
        end_run(runs);
    }
    snprintf(runs->item, sizeof runs->item, "%s", item);
    runs->count++;
}

/* --- blocks --------------------------------------------------------------------------------- */

/* The rules that decide the states of one block, in order. Equal blocks are stored once. */
struct patterns {
    size_t count, room, block;
    const struct rule **rule;
};

/* A block: all states that agree in the fields of the first group. */
static size_t block_size(const struct spec *spec)
{
    size_t block = spec->states;
    for (size_t i = 0; i < spec->fields && same(spec->field[i].group, spec->field[0].group); i++) {
        block /= spec->field[i].domain.values;
    }
    return block;
}

static size_t find_pattern(const struct spec *spec, struct patterns *patterns,
                           const struct rule *const *rule)
{
    size_t bytes = patterns->block * sizeof(const struct rule *);
    for (size_t i = 0; i < patterns->count; i++) {
        if (memcmp(&patterns->rule[i * patterns->block], rule, bytes) == 0) {
            return i;
        }
    }
    if (patterns->count == patterns->room) {
        size_t room = patterns->room > 0 ? patterns->room * 2 : 16;
        const struct rule **more = take(spec->arena, room * bytes);
        if (patterns->count > 0) {
            memcpy(more, patterns->rule, patterns->count * bytes);
        }
        patterns->rule = more;
        patterns->room = room;
    }
    memcpy(&patterns->rule[patterns->count * patterns->block], rule, bytes);
    return patterns->count++;
}

static void put_map(const struct spec *spec, struct text *out, struct patterns *patterns,
                    size_t event)
{
    const struct rule **rule = take(spec->arena, patterns->block * sizeof *rule);
    struct runs runs = {.out = out};
    put(out, "map %zu", event);
    runs.column = 6;
    for (size_t number = 0; number < spec->states; number++) {
        struct state state = state_at(spec, number);
        state.value[spec->fields] = (uint8_t)event;
        rule[number % patterns->block] = decide(spec, &state);
        if ((number + 1) % patterns->block == 0) {
            char name[16];
            snprintf(name, sizeof name, "%zu", find_pattern(spec, patterns, rule));
            add_to_run(&runs, name);
        }
    }
    end_run(&runs);
    put(out, "\n");
}

static void put_pattern(struct text *out, const struct patterns *patterns, size_t number)
{
    struct runs runs = {.out = out};
    put(out, "pattern %zu", number);
    runs.column = 10;
    for (size_t i = 0; i < patterns->block; i++) {
        add_to_run(&runs, patterns->rule[number * patterns->block + i]->id);
    }
    end_run(&runs);
    put(out, "\n");
}

static const char explanation[] =
    "# The transition relation, complete: for each state whose fields are in range and for each\n"
    "# event, the row of the specification that decides, and what that row does.\n"
    "#\n"
    "# A line starts with a keyword; a line that starts with a space continues the one before.\n"
    "#\n"
    "# field NAME VALUE...   a field of the state; its values are numbered from 0\n"
    "# result NAME VALUE...  a field of the answer, likewise (`value` is the number itself)\n"
    "# event CODE NAME\n"
    "# row ID NEXT ACTION VALUE ERROR REASON\n"
    "#                       what a row does: in NEXT each field has a hexadecimal digit, its new\n"
    "#                       value, or a dot if it keeps the old one; then the answer, in numbers\n"
    "# block N               states per block\n"
    "# pattern P ID...       the rows that decide the N states of a block, in order\n"
    "# map CODE P...         the patterns of all blocks, in order, for one event\n"
    "#\n"
    "# X*n stands for n times X. States are in the order of their fields, the last field counting\n"
    "# fastest; a block is a run of N states.\n"
    "#\n"
    "# relation_sha256 is the SHA-256 of the relation written out: for each state, for each event\n"
    "# in the order of the codes, one byte for each field of the next state, then action, value\n"
    "# (two's complement), error and reason, a byte each.\n";

static void put_alphabets(const struct spec *spec, struct text *out)
{
    for (size_t i = 0; i < spec->fields; i++) {
        put_domain(out, "field", &spec->field[i].domain);
    }
    put_domain(out, "result", &spec->action);
    put_domain(out, "result", &spec->value);
    put_domain(out, "result", &spec->error);
    put_domain(out, "result", &spec->reason);
    for (size_t i = 0; i < spec->events; i++) {
        put(out, "event %zu %s\n", i, spec->event[i].name);
    }
}

static void put_rules(const struct spec *spec, struct text *out)
{
    for (size_t i = 0; i < spec->guards; i++) {
        if (spec->guard[i].field >= 0) {
            put_rule(spec, out, &spec->guard[i].rule);
        }
    }
    for (size_t i = 0; i < spec->tables; i++) {
        const struct table *table = &spec->table[i];
        for (size_t k = 0; table->kind != TABLE_QUERY && k < table->rules; k++) {
            if (table->rule[k].see == NULL) {
                put_rule(spec, out, &table->rule[k]);
            }
        }
    }
}

void write_relation(const struct spec *spec, struct text *out)
{
    char hex[DIGEST_TEXT];
    struct patterns patterns = {.block = block_size(spec)};
    struct text maps = {0};
    relation_digest(spec, hex);
    put(out, "%sformat 1\nspec_sha256 %s\nrelation_sha256 %s\nstates %zu\n", explanation,
        spec->digest, hex, spec->states);
    put_alphabets(spec, out);
    put_rules(spec, out);
    for (size_t event = 0; event < spec->events; event++) {
        put_map(spec, &maps, &patterns, event);
    }
    put(out, "block %zu\n", patterns.block);
    for (size_t i = 0; i < patterns.count; i++) {
        put_pattern(out, &patterns, i);
    }
    put_bytes(out, maps.data, maps.length);
    free_text(&maps);
}

static void put_digits(const struct spec *spec, FILE *stream, const struct state *state)
{
    for (size_t i = 0; i < spec->fields; i++) {
        fprintf(stream, "%x", state->value[i]);
    }
}

void dump_relation(const struct spec *spec, FILE *stream)
{
    for (size_t number = 0; number < spec->states; number++) {
        for (size_t event = 0; event < spec->events; event++) {
            struct state state = state_at(spec, number);
            state.value[spec->fields] = (uint8_t)event;
            const struct rule *rule = decide(spec, &state);
            put_digits(spec, stream, &state);
            apply(spec, rule, &state);
            fprintf(stream, " %s -> ", spec->event[event].name);
            put_digits(spec, stream, &state);
            fprintf(stream, " %s %d %s %s %s\n", spec->action.value[rule->action], rule->value,
                    spec->error.value[rule->error], spec->reason.value[rule->reason], rule->id);
        }
    }
}
