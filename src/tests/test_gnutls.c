/* The traps of GnuTLS alone: each test fails without what the port does about it. */
#include "frame.h"

#include <unistd.h>

#include "gnutls_optional.h"
#include "messages.h"
#include "port_gnutls.h"

extern const test_engine engine_gnutls;

static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_gnutls};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_gnutls};
static const variant tls12_server = {OTHER, TLS1_2_VERSION, 1, MBEDTLS, &engine_gnutls};

static ew_gnutls *ours(void)
{
    return l.us.engine;
}

/* gnutls_record_send, repeated with its data, would send it again behind our KeyUpdate. */
static void a_key_update_does_not_double_a_blocked_write(void **state)
{
    (void)state;
    for (int close_instead = 0; close_instead < 2; close_instead++) {
        link_open(&l, &tls13_client);
        block_a_write(5000);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        reading_waits();
        unblock();
        if (close_instead) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
            peer_reads(&l, big, 5000, 0);
        } else {
            assert_int_equal(ew_conn_write(&l.c, big, 5000), 5000);
            /* our KeyUpdate goes first */
            assert_int_equal(ew_conn_write(&l.c, big + 5000, 100), 100);
            peer_reads(&l, big, 5100, -1);
            assert_int_equal(wire_records(&l.w), 3);
        }
        link_close(&l);
    }
}

/* The answer to a KeyUpdate goes before the data, and may be what blocks; both are accepted. */
static void data_behind_a_blocked_key_update_was_accepted(void **state)
{
    (void)state;
    for (int close_instead = 0; close_instead < 2; close_instead++) {
        link_open(&l, &tls13_client);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        reading_waits();
        on_send.budget = 9;
        link_failed(&l, ew_conn_write(&l.c, big, EW_RECORD_MAX), EW_ERROR_WANT_WRITE,
                    EW_REASON_NONE);
        unblock();
        if (!close_instead) {
            assert_int_equal(ew_conn_write(&l.c, big, EW_RECORD_MAX), EW_RECORD_MAX);
        }
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, big, EW_RECORD_MAX, 0);
        assert_int_equal(wire_records(&l.w), 3);
        link_close(&l);
    }
}

static void half_a_ticket_does_not_stop_the_close(void **state)
{
    (void)state;
    receive_half_a_ticket(&tls13_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void a_request_for_a_handshake_gets_no_answer(void **state)
{
    (void)state;
    link_open(&l, &tls12_client);
    peer_handshake_message(&l, HELLO_REQUEST, 2);
    reading_waits();
    assert_int_equal(wire_records(&l.w), 0);
    peer_closes();
    assert_int_equal(ew_conn_finish(&l.c), 1);
    link_close(&l);
}

/* It stays among the data; what is read next would fail. */
static void a_client_hello_does_not_stay_among_the_data(void **state)
{
    (void)state;
    link_open(&l, &tls12_server);
    peer_handshake_message(&l, CLIENT_HELLO, 1);
    peer_sends("data");
    reading_gets("data");
    peer_closes();
    assert_int_equal(ew_conn_finish(&l.c), 1);
    link_close(&l);
}

/* GnuTLS would wait for a descriptor that it does not have. */
static void a_timeout_of_the_handshake_does_not_wait(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    gnutls_handshake_set_timeout(ours()->session, 60000);
    gnutls_record_set_timeout(ours()->session, 60000);
    link_start(&l);
    reading_waits();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    link_close(&l);
}

/* What attach saw to ------------------------------------------------------------ */

static ssize_t never(gnutls_transport_ptr_t ptr, const void *buf, size_t len)
{
    (void)ptr;
    (void)buf;
    (void)len;
    fail();
    return -1;
}

static ssize_t never_vec(gnutls_transport_ptr_t ptr, const giovec_t *parts, int count)
{
    return never(ptr, parts, (size_t)count);
}

static ssize_t never_pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    return never(ptr, buf, len);
}

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
        if (call % 2 == 0) {
            gnutls_transport_set_int(ours()->session, 0);
        } else {
            gnutls_transport_set_ptr2(ours()->session, ours(), NULL);
        }
        if (call == 0) {
            link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
            assert_string_not_equal(ew_conn_detail(&l.c), "");
        } else {
            changed(call == 1   ? ew_conn_read(&l.c, got, sizeof got)
                    : call == 2 ? ew_conn_write(&l.c, "data", 4)
                                : ew_conn_shutdown(&l.c),
                    "I/O");
        }
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

static void functions_set_later_are_never_called(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    gnutls_transport_set_pull_function(ours()->session, never_pull);
    peer_sends("data");
    reading_gets("data");
    gnutls_transport_set_push_function(ours()->session, never);
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    gnutls_transport_set_vec_push_function(ours()->session, never_vec);
    assert_int_equal(ew_conn_write(&l.c, big + 300, 300), 300);
    gnutls_transport_set_vec_push_function(ours()->session, never_vec);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 600, 0);
    link_close(&l);
}

/* Corked, a session says that it took what it keeps; the close_notify would go before it. */
static void a_corked_session_keeps_nothing(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    gnutls_record_cork(ours()->session);
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    assert_int_equal(wire_records(&l.w), 1);
    gnutls_record_cork(ours()->session);
    assert_int_equal(gnutls_record_send(ours()->session, "past us", 7), 7);
    changed(ew_conn_write(&l.c, big, 300), "corked");
    peer_reads(&l, big, 300, -1);
    link_close(&l);
}

