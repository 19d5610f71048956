/* The traps of mbedTLS alone: each test fails without what the port does about it. */
#include "frame.h"
#include "mbedtls_optional.h"
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

/* Nor does a limit of the records that is set in the meantime: it is the next record's. */
static void a_shorter_record_is_the_next(void **state)
{
    (void)state;
    link_open(&l, &client);
    block_a_write(5000);
    assert_int_equal(mbedtls_ssl_conf_max_frag_len(&l.us.conf, MBEDTLS_SSL_MAX_FRAG_LEN_512), 0);
    on_send.budget = 10;
    link_failed(&l, ew_conn_write(&l.c, big, 5000), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 5000), 5000);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 5000), 512);
    peer_gets(&l, big, 5512, -1);
    link_close(&l);
}

/* What attach saw to ------------------------------------------------------------ */

static int never(void *ctx, const unsigned char *buf, size_t len)
{
    (void)ctx;
    (void)buf;
    (void)len;
    fail();
    return -1;
}

static int never_recv(void *ctx, unsigned char *buf, size_t len)
{
    return never(ctx, buf, len);
}

enum { BIO_CONTEXT, BIO_SEND, BIO_RECV, RENEGOTIATION, VERSION, DATAGRAM, SETTINGS };

/* As an application might, in a callback or from another thread of its control. */
static const char *change(int setting)
{
    mbedtls_ssl_context *ssl = &l.us.mbed;

    switch (setting) {
    case BIO_CONTEXT:
        mbedtls_ssl_set_bio(ssl, &l, ssl->MBEDTLS_PRIVATE(f_send), ssl->MBEDTLS_PRIVATE(f_recv),
                            NULL);
        return "mbedtls_ssl_set_bio";
    case BIO_SEND:
        mbedtls_ssl_set_bio(ssl, &l.c.transport, never, ssl->MBEDTLS_PRIVATE(f_recv), NULL);
        return "mbedtls_ssl_set_bio";
    case BIO_RECV:
        mbedtls_ssl_set_bio(ssl, &l.c.transport, ssl->MBEDTLS_PRIVATE(f_send), never_recv, NULL);
        return "mbedtls_ssl_set_bio";
    case RENEGOTIATION:
        mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
        return "renegotiation";
    case VERSION:
        mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3, 2);
        return "TLS 1.2";
    default: mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_DATAGRAM); return "DTLS";
    }
}

static int call(int which)
{
    char got[4];

    return which == 0   ? ew_conn_handshake(&l.c)
           : which == 1 ? ew_conn_read(&l.c, got, sizeof got)
           : which == 2 ? ew_conn_write(&l.c, "data", 4)
                        : ew_conn_shutdown(&l.c);
}

static void a_setting_that_changes_ends_the_connection(void **state)
{
    (void)state;
    for (int setting = 0; setting < SETTINGS; setting++) {
        for (int which = 0; which < 4; which++) {
            const char *words;

            link_make(&l, &client);
            link_attach(&l);
            if (which > 0) {
                link_handshake(&l);
                peer_sends("data");
            }
            words = change(setting);
            if (which == 0) {
                link_failed(&l, call(0), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
                assert_tells(&l.c, words);
            } else {
                changed(call(which), words);
            }
            assert_int_equal(wire_records(&l.w), 0);
            link_close(&l);
        }
    }
}

/* It would begin a handshake, and the record in hand would be lost. */
static void a_context_reset_ends_the_connection(void **state)
{
    (void)state;
    for (int which = 1; which < 4; which++) {
        link_open(&l, &client);
        assert_int_equal(mbedtls_ssl_session_reset(&l.us.mbed), 0);
        changed(call(which), "reset");
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

static void what_is_no_context_is_refused(void **state)
{
    mbedtls_ssl_context bare;
    ew_mbedtls none;

    (void)state;
    link_make(&l, &client);
    ew_mbedtls_init(&none, NULL);
    refused_for(&ew_mbedtls_port, &none, "no context");
    mbedtls_ssl_init(&bare);
    ew_mbedtls_init(&none, &bare);
    refused_for(&ew_mbedtls_port, &none, "mbedtls_ssl_setup");
    link_start(&l);
    refused_for(&ew_mbedtls_port, link_object(&l), "is attached");
    ew_mbedtls_init(&none, &l.us.mbed);
    refused_for(&ew_mbedtls_port, &none, "has begun");
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    link_make(&l, &client);
    ew_mbedtls_init(&l.mbedtls, &l.us.mbed);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    refused_for(&ew_mbedtls_port, &l.mbedtls, "renegotiation");
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3, 2);
    refused_for(&ew_mbedtls_port, &l.mbedtls, "TLS 1.2");
    mbedtls_ssl_conf_min_version(&l.us.conf, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3);
#if defined(MBEDTLS_SSL_EARLY_DATA)
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_ENABLED);
    refused_for(&ew_mbedtls_port, &l.mbedtls, "early data");
    mbedtls_ssl_conf_early_data(&l.us.conf, MBEDTLS_SSL_EARLY_DATA_DISABLED);
#endif
    mbedtls_ssl_conf_transport(&l.us.conf, MBEDTLS_SSL_TRANSPORT_DATAGRAM);
    refused_for(&ew_mbedtls_port, &l.mbedtls, "DTLS");
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
        cmocka_unit_test(a_shorter_record_is_the_next),
        cmocka_unit_test(a_setting_that_changes_ends_the_connection),
        cmocka_unit_test(a_context_reset_ends_the_connection),
        cmocka_unit_test(what_is_no_context_is_refused),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    enum { COUNT = sizeof tests / sizeof tests[0] };
    struct CMUnitTest all[COUNT + MBEDTLS_OPTIONAL_TESTS + MBEDTLS_TLS13_TESTS];
    size_t count = COUNT;

    memcpy(all, tests, sizeof tests);
    count += mbedtls_optional_tests(all + count);
    count += mbedtls_tls13_tests(all + count);
    return run_program(argc, argv, all, count);
}
