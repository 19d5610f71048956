/* The traps of wolfSSL alone: each test fails without what the port does about it. */
#include "engine_wolfssl.h"
#include "frame.h"

#include "handshake_ends.h"
#include "messages.h"
#include "port_wolfssl.h"

static const variant client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_wolfssl};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_wolfssl};
static const variant tls12_server = {OTHER, TLS1_2_VERSION, 1, OPENSSL, &engine_wolfssl};
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
    changed(ew_conn_shutdown(&l.c), "quiet shutdown");
    assert_int_equal(wire_records(&l.w), 0);
    link_close(&l);
}

/* It is what SSL_CTX_set_quiet_shutdown is: carried over once, with what it says of aloud. */
static void quiet_shutdown_of_the_context_is_carried_over(void **state)
{
    (void)state;
    for (int aloud = 0; aloud < 2; aloud++) {
        link_make(&l, &tls12_client);
        wolfssl_make_quiet(l.us.context);
        link_renew(&l);
        link_start(&l);
        if (aloud) {
            assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 0), 1);
            changed(ew_conn_shutdown(&l.c), "quiet shutdown");
        } else {
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
        }
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

/* A descriptor of the application's own would be read from and written to. */
static void a_descriptor_set_later_ends_the_connection(void **state)
{
    char got[4];

    (void)state;
    for (int call = 0; call < 4; call++) {
        link_make(&l, &tls13_client);
        link_attach(&l);
        if (call > 0) {
            link_handshake(&l);
            peer_sends("data");
        }
        wolfssl_replace_io(l.us.engine, 'f');
        if (call == 0) {
            link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
            assert_string_not_equal(ew_conn_detail(&l.c), "");
        } else {
            changed(call == 1   ? ew_conn_read(&l.c, got, sizeof got)
                    : call == 2 ? ew_conn_write(&l.c, "data", 4)
                                : ew_conn_shutdown(&l.c),
                    "wolfSSL_set_fd");
        }
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

/* It would begin a handshake in the midst of the data. */
static void an_object_cleared_ends_the_connection(void **state)
{
    char got[4];

    (void)state;
    for (int call = 0; call < 3; call++) {
        link_open(&l, &tls13_client);
        wolfssl_replace_io(l.us.engine, 'c');
        changed(call == 0   ? ew_conn_read(&l.c, got, sizeof got)
                : call == 1 ? ew_conn_write(&l.c, "data", 4)
                            : ew_conn_shutdown(&l.c),
                "cleared");
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

static void callbacks_set_later_are_never_called(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    peer_sends("data");
    wolfssl_replace_io(l.us.engine, 'r');
    reading_gets("data");
    wolfssl_replace_io(l.us.engine, 'w');
    block_a_write(300);
    wolfssl_replace_io(l.us.engine, 'w');
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    wolfssl_replace_io(l.us.engine, 'w');
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 300, 0);
    link_close(&l);
}

/* Our handshake with a peer of one version, over and over; what it says last. */
static int handshake_fails(void)
{
    int ret = -1;

    link_attach(&l);
    for (int turn = 0; turn < 50 && ew_conn_get_reason(&l.c) == EW_REASON_NONE && ret != 1;
         turn++) {
        ret = ew_conn_handshake(&l.c);
        (void)peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    return ret;
}

/* wolfSSL_SetMinVersion would make 1.2 of the 1.3 that the application asked for. */
static void the_oldest_version_is_the_applications(void **state)
{
    (void)state;
    link_make(&l, &client);
    wolfssl_from_version(l.us.engine, 3);
    link_failed(&l, handshake_fails(), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    link_close(&l);
    link_make(&l, &client);
    wolfssl_from_version(l.us.engine, 2);
    assert_int_equal(handshake_fails(), 1);
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
    void *side = wolfssl_unfit('s');
    void *none = wolfssl_unfit('n');
    ew_wolfssl other;

    (void)state;
    link_open(&l, &client);
    refused_for(&ew_wolfssl_port, dtls, "DTLS");
    refused_for(&ew_wolfssl_port, side, "role");
    refused_for(&ew_wolfssl_port, none, "no WOLFSSL");
    refused_for(&ew_wolfssl_port, l.us.engine, "is attached");
    ew_wolfssl_init(&other, ((ew_wolfssl *)l.us.engine)->ssl);
    refused_for(&ew_wolfssl_port, &other, "has begun");
    engine_wolfssl.engine_free(dtls);
    engine_wolfssl.engine_free(side);
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

enum { ERROR_ALERT = -313 }; /* FATAL_ERROR of wolfSSL */

static void an_end_is_told_with_its_number(void **state)
{
    (void)state;
    each_end_of_a_handshake_is_told(&client, ERROR_ALERT);
    an_alert_among_the_data_has_its_number(&client, ERROR_ALERT);
}

/* Before the version is settled it says 1.3, in which no such warning is one. */
static void a_warning_before_the_version_is_settled_is_one(void **state)
{
    (void)state;
    link_make(&l, &client);
    wolfssl_from_version(l.us.engine, 2);
    link_attach(&l);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    peer_alerts_in_the_clear(1, 112);
    assert_int_equal(suspensions_of_a_handshake(), 0);
    all_goes_on();
    link_close(&l);
}

/* 'c' for a certificate, 's' for a signature. */
static void a_handshake_may_wait_for_the_application(void **state)
{
    (void)state;
    for (const char *how = "cs"; *how != '\0'; how++) {
        link_make(&l, &tls13_server);
        wolfssl_suspend(l.us.context, *how, 3);
        link_renew(&l);
        link_attach(&l);
        assert_int_equal(suspensions_of_a_handshake(), 3);
        all_goes_on();
        link_close(&l);
    }
}

/* Repeated it would send what the peer refuses; for its certificate wolfSSL does not wait at all. */
static void a_wait_in_tls12_fails_the_handshake(void **state)
{
    (void)state;
    for (const char *how = "cs"; *how != '\0'; how++) {
        link_make(&l, &tls12_server);
        wolfssl_suspend(l.us.context, *how, 1);
        link_renew(&l);
        link_failed(&l, handshake_fails(), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
        if (*how == 's') {
            assert_tells(&l.c, "TLS 1.2");
        }
        assert_int_not_equal(ew_conn_engine_error(&l.c), 0);
        link_close(&l);
    }
}

static void what_is_looked_at_is_taken_in_order(void **state)
{
    static uint8_t got[EW_RECORD_MAX];
    int at = 0;

    (void)state;
    link_open(&l, &tls13_client);
    peer_write(&l, big, 5000);
    wire_release(&l.w, ALL);
    for (int len = 1; at < 5000; len += 97) {
        int left = 5000 - at;
        int n = len < left ? len : left;

        assert_int_equal(ew_conn_peek(&l.c, got, sizeof got), left);
        assert_memory_equal(got, big + at, (size_t)left);
        assert_int_equal(ew_conn_peek(&l.c, got, len), n);
        assert_int_equal(ew_conn_pending(&l.c), left);
        assert_int_equal(ew_conn_read(&l.c, got, len), n);
        assert_memory_equal(got, big + at, (size_t)n);
        at += n;
    }
    assert_int_equal(ew_conn_pending(&l.c), 0);
    reading_waits();
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fifth_alert_may_be_the_close),
        cmocka_unit_test(an_answer_behind_a_blocked_record_is_a_failure),
        cmocka_unit_test(a_key_update_of_ours_is_flushed_by_handshake),
        cmocka_unit_test(quiet_shutdown_of_wolfssl_is_a_failure),
        cmocka_unit_test(quiet_shutdown_of_the_context_is_carried_over),
        cmocka_unit_test(a_descriptor_set_later_ends_the_connection),
        cmocka_unit_test(an_object_cleared_ends_the_connection),
        cmocka_unit_test(callbacks_set_later_are_never_called),
        cmocka_unit_test(the_oldest_version_is_the_applications),
        cmocka_unit_test(short_records_are_written_one_by_one),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(clear_fails_over_what_is_not_out),
        cmocka_unit_test(an_end_is_told_with_its_number),
        cmocka_unit_test(a_warning_before_the_version_is_settled_is_one),
        cmocka_unit_test(a_handshake_may_wait_for_the_application),
        cmocka_unit_test(a_wait_in_tls12_fails_the_handshake),
        cmocka_unit_test(what_is_looked_at_is_taken_in_order),
    };

    return RUN_PROGRAM(tests);
}
