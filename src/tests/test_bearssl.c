/* The traps of BearSSL alone: each test fails without what the port does about it. */
#include "frame.h"

#include <string.h>
#include <unistd.h>

#include "mbedtls_versions.h"

#include "bearssl_optional.h"
#include "engine_bearssl.h"
#include "messages.h"

extern const test_engine engine_bearssl;

static const variant client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_bearssl};
static const variant server = {OTHER, TLS1_2_VERSION, 1, MBEDTLS, &engine_bearssl};
static const variant client_of_openssl = {OTHER, TLS1_2_VERSION, 0, OPENSSL, &engine_bearssl};
static const variant server_of_openssl = {OTHER, TLS1_2_VERSION, 1, OPENSSL, &engine_bearssl};

static bearssl_object *ours(void)
{
    return l.us.engine;
}

/* The peer's record of this type and length, sealed as its others are. */
static void peer_record(int type, size_t len)
{
    l.peer.mbed.out_msglen = len;
    l.peer.mbed.out_msgtype = type;
    memset(l.peer.mbed.out_msg, 1, len);
    l.peer.mbed.out_msg[1] = 0;
    assert_int_equal(mbedtls_ssl_write_record(&l.peer.mbed, 1), 0);
    wire_release(&l.w, ALL);
}

static void an_alert_has_two_bytes(void **state)
{
    (void)state;
    for (size_t len = 1; len < 5; len++) {
        link_open(&l, &client);
        peer_record(MBEDTLS_SSL_MSG_ALERT, len);
        if (len == 2) {
            reading_ends();
        } else {
            reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
        }
        assert_int_equal(ew_conn_end_of_data(&l.c), len == 2);
        link_close(&l);
    }
}

/* Whatever is no warning is fatal, as it is to the engine. */
static void an_alert_of_an_unknown_level_is_fatal(void **state)
{
    (void)state;
    link_open(&l, &client);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_alert(&l, 3, 0);
    peer_closes();
    closing_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    link_close(&l);
}

/* What the port opens by itself is held to what the engine would ask of it. */
static void forged_alerts_are_errors(void **state)
{
    static const uint8_t heads[][EW_HEADER_LEN] = {
        {21, 3, 3, 0, 26},   {21, 3, 3, 0, 0},  {21, 3, 3, 0, 2},  {21, 3, 3, 0xff, 0xff},
        {21, 3, 1, 0, 26},   {21, 2, 3, 0, 26}, {22, 3, 3, 0, 28}, {22, 3, 3, 0x41, 0},
        {22, 3, 3, 0xff, 0}, {20, 3, 3, 0, 25}, {24, 3, 3, 0, 26}};
    static const uint8_t junk[1 << 16];

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        link_open(&l, i % 2 ? &client : &server);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        wire_put(&l.w, heads[i], EW_HEADER_LEN);
        wire_put(&l.w, junk, (size_t)heads[i][3] << 8 | heads[i][4]);
        wire_release(&l.w, 20000);
        closing_fails(EW_ERROR_SSL, EW_REASON_TLS);
        assert_int_equal(wire_records(&l.w), 1);
        link_close(&l);
    }
}

/* An alert that is well sealed, under another version. */
static void the_version_of_an_alert_counts(void **state)
{
    (void)state;
    link_open(&l, &client);
    peer_close_notify(&l);
    l.w.out[2] = 2;
    wire_release(&l.w, ALL);
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    link_close(&l);
}

/* What the engine has no room for the port has none for either. */
static void a_record_longer_than_the_buffer_is_an_error(void **state)
{
    (void)state;
    link_make(&l, &server_of_openssl);
    br_ssl_engine_set_buffers_bidi(&ours()->server.eng, ours()->in, 512 + 325, ours()->out,
                                   sizeof ours()->out);
    assert_int_equal(br_ssl_server_reset(&ours()->server), 1);
    link_start(&l);
    wire_put(&l.w, "\x16\3\3\x8\0", EW_HEADER_LEN);
    wire_put(&l.w, big, 0x800);
    wire_release(&l.w, 100);
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    link_close(&l);
}

