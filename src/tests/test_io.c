/* A connection over an io that is no socket: what open asks of it, time without a clock, numbers. */
#include "support.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "endwell.h"
#include "fake_port.h"
#include "io_memory.h"

typedef struct fixture {
    ew_conn c;
    fake_engine e;
    ew_memory memory;
    uint8_t there[64];
    uint8_t back[64];
} fixture;

/* Not opened yet. */
static void make(fixture *f, const char *script)
{
    memset(f, 0, sizeof *f);
    f->e.script = script;
    ew_memory_init(&f->memory, f->there, sizeof f->there, f->back, sizeof f->back);
}

static void start(fixture *f, const ew_io *io, const char *script)
{
    make(f, "h.");
    memset(&f->c, 0x5A, sizeof f->c); /* an application's memory may hold anything */
    assert_int_equal(ew_conn_open_io(&f->c, io, &f->memory.end[0], 0, &fake_port, &f->e), 0);
    assert_int_equal(ew_conn_handshake(&f->c), 1);
    f->e.script = script;
}

static void stop(fixture *f)
{
    assert_string_equal(f->e.script, "");
    if (f->c.port != NULL) {
        assert_int_equal(ew_conn_release(&f->c), 0);
    }
    assert_int_equal(f->e.detached, 1);
}

static void wants(const fixture *f, int ret, int error)
{
    assert_int_equal(ret, -1);
    assert_string_equal(ew_error_name(ew_conn_get_error(&f->c, ret)), ew_error_name(error));
}

/* An io that counts what is asked of it ------------------------------------- */

static int64_t clock_now;
static int waits, closes, half_closes;

static int64_t tick(void *context)
{
    (void)context;
    return clock_now;
}

static int wait_a_while(void *context, uint8_t what, int ms, int *error)
{
    (void)context;
    (void)what;
    (void)error;
    waits++;
    clock_now += ms < 0 ? 0 : ms;
    return waits > 100 ? EW_IO_FAILED : 0;
}

static int cannot_wait(void *context, uint8_t what, int ms, int *error)
{
    (void)context;
    (void)what;
    (void)ms;
    *error = 77;
    return EW_IO_FAILED;
}

static void count_close(void *context)
{
    closes++;
    ew_memory_close(context);
}

static void count_half_close(void *context)
{
    half_closes++;
    ew_memory_half_close(context);
}

static int number_of(void *context)
{
    (void)context;
    return 42;
}

static ew_io counting(void)
{
    ew_io io = ew_io_memory;

    clock_now = 1000;
    waits = closes = half_closes = 0;
    io.wait = wait_a_while;
    io.now_ms = tick;
    io.close = count_close;
    io.half_close = count_half_close;
    return io;
}

/* Opening ------------------------------------------------------------------ */

static void refused(fixture *f, const ew_io *io, int blocking, const char *word)
{
    errno = 0;
    assert_int_equal(ew_conn_open_io(&f->c, io, &f->memory.end[0], blocking, &fake_port, &f->e),
                     -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_error_number(&f->c), EW_CAUSE_INVALID);
    assert_tells(&f->c, word);
    assert_int_equal(ew_conn_shutdown(&f->c), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ew_conn_error_number(&f->c), EW_CAUSE_NOT_OPEN);
    assert_int_equal(ew_conn_adopt_io(&f->c, io, &f->memory.end[0], blocking, &fake_port, &f->e),
                     -1);
    assert_int_equal(f->e.adopted, 0);
}

static void an_io_has_to_be_complete(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    make(&f, "");
    refused(&f, NULL, 0, "NULL");
    io.send = NULL;
    refused(&f, &io, 0, "lacks");
    io = counting();
    io.recv = NULL;
    refused(&f, &io, 0, "lacks");
    io = counting();
    io.half_close = NULL;
    refused(&f, &io, 0, "lacks");
    io = counting();
    io.close = NULL;
    refused(&f, &io, 0, "lacks");
    assert_int_equal(ew_conn_open_io(NULL, &io, NULL, 0, &fake_port, &f.e), -1);
    assert_int_equal(errno, EINVAL);
}

static void blocking_needs_a_clock_and_a_wait(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    make(&f, "");
    io.wait = NULL;
    refused(&f, &io, 1, "nonblocking");
    io = counting();
    io.now_ms = NULL;
    refused(&f, &io, 1, "nonblocking");
    io = counting();
    assert_int_equal(ew_conn_open_io(&f.c, &io, &f.memory.end[0], 1, &fake_port, &f.e), 0);
    assert_int_equal(ew_conn_error_number(&f.c), 0);
    assert_int_equal(ew_conn_abort(&f.c), 0);
    assert_int_equal(closes, 1);
}

