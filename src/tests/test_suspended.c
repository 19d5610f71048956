/*
 * An engine that waits for something that is not the socket, on a port that follows a script: at
 * each of its actions the call comes back at once, whatever the socket is, and can be repeated.
 */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn_fixture.h"

static int read_some(ew_conn *c)
{
    char b[4];

    return ew_conn_read(c, b, sizeof b);
}

static int look(ew_conn *c)
{
    char b[4];

    return ew_conn_peek(c, b, sizeof b);
}

static int write_some(ew_conn *c)
{
    return (int)ew_conn_write(c, "data", 4);
}

/* Of an established connection, but for "h": what is suspended twice, and then gives a result. */
static const struct {
    const char *script;
    int (*call)(ew_conn *c);
    int result;
} calls[] = {
    {"hShohShSh.", ew_conn_handshake, 1},
    {"rSrorSrSrdt4", read_some, 4},
    {"rSrSrdp4", look, 4},
    {"wSwSw.", write_some, 4},
    {"cScSc.", ew_conn_shutdown, 0},
    {"cScSc.rn", ew_conn_finish, 1},
};

/* Returned to the caller, who alone can know when to call again. */
static void comes_back(fixture *f, int (*call)(ew_conn *c))
{
    int64_t before = clock_ms();

    errno = 0;
    failed(f, call(&f->c), EW_ERROR_SUSPENDED, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_in_range(clock_ms() - before, 0, 20000);
    assert_int_equal(ew_conn_alive(&f->c), 1);
}

static void every_call_comes_back_and_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
            for (int limited = 0; limited < 2; limited++) {
                fixture f;

                if (calls[i].script[0] == 'h') {
                    start(&f, calls[i].script, nonblocking);
                } else {
                    establish(&f, calls[i].script, nonblocking);
                }
                ew_conn_set_deadline(&f.c, limited ? 60000 : -1);
                comes_back(&f, calls[i].call);
                comes_back(&f, calls[i].call);
                while (strchr(f.e.script, 'S') != NULL) {
                    comes_back(&f, calls[i].call);
                }
                assert_int_equal(calls[i].call(&f.c), calls[i].result);
                stop(&f);
            }
        }
    }
}

/* In the flush of a record, and while the peer's close_notify is waited for. */
static void a_close_comes_back_at_each_of_its_steps(void **state)
{
    (void)state;
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        fixture f;

        establish(&f, "wSfSf.cScSc.rSrorSrn", nonblocking);
        comes_back(&f, write_some);
        comes_back(&f, ew_conn_shutdown);
        comes_back(&f, ew_conn_shutdown);
        comes_back(&f, ew_conn_shutdown);
        assert_int_equal(ew_conn_shutdown(&f.c), 0);
        comes_back(&f, ew_conn_shutdown);
        comes_back(&f, ew_conn_shutdown);
        assert_int_equal(ew_conn_shutdown(&f.c), 1);
        stop(&f);
    }
}

/* What was begun is still in the engine [RW-03]; reading meanwhile is allowed. */
static void a_suspended_write_is_owed(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "wSrdt2w.", 0);
    comes_back(&f, write_some);
    assert_int_equal(read_some(&f.c), 2);
    failed(&f, (int)ew_conn_write(&f.c, "dat", 3), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(write_some(&f.c), 4);
    stop(&f);
}

/* The handshake's deadline goes on meanwhile, and is told by the next call. */
static void a_suspended_handshake_has_a_deadline(void **state)
{
    (void)state;
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        fixture f;

        start(&f, "hS", nonblocking);
        ew_conn_set_deadline(&f.c, 40);
        comes_back(&f, ew_conn_handshake);
        assert_in_range(ew_conn_timeout(&f.c), 0, 40);
        failed(&f, read_some(&f.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
        wait_ms(50);
        assert_int_equal(ew_conn_timeout(&f.c), 0);
        failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
        assert_int_equal(errno, ETIMEDOUT);
        f.e.script = "h.";
        ew_conn_set_deadline(&f.c, 5000);
        assert_int_equal(ew_conn_handshake(&f.c), 1);
        stop(&f);
    }
}

/* Closing ------------------------------------------------------------------- */

static void a_blocking_close_goes_on_when_the_engine_does(void **state)
{
    fixture f;
    int64_t before = clock_ms();

    (void)state;
    establish(&f, "wSfSfSf.cScSc.", 0);
    comes_back(&f, write_some);
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 100000, 1000), 1);
    assert_in_range(clock_ms() - before, 4 * 10 - 4, 60000); /* four looks, 10 ms apart */
    assert_false(is_open(f.fd));
    stop(&f);
}

