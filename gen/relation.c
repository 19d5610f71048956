#include "relation.h"

struct state state_at(const struct spec *spec, size_t number)
{
    struct state state = {{0}};
    for (size_t i = spec->fields; i-- > 0;) {
        size_t values = spec->field[i].domain.values;
        state.value[i] = (uint8_t)(number % values);
        number /= values;
    }
    return state;
}

void apply(const struct spec *spec, const struct rule *rule, struct state *state)
{
    for (size_t i = 0; i < spec->fields; i++) {
        if (rule->set[i] != KEEP) {
            state->value[i] = (uint8_t)rule->set[i];
        }
    }
}

bool applies(const struct spec *spec, const struct rule *rule, const struct state *state)
{
    for (size_t i = 0; i <= spec->fields; i++) {
        if ((rule->when[i] >> state->value[i] & 1) == 0) {
            return false;
        }
    }
    return true;
}

/* `see` has no cycles when this is called, so the recursion ends. */
const struct rule *decide_in(const struct spec *spec, const struct table *table,
                             const struct state *state)
{
    for (size_t i = 0; i < table->rules; i++) {
        struct rule *rule = &table->rule[i];
        if (applies(spec, rule, state)) {
            rule->reached = true;
            return rule->see != NULL ? decide_in(spec, rule->see, state) : rule;
        }
    }
    return NULL;
}

const struct rule *decide(const struct spec *spec, const struct state *state)
{
    for (size_t i = 0; i < spec->guards; i++) {
        const struct guard *guard = &spec->guard[i];
        if (guard->field >= 0 && applies(spec, &guard->rule, state)) {
            return &guard->rule;
        }
    }
    uint8_t event = state->value[spec->fields];
    if (spec->event[event].group == GROUP_CALL) {
        return decide_in(spec, spec->call_table[event], state);
    }
    return decide_in(spec, spec->outcome_table[state->value[spec->busy_field]], state);
}
