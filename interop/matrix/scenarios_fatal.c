/* Ends that are not orderly, and what every call says afterwards. */
#include "scenarios.h"
#include "script.h"

enum { BAD_RECORD_MAC = 20 }; /* what the peer's `alert` sends */

static void truncated_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "eof");
    us_shutdown(c, "K-12 MP-49 RFC-09", -1, EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAG_SENT);
    us_end_of_data(c, "RFC-09 K-18", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 MP-05", 1);
}

static void truncated_read(cell *c)
{
    peer_ok(c, "write 200");
    peer_ok(c, "eof");
    us_read(c, "RW-01", 200);
    us_read_fails(c, "K-12 RFC-09", EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAGS_NONE);
    us_end_of_data(c, "RFC-09 K-18", 0);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 FR-01 SS-05", 0);
}

/* The end comes in the middle of a record. */
static void truncated_record(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_ok(c, "half_record");
    peer_ok(c, "eof");
    us_shutdown(c, "K-12 RFC-09", -1, EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAG_SENT);
    us_end_of_data(c, "RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20", 1);
}

static void reset(cell *c)
{
    peer_ok(c, "reset");
    relay_wait_end(c->wire, FROM_PEER, 2000);
}

static void reset_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    reset(c);
    us_shutdown(c, "K-08 MP-55 MP-56 GE-04", -1, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAG_SENT);
    us_end_of_data(c, "RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 K-08", 1);
}

static void reset_read(cell *c)
{
    reset(c);
    us_read_fails(c, "K-08 GE-04", EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAGS_NONE);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 FR-01", 0);
}

static void reset_write(cell *c)
{
    reset(c);
    us_write_fails(c, "K-08 GE-04", EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAGS_NONE);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20", 0);
}

/* The alert cannot be sent: `SENT` stays, and so does the session. */
static void reset_shutdown(cell *c)
{
    reset(c);
    us_shutdown(c, "K-08 MP-03 MP-04 MP-55", -1, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAG_SENT);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 K-08 MP-05", 1);
}

/* The peer closes TCP without a word, and answers what we send with a reset. From then on the
 * kernel has SIGPIPE for whoever sends, which kills a cell. */
static void gone(cell *c)
{
    fetch_tickets(c);
    peer_ok(c, "close");
    relay_wait_end(c->wire, FROM_PEER, 2000);
    us_write(c, "K-17", 100);
    cell_check(c, "-", "the wire", "is reset", relay_wait_end(c->wire, FROM_US, 2000), 1);
}

static void gone_write(cell *c)
{
    gone(c);
    us_write_fails(c, "K-08 GE-04", EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAGS_NONE);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20", 0);
}

static void gone_shutdown(cell *c)
{
    gone(c);
    us_shutdown(c, "K-08 MP-03 MP-04 MP-55", -1, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT, FLAG_SENT);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 K-08 MP-05", 1);
}

static void alert_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_do(c, "alert");
    us_shutdown(c, "K-11 RFC-02 RFC-03", -1, EW_ERROR_SSL, EW_REASON_FATAL_ALERT, FLAG_SENT);
    us_alert(c, "K-11", BAD_RECORD_MAC);
    us_alive(c, "K-30", 0);
    us_end_of_data(c, "K-11 RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 RFC-17", 0);
}

static void alert_read(cell *c)
{
    peer_ok(c, "write 200");
    peer_do(c, "alert");
    us_read(c, "RW-01", 200);
    us_read_fails(c, "K-11 RFC-02", EW_ERROR_SSL, EW_REASON_FATAL_ALERT, FLAGS_NONE);
    us_end_of_data(c, "K-11 RFC-09", 0);
    us_set_shutdown(c, "K-01", FLAG_SENT, -1);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 RFC-17", 0);
}

static void bad_record_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "garbage");
    us_shutdown(c, "K-08 MP-55", -1, EW_ERROR_SSL, EW_REASON_TLS, FLAG_SENT);
    us_end_of_data(c, "RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 RFC-17", 0);
}

static void bad_record_read(cell *c)
{
    peer_ok(c, "garbage");
    us_read_fails(c, "K-08 GE-05", EW_ERROR_SSL, EW_REASON_TLS, FLAGS_NONE);
    us_quiet(c, "K-01 K-03", 1, -1);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 FR-01", 0);
}

/* After a fatal error an orderly close still closes TCP in order, and sends nothing. */
static void close_after_fatal(cell *c)
{
    peer_ok(c, "garbage");
    us_read_fails(c, "K-08", EW_ERROR_SSL, EW_REASON_TLS, FLAGS_NONE);
    peer_begin(c, "wait_eof");
    peer_begin(c, "close");
    us_close(c, "K-01 RFC-14", -1); /* closed, and our close_notify did not go out */
    peer_end(c, "wait_eof");
    peer_text(c, "RFC-13", "end", "eof");
    peer_end(c, "close");
    us_free(c, "K-20", 0);
}

const scenario scenarios_fatal[] = {
    SCENARIO("truncated-wait", "TCP ends while we wait in shutdown", truncated_wait, 1, IN_MEMORY),
    SCENARIO("truncated-read", "TCP ends while we read", truncated_read, 0, IN_MEMORY),
    SCENARIO("truncated-record", "TCP ends inside a record", truncated_record, 1, 0),
    SCENARIO("reset-wait", "reset while we wait in shutdown", reset_wait, 1, 0),
    SCENARIO("reset-read", "reset while we read", reset_read, 0, 0),
    SCENARIO("reset-write", "reset while we write", reset_write, 0, 0),
    SCENARIO("reset-shutdown", "reset, then we shut down", reset_shutdown, 0, 0),
    SCENARIO("gone-write", "the peer is gone, we write", gone_write, 0, 0),
    SCENARIO("gone-shutdown", "the peer is gone, we shut down", gone_shutdown, 0, 0),
    SCENARIO("alert-wait", "fatal alert while we wait in shutdown", alert_wait, 1, 0),
    SCENARIO("alert-read", "fatal alert while we read", alert_read, 0, IN_MEMORY),
    SCENARIO("bad-record-wait", "forged record while we wait in shutdown", bad_record_wait, 1, 0),
    SCENARIO("bad-record-read", "forged record while we read", bad_record_read, 0,
             FATAL_OUT | IN_MEMORY),
    SCENARIO("close-after-fatal", "orderly close after a fatal error", close_after_fatal, 0,
             FATAL_OUT),
    {0},
};
