/* What every port has to keep of the data, in both directions. */
#include "cases.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "frame.h"

void data_while_waiting_is_not_lost(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_write(&l, "one", 3);
    peer_write(&l, "two", 3);
    peer_closes();
    closing_fails(EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    link_failed(&l, ew_conn_finish(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    reading_gets("one");
    closing_fails(EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    reading_gets("two");
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

void data_is_read_in_parts(void **state)
{
    char b[4];

    link_open(&l, *state);
    peer_sends("abcdefgh");
    assert_int_equal(ew_conn_read(&l.c, b, 3), 3);
    assert_memory_equal(b, "abc", 3);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    closing_fails(EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    reading_gets("defgh");
    closing_waits(EW_ERROR_WANT_READ);
    link_close(&l);
}

void a_blocked_write_is_repeated_byte_by_byte(void **state)
{
    static uint8_t moved[5000];

    link_open(&l, *state);
    block_a_write(5000);
    memcpy(moved, big, sizeof moved);
    reading_waits();
    on_send.budget = 10;
    link_failed(&l, ew_conn_write(&l.c, moved, 5000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, moved, 5000), 5000);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 4), 4);
    peer_reads(&l, big, 5004, -1);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

void a_repeated_write_may_be_longer(void **state)
{
    link_open(&l, *state);
    block_a_write(5000);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 9000), 5000);
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 4000), 4000);
    peer_reads(&l, big, 9000, -1);
    link_close(&l);
}

/* The connection lets none through; the port does not count on that. */
void a_repeated_write_is_not_shorter(void **state)
{
    static uint8_t less[100];
    int written = 0;

    for (int unblocked = 0; unblocked < 2; unblocked++) {
        link_open(&l, *state);
        block_a_write(5000);
        on_send.budget = unblocked ? -1 : 0;
        l.c.transport.detail = NULL;
        assert_int_equal(l.c.port->write(l.c.engine, less, sizeof less, &written),
                         EW_EVENT_TLS_ERROR);
        assert_int_equal(written, 0);
        assert_non_null(l.c.transport.detail);
        unblock();
        assert_int_equal(l.c.port->flush(l.c.engine), EW_EVENT_DONE);
        peer_reads(&l, big, 5000, -1);
        link_close(&l);
    }
}

void reading_goes_on_after_a_flush(void **state)
{
    link_open(&l, *state);
    for (int round = 0; round < 2; round++) {
        block_a_write(300);
        unblock();
        assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
        peer_sends("news");
        reading_gets("news");
        peer_reads(&l, big, 300, -1);
    }
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

void reading_goes_on_while_writing_is_blocked(void **state)
{
    link_open(&l, *state);
    block_a_write(300);
    peer_sends("news");
    reading_gets("news");
    reading_waits();
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    peer_reads(&l, big, 300, -1);
    link_close(&l);
}

/* Where the port can look; else it says so, and reading goes on. */
void what_was_looked_at_is_read(void **state)
{
    char looked[64] = "", again[3] = "";

    link_open(&l, *state);
    peer_sends("abcdefgh");
    if (l.c.port->peek == NULL) {
        link_failed(&l, ew_conn_peek(&l.c, looked, sizeof looked), EW_ERROR_SSL, EW_REASON_NONE);
        assert_int_equal(errno, EOPNOTSUPP);
    } else {
        assert_int_equal(ew_conn_peek(&l.c, looked, sizeof looked), 8);
        assert_int_equal(ew_conn_peek(&l.c, again, sizeof again), 3);
        assert_memory_equal(looked, "abcdefgh", 8);
        assert_memory_equal(again, "abc", 3);
        assert_int_equal(ew_conn_pending(&l.c), l.c.port->pending == NULL ? -1 : 8);
    }
    reading_gets("abcdefgh");
    assert_int_equal(ew_conn_pending(&l.c), l.c.port->pending == NULL ? -1 : 0);
    peer_closes();
    if (l.c.port->peek != NULL) {
        assert_int_equal(ew_conn_peek(&l.c, looked, sizeof looked), 0);
    }
    reading_ends();
    link_close(&l);
}

enum { MUCH = 100000 };

static uint8_t much[MUCH];

/* The socket takes so much of it and no more, until the deadline; the rest is written after that. */
static size_t write_until_late(long budget)
{
    ptrdiff_t n;

    on_send.budget = budget;
    ew_conn_set_deadline(&l.c, 300);
    n = ew_conn_write(&l.c, much, MUCH);
    assert_in_range(n, 1, budget);
    assert_int_equal(ew_conn_get_error(&l.c, (int)n), EW_ERROR_NONE);
    link_failed(&l, (int)ew_conn_write(&l.c, much + n, 10), EW_ERROR_SSL, EW_REASON_NONE);
    link_failed(&l, (int)ew_conn_write(&l.c, much + n, (size_t)(MUCH - n)), EW_ERROR_WANT_WRITE,
                EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    return (size_t)n;
}

/* The socket of a link does not block; a connection that waits is all that this needs. */
void a_blocking_write_sends_all(void **state)
{
    static const int size = 1 << 20;

    for (size_t i = 0; i < MUCH; i++) {
        much[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (int late = 0; late < 2; late++) {
        size_t done = 0;

        link_open(&l, *state);
        assert_int_equal(setsockopt(l.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
        l.c.blocking = 1;
        if (late) {
            done = write_until_late(40000);
            unblock();
            ew_conn_set_deadline(&l.c, -1);
        }
        assert_int_equal(ew_conn_write(&l.c, much + done, MUCH - done), MUCH - done);
        peer_reads(&l, much, MUCH, -1);
        link_close(&l);
    }
}

void empty_records_are_not_the_end(void **state)
{
    const variant *v = *state;

    link_open(&l, v);
    for (int i = 0; i < (v->other->limits & FEW_EMPTY_RECORDS ? 3 : 9); i++) {
        assert_int_equal(mbedtls_ssl_write(&l.peer.mbed, big, 0), 0);
    }
    wire_release(&l.w, ALL);
    reading_waits();
    peer_sends("data");
    reading_gets("data");
    link_close(&l);
}
