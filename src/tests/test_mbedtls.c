/* The traps of mbedTLS, one by one: each test fails without what the port does about it. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "link.h"
#include "mbedtls_tls13.h"
#include "mbedtls_versions.h"
#include "messages.h"

static link_ends l;
static uint8_t big[EW_RECORD_MAX * 2];

static const variant client = {MBEDTLS, TLS1_2_VERSION, 0, MBEDTLS, NULL};
static const variant server = {MBEDTLS, TLS1_2_VERSION, 1, MBEDTLS, NULL};
static const variant server_of_openssl = {MBEDTLS, TLS1_2_VERSION, 1, OPENSSL, NULL};

static void only_close_notify_is_one(void **state)
{
    static const struct {
        int level, description, reason;
    } cases[] = {{2, 40, EW_REASON_FATAL_ALERT},
                 {2, 0, EW_REASON_FATAL_ALERT},
                 {2, 90, EW_REASON_FATAL_ALERT},
                 {1, 90, 0},
                 {1, 41, 0},
                 {1, 100, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        link_open(&l, i % 2 ? &client : &server);
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

/* mbedtls_ssl_close_notify would flush the data, return 0, and send no alert. */
static void the_notice_follows_what_was_pending(void **state)
{
    (void)state;
    link_open(&l, &client);
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, 300), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(wire_records(&l.w), 2);
    peer_gets(&l, big, 300, 0);
    link_close(&l);
    /* The core flushes first; the port does not depend on it. */
    link_open(&l, &client);
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, 300), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(ew_mbedtls_port.send_close_notify(&l.mbedtls), EW_EVENT_WANT_WRITE);
    on_send.budget = -1;
    assert_int_equal(ew_mbedtls_port.send_close_notify(&l.mbedtls), EW_EVENT_DONE);
    peer_gets(&l, big, 300, 0);
    link_close(&l);
}

/* ... and each further call would send another. */
static void the_notice_is_made_once(void **state)
{
    (void)state;
    link_open(&l, &client);
    for (int i = 0; i < 5; i++) {
        on_send.budget = 4;
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    }
    on_send.budget = -1;
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(l.c.transport.swallowed, 0);
    link_close(&l);
}

static void a_hello_request_is_not_answered_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(wire_records(&l.w), 1);
    assert_true(l.c.transport.swallowed > 0);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

/* Between made and sent: reading may flush the notice, but neither repeat nor follow it. */
static void a_hello_request_while_the_notice_is_under_way(void **state)
{
    (void)state;
    for (int unblocked = 0; unblocked < 2; unblocked++) {
        link_open(&l, &client);
        on_send.budget = 4;
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        on_send.budget = unblocked ? -1 : 3;
        peer_handshake_message(&l, HELLO_REQUEST, 3);
        link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
        on_send.budget = -1;
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        assert_int_equal(wire_records(&l.w), 1);
        peer_gets(&l, "", 0, 0);
        link_close(&l);
    }
}

/* mbedtls_ssl_write would flush the refusal and claim that the data was written. */
static void a_blocked_refusal_does_not_swallow_the_data(void **state)
{
    (void)state;
    link_open(&l, &client);
    on_send.budget = 4;
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    link_failed(&l, ew_conn_write(&l.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
    peer_gets(&l, "data", 4, -1);
    link_close(&l);
}

/* A HelloRequest makes reading flush the record: repeating the write would send it again. */
static void data_that_reading_flushed_is_not_sent_twice(void **state)
{
    (void)state;
    link_open(&l, &client);
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, 300), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    on_send.budget = -1;
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    link_failed(&l, ew_conn_read(&l.c, big + 1000, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    peer_gets(&l, big, 300, -1);
    link_close(&l);
}

/* With output blocked the answer to a HelloRequest is in the way, of nothing that matters. */
static void reading_goes_on_while_writing_is_blocked(void **state)
{
    (void)state;
    link_open(&l, &client);
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, 300), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    peer_handshake_message(&l, HELLO_REQUEST, 2);
    peer_write(&l, "news", 4);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 4);
    on_send.budget = -1;
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    peer_gets(&l, big, 300, -1);
    link_close(&l);
}

static void floods_are_bounded(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        link_open(&l, &client);
        for (int i = 0; i < EW_RECORD_BUDGET + 10; i++) {
            if (kind == 0) {
                peer_handshake_message(&l, HELLO_REQUEST, 1);
            } else {
                peer_alert(&l, 1, 90);
            }
        }
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
        assert_int_equal(ew_conn_read(&l.c, big, 9), 0); /* it was all there */
        link_close(&l);
    }
}