static void an_engine_is_adopted_over_any_io(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    make(&f, "w.");
    io.release = number_of;
    assert_int_equal(ew_conn_adopt_io(&f.c, &io, &f.memory.end[0], 0, &fake_port, &f.e), 0);
    assert_int_equal(f.e.adopted, 1);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    assert_int_equal(ew_conn_release(&f.c), 42);
    assert_int_equal(closes, 0);
}

/* Time --------------------------------------------------------------------- */

static void the_deadline_is_the_clocks(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    make(&f, "hR");
    assert_int_equal(ew_conn_open_io(&f.c, &io, &f.memory.end[0], 1, &fake_port, &f.e), 0);
    ew_conn_set_deadline(&f.c, 250);
    wants(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_TIMED_OUT);
    assert_int_equal(clock_now, 1250);
    assert_int_equal(waits, 1);
    assert_int_equal(ew_conn_abort(&f.c), 0);
}

static void a_wait_that_fails_has_its_number(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    make(&f, "hR");
    io.wait = cannot_wait;
    assert_int_equal(ew_conn_open_io(&f.c, &io, &f.memory.end[0], 1, &fake_port, &f.e), 0);
    wants(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ);
    assert_int_equal(ew_conn_error_number(&f.c), 77);
    assert_int_equal(errno, 77);
    assert_int_equal(ew_conn_abort(&f.c), 0);
}

static void without_a_clock_there_are_no_deadlines(void **state)
{
    fixture f;
    char b[4];

    (void)state;
    make(&f, "hRhRh.rR");
    assert_int_equal(ew_conn_open_io(&f.c, &ew_io_memory, &f.memory.end[0], 0, &fake_port, &f.e),
                     0);
    ew_conn_set_deadline(&f.c, 1);
    wants(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(ew_conn_timeout(&f.c), -1);
    wants(&f, ew_conn_handshake(&f.c), EW_ERROR_WANT_READ);
    assert_int_equal(ew_conn_handshake(&f.c), 1);
    ew_conn_set_deadline(&f.c, 0);
    wants(&f, ew_conn_read(&f.c, b, 4), EW_ERROR_WANT_READ);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_AGAIN);
    assert_int_equal(ew_conn_abort(&f.c), 0);
}

/* drain_ms more calls after the first, whatever stands in their way. */
static void without_a_clock_a_close_counts_its_calls(void **state)
{
    fixture f;

    (void)state;
    start(&f, &ew_io_memory, "cWcWcWcW");
    for (int call = 0; call < 3; call++) {
        wants(&f, ew_conn_close(&f.c, 3, 64), EW_ERROR_WANT_WRITE);
        assert_int_equal(ew_conn_timeout(&f.c), -1);
    }
    wants(&f, ew_conn_close(&f.c, 3, 64), EW_ERROR_SYSCALL);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_TIMED_OUT);
    stop(&f);
    start(&f, &ew_io_memory, "c.");
    for (int call = 0; call < 3; call++) {
        wants(&f, ew_conn_close(&f.c, 3, 64), EW_ERROR_WANT_READ);
    }
    assert_int_equal(ew_conn_close(&f.c, 3, 64), 0); /* the peer never ended its side */
    stop(&f);
    start(&f, &ew_io_memory, "c.");
    assert_int_equal(ew_conn_close(&f.c, 0, 64), 0); /* one look */
    stop(&f);
}

static void the_bytes_of_a_close_are_bounded_without_a_clock(void **state)
{
    fixture f;
    ew_io io = ew_io_memory;
    int error = 0;

    (void)state;
    start(&f, &io, "c.");
    assert_int_equal(ew_memory_send(&f.memory.end[1], f.there, 64, &error), 64);
    assert_int_equal(ew_conn_close(&f.c, INT_MAX, 40), 0);
    assert_int_equal(ew_memory_recv(&f.memory.end[1], f.there, 64, &error), EW_IO_FAILED);
    assert_int_equal(error, EW_CAUSE_RESET); /* 24 were left unread */
    stop(&f);
}

/* The end ------------------------------------------------------------------ */

