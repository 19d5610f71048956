/* The orderly close and its bounds, and what an event loop is told meanwhile. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conn_fixture.h"

static void close_waits_for_the_peer(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "c.", 1);
    assert_int_equal(write(f.peer, "unread", 6), 6);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), -1);
    assert_int_equal(ew_conn_get_error(&f.c, -1), EW_ERROR_WANT_READ);
    assert_int_equal(errno, EAGAIN);
    assert_true(is_open(f.fd));
    assert_int_equal(read(f.peer, b, 1), 0); /* our side is closed */
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 1);
    assert_int_equal(ew_conn_get_error(&f.c, 0), EW_ERROR_NONE);
    assert_false(is_open(f.fd));
    stop(&f);
}

static void close_drains_for_a_bounded_time(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "c.", 0);
    assert_int_equal(ew_conn_close(&f.c, 60, 1000), 0);
    assert_in_range(clock_ms() - before, 60, 60000);
    assert_false(is_open(f.fd));
    stop(&f);
    establish(&f, "c.", 1);
    assert_int_equal(ew_conn_close(&f.c, 0, 1000), 0);
    assert_false(is_open(f.fd));
    stop(&f);
}

static void close_drains_a_bounded_number_of_bytes(void **state)
{
    fixture f;
    static char b[5000];
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "c.", 0);
    assert_int_equal(write(f.peer, b, sizeof b), sizeof b);
    assert_int_equal(ew_conn_close(&f.c, 200000, 4999), 0);
    assert_in_range(clock_ms() - before, 0, 100000);
    stop(&f);
    establish(&f, "c.", 0);
    assert_int_equal(write(f.peer, b, sizeof b), sizeof b);
    on_recv.interrupts = 1;
    shutdown(f.peer, SHUT_WR);
    assert_int_equal(ew_conn_close(&f.c, 20000, 5001), 1);
    stop(&f);
}

enum { IN_FLIGHT = 8 << 20 };

/* The other process: sends data that we never read, then reads slowly, to the end. */
static void slow_peer(int fd)
{
    static char b[65536];
    const struct timespec pause = {0, 10000000};
    long total = 0;
    ssize_t n = write(fd, b, sizeof b);

    while ((n = read(fd, b, sizeof b)) > 0) {
        total += n;
        if (total % (1 << 20) < n) {
            nanosleep(&pause, NULL);
        }
    }
    _exit(n == 0 && total == IN_FLIGHT ? 0 : 1);
}

/* Over TCP: a socket closed with unread data is reset, and what is in flight is lost. */
static void close_loses_nothing_in_flight(void **state)
{
    static char b[65536];
    fake_engine e = {.script = "h.c."};
    ew_conn c;
    pid_t child;
    int fds[2], status = -1;

    (void)state;
    faults_reset();
    tcp_pair(fds);
    child = fork();
    if (child == 0) {
        close(fds[0]);
        slow_peer(fds[1]);
    }
    close(fds[1]);
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), 0);
    assert_int_equal(ew_conn_handshake(&c), 1);
    for (long left = IN_FLIGHT; left > 0; left -= (long)sizeof b) {
        assert_int_equal(write(fds[0], b, sizeof b), sizeof b);
    }
    assert_int_equal(ew_conn_close(&c, 20000, 1 << 20), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void close_after_a_reset(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "c.", 0);
    on_recv.error = ECONNRESET;
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 0);
    assert_false(is_open(f.fd));
    stop(&f);
}

static void close_sends_the_notice_once(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "wWfWf.cWc.", 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_close(&f.c, 5000, 1), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_close(&f.c, 5000, 1), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1), 1);
    stop(&f);
    establish(&f, "c.", 0);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1), 1); /* and did not wait for theirs */
    stop(&f);
    establish(&f, "", 0);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 1), 1); /* claimed */
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1), 1);
    stop(&f);
}

static void close_says_when_the_notice_did_not_go(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "ra", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    close(f.peer);
    failed(&f, ew_conn_close(&f.c, 5000, 100), EW_ERROR_SSL, EW_REASON_FATAL);
    assert_false(is_open(f.fd));
    stop(&f);
    assert_int_equal(f.e.kept, 0);
    start(&f, "", 0);
    close(f.peer);
    failed(&f, ew_conn_close(&f.c, 5000, 100), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    assert_false(is_open(f.fd));
    stop(&f);
    establish(&f, "ci", 1);
    failed(&f, ew_conn_close(&f.c, 5000, 100), EW_ERROR_WANT_READ, EW_REASON_NONE);
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 100), -1);
    assert_false(is_open(f.fd));
    stop(&f);
}