static void a_shorter_record_is_the_next(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    block_a_write(5000);
    assert_int_equal(gnutls_record_set_max_size(ours()->session, 512), 0);
    on_send.budget = 10;
    link_failed(&l, ew_conn_write(&l.c, big, 5000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 5000), 5000);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 5000), 512);
    peer_reads(&l, big, 5512, -1);
    link_close(&l);
}

static void use_session(unsigned flags)
{
    gnutls_deinit(ours()->session);
    assert_int_equal(gnutls_init(&ours()->session, flags), 0);
    assert_int_equal(gnutls_set_default_priority(ours()->session), 0);
}

/* With a false start the peer's Finished is still to come, and nobody has seen to it. */
static void a_false_start_fails_the_handshake(void **state)
{
    gnutls_certificate_credentials_t credentials;
    int ret = -1;

    (void)state;
    assert_int_equal(gnutls_certificate_allocate_credentials(&credentials), 0);
    link_make(&l, &tls12_client);
    use_session(GNUTLS_CLIENT | GNUTLS_ENABLE_FALSE_START);
    assert_int_equal(gnutls_credentials_set(ours()->session, GNUTLS_CRD_CERTIFICATE, credentials),
                     0);
    link_attach(&l);
    for (int turn = 0; turn < 50 && ret != 1 && ew_conn_get_reason(&l.c) == EW_REASON_NONE;
         turn++) {
        ret = ew_conn_handshake(&l.c);
        (void)mbedtls_ssl_handshake(&l.peer.mbed);
        wire_release(&l.w, ALL);
    }
    link_failed(&l, ret, EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_tells(&l.c, "FALSE_START");
    link_close(&l);
    gnutls_certificate_free_credentials(credentials);
}

static void what_does_not_fit_is_refused(void **state)
{
    ew_gnutls none;

    (void)state;
    link_make(&l, &tls13_client);
    ew_gnutls_init(&none, NULL);
    refused_for(&ew_gnutls_port, &none, "no session");
    assert_int_equal(gnutls_init(&none.session, GNUTLS_CLIENT | GNUTLS_DATAGRAM), 0);
    refused_for(&ew_gnutls_port, &none, "DTLS");
    gnutls_deinit(none.session);
    link_start(&l);
    refused_for(&ew_gnutls_port, ours(), "is attached");
    ew_gnutls_init(&none, ours()->session);
    refused_for(&ew_gnutls_port, &none, "is over");
    ew_gnutls_set_renew(ours(), NULL, NULL); /* without it there is no other session */
    link_failed(&l, ew_conn_clear(&l.c), EW_ERROR_SSL, EW_REASON_TLS);
    link_close(&l);
}

/* A session that may be of an older version is seen through when the version is settled. */
static void an_old_version_fails_the_handshake(void **state)
{
    int ret = -1;

    (void)state;
    link_make(&l, &tls12_client);
    mbedtls_ssl_conf_min_version(&l.peer.conf, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_2);
    assert_int_equal(gnutls_priority_set_direct(ours()->session,
                                                "NORMAL:-VERS-ALL:+VERS-TLS1.1:+SIGN-ALL", NULL),
                     0);
    link_attach(&l);
    for (int turn = 0; turn < 50 && ew_conn_get_reason(&l.c) != EW_REASON_HANDSHAKE_FAILED;
         turn++) {
        ret = ew_conn_handshake(&l.c);
        (void)mbedtls_ssl_handshake(&l.peer.mbed);
        wire_release(&l.w, ALL);
    }
    link_failed(&l, ret, EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_int_equal(gnutls_protocol_get_version(ours()->session), GNUTLS_TLS1_1);
    link_close(&l);
}

/* Asked for a session GnuTLS waits for a ticket; there is no transport any more. */
static void a_session_may_be_asked_for_after_the_release(void **state)
{
    gnutls_datum_t data = {NULL, 0};

    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    (void)gnutls_session_get_data2(ours()->session, &data);
    gnutls_free(data.data);
    assert_int_equal(wire_records(&l.w), 1);
    close(l.fd);
    link_close(&l);
}

/* A session that is released in its handshake, and goes on by itself, has nothing to read from. */
static void a_handshake_after_the_release_fails(void **state)
{
    (void)state;
    link_make(&l, &tls12_server);
    link_attach(&l);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    assert_int_equal(gnutls_handshake(ours()->session), GNUTLS_E_PULL_ERROR);
    close(l.fd);
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_update_does_not_double_a_blocked_write),
        cmocka_unit_test(data_behind_a_blocked_key_update_was_accepted),
        cmocka_unit_test(half_a_ticket_does_not_stop_the_close),
        cmocka_unit_test(a_request_for_a_handshake_gets_no_answer),
        cmocka_unit_test(a_client_hello_does_not_stay_among_the_data),
        cmocka_unit_test(a_timeout_of_the_handshake_does_not_wait),
        cmocka_unit_test(a_descriptor_set_later_ends_the_connection),
        cmocka_unit_test(functions_set_later_are_never_called),
        cmocka_unit_test(a_corked_session_keeps_nothing),
        cmocka_unit_test(a_shorter_record_is_the_next),
        cmocka_unit_test(a_false_start_fails_the_handshake),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(an_old_version_fails_the_handshake),
        cmocka_unit_test(a_session_may_be_asked_for_after_the_release),
        cmocka_unit_test(a_handshake_after_the_release_fails),
        cmocka_unit_test(an_end_is_told_with_its_number),
        cmocka_unit_test(a_function_may_put_the_handshake_off),
        cmocka_unit_test(a_message_in_parts_is_no_suspension),
        cmocka_unit_test(a_second_hello_in_parts_is_no_suspension),
        cmocka_unit_test(what_is_looked_at_is_taken_in_order),
    };

    return RUN_PROGRAM(tests);
}
