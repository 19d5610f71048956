/* How the port sets OpenSSL up. */
#define OPENSSL_SUPPRESS_DEPRECATED /* a method of one old version is to be refused */
#include "frame.h"

#include <errno.h>
#include <fcntl.h>
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

/* Refusals --------------------------------------------------------------------- */

/* The version of the libcrypto that was loaded: asked instead of its own function. */
static unsigned long loaded = OPENSSL_VERSION_NUMBER;

unsigned long OpenSSL_version_num(void)
{
    return loaded;
}

/* ew_conn_open says why, and leaves the SSL as it is. */
static void refused_as_it_is(SSL *ssl, const char *why)
{
    ew_openssl e;
    ew_conn c;
    BIO *in = ssl == NULL ? NULL : SSL_get_rbio(ssl);
    uint64_t options = ssl == NULL ? 0 : SSL_get_options(ssl);

    ew_openssl_init(&e, ssl);
    ERR_clear_error();
    errno = 0;
    assert_int_equal(ew_conn_open(&c, l.fd, &ew_openssl_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_string_equal(ew_conn_detail(&c), why);
    assert_int_equal(ERR_peek_error(), 0);
    if (ssl != NULL) {
        assert_ptr_equal(SSL_get_rbio(ssl), in);
        assert_int_equal(SSL_get_options(ssl), options);
        assert_int_equal(SSL_get_shutdown(ssl), 0);
    }
}

static void refused_with(const SSL_METHOD *method, const char *why)
{
    SSL_CTX *ctx = SSL_CTX_new(method);
    SSL *ssl = SSL_new(ctx);

    SSL_set_connect_state(ssl);
    refused_as_it_is(ssl, why);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

static void what_does_not_fit_is_refused(void **state)
{
    SSL *ssl;

    (void)state;
    link_open(&l, &tls13_client);
    refused_as_it_is(NULL, "the SSL is NULL");
    refused_as_it_is(l.peer.ssl, "the handshake of the SSL has begun");
    refused_with(DTLS_method(), "the SSL is for DTLS or QUIC");
    refused_with(TLSv1_1_method(), "the SSL allows no version from TLS 1.2 on");
    ssl = SSL_new(l.us.ctx);
    SSL_set_quiet_shutdown(ssl, 1);
    refused_as_it_is(ssl,
                     "the SSL has no role: SSL_set_connect_state or SSL_set_accept_state gives it "
                     "one");
    SSL_set_connect_state(ssl);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
    refused_as_it_is(ssl, "the SSL allows no version from TLS 1.2 on");
    SSL_set_max_proto_version(ssl, TLS1_3_VERSION);
    loaded = 0x40000000;
    refused_as_it_is(ssl, "the libssl that was loaded is not OpenSSL 3");
    loaded = OPENSSL_VERSION_NUMBER;
    assert_int_equal(SSL_get_quiet_shutdown(ssl), 1);
    assert_int_equal(SSL_get_min_proto_version(ssl), TLS1_VERSION);
    SSL_free(ssl);
    link_close(&l);
}

/* What it had read already, or had not sent yet, would be lost. */
static void a_bio_that_holds_bytes_is_refused(void **state)
{
    (void)state;
    for (int out = 0; out < 2; out++) {
        BIO *memory = BIO_new(BIO_s_mem());
        BIO *buffer = BIO_push(BIO_new(BIO_f_buffer()), BIO_new(BIO_s_null()));

        link_make(&l, &tls13_client);
        link_wire(&l);
        assert_int_equal(BIO_write(out ? buffer : memory, "abc", 3), 3);
        SSL_set_bio(l.us.ssl, memory, buffer);
        refused_as_it_is(l.us.ssl, "a BIO of the SSL still holds bytes");
        close(l.fd);
        link_close(&l);
    }
}

/* Ownership -------------------------------------------------------------------- */

static BIO_METHOD *mute; /* of a filter that passes no question on */

static BIO *owner(void)
{
    return BIO_new_socket(l.fd, BIO_CLOSE);
}

static void give_both(void)
{
    BIO *bio = owner();

    SSL_set_bio(l.us.ssl, bio, bio);
}

static void give_two(void)
{
    SSL_set_bio(l.us.ssl, owner(), owner());
}

static void give_chains(void)
{
    SSL_set_bio(l.us.ssl, BIO_push(BIO_new(BIO_f_buffer()), owner()),
                BIO_push(BIO_new(BIO_f_buffer()), owner()));
}

static void give_behind_a_mute(void)
{
    BIO *bio = BIO_push(BIO_new(mute), owner());

    SSL_set_bio(l.us.ssl, bio, bio);
}

static void (*const gifts[])(void) = {give_both, give_two, give_chains, give_behind_a_mute};

/* The BIO of the application's had the descriptor: now the connection has it. */
static void the_descriptor_changes_hands(void **state)
{
    (void)state;
    mute = BIO_meth_new(BIO_TYPE_FILTER, "mute");
    for (size_t i = 0; i < sizeof gifts / sizeof gifts[0]; i++) {
        link_make(&l, &tls13_client);
        gifts[i]();
        link_start(&l);
        assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
        peer_reads(&l, "data", 4, -1);
        link_close(&l);
        ERR_clear_error(); /* what the mute one left */
    }
    BIO_meth_free(mute);
}

/* A BIO that has none says 0 when it is asked for its descriptor. */
static void descriptor_0_is_not_everyones(void **state)
{
    BIO *memory = BIO_new(BIO_s_mem());
    int input = dup(0);

    (void)state;
    close(0);
    link_make(&l, &tls13_client);
    assert_int_equal(l.fd, 0);
    BIO_up_ref(memory);
    SSL_set_bio(l.us.ssl, memory, owner());
    link_start(&l);
    assert_int_equal(BIO_get_close(memory), BIO_CLOSE);
    BIO_free(memory);
    link_close(&l);
    assert_int_equal(dup2(input, 0), 0);
    close(input);
}

/* A descriptor of another's is that BIO's as before; so is ours, if we refuse. */
static void no_other_descriptor_changes_hands(void **state)
{
    int other;

    (void)state;
    link_make(&l, &tls13_client);
    other = dup(l.fd);
    SSL_set_bio(l.us.ssl, BIO_new_socket(other, BIO_CLOSE), BIO_new(BIO_s_mem()));
    link_start(&l);
    assert_int_equal(fcntl(other, F_GETFD), -1);
    link_close(&l);
    link_make(&l, &tls13_client);
    link_wire(&l);
    give_both();
    SSL_set_min_proto_version(l.us.ssl, TLS1_VERSION);
    SSL_set_max_proto_version(l.us.ssl, TLS1_1_VERSION);
    refused_as_it_is(l.us.ssl, "the SSL allows no version from TLS 1.2 on");
    assert_int_equal(BIO_get_close(SSL_get_rbio(l.us.ssl)), BIO_CLOSE);
    link_close(&l);
}

/* Quiet shutdown --------------------------------------------------------------- */

/* SSL_new takes it from the context, the connection from the SSL, once. */
static void quiet_shutdown_is_carried_over(void **state)
{
    (void)state;
    for (int off_again = 0; off_again < 2; off_again++) {
        link_make(&l, &tls13_client);
        SSL_CTX_set_quiet_shutdown(l.us.ctx, 1);
        link_renew(&l);
        link_start(&l);
        assert_int_equal(SSL_get_quiet_shutdown(l.us.ssl), 0);
        if (off_again) {
            assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 0), 1);
        }
        assert_int_equal(ew_conn_shutdown(&l.c), off_again ? 0 : 1);
        peer_reads(&l, "", 0, off_again ? 0 : -1);
        link_close(&l);
    }
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
        cmocka_unit_test(a_bio_that_holds_bytes_is_refused),
        cmocka_unit_test(the_descriptor_changes_hands),
        cmocka_unit_test(descriptor_0_is_not_everyones),
        cmocka_unit_test(no_other_descriptor_changes_hands),
        cmocka_unit_test(quiet_shutdown_is_carried_over),
        cmocka_unit_test(a_fatal_alert_drops_the_session_whatever_came_before),
    };

    return RUN_PROGRAM(tests);
}
