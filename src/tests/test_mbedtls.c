/* The traps of mbedTLS alone: each test fails without what the port does about it. */
#include "frame.h"
#include "mbedtls_tls13.h"
#include "mbedtls_versions.h"
#include "messages.h"

#include <string.h>

static const variant client = {MBEDTLS, TLS1_2_VERSION, 0, MBEDTLS, NULL};

/* Between made and sent: reading may flush the notice, but neither repeat nor follow it. */
static void a_hello_request_while_the_notice_is_under_way(void **state)
{
    (void)state;
    for (int unblocked = 0; unblocked < 2; unblocked++) {
        link_open(&l, &client);
        on_send.budget = 4;
        closing_waits(EW_ERROR_WANT_WRITE);
        on_send.budget = unblocked ? -1 : 3;
        peer_handshake_message(&l, HELLO_REQUEST, 3);
        reading_waits();
        unblock();
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        assert_int_equal(wire_records(&l.w), 1);
        peer_gets(&l, "", 0, 0);
        link_close(&l);
    }
}

/* A HelloRequest makes reading flush the record: repeating the write would send it again. */
static void data_that_reading_flushed_is_not_sent_twice(void **state)
{
    (void)state;
    link_open(&l, &client);
    block_a_write(300);
    unblock();
    peer_handshake_message(&l, HELLO_REQUEST, 1);
    reading_waits();
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    peer_gets(&l, big, 300, -1);
    link_close(&l);
}

/* With output blocked the answer to a HelloRequest is in the way, of nothing that matters. */
static void reading_goes_on_while_a_refusal_is_blocked(void **state)
{
    (void)state;
    link_open(&l, &client);
    block_a_write(300);
    peer_handshake_message(&l, HELLO_REQUEST, 2);
    peer_sends("news");
    reading_gets("news");
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
    peer_gets(&l, big, 300, -1);
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    link_make(&l, &client);
    ew_mbedtls_init(&l.mbedtls, &l.us.mbed);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    refused(&ew_mbedtls_port, &l.mbedtls);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3, 2);
    refused(&ew_mbedtls_port, &l.mbedtls);
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3);
#if defined(MBEDTLS_SSL_EARLY_DATA)
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_ENABLED);
    refused(&ew_mbedtls_port, &l.mbedtls);
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_DISABLED);
#endif
    mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_DATAGRAM);
    refused(&ew_mbedtls_port, &l.mbedtls);
    mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_STREAM);
    link_start(&l);
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_request_while_the_notice_is_under_way),
        cmocka_unit_test(data_that_reading_flushed_is_not_sent_twice),
        cmocka_unit_test(reading_goes_on_while_a_refusal_is_blocked),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    enum { COUNT = sizeof tests / sizeof tests[0] };
    struct CMUnitTest all[COUNT + MBEDTLS_TLS13_TESTS];

    memcpy(all, tests, sizeof tests);
    return run_program(argc, argv, all, COUNT + mbedtls_tls13_tests(all + COUNT));
}
