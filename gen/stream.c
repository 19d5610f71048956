/* The tables, interpreted: no C that they were made into has a say here. */
#include "stream.h"

#include <string.h>

enum { BYTES = 256, TRANSITION_ROOM = MAX_FIELDS + RESULT_BYTES };

/* --- any byte ------------------------------------------------------------------------------- */

static bool in_range(const struct spec *spec, const struct state *state)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (state->value[i] >= spec->field[i].domain.values) {
            return false;
        }
    }
    return true;
}

/* An event that is none passes the guards for `all`, and is then refused. */
static struct rule refuse_unknown(const struct spec *spec, const struct state *state)
{
    for (size_t i = 1; i < spec->guards && spec->guard[i].scope == SCOPE_ALL; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->rule.when[guard->field] >> state->value[guard->field] & 1) {
            return guard->rule;
        }
    }
    struct rule rule = spec->guard[0].rule;
    rule.reason = spec->reason_unknown;
    return rule;
}

/* `decide`, for bytes that may be out of range. */
static struct rule decide_any(const struct spec *spec, const struct state *state)
{
    uint8_t event = state->value[spec->fields];
    if (event == spec->clear_event) {
        return spec->call_table[event]->rule[0]; /* its only one, without a condition */
    }
    if (!in_range(spec, state)) {
        return spec->guard[0].rule;
    }
    return event < spec->events ? *decide(spec, state) : refuse_unknown(spec, state);
}

static void put_transition(const struct spec *spec, struct state state, size_t event,
                           const struct sink *sink)
{
    uint8_t bytes[TRANSITION_ROOM];
    state.value[spec->fields] = (uint8_t)event;
    const struct rule rule = decide_any(spec, &state);
    apply(spec, &rule, &state);
    memcpy(bytes, state.value, spec->fields);
    bytes[spec->fields] = (uint8_t)rule.action;
    bytes[spec->fields + 1] = (uint8_t)rule.value;
    bytes[spec->fields + 2] = (uint8_t)rule.error;
    bytes[spec->fields + 3] = (uint8_t)rule.reason;
    sink->write(sink->to, bytes, spec->fields + RESULT_BYTES);
}

/* A row that answers anything but 0 names one value in each column, so any byte can be compared. */
static uint8_t answer(const struct table *query, const struct state *state)
{
    for (size_t i = 0; i < query->rules; i++) {
        const struct rule *rule = &query->rule[i];
        bool is_met = rule->value != 0;
        for (size_t k = 0; k < query->columns && is_met; k++) {
            size_t field = (size_t)query->column[k];
            is_met = rule->when[field] == UINT64_C(1) << (state->value[field] % 64) &&
                     state->value[field] < 64;
        }
        if (is_met) {
            return (uint8_t)rule->value;
        }
    }
    return 0;
}

static void put_queries(const struct spec *spec, const struct state *state, const struct sink *sink)
{
    for (size_t i = 0; i < spec->tables; i++) {
        if (spec->table[i].kind == TABLE_QUERY) {
            uint8_t byte = answer(&spec->table[i], state);
            sink->write(sink->to, &byte, 1);
        }
    }
}

/* --- the parts ------------------------------------------------------------------------------ */

static void put_relation(const struct spec *spec, const struct state *state,
                         const struct sink *sink)
{
    for (size_t event = 0; event < spec->events; event++) {
        put_transition(spec, *state, event, sink);
    }
}

static void put_calls(const struct spec *spec, const struct state *state, const struct sink *sink)
{
    for (size_t event = 0; event < spec->events; event++) {
        if (spec->event[event].group == GROUP_CALL) {
            put_transition(spec, *state, event, sink);
        }
    }
}

static void put_unknown_events(const struct spec *spec, const struct state *state,
                               const struct sink *sink)
{
    for (size_t event = spec->events; event < BYTES; event++) {
        put_transition(spec, *state, event, sink);
    }
}

static void put_start(const struct spec *spec, const struct sink *sink)
{
    for (size_t i = 0; i < spec->fields; i++) {
        sink->write(sink->to, &spec->field[i].start, 1);
    }
}

static void put_corrupt(const struct spec *spec, size_t field, size_t byte, bool is_last,
                        const struct sink *sink)
{
    struct state state = state_at(spec, is_last ? spec->states - 1 : 0);
    state.value[field] = (uint8_t)byte;
    for (size_t event = 0; event < BYTES; event++) {
        put_transition(spec, state, event, sink);
    }
    put_queries(spec, &state, sink);
}

static void put_corrupt_states(const struct spec *spec, const struct sink *sink)
{
    for (size_t field = 0; field < spec->fields; field++) {
        for (size_t byte = spec->field[field].domain.values; byte < BYTES; byte++) {
            put_corrupt(spec, field, byte, false, sink);
            put_corrupt(spec, field, byte, true, sink);
        }
    }
}

const char *part_name(enum part part)
{
    static const char *const name[PARTS] = {"relation", "calls",          "answers",
                                            "start",    "unknown_events", "corrupt_states"};
    return name[part];
}

void put_part(const struct spec *spec, enum part part, const struct sink *sink)
{
    static void (*const for_state[PARTS])(const struct spec *, const struct state *,
                                          const struct sink *) = {
        [PART_RELATION] = put_relation,
        [PART_CALLS] = put_calls,
        [PART_ANSWERS] = put_queries,
        [PART_UNKNOWN_EVENTS] = put_unknown_events,
    };
    if (part == PART_START) {
        put_start(spec, sink);
    } else if (part == PART_CORRUPT_STATES) {
        put_corrupt_states(spec, sink);
    } else {
        for (size_t number = 0; number < spec->states; number++) {
            struct state state = state_at(spec, number);
            for_state[part](spec, &state, sink);
        }
    }
}
