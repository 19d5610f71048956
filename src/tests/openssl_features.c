/* What else OpenSSL can do: early data is off, client certificates may be asked for later. */
#include "frame.h"

#include "openssl_tests.h"

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls13_server = {OPENSSL, TLS1_3_VERSION, 1, OPENSSL, NULL};

/* A session of the peer's that allows for early data; the next connection is not made yet. */
static void peer_resumes(void)
{
    SSL_SESSION *session;

    link_make(&l, &tls13_server);
    SSL_CTX_set_num_tickets(l.us.ctx, 1);
    SSL_CTX_set_max_early_data(l.us.ctx, 1000);
    link_renew(&l);
    link_start(&l);
    peer_reads(&l, "", 0, -1);
    session = SSL_get1_session(l.peer.ssl);
    assert_int_equal(SSL_SESSION_get_max_early_data(session), 1000);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, "", 0, 0);
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_renew(&l);
    assert_int_equal(SSL_set_session(l.peer.ssl, session), 1);
    SSL_SESSION_free(session);
}

/* Nobody calls SSL_read_early_data, so OpenSSL refuses it, and drops what comes of it. */
void early_data_is_refused_and_does_no_harm(void **state)
{
    size_t n;

    (void)state;
    peer_resumes();
    link_attach(&l);
    assert_int_equal(SSL_write_early_data(l.peer.ssl, "early", 5, &n), 1);
    link_handshake(&l);
    assert_int_equal(SSL_session_reused(l.us.ssl), 1);
    assert_int_equal(SSL_get_early_data_status(l.peer.ssl), SSL_EARLY_DATA_REJECTED);
    peer_sends("late");
    reading_gets("late");
    reading_waits();
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

static int ask_for_a_certificate(SSL *ssl)
{
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    return SSL_verify_client_post_handshake(ssl);
}

/* As a client: answered while we read, even if the answer blocks. */
void a_late_request_for_a_certificate_is_answered(void **state)
{
    (void)state;
    for (int blocks = 0; blocks < 2; blocks++) {
        link_make(&l, &tls13_client);
        SSL_set_post_handshake_auth(l.us.ssl, 1);
        link_start(&l);
        peer_says(&l, ask_for_a_certificate);
        wire_release(&l.w, ALL);
        if (blocks) {
            char got[9];

            on_send.budget = 9;
            link_failed(&l, ew_conn_read(&l.c, got, sizeof got), EW_ERROR_WANT_WRITE,
                        EW_REASON_NONE);
            unblock();
        }
        reading_waits();
        assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
        peer_reads(&l, "data", 4, -1);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, "", 0, 0);
        link_close(&l);
    }
}

/* As a server: data goes both ways before the answer comes, and so does the close. */
void a_certificate_can_be_asked_for_late(void **state)
{
    (void)state;
    for (int closes = 0; closes < 2; closes++) {
        link_make(&l, &tls13_server);
        SSL_set_post_handshake_auth(l.peer.ssl, 1);
        link_start(&l);
        assert_int_equal(ask_for_a_certificate(l.us.ssl), 1);
        assert_int_equal(ew_conn_handshake(&l.c), 1);
        assert_int_equal(ew_conn_write(&l.c, "ours", 4), 4);
        peer_sends("theirs");
        reading_gets("theirs");
        if (closes) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        peer_reads(&l, "ours", 4, closes ? 0 : -1);
        wire_release(&l.w, ALL);
        if (!closes) {
            reading_waits();
            assert_int_equal(ew_conn_write(&l.c, "more", 4), 4);
            peer_reads(&l, "more", 4, -1);
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        peer_closes();
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        link_close(&l);
    }
}