static void it_is_half_closed_and_closed_once(void **state)
{
    fixture f;
    ew_io io = counting();
    uint8_t b[4];
    int error = 0;

    (void)state;
    start(&f, &io, "c.");
    wants(&f, ew_conn_close(&f.c, 1000, 64), EW_ERROR_WANT_READ);
    assert_int_equal(half_closes, 1);
    wants(&f, ew_conn_close(&f.c, 1000, 64), EW_ERROR_WANT_READ);
    assert_int_equal(half_closes, 1);
    assert_int_equal(closes, 0);
    assert_int_equal(ew_memory_recv(&f.memory.end[1], b, 4, &error), EW_IO_END);
    ew_memory_close(&f.memory.end[1]);
    assert_int_equal(ew_conn_close(&f.c, 1000, 64), 1);
    assert_int_equal(ew_conn_error_number(&f.c), 0);
    assert_int_equal(closes, 1);
    assert_int_equal(ew_conn_close(&f.c, 1000, 64), -1);
    assert_int_equal(closes, 1);
    stop(&f);
}

static void nothing_follows_a_half_close(void **state)
{
    fixture f;
    ew_io io = counting();

    (void)state;
    start(&f, &io, "c.");
    wants(&f, ew_conn_close(&f.c, 1000, 64), EW_ERROR_WANT_READ);
    wants(&f, ew_conn_clear(&f.c), EW_ERROR_SSL);
    assert_tells(&f.c, "our side of the socket is closed");
    wants(&f, ew_conn_handshake(&f.c), EW_ERROR_SSL);
    ew_memory_close(&f.memory.end[1]);
    assert_int_equal(ew_conn_close(&f.c, 1000, 64),
                     1); /* that it was begun is not undone [OC-16] */
    assert_int_equal(half_closes, 1);
    assert_int_equal(closes, 1);
    stop(&f);
}

/* What no io may answer, of a send or recv of 4 bytes. */
static const int lies[] = {5, INT_MAX, 0, -77, INT_MIN};
static int lie;

static int lying_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    (void)context;
    (void)buf;
    (void)len;
    (void)error;
    return lie;
}

static int lying_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    (void)buf;
    return lying_send(context, NULL, len, error);
}

static void an_io_that_lies_has_failed(void **state)
{
    static const uint8_t bytes[] = {23, 3, 3, 0};
    fixture f;
    ew_transport t;
    uint8_t buf[4];
    ew_io io = counting();

    (void)state;
    io.send = lying_send;
    io.recv = lying_recv;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        lie = lies[i];
        ew_transport_init_io(&t, &io, NULL);
        assert_int_equal(ew_transport_send(&t, bytes, sizeof bytes), EW_TRANSPORT_FAILED);
        assert_int_equal(t.error, EW_CAUSE_INVALID);
        assert_int_equal(ew_transport_recv(&t, buf, sizeof buf), EW_TRANSPORT_FAILED);
        assert_int_equal(t.error, EW_CAUSE_INVALID);
        lie = lies[i] == 5 ? 65 : lies[i]; /* the drain asks for as many as may still come */
        start(&f, &io, "c.");
        assert_int_equal(ew_conn_close(&f.c, 1000, 64), 0);
        stop(&f);
    }
}

static void the_number_is_of_the_last_call(void **state)
{
    fixture f;

    (void)state;
    assert_int_equal(ew_conn_error_number(NULL), EW_CAUSE_INVALID);
    start(&f, &ew_io_memory, "w.ri");
    assert_int_equal(ew_conn_read(&f.c, NULL, 4), -1);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_INVALID);
    assert_int_equal(ew_conn_write(&f.c, "data", 4), 4);
    assert_int_equal(ew_conn_error_number(&f.c), 0);
    assert_int_equal(ew_conn_read(&f.c, f.there, 4), -1);
    assert_int_equal(ew_conn_error_number(&f.c), ECONNRESET); /* the script's, as an io's own */
    assert_int_equal(ew_conn_set_shutdown(&f.c, 3), -1);
    assert_int_equal(ew_conn_error_number(&f.c), EW_CAUSE_PROTOCOL);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_io_has_to_be_complete),
        cmocka_unit_test(blocking_needs_a_clock_and_a_wait),
        cmocka_unit_test(an_engine_is_adopted_over_any_io),
        cmocka_unit_test(the_deadline_is_the_clocks),
        cmocka_unit_test(a_wait_that_fails_has_its_number),
        cmocka_unit_test(without_a_clock_there_are_no_deadlines),
        cmocka_unit_test(without_a_clock_a_close_counts_its_calls),
        cmocka_unit_test(the_bytes_of_a_close_are_bounded_without_a_clock),
        cmocka_unit_test(it_is_half_closed_and_closed_once),
        cmocka_unit_test(nothing_follows_a_half_close),
        cmocka_unit_test(an_io_that_lies_has_failed),
        cmocka_unit_test(the_number_is_of_the_last_call),
    };

    return RUN(tests);
}
