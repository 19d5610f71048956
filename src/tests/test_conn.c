/* The calls on a port that follows a script: each decision of the core reaches the caller. */
#include "support.h"

#include <errno.h>
#include <unistd.h>

#include "conn_fixture.h"

/* K1 */
static void after_a_fatal_error_nothing_is_done(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "ri", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, ECONNRESET);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_write(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_set_shutdown(&f.c, 3), EW_ERROR_SSL, EW_REASON_FATAL);
    failed(&f, ew_conn_set_quiet_shutdown(&f.c, 1), EW_ERROR_SSL, EW_REASON_FATAL);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 0);
    stop(&f);
}

/* K2 */
static void nothing_before_or_during_the_handshake(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    start(&f, "hRhW", 1);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    failed(&f, ew_conn_write(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    f.e.script = "hoh.c.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_CLOSED);
    stop(&f);
}

/* K-25 */
static void a_failed_handshake_is_fatal(void **state)
{
    static const struct {
        const char *script;
        int error, reason;
    } ways[] = {
        {"hx", EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED},
        {"he", EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED},
        {"hn", EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED},
        {"ha", EW_ERROR_SSL, EW_REASON_FATAL_ALERT},
        {"hi", EW_ERROR_SYSCALL, EW_REASON_TRANSPORT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        fixture f;

        start(&f, ways[i].script, 0);
        errno = 0;
        failed(&f, ew_conn_handshake(&f.c), ways[i].error, ways[i].reason);
        assert_int_equal(errno, ways[i].error == EW_ERROR_SYSCALL ? ECONNRESET : EPROTO);
        assert_int_equal(ew_conn_alive(&f.c), 0);
        failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
        assert_int_equal(ew_conn_session_kept(&f.c), 0);
        stop(&f);
    }
}

/* K3 */
static void quiet_sends_nothing(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "", 0);
    assert_int_equal(ew_conn_set_quiet_shutdown(&f.c, 7), 1);
    assert_int_equal(ew_conn_shutdown(&f.c), 1);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 3);
    assert_int_equal(ew_conn_finish(&f.c), 1);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 0);
    assert_int_equal(ew_conn_end_of_data(&f.c), 0);
    assert_int_equal(ew_conn_session_kept(&f.c), 1);
    stop(&f);
    assert_int_equal(f.e.kept, 1);
}

/* K4, K17, RW-03 */
static void pending_output_goes_first(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "wWfWf.c.", 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_get_shutdown(&f.c), EW_SENT_SHUTDOWN);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    assert_int_equal(ew_conn_get_error(&f.c, 0), EW_ERROR_NONE);
    stop(&f);
}

/* K5, K6, K7, K9, K13, K19 */
static void a_close_step_by_step(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "cWcWc.rRrorn", 1);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    assert_int_equal(ew_conn_get_error(&f.c, 0), EW_ERROR_NONE);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_shutdown(&f.c), 1);
    assert_int_equal(ew_conn_get_error(&f.c, 1), EW_ERROR_NONE);
    assert_int_equal(ew_conn_shutdown(&f.c), 1);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 3);
    assert_int_equal(ew_conn_end_of_data(&f.c), 1);
    stop(&f);
    assert_int_equal(f.e.kept, 1);
}

/* K6: the peer first */
static void answering_a_close_completes_it(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "rnw.c.", 0);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 0);
    assert_int_equal(ew_conn_get_error(&f.c, 0), EW_ERROR_ZERO_RETURN);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 0);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    assert_int_equal(ew_conn_shutdown(&f.c), 1);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 3);
    stop(&f);
}

/* K8 */
static void a_close_that_fails_keeps_the_session(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "ci", 0);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, ECONNRESET);
    assert_int_equal(ew_conn_get_shutdown(&f.c), EW_SENT_SHUTDOWN);
    stop(&f);
    assert_int_equal(f.e.kept, 1);
}

/* K10, K15, and the same through finish */
static void data_while_waiting_is_kept(void **state)
{
    fixture f;
    char b[9];

    (void)state;
    establish(&f, "c.rdrdrdt3rn", 0);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    assert_int_equal(ew_conn_read(&f.c, b, 9), 3);
    assert_int_equal(ew_conn_finish(&f.c), 1);
    stop(&f);
}

/* K11, K12 */
static void neither_alert_nor_end_is_a_close(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "c.ra", 0);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_end_of_data(&f.c), 0);
    stop(&f);
    assert_int_equal(f.e.kept, 0);
    establish(&f, "c.re", 0);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    stop(&f);
    establish(&f, "re", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    assert_int_equal(ew_conn_end_of_data(&f.c), 0);
    stop(&f);
    establish(&f, "rx", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TLS);
    stop(&f);
}

