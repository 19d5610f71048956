/* digest.txt: the stream of all answers by length and SHA-256, for every form to be held to. */
#include "backend.h"
#include "digest.h"
#include "stream.h"

/* With the prefix of the machine, twice. */
/* clang-format off */
#define EXPLANATION \
    "# What the machine answers, as a stream of bytes: the same from the tables, from the C under\n" \
    "# any compiler and on any processor, and from whatever else claims to be this machine.\n" \
    "#\n" \
    "# field NAME N        a field of the state, a byte with N values, numbered from 0\n" \
    "# query NAME          a query, in the order of the pages\n" \
    "# part NAME N SHA256  N bytes of the stream\n" \
    "# whole N SHA256      the stream: all parts in this order\n" \
    "#\n" \
    "# States in range are in the order of their fields, the last field counting fastest; events\n" \
    "# are in the order of their codes. A transition is a byte for each field of the next state,\n" \
    "# then action, value (two's complement), error and reason, a byte each.\n" \
    "#\n" \
    "# relation        for each state in range, for each event: the transition of %s_step\n" \
    "# calls           for each state in range, for each call: the transition of its own function\n" \
    "# answers         for each state in range: the answer of each query, a byte each\n" \
    "# start           the state that %s_init makes of bytes that are 165\n" \
    "# unknown_events  for each state in range, for each byte that is no event: the transition\n" \
    "# corrupt_states  for each field, for each byte that is none of its values: first with the\n" \
    "#                 other fields at their first values, then at their last: the transition for\n" \
    "#                 each of the 256 bytes as event, then the answer of each query\n"
/* clang-format on */

struct tally {
    struct digest part, whole;
    size_t part_bytes, whole_bytes;
};

static void count(void *to, const void *bytes, size_t length)
{
    struct tally *tally = to;
    add_to_digest(&tally->part, bytes, length);
    add_to_digest(&tally->whole, bytes, length);
    tally->part_bytes += length;
    tally->whole_bytes += length;
}

void write_digest(const struct spec *spec, struct text *out)
{
    struct tally tally = {.whole_bytes = 0};
    const struct sink sink = {count, &tally};
    char hex[DIGEST_TEXT];
    put(out, EXPLANATION, spec->machine.prefix, spec->machine.prefix);
    put(out, "format 1\nspec_sha256 %s\n", spec->digest);
    for (size_t i = 0; i < spec->fields; i++) {
        put(out, "field %s %zu\n", spec->field[i].domain.name, spec->field[i].domain.values);
    }
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_QUERY) {
            put(out, "query %s\n", spec->table[i].name);
        }
    }
    start_digest(&tally.whole);
    for (enum part part = 0; part < PARTS; part++) {
        tally.part_bytes = 0;
        start_digest(&tally.part);
        put_part(spec, part, &sink);
        end_digest(&tally.part, hex);
        put(out, "part %s %zu %s\n", part_name(part), tally.part_bytes, hex);
    }
    end_digest(&tally.whole, hex);
    put(out, "whole %zu %s\n", tally.whole_bytes, hex);
}

static void print(void *to, const void *bytes, size_t length)
{
    fwrite(bytes, 1, length, to);
}

void print_stream(const struct spec *spec, FILE *stream)
{
    const struct sink sink = {print, stream};
    for (enum part part = 0; part < PARTS; part++) {
        put_part(spec, part, &sink);
    }
}
