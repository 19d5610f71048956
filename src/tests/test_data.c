/* Application data on a port that follows a script: looked at, written in many records. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "conn_fixture.h"

enum { LEN = 100000, RECORD = EW_RECORD_MAX - 10 /* what the port takes of more */ };

static char given[LEN];
static char sunk[LEN];

/* Reading ------------------------------------------------------------------ */

static void what_was_looked_at_is_read(void **state)
{
    fixture f;
    char looked[9] = "", again[9] = "", got[9] = "";

    (void)state;
    for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
        establish(&f, "rordp5rdp3rdt5rdt2", nonblocking);
        assert_int_equal(ew_conn_peek(&f.c, looked, 8), 5);
        assert_int_equal(ew_conn_get_error(&f.c, 5), EW_ERROR_NONE);
        assert_int_equal(ew_conn_peek(&f.c, again, 3), 3);
        assert_int_equal(ew_conn_read(&f.c, got, 8), 5);
        assert_memory_equal(looked, "abcde", 5);
        assert_memory_equal(again, "abc", 3);
        assert_memory_equal(got, looked, 5);
        assert_int_equal(ew_conn_read(&f.c, got, 8), 2);
        assert_memory_equal(got, "fg", 2);
        stop(&f);
    }
}

/* Of the end, an error, or a wait a peek says the same as a read. */
static void a_peek_fails_as_a_read_does(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    establish(&f, "rRrn", 1);
    failed(&f, ew_conn_peek(&f.c, b, 4), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_peek(&f.c, b, 4), 0);
    assert_int_equal(ew_conn_get_error(&f.c, 0), EW_ERROR_ZERO_RETURN);
    stop(&f);
    establish(&f, "re", 0);
    failed(&f, ew_conn_peek(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    stop(&f);
    establish(&f, "rdp0", 0); /* a port that cannot, although there is something */
    failed(&f, ew_conn_peek(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TLS);
    stop(&f);
}

static void a_port_may_lack_what_is_optional(void **state)
{
    ew_port lacking = fake_port;
    fixture f;
    char b[4];

    (void)state;
    lacking.peek = NULL;
    lacking.pending = NULL;
    establish(&f, "rdt4", 0);
    f.c.port = &lacking;
    failed(&f, ew_conn_peek(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EOPNOTSUPP);
    assert_int_equal(ew_conn_alive(&f.c), 1);
    assert_int_equal(ew_conn_pending(&f.c), -1);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 4);
    stop(&f);
}

/* Only what a read would give: none before the handshake, or after the end. */
static void pending_is_what_a_read_gives_at_once(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    start(&f, "h.", 1);
    f.e.pending = 7;
    assert_int_equal(ew_conn_pending(&f.c), 0);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_pending(&f.c), 7);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 2), 1);
    assert_int_equal(ew_conn_pending(&f.c), 0);
    assert_int_equal(ew_conn_read(&f.c, b, 4), 0);
    assert_int_equal(ew_conn_set_shutdown(&f.c, 0), 1);
    assert_int_equal(ew_conn_pending(&f.c), 7);
    f.e.script = "re";
    failed(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    assert_int_equal(ew_conn_pending(&f.c), 0);
    stop(&f);
}

/* Writing ------------------------------------------------------------------ */

static void begin_writing(fixture *f, const char *script, int nonblocking)
{
    for (int i = 0; i < LEN; i++) {
        given[i] = (char)(i * 7 + i / 251);
    }
    memset(sunk, 0, sizeof sunk);
    establish(f, script, nonblocking);
    f->e.sink = sunk;
}

static void all_went(fixture *f)
{
    assert_int_equal(f->e.sunk, LEN);
    assert_memory_equal(sunk, given, LEN);
    f->e.script = "";
    stop(f);
}

static void a_blocking_write_takes_all(void **state)
{
    fixture f;

    (void)state;
    begin_writing(&f, "w.+", 0);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), LEN);
    assert_int_equal(ew_conn_get_error(&f.c, LEN), EW_ERROR_NONE);
    assert_int_equal(f.e.calls, 1 + 8); /* the handshake, 8 records */
    all_went(&f);
}

static void a_nonblocking_write_takes_one_record(void **state)
{
    fixture f;
    ptrdiff_t done = 0;

    (void)state;
    begin_writing(&f, "w.+", 1);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
    assert_int_equal(f.e.written_len, EW_RECORD_MAX);
    for (done = RECORD; done < LEN;) {
        ptrdiff_t n = ew_conn_write(&f.c, given + done, (size_t)(LEN - done));

        assert_in_range(n, 1, EW_RECORD_MAX);
        done += n;
    }
    all_went(&f);
}

