/* Orderly closes, in every order. */
#include "net.h"
#include "scenarios.h"
#include "script.h"

static void one_way(cell *c)
{
    fetch_tickets(c);
    us_write(c, "K-17", 100);
    shutdown_sends(c, "K-04 K-06 MP-02 MP-18 MP-19 MP-20 MP-50");
    us_end_of_data(c, "K-18 RFC-09", 0);
    peer_drains(c, "MP-02 RFC-08", 100);
    us_free(c, "K-20 MP-05 MP-09", 1);
    peer_shutdown(c, "RFC-16", 1);
}

static void one_way_orderly(cell *c)
{
    us_write(c, "K-17", 100);
    peer_begin(c, "drain");
    peer_begin(c, "shutdown");
    peer_begin(c, "close");
    us_close(c, "MP-09 RFC-10 RFC-13", 1);
    peer_drained(c, "MP-02 RFC-13", 100);
    peer_end(c, "shutdown");
    peer_number(c, "RFC-10", "ret", 1);
    peer_end(c, "close");
    us_free(c, "K-20 MP-05", 1);
}

/* The same, seen from TCP: our end closes in order and is never reset. */
static void one_way_tcp(cell *c)
{
    peer_ok(c, "write 3000"); /* unread data would make the kernel reset the connection */
    peer_begin(c, "drain");
    peer_begin(c, "wait_eof");
    peer_begin(c, "close");
    us_close(c, "MP-09 RFC-10 RFC-13", 1);
    peer_drained(c, "MP-02 RFC-13", 0);
    peer_end(c, "wait_eof");
    peer_text(c, "RFC-10 RFC-13", "end", "eof");
    peer_end(c, "close");
    us_free(c, "K-20", 1);
}

static void full_us_first(cell *c)
{
    us_write(c, "K-17", 100);
    shutdown_sends(c, "K-04 K-06 MP-18 MP-19");
    peer_drains(c, "K-06", 100);
    peer_shutdown(c, "RFC-08", 1);
    us_end_of_data(c, "K-18", 0);
    shutdown_completes(c, "K-09 MP-40 MP-41 MP-54 MP-22");
    us_end_of_data(c, "K-18 RFC-01 RFC-12", 1);
    us_read_ends(c, "K-14 MP-28", FLAGS_BOTH);
    us_free(c, "K-20", 1);
}

static void full_us_first_read(cell *c)
{
    shutdown_sends(c, "K-04 K-06 MP-08");
    peer_drains(c, "K-06", 0);
    peer_ok(c, "write 700");
    peer_shutdown(c, "RFC-08", 1);
    us_read(c, "K-15 MP-15 MP-25 MP-42 RW-01", 700);
    us_read_ends(c, "K-14 MP-22 MP-24 MP-26 MP-51", FLAGS_BOTH);
    us_end_of_data(c, "RFC-01 RFC-12", 1);
    shutdown_completes(c, "K-13 MP-54");
    us_free(c, "K-20 MP-05", 1);
}

static void peer_first(cell *c)
{
    peer_shutdown(c, "-", 0);
    us_read_ends(c, "K-14 MP-22 MP-27 GE-02", FLAG_RECEIVED);
    us_end_of_data(c, "RFC-01", 1);
    us_read_ends(c, "K-14 MP-28", FLAG_RECEIVED);
    us_write(c, "K-17 RW-02", 50);
    shutdown_completes(c, "K-06 MP-08 MP-29 MP-30 MP-54");
    peer_drains(c, "RFC-10", 50);
    peer_shutdown(c, "-", 1);
    us_free(c, "K-20", 1);
}

static void peer_first_unread(cell *c)
{
    peer_shutdown(c, "-", 0);
    shutdown_sends(c, "K-06 MP-27 MP-50");
    shutdown_completes(c, "K-09 MP-41");
    us_end_of_data(c, "RFC-01", 1);
    peer_drains(c, "K-05", 0);
    us_free(c, "K-20", 1);
}

/* The two alerts cross: each side sends before the other's has arrived. */
static void both_at_once(cell *c)
{
    relay_hold(c->wire, FROM_US, 1);
    relay_hold(c->wire, FROM_PEER, 1);
    shutdown_sends(c, "K-06");
    peer_shutdown(c, "-", 0);
    relay_hold(c->wire, FROM_US, 0);
    relay_hold(c->wire, FROM_PEER, 0);
    shutdown_completes(c, "K-09 MP-41 MP-54");
    peer_shutdown(c, "K-05", 1);
    us_free(c, "K-20", 1);
}

