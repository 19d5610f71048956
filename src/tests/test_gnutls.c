/* The traps of GnuTLS, one by one: each test fails without what the port does about it. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "messages.h"
#include "port_gnutls.h"

extern const test_engine engine_gnutls;

static link_ends l;
static uint8_t big[EW_RECORD_MAX * 2];

static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_gnutls};
static const variant tls13_server = {OTHER, TLS1_3_VERSION, 1, OPENSSL, &engine_gnutls};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_gnutls};
static const variant tls12_server = {OTHER, TLS1_2_VERSION, 1, MBEDTLS, &engine_gnutls};
static const variant server_of_openssl = {OTHER, TLS1_2_VERSION, 1, OPENSSL, &engine_gnutls};

static ew_gnutls *ours(void)
{
    return l.us.engine;
}

static void reading_waits(void)
{
    link_failed(&l, ew_conn_read(&l.c, big, 9), EW_ERROR_WANT_READ, EW_REASON_NONE);
}

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
        link_open(&l, i % 2 ? &tls12_client : &tls12_server);
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

/* gnutls_alert_send would flush the data, return 0, and make no alert. */
static void the_notice_follows_what_was_pending(void **state)
{
    (void)state;
    link_open(&l, &tls12_client);
    block_a_write(300);
    assert_int_equal(ew_gnutls_port.send_close_notify(ours()), EW_EVENT_WANT_WRITE);
    on_send.budget = -1;
    assert_int_equal(ew_gnutls_port.send_close_notify(ours()), EW_EVENT_DONE);
    assert_int_equal(wire_records(&l.w), 2);
    peer_gets(&l, big, 300, 0);
    link_close(&l);
}

/* ... and each further call would send another. */
static void the_notice_is_made_once(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    for (int i = 0; i < 4; i++) {
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
        on_send.budget = -1;
        if (close_instead) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
            peer_reads(&l, big, 5000, 0);
        } else {
            assert_int_equal(ew_conn_write(&l.c, big, 5000), 5000);
            assert_int_equal(ew_conn_write(&l.c, big, 100), 100); /* our KeyUpdate goes first */
            memcpy(big + 5000, big, 100);
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
        on_send.budget = -1;
        if (!close_instead) {
            assert_int_equal(ew_conn_write(&l.c, big, EW_RECORD_MAX), EW_RECORD_MAX);
        }
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, big, EW_RECORD_MAX, 0);
        assert_int_equal(wire_records(&l.w), 3);
        link_close(&l);
    }
}

static void their_key_update_is_not_answered_after_the_close(void **state)
{
    (void)state;
    link_open(&l, &tls13_server);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_says(&l, ask_key_update);
    peer_write(&l, "new key", 7);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_UNREAD_DATA);
    assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 7);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static int fill_ticket(SSL *ssl, void *arg)
{
    (void)arg;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), big, 3000);
}

static void half_a_ticket_does_not_stop_the_close(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    SSL_CTX_set_session_ticket_cb(l.peer.ctx, fill_ticket, NULL, NULL);
    SSL_set_max_send_fragment(l.peer.ssl, 512);
    link_start(&l);
    peer_says(&l, make_ticket);
    wire_release(&l.w, 1200);
    reading_waits();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

static void a_request_for_a_handshake_gets_no_answer(void **state)
{
    (void)state;
    for (int closed = 0; closed < 2; closed++) {
        link_open(&l, &tls12_client);
        if (closed) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        peer_handshake_message(&l, HELLO_REQUEST, 2);
        reading_waits();
        assert_int_equal(wire_records(&l.w), closed);
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        assert_int_equal(ew_conn_finish(&l.c), 1);
        link_close(&l);
    }
}

/* It stays among the data; what is read next would fail. */
static void a_client_hello_does_not_stay_among_the_data(void **state)
{
    (void)state;
    link_open(&l, &tls12_server);
    peer_handshake_message(&l, CLIENT_HELLO, 1);
    peer_write(&l, "data", 4);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 4);
    assert_memory_equal(big + 1000, "data", 4);
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_finish(&l.c), 1);
    link_close(&l);
}

static void floods_are_bounded(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        link_open(&l, kind == 2 ? &tls13_client : &tls12_client);
        for (int i = 0; i < EW_RECORD_BUDGET + 10; i++) {
            if (kind == 0) {
                peer_handshake_message(&l, HELLO_REQUEST, 1);
            } else if (kind == 1) {
                peer_alert(&l, 1, 90);
            } else {
                peer_says(&l, make_ticket);
            }
        }
        peer_close_notify(&l);
        wire_release(&l.w, ALL);
        reading_waits();
        assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 0); /* it was all there */
        link_close(&l);
    }
}

static void empty_records_are_not_the_end(void **state)
{
    (void)state;
    link_open(&l, &tls12_server);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(mbedtls_ssl_write(&l.peer.mbed, big, 0), 0);
    }
    wire_release(&l.w, ALL);
    reading_waits();
    peer_write(&l, "data", 4);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_read(&l.c, big + 1000, 9), 4);
    link_close(&l);
}

