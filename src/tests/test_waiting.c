/* What takes time: deadlines, signals, floods, and the orderly close. */
#include "support.h"

#include <errno.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
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
    assert_in_range(clock_ms() - before, 60, 5000);
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

static void the_handshake_has_a_deadline_too(void **state)
{
    fixture f;

    (void)state;
    start(&f, "hRh.", 0);
    ew_conn_set_deadline(&f.c, 20);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
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
    assert_in_range(clock_ms() - started, 80, 5000);
    alarm(100);
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
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_WANT_READ, EW_REASON_NONE);
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
    assert_in_range(clock_ms() - before, 50, 5000);
    f.e.script = "";
    stop(&f);
}

static void a_flood_in_a_handshake_is_bounded_too(void **state)
{
    fixture f;

    (void)state;
    start(&f, "h*", 1);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    f.e.script = "h.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    stop(&f);
}

/* Closing ------------------------------------------------------------------ */

static int is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

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
    assert_in_range(clock_ms() - before, 60, 5000);
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
    assert_int_equal(ew_conn_close(&f.c, 20000, 4999), 0);
    assert_in_range(clock_ms() - before, 0, 10000);
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
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    fake_engine e = {.script = "h.c."};
    ew_conn c;
    pid_t child;
    int fd, status = -1;

    (void)state;
    faults_reset();
    assert_int_equal(bind(listener, (struct sockaddr *)&a, len), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, len), 0);
    child = fork();
    if (child == 0) {
        close(fd);
        slow_peer(accept(listener, NULL, NULL));
    }
    assert_int_equal(ew_conn_open(&c, fd, &fake_port, &e), 0);
    assert_int_equal(ew_conn_handshake(&c), 1);
    for (long left = IN_FLIGHT; left > 0; left -= (long)sizeof b) {
        assert_int_equal(write(fd, b, sizeof b), sizeof b);
    }
    assert_int_equal(ew_conn_close(&c, 20000, 1 << 20), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(listener);
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
    failed(&f, ew_conn_close(&f.c, 50, 1), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_close(&f.c, 50, 1), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 50, 1), 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_ends_the_wait),
        cmocka_unit_test(a_deadline_of_zero_never_waits),
        cmocka_unit_test(the_handshake_has_a_deadline_too),
        cmocka_unit_test(a_blocking_call_repeats_until_it_is_done),
        cmocka_unit_test(signals_do_not_end_the_wait),
        cmocka_unit_test(a_flood_ends_a_nonblocking_call),
        cmocka_unit_test(a_flood_ends_a_blocking_call_at_its_deadline),
        cmocka_unit_test(a_flood_in_a_handshake_is_bounded_too),
        cmocka_unit_test(close_waits_for_the_peer),
        cmocka_unit_test(close_drains_for_a_bounded_time),
        cmocka_unit_test(close_drains_a_bounded_number_of_bytes),
        cmocka_unit_test(close_loses_nothing_in_flight),
        cmocka_unit_test(close_after_a_reset),
        cmocka_unit_test(close_sends_the_notice_once),
        cmocka_unit_test(close_says_when_the_notice_did_not_go),
        cmocka_unit_test(close_keeps_its_failure_while_it_drains),
    };

    return RUN(tests);
}
