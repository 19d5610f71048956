/* The traps of OpenSSL alone: each test fails without what the port does about it. */
#include "frame.h"

#include <errno.h>

#include <openssl/err.h>

#include "messages.h"
#include "openssl_tests.h"

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls12_client = {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL};
static const variant tls12_mbed = {OPENSSL, TLS1_2_VERSION, 0, MBEDTLS, NULL};

static int say_hello_request(SSL *ssl)
{
    return SSL_renegotiate(ssl);
}

static void the_flag_set_by_hand_is_no_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    SSL_set_shutdown(l.us.ssl, SSL_RECEIVED_SHUTDOWN);
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    link_close(&l);
}

static void a_key_update_of_ours_does_not_stop_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(SSL_key_update(l.us.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    on_send.budget = 5;
    closing_waits(EW_ERROR_WANT_WRITE);
    unblock();
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

/* The answer to a KeyUpdate goes before the data, and may be what blocks. */
static void data_behind_a_blocked_key_update_was_not_accepted(void **state)
{
    (void)state;
    for (int close_instead = 0; close_instead < 2; close_instead++) {
        link_open(&l, &tls13_client);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        reading_waits();
        on_send.budget = 9;
        link_failed(&l, ew_conn_write(&l.c, "data", 4), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        unblock();
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

/* A ticket over several records: between them OpenSSL is in a handshake, and will not close. */
static void half_a_ticket_delays_the_close_and_loses_nothing(void **state)
{
    (void)state;
    receive_half_a_ticket(&tls13_client);
    assert_int_equal(SSL_in_init(l.us.ssl), 1);
    closing_waits(EW_ERROR_WANT_READ);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void a_hello_request_is_refused_before_and_ignored_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls12_client);
    peer_says(&l, say_hello_request);
    wire_release(&l.w, ALL);
    reading_waits();
    assert_int_equal(wire_records(&l.w), 1); /* no_renegotiation */
    link_close(&l);
    link_open(&l, &tls12_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_says(&l, say_hello_request);
    wire_release(&l.w, ALL);
    closing_waits(EW_ERROR_WANT_READ);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

/* Alerts that block must not break the close, even too many to keep: then nothing more is read. */
static void blocked_refusals_do_not_break_the_close(void **state)
{
    char got[9];

    (void)state;
    for (int refusals = 1; refusals < 12; refusals++) {
        link_open(&l, &tls12_mbed);
        on_send.budget = 3;
        peer_handshake_message(&l, HELLO_REQUEST, refusals);
        link_failed(&l, ew_conn_read(&l.c, got, sizeof got),
                    refusals < 5 ? EW_ERROR_WANT_READ : EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        closing_waits(EW_ERROR_WANT_WRITE);
        unblock();
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_gets(&l, "", 0, 0);
        peer_closes();
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
        peer_closes();
        reading_ends();
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
    reading_waits();
    ERR_put_error(ERR_LIB_USER, 0, 1, "elsewhere", 1);
    on_send.budget = 4;
    closing_waits(EW_ERROR_WANT_WRITE);
    ERR_clear_error();
    link_close(&l);
}

/* libssl has failed, and its alert is what blocks: nobody is to wait for that. */
static void a_failure_whose_alert_blocks_is_one(void **state)
{
    (void)state;
    for (int tls13 = 0; tls13 < 2; tls13++) {
        link_open(&l, tls13 ? &tls13_client : &tls12_client);
        on_send.budget = 0;
        peer_forges();
        reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
        ERR_clear_error();
        link_close(&l);
    }
}

static void its_own_code_of_a_failure_is_told(void **state)
{
    long error;

    (void)state;
    link_open(&l, &tls13_client);
    ERR_put_error(ERR_LIB_USER, 0, 1, "elsewhere", 1);
    peer_forges();
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    error = ew_conn_engine_error(&l.c);
    assert_int_equal(ERR_GET_LIB((unsigned long)error), ERR_LIB_SSL);
    assert_int_equal(ERR_GET_REASON((unsigned long)error),
                     SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
    ERR_clear_error();
    link_close(&l);
}

static void a_close_in_the_handshake_is_a_failure(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    link_attach(&l);
    wire_put(&l.w, "\x15\3\3\0\2\1", 7);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flag_set_by_hand_is_no_close),
        cmocka_unit_test(a_key_update_of_ours_does_not_stop_the_close),
        cmocka_unit_test(a_key_update_of_ours_is_flushed_by_handshake),
        cmocka_unit_test(data_behind_a_blocked_key_update_was_not_accepted),
        cmocka_unit_test(half_a_ticket_delays_the_close_and_loses_nothing),
        cmocka_unit_test(a_hello_request_is_refused_before_and_ignored_after_the_close),
        cmocka_unit_test(blocked_refusals_do_not_break_the_close),
        cmocka_unit_test(a_failure_after_the_peers_close_is_the_transports),
        cmocka_unit_test(a_stale_error_of_the_thread_does_not_matter),
        cmocka_unit_test(a_failure_whose_alert_blocks_is_one),
        cmocka_unit_test(its_own_code_of_a_failure_is_told),
        cmocka_unit_test(a_close_in_the_handshake_is_a_failure),
        cmocka_unit_test(a_blocked_record_is_the_applications_alone),
        cmocka_unit_test(sizes_set_by_a_servername_callback_do_not_matter),
        cmocka_unit_test(sizes_set_before_the_handshake_do_not_matter),
        cmocka_unit_test(bytes_changed_after_a_blocked_write_do_not_matter),
        cmocka_unit_test(a_size_lowered_within_a_write_ends_the_connection),
        cmocka_unit_test(a_shorter_repeated_write_ends_the_connection),
        cmocka_unit_test(a_bio_put_in_our_place_ends_the_connection),
        cmocka_unit_test(a_bio_put_in_our_place_does_not_close_the_descriptor),
        cmocka_unit_test(a_bio_put_before_ours_goes_with_it),
        cmocka_unit_test(settings_changed_while_attached_end_the_connection),
        cmocka_unit_test(an_old_version_is_not_kept),
        cmocka_unit_test(quiet_shutdown_set_while_attached_does_not_count),
        cmocka_unit_test(flags_set_by_hand_end_the_connection),
        cmocka_unit_test(the_message_callback_is_the_applications),
        cmocka_unit_test(a_callback_cannot_make_a_close_of_it),
        cmocka_unit_test(errors_left_by_a_callback_do_not_matter),
        cmocka_unit_test(a_callback_suspends_the_handshake),
        cmocka_unit_test(a_late_verdict_suspends_reading),
        cmocka_unit_test(a_paused_job_suspends_the_handshake),
        cmocka_unit_test(a_paused_job_suspends_each_call),
        cmocka_unit_test(a_paused_job_goes_on_with_another_call),
        cmocka_unit_test(an_end_that_came_meanwhile_is_told_later),
        cmocka_unit_test(an_alert_that_is_in_is_one_later),
        cmocka_unit_test(what_is_written_is_kept_for_the_job),
        cmocka_unit_test(what_left_meanwhile_is_told_by_its_length),
        cmocka_unit_test(no_job_is_free),
        cmocka_unit_test(a_paused_job_is_not_abandoned),
        cmocka_unit_test(what_is_open_is_adopted),
        cmocka_unit_test(what_is_not_at_rest_is_not_adopted),
        cmocka_unit_test(a_header_alone_is_not_adopted),
        cmocka_unit_test(what_lies_in_a_bio_is_not_adopted),
        cmocka_unit_test(a_message_under_way_is_not_adopted),
        cmocka_unit_test(a_paused_job_is_not_adopted),
        cmocka_unit_test(what_does_not_fit_is_not_adopted),
        cmocka_unit_test(settings_are_made_when_it_is_adopted),
        cmocka_unit_test(a_session_of_what_was_adopted_follows_the_core),
        cmocka_unit_test(an_adopted_ssl_can_be_cleared),
        cmocka_unit_test(early_data_is_refused_and_does_no_harm),
        cmocka_unit_test(a_late_request_for_a_certificate_is_answered),
        cmocka_unit_test(a_certificate_can_be_asked_for_late),
    };

    return RUN_PROGRAM(tests);
}
