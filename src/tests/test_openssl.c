/* The traps of OpenSSL, one by one: each test fails without what the port does about it. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "link.h"
#include "messages.h"

static link_ends l;
static uint8_t big[EW_RECORD_MAX * 2];

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls12_client = {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL};
static const variant tls12_mbed = {OPENSSL, TLS1_2_VERSION, 0, MBEDTLS, NULL};

static int say_hello_request(SSL *ssl)
{
    return SSL_renegotiate(ssl);
}

/* RECEIVED_SHUTDOWN says nothing about which alert it was; a warning is neither. */
static void only_close_notify_is_one(void **state)
{
    static const struct {
        int level, description, reason;
    } cases[] = {{2, 40, EW_REASON_FATAL_ALERT},
                 {2, 0, EW_REASON_FATAL_ALERT},
                 {2, 90, EW_REASON_FATAL_ALERT},
                 {1, 90, 0},
                 {1, 41, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        link_open(&l, &tls12_mbed);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_alert(&l, cases[i].level, cases[i].description);
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        if (cases[i].reason == 0) {
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
        } else {
            link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, cases[i].reason);
            assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        }
        link_close(&l);
    }
}

static void the_flag_set_by_hand_is_no_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    SSL_set_shutdown(l.us.ssl, SSL_RECEIVED_SHUTDOWN);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_SSL, EW_REASON_TLS);
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
    link_close(&l);
}

static void a_key_update_of_ours_does_not_stop_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(SSL_key_update(l.us.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    on_send.budget = 5;
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(wire_records(&l.w), 2);
    peer_reads(&l, "", 0, 0);
    link_close(&l);
}

static void a_key_update_of_ours_is_flushed_by_handshake(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(SSL_key_update(l.us.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    assert_int_equal(ew_conn_handshake(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(ew_conn_write(&l.c, "new key", 7), 7);
    peer_reads(&l, "new key", 7, -1);
    link_close(&l);
}

static void their_key_update_is_not_answered_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_says(&l, ask_key_update);
    peer_write(&l, "new key", 7);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    assert_int_equal(ew_conn_read(&l.c, big, 9), 7);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

/* The answer to a KeyUpdate goes before the data, and may be what blocks. */
static void data_behind_a_blocked_key_update_was_not_accepted(void **state)
{
    (void)state;
    for (int close_instead = 0; close_instead < 2; close_instead++) {
        link_open(&l, &tls13_client);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
        on_send.budget = 9;
        link_failed(&l, ew_conn_write(&l.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        on_send.budget = -1;
        if (close_instead) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
            peer_reads(&l, "", 0, 0);
        } else {
            assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
            peer_reads(&l, "data", 4, -1);
        }
        assert_int_equal(wire_records(&l.w), 2);
        link_close(&l);
    }
}

static int fill_ticket(SSL *ssl, void *arg)
{
    (void)arg;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), big, 3000);
}

/* A ticket over several records: between them OpenSSL is in a handshake, and will not close. */
static void half_a_ticket_delays_the_close_and_loses_nothing(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    SSL_CTX_set_session_ticket_cb(l.peer.ctx, fill_ticket, NULL, NULL);
    SSL_set_max_send_fragment(l.peer.ssl, 512);
    link_start(&l);
    peer_says(&l, make_ticket);
    wire_release(&l.w, 1200);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(SSL_in_init(l.us.ssl), 1);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void tickets_while_waiting_are_skipped(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    for (int i = 0; i < 5; i++) {
        peer_says(&l, make_ticket);
    }
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void a_flood_of_tickets_is_bounded(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    for (int i = 0; i < EW_RECORD_BUDGET + 10; i++) {
        peer_says(&l, make_ticket);
    }
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_read(&l.c, big, 9), 0); /* it was all there */
    link_close(&l);
}

static void a_hello_request_is_refused_before_and_ignored_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls12_client);
    peer_says(&l, say_hello_request);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(wire_records(&l.w), 1); /* no_renegotiation */
    link_close(&l);
    link_open(&l, &tls12_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_says(&l, say_hello_request);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

/* An alert that blocked on the socket must not break what follows ... */
static void a_blocked_refusal_does_not_break_the_next_write(void **state)
{
    (void)state;
    link_open(&l, &tls12_mbed);
    on_send.budget = 3;
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    link_failed(&l, ew_conn_write(&l.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
    assert_int_equal(wire_records(&l.w), 2);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_close(&l);
}

/* ... also when there are too many of them to keep: then nothing more is read. */
static void blocked_refusals_do_not_break_the_close(void **state)
{
    int got;

    (void)state;
    for (int refusals = 1; refusals < 12; refusals++) {
        link_open(&l, &tls12_mbed);
        on_send.budget = 3;
        peer_handshake_message(&l, HELLO_REQUEST, refusals);
        link_failed(&l, ew_conn_read(&l.c, big, 9),
                    refusals < 5 ? EW_ERROR_WANT_READ : EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        on_send.budget = -1;
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        wire_fetch(&l.w);
        do { /* mbedTLS returns after each warning */
            got = peer_read(&l, big, 9);
        } while (got == -1 && l.w.in_at < l.w.in_len);
        assert_int_equal(got, 0);
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        link_close(&l);
    }
}

/* Once the peer has closed, OpenSSL says of every failure that it is the end of the data. */
static void a_failure_after_the_peers_close_is_the_transports(void **state)
{
    (void)state;
    for (int close_instead = 0; close_instead < 2; close_instead++) {
        link_open(&l, &tls13_client);
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        assert_int_equal(ew_conn_read(&l.c, big, 9), 0);
        on_send.error = EPIPE;
        link_failed(&l, close_instead ? ew_conn_shutdown(&l.c) : ew_conn_write(&l.c, "data", 4),
                    EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
        on_send.error = 0;
        link_close(&l);
    }
}

static void a_stale_error_of_the_thread_does_not_matter(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    ERR_put_error(ERR_LIB_USER, 0, 1, "elsewhere", 1);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    ERR_put_error(ERR_LIB_USER, 0, 1, "elsewhere", 1);
    on_send.budget = 4;
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    ERR_clear_error();
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_close_notify_is_one),
        cmocka_unit_test(the_flag_set_by_hand_is_no_close),
        cmocka_unit_test(a_key_update_of_ours_does_not_stop_the_close),
        cmocka_unit_test(a_key_update_of_ours_is_flushed_by_handshake),
        cmocka_unit_test(their_key_update_is_not_answered_after_the_close),
        cmocka_unit_test(data_behind_a_blocked_key_update_was_not_accepted),
        cmocka_unit_test(half_a_ticket_delays_the_close_and_loses_nothing),
        cmocka_unit_test(tickets_while_waiting_are_skipped),
        cmocka_unit_test(a_flood_of_tickets_is_bounded),
        cmocka_unit_test(a_hello_request_is_refused_before_and_ignored_after_the_close),
        cmocka_unit_test(a_blocked_refusal_does_not_break_the_next_write),
        cmocka_unit_test(blocked_refusals_do_not_break_the_close),
        cmocka_unit_test(a_failure_after_the_peers_close_is_the_transports),
        cmocka_unit_test(a_stale_error_of_the_thread_does_not_matter),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: test_openssl CERTIFICATES\n");
        return 2;
    }
    certificates = argv[1];
    return RUN(tests);
}
