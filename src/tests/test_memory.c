/* TLS between two connections of ours over a pair in memory, with every engine that was built. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io_memory.h"
#include "link.h"

enum { ROOM = 20000, TIGHT = 61, TURNS = 20000, BIG = 40000 };

/* Each end is the near one of its own link; the peers that stand there are not used. */
static link_ends client, server;
static ew_memory memory;
static uint8_t there[ROOM], back[ROOM], sent[BIG], got[BIG];

static void open_end(link_ends *l, const variant *v, ew_memory_end *context)
{
    link_make(l, v);
    assert_int_equal(
        ew_conn_open_io(&l->c, &ew_io_memory, context, 0, link_port(l), link_engine(l)), 0);
}

static int goes_on(const ew_conn *c)
{
    int error = ew_conn_get_error(c, -1);

    return error == EW_ERROR_WANT_READ || error == EW_ERROR_WANT_WRITE || error == EW_ERROR_AGAIN;
}

/* A call of each end in turn, until neither asks to be called again. */
static void both(int (*call)(ew_conn *c), int expected)
{
    int ours = -1, theirs = -1;

    for (int turn = 0; turn < TURNS && (ours < 0 || theirs < 0); turn++) {
        if (ours < 0) {
            ours = call(&client.c);
            assert_true(ours >= 0 || goes_on(&client.c));
        }
        if (theirs < 0) {
            theirs = call(&server.c);
            assert_true(theirs >= 0 || goes_on(&server.c));
        }
    }
    assert_int_equal(ours, expected);
    assert_int_equal(theirs, expected);
}

static void establish(const test_engine *near, const test_engine *far, int version, size_t room)
{
    variant v = {near->kind, version, 0, OPENSSL, near};
    variant w = {far->kind, version, 1, OPENSSL, far};

    ew_memory_init(&memory, there, room, back, room);
    open_end(&client, &v, &memory.end[0]);
    open_end(&server, &w, &memory.end[1]);
    both(ew_conn_handshake, 1);
}

static void stop_end(link_ends *l)
{
    if (l->c.port != NULL) {
        assert_int_equal(ew_conn_release(&l->c), 0);
    }
    close(l->fd);
    link_close(l);
}

static void stop(void)
{
    stop_end(&client);
    stop_end(&server);
}

