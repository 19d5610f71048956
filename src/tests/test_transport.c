/* The transport: records, the gate, the tail, and what a socket can do to them. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dispatch.h"
#include "ew_core.h"
#include "ew_transport.h"

enum { DATA = 23, ALERT = 21 };

typedef struct fixture {
    ew_transport t;
    int peer;
} fixture;

static void open_fixture(fixture *f)
{
    int fds[2];

    faults_reset();
    socket_pair(fds);
    ew_transport_init(&f->t, fds[0]);
    ew_transport_begin(&f->t);
    f->peer = fds[1];
    set_nonblocking(f->peer);
}

static void close_fixture(fixture *f)
{
    close(f->t.fd);
    close(f->peer);
}

/* A record whose body is `len` bytes of `fill`; the whole length. */
static size_t record(uint8_t *at, uint8_t type, size_t len, uint8_t fill)
{
    const uint8_t head[] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};

    memcpy(at, head, sizeof head);
    memset(at + sizeof head, fill, len);
    return sizeof head + len;
}

static void peer_gets(fixture *f, const uint8_t *bytes, size_t len)
{
    uint8_t got[1024];
    ssize_t n = read(f->peer, got, sizeof got);

    assert_int_equal(n < 0 ? 0 : n, len);
    if (len > 0) {
        assert_memory_equal(got, bytes, len);
    }
}

static void the_gate_swallows_what_follows(void **state)
{
    fixture f;
    uint8_t a[64], b[64];
    size_t alen = record(a, ALERT, 26, 'a'), blen = record(b, ALERT, 20, 'b');

    open_fixture(&f);
    (void)state;
    ew_transport_seal(&f.t);
    assert_int_equal(ew_transport_is_shut(&f.t), 0);
    assert_int_equal(ew_transport_send(&f.t, a, alen), alen);
    assert_int_equal(ew_transport_is_shut(&f.t), 1);
    assert_int_equal(ew_transport_send(&f.t, b, blen), blen);
    peer_gets(&f, a, alen);
    assert_int_equal(f.t.swallowed, blen);
    close_fixture(&f);
}

