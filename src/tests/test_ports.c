/* What every port has to keep, over a socket, with OpenSSL as the peer: each engine, version and role. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"

static link_ends l;
static uint8_t big[EW_RECORD_MAX * 2];

static void read_gets(const char *text)
{
    char got[64];
    int n = ew_conn_read(&l.c, got, sizeof got);

    assert_int_equal(n, strlen(text));
    assert_memory_equal(got, text, (size_t)n);
}

static void we_close_first(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(ew_conn_get_error(&l.c, 0), EW_ERROR_NONE);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    peer_reads(&l, "", 0, 0);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(ew_conn_end_of_data(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void the_peer_closes_first(void **state)
{
    link_open(&l, *state);
    peer_write(&l, "last words", 10);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    read_gets("last words");
    assert_int_equal(ew_conn_read(&l.c, big, 10), 0);
    assert_int_equal(ew_conn_get_error(&l.c, 0), EW_ERROR_ZERO_RETURN);
    assert_int_equal(wire_records(&l.w), 0); /* reading answers nothing */
    assert_int_equal(ew_conn_write(&l.c, "reply", 5), 5);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

static void data_while_waiting_is_not_lost(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_write(&l, "one", 3);
    peer_write(&l, "two", 3);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    link_failed(&l, ew_conn_finish(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    read_gets("one");
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    read_gets("two");
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void data_is_read_in_parts(void **state)
{
    char b[4];

    link_open(&l, *state);
    peer_write(&l, "abcdefgh", 8);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_read(&l.c, b, 3), 3);
    assert_memory_equal(b, "abc", 3);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    read_gets("defgh");
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    link_close(&l);
}

/* The record is in the engine, 100 bytes of it in the socket. */
static void block_a_write(void)
{
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, 5000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
}

static void a_blocked_write_leaves_before_the_close(void **state)
{
    link_open(&l, *state);
    block_a_write();
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = 4000;
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 5000, 0);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

static void a_blocked_write_is_repeated_byte_by_byte(void **state)
{
    static uint8_t moved[5000];

    link_open(&l, *state);
    block_a_write();
    memcpy(moved, big, sizeof moved);
    link_failed(&l, ew_conn_read(&l.c, moved, 1), EW_ERROR_WANT_READ, EW_REASON_NONE);
    on_send.budget = 10;
    link_failed(&l, ew_conn_write(&l.c, moved, 5000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_write(&l.c, moved, 5000), 5000);
    assert_int_equal(ew_conn_write(&l.c, "more", 4), 4);
    memcpy(big + 5000, "more", 4);
    peer_reads(&l, big, 5004, -1);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

static void a_repeated_write_may_be_longer(void **state)
{
    link_open(&l, *state);
    block_a_write();
    on_send.budget = -1;
    assert_int_equal(ew_conn_write(&l.c, big, 9000), 5000);
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 4000), 4000);
    peer_reads(&l, big, 9000, -1);
    link_close(&l);
}

static void the_notice_leaves_byte_by_byte(void **state)
{
    int tries = 0;
    int ret;

    link_open(&l, *state);
    do {
        on_send.budget = 1;
        ret = ew_conn_shutdown(&l.c);
        if (ret < 0) {
            link_failed(&l, ret, EW_ERROR_WANT_WRITE, EW_REASON_NONE);
            assert_int_equal(ew_conn_get_shutdown(&l.c), EW_SENT_SHUTDOWN);
            /* reading in between neither loses nor repeats it */
            link_failed(&l, ew_conn_read(&l.c, big, 1), EW_ERROR_WANT_READ, EW_REASON_NONE);
            link_failed(&l, ew_conn_write(&l.c, big, 1), EW_ERROR_SSL, EW_REASON_CLOSED);
        }
    } while (ret < 0 && ++tries < 200);
    on_send.budget = -1;
    assert_int_equal(ret, 0);
    assert_in_range(tries, 20, 90);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    peer_reads(&l, "", 0, 0);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void their_notice_comes_byte_by_byte(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_close_notify(&l);
    while (l.w.out_len > 1) {
        wire_release(&l.w, 1);
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    }
    wire_release(&l.w, 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

static void the_end_of_the_socket_is_a_cut(void **state)
{
    for (int waiting = 0; waiting < 2; waiting++) {
        link_open(&l, *state);
        if (waiting) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
        link_failed(&l, waiting ? ew_conn_shutdown(&l.c) : ew_conn_read(&l.c, big, 9), EW_ERROR_SSL,
                    EW_REASON_TRUNCATED);
        assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        assert_int_equal(ew_conn_get_shutdown(&l.c), waiting ? EW_SENT_SHUTDOWN : 0);
        if (waiting) {
            assert_int_equal(wire_records(&l.w), 1);
        }
        link_close(&l);
    }
}

static void a_cut_within_a_record(void **state)
{
    link_open(&l, *state);
    peer_write(&l, "never complete", 14);
    wire_release(&l.w, 20);
    assert_int_equal(shutdown(l.w.fd, SHUT_RDWR), 0); /* and no alert can be sent either */
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_SSL, EW_REASON_TRUNCATED);
    link_close(&l);
}

static void a_reset_is_a_system_error(void **state)
{
    link_open(&l, *state);
    on_recv.error = ECONNRESET;
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, ECONNRESET);
    link_close(&l);
    link_open(&l, *state);
    on_send.error = EPIPE;
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(ew_conn_get_shutdown(&l.c), EW_SENT_SHUTDOWN);
    assert_int_equal(ew_conn_session_kept(&l.c), 1);
    link_close(&l);
}

static const uint8_t forged[] = {23, 3,  3,  0,  32, 1,  2,  3,  4,  5,  6,  7,  8,
                                 9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};

/* The engine answers a bad record with an alert; after our close_notify it must not get out. */
static void a_forged_record_is_fatal_and_gets_no_answer_after_the_close(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    wire_put(&l.w, forged, sizeof forged);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_TLS);
    assert_int_equal(wire_records(&l.w), 1);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_FATAL);
    link_close(&l);
}

static void a_fatal_alert_is_no_close(void **state)
{
    for (int waiting = 0; waiting < 2; waiting++) {
        link_open(&l, *state);
        assert_int_equal(write(l.fd, forged, sizeof forged), sizeof forged);
        assert_int_equal(peer_read(&l, big, 9), -2); /* and answers with an alert */
        assert_true(l.w.out_len > 0);
        if (waiting) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        wire_release(&l.w, ALL);
        link_failed(&l, waiting ? ew_conn_shutdown(&l.c) : ew_conn_read(&l.c, big, 9), EW_ERROR_SSL,
                    EW_REASON_FATAL_ALERT);
        assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        assert_int_equal(ew_conn_get_shutdown(&l.c) & EW_RECEIVED_SHUTDOWN, 0);
        assert_int_equal(ew_conn_session_kept(&l.c), 0);
        link_close(&l);
    }
}

static void plaintext_follows_a_full_close(void **state)
{
    char b[16];

    link_open(&l, *state);
    if (l.us.kind == OPENSSL) {
        SSL_set_read_ahead(l.us.ssl, 1); /* even an engine that asks for more gets no more */
    }
    peer_close_notify(&l);
    wire_put(&l.w, "PLAIN", 5);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_finish(&l.c), 1);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    assert_int_equal(read(l.fd, b, sizeof b), 5);
    assert_memory_equal(b, "PLAIN", 5);
    assert_int_equal(wire_records(&l.w), 1);
    wire_mark(&l.w);
    assert_int_equal(write(l.fd, "plain too", 9), 9);
    wire_fetch(&l.w);
    assert_int_equal(l.w.in_len - l.w.mark, 9);
    assert_memory_equal(l.w.in + l.w.mark, "plain too", 9);
    close(l.fd);
    link_close(&l);
}