/* What waits in the port is the handshake's too: it is over when the last of it has left. */
static void a_handshake_leaves_in_pieces(void **state)
{
    (void)state;
    for (int server = 0; server < 2; server++) {
        int ours_done = -1;
        int theirs = -1;

        link_make(&l, server ? &tls12_server : &tls12_client);
        link_attach(&l);
        for (int turn = 0; turn < 1000 && (ours_done != 1 || theirs != 0); turn++) {
            on_send.budget = 7;
            ours_done = ours_done == 1 ? 1 : ew_conn_handshake(&l.c);
            if (ours()->out_len > 0) {
                link_failed(&l, ours_done, EW_ERROR_WANT_WRITE, EW_REASON_NONE);
            }
            theirs = mbedtls_ssl_handshake(&l.peer.mbed);
            wire_release(&l.w, ALL);
        }
        assert_int_equal(ours_done, 1);
        assert_int_equal(theirs, 0);
        link_close(&l);
    }
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

static void what_does_not_fit_is_refused(void **state)
{
    ew_conn c;
    ew_gnutls none;

    (void)state;
    link_make(&l, &tls13_client);
    ew_gnutls_init(&none, NULL);
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_gnutls_port, &none), -1);
    assert_int_equal(errno, EINVAL);
    link_start(&l);
    errno = 0;
    assert_int_equal(ew_conn_open(&c, l.w.fd, &ew_gnutls_port, ours()), -1);
    assert_int_equal(errno, EINVAL);
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

/* A cache of one session ----------------------------------------------------------------------- */

static struct {
    uint8_t key[64], data[8192];
    unsigned key_len, data_len;
} cache;

static int store(void *ptr, gnutls_datum_t key, gnutls_datum_t data)
{
    (void)ptr;
    assert_true(key.size <= sizeof cache.key && data.size <= sizeof cache.data);
    memcpy(cache.key, key.data, cache.key_len = key.size);
    memcpy(cache.data, data.data, cache.data_len = data.size);
    return 0;
}

static int is_cached(gnutls_datum_t key)
{
    return cache.key_len == key.size && memcmp(cache.key, key.data, key.size) == 0;
}

static gnutls_datum_t retrieve(void *ptr, gnutls_datum_t key)
{
    gnutls_datum_t found = {NULL, 0};

    (void)ptr;
    if (is_cached(key)) {
        found.data = gnutls_malloc(found.size = cache.data_len);
        memcpy(found.data, cache.data, found.size);
    }
    return found;
}

static int drop(void *ptr, gnutls_datum_t key)
{
    (void)ptr;
    cache.key_len = is_cached(key) ? 0 : cache.key_len;
    return 0;
}

static void use_cache(void)
{
    gnutls_db_set_store_function(ours()->session, store);
    gnutls_db_set_retrieve_function(ours()->session, retrieve);
    gnutls_db_set_remove_function(ours()->session, drop);
    gnutls_db_set_ptr(ours()->session, &cache);
}

/* Whether a peer resumes its session after a first connection, closed or not. */
static int resumes(int close_first)
{
    SSL_SESSION *session;
    int reused;

    memset(&cache, 0, sizeof cache);
    link_make(&l, &server_of_openssl);
    use_cache();
    link_start(&l);
    session = SSL_get1_session(l.peer.ssl);
    SSL_set_shutdown(l.peer.ssl, SSL_SENT_SHUTDOWN);
    if (close_first) {
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
    }
    link_renew(&l);
    use_cache();
    assert_int_equal(SSL_set_session(l.peer.ssl, session), 1);
    SSL_SESSION_free(session);
    link_start(&l);
    reused = SSL_session_reused(l.peer.ssl);
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
        cmocka_unit_test(the_notice_follows_what_was_pending),
        cmocka_unit_test(the_notice_is_made_once),
        cmocka_unit_test(a_key_update_does_not_double_a_blocked_write),
        cmocka_unit_test(data_behind_a_blocked_key_update_was_accepted),
        cmocka_unit_test(their_key_update_is_not_answered_after_the_close),
        cmocka_unit_test(half_a_ticket_does_not_stop_the_close),
        cmocka_unit_test(a_request_for_a_handshake_gets_no_answer),
        cmocka_unit_test(a_client_hello_does_not_stay_among_the_data),
        cmocka_unit_test(floods_are_bounded),
        cmocka_unit_test(empty_records_are_not_the_end),
        cmocka_unit_test(a_handshake_leaves_in_pieces),
        cmocka_unit_test(a_timeout_of_the_handshake_does_not_wait),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(an_old_version_fails_the_handshake),
        cmocka_unit_test(a_session_may_be_asked_for_after_the_release),
        cmocka_unit_test(the_session_follows_the_core),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: test_gnutls CERTIFICATES\n");
        return 2;
    }
    certificates = argv[1];
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)(i * 7 + i / 251);
    }
    return RUN(tests);
}