static void a_sealed_record_may_leave_byte_by_byte(void **state)
{
    fixture f;
    uint8_t a[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    ew_transport_seal(&f.t);
    for (size_t at = 0; at < len; at++) {
        assert_int_equal(ew_transport_is_shut(&f.t), 0);
        on_send.budget = 1;
        assert_int_equal(ew_transport_send(&f.t, a + at, len - at), 1);
        if (at + 1 < len) {
            assert_int_equal(ew_transport_send(&f.t, a + at + 1, len - at - 1), -1);
            assert_int_equal(ew_transport_outcome(&f.t, 1), EW_EVENT_WANT_WRITE);
        }
    }
    assert_int_equal(ew_transport_is_shut(&f.t), 1);
    peer_gets(&f, a, len);
    close_fixture(&f);
}

static void nothing_shares_a_send_with_the_sealed_record(void **state)
{
    fixture f;
    uint8_t both[128];
    size_t first = record(both, DATA, 26, 'a'), len = first;

    open_fixture(&f);
    (void)state;
    len += record(both + len, DATA, 30, 'b');
    ew_transport_seal(&f.t);
    assert_int_equal(ew_transport_send(&f.t, both, len), first);
    assert_int_equal(ew_transport_send(&f.t, both + first, len - first), len - first);
    peer_gets(&f, both, first);
    close_fixture(&f);
}

static void a_record_under_way_leaves_before_the_sealed_one(void **state)
{
    fixture f;
    uint8_t both[128];
    size_t first = record(both, DATA, 26, 'a'), len = first;

    open_fixture(&f);
    (void)state;
    len += record(both + len, DATA, 30, 'b');
    on_send.budget = 7;
    assert_int_equal(ew_transport_send(&f.t, both, first), 7);
    ew_transport_seal(&f.t);
    on_send.budget = -1;
    assert_int_equal(ew_transport_send(&f.t, both + 7, first - 7), first - 7);
    assert_int_equal(ew_transport_is_shut(&f.t), 0);
    assert_int_equal(ew_transport_send(&f.t, both + first, len - first), len - first);
    assert_int_equal(ew_transport_is_shut(&f.t), 1);
    peer_gets(&f, both, len);
    close_fixture(&f);
}

/* However much of it leaves at once. */
static void taken_whole(int at_once)
{
    fixture f;
    uint8_t both[128];
    size_t first = record(both, ALERT, 26, 'a'), len = first;

    open_fixture(&f);
    len += record(both + len, DATA, 30, 'b');
    on_send.budget = at_once;
    assert_int_equal(ew_transport_send(&f.t, both, first), first);
    assert_int_equal(f.t.tail_len, first - (size_t)at_once);
    assert_int_equal(f.t.met & EW_MET_SEND_BLOCKED, 0);
    assert_int_equal(ew_transport_send(&f.t, both + first, len - first), EW_TRANSPORT_BLOCKED);
    on_send.budget = -1;
    assert_int_equal(ew_transport_send(&f.t, both + first, len - first), len - first);
    peer_gets(&f, both, len);
    close_fixture(&f);
}

static void an_alert_of_the_engine_is_taken_whole(void **state)
{
    (void)state;
    for (int at_once = 0; at_once < 8; at_once++) {
        taken_whole(at_once);
    }
}

static void nothing_is_read_without_room_for_an_answer(void **state)
{
    fixture f;
    uint8_t a[EW_ALERT_MAX], b[64], got[64];
    size_t len = record(a, ALERT, 26, 'a'), blen = record(b, DATA, 0, 0);
    int alerts = 0;

    open_fixture(&f);
    (void)state;
    on_send.budget = 0;
    while (ew_transport_send(&f.t, a, len) == (int)len) {
        alerts++;
        assert_true(f.t.tail_len <= EW_TAIL_MAX);
    }
    assert_int_equal(alerts, EW_TAIL_MAX / len);
    assert_int_equal(write(f.peer, b, blen), blen);
    ew_transport_begin(&f.t);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_WANT_WRITE);
    on_send.budget = -1;
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), 5);
    assert_int_equal(f.t.tail_len, 0);
    close_fixture(&f);
}

static void a_sealed_alert_is_not_taken_for_sent(void **state)
{
    fixture f;
    uint8_t a[64];
    size_t len = record(a, ALERT, 26, 'a');

    open_fixture(&f);
    (void)state;
    ew_transport_seal(&f.t);
    on_send.budget = 0;
    assert_int_equal(ew_transport_send(&f.t, a, len), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_is_shut(&f.t), 0);
    close_fixture(&f);
}

static void an_empty_record_is_a_record(void **state)
{
    fixture f;
    uint8_t a[16];
    size_t len = record(a, DATA, 0, 0);

    open_fixture(&f);
    (void)state;
    ew_transport_seal(&f.t);
    assert_int_equal(ew_transport_send(&f.t, a, len), len);
    assert_int_equal(ew_transport_is_shut(&f.t), 1);
    close_fixture(&f);
}

static void each_call_gets_one_record_and_no_byte_more(void **state)
{
    fixture f;
    uint8_t both[128], got[128];
    size_t first = record(both, DATA, 26, 'a'), len = first;

    open_fixture(&f);
    (void)state;
    len += record(both + len, DATA, 0, 0);
    assert_int_equal(write(f.peer, both, len), len);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), 5);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), 26);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_OTHER);
    ew_transport_begin(&f.t);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), 5);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_BLOCKED);
    ew_transport_begin(&f.t);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_WANT_READ);
    close_fixture(&f);
}