static void another_connection_on_the_same_socket(void **state)
{
    link_open(&l, *state);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_finish(&l.c), 1);
    peer_reads(&l, "", 0, 0);
    assert_int_equal(SSL_clear(l.peer.ssl), 1);
    assert_int_equal(ew_conn_clear(&l.c), 1);
    link_handshake(&l);
    assert_int_equal(ew_conn_write(&l.c, "again", 5), 5);
    peer_reads(&l, "again", 5, -1);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, "", 0, 0);
    link_close(&l);
}

static void quiet_sends_no_byte(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 1), 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 0);
    link_close(&l);
}

static void a_second_handshake_is_allowed_until_the_close(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_handshake(&l.c), 1); /* nothing to do */
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_CLOSED);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void a_handshake_with_nonsense_fails(void **state)
{
    link_make(&l, *state);
    link_start(&l);
    link_renew(&l);
    link_attach(&l);
    wire_put(&l.w, forged, sizeof forged);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    link_close(&l);
}

static const struct CMUnitTest bodies[] = {
    cmocka_unit_test(we_close_first),
    cmocka_unit_test(the_peer_closes_first),
    cmocka_unit_test(data_while_waiting_is_not_lost),
    cmocka_unit_test(data_is_read_in_parts),
    cmocka_unit_test(a_blocked_write_leaves_before_the_close),
    cmocka_unit_test(a_blocked_write_is_repeated_byte_by_byte),
    cmocka_unit_test(a_repeated_write_may_be_longer),
    cmocka_unit_test(the_notice_leaves_byte_by_byte),
    cmocka_unit_test(their_notice_comes_byte_by_byte),
    cmocka_unit_test(the_end_of_the_socket_is_a_cut),
    cmocka_unit_test(a_cut_within_a_record),
    cmocka_unit_test(a_reset_is_a_system_error),
    cmocka_unit_test(a_forged_record_is_fatal_and_gets_no_answer_after_the_close),
    cmocka_unit_test(a_fatal_alert_is_no_close),
    cmocka_unit_test(plaintext_follows_a_full_close),
    cmocka_unit_test(another_connection_on_the_same_socket),
    cmocka_unit_test(quiet_sends_no_byte),
    cmocka_unit_test(a_second_handshake_is_allowed_until_the_close),
    cmocka_unit_test(a_handshake_with_nonsense_fails),
};

