/* A careless application, a wrong port, a corrupt machine: what may not come of them. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "conn_fixture.h"

/* RW-03: whatever is refused meanwhile, the record that blocked is still in the engine. */
static void what_is_owed_outlasts_a_refusal(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "wWwWw.w.", 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 1), 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 0), 1);
    failed(&f, ew_conn_write(&f.c, "d", 1), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    assert_int_equal(ew_conn_write(&f.c, "d", 1), 1);
    stop(&f);
    establish(&f, "wWf.c.", 1); /* flushed: nothing is owed */
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_write(&f.c, "d", 1), EW_ERROR_SSL, EW_REASON_CLOSED);
    stop(&f);
    establish(&f, "wWri", 1); /* what is fatal is said first */
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    failed(&f, ew_conn_write(&f.c, "d", 1), EW_ERROR_SSL, EW_REASON_FATAL);
    stop(&f);
}

/* A port of one's own may be wrong: a count never passes that is not in 1 .. len. */
static void a_count_out_of_range_ends_the_connection(void **state)
{
    static const int claims[] = {-1, 5, 16384};
    fixture f;
    char b[4];

    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        establish(&f, "w.", 0);
        f.e.claims = claims[i];
        failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_TLS);
        assert_tells(&f.c, "count");
        stop(&f);
        establish(&f, "rdt4", 0);
        f.e.claims = claims[i];
        failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TLS);
        stop(&f);
    }
}

/* K-03: as it was set on the engine; what is set there later does not count. */
static void quiet_shutdown_comes_with_the_engine(void **state)
{
    fake_engine e = {.script = "h.", .quiet = 1};
    int fds[2];
    ew_conn c;

    (void)state;
    socket_pair(fds);
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), 0);
    assert_int_equal(ew_conn_handshake(&c), 1);
    assert_int_equal(ew_conn_shutdown(&c), 1);
    assert_int_equal(ew_conn_get_shutdown(&c), 3);
    assert_int_equal(ew_conn_abort(&c), 0);
    close(fds[1]);
}

static void arguments_are_checked(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "wWw.", 1);
    failed(&f, ew_conn_read(&f.c, b, 0), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    failed(&f, ew_conn_read(&f.c, NULL, 4), EW_ERROR_SSL, EW_REASON_NONE);
    failed(&f, ew_conn_peek(&f.c, b, 0), EW_ERROR_SSL, EW_REASON_NONE);
    failed(&f, ew_conn_peek(&f.c, NULL, 4), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    failed(&f, ew_conn_write(&f.c, b, 0), EW_ERROR_SSL, EW_REASON_NONE);
    errno = 0;
    failed(&f, ew_conn_write(&f.c, b, (size_t)PTRDIFF_MAX + 1), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    failed(&f, ew_conn_write(&f.c, b, SIZE_MAX), EW_ERROR_SSL, EW_REASON_NONE);
    failed(&f, ew_conn_write(&f.c, NULL, 1), EW_ERROR_SSL, EW_REASON_NONE);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_write(&f.c, "dat", 3), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    stop(&f);
    assert_int_equal(ew_conn_release(&f.c), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ew_conn_shutdown(&f.c), -1);
    assert_int_equal(ew_conn_handshake(&f.c), -1);
    assert_int_equal(ew_conn_clear(&f.c), -1);
    assert_int_equal(ew_conn_close(&f.c, 0, 0), -1);
    assert_int_equal(ew_conn_get_error(&f.c, -1), EW_ERROR_SSL);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 3), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ew_conn_set_quiet_shutdown(&f.c, 1), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ew_conn_abort(&f.c), -1);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
}

static void open_says_what_it_refuses(void **state)
{
    static const struct timeval second = {1, 0};
    ew_port lacking = fake_port;
    fake_engine e = {.script = ""};
    ew_conn c;
    int fds[2];

    (void)state;
    lacking.take = NULL;
    assert_int_equal(ew_conn_open(&c, -1, &fake_port, &e), -1);
    assert_int_equal(errno, EBADF);
    assert_string_equal(ew_conn_detail(&c), "");
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_tells(&c, "stream");
    close(fds[0]);
    close(fds[1]);
    socket_pair(fds);
    assert_int_equal(ew_conn_open(NULL, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_open(&c, fds[0], NULL, &e), -1);
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, NULL), -1);
    assert_tells(&c, "NULL");
    assert_int_equal(ew_conn_open(&c, fds[0], &lacking, &e), -1);
    assert_tells(&c, "lacks");
    e.refuse = 1;
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_string_equal(ew_conn_detail(&c), "the script says no");
    assert_int_equal(ew_conn_read(&c, &c, 1), -1);
    assert_int_equal(errno, EBADF);
    e.refuse = 0;
    assert_int_equal(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second), 0);
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_tells(&c, "SO_RCVTIMEO");
    assert_true(fcntl(fds[0], F_GETFD) >= 0); /* still the caller's */
    set_nonblocking(fds[0]);                  /* where it has no meaning */
    assert_int_equal(ew_conn_open(&c, fds[0], &fake_port, &e), 0);
    assert_string_equal(ew_conn_detail(&c), "");
    assert_int_equal(ew_conn_abort(&c), 0);
    close(fds[1]);
}