/*
 * Two of them make mbedtls_ssl_read return 0, as it does at the end of the socket. (Four are an
 * attack, mbedTLS says, and a fatal error.)
 */
static void empty_records_are_not_the_end(void **state)
{
    (void)state;
    link_open(&l, &server);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mbedtls_ssl_write(&l.peer.mbed, big, 0), 0);
    }
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
    peer_write(&l, "data", 4);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_read(&l.c, big, 9), 4);
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    ew_conn c;

    (void)state;
    link_make(&l, &client);
    ew_mbedtls_init(&l.mbedtls, &l.us.mbed);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_mbedtls_port, &l.mbedtls), -1);
    assert_int_equal(errno, EINVAL);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3, 2);
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_mbedtls_port, &l.mbedtls), -1);
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3);
#if defined(MBEDTLS_SSL_EARLY_DATA)
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_ENABLED);
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_mbedtls_port, &l.mbedtls), -1);
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_DISABLED);
#endif
    mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_DATAGRAM);
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_mbedtls_port, &l.mbedtls), -1);
    mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_STREAM);
    link_start(&l);
    assert_int_equal(ew_conn_open(&c, l.w.fd, &ew_mbedtls_port, &l.mbedtls), -1);
    link_close(&l);
}

/* Whether a peer resumes its session after a first connection, closed or not. */
static int resumes(int close_first)
{
    mbedtls_ssl_cache_context cache;
    SSL_SESSION *session;
    int reused;

    mbedtls_ssl_cache_init(&cache);
    link_make(&l, &server_of_openssl);
    mbedtls_ssl_conf_session_cache(&l.us.conf, &cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    link_start(&l);
    session = SSL_get1_session(l.peer.ssl);
    SSL_set_shutdown(l.peer.ssl, SSL_SENT_SHUTDOWN);
    if (close_first) {
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
    }
    link_renew(&l);
    assert_int_equal(SSL_set_session(l.peer.ssl, session), 1);
    SSL_SESSION_free(session);
    link_start(&l);
    reused = SSL_session_reused(l.peer.ssl);
    link_close(&l);
    mbedtls_ssl_cache_free(&cache);
    return reused;
}

static void the_session_follows_the_core(void **state)
{
    (void)state;
    assert_int_equal(resumes(1), 1);
    assert_int_equal(resumes(0), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_close_notify_is_one),
        cmocka_unit_test(the_notice_follows_what_was_pending),
        cmocka_unit_test(the_notice_is_made_once),
        cmocka_unit_test(a_hello_request_is_not_answered_after_the_close),
        cmocka_unit_test(a_hello_request_while_the_notice_is_under_way),
        cmocka_unit_test(a_blocked_refusal_does_not_swallow_the_data),
        cmocka_unit_test(data_that_reading_flushed_is_not_sent_twice),
        cmocka_unit_test(reading_goes_on_while_writing_is_blocked),
        cmocka_unit_test(floods_are_bounded),
        cmocka_unit_test(empty_records_are_not_the_end),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(the_session_follows_the_core),
    };
    enum { COUNT = sizeof tests / sizeof tests[0] };
    struct CMUnitTest all[COUNT + MBEDTLS_TLS13_TESTS];

    if (argc != 2) {
        fprintf(stderr, "usage: test_mbedtls CERTIFICATES\n");
        return 2;
    }
    certificates = argv[1];
    memset(big, 'd', sizeof big);
    memcpy(all, tests, sizeof tests);
    return run_group(all, COUNT + mbedtls_tls13_tests(all + COUNT));
}
