/* The relation of the door as the C has it: the bytes whose digest door_relation.sha256 is. */
#include "door.h"

#include <stdio.h>
#include <string.h>

enum { FIELDS = 4, TRANSITION = FIELDS + 4 };

static const uint8_t values[FIELDS] = {2, 2, 2, 3};

static door_machine machine_of(unsigned number)
{
    uint8_t bytes[FIELDS];
    door_machine m;
    for (unsigned i = FIELDS; i-- > 0;) {
        bytes[i] = (uint8_t)(number % values[i]);
        number /= values[i];
    }
    memcpy(&m, bytes, sizeof m);
    return m;
}

static void put_transition(unsigned state, uint8_t event)
{
    uint8_t bytes[TRANSITION];
    door_machine m = machine_of(state);
    door_answer a = door_step(&m, event);
    memcpy(bytes, &m, FIELDS);
    bytes[FIELDS] = door_action(a);
    bytes[FIELDS + 1] = (uint8_t)door_value(a);
    bytes[FIELDS + 2] = door_error(a);
    bytes[FIELDS + 3] = door_reason(a);
    fwrite(bytes, 1, sizeof bytes, stdout);
}

int main(void)
{
    for (unsigned state = 0; state < 2 * 2 * 2 * 3; state++) {
        for (unsigned event = 0; event <= DOOR_EVENT_LATE; event++) {
            put_transition(state, (uint8_t)event);
        }
    }
    return fflush(stdout) != 0;
}