enum { MOST_VARIANTS = 32, BODIES = sizeof bodies / sizeof bodies[0] };

/* Each engine that was built, each version that it has, each role. */
static size_t list_variants(variant *variants)
{
    size_t count = 0;

    for (const test_engine *const *e = engines; *e != NULL; e++) {
        for (int i = 0; i < ((*e)->has_tls13 ? 4 : 2); i++) {
            assert_true(count < MOST_VARIANTS);
            variants[count] =
                (variant){(*e)->kind, i < 2 ? TLS1_2_VERSION : TLS1_3_VERSION, i % 2, OPENSSL, *e};
            count++;
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    static char names[MOST_VARIANTS * BODIES][128];
    static struct CMUnitTest tests[MOST_VARIANTS * BODIES];
    static variant variants[MOST_VARIANTS];
    size_t count = list_variants(variants);

    if (argc != 2) {
        fprintf(stderr, "usage: test_ports CERTIFICATES\n");
        return 2;
    }
    certificates = argv[1];
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (size_t i = 0; i < count * BODIES; i++) {
        const variant *v = &variants[i % count];

        snprintf(names[i], sizeof names[i], "%s: %s, TLS 1.%d, %s", bodies[i / count].name,
                 v->other->name, v->version - TLS1_VERSION, v->server ? "server" : "client");
        tests[i] =
            (struct CMUnitTest){names[i], bodies[i / count].test_func, NULL, NULL, (void *)v};
    }
    return run_group(tests, count * BODIES);
}