/* The record that blocked is still in the engine: it comes next, and not less of it. */
static void a_deadline_in_the_midst_leaves_a_count(void **state)
{
    fixture f;
    int64_t before = clock_ms();
    size_t rest = LEN - 2 * RECORD;

    (void)state;
    begin_writing(&f, "w.w.wW+", 0);
    ew_conn_set_deadline(&f.c, 500);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), 2 * RECORD);
    assert_in_range(clock_ms() - before, 500, 60000);
    assert_int_equal(ew_conn_get_error(&f.c, 2 * RECORD), EW_ERROR_NONE);
    assert_int_equal(ew_conn_get_reason(&f.c), EW_REASON_NONE);
    failed(&f, ew_conn_write(&f.c, given + 2 * RECORD, rest), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, ETIMEDOUT);
    failed(&f, ew_conn_write(&f.c, given + 2 * RECORD, EW_RECORD_MAX - 1), EW_ERROR_SSL,
           EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    f.e.script = "w.+";
    assert_int_equal(ew_conn_write(&f.c, given + 2 * RECORD, rest), rest);
    all_went(&f);
}

/* One deadline for all the records: a peer that takes them slowly cannot stretch it. */
static void a_deadline_of_zero_writes_one_record(void **state)
{
    fixture f;

    (void)state;
    begin_writing(&f, "w.", 0);
    ew_conn_set_deadline(&f.c, 0);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
    f.e.script = "w.+";
    ew_conn_set_deadline(&f.c, -1);
    assert_int_equal(ew_conn_write(&f.c, given + RECORD, LEN - RECORD), LEN - RECORD);
    all_went(&f);
}

static int write_more(ew_conn *c)
{
    return (int)ew_conn_write(c, given + RECORD, LEN - RECORD);
}

static int read_one(ew_conn *c)
{
    char b;

    return ew_conn_read(c, &b, 1);
}

static int close_it(ew_conn *c)
{
    return ew_conn_close(c, 20, 0);
}

/* To the core it is past; whoever calls next has not heard of it yet. */
static void an_error_in_the_midst_is_told_by_the_next_call(void **state)
{
    int (*const calls[])(ew_conn *) = {write_more,     read_one,          ew_conn_shutdown,
                                       ew_conn_finish, ew_conn_handshake, close_it};
    fixture f;

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        begin_writing(&f, "w.wi", 0);
        assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
        assert_int_equal(ew_conn_get_error(&f.c, RECORD), EW_ERROR_NONE);
        assert_int_equal(ew_conn_alive(&f.c), 0);
        errno = 0;
        failed(&f, calls[i](&f.c), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
        assert_int_equal(errno, ECONNRESET);
        if (f.c.port != NULL) {
            failed(&f, calls[i](&f.c), EW_ERROR_SSL, EW_REASON_FATAL);
        }
        stop(&f);
    }
    begin_writing(&f, "w.wi", 0);
    f.e.claims = 1; /* behind one byte, too */
    assert_int_equal(ew_conn_write(&f.c, given, LEN), 1);
    failed(&f, ew_conn_shutdown(&f.c), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    stop(&f);
    begin_writing(&f, "w.wa", 0);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
    assert_int_equal(ew_conn_clear(&f.c), 1); /* another connection has nothing to be told */
    f.e.script = "h.w.";
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    stop(&f);
}

static void a_suspension_in_the_midst_leaves_a_count(void **state)
{
    fixture f;
    size_t rest = LEN - RECORD;

    (void)state;
    begin_writing(&f, "w.wSwS", 0);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
    failed(&f, ew_conn_write(&f.c, given + RECORD, rest), EW_ERROR_SUSPENDED, EW_REASON_NONE);
    failed(&f, ew_conn_write(&f.c, given + RECORD, 5), EW_ERROR_SSL, EW_REASON_NONE);
    assert_int_equal(errno, EINVAL);
    f.e.script = "w.+";
    assert_int_equal(ew_conn_write(&f.c, given + RECORD, rest), rest);
    all_went(&f);
}

/* K-04: what a write left behind goes out before the close_notify. */
static void what_is_owed_after_a_count_leaves_before_the_close(void **state)
{
    fixture f;

    (void)state;
    begin_writing(&f, "w.wW+", 0);
    ew_conn_set_deadline(&f.c, 300);
    assert_int_equal(ew_conn_write(&f.c, given, LEN), RECORD);
    f.e.script = "f.c.";
    close(f.peer);
    assert_int_equal(ew_conn_close(&f.c, 5000, 1000), 1);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_looked_at_is_read),
        cmocka_unit_test(a_peek_fails_as_a_read_does),
        cmocka_unit_test(a_port_may_lack_what_is_optional),
        cmocka_unit_test(pending_is_what_a_read_gives_at_once),
        cmocka_unit_test(a_blocking_write_takes_all),
        cmocka_unit_test(a_nonblocking_write_takes_one_record),
        cmocka_unit_test(a_deadline_in_the_midst_leaves_a_count),
        cmocka_unit_test(a_deadline_of_zero_writes_one_record),
        cmocka_unit_test(an_error_in_the_midst_is_told_by_the_next_call),
        cmocka_unit_test(a_suspension_in_the_midst_leaves_a_count),
        cmocka_unit_test(what_is_owed_after_a_count_leaves_before_the_close),
    };

    return RUN(tests);
}
