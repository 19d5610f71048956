/* Records that mean nothing to a close, while we wait for the peer's close_notify. */
#include "scenarios.h"
#include "script.h"

static void close_goes_on(cell *c, const char *clauses)
{
    shutdown_waits(c, clauses);
    peer_drains(c, "K-06", 0);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09 MP-41");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
}

static void ticket_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    if (peer_do(c, "ticket"))
        peer_number(c, "-", "ret", 1);
    close_goes_on(c, "K-09 MP-12");
}

static void ticket_in_read(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_do(c, "ticket");
    peer_ok(c, "write 100");
    us_read(c, "K-15", 100);
    close_goes_on(c, "K-09");
}

static void key_update_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    if (peer_do(c, "key_update"))
        peer_number(c, "-", "ret", 1);
    shutdown_waits(c, "K-09");
    peer_ok(c, "write 100"); /* under the new keys */
    us_read(c, "K-15", 100);
    close_goes_on(c, "K-09");
}

/* The peer asks for ours in return, but nothing may follow our close_notify. */
static void key_update_asked_in_wait(cell *c)
{
    shutdown_sends(c, "K-06 RFC-04");
    if (peer_do(c, "key_update requested"))
        peer_number(c, "-", "ret", 1);
    close_goes_on(c, "K-09 RFC-04");
}

static void key_update_before_close(cell *c)
{
    if (peer_do(c, "key_update requested"))
        peer_number(c, "-", "ret", 1);
    peer_ok(c, "write 100");
    us_read(c, "-", 100);
    us_write(c, "K-17", 100); /* our answer goes before it */
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 100);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* A server asks for another handshake: nothing may follow our close_notify, no refusal either. */
static void hello_request_in_wait(cell *c)
{
    shutdown_sends(c, "K-06 RFC-04");
    if (peer_do(c, "hello_request"))
        peer_number(c, "-", "ret", 1);
    shutdown_waits(c, "K-09 RFC-04");
    peer_shutdown(c, "-", 0);
    shutdown_completes(c, "K-09 MP-41");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
}

/* A client begins one. It gets no answer, and our wait stays a wait. */
static void client_hello_in_wait(cell *c)
{
    shutdown_sends(c, "K-06 RFC-04");
    peer_begin(c, "hello_request");
    shutdown_waits(c, "K-09 RFC-04");
    us_end_of_data(c, "RFC-09", 0);
    us_free(c, "K-20", 1);
    peer_end(c, "hello_request");
    peer_number(c, "-", "ret", -1);
}

enum {
    WARNING = 1,
    FATAL = 2,
    CLOSE_NOTIFY = 0,
    USER_CANCELED = 90,
    UNRECOGNIZED_NAME = 112,
    INTERNAL_ERROR = 80
};

static void alert(cell *c, int level, int description)
{
    peer_ok(c, "send_alert %d %d", level, description);
}

static void user_canceled_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    alert(c, WARNING, USER_CANCELED);
    shutdown_waits(c, "K-09 RFC-07");
    us_end_of_data(c, "RFC-07 RFC-09", 0);
    alert(c, WARNING, CLOSE_NOTIFY);
    shutdown_completes(c, "K-09 RFC-07");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
}

static void user_canceled_in_read(cell *c)
{
    alert(c, WARNING, USER_CANCELED);
    alert(c, WARNING, CLOSE_NOTIFY);
    us_read_ends(c, "K-14 RFC-07 MP-26", FLAG_RECEIVED);
    us_end_of_data(c, "RFC-01", 1);
    shutdown_completes(c, "K-06");
    us_free(c, "K-20", 1);
}

static void warning_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    alert(c, WARNING, UNRECOGNIZED_NAME);
    shutdown_waits(c, "K-09");
    alert(c, WARNING, CLOSE_NOTIFY);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/* Each error alert ends the connection, and is no close. */
static void error_alert_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    alert(c, FATAL, INTERNAL_ERROR);
    us_shutdown(c, "K-11 RFC-02 RFC-03", -1, EW_ERROR_SSL, EW_REASON_FATAL_ALERT, FLAG_SENT);
    us_end_of_data(c, "K-11 RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 RFC-17", 0);
}

static void empty_records_in_wait(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_ok(c, "send_empty 3");
    shutdown_waits(c, "K-09");
    alert(c, WARNING, CLOSE_NOTIFY);
    shutdown_completes(c, "K-09");
    us_free(c, "K-20", 1);
}

/*
 * More records than one call processes are in the socket, the close_notify behind them. No edge will
 * tell of them again: `again` is what keeps the call from waiting for one.
 */
static void again_under_edges(cell *c)
{
    shutdown_sends(c, "K-06");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "tickets 200");
    peer_shutdown(c, "-", 1);
    peer_ok(c, "sleep 50");
    us_shutdown_by_edges(c, "K-28 K-09", 1, FLAGS_BOTH);
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20 K-28", 1);
}

const scenario scenarios_message[] = {
    SCENARIO("ticket-in-wait", "a ticket while we wait", ticket_in_wait, 1,
             ONLY_TLS13 | ONLY_CLIENT | IN_MEMORY),
    SCENARIO("ticket-in-read", "a ticket while we read on", ticket_in_read, 1,
             ONLY_TLS13 | ONLY_CLIENT),
    SCENARIO("again-under-edges", "200 tickets, and a poller that tells edges", again_under_edges,
             1, ONLY_TLS13 | ONLY_CLIENT | ONLY_NONBLOCKING),
    SCENARIO("key-update-in-wait", "a KeyUpdate while we wait", key_update_in_wait, 1, ONLY_TLS13),
    SCENARIO("key-update-asked", "... that asks for ours", key_update_asked_in_wait, 1,
             ONLY_TLS13 | IN_MEMORY),
    SCENARIO("key-update-before", "... before we close", key_update_before_close, 1, ONLY_TLS13),
    SCENARIO("hello-request-in-wait", "a HelloRequest while we wait", hello_request_in_wait, 1,
             ONLY_TLS12 | ONLY_CLIENT | IN_MEMORY),
    SCENARIO("client-hello-in-wait", "a ClientHello while we wait", client_hello_in_wait, 1,
             ONLY_TLS12 | ONLY_SERVER),
    SCENARIO("user-canceled-in-wait", "user_canceled while we wait", user_canceled_in_wait, 1,
             OWN_RECORDS),
    SCENARIO("user-canceled-in-read", "user_canceled while we read", user_canceled_in_read, 1,
             OWN_RECORDS),
    SCENARIO("warning-in-wait", "a warning while we wait", warning_in_wait, 1,
             ONLY_TLS12 | OWN_RECORDS),
    SCENARIO("error-alert-in-wait", "internal_error while we wait", error_alert_in_wait, 1,
             OWN_RECORDS),
    SCENARIO("empty-records-in-wait", "empty records while we wait", empty_records_in_wait, 1,
             OWN_RECORDS),
    {0},
};