/* br_ssl_engine_close makes the engine drop what comes in. */
static void our_close_drops_no_data(void **state)
{
    (void)state;
    link_open(&l, &server);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    for (int i = 0; i < 5; i++) {
        peer_sends("data");
        reading_gets("data");
    }
    link_close(&l);
}

/* The engine would answer at once, drop what was accepted, and take no more. */
static void their_close_drops_no_data(void **state)
{
    (void)state;
    link_open(&l, &server);
    block_a_write(5000);
    peer_closes();
    reading_ends();
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 5000), 5000);
    assert_int_equal(ew_conn_write(&l.c, big + 5000, 1000), 1000);
    assert_int_equal(wire_records(&l.w), 2);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    peer_gets(&l, big, 6000, 0);
    link_close(&l);
}

static void a_request_for_a_handshake_gets_no_answer(void **state)
{
    (void)state;
    for (int as_server = 0; as_server < 2; as_server++) {
        link_open(&l, as_server ? &server : &client);
        block_a_write(300);
        peer_handshake_message(&l, as_server ? CLIENT_HELLO : HELLO_REQUEST, 3);
        reading_waits();
        unblock();
        assert_int_equal(ew_conn_write(&l.c, big, 300), 300);
        peer_sends("data");
        reading_gets("data");
        assert_int_equal(wire_records(&l.w), 1);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_handshake_message(&l, as_server ? CLIENT_HELLO : HELLO_REQUEST, 3);
        closing_waits(EW_ERROR_WANT_READ);
        assert_int_equal(wire_records(&l.w), 2);
        peer_gets(&l, big, 300, 0);
        link_close(&l);
    }
}

static void a_close_notify_before_the_keys_fails_the_handshake(void **state)
{
    (void)state;
    link_make(&l, &client);
    link_attach(&l);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    wire_put(&l.w, "\x15\3\3\0\2\1\0", 7);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
    link_close(&l);
}

/* A small buffer makes short records; each is one write. */
static void short_records_are_written_one_by_one(void **state)
{
    uint8_t twice[1024];

    (void)state;
    link_make(&l, &server_of_openssl);
    br_ssl_engine_set_buffers_bidi(&ours()->server.eng, ours()->in, sizeof ours()->in, ours()->out,
                                   512 + 85);
    assert_int_equal(br_ssl_server_reset(&ours()->server), 1);
    link_start(&l);
    assert_int_equal(ew_conn_write(&l.c, big, 3000), 512);
    block_a_write(3000);
    unblock();
    assert_int_equal(ew_conn_write(&l.c, big, 3000), 512);
    memcpy(twice, big, 512);
    memcpy(twice + 512, big, 512);
    peer_reads(&l, twice, sizeof twice, -1);
    link_close(&l);
}

