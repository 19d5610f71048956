/* How the port sets OpenSSL up. */
#include "frame.h"

#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls13_server = {OPENSSL, TLS1_3_VERSION, 1, OPENSSL, NULL};
static const variant tls12_client = {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL};

/* What the application's context says is overruled where the port depends on it. */
static void a_context_set_up_otherwise_makes_no_difference(void **state)
{
    (void)state;
    link_make(&l, &tls13_client);
    SSL_set_quiet_shutdown(l.us.ssl, 1);
    SSL_set_options(l.us.ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_clear_options(l.us.ssl, SSL_OP_NO_RENEGOTIATION);
    SSL_clear_mode(l.us.ssl, SSL_MODE_AUTO_RETRY);
    SSL_set_max_send_fragment(l.us.ssl, 512);
    SSL_set_read_ahead(l.us.ssl, 1);
    link_start(&l);
    block_a_write(5000);
    unblock();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 5000, 0);
    assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
    closing_fails(EW_ERROR_SSL, EW_REASON_TRUNCATED);
    link_close(&l);
}

static void short_records_are_written_one_by_one(void **state)
{
    (void)state;
    link_make(&l, &tls12_client);
    SSL_set_tlsext_max_fragment_length(l.us.ssl, TLSEXT_max_fragment_length_1024);
    link_start(&l);
    block_a_write(5000);
    unblock();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 1024, 0);
    link_close(&l);
}

/* There are 127 indices for BIO types: one for each connection would be too many. */
static void any_number_of_connections(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(ew_conn_release(&l.c), l.fd);
        SSL_free(l.us.ssl);
        l.us.ssl = SSL_new(l.us.ctx);
        SSL_set_connect_state(l.us.ssl);
        ew_openssl_init(&l.openssl, l.us.ssl);
        assert_int_equal(ew_conn_open(&l.c, l.fd, &ew_openssl_port, &l.openssl), 0);
    }
    assert_in_range(BIO_get_new_index(), BIO_TYPE_START, 255);
    link_close(&l);
}

/* OpenSSL notices the end by itself only if the BIO says so. */
static void the_end_is_known_to_openssl_too(void **state)
{
    (void)state;
    link_open(&l, &tls13_client);
    assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
    reading_fails(EW_ERROR_SSL, EW_REASON_TRUNCATED);
    assert_int_equal(ERR_GET_REASON(ERR_peek_error()), SSL_R_UNEXPECTED_EOF_WHILE_READING);
    link_close(&l);
}

static void what_does_not_fit_is_refused(void **state)
{
    ew_openssl e;
    SSL_CTX *dtls = SSL_CTX_new(DTLS_method());
    SSL *ssl = SSL_new(dtls);

    (void)state;
    link_open(&l, &tls13_client);
    ew_openssl_init(&e, ssl);
    refused(&ew_openssl_port, &e);
    ew_openssl_init(&e, NULL);
    refused(&ew_openssl_port, &e);
    SSL_free(ssl);
    SSL_CTX_free(dtls);
    link_close(&l);
}

static void a_fatal_alert_drops_the_session_whatever_came_before(void **state)
{
    SSL_SESSION *session;

    (void)state;
    link_open(&l, &tls13_server);
    assert_int_equal(write(l.fd, "\x17\3\3\0\4abcd", 9), 9);
    peer_reads(&l, "", 0, -2);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(ew_conn_session_kept(&l.c), 1);
    wire_release(&l.w, ALL);
    closing_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    session = SSL_get1_session(l.us.ssl);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    assert_int_equal(SSL_SESSION_is_resumable(session), 0);
    SSL_SESSION_free(session);
    close(l.fd);
    link_close(&l);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_set_up_otherwise_makes_no_difference),
        cmocka_unit_test(short_records_are_written_one_by_one),
        cmocka_unit_test(any_number_of_connections),
        cmocka_unit_test(the_end_is_known_to_openssl_too),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_fatal_alert_drops_the_session_whatever_came_before),
    };

    return RUN_PROGRAM(tests);
}
