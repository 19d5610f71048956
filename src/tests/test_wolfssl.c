/* The traps of wolfSSL, one by one: each test fails without what the port does about it. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine_wolfssl.h"
#include "link.h"
#include "messages.h"
#include "port_wolfssl.h"

static link_ends l;
static uint8_t big[EW_RECORD_MAX * 2];

static const variant client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_wolfssl};
static const variant server = {OTHER, TLS1_2_VERSION, 1, MBEDTLS, &engine_wolfssl};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls12_server = {OTHER, TLS1_2_VERSION, 1, OPENSSL, &engine_wolfssl};
static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls13_server = {OTHER, TLS1_3_VERSION, 1, OPENSSL, &engine_wolfssl};
static const variant *const all[] = {&tls12_client, &tls12_server, &tls13_client, &tls13_server};

static void block_a_write(int len)
{
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, len), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
}

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
            assert_int_equal(ew_conn_session_kept(&l.c), 0);
        }
        link_close(&l);
    }
}

/* wolfSSL gives up at the fifth alert; if that is the close_notify, it was one all the same. */
static void the_fifth_alert_may_be_the_close(void **state)
{
    (void)state;
    for (int warnings = 4; warnings < 6; warnings++) {
        link_open(&l, &client);
        for (int i = 0; i < warnings; i++) {
            peer_alert(&l, 1, 90);
        }
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        if (warnings == 4) {
            assert_int_equal(ew_conn_read(&l.c, big, 9), 0);
            assert_int_equal(ew_conn_end_of_data(&l.c), 1);
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
            assert_int_equal(wire_records(&l.w), 1);
        } else {
            link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_SSL, EW_REASON_TLS);
            assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        }
        link_close(&l);
    }
}

/* Called again while it is blocked, wolfSSL_shutdown would make another. */
static void the_notice_is_made_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        link_open(&l, all[i]);
        for (int tries = 0; tries < 5; tries++) {
            on_send.budget = 4;
            link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        }
        on_send.budget = -1;
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
        assert_int_equal(wire_records(&l.w), 1);
        assert_int_equal(l.c.transport.swallowed, 0);
        peer_reads(&l, "", 0, 0);
        link_close(&l);
    }
}

static void the_notice_follows_what_was_pending(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        link_open(&l, all[i]);
        block_a_write(300);
        /* The core flushes first; the port does not depend on it. */
        assert_int_equal(ew_wolfssl_port.send_close_notify(l.us.engine), EW_EVENT_WANT_WRITE);
        on_send.budget = -1;
        assert_int_equal(ew_wolfssl_port.send_close_notify(l.us.engine), EW_EVENT_DONE);
        assert_int_equal(wire_records(&l.w), 2);
        peer_reads(&l, big, 300, 0);
        link_close(&l);
    }
}

/* A flush by wolfSSL_write would leave an error that no later read gets past. */
static void reading_goes_on_after_a_flush(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        link_open(&l, all[i]);
        for (int round = 0; round < 2; round++) {
            block_a_write(300);
            on_send.budget = -1;
            assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
            peer_write(&l, "news", 4);
            wire_release(&l.w, ALL);
            assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 4);
        }
        memset(big + 1000, 'd', 4);
        peer_reads(&l, big, 600, -1);
        assert_int_equal(wire_records(&l.w), 2);
        link_close(&l);
    }
}

static void reading_goes_on_while_writing_is_blocked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        link_open(&l, all[i]);
        block_a_write(300);
        peer_write(&l, "news", 4);
        wire_release(&l.w, ALL);
        assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 4);
        memset(big + 1000, 'd', 4);
        link_failed(&l, ew_conn_read(&l.c, big + 1000, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
        on_send.budget = -1;
        assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
        peer_reads(&l, big, 300, -1);
        link_close(&l);
    }
}

static void a_hello_request_is_not_answered_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(wire_records(&l.w), 1);
    assert_true(l.c.transport.swallowed > 0);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

/* The transport takes the refusal whole, so that it does not mix with the data. */
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
    assert_int_equal(wire_records(&l.w), 2);
    assert_int_equal(peer_read(&l, big, 9), -1); /* the refusal */
    peer_reads(&l, "data", 4, -1);
    memset(big, 'd', 9);
    link_close(&l);
}

/* wolfSSL would send memory past its buffer; it is at least never taken for an end. */
static void an_answer_behind_a_blocked_record_is_a_failure(void **state)
{
    (void)state;
    for (int tls13 = 0; tls13 < 2; tls13++) {
        link_open(&l, tls13 ? &tls13_client : &client);
        block_a_write(300);
        if (tls13) {
            peer_says(&l, ask_key_update);
            wire_release(&l.w, ALL);
        } else {
            peer_handshake_message(&l, HELLO_REQUEST, 1);
        }
        link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_SSL, EW_REASON_TLS);
        assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        link_close(&l);
    }
}