static void half_a_record_goes_on_in_the_next_call(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    assert_int_equal(write(f.peer, a, 3), 3);
    assert_int_equal(ew_transport_recv(&f.t, got, 5), 3);
    assert_int_equal(ew_transport_recv(&f.t, got, 2), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_WANT_READ);
    ew_transport_begin(&f.t);
    assert_int_equal(write(f.peer, a + 3, len - 3), len - 3);
    assert_int_equal(ew_transport_recv(&f.t, got, 2), 2);
    assert_int_equal(ew_transport_recv(&f.t, got, 20), 20);
    assert_int_equal(ew_transport_recv(&f.t, got, 20), 6);
    assert_int_equal(ew_transport_recv(&f.t, got, 20), EW_TRANSPORT_BLOCKED);
    close_fixture(&f);
}

static void interrupts_are_not_failures(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    on_send.interrupts = 3;
    assert_int_equal(ew_transport_send(&f.t, a, len), len);
    assert_int_equal(on_send.calls, 4);
    assert_int_equal(write(f.peer, a, len), len);
    on_recv.interrupts = 3;
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), 5);
    assert_int_equal(on_recv.calls, 4);
    close_fixture(&f);
}

static void the_end_is_told_from_a_failure(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    close(f.peer);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_END);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_EOF);
    ew_transport_begin(&f.t);
    /* and the test is still alive */
    assert_int_equal(ew_transport_send(&f.t, a, len), EW_TRANSPORT_FAILED);
    assert_int_equal(f.t.error, EW_CAUSE_ENDED);
    assert_int_equal(ew_transport_outcome(&f.t, 1), EW_EVENT_IO_ERROR);
    ew_transport_begin(&f.t);
    on_recv.error = ECONNRESET;
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_FAILED);
    assert_int_equal(f.t.error, ECONNRESET);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_IO_ERROR);
    close(f.t.fd);
}

/* OpenSSL answers it with an alert of its own; nothing may follow an end that is no close. */
static void the_end_is_not_answered(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, ALERT, 26, 'a');

    open_fixture(&f);
    (void)state;
    shutdown(f.peer, SHUT_WR);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_END);
    assert_int_equal(ew_transport_send(&f.t, a, len), len);
    assert_int_equal(f.t.swallowed, len);
    peer_gets(&f, NULL, 0);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_EOF);
    close_fixture(&f);
}

/* Not even what was taken whole and has not left: it would be an error to some ios. */
static void nothing_follows_our_own_end(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, ALERT, 26, 'a');

    open_fixture(&f);
    (void)state;
    on_send.budget = 0;
    while (ew_transport_send(&f.t, a, len) == (int)len) {
    }
    assert_true(f.t.tail_len > EW_TAIL_MAX - EW_ALERT_MAX);
    on_send.budget = -1;
    endwell_io_half_close(&f.t);
    on_send.calls = 0;
    ew_transport_begin(&f.t);
    assert_int_equal(ew_transport_send(&f.t, a, len), EW_TRANSPORT_FAILED);
    assert_int_equal(f.t.error, EW_CAUSE_ENDED);
    assert_int_equal(ew_transport_outcome(&f.t, 1), EW_EVENT_IO_ERROR);
    ew_transport_begin(&f.t);
    assert_int_equal(write(f.peer, a, len), len);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_BLOCKED);
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_IO_ERROR);
    assert_int_equal(on_send.calls, 0);
    assert_int_equal(read(f.peer, got, sizeof got), 0);
    close_fixture(&f);
}

/* A later record behind the swallowed one would leave a gap in what the engine made. */
static void nothing_follows_the_end_in_a_later_call(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    shutdown(f.peer, SHUT_WR);
    assert_int_equal(ew_transport_recv(&f.t, got, sizeof got), EW_TRANSPORT_END);
    assert_int_equal(ew_transport_send(&f.t, a, len), len);
    ew_transport_begin(&f.t);
    assert_int_equal(ew_transport_send(&f.t, a, len), EW_TRANSPORT_FAILED);
    assert_int_equal(f.t.error, EW_CAUSE_ENDED);
    assert_int_equal(ew_transport_outcome(&f.t, 1), EW_EVENT_IO_ERROR);
    ew_transport_reopen(&f.t); /* another connection does not bring the peer back */
    assert_int_equal(ew_transport_send(&f.t, a, len), EW_TRANSPORT_FAILED);
    peer_gets(&f, NULL, 0);
    close_fixture(&f);
}

