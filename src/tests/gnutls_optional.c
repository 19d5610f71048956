/* What a port of GnuTLS tells of a handshake, and what it has that a port need not have. */
#include "frame.h"

#include "gnutls_optional.h"

#include <string.h>

#include "handshake_ends.h"
#include "port_gnutls.h"

extern const test_engine engine_gnutls;

static const variant tls13_client = {OTHER, TLS1_3_VERSION, 0, OPENSSL, &engine_gnutls};
static const variant tls12_client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_gnutls};

static ew_gnutls *ours(void)
{
    return l.us.engine;
}

void an_end_is_told_with_its_number(void **state)
{
    (void)state;
    each_end_of_a_handshake_is_told(&tls12_client, GNUTLS_E_FATAL_ALERT_RECEIVED);
    an_alert_among_the_data_has_its_number(&tls12_client, GNUTLS_E_FATAL_ALERT_RECEIVED);
}

static int puts_off; /* so often */

static int put_off(gnutls_session_t session)
{
    (void)session;
    return puts_off-- > 0 ? GNUTLS_E_AGAIN : 0;
}

/*
 * GnuTLS asks once for a ClientHello. For a certificate it asks until it hears, and the first time a
 * record was taken in before it: the port asks again.
 */
void a_function_may_put_the_handshake_off(void **state)
{
    (void)state;
    for (int tls13 = 0; tls13 < 2; tls13++) {
        for (int server = 0; server < 2; server++) {
            variant v = tls13_client;

            v.version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
            v.server = server;
            link_make(&l, &v);
            puts_off = server ? 1 : 4;
            if (server) {
                gnutls_handshake_set_post_client_hello_function(ours()->session, put_off);
            } else {
                gnutls_session_set_verify_function(ours()->session, put_off);
            }
            link_attach(&l);
            assert_int_equal(suspensions_of_a_handshake(), server ? 1 : 3);
            all_goes_on();
            link_close(&l);
        }
    }
}

/* The first message that the peer has made comes in two records; it is in the clear. */
static void split_message(void)
{
    enum { PART = 10, CHANGE_CIPHER_SPEC = 20, ITS_LEN = EW_HEADER_LEN + 1 };
    uint8_t *record = l.w.out + (l.w.out[0] == CHANGE_CIPHER_SPEC ? ITS_LEN : 0);
    int len = (record[3] << 8 | record[4]) - PART;
    uint8_t *second = record + EW_HEADER_LEN + PART;

    assert_true(record[0] == 22 && len > 0);
    memmove(second + EW_HEADER_LEN, second, (size_t)(l.w.out + l.w.out_len - second));
    l.w.out_len += EW_HEADER_LEN;
    memcpy(second, record, EW_HEADER_LEN);
    record[3] = 0;
    record[4] = PART;
    second[3] = (uint8_t)(len >> 8);
    second[4] = (uint8_t)len;
}

/* GnuTLS says of a part of a message what a function says that puts it off. */
void a_message_in_parts_is_no_suspension(void **state)
{
    (void)state;
    for (int server = 0; server < 2; server++) {
        variant v = tls13_client;

        v.server = server;
        link_make(&l, &v);
        link_attach(&l);
        link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
        assert_int_equal(peer_handshake(&l), 0);
        split_message();
        wire_release(&l.w, ALL);
        assert_int_equal(suspensions_of_a_handshake(), 0);
        all_goes_on();
        link_close(&l);
    }
}

/* The second ClientHello: the first one was whole. */
void a_second_hello_in_parts_is_no_suspension(void **state)
{
    variant server = tls13_client;

    (void)state;
    server.server = 1;
    link_make(&l, &server);
    assert_int_equal(SSL_set1_groups_list(l.peer.ssl, "X25519:P-256"), 1);
    assert_int_equal(
        gnutls_priority_set_direct(
            ours()->session, "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP256R1", NULL),
        0);
    link_attach(&l);
    for (int hello = 1; hello <= 2; hello++) {
        assert_int_equal(peer_handshake(&l), 0);
        if (hello == 2) {
            split_message();
        }
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    }
    assert_int_equal(suspensions_of_a_handshake(), 0);
    all_goes_on();
    link_close(&l);
}

/* The port holds one byte; to look at more of it, or at more than it has room for. */
void what_is_looked_at_is_taken_in_order(void **state)
{
    static uint8_t got[EW_RECORD_MAX];
    int at = 0;

    (void)state;
    link_open(&l, &tls13_client);
    peer_write(&l, big, 5000);
    wire_release(&l.w, ALL);
    for (int len = 1; at < 5000; len += 97) {
        int left = 5000 - at;
        int most = left < EW_GNUTLS_PEEK_MAX ? left : EW_GNUTLS_PEEK_MAX;

        assert_int_equal(ew_conn_peek(&l.c, got, len), len < most ? len : most);
        assert_memory_equal(got, big + at, (size_t)(len < most ? len : most));
        assert_int_equal(ew_conn_peek(&l.c, got, sizeof got), most);
        assert_memory_equal(got, big + at, (size_t)most);
        assert_int_equal(ew_conn_pending(&l.c), left);
        assert_int_equal(ew_conn_read(&l.c, got, len), len < left ? len : left);
        assert_memory_equal(got, big + at, (size_t)(len < left ? len : left));
        at += len < left ? len : left;
    }
    assert_int_equal(ew_conn_pending(&l.c), 0);
    reading_waits();
    link_close(&l);
}
