/*
 * What no file beside the core may do: decide by a field of the machine.
 * lint: 'machine.sent'
 * lint: 'm->fatal'
 * lint: 'copy . output'
 * lint: is_owed: no contract
 */
#include "ew_core.h"

struct connection {
    ew_machine machine;
};

int is_owed(struct connection *c, const ew_machine *m)
{
    ew_machine copy = *m;

    return c->machine.sent == 0 || m->fatal != 0 || copy . output != 0;
}