static void reopening_keeps_half_an_alert(void **state)
{
    fixture f;
    uint8_t a[128];
    size_t first = record(a, ALERT, 26, 'a'), len = first;

    open_fixture(&f);
    (void)state;
    len += record(a + len, DATA, 30, 'b');
    on_send.budget = 10;
    assert_int_equal(ew_transport_send(&f.t, a, first), first);
    assert_int_equal(ew_transport_is_between_records(&f.t), 1);
    ew_transport_seal(&f.t);
    ew_transport_reopen(&f.t);
    assert_int_equal(f.t.gate, EW_GATE_OPEN);
    on_send.budget = -1;
    assert_int_equal(ew_transport_send(&f.t, a + first, len - first), len - first);
    peer_gets(&f, a, len);
    close_fixture(&f);
}

static void where_records_end_is_known_in_both_directions(void **state)
{
    fixture f;
    uint8_t a[64], got[64];
    size_t len = record(a, DATA, 26, 'a');

    open_fixture(&f);
    (void)state;
    assert_int_equal(ew_transport_send(&f.t, a, 7), 7);
    assert_int_equal(ew_transport_is_between_records(&f.t), 0);
    assert_int_equal(ew_transport_send(&f.t, a + 7, len - 7), len - 7);
    assert_int_equal(ew_transport_is_between_records(&f.t), 1);
    assert_int_equal(write(f.peer, a, 3), 3);
    assert_int_equal(ew_transport_recv(&f.t, got, 5), 3);
    assert_int_equal(ew_transport_is_between_records(&f.t), 0);
    close_fixture(&f);
}

static void a_refusal_has_words_and_einval(void **state)
{
    fixture f;

    open_fixture(&f);
    (void)state;
    assert_null(f.t.detail);
    assert_int_equal(ew_transport_refuse(&f.t, "no"), -1);
    assert_int_equal(errno, EINVAL);
    assert_string_equal(f.t.detail, "no");
    assert_int_equal(ew_transport_changed(&f.t, "changed"), EW_EVENT_TLS_ERROR);
    assert_string_equal(f.t.detail, "changed");
    close_fixture(&f);
}

static void an_idle_transport_stopped_nothing(void **state)
{
    fixture f;

    open_fixture(&f);
    (void)state;
    assert_int_equal(ew_transport_outcome(&f.t, 0), EW_EVENT_TLS_ERROR);
    assert_int_equal(ew_transport_outcome(&f.t, 1), EW_EVENT_TLS_ERROR);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_swallows_what_follows),
        cmocka_unit_test(a_sealed_record_may_leave_byte_by_byte),
        cmocka_unit_test(nothing_shares_a_send_with_the_sealed_record),
        cmocka_unit_test(a_record_under_way_leaves_before_the_sealed_one),
        cmocka_unit_test(an_alert_of_the_engine_is_taken_whole),
        cmocka_unit_test(nothing_is_read_without_room_for_an_answer),
        cmocka_unit_test(a_sealed_alert_is_not_taken_for_sent),
        cmocka_unit_test(an_empty_record_is_a_record),
        cmocka_unit_test(each_call_gets_one_record_and_no_byte_more),
        cmocka_unit_test(half_a_record_goes_on_in_the_next_call),
        cmocka_unit_test(interrupts_are_not_failures),
        cmocka_unit_test(the_end_is_told_from_a_failure),
        cmocka_unit_test(the_end_is_not_answered),
        cmocka_unit_test(nothing_follows_the_end_in_a_later_call),
        cmocka_unit_test(nothing_follows_our_own_end),
        cmocka_unit_test(reopening_keeps_half_an_alert),
        cmocka_unit_test(where_records_end_is_known_in_both_directions),
        cmocka_unit_test(a_refusal_has_words_and_einval),
        cmocka_unit_test(an_idle_transport_stopped_nothing),
    };

    return RUN(tests);
}