/* All of `sent` from one end to the other. */
static void carry(ew_conn *from, ew_conn *to)
{
    size_t out = 0, in = 0;

    for (size_t i = 0; i < BIG; i++) {
        sent[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (int turn = 0; turn < TURNS && in < BIG; turn++) {
        ptrdiff_t n = out < BIG ? ew_conn_write(from, sent + out, BIG - out) : 0;
        int m = ew_conn_read(to, got + in, (int)(BIG - in));

        assert_true(n >= 0 || goes_on(from));
        assert_true(m > 0 || goes_on(to));
        out += n > 0 ? (size_t)n : 0;
        in += m > 0 ? (size_t)m : 0;
    }
    assert_int_equal(in, BIG);
    assert_memory_equal(got, sent, BIG);
}

static int orderly(ew_conn *c)
{
    return ew_conn_close(c, 1000000, 100000);
}

/* Handshake, data both ways, and the orderly close of both, through buffers of `room` bytes. */
static void converse(const test_engine *near, const test_engine *far, int version, size_t room)
{
    establish(near, far, version, room);
    carry(&client.c, &server.c);
    carry(&server.c, &client.c);
    both(ew_conn_finish, 1);
    assert_int_equal(ew_conn_end_of_data(&client.c), 1);
    assert_int_equal(ew_conn_end_of_data(&server.c), 1);
    both(orderly, 1);
    stop();
}

static void with_each(size_t room)
{
    for (const test_engine *const *e = engines; *e != NULL; e++) {
        const test_engine *next = e[1] != NULL ? e[1] : engines[0];

        converse(*e, *e, TLS1_2_VERSION, room);
        converse(*e, next, TLS1_2_VERSION, room);
        if ((*e)->has_tls13) {
            converse(*e, *e, TLS1_3_VERSION, room);
        }
    }
}

static void two_ends_of_ours_talk_and_close_in_order(void **state)
{
    (void)state;
    with_each(ROOM);
}

static void buffers_smaller_than_a_record_do_too(void **state)
{
    (void)state;
    with_each(TIGHT);
}

static void failed(const ew_conn *c, int error, int reason)
{
    assert_string_equal(ew_error_name(ew_conn_get_error(c, -1)), ew_error_name(error));
    assert_string_equal(ew_reason_name(ew_conn_get_reason(c)), ew_reason_name(reason));
}

static void an_end_without_a_close_notify_is_a_cut(void **state)
{
    char b[4];

    (void)state;
    for (const test_engine *const *e = engines; *e != NULL; e++) {
        establish(*e, *e, TLS1_2_VERSION, ROOM);
        assert_int_equal(ew_conn_abort(&server.c), 0);
        assert_int_equal(ew_conn_read(&client.c, b, 4), -1);
        failed(&client.c, EW_ERROR_SSL, EW_REASON_TRUNCATED);
        assert_int_equal(ew_conn_end_of_data(&client.c), 0);
        assert_int_equal(ew_conn_close(&client.c, 10, 10), -1);
        stop();
    }
}

static void a_reset_has_its_number(void **state)
{
    char b[4];

    (void)state;
    for (const test_engine *const *e = engines; *e != NULL; e++) {
        establish(*e, *e, TLS1_2_VERSION, ROOM);
        assert_int_equal(ew_conn_write(&client.c, "data", 4), 4);
        assert_int_equal(ew_conn_abort(&server.c), 0); /* with that unread */
        assert_int_equal(ew_conn_read(&client.c, b, 4), -1);
        assert_int_equal(errno, ECONNRESET);
        failed(&client.c, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
        assert_int_equal(ew_conn_error_number(&client.c), EW_CAUSE_RESET);
        stop();
    }
}

/* What follows the peer's close_notify is for whoever has the memory next. */
static void plain_bytes_follow_a_full_close(void **state)
{
    uint8_t plain[8];
    int error = 0;

    (void)state;
    for (const test_engine *const *e = engines; *e != NULL; e++) {
        establish(*e, *e, TLS1_2_VERSION, ROOM);
        both(ew_conn_finish, 1);
        assert_int_equal(ew_conn_release(&client.c), 0);
        assert_int_equal(ew_conn_release(&server.c), 0);
        assert_int_equal(ew_memory_waiting(&memory.end[0]), 0);
        assert_int_equal(ew_memory_waiting(&memory.end[1]), 0);
        assert_int_equal(ew_memory_send(&memory.end[0], (const uint8_t *)"plain", 5, &error), 5);
        assert_int_equal(ew_memory_recv(&memory.end[1], plain, sizeof plain, &error), 5);
        assert_memory_equal(plain, "plain", 5);
        stop();
    }
}

/* TLS inside TLS ------------------------------------------------------------- */

/* What is in one pair, and what passes between it and the connection that carries it. */
typedef struct tunnel {
    link_ends inner;
    ew_memory pair; /* end[0] is the inner connection's, end[1] is moved to and from the outer */
    uint8_t out[500], in[700];
    uint8_t chunk[300];
    size_t chunk_len; /* taken from the pair, and not yet by the outer connection */
    int ended;        /* the inner side has ended, and so has the outer */
} tunnel;

static tunnel near_side, far_side;

static void dig(tunnel *t, const variant *v)
{
    memset(&t->pair, 0, sizeof t->pair);
    t->chunk_len = 0;
    t->ended = 0;
    ew_memory_init(&t->pair, t->out, sizeof t->out, t->in, sizeof t->in);
    open_end(&t->inner, v, &t->pair.end[0]);
}

/* Inner records outwards: they are the outer connection's data, and their end is its close_notify. */
static void carry_out(tunnel *t, ew_conn *outer)
{
    int error;
    int n = 1;

    if (t->chunk_len == 0) {
        n = ew_memory_recv(&t->pair.end[1], t->chunk, sizeof t->chunk, &error);
        t->chunk_len = n > 0 ? (size_t)n : 0;
    }
    if (n == EW_IO_END && !t->ended) {
        t->ended = ew_conn_shutdown(outer) >= 0;
    }
    if (t->chunk_len > 0) {
        ptrdiff_t out = ew_conn_write(outer, t->chunk, t->chunk_len);

        assert_true(out > 0 || goes_on(outer));
        if (out > 0) {
            t->chunk_len -= (size_t)out;
            memmove(t->chunk, t->chunk + out, t->chunk_len);
        }
    }
}

/* Only an authentic end of the outer data is the end of the inner stream. */
static void carry_in(tunnel *t, ew_conn *outer)
{
    uint8_t bytes[256];
    size_t room = ew_memory_room(&t->pair.end[1]);
    int error;
    int n;

    if (room == 0) {
        return;
    }
    n = ew_conn_read(outer, bytes, room < sizeof bytes ? (int)room : (int)sizeof bytes);
    if (n > 0) {
        assert_int_equal(ew_memory_send(&t->pair.end[1], bytes, (size_t)n, &error), n);
    } else if (n == 0) {
        ew_memory_half_close(&t->pair.end[1]);
    } else {
        assert_true(goes_on(outer));
    }
}

static void carry_all(void)
{
    carry_out(&near_side, &client.c);
    carry_in(&far_side, &server.c);
    carry_out(&far_side, &server.c);
    carry_in(&near_side, &client.c);
}

/* As `both`, of the inner connections. */
static void inside(int (*call)(ew_conn *c), int expected)
{
    int ours = -1, theirs = -1;

    for (int turn = 0; turn < TURNS && (ours < 0 || theirs < 0); turn++) {
        if (ours < 0) {
            ours = call(&near_side.inner.c);
            assert_true(ours >= 0 || goes_on(&near_side.inner.c));
        }
        if (theirs < 0) {
            theirs = call(&far_side.inner.c);
            assert_true(theirs >= 0 || goes_on(&far_side.inner.c));
        }
        carry_all();
    }
    assert_int_equal(ours, expected);
    assert_int_equal(theirs, expected);
}

static void nest(const test_engine *outer, const test_engine *inner)
{
    variant v = {inner->kind, TLS1_2_VERSION, 0, OPENSSL, inner};
    variant w = {inner->kind, TLS1_2_VERSION, 1, OPENSSL, inner};
    char b[16];
    int n = -1;

    establish(outer, outer, outer->has_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION, 1000);
    dig(&near_side, &v);
    dig(&far_side, &w);
    inside(ew_conn_handshake, 1);
    assert_int_equal(ew_conn_write(&near_side.inner.c, "inside", 6), 6);
    for (int turn = 0; turn < TURNS && n < 0; turn++) {
        carry_all();
        n = ew_conn_read(&far_side.inner.c, b, sizeof b);
    }
    assert_int_equal(n, 6);
    assert_memory_equal(b, "inside", 6);
    inside(ew_conn_finish, 1);
    inside(orderly, 1);
    assert_int_equal(ew_conn_end_of_data(&near_side.inner.c), 1);
    for (int turn = 0; turn < TURNS && !(near_side.ended && far_side.ended); turn++) {
        carry_all();
    }
    both(ew_conn_finish, 1);
    assert_int_equal(ew_conn_end_of_data(&client.c), 1);
    assert_int_equal(ew_conn_end_of_data(&server.c), 1);
    both(orderly, 1);
    stop_end(&near_side.inner);
    stop_end(&far_side.inner);
    stop();
}

static void tls_inside_tls_closes_from_the_inside(void **state)
{
    (void)state;
    for (const test_engine *const *e = engines; *e != NULL; e++) {
        nest(*e, e[1] != NULL ? e[1] : engines[0]);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ends_of_ours_talk_and_close_in_order),
        cmocka_unit_test(buffers_smaller_than_a_record_do_too),
        cmocka_unit_test(an_end_without_a_close_notify_is_a_cut),
        cmocka_unit_test(a_reset_has_its_number),
        cmocka_unit_test(plain_bytes_follow_a_full_close),
        cmocka_unit_test(tls_inside_tls_closes_from_the_inside),
    };

    if (argc != 2) {
        return 2;
    }
    certificates = argv[1];
    return RUN(tests);
}
