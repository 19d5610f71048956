/* Megabytes under way when one side closes: not a byte is lost. */
#include "scenarios.h"
#include "script.h"

enum { FLIGHT = 8 << 20, REPLY = 200000 };

/* We write 8 MB and close in order, to a reader that starts late. */
static void out(cell *c)
{
    peer_begin(c, "sleep 30");
    peer_begin(c, "drain");
    peer_begin(c, "shutdown");
    peer_begin(c, "close");
    us_write(c, "K-17", FLIGHT);
    us_close(c, "RFC-13 K-04", 1);
    peer_end(c, "sleep");
    peer_drained(c, "RFC-13", FLIGHT);
    peer_end(c, "shutdown");
    peer_end(c, "close");
    us_free(c, "K-20", 1);
}

/* The peer has 8 MB to send when we close; read delivers them all. */
static void in(cell *c)
{
    peer_begin(c, "write %d", FLIGHT);
    peer_begin(c, "shutdown");
    shutdown_sends(c, "K-06 MP-23");
    us_read(c, "K-15 MP-23 MP-25 RFC-10", FLIGHT);
    us_read_ends(c, "K-14 MP-26", FLAGS_BOTH);
    us_end_of_data(c, "RFC-01", 1);
    peer_end(c, "write");
    peer_number(c, "RFC-10", "bytes", FLIGHT);
    peer_end(c, "shutdown");
    shutdown_completes(c, "K-13");
    us_free(c, "K-20", 1);
}

/* The peer uploads 8 MB that we do not want. We answer, close in order, and it gets the answer. */
static void upload_refused(cell *c)
{
    us_write(c, "K-17", REPLY);
    peer_begin(c, "write %d", FLIGHT);
    peer_begin(c, "drain");
    peer_begin(c, "shutdown");
    peer_begin(c, "close");
    us_close(c, "RFC-13 MP-11", 1);
    peer_end(c, "write");
    peer_number(c, "RFC-13", "bytes", FLIGHT);
    peer_drained(c, "RFC-13", REPLY);
    peer_end(c, "shutdown");
    peer_end(c, "close");
    us_free(c, "K-20", 1);
}

const scenario scenarios_flight[] = {
    SCENARIO("flight-out", "8 MB of ours under way when we close", out, 1, IN_MEMORY),
    SCENARIO("flight-in", "8 MB of the peer's under way when we close", in, 1, IN_MEMORY),
    SCENARIO("upload-refused", "8 MB coming in that we do not read", upload_refused, 1, 0),
    {0},
};
