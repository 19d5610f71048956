/* Data around the close: still to be read, still to be written. */
#include "scenarios.h"
#include "script.h"

static void drain_by_read(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "write 50000");
    us_read(c, "K-15 MP-17 MP-23 MP-25 RW-01", 50000);
    peer_ok(c, "write 5000");
    peer_shutdown(c, "-", 1);
    us_read(c, "K-15 RFC-10", 5000);
    us_read_ends(c, "K-14 MP-24 MP-26", FLAGS_BOTH);
    shutdown_completes(c, "K-13");
    us_free(c, "K-20", 1);
}

static void unread_data(cell *c, const char *clauses)
{
    us_shutdown(c, clauses, -1, EW_ERROR_SSL, EW_REASON_UNREAD_DATA, FLAG_SENT);
    us_alive(c, "K-30 K-10", 1); /* of the class of what is fatal, and not fatal */
}

static void data_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "write 5000");
    unread_data(c, "K-10 MP-23 MP-58");
    unread_data(c, "K-10");
    us_read(c, "K-10 K-15 MP-25", 5000);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09 K-10");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
}

/* A record of which a part was read is unread data too. */
static void half_read(cell *c)
{
    peer_ok(c, "write 5000");
    us_read(c, "RW-01", 1000);
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    unread_data(c, "K-10 MP-58");
    us_read(c, "K-10 K-15", 1000);
    unread_data(c, "K-10");
    us_read(c, "K-10 K-15", 3000);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* Data and the peer's close_notify are both there when we wait. */
static void data_then_notice(cell *c)
{
    peer_ok(c, "write 20000");
    peer_shutdown(c, "-", 0);
    shutdown_sends(c, "K-06");
    unread_data(c, "K-10 MP-58");
    us_end_of_data(c, "RFC-09", 0);
    us_read(c, "K-10 MP-25", 20000);
    shutdown_completes(c, "K-09");
    us_end_of_data(c, "RFC-01", 1);
    peer_drains(c, "K-05", 0);
    us_free(c, "K-20", 1);
}

static void finish_meets_data(cell *c)
{
    peer_ok(c, "write 3000");
    peer_shutdown(c, "-", 0);
    us_finish(c, "K-10", -1, EW_ERROR_SSL, EW_REASON_UNREAD_DATA, FLAG_SENT);
    us_read(c, "K-10", 3000);
    us_finish(c, "K-09 MP-54", 1, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
    us_free(c, "K-20", 1);
}

/* What the peer puts behind its close_notify is ignored, even if it looks like a record. */
static void after_notice_ignored(cell *c)
{
    peer_ok(c, "write 300");
    peer_shutdown(c, "-", 0);
    peer_ok(c, "garbage");
    us_read(c, "K-14", 300);
    us_read_ends(c, "K-14 RFC-05", FLAG_RECEIVED);
    us_read_ends(c, "K-14 RFC-05", FLAG_RECEIVED);
    shutdown_completes(c, "K-06 RFC-05");
    us_free(c, "K-20", 1);
}

static void write_after_shutdown(cell *c)
{
    us_write(c, "K-17", 100);
    shutdown_sends(c, "K-06");
    us_write_fails(c, "K-16 MP-15 MP-16 RFC-04", EW_ERROR_SSL, EW_REASON_CLOSED, FLAG_SENT);
    us_set_shutdown(c, "K-18 SS-01", 0, 1);
    us_write_fails(c, "K-16 RFC-04", EW_ERROR_SSL, EW_REASON_CLOSED, FLAGS_NONE);
    shutdown_sends(c, "K-16 K-18");
    peer_drains(c, "K-16 RFC-04", 100);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* Would block -------------------------------------------------------------------------------- */

static void fill(cell *c, int *owed)
{
    relay_hold(c->wire, FROM_US, 1);
    us_deadline(c, DEADLINE_MS);
    *owed = us_fill(c, "K-07 RW-03 GE-03");
    us_deadline(c, -1);
}

/* What was accepted in part is flushed by shutdown, and close_notify follows its last byte. */
static void blocked_write_then_shutdown(cell *c)
{
    int owed;
    fill(c, &owed);
    shutdown_blocks(c, "K-04 K-07 MP-04 MP-34 MP-35");
    shutdown_blocks(c, "K-05 K-07 MP-36");
    relay_hold(c->wire, FROM_US, 0);
    peer_begin(c, "drain");
    shutdown_sends(c, "K-04 K-06 RW-03");
    peer_drained(c, "K-04 RW-03", c->sent + (uint64_t)owed);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

static void blocked_write_then_retry(cell *c)
{
    int owed;
    fill(c, &owed);
    relay_hold(c->wire, FROM_US, 0);
    peer_begin(c, "drain");
    us_write(c, "K-07 GE-03 RW-03", (uint64_t)owed);
    us_write(c, "K-17", 30000);
    shutdown_sends(c, "K-04 K-06");
    peer_drained(c, "K-07 RW-03", c->sent);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* Full in both directions; nothing of either stream is lost. */
static void blocked_both_ways(cell *c)
{
    enum { FLOOD = 2000000 };
    int owed;
    relay_hold(c->wire, FROM_PEER, 1);
    peer_begin(c, "write %d", FLOOD);
    fill(c, &owed);
    shutdown_blocks(c, "K-07 MP-34");
    relay_hold(c->wire, FROM_US, 0);
    relay_hold(c->wire, FROM_PEER, 0);
    us_read(c, "K-15 RW-01", FLOOD);
    peer_end(c, "write");
    peer_number(c, "RFC-10", "bytes", FLOOD);
    peer_begin(c, "drain");
    shutdown_sends(c, "K-04 K-06 K-07");
    peer_drained(c, "K-04", c->sent + (uint64_t)owed);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

static void read_blocks(cell *c)
{
    us_deadline(c, DEADLINE_MS);
    us_read_fails(c, "GE-03 K-07", EW_ERROR_WANT_READ, EW_REASON_NONE, FLAGS_NONE);
    us_deadline(c, -1);
    peer_begin(c, "sleep 50");
    peer_begin(c, "write 4000");
    us_read(c, "GE-03 K-07 MP-33", 4000);
    peer_end(c, "sleep");
    peer_end(c, "write");
    full_close(c, "K-09");
    us_free(c, "K-20", 1);
}

const scenario scenarios_data[] = {
    SCENARIO("drain-by-read", "the peer sends on, we drain by read", drain_by_read, 1, IN_MEMORY),
    SCENARIO("data-in-wait", "the peer sends on, we wait in shutdown", data_in_wait, 1, 0),
    SCENARIO("half-read", "... with a record read in part", half_read, 1, 0),
    SCENARIO("data-then-notice", "... its close_notify is behind the data", data_then_notice, 1,
             IN_MEMORY),
    SCENARIO("finish-meets-data", "... and we close both ways in one call", finish_meets_data, 1,
             0),
    SCENARIO("after-notice-ignored", "bytes behind its close_notify", after_notice_ignored, 1, 0),
    SCENARIO("write-after-shutdown", "we write after shutdown", write_after_shutdown, 1, IN_MEMORY),
    SCENARIO("blocked-then-shutdown", "a write blocks, then we shut down",
             blocked_write_then_shutdown, 1, SMALL_BUFFERS),
    SCENARIO("blocked-then-retry", "a write blocks and is repeated", blocked_write_then_retry, 1,
             SMALL_BUFFERS),
    SCENARIO("blocked-both-ways", "both directions are full", blocked_both_ways, 1, SMALL_BUFFERS),
    SCENARIO("read-blocks", "a read blocks", read_blocks, 1, 0),
    {0},
};