/* Not sent, and the peer not done: when the wait is over the failure is still what it was. */
static void close_keeps_its_failure_while_it_drains(void **state)
{
    fixture f;
    int ret;

    (void)state;
    establish(&f, "ci", 1);
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(shutdown(f.peer, SHUT_WR), 0);
    ret = ew_conn_close(&f.c, 5000, 1000);
    assert_int_equal(errno, ECONNRESET);
    failed(&f, ret, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_false(is_open(f.fd));
    stop(&f);
}

/* Bounds -------------------------------------------------------------------- */

static void close_ends_although_the_peer_never_reads(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "cW", 0);
    fill(f.fd);
    ends_unsent(&f, ew_conn_close(&f.c, 60, 1000));
    assert_in_range(clock_ms() - before, 60, 60000);
    stop(&f);
    establish(&f, "wWfW", 0); /* with a record in hand, and a deadline that does not count here */
    ew_conn_set_deadline(&f.c, 0);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    fill(f.fd);
    before = clock_ms();
    ends_unsent(&f, ew_conn_close(&f.c, 60, 1000));
    assert_in_range(clock_ms() - before, 60, 60000);
    stop(&f);
}

/* Half a ticket: libssl has to read its rest before it can send (want_read). */
static void close_ends_in_the_middle_of_a_message(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "cR", 0);
    ends_unsent(&f, ew_conn_close(&f.c, 60, 1000));
    stop(&f);
    establish(&f, "cR+", 0);
    assert_int_equal(write(f.peer, "!", 1), 1); /* a byte at a time */
    ends_unsent(&f, ew_conn_close(&f.c, 60, 1000));
    f.e.script = "";
    stop(&f);
}

static void a_nonblocking_close_ends_in_time(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "cWcRcW", 1);
    failed(&f, ew_conn_close(&f.c, 1000, 1000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_in_range(ew_conn_timeout(&f.c), 1, 1000);
    wait_ms(20);
    failed(&f, ew_conn_close(&f.c, 1000, 1000), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_in_range(ew_conn_timeout(&f.c), 0, 980); /* it goes on from the first call */
    assert_true(is_open(f.fd));
    wait_ms(1000);
    assert_int_equal(ew_conn_timeout(&f.c), 0);
    ends_unsent(&f, ew_conn_close(&f.c, 60000, 1000));
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    stop(&f);
}

static void close_without_time_tries_once(void **state)
{
    fixture f;

    (void)state;
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        establish(&f, "c.", nonblocking);
        assert_int_equal(ew_conn_close(&f.c, 0, 1000), 0);
        assert_false(is_open(f.fd));
        stop(&f);
        establish(&f, "cW", nonblocking);
        ends_unsent(&f, ew_conn_close(&f.c, 0, 1000));
        stop(&f);
        establish(&f, "cW", nonblocking);
        ends_unsent(&f, ew_conn_close(&f.c, -7, 1000));
        stop(&f);
    }
}

/* What a call may drop is bounded too, so that a flood does not keep the event loop. */
static void a_flood_does_not_keep_a_nonblocking_close(void **state)
{
    static char b[EW_DRAIN_BUDGET];
    fixture f;
    int calls = 0, ret;

    (void)state;
    establish(&f, "c.", 1);
    assert_int_equal(write(f.peer, b, sizeof b), sizeof b);
    assert_int_equal(write(f.peer, b, sizeof b), sizeof b);
    shutdown(f.peer, SHUT_WR);
    while ((ret = ew_conn_close(&f.c, 5000, 1 << 20)) < 0) {
        failed(&f, ret, EW_ERROR_AGAIN, EW_REASON_NONE);
        assert_int_equal(errno, EAGAIN);
        assert_int_equal(ew_conn_timeout(&f.c), 0); /* there is more, and no edge will say so */
        calls++;
    }
    assert_int_equal(ret, 1);
    assert_int_equal(calls, 2);
    stop(&f);
}

/* With 0 seconds to linger close would throw away what the peer has not read yet. */
static void an_orderly_close_is_no_reset(void **state)
{
    static const struct linger at_once = {1, 0};
    static char b[65536];
    fixture f;
    long total = 0;
    ssize_t n;

    (void)state;
    start_tcp(&f, "h.c.");
    assert_int_equal(setsockopt(f.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(write(f.fd, b, sizeof b), sizeof b);
    assert_int_equal(ew_conn_close(&f.c, 0, 1000), 0);
    while ((n = read(f.peer, b, 1000)) > 0) {
        total += n;
    }
    assert_int_equal(n, 0);
    assert_int_equal(total, sizeof b);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_waits_for_the_peer),
        cmocka_unit_test(close_drains_for_a_bounded_time),
        cmocka_unit_test(close_drains_a_bounded_number_of_bytes),
        cmocka_unit_test(close_loses_nothing_in_flight),
        cmocka_unit_test(close_after_a_reset),
        cmocka_unit_test(close_sends_the_notice_once),
        cmocka_unit_test(close_says_when_the_notice_did_not_go),
        cmocka_unit_test(close_keeps_its_failure_while_it_drains),
        cmocka_unit_test(close_ends_although_the_peer_never_reads),
        cmocka_unit_test(close_ends_in_the_middle_of_a_message),
        cmocka_unit_test(a_nonblocking_close_ends_in_time),
        cmocka_unit_test(close_without_time_tries_once),
        cmocka_unit_test(a_flood_does_not_keep_a_nonblocking_close),
        cmocka_unit_test(an_orderly_close_is_no_reset),
    };

    return RUN(tests);
}
