/*
 * Runs any_client() as it is proved, with its annotations written as C (statements.py writes
 * them to client.h), over histories, and prints which conditions decide anything.
 *
 *     statements EVENT ...    one history: what its last event decides
 *     statements              every history, up to states that are the same
 *
 * A condition decides where a statement is true and would be false if the condition were the other
 * way. Lines that are printed:
 *
 *     decides STATEMENT CONDITION WHEN by EVENT ...     WHEN: 0 or 1, its value; 2: it alone
 *                                                       makes the premise true
 *     broken STATEMENT by EVENT ...
 *     states NUMBER
 */
#include "ew_core.h"
#include "ew_contracts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64, BYTES = 64, SLOTS = 1 << 18, LABELS = 64, CONDITIONS = 32 };

static uint8_t history[LONGEST];
static size_t length, at;    /* of the history, and how much of it is over */
static uint8_t state[BYTES]; /* machine and record, when it is over */
static size_t state_bytes;
static unsigned char said[LABELS][CONDITIONS][3], told_broken[LABELS];

static void print_history(void)
{
    printf(" by");
    for (size_t i = 0; i < length; i++) {
        printf(" %u", history[i]);
    }
    printf("\n");
}

static int more(void)
{
    return at < length;
}

static uint8_t any_event(void)
{
    return history[at++];
}

static void forget(void)
{
    state_bytes = 0;
}

static void remember(const void *bytes, size_t count)
{
    if (state_bytes + count > BYTES) {
        fputs("statements: BYTES is too small\n", stderr);
        exit(2);
    }
    memcpy(state + state_bytes, bytes, count);
    state_bytes += count;
}

static void decides(int label, int condition, int when)
{
    if (!said[label][condition][when]) {
        said[label][condition][when] = 1;
        printf("decides %d %d %d", label, condition, when);
        print_history();
    }
}

/* One statement, `bits` the values of its conditions; `premise` is null where it has none. */
static void judge(int label, unsigned count, uint32_t bits, int (*holds)(uint32_t),
                  int (*premise)(uint32_t))
{
    if (at != length) {
        return; /* only the last event speaks; what came before was a history of its own */
    }
    if (!holds(bits)) {
        if (!told_broken[label]) {
            told_broken[label] = 1;
            printf("broken %d", label);
            print_history();
        }
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!holds(bits ^ (1u << i))) {
            decides(label, (int)i, (int)(bits >> i & 1u));
        }
        if (premise != NULL && premise(bits) && !premise(bits ^ (1u << i))) {
            decides(label, (int)i, 2);
        }
    }
}

#include "client.h"

/* The search ----------------------------------------------------------------------------------- */

typedef struct {
    uint8_t bytes[BYTES];
    size_t before; /* the state that it comes from */
    uint8_t event;
    uint8_t depth;
} place;

static place *places;
static size_t place_count;
static size_t *slots;

static void history_of(size_t number)
{
    length = places[number].depth;
    for (size_t i = length; i-- > 0; number = places[number].before) {
        history[i] = places[number].event;
    }
}

static void keep(size_t before, uint8_t event)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < state_bytes; i++) {
        hash = (hash ^ state[i]) * 16777619u;
    }
    size_t slot = hash % SLOTS;
    while (slots[slot] != 0) {
        if (memcmp(places[slots[slot] - 1].bytes, state, state_bytes) == 0) {
            return;
        }
        slot = (slot + 1) % SLOTS;
    }
    if (place_count == SLOTS / 2 || length == LONGEST - 1) {
        fputs("statements: more states than there is room for\n", stderr);
        exit(2);
    }
    place *made = &places[place_count++];
    memcpy(made->bytes, state, state_bytes);
    made->before = before;
    made->event = event;
    made->depth = (uint8_t)length;
    slots[slot] = place_count;
}

static void play(void)
{
    at = 0;
    any_client();
}

static void search(void)
{
    places = calloc(SLOTS / 2, sizeof *places);
    slots = calloc(SLOTS, sizeof *slots);
    if (places == NULL || slots == NULL) {
        fputs("statements: no memory\n", stderr);
        exit(2);
    }
    play();
    keep(0, 0);
    for (size_t number = 0; number < place_count; number++) {
        for (unsigned event = 0; event <= EW_EVENT_TLS_ERROR + 1u; event++) {
            history_of(number);
            history[length++] = (uint8_t)event;
            play();
            keep(number, (uint8_t)event);
        }
    }
    printf("states %zu\n", place_count);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc && length < LONGEST; i++) {
        history[length++] = (uint8_t)atoi(argv[i]);
    }
    if (argc > 1) {
        play();
    } else {
        search();
    }
    return fflush(stdout) == 0 ? 0 : 2;
}