/* Of memory that is all 0 too. */
static void what_is_not_open_has_no_answers(void **state)
{
    static const ew_conn zero;
    fixture f;
    char b[4];

    (void)state;
    assert_int_equal(ew_conn_alive(NULL), 0);
    assert_int_equal(ew_conn_alert(NULL), -1);
    assert_int_equal(ew_conn_engine_error(NULL), 0);
    assert_int_equal(ew_conn_pending(NULL), -1);
    assert_int_equal(ew_conn_peek(NULL, b, 4), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_alive(&zero), 0);
    assert_int_equal(ew_conn_alert(&zero), -1);
    assert_int_equal(ew_conn_engine_error(&zero), 0);
    assert_int_equal(ew_conn_pending(&zero), -1);
    establish(&f, "", 0);
    stop(&f);
    assert_int_equal(ew_conn_pending(&f.c), -1);
    assert_int_equal(ew_conn_peek(&f.c, b, 4), -1);
    assert_int_equal(errno, EBADF);
}

static void no_connection_is_a_misuse(void **state)
{
    char b[4];

    (void)state;
    errno = 0;
    assert_int_equal(ew_conn_handshake(NULL), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_read(NULL, b, 4), -1);
    assert_int_equal(ew_conn_write(NULL, b, 4), -1);
    assert_int_equal(ew_conn_shutdown(NULL), -1);
    assert_int_equal(ew_conn_finish(NULL), -1);
    assert_int_equal(ew_conn_close(NULL, 0, 0), -1);
    assert_int_equal(ew_conn_abort(NULL), -1);
    assert_int_equal(ew_conn_release(NULL), -1);
    assert_int_equal(ew_conn_clear(NULL), -1);
    assert_int_equal(ew_conn_set_shutdown(NULL, 3), -1);
    assert_int_equal(ew_conn_set_quiet_shutdown(NULL, 1), -1);
    assert_int_equal(errno, EINVAL);
    ew_conn_set_deadline(NULL, 5);
    assert_int_equal(ew_conn_get_error(NULL, -1), EW_ERROR_SSL);
    assert_int_equal(ew_conn_get_reason(NULL), EW_REASON_NONE);
    assert_int_equal(ew_conn_error_number(NULL), EW_CAUSE_INVALID);
    assert_int_equal(ew_conn_get_shutdown(NULL), 0);
    assert_int_equal(ew_conn_end_of_data(NULL), 0);
    assert_int_equal(ew_conn_session_kept(NULL), 0);
    assert_int_equal(ew_conn_timeout(NULL), -1);
    assert_string_equal(ew_conn_detail(NULL), "");
}

static void a_port_that_cannot_take_is_a_failure(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "rdt0", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TLS);
    stop(&f);
}

/* Reason tls is fatal, here as elsewhere. */
static void a_clear_that_fails_is_fatal(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "", 0);
    f.e.refuse = 1;
    failed(&f, ew_conn_clear(&f.c), EW_ERROR_SSL, EW_REASON_TLS);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_FATAL);
    assert_int_equal(ew_conn_session_kept(&f.c), 0);
    f.e.refuse = 0;
    assert_int_equal(ew_conn_clear(&f.c), 1);
    f.e.script = "h.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    stop(&f);
}

/* The peer would take a new handshake for the rest of that record. */
static void nothing_can_follow_half_a_record(void **state)
{
    static const uint8_t half[] = {23, 3, 3, 0, 40, 1, 2};
    uint8_t b[16];
    fixture f;

    (void)state;
    establish(&f, "", 0);
    assert_int_equal(ew_transport_send(&f.c.transport, half, sizeof half), sizeof half);
    failed(&f, ew_conn_clear(&f.c), EW_ERROR_SSL, EW_REASON_TLS);
    assert_tells(&f.c, "inside a record");
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    assert_int_equal(f.e.cleared, 0);
    stop(&f);
    establish(&f, "", 0);
    assert_int_equal(write(f.peer, half, sizeof half), sizeof half);
    ew_transport_begin(&f.c.transport);
    assert_int_equal(ew_transport_recv(&f.c.transport, b, sizeof b), 5);
    failed(&f, ew_conn_clear(&f.c), EW_ERROR_SSL, EW_REASON_TLS);
    stop(&f);
}

