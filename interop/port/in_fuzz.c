/* The port in fuzz: what its peer knows. */
#include "watch.h"

#include "fuzz/peer.h"
#include "fuzz/report.h"

enum { ENOUGH = 100 }; /* sequences, in which each function of a contract is called */

/* Once both have begun anew, a record of the old session may be read as an alert in the clear. */
static bool close_notify_is_in(bool by_number)
{
    return by_number ? peer_alert_0_given() != 0 || fuzz_peer.garbled != 0 || fuzz_peer.epoch > 0
                     : peer_close_given() != 0;
}

static bool is_whole(void)
{
    return told.sequences >= ENOUGH;
}

static record_keys *our_keys(void)
{
    return peer_reads_us_with();
}

static void cannot(const char *why)
{
    finding("contract", "%s", why);
}

const struct port_program port_program = {.close_notify_is_in = close_notify_is_in,
                                          .our_keys = our_keys,
                                          .asked = port_clause_asked,
                                          .called = port_clause_called,
                                          .is_whole = is_whole,
                                          .cannot = cannot};