/* wolfSSL_negotiate of a TLS 1.3 client does not say that it is blocked. */
static void a_key_update_of_ours_is_flushed_by_handshake(void **state)
{
    (void)state;
    for (int role = 0; role < 2; role++) {
        link_open(&l, role ? &tls13_server : &tls13_client);
        on_send.budget = 5;
        wolfssl_key_update(l.us.engine);
        on_send.budget = 3;
        link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        on_send.budget = -1;
        assert_int_equal(ew_conn_handshake(&l.c), 1);
        assert_int_equal(wire_records(&l.w), 1);
        assert_int_equal(ew_conn_write(&l.c, "new key", 7), 7);
        peer_reads(&l, "new key", 7, -1);
        link_close(&l);
    }
}

static void their_key_update_is_not_answered_after_the_close(void **state)
{
    (void)state;
    for (int role = 0; role < 2; role++) {
        link_open(&l, role ? &tls13_server : &tls13_client);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_says(&l, ask_key_update);
        peer_write(&l, "new key", 7);
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
        assert_int_equal(ew_conn_read(&l.c, big, 9), 7);
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        assert_int_equal(wire_records(&l.w), 1);
        memset(big, 'd', 9);
        link_close(&l);
    }
}

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
    memset(big, 'd', 9);
    link_close(&l);
}

/* It cannot be overruled, so it must not go unnoticed. */
static void quiet_shutdown_of_wolfssl_is_a_failure(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    wolfssl_be_quiet(l.us.engine);
    link_start(&l);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_TLS);
    assert_int_equal(wire_records(&l.w), 0);
    link_close(&l);
}

static void short_records_are_written_one_by_one(void **state)
{
    (void)state;
    link_make(&l, &tls12_client);
    wolfssl_limit_records(l.us.engine, 2); /* 1024 bytes */
    link_start(&l);
    block_a_write(5000);
    on_send.budget = -1;
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 1024, 0);
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    ew_conn c;
    void *dtls = wolfssl_unfit('d');
    void *none = wolfssl_unfit('n');

    (void)state;
    link_open(&l, &client);
    assert_int_equal(ew_conn_open(&c, l.w.fd, &ew_wolfssl_port, dtls), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_open(&c, l.w.fd, &ew_wolfssl_port, none), -1);
    assert_int_equal(ew_conn_open(&c, l.w.fd, &ew_wolfssl_port, l.us.engine), -1);
    engine_wolfssl.engine_free(dtls);
    engine_wolfssl.engine_free(none);
    link_close(&l);
}

/* Output that is not out survives wolfSSL_clear: it would begin the next handshake. */
static void clear_fails_over_what_is_not_out(void **state)
{
    (void)state;
    link_open(&l, &tls12_client);
    block_a_write(300);
    assert_int_equal(ew_conn_clear(&l.c), -1);
    link_close(&l);
}

/* Whether a peer resumes its session after a first connection, closed or not. */
static int resumes(int close_first)
{
    SSL_SESSION *session;
    int reused;

    link_make(&l, &tls12_server);
    SSL_CTX_set_options(l.peer.ctx, SSL_OP_NO_TICKET);
    SSL_set_options(l.peer.ssl, SSL_OP_NO_TICKET);
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
    assert_int_equal(wolfssl_resumed(l.us.engine), reused);
    link_close(&l);
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
        cmocka_unit_test(the_fifth_alert_may_be_the_close),
        cmocka_unit_test(the_notice_is_made_once),
        cmocka_unit_test(the_notice_follows_what_was_pending),
        cmocka_unit_test(reading_goes_on_after_a_flush),
        cmocka_unit_test(reading_goes_on_while_writing_is_blocked),
        cmocka_unit_test(a_hello_request_is_not_answered_after_the_close),
        cmocka_unit_test(a_blocked_refusal_does_not_swallow_the_data),
        cmocka_unit_test(an_answer_behind_a_blocked_record_is_a_failure),
        cmocka_unit_test(a_key_update_of_ours_is_flushed_by_handshake),
        cmocka_unit_test(their_key_update_is_not_answered_after_the_close),
        cmocka_unit_test(empty_records_are_not_the_end),
        cmocka_unit_test(quiet_shutdown_of_wolfssl_is_a_failure),
        cmocka_unit_test(short_records_are_written_one_by_one),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(clear_fails_over_what_is_not_out),
        cmocka_unit_test(the_session_follows_the_core),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: test_wolfssl CERTIFICATES\n");
        return 2;
    }
    certificates = argv[1];
    memset(big, 'd', sizeof big);
    return RUN(tests);
}