/* Neither for ever nor with the descriptor open; and it does not spin. */
static void a_blocking_close_ends_although_the_engine_does_not_go_on(void **state)
{
    static const char *const scripts[] = {"cS+", "wSfS+"};

    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        for (int ms = 0; ms <= 60; ms += 60) {
            fixture f;
            int64_t before;
            int ret;

            establish(&f, scripts[i], 0);
            if (scripts[i][0] == 'w') {
                comes_back(&f, write_some);
            }
            f.e.calls = 0;
            before = clock_ms();
            ret = ew_conn_close(&f.c, ms, 1000);
            assert_int_equal(errno, ETIMEDOUT);
            failed(&f, ret, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
            assert_in_range(clock_ms() - before, ms, 60000);
            assert_in_range(f.e.calls, 1, 1 + ms / 10 + 1);
            assert_false(is_open(f.fd));
            f.e.script = "";
            stop(&f);
        }
    }
}

static void a_nonblocking_close_comes_back_until_its_time_is_up(void **state)
{
    fixture f;
    int ret;

    (void)state;
    establish(&f, "cScSc.", 1);
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_SUSPENDED, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_in_range(ew_conn_timeout(&f.c), 1, 5000);
    failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_SUSPENDED, EW_REASON_NONE);
    assert_true(is_open(f.fd));
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 1);
    stop(&f);
    establish(&f, "cScS", 1);
    failed(&f, ew_conn_close(&f.c, 30, 1000), EW_ERROR_SUSPENDED, EW_REASON_NONE);
    wait_ms(40);
    assert_int_equal(ew_conn_timeout(&f.c), 0);
    ret = ew_conn_close(&f.c, 30, 1000);
    assert_int_equal(errno, ETIMEDOUT);
    failed(&f, ret, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_false(is_open(f.fd));
    stop(&f);
}

/* Nothing was established that could be closed. */
static void a_close_in_a_suspended_handshake_ends(void **state)
{
    (void)state;
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        fixture f;

        start(&f, "hS", nonblocking);
        comes_back(&f, ew_conn_handshake);
        close(f.peer);
        failed(&f, ew_conn_close(&f.c, 5000, 1000), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
        assert_false(is_open(f.fd));
        stop(&f);
        start(&f, "hS", nonblocking);
        comes_back(&f, ew_conn_handshake);
        assert_int_equal(ew_conn_abort(&f.c), 0);
        assert_false(is_open(f.fd));
        stop(&f);
    }
}

/* K-28: `again` is the connection's to say, when it has done enough; a port has no such thing. */
static void a_port_does_not_say_again(void **state)
{
    static const char *const scripts[] = {"rA", "wA", "cA"};
    int (*const which[])(ew_conn *) = {read_some, write_some, ew_conn_shutdown};

    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
            fixture f;

            establish(&f, scripts[i], nonblocking);
            failed(&f, which[i](&f.c), EW_ERROR_SSL, EW_REASON_TLS);
            assert_tells(&f.c, "again");
            stop(&f);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_comes_back_and_goes_on),
        cmocka_unit_test(a_close_comes_back_at_each_of_its_steps),
        cmocka_unit_test(a_suspended_write_is_owed),
        cmocka_unit_test(a_suspended_handshake_has_a_deadline),
        cmocka_unit_test(a_blocking_close_goes_on_when_the_engine_does),
        cmocka_unit_test(a_blocking_close_ends_although_the_engine_does_not_go_on),
        cmocka_unit_test(a_nonblocking_close_comes_back_until_its_time_is_up),
        cmocka_unit_test(a_close_in_a_suspended_handshake_ends),
        cmocka_unit_test(a_port_does_not_say_again),
    };

    return RUN(tests);
}
