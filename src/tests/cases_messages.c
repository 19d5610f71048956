/*
 * What every port has to keep when the peer says what means nothing to a close: requests for
 * another handshake, warnings, tickets, KeyUpdates; and of handshakes.
 */
#include "cases.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "frame.h"
#include "messages.h"

/* Requests and warnings of an mbedTLS peer ----------------------------------- */

void a_request_for_a_handshake_is_not_answered_after_the_close(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    closing_waits(EW_ERROR_WANT_READ);
    reading_waits();
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(l.c.transport.swallowed > 0, v->other->limits & REFUSES_AFTER_CLOSE ? 1 : 0);
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

/* The transport takes a refusal whole, so that it does not mix with the data. */
void a_blocked_refusal_does_not_swallow_the_data(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    on_send.budget = 4;
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    reading_waits();
    link_failed(&l, ew_conn_write(&l.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
    assert_int_equal(wire_records(&l.w), v->other->limits & REFUSES_REQUESTS ? 2 : 1);
    peer_gets(&l, "data", 4, -1);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_close(&l);
}

static void next_edge(int edges)
{
    struct epoll_event event;

    assert_int_equal(epoll_wait(edges, &event, 1, 2000), 1);
}

/*
 * What an edge-triggered loop gets: it waits for an edge after WANT_READ, and only then. The one
 * edge of all that has arrived is used up by the first read.
 */
static void edges_bring(const char *text)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int edges = epoll_create1(0);
    char got[64];
    int pauses = 0;
    int n;

    assert_int_equal(epoll_ctl(edges, EPOLL_CTL_ADD, l.fd, &event), 0);
    next_edge(edges);
    while ((n = ew_conn_read(&l.c, got, sizeof got)) < 0) {
        int error = ew_conn_get_error(&l.c, n);

        if (error == EW_ERROR_AGAIN) {
            assert_int_equal(ew_conn_timeout(&l.c), 0);
            pauses++;
        } else {
            assert_int_equal(error, EW_ERROR_WANT_READ);
            next_edge(edges);
        }
    }
    assert_int_equal(n, strlen(text));
    assert_memory_equal(got, text, (size_t)n);
    assert_in_range(pauses, 1, 2);
    close(edges);
}

/* A call returns in the midst of a flood, nothing is lost; or the engine has a bound of its own. */
static void flood_ends(int counted)
{
    if (counted) {
        peer_closes();
        reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    } else {
        peer_write(&l, "data", 4);
        peer_closes();
        edges_bring("data");
        reading_ends(); /* it was all there */
    }
    link_close(&l);
}

void a_flood_of_requests_is_bounded(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    peer_handshake_message(&l, HELLO_REQUEST, EW_RECORD_BUDGET + 10);
    flood_ends(v->other->limits & COUNTS_REQUESTS);
}

void a_flood_of_warnings_is_bounded(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    for (int i = 0; i < EW_RECORD_BUDGET + 10; i++) {
        peer_alert(&l, 1, 90);
    }
    flood_ends(v->other->limits & COUNTS_WARNINGS);
}

/* Messages of TLS 1.3 --------------------------------------------------------- */

void a_flood_of_tickets_is_bounded(void **state)
{
    link_open(&l, *state);
    for (int i = 0; i < EW_RECORD_BUDGET + 10; i++) {
        peer_says(&l, make_ticket);
    }
    flood_ends(0);
}

void tickets_while_waiting_are_skipped(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    for (int i = 0; i < 5; i++) {
        peer_says(&l, make_ticket);
    }
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

void their_key_update_is_not_answered_after_the_close(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_says(&l, ask_key_update);
    peer_write(&l, "new key", 7);
    peer_closes();
    if (v->other->limits & NO_KEY_UPDATE) {
        closing_fails(EW_ERROR_SSL, EW_REASON_TLS);
    } else {
        closing_fails(EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
        reading_gets("new key");
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
    }
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

/* Handshakes ------------------------------------------------------------------ */

/* It is over when the last of it has left, and no earlier. */
void a_handshake_leaves_in_pieces(void **state)
{
    int ours = -1;
    int theirs = 0;

    link_make(&l, *state);
    link_attach(&l);
    for (int turn = 0; turn < 1000 && (ours != 1 || theirs != 1); turn++) {
        on_send.budget = 7;
        ours = ours == 1 ? 1 : ew_conn_handshake(&l.c);
        if (l.c.transport.met & EW_MET_SEND_BLOCKED) {
            link_failed(&l, ours, EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        }
        theirs = peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    assert_int_equal(ours, 1);
    assert_int_equal(theirs, 1);
    link_close(&l);
}

void a_handshake_that_is_over_cannot_be_attached(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    refused(v->other->port, link_object(&l));
    link_close(&l);
}

void a_second_handshake_is_allowed_until_the_close(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_handshake(&l.c), 1); /* nothing to do */
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

void a_handshake_with_nonsense_fails(void **state)
{
    link_make(&l, *state);
    link_start(&l);
    link_renew(&l);
    link_attach(&l);
    peer_forges();
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    link_close(&l);
}
