/* The peer is a program of OpenSSL: s_server when we are the client, s_client when we serve. */
#include "scenarios.h"
#include "script.h"

/* The handshake is over on both sides once a line came back, or was shown. */
static void greet(cell *c)
{
    us_open(c);
    us_handshake(c, "-", 1, EW_ERROR_NONE, EW_REASON_NONE);
    us_say(c, "K-17", "hello program\n");
    if (c->variant.server)
        program_hears(c, "K-17", "hello program");
    else
        us_hear(c, "RW-01", "margorp olleh\n");
}

/* s_server says so when it has answered our close_notify; s_client says closed, and exits. */
static void program_closed(cell *c)
{
    program_hears(c, "RFC-08 MP-02", c->variant.server ? "closed" : "CONNECTION CLOSED");
    program_exits(c, "RFC-08", 0);
}

static void one_way(cell *c)
{
    greet(c);
    us_say(c, "K-17", "last words\n");
    us_close(c, "MP-09 RFC-13", 1);
    if (c->variant.server)
        program_hears(c, "RFC-13", "last words");
    program_closed(c);
    us_free(c, "K-20", 1);
}

static void full(cell *c)
{
    greet(c);
    shutdown_sends(c, "K-06 MP-18");
    shutdown_completes(c, "K-09 MP-40 MP-41 MP-54");
    us_end_of_data(c, "RFC-01", 1);
    us_free(c, "K-20", 1);
    program_closed(c);
}

static void peer_first(cell *c)
{
    greet(c);
    if (c->variant.server)
        program_says(c, "Q\n");
    else
        us_say(c, "K-17", "CLOSE\n");
    us_read_ends(c, "K-14 MP-22 GE-02", FLAG_RECEIVED);
    us_end_of_data(c, "RFC-01", 1);
    shutdown_completes(c, "K-06 MP-30");
    us_free(c, "K-20", 1);
    program_exits(c, "RFC-08", 0);
}

/* The program is killed: the kernel closes its connection, and nothing was said. */
static void killed(cell *c)
{
    greet(c);
    program_dies(c);
    us_read_fails(c, "K-12 RFC-09", EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAGS_NONE);
    us_end_of_data(c, "RFC-09", 0);
    all_refused(c, FLAGS_NONE);
    us_free(c, "K-20 FR-01", 0);
}

static void killed_in_wait(cell *c)
{
    greet(c);
    relay_hold(c->wire, FROM_US, 1);
    shutdown_sends(c, "K-06");
    program_dies(c);
    us_shutdown(c, "K-12 MP-49 RFC-09", -1, EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAG_SENT);
    us_end_of_data(c, "RFC-09", 0);
    all_refused(c, FLAG_SENT);
    us_free(c, "K-20 MP-05", 1);
}

const scenario scenarios_program[] = {
    SCENARIO("program-one-way", "openssl program: orderly one-way close", one_way, 1, PROGRAM),
    SCENARIO("program-full", "openssl program: full close", full, 1, PROGRAM | IN_MEMORY),
    SCENARIO("program-peer-first", "openssl program: it begins", peer_first, 1, PROGRAM),
    SCENARIO("program-killed", "openssl program: killed while we read", killed, 0, PROGRAM),
    SCENARIO("program-killed-in-wait", "openssl program: killed while we wait", killed_in_wait, 1,
             PROGRAM),
    {0},
};