static void repeated(cell *c)
{
    shutdown_sends(c, "K-06");
    shutdown_waits(c, "K-09 MP-34 MP-35 MP-36 MP-57");
    shutdown_waits(c, "K-09 K-05");
    shutdown_waits(c, "K-09 K-05");
    peer_drains(c, "K-05", 0);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09 MP-41");
    shutdown_completes(c, "K-13");
    shutdown_completes(c, "K-13");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
}

/* A blocking call returns when the peer closes, however late that is. */
static void peer_takes_its_time(cell *c)
{
    shutdown_sends(c, "K-06 MP-33");
    peer_begin(c, "drain");
    peer_begin(c, "sleep 120");
    peer_begin(c, "shutdown");
    shutdown_completes(c, "K-09 MP-33 MP-41");
    peer_drained(c, "K-06", 0);
    peer_end(c, "sleep");
    peer_end(c, "shutdown");
    peer_number(c, "-", "ret", 1);
    us_free(c, "K-20", 1);
}

static void silent_peer(cell *c)
{
    long long began = net_now_ms();
    us_deadline(c, 150);
    us_shutdown(c, "K-06", 0, EW_ERROR_NONE, EW_REASON_NONE, FLAG_SENT);
    us_shutdown(c, "K-07 K-09 MP-47 MP-48", -1, EW_ERROR_WANT_READ, EW_REASON_NONE, FLAG_SENT);
    us_read_fails(c, "K-07 GE-03", EW_ERROR_WANT_READ, EW_REASON_NONE, FLAG_SENT);
    cell_check(c, "K-07", "deadlines", "kept", net_now_ms() - began < 2500, 1);
    us_end_of_data(c, "RFC-09", 0);
    us_deadline(c, -1);
    peer_drains(c, "K-07", 0);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-07 K-09 GE-03");
    us_free(c, "K-20", 1);
}

/* The bounded drain of an orderly close ends although the peer never closes. */
static void silent_peer_orderly(cell *c)
{
    long long began = net_now_ms();
    us_write(c, "K-17", 100);
    cell_check(c, "MP-48 RFC-11", "close", "bound reached",
               c->variant.engine->close(c->us, 200, 1 << 20), 0);
    cell_check(c, "MP-48", "close", "in time", net_now_ms() - began < 2500, 1);
    peer_drains(c, "RFC-13", 100);
    us_free(c, "K-20", 1);
}

static void finish_in_one_call(cell *c)
{
    us_write(c, "K-17", 100);
    peer_begin(c, "drain");
    peer_begin(c, "shutdown");
    us_finish(c, "MP-07 MP-13 MP-14 MP-54", 1, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
    us_end_of_data(c, "RFC-12", 1);
    peer_drained(c, "K-06", 100);
    peer_end(c, "shutdown");
    peer_number(c, "-", "ret", 1);
    us_free(c, "K-20", 1);
}

const scenario scenarios_close[] = {
    SCENARIO("one-way", "we send close_notify and close", one_way, 1, 0),
    SCENARIO("one-way-orderly", "the same with half-close and drain", one_way_orderly, 1,
             IN_MEMORY),
    SCENARIO("one-way-tcp", "the same with data unread: no reset", one_way_tcp, 1, 0),
    SCENARIO("full-us-first", "both ways, we begin, wait in shutdown", full_us_first, 1, IN_MEMORY),
    SCENARIO("full-us-first-read", "both ways, we begin, wait in read", full_us_first_read, 1, 0),
    SCENARIO("peer-first", "the peer begins, read sees it", peer_first, 1, IN_MEMORY),
    SCENARIO("peer-first-unread", "the peer begins, nobody reads it", peer_first_unread, 1, 0),
    SCENARIO("both-at-once", "the two alerts cross", both_at_once, 1, 0),
    SCENARIO("repeated", "shutdown again and again", repeated, 1, 0),
    SCENARIO("peer-takes-its-time", "the peer closes late", peer_takes_its_time, 1, 0),
    SCENARIO("silent-peer", "the peer is silent, we have a deadline", silent_peer, 1, 0),
    SCENARIO("silent-peer-orderly", "... and we close in order", silent_peer_orderly, 1, 0),
    SCENARIO("finish", "both ways in one call", finish_in_one_call, 1, IN_MEMORY),
    {0},
};
