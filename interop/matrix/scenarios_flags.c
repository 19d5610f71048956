/* Flags that the application sets itself, quiet shutdown, and calls that come too early. */
#include "net.h"
#include "scenarios.h"
#include "script.h"

static void quiet(cell *c)
{
    fetch_tickets(c);
    us_write(c, "K-17", 100);
    us_quiet(c, "QS-01", 1, 1);
    shutdown_completes(c, "K-03 MP-43 MP-44 QS-02");
    us_end_of_data(c, "K-03 K-18 RFC-09", 0);
    us_read_ends(c, "K-14", FLAGS_BOTH);
    us_write_fails(c, "K-16", EW_ERROR_SSL, EW_REASON_CLOSED, FLAGS_BOTH);
    us_free(c, "K-20 MP-45", 1);
    if (peer_do(c, "drain")) {
        peer_number(c, "QS-02", "bytes", 100);
        peer_number(c, "QS-02", "intact", 1);
        peer_text(c, "QS-02 MP-46 RFC-09", "error", "ssl");
        peer_alerts(c, "QS-02 K-03", "");
    }
}

/* Switched on after our close_notify left: nothing more is sent, and nothing is waited for. */
static void quiet_later(cell *c)
{
    shutdown_sends(c, "K-06");
    us_quiet(c, "QS-01", 1, 1);
    shutdown_completes(c, "K-03 QS-02");
    us_end_of_data(c, "K-18 RFC-09", 0);
    peer_drains(c, "K-05", 0);
    us_free(c, "K-20", 1);
}

static void quiet_off_again(cell *c)
{
    us_quiet(c, "QS-01", 1, 1);
    us_quiet(c, "QS-01", 0, 1);
    full_close(c, "K-09 QS-01");
    us_free(c, "K-20", 1);
}

/* Quiet does not make a shutdown succeed before the handshake. */
static void quiet_too_early(cell *c)
{
    us_quiet(c, "QS-01", 1, 1);
    shutdown_refused(c, "K-02 K-03", EW_REASON_HANDSHAKE, FLAGS_NONE);
    us_quiet(c, "QS-01", 0, 1);
    both_handshake(c);
    full_close(c, "K-09 K-02");
    us_free(c, "K-20", 1);
}

