/* What takes time: deadlines, signals, floods, error queues. */
#include "support.h"

#include <errno.h>
#include <linux/net_tstamp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "conn_fixture.h"

/* Waiting ------------------------------------------------------------------ */

static void a_deadline_ends_the_wait(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "c.rRrn", 0);
    ew_conn_set_deadline(&f.c, 60);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    assert_in_range(clock_ms() - before, 60, 60000);
    ew_conn_set_deadline(&f.c, -5);
    assert_int_equal(ew_conn_shutdown(&f.c), 1); /* nothing was lost */
    stop(&f);
}

static void a_deadline_of_zero_never_waits(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "rRwW", 0);
    ew_conn_set_deadline(&f.c, 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    failed(&f, ew_conn_write(&f.c, b, 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    stop(&f);
}

/* However many calls it takes: a peer that sends a byte at a time cannot outlast it. */
static void a_handshake_has_one_deadline(void **state)
{
    fixture f;

    (void)state;
    start(&f, "hRh.", 0);
    ew_conn_set_deadline(&f.c, 20);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    ew_conn_set_deadline(&f.c, 5000); /* granted more */
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    stop(&f);
}

static void a_handshake_that_drips_ends_at_its_deadline(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    start(&f, "hR+", 0);
    assert_int_equal(write(f.peer, "!", 1), 1); /* there is always a byte more */
    ew_conn_set_deadline(&f.c, 60);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    f.e.script = "h*";
    ew_conn_set_deadline(&f.c, 60);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_in_range(clock_ms() - before, 120, 60000);
    f.e.script = "";
    stop(&f);
}

static void a_nonblocking_handshake_has_a_deadline_too(void **state)
{
    fixture f;

    (void)state;
    start(&f, "hRhWhRh.", 1);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    ew_conn_set_deadline(&f.c, 60);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_in_range(ew_conn_timeout(&f.c), 1, 60);
    wait_ms(70);
    assert_int_equal(ew_conn_timeout(&f.c), 0);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    ew_conn_set_deadline(&f.c, 0); /* it waits for nothing anyway */
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    stop(&f);
}

static void finish_has_one_deadline_for_the_whole(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "c.rR+", 0);
    assert_int_equal(write(f.peer, "!", 1), 1);
    ew_conn_set_deadline(&f.c, 60);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    assert_in_range(clock_ms() - before, 60, 60000);
    f.e.script = "";
    stop(&f);
}

static void a_blocking_call_repeats_until_it_is_done(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "wWw.rRrRrdt2", 0);
    assert_int_equal(write(f.peer, "!", 1), 1); /* the socket is readable */
    assert_int_equal(ew_conn_write(&f.c, b, 4), 4);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 2);
    stop(&f);
}

static void on_alarm(int signal)
{
    (void)signal;
}

static void signals_do_not_end_the_wait(void **state)
{
    fixture f;
    struct sigaction action = {.sa_handler = on_alarm}, before;
    struct itimerval every = {{0, 5000}, {0, 5000}}, off = {{0, 0}, {0, 0}};
    int64_t started = clock_ms();

    (void)state;
    establish(&f, "c.rR", 0);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    ew_conn_set_deadline(&f.c, 80);
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &every, NULL);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_in_range(clock_ms() - started, 80, 60000);
    alarm(300);
    stop(&f);
}

/* Floods ------------------------------------------------------------------- */

static void a_flood_ends_a_nonblocking_call(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "c.r*", 1);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_AGAIN, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(ew_conn_timeout(&f.c), 0); /* no edge will tell of what is there */
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_AGAIN, EW_REASON_NONE);
    f.e.script = "rn";
    assert_int_equal(ew_conn_read(&f.c, b, 4), 0);
    stop(&f);
}

static void a_flood_ends_a_blocking_call_at_its_deadline(void **state)
{
    fixture f;
    char b[4];
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "r*", 0);
    assert_int_equal(write(f.peer, "!", 1), 1); /* as it is in a flood: always readable */
    ew_conn_set_deadline(&f.c, 50);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    assert_in_range(clock_ms() - before, 50, 60000);
    f.e.script = "";
    stop(&f);
}

