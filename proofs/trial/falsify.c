/*
 * Runs changed functions over every state and event that their contracts allow, and prints each
 * label whose contract does not hold there, with the first state that shows it. Made by
 * falsify.py, which writes the shape of the machine (shape.h), the contracts as C (checks.h) and the
 * functions (units.h).
 *
 *     UNIT LABEL BEFORE EVENT AFTER RESULT      states as a byte for each field, in hexadecimal
 *
 * A field takes each of its values; and one field at a time, in states otherwise in range, the
 * first byte out of range and the last. An event is each that there is, the first that is none and
 * the last byte; an answer is each byte.
 */
#include "shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(machine) == FIELDS, "a byte for each field");

static unsigned char broken[1024];

#include "checks.h"

typedef struct {
    int number;
    long long (*call)(machine *m, uint8_t event, uint8_t word);
    int (*allowed)(const machine *pre, long long event);
    void (*check)(const machine *pre, const machine *post, long long event, long long word,
                  long long result);
    int has_state, has_event, has_word;
} unit;

#include "units.h"

_Static_assert(sizeof labels / sizeof labels[0] <= sizeof broken, "room for each label");

static machine *states;
static size_t state_count;

static void add_state(const unsigned char bytes[FIELDS])
{
    memcpy(&states[state_count++], bytes, FIELDS);
}

static void make_states(void)
{
    size_t all = 1;
    for (size_t i = 0; i < FIELDS; i++) {
        all *= values[i];
    }
    states = malloc(all * (1 + 2 * FIELDS) * sizeof *states);
    if (states == NULL) {
        fputs("falsify: no memory\n", stderr);
        exit(2);
    }
    for (size_t number = 0; number < all; number++) {
        unsigned char bytes[FIELDS];
        size_t rest = number;
        for (size_t i = FIELDS; i-- > 0; rest /= values[i]) {
            bytes[i] = (unsigned char)(rest % values[i]);
        }
        add_state(bytes);
        for (size_t i = 0; i < FIELDS; i++) {
            unsigned char was = bytes[i];
            if (was == 0) { /* once for each state of the other fields */
                bytes[i] = (unsigned char)values[i];
                add_state(bytes);
                bytes[i] = 255;
                add_state(bytes);
            }
            bytes[i] = was;
        }
    }
}

static void print_state(const machine *m)
{
    for (size_t i = 0; i < FIELDS; i++) {
        printf("%02x", ((const unsigned char *)m)[i]);
    }
}

static void try(const unit *u, machine pre, unsigned event, uint8_t word, unsigned char *seen)
{
    if (!u->allowed(&pre, event)) {
        return;
    }
    machine post = pre;
    long long result = u->call(&post, (uint8_t)event, word);
    u->check(&pre, &post, event, word, result);
    for (size_t label = 0; label < sizeof labels / sizeof labels[0]; label++) {
        if (broken[label] && !seen[label]) {
            seen[label] = 1;
            printf("%d %s ", u->number, labels[label]);
            print_state(&pre);
            printf(" %u ", event);
            print_state(&post);
            printf(" %08llx\n", (unsigned long long)result & 0xffffffff);
        }
    }
    memset(broken, 0, sizeof labels / sizeof labels[0]);
}

static void falsify(const unit *u)
{
    unsigned char seen[sizeof labels / sizeof labels[0]] = {0};
    for (unsigned word = 0; u->has_word && word < 256; word++) {
        try(u, states[0], 0, (uint8_t)word, seen);
    }
    if (u->has_word) {
        return;
    }
    for (size_t state = 0; state < (u->has_state ? state_count : 1); state++) {
        for (unsigned event = 0; event < (u->has_event ? EVENTS + 1 : 1); event++) {
            try(u, states[state], event, 0, seen);
        }
        if (u->has_event) {
            try(u, states[state], 255, 0, seen);
        }
    }
}

int main(void)
{
    make_states();
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        falsify(&units[i]);
    }
    return fflush(stdout) == 0 ? 0 : 2;
}
