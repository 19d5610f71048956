/* The port in the kit: what its peer knows. */
#include "watch.h"

#include "kit/peer.h"
#include "kit/sweep.h"

#include <stdio.h>
#include <stdlib.h>

static bool close_notify_is_in(bool by_number)
{
    return by_number ? peer_alert_0_was_heard() != 0 : peer_was_heard(MEANS_CLOSE) != 0;
}

static record_keys *our_keys(void)
{
    return kit_peer.done ? &kit_peer.ours : NULL;
}

/* The case ends by it, which is a finding. */
static void cannot(const char *why)
{
    fprintf(stderr, "%s\n", why);
    abort();
}

/* Clauses are asked at each of many thousand calls. */
static void __attribute__((constructor)) open_kit(void)
{
    kit_case_processor = 30;
}

const struct port_program port_program = {.close_notify_is_in = close_notify_is_in,
                                          .our_keys = our_keys,
                                          .asked = port_clause_asked,
                                          .called = port_clause_called,
                                          .cannot = cannot};
