/* How else a connection ends: abort, release, finish in the midst of a close, and corrupt memory. */
#include "support.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn_fixture.h"

/* K-24, K-26: a machine with a byte out of range is not taken at its word. */
static void a_corrupt_machine_has_closed_nothing(void **state)
{
    fixture f;

    (void)state;
    for (size_t at = 0; at < sizeof f.c.machine; at++) {
        establish(&f, "", 0);
        ((uint8_t *)&f.c.machine)[at] = 77;
        close(f.peer);
        failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_SSL, EW_REASON_CORRUPT);
        assert_false(is_open(f.fd));
        stop(&f);
    }
    for (size_t at = 0; at < sizeof f.c.machine; at++) {
        establish(&f, "c.", 0);
        assert_int_equal(ew_conn_shutdown(&f.c), 0);
        ((uint8_t *)&f.c.machine)[at] = 77;
        close(f.peer);
        failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_SSL, EW_REASON_CORRUPT);
        stop(&f);
    }
}

/* OC-01: nothing can be concluded from it, not even that the descriptor is still ours. */
static void a_corrupt_close_leaves_the_descriptor(void **state)
{
    fixture f;

    (void)state;
    for (size_t at = 0; at < sizeof f.c.orderly; at++) {
        uint8_t was;

        establish(&f, "", at % 2 != 0);
        was = ((uint8_t *)&f.c.orderly)[at];
        ((uint8_t *)&f.c.orderly)[at] = 77;
        failed(&f, ew_conn_close(&f.c, 50, 1000), EW_ERROR_SSL, EW_REASON_CORRUPT);
        failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_CORRUPT);
        failed(&f, ew_conn_abort(&f.c), EW_ERROR_SSL, EW_REASON_CORRUPT);
        failed(&f, ew_conn_release(&f.c), EW_ERROR_SSL, EW_REASON_CORRUPT);
        failed(&f, ew_conn_clear(&f.c), EW_ERROR_SSL, EW_REASON_CORRUPT);
        assert_true(is_open(f.fd));
        assert_int_equal(f.e.cleared, 0);
        ((uint8_t *)&f.c.orderly)[at] = was; /* and nothing was changed */
        stop(&f);
    }
}

/* OC-13: the time of a close that has begun is not that of a finish. */
static void finish_has_no_time_of_its_own(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "cWcWcW", 1);
    failed(&f, ew_conn_close(&f.c, 1000, 1000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    wait_ms(1001);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_true(is_open(f.fd));
    ends_unsent(&f, ew_conn_close(&f.c, 60000, 1000));
    stop(&f);
}

/* OC-15 */
static void release_in_the_middle_of_a_close(void **state)
{
    fixture f;

    (void)state;
    for (int is_sent = 0; is_sent < 2; is_sent++) {
        establish(&f, is_sent ? "c." : "cW", 1);
        failed(&f, ew_conn_close(&f.c, 5000, 1000),
               is_sent ? EW_ERROR_WANT_READ : EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        assert_int_equal(ew_conn_release(&f.c), f.fd);
        assert_int_equal(ew_conn_close(&f.c, 5000, 1000), -1);
        assert_int_equal(ew_conn_abort(&f.c), -1);
        assert_true(is_open(f.fd));
        close(f.fd);
        stop(&f);
    }
}

static void abort_sends_nothing_and_does_not_wait(void **state)
{
    static const struct linger patient = {1, 100};
    fixture f;
    char b[4];
    int64_t before = clock_ms();

    (void)state;
    start_tcp(&f, "h.wWcW");
    assert_int_equal(setsockopt(f.fd, SOL_SOCKET, SO_LINGER, &patient, sizeof patient), 0);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    ew_conn_set_deadline(&f.c, 0);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    f.e.script = "";
    fill(f.fd);
    assert_int_equal(ew_conn_abort(&f.c), 0);
    assert_in_range(clock_ms() - before, 0, 60000);
    assert_false(is_open(f.fd));
    assert_int_equal(f.e.kept, 0); /* nothing was closed */
    assert_int_equal(ew_conn_abort(&f.c), -1);
    assert_int_equal(errno, EBADF);
    stop(&f);
    establish(&f, "c.", 1); /* in the middle of a close */
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_abort(&f.c), 0);
    assert_int_equal(read(f.peer, b, 1), 0);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_corrupt_machine_has_closed_nothing),
        cmocka_unit_test(a_corrupt_close_leaves_the_descriptor),
        cmocka_unit_test(finish_has_no_time_of_its_own),
        cmocka_unit_test(release_in_the_middle_of_a_close),
        cmocka_unit_test(abort_sends_nothing_and_does_not_wait),
    };

    return RUN(tests);
}
