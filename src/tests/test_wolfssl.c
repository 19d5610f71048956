/* The traps of wolfSSL alone: each test fails without what the port does about it. */
#include "engine_wolfssl.h"
#include "frame.h"
#include "messages.h"
#include "port_wolfssl.h"

static const variant client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_wolfssl};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls13_server = {OTHER, TLS1_3_VERSION, 1, OPENSSL, &engine_wolfssl};

/* wolfSSL gives up at the fifth alert; if that is the close_notify, it was one all the same. */
static void the_fifth_alert_may_be_the_close(void **state)
{
    (void)state;
    for (int warnings = 4; warnings < 6; warnings++) {
        link_open(&l, &client);
        for (int i = 0; i < warnings; i++) {
            peer_alert(&l, 1, 90);
        }
        peer_closes();
        if (warnings == 4) {
            reading_ends();
            assert_int_equal(ew_conn_end_of_data(&l.c), 1);
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
            assert_int_equal(wire_records(&l.w), 1);
        } else {
            reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
        }
        link_close(&l);
    }
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
        reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
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
        unblock();
        assert_int_equal(ew_conn_handshake(&l.c), 1);
        assert_int_equal(wire_records(&l.w), 1);
        assert_int_equal(ew_conn_write(&l.c, "new key", 7), 7);
        peer_reads(&l, "new key", 7, -1);
        link_close(&l);
    }
}

/* It cannot be overruled, so it must not go unnoticed. */
static void quiet_shutdown_of_wolfssl_is_a_failure(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    wolfssl_be_quiet(l.us.engine);
    link_start(&l);
    closing_fails(EW_ERROR_SSL, EW_REASON_TLS);
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
    unblock();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 1024, 0);
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    void *dtls = wolfssl_unfit('d');
    void *none = wolfssl_unfit('n');

    (void)state;
    link_open(&l, &client);
    refused(&ew_wolfssl_port, dtls);
    refused(&ew_wolfssl_port, none);
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fifth_alert_may_be_the_close),
        cmocka_unit_test(an_answer_behind_a_blocked_record_is_a_failure),
        cmocka_unit_test(a_key_update_of_ours_is_flushed_by_handshake),
        cmocka_unit_test(quiet_shutdown_of_wolfssl_is_a_failure),
        cmocka_unit_test(short_records_are_written_one_by_one),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(clear_fails_over_what_is_not_out),
    };

    return RUN_PROGRAM(tests);
}
