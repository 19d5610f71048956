/* The traps of mbedTLS 3.x in TLS 1.3: each test fails without what the port does about it. */
#include "frame.h"

#include "mbedtls_tls13.h"

#include <string.h>

#include "mbedtls_versions.h"
#include "messages.h"

#if MBEDTLS_HAS_TLS13

static uint8_t got[9];

static const variant tls13_client = {MBEDTLS, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls13_server = {MBEDTLS, TLS1_3_VERSION, 1, OPENSSL, NULL};

static void start_tls13(int hears)
{
    link_make(&l, &tls13_client);
    mbedtls_hear_of_tickets(&l.us.conf, hears);
    link_start(&l);
}

static void peer_sends_a_ticket(void)
{
    peer_says(&l, make_ticket);
    wire_release(&l.w, ALL);
}

/* mbedTLS would work on it in the next call, and a write of ours would fail for it. */
static void a_ticket_is_worked_on_at_once(void **state)
{
    mbedtls_ssl_session session;
    int written = 0;

    (void)state;
    start_tls13(1);
    peer_sends_a_ticket();
    assert_int_equal(ew_mbedtls_port.receive(&l.mbedtls), EW_EVENT_OTHER);
    assert_int_equal(ew_mbedtls_port.write(&l.mbedtls, "data", 4, &written), EW_EVENT_DONE);
    assert_int_equal(written, 4);
    peer_sends_a_ticket();
    assert_int_equal(ew_mbedtls_port.receive(&l.mbedtls), EW_EVENT_OTHER);
    assert_int_equal(ew_mbedtls_port.send_close_notify(&l.mbedtls), EW_EVENT_DONE);
    peer_reads(&l, "data", 4, 0);
    mbedtls_ssl_session_init(&session);
    assert_int_equal(mbedtls_ssl_get_session(&l.us.mbed, &session), 0);
    assert_true(session.MBEDTLS_PRIVATE(ticket_len) > 0);
    mbedtls_ssl_session_free(&session);
    link_close(&l);
}

/* With output blocked it cannot be worked on; then either way goes on: 1: writing, 2: reading. */
static void a_ticket_between_does_not_disturb(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        int wants = way ? EW_ERROR_WANT_WRITE : EW_ERROR_WANT_READ;

        start_tls13(way > 0);
        on_send.budget = 100;
        link_failed(&l, ew_conn_write(&l.c, big, 300), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        peer_sends_a_ticket();
        link_failed(&l, ew_conn_read(&l.c, got, 9), wants, EW_REASON_NONE);
        link_failed(&l, ew_conn_read(&l.c, got, 9), wants, EW_REASON_NONE);
        on_send.budget = -1;
        if (way == 2) {
            link_failed(&l, ew_conn_read(&l.c, got, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
        }
        assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, big, 300, 0);
        assert_int_equal(wire_records(&l.w), 2);
        peer_sends_a_ticket();
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        link_close(&l);
    }
}

/* mbedTLS knows no KeyUpdate: what it says of one is what we say. */
static void a_key_update_is_an_error(void **state)
{
    (void)state;
    for (int as_server = 0; as_server < 2; as_server++) {
        link_open(&l, as_server ? &tls13_server : &tls13_client);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_read(&l.c, got, 9), EW_ERROR_SSL, EW_REASON_TLS);
        assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        link_close(&l);
    }
}

/* The identifier is the client's choice: another's session may be stored under it. */
static void a_session_of_tls13_changes_no_cache(void **state)
{
    static mbedtls_ssl_cache_context cache;

    (void)state;
    mbedtls_ssl_cache_init(&cache);
    link_make(&l, &tls13_server);
    mbedtls_ssl_conf_session_cache(&l.us.conf, &cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    link_start(&l);
    assert_true(l.us.mbed.MBEDTLS_PRIVATE(session)->MBEDTLS_PRIVATE(id_len) > 0);
    link_renew(&l);
    assert_null(cache.MBEDTLS_PRIVATE(chain));
    link_start(&l);
    link_close(&l);
    mbedtls_ssl_cache_free(&cache);
}

size_t mbedtls_tls13_tests(struct CMUnitTest *tests)
{
    static const struct CMUnitTest mine[] = {
        cmocka_unit_test(a_ticket_is_worked_on_at_once),
        cmocka_unit_test(a_ticket_between_does_not_disturb),
        cmocka_unit_test(a_key_update_is_an_error),
        cmocka_unit_test(a_session_of_tls13_changes_no_cache),
    };

    memcpy(tests, mine, sizeof mine);
    return sizeof mine / sizeof mine[0];
}

#else

size_t mbedtls_tls13_tests(struct CMUnitTest *tests)
{
    (void)tests;
    return 0;
}

#endif