/* K16, K18 */
static void no_write_after_the_close_whatever_the_flags_say(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "c.", 0);
    assert_int_equal(ew_conn_shutdown(&f.c), 0);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 0), 1);
    failed(&f, ew_conn_write(&f.c, "data", 4), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 3), 1);
    assert_int_equal(ew_conn_get_shutdown(&f.c), 3);
    assert_int_equal(ew_conn_end_of_data(&f.c), 0);
    stop(&f);
}

/* K21 */
static void clear_starts_again(void **state)
{
    fixture f;

    (void)state;
    establish(&f, "ca", 0); /* cannot be: an unexpected outcome, the machine stays busy */
    ew_conn_set_quiet_shutdown(&f.c, 0);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_UNEXPECTED);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SSL, EW_REASON_BUSY);
    f.c.transport.gate = EW_GATE_SHUT;
    assert_int_equal(ew_conn_clear(&f.c), 1);
    assert_int_equal(f.e.cleared, 1);
    assert_int_equal(f.e.kept, 1);
    assert_int_equal(f.c.transport.gate, EW_GATE_OPEN);
    assert_int_equal(f.c.transport.fd, f.fd);
    f.e.script = "h.w.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    stop(&f);
}

/* K-30: unread data and refusals have the class of what is fatal, and are not. */
static void alive_tells_fatal_errors_from_the_others(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    start(&f, "", 0);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_HANDSHAKE);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    stop(&f);
    establish(&f, "c.rdrdt4re", 0);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    failed(&f, ew_conn_write(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    failed(&f, ew_conn_read(&f.c, b, 0), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 4);
    failed(&f, ew_conn_finish(&f.c), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    assert_int_equal(ew_conn_alive(&f.c), 0);
    assert_int_equal(ew_conn_clear(&f.c), 1);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    f.c.machine.fatal = 77;
    assert_int_equal(ew_conn_alive(&f.c), 0);
    f.c.machine.fatal = EW_FATAL_NONE;
    stop(&f);
    assert_int_equal(ew_conn_alive(&f.c), 0);
}

static void the_alert_and_the_engines_code_are_told(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    start(&f, "ha", 0);
    assert_int_equal(ew_conn_alert(&f.c), -1);
    assert_int_equal(ew_conn_engine_error(&f.c), 0);
    failed(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_alert(&f.c), FAKE_ALERT);
    assert_int_equal(ew_conn_clear(&f.c), 1);
    assert_int_equal(ew_conn_alert(&f.c), -1);
    stop(&f);
    establish(&f, "ra", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_alert(&f.c), FAKE_ALERT);
    stop(&f);
    assert_int_equal(ew_conn_alert(&f.c), FAKE_ALERT); /* for whoever logs it afterwards */
    establish(&f, "rx", 0);
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TLS);
    assert_int_equal(ew_conn_alert(&f.c), -1);
    assert_int_equal(ew_conn_engine_error(&f.c), FAKE_ERROR);
    assert_int_equal(ew_conn_clear(&f.c), 1);
    assert_int_equal(ew_conn_engine_error(&f.c), 0);
    stop(&f);
}

static void names_are_complete(void **state)
{
    (void)state;
    assert_string_equal(ew_error_name(EW_ERROR_SSL), "ssl");
    assert_string_equal(ew_error_name(EW_ERROR_SUSPENDED), "suspended");
    assert_string_equal(ew_error_name(EW_ERROR_AGAIN), "again");
    assert_string_equal(ew_error_name(EW_ERROR_AGAIN + 1), "?");
    assert_string_equal(ew_error_name(-1), "?");
    assert_string_equal(ew_reason_name(EW_REASON_HANDSHAKE_FAILED), "handshake_failed");
    assert_string_equal(ew_reason_name(EW_REASON_HANDSHAKE_FAILED + 1), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_fatal_error_nothing_is_done),
        cmocka_unit_test(nothing_before_or_during_the_handshake),
        cmocka_unit_test(a_failed_handshake_is_fatal),
        cmocka_unit_test(quiet_sends_nothing),
        cmocka_unit_test(pending_output_goes_first),
        cmocka_unit_test(a_close_step_by_step),
        cmocka_unit_test(answering_a_close_completes_it),
        cmocka_unit_test(a_close_that_fails_keeps_the_session),
        cmocka_unit_test(data_while_waiting_is_kept),
        cmocka_unit_test(neither_alert_nor_end_is_a_close),
        cmocka_unit_test(no_write_after_the_close_whatever_the_flags_say),
        cmocka_unit_test(clear_starts_again),
        cmocka_unit_test(alive_tells_fatal_errors_from_the_others),
        cmocka_unit_test(the_alert_and_the_engines_code_are_told),
        cmocka_unit_test(names_are_complete),
    };

    return RUN(tests);
}