/* What came after would have no way out, and a second half-close is a reset to lwIP. */
static void nothing_can_follow_a_half_close(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "ci", 1);
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_WANT_READ, EW_REASON_NONE);
    for (int again = 0; again < 2; again++) {
        failed(&f, ew_conn_clear(&f.c), EW_ERROR_SSL, EW_REASON_TLS);
        assert_tells(&f.c, "our side of the socket is closed");
    }
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    assert_int_equal(f.e.cleared, 0);
    stop(&f);
}

/* What an earlier close left behind (its bound, its failure) is not the next connection's. */
static void clear_forgets_a_close_under_way(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "cW", 1);
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_clear(&f.c), 1);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    f.e.script = "h.wW";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_clear(&f.c), 1);
    f.e.script = "h.w.c.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_write(&f.c, "d", 1), 1); /* nothing is owed any more */
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 1);
    stop(&f);
}

static void flags_out_of_range_are_refused(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "", 0);
    errno = 0;
    assert_int_equal(ew_conn_set_shutdown(&f.c, 2), 1);
    assert_int_equal(errno, 0);
    failed(&f, ew_conn_set_shutdown(&f.c, 4), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    failed(&f, ew_conn_set_shutdown(&f.c, -1), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 2);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 1), 1);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 1);
    stop(&f);
}

static void a_corrupt_machine_refuses_everything(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "", 0);
    f.c.machine.sent = 77;
    failed(&f, ew_conn_set_shutdown(&f.c, 1), EW_ERROR_SSL, EW_REASON_CORRUPT);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_PROTOCOL);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_CORRUPT);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_CORRUPT);
    stop(&f);
    assert_int_equal(f.e.kept, 0);
}

/* As an application's callback may, which the engine calls in the midst of a call. */
static void call_everything(void *owner)
{
    fixture *f = owner;
    char b[4];
    int (*const plain[])(ew_conn *) = {ew_conn_handshake, ew_conn_shutdown, ew_conn_finish,
                                       ew_conn_clear,     ew_conn_release,  ew_conn_abort};

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        errno = 0;
        assert_int_equal(plain[i](&f->c), -1);
        assert_int_equal(errno, EBUSY);
    }
    assert_int_equal(ew_conn_read(&f->c, b, 4), -1);
    assert_int_equal(ew_conn_peek(&f->c, b, 4), -1);
    assert_int_equal(ew_conn_pending(&f->c), -1);
    assert_int_equal(ew_conn_write(&f->c, b, 4), -1);
    assert_int_equal(ew_conn_close(&f->c, 0, 0), -1);
    assert_int_equal(ew_conn_set_shutdown(&f->c, 3), -1);
    assert_int_equal(ew_conn_set_quiet_shutdown(&f->c, 1), -1);
    assert_int_equal(errno, EBUSY);
}

static void a_callback_cannot_end_what_runs(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    start(&f, "hoh.", 0);
    f.e.callback = call_everything;
    f.e.owner = &f;
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    f.e.script = "w.rdt4c.rn";
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 4);
    assert_int_equal(ew_conn_finish(&f.c), 1);
    stop(&f);
    assert_int_equal(f.e.kept, 1);
    establish(&f, "c.", 0);
    f.e.callback = call_everything;
    f.e.owner = &f;
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 1);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_owed_outlasts_a_refusal),
        cmocka_unit_test(a_count_out_of_range_ends_the_connection),
        cmocka_unit_test(quiet_shutdown_comes_with_the_engine),
        cmocka_unit_test(a_callback_cannot_end_what_runs),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(open_says_what_it_refuses),
        cmocka_unit_test(what_is_not_open_has_no_answers),
        cmocka_unit_test(no_connection_is_a_misuse),
        cmocka_unit_test(a_port_that_cannot_take_is_a_failure),
        cmocka_unit_test(a_clear_that_fails_is_fatal),
        cmocka_unit_test(nothing_can_follow_half_a_record),
        cmocka_unit_test(nothing_can_follow_a_half_close),
        cmocka_unit_test(clear_forgets_a_close_under_way),
        cmocka_unit_test(flags_out_of_range_are_refused),
        cmocka_unit_test(a_corrupt_machine_refuses_everything),
    };

    return RUN(tests);
}
