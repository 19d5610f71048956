/* How a connection begins: refused by the peer, cut off, or brought by somebody else. */
#include "scenarios.h"
#include "script.h"

/* RFC 8446, 6.2: what the peer's library says for what its `refuse` does. */
enum { UNKNOWN_CA = 48, ACCESS_DENIED = 49 };

/* A client does not know who signed our certificate; a server does not like our ClientHello. */
static void handshake_refused(cell *c)
{
    peer_ok(c, "refuse");
    peer_begin(c, "handshake");
    us_handshake(c, "K-25 K-11 RFC-02", -1, EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    us_alert(c, "K-11 K-25", c->variant.server ? UNKNOWN_CA : ACCESS_DENIED);
    us_alive(c, "K-30 K-25", 0);
    peer_end(c, "handshake");
    peer_number(c, "-", "ret", -1);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 RFC-17", 0);
}

/* The transport fails in the middle of it: not the engine's fault, nor the peer's word. */
static void handshake_reset(cell *c)
{
    relay_hold(c->wire, FROM_PEER, 1);
    us_deadline(c, DEADLINE_MS);
    us_handshake(c, "K-07", -1, EW_ERROR_WANT_READ, EW_REASON_NONE);
    us_alive(c, "K-30 K-07", 1);
    us_deadline(c, -1);
    peer_ok(c, "reset");
    relay_hold(c->wire, FROM_PEER, 0);
    relay_wait_end(c->wire, FROM_PEER, 2000);
    us_handshake(c, "K-25 GE-04", -1, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    us_alert(c, "K-25", -1);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 K-25 RFC-17", 0);
}

/* The application's own code shook hands; from then on it is a connection like any other. */
static void adopted(cell *c)
{
    peer_begin(c, "handshake");
    us_adopt(c, "K-29", 0);
    peer_end(c, "handshake");
    peer_number(c, "-", "ret", 1);
    us_alive(c, "K-30", 1);
    us_write(c, "K-29 K-17", 40000);
    peer_ok(c, "write 200");
    us_read(c, "K-29 K-15", 200);
    shutdown_sends(c, "K-29 K-06");
    peer_drains(c, "K-06", 40000);
    peer_shutdown(c, "RFC-08", 1);
    shutdown_completes(c, "K-09");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20 K-29", 1);
}

/* The same with what may have come with the end of the handshake: tickets, data, a close_notify. */
static void adopted_with_news(cell *c)
{
    peer_begin(c, "handshake");
    us_adopt(c, "K-29", 0);
    peer_end(c, "handshake");
    peer_ok(c, "write 3000");
    peer_shutdown(c, "-", 0);
    us_read(c, "K-29 RW-01", 3000);
    us_read_ends(c, "K-14 K-29", FLAG_RECEIVED);
    us_end_of_data(c, "RFC-01 RFC-09", 1);
    us_shutdown(c, "K-29 K-06", 1, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
    us_free(c, "K-20 K-29", 1);
}

/* With a byte of data in the engine's hands already: refused, and the engine is as it was. */
static void adopted_too_late(cell *c)
{
    peer_begin(c, "handshake");
    peer_begin(c, "write 200");
    us_adopt(c, "K-29", 1);
    peer_end(c, "handshake");
    peer_end(c, "write");
}

const scenario scenarios_start[] = {
    SCENARIO("handshake-refused", "the peer refuses the handshake by an alert", handshake_refused,
             0, NO_HANDSHAKE | IN_MEMORY),
    SCENARIO("handshake-reset", "reset in the middle of the handshake", handshake_reset, 0,
             NO_HANDSHAKE),
    SCENARIO("adopted", "an engine whose handshake was done before", adopted, 1,
             NO_HANDSHAKE | ADOPTED),
    SCENARIO("adopted-with-news", "... and the peer has spoken and closed meanwhile",
             adopted_with_news, 1, NO_HANDSHAKE | ADOPTED),
    SCENARIO("adopted-too-late", "... and that holds data: refused", adopted_too_late, 0,
             NO_HANDSHAKE | ADOPTED),
    {0},
};