static void before_handshake(cell *c)
{
    shutdown_refused(c, "K-02 MP-01", EW_REASON_HANDSHAKE, FLAGS_NONE);
    us_read_fails(c, "K-02", EW_ERROR_SSL, EW_REASON_HANDSHAKE, FLAGS_NONE);
    us_write_fails(c, "K-02", EW_ERROR_SSL, EW_REASON_HANDSHAKE, FLAGS_NONE);
    both_handshake(c);
    us_write(c, "K-02 K-17", 100);
    shutdown_sends(c, "K-02 K-06");
    peer_drains(c, "K-02", 100);
    peer_shutdown(c, "RFC-08", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* The handshake is under way: half of it crossed, the rest is held back. */
static void during_handshake(cell *c)
{
    relay_hold(c->wire, FROM_PEER, 1);
    peer_begin(c, "handshake");
    us_deadline(c, DEADLINE_MS);
    us_handshake(c, "K-07", -1, EW_ERROR_WANT_READ, EW_REASON_NONE);
    shutdown_refused(c, "K-02 MP-01", EW_REASON_HANDSHAKE, FLAGS_NONE);
    us_read_fails(c, "K-02", EW_ERROR_SSL, EW_REASON_HANDSHAKE, FLAGS_NONE);
    us_write_fails(c, "K-02", EW_ERROR_SSL, EW_REASON_HANDSHAKE, FLAGS_NONE);
    relay_hold(c->wire, FROM_PEER, 0);
    us_deadline(c, -1);
    us_handshake(c, "K-02", 1, EW_ERROR_NONE, EW_REASON_NONE);
    peer_end(c, "handshake");
    peer_number(c, "K-02", "ret", 1);
    full_close(c, "K-09");
    us_free(c, "K-20", 1);
}

/* The peer goes away in the middle of the handshake: fatal, and no session is left of it. */
static void handshake_fails(cell *c)
{
    relay_hold(c->wire, FROM_PEER, 1);
    us_deadline(c, DEADLINE_MS);
    us_handshake(c, "K-07", -1, EW_ERROR_WANT_READ, EW_REASON_NONE);
    us_deadline(c, -1);
    peer_ok(c, "eof");
    relay_hold(c->wire, FROM_PEER, 0);
    relay_wait_end(c->wire, FROM_PEER, 2000);
    us_handshake(c, "K-25 RFC-09", -1, EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    us_alert(c, "K-25", -1);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 RFC-17", 0);
}

static void handshake_after_close(cell *c)
{
    shutdown_sends(c, "K-06");
    us_handshake(c, "K-25 RFC-04", -1, EW_ERROR_SSL, EW_REASON_CLOSED);
    peer_drains(c, "K-06", 0);
    peer_shutdown(c, "RFC-08", 1);
    shutdown_completes(c, "K-09");
    us_handshake(c, "K-25 RFC-04", -1, EW_ERROR_SSL, EW_REASON_CLOSED);
    us_free(c, "K-20", 1);
}

/* `SENT` claimed by hand: shutdown sends nothing and waits. */
static void claim_sent(cell *c)
{
    us_set_shutdown(c, "K-18 SS-01", FLAG_SENT, 1);
    us_write_fails(c, "K-16", EW_ERROR_SSL, EW_REASON_CLOSED, FLAG_SENT);
    shutdown_waits(c, "K-18 SS-01");
    peer_shutdown(c, "-", 0);
    shutdown_completes(c, "K-09 SS-01");
    us_end_of_data(c, "K-18 RFC-01", 1);
    us_free(c, "K-20 SS-03", 1);
    if (peer_do(c, "look"))
        peer_alerts(c, "SS-01", "");
}

/* `RECEIVED` claimed by hand: the results follow it, the authenticated end does not. */
static void claim_received(cell *c)
{
    us_set_shutdown(c, "K-18 SS-01", FLAG_RECEIVED, 1);
    us_read_ends(c, "K-14 K-18", FLAG_RECEIVED);
    us_end_of_data(c, "K-18 RFC-09", 0);
    us_write(c, "K-17", 100);
    shutdown_completes(c, "K-06 SS-01");
    us_end_of_data(c, "K-18 RFC-09", 0);
    peer_drains(c, "K-06", 100);
    us_free(c, "K-20", 1);
}

/* Both claimed: the session is kept, and the peer hears nothing. */
static void claim_both(cell *c)
{
    fetch_tickets(c);
    us_set_shutdown(c, "K-18 SS-01", FLAGS_BOTH, 1);
    shutdown_completes(c, "K-13 SS-01");
    us_end_of_data(c, "K-18 RFC-09", 0);
    us_free(c, "K-20 SS-03", 1);
    if (peer_do(c, "drain")) {
        peer_text(c, "SS-01 RFC-09", "error", "ssl");
        peer_alerts(c, "SS-01", "");
    }
}

/* Taken back after the close_notify left: no second one, and no data. */
static void take_back_sent(cell *c)
{
    shutdown_sends(c, "K-06");
    us_set_shutdown(c, "K-18 SS-01", FLAGS_NONE, 1);
    shutdown_sends(c, "K-05 K-16 K-18");
    us_set_shutdown(c, "K-18 SS-01", FLAGS_NONE, 1);
    us_write_fails(c, "K-16 RFC-04", EW_ERROR_SSL, EW_REASON_CLOSED, FLAGS_NONE);
    peer_drains(c, "K-05", 0);
    peer_shutdown(c, "RFC-08", 1);
    shutdown_sends(c, "K-05 K-06");
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* Taken back after the peer's close_notify came: it is not waited for again. */
static void take_back_received(cell *c)
{
    peer_shutdown(c, "-", 0);
    us_read_ends(c, "K-14", FLAG_RECEIVED);
    us_set_shutdown(c, "K-18 SS-01", FLAGS_NONE, 1);
    us_end_of_data(c, "K-18", 1);
    us_read_ends(c, "K-14 K-18 RFC-05", FLAG_RECEIVED);
    us_set_shutdown(c, "K-18 SS-01", FLAGS_NONE, 1);
    shutdown_sends(c, "K-06");
    shutdown_completes(c, "K-18 RFC-05");
    peer_drains(c, "K-05", 0);
    us_free(c, "K-20", 1);
}

/* A value that is no set of flags is refused, and changes nothing. */
static void no_such_flags(cell *c)
{
    us_set_shutdown(c, "SS-01", 4, -1);
    us_set_shutdown(c, "SS-01", -1, -1);
    full_close(c, "K-09");
    us_free(c, "K-20", 1);
}

const scenario scenarios_flags[] = {
    SCENARIO("quiet", "quiet shutdown", quiet, 0, IN_MEMORY),
    SCENARIO("quiet-later", "quiet after our close_notify", quiet_later, 1, 0),
    SCENARIO("quiet-off-again", "quiet on, then off", quiet_off_again, 1, 0),
    SCENARIO("quiet-too-early", "quiet shutdown before the handshake", quiet_too_early, 1,
             NO_HANDSHAKE),
    SCENARIO("before-handshake", "shutdown before the handshake", before_handshake, 1,
             NO_HANDSHAKE | IN_MEMORY),
    SCENARIO("during-handshake", "shutdown during the handshake", during_handshake, 1,
             NO_HANDSHAKE),
    SCENARIO("handshake-fails", "the peer goes away during the handshake", handshake_fails, 0,
             NO_HANDSHAKE | FATAL_OUT),
    SCENARIO("handshake-after-close", "a handshake after shutdown", handshake_after_close, 1, 0),
    SCENARIO("claim-sent", "set_shutdown(SENT)", claim_sent, 0, IN_MEMORY),
    SCENARIO("claim-received", "set_shutdown(RECEIVED)", claim_received, 1, 0),
    SCENARIO("claim-both", "set_shutdown of both", claim_both, 0, 0),
    SCENARIO("take-back-sent", "SENT taken back", take_back_sent, 1, 0),
    SCENARIO("take-back-received", "RECEIVED taken back", take_back_received, 1, 0),
    SCENARIO("no-such-flags", "flags out of range", no_such_flags, 1, 0),
    {0},
};