/* Half a message of the peer's that has to come in first, in records of a byte. */
static void a_flood_before_a_send_is_bounded_too(void **state)
{
    static const char *const scripts[] = {"wo+", "co+"};
    fixture f;
    int ret;

    (void)state;
    for (int which = 0; which < 2; which++) {
        establish(&f, scripts[which], 1);
        ret = which == 0 ? ew_conn_write(&f.c, "data", 4) : ew_conn_close(&f.c, 5000, 1000);
        failed(&f, ret, EW_ERROR_AGAIN, EW_REASON_NONE);
        assert_int_equal(errno, EAGAIN);
        assert_int_equal(ew_conn_timeout(&f.c), 0);
        assert_int_equal(f.e.calls, 1 + EW_RECORD_BUDGET);
        f.e.script = "";
        stop(&f);
        establish(&f, scripts[which], 0);
        ew_conn_set_deadline(&f.c, 50);
        ret = which == 0 ? ew_conn_write(&f.c, "data", 4) : ew_conn_close(&f.c, 50, 1000);
        assert_int_equal(errno, ETIMEDOUT);
        failed(&f, ret, which == 0 ? EW_ERROR_WANT_WRITE : EW_ERROR_SYSCALL,
               which == 0 ? EW_REASON_NONE : EW_REASON_TRANSPORT);
        f.e.script = "";
        stop(&f);
    }
    establish(&f, "wow.cofoc.", 0); /* and then it goes on */
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    f.e.script = "coc.";
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    stop(&f);
}

static void a_flood_in_a_handshake_is_bounded_too(void **state)
{
    fixture f;

    (void)state;
    start(&f, "h*", 1);
    ew_conn_set_deadline(&f.c, 5000);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_AGAIN, EW_REASON_NONE);
    assert_int_equal(f.e.calls, EW_RECORD_BUDGET);
    assert_int_equal(ew_conn_timeout(&f.c), 0);
    f.e.script = "h.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    stop(&f);
}

/* An entry in the error queue makes the socket ready for as long as nobody takes it. */
static void an_error_queue_does_not_make_the_wait_spin(void **state)
{
    const int stamps = SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE;
    fixture f;
    char byte = 0;
    struct iovec part = {&byte, 1};
    char control[256];
    struct msghdr entry = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 256};
    int64_t before;

    (void)state;
    start_tcp(&f, "h.rR+");
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(setsockopt(f.fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps), 0);
    assert_int_equal(write(f.fd, "!", 1), 1);
    wait_ms(20); /* until it was acknowledged */
    before = clock_ms();
    f.e.calls = 0;
    ew_conn_set_deadline(&f.c, 200);
    failed(&f, ew_conn_read(&f.c, &byte, 1), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    assert_in_range(clock_ms() - before, 200, 60000);
    assert_in_range(f.e.calls, 2, 30);
    assert_true(recvmsg(f.fd, &entry, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0); /* left in its place */
    f.e.script = "";
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_ends_the_wait),
        cmocka_unit_test(a_deadline_of_zero_never_waits),
        cmocka_unit_test(a_handshake_has_one_deadline),
        cmocka_unit_test(a_handshake_that_drips_ends_at_its_deadline),
        cmocka_unit_test(a_nonblocking_handshake_has_a_deadline_too),
        cmocka_unit_test(finish_has_one_deadline_for_the_whole),
        cmocka_unit_test(a_blocking_call_repeats_until_it_is_done),
        cmocka_unit_test(signals_do_not_end_the_wait),
        cmocka_unit_test(a_flood_ends_a_nonblocking_call),
        cmocka_unit_test(a_flood_ends_a_blocking_call_at_its_deadline),
        cmocka_unit_test(a_flood_before_a_send_is_bounded_too),
        cmocka_unit_test(a_flood_in_a_handshake_is_bounded_too),
        cmocka_unit_test(an_error_queue_does_not_make_the_wait_spin),
    };

    return RUN(tests);
}
