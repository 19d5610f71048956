/* The port in fuzz: what its peer knows. */
#include "watch.h"

#include "fuzz/peer.h"
#include "fuzz/report.h"

static bool close_notify_is_in(bool by_number)
{
    return peer_close_given() != 0 || (by_number && fuzz_peer.zero != 0);
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
                                          .cannot = cannot};