/* The port gathers alerts in the engine's buffer: in another one there may be less room. */
static void a_buffer_replaced_ends_the_connection(void **state)
{
    static unsigned char small[600];
    char got[4];

    (void)state;
    for (int call = 0; call < 3; call++) {
        br_ssl_engine_context *b;

        link_open(&l, &client);
        b = &ours()->client.eng;
        peer_close_notify(&l);
        wire_release(&l.w, 7);
        reading_waits();
        br_ssl_engine_set_buffers_bidi(b, small, sizeof small, ours()->out, sizeof ours()->out);
        wire_release(&l.w, ALL);
        changed(call == 0   ? ew_conn_read(&l.c, got, sizeof got)
                : call == 1 ? ew_conn_write(&l.c, "data", 4)
                            : ew_conn_shutdown(&l.c),
                "buffers");
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

/*
 * The engine refuses a length that is too small, but keeps it, and what it sends records by: of a
 * record that begins then, and of one that has begun, nothing is written behind the buffer.
 */
static void a_buffer_said_to_be_shorter_is_not_written_beyond(void **state)
{
    enum { ROOM = 512 + 325 };
    char got[4];

    (void)state;
    for (int said = 4; said <= 600; said += 596) {
        br_ssl_engine_context *b;

        link_make(&l, &server_of_openssl);
        b = &ours()->server.eng;
        br_ssl_engine_set_buffers_bidi(b, ours()->in, ROOM, ours()->out, sizeof ours()->out);
        assert_int_equal(br_ssl_server_reset(&ours()->server), 1);
        link_start(&l);
        memset(ours()->in + ROOM, 0x5a, sizeof ours()->in - ROOM);
        br_ssl_engine_set_buffers_bidi(b, ours()->in, (size_t)said, ours()->out, (size_t)said);
        wire_put(&l.w, "\x15\0\0\x40\0", EW_HEADER_LEN);
        wire_put(&l.w, big, 0x4000);
        wire_release(&l.w, ALL);
        changed(ew_conn_read(&l.c, got, sizeof got), "the engine failed");
        for (size_t i = ROOM; i < sizeof ours()->in; i++) {
            assert_int_equal(ours()->in[i], 0x5a);
        }
        link_close(&l);
    }
}

/* It would go on in the clear. */
static void a_context_reset_ends_the_connection(void **state)
{
    char got[4];

    (void)state;
    for (int call = 0; call < 6; call++) {
        br_ssl_engine_context *b;

        link_open(&l, &client);
        b = &ours()->client.eng;
        if (call < 3) {
            br_ssl_engine_set_buffers_bidi(b, ours()->in, sizeof ours()->in, ours()->out,
                                           sizeof ours()->out);
        } else {
            assert_int_equal(br_ssl_client_reset(&ours()->client, "localhost", 0), 1);
        }
        changed(call % 3 == 0   ? ew_conn_read(&l.c, got, sizeof got)
                : call % 3 == 1 ? ew_conn_write(&l.c, "data", 4)
                                : ew_conn_shutdown(&l.c),
                "reset");
        assert_int_equal(wire_records(&l.w), 0);
        link_close(&l);
    }
}

static void handshake_is_refused(const char *words)
{
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_tells(&l.c, words);
    link_close(&l);
}

/* What counts until the handshake is over is looked at until then. */
static void a_setting_that_changes_fails_the_handshake(void **state)
{
    static const br_ssl_session_cache_class other = {sizeof &other, NULL, NULL};
    static const br_ssl_session_cache_class *cache = &other;

    (void)state;
    link_make(&l, &server);
    link_attach(&l);
    br_ssl_engine_set_versions(&ours()->server.eng, BR_TLS10, BR_TLS12);
    handshake_is_refused("TLS 1.2");
    link_make(&l, &server);
    link_attach(&l);
    br_ssl_server_set_cache(&ours()->server, &cache);
    handshake_is_refused("cache");
}

static void what_is_no_context_is_refused(void **state)
{
    ew_bearssl none;

    (void)state;
    link_make(&l, &client);
    ew_bearssl_init_client(&none, NULL);
    refused_for(&ew_bearssl_port, &none, "no context");
    ew_bearssl_init_server(&none, NULL);
    refused_for(&ew_bearssl_port, &none, "no context");
    link_start(&l);
    refused_for(&ew_bearssl_port, ours(), "is attached");
    ew_bearssl_init_client(&none, &ours()->client);
    refused_for(&ew_bearssl_port, &none, "has begun");
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    static const br_ssl_session_cache_class other = {sizeof &other, NULL, NULL};
    static const br_ssl_session_cache_class *cache = &other;
    bearssl_context *context;
    br_ssl_server_context *s;

    (void)state;
    link_make(&l, &server);
    context = l.us.context;
    s = &ours()->server;
    br_ssl_server_set_cache(s, &cache);
    refused_for(&ew_bearssl_port, ours(), "cache");
    br_ssl_server_set_cache(s, &context->cache.vtable);
    br_ssl_engine_set_versions(&s->eng, BR_TLS11, BR_TLS12);
    refused_for(&ew_bearssl_port, ours(), "TLS 1.2");
    br_ssl_engine_set_versions(&s->eng, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffer(&s->eng, ours()->in, sizeof ours()->in, 0);
    assert_int_equal(br_ssl_server_reset(s), 1);
    refused_for(&ew_bearssl_port, ours(), "one buffer");
    br_ssl_engine_set_buffers_bidi(&s->eng, NULL, 1, NULL, 1);
    br_ssl_engine_set_buffers_bidi(&s->eng, ours()->in, 10, ours()->out, 10); /* too small */
    refused_for(&ew_bearssl_port, ours(), "too small");
    br_ssl_engine_set_buffers_bidi(&s->eng, ours()->in, sizeof ours()->in, ours()->out,
                                   sizeof ours()->out);
    assert_int_equal(br_ssl_server_reset(s), 1);
    link_start(&l);
    link_close(&l);
}

/* Whether a client still has its session after the release. */
static int remembers(int close_first)
{
    br_ssl_session_parameters session;

    link_open(&l, &client_of_openssl);
    if (close_first) {
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
    }
    br_ssl_engine_get_session_parameters(&ours()->client.eng, &session);
    assert_int_equal(session.session_id_len, 32);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    br_ssl_engine_get_session_parameters(&ours()->client.eng, &session);
    close(l.fd);
    link_close(&l);
    return session.session_id_len != 0;
}

static void a_client_remembers_what_is_kept(void **state)
{
    (void)state;
    assert_int_equal(remembers(1), 1);
    assert_int_equal(remembers(0), 0);
}

/* A client that starts over keeps the name of its server. */
static void a_clear_leaves_the_name_alone(void **state)
{
    (void)state;
    link_open(&l, &client_of_openssl);
    peer_write(&l, "lost", 4);
    reading_waits();
    assert_int_equal(ew_conn_clear(&l.c), 1);
    assert_string_equal(br_ssl_engine_get_server_name(&ours()->client.eng), "localhost");
    l.w.out_len = 0;
    assert_int_equal(SSL_clear(l.peer.ssl), 1);
    link_handshake(&l);
    peer_sends("data");
    reading_gets("data");
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alert_has_two_bytes),
        cmocka_unit_test(an_alert_of_an_unknown_level_is_fatal),
        cmocka_unit_test(forged_alerts_are_errors),
        cmocka_unit_test(the_version_of_an_alert_counts),
        cmocka_unit_test(a_record_longer_than_the_buffer_is_an_error),
        cmocka_unit_test(our_close_drops_no_data),
        cmocka_unit_test(their_close_drops_no_data),
        cmocka_unit_test(a_request_for_a_handshake_gets_no_answer),
        cmocka_unit_test(a_close_notify_before_the_keys_fails_the_handshake),
        cmocka_unit_test(short_records_are_written_one_by_one),
        cmocka_unit_test(a_buffer_replaced_ends_the_connection),
        cmocka_unit_test(a_buffer_said_to_be_shorter_is_not_written_beyond),
        cmocka_unit_test(a_context_reset_ends_the_connection),
        cmocka_unit_test(a_setting_that_changes_fails_the_handshake),
        cmocka_unit_test(what_is_no_context_is_refused),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_client_remembers_what_is_kept),
        cmocka_unit_test(a_clear_leaves_the_name_alone),
    };
    enum { COUNT = sizeof tests / sizeof tests[0] };
    struct CMUnitTest all[COUNT + BEARSSL_OPTIONAL_TESTS];

    memcpy(all, tests, sizeof tests);
    return run_program(argc, argv, all, COUNT + bearssl_optional_tests(all + COUNT));
}
