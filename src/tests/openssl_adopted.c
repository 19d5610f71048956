/* Adopting an SSL that an application brought so far by itself, over the same socket. */
#include "frame.h"

#include <sys/socket.h>
#include <unistd.h>

#include <openssl/async.h>

#include "adopted.h"
#include "messages.h"
#include "openssl_tests.h"

static const variant each[] = {
    {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_2_VERSION, 1, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 1, OPENSSL, NULL},
};
enum { EACH = sizeof each / sizeof each[0] };

static const variant *const tls12_server = &each[1], *const tls13_client = &each[2];

/* The application's calls ------------------------------------------------------- */

/* A BIO of its own, over the socket that fills on demand. The kernel may claim to make records. */
static int has_ktls;

static int moved(BIO *bio, long n)
{
    BIO_clear_retry_flags(bio);
    if (n < 0) {
        BIO_set_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    }
    return (int)n;
}

static int bio_write(BIO *bio, const char *bytes, int len)
{
    return moved(bio, own_send(bytes, (size_t)len));
}

static int bio_read(BIO *bio, char *bytes, int len)
{
    return moved(bio, own_recv(bytes, (size_t)len));
}

static long bio_ctrl(BIO *bio, int cmd, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return cmd == BIO_CTRL_FLUSH || (cmd == BIO_CTRL_GET_KTLS_SEND && has_ktls);
}

static void begin(void)
{
    static BIO_METHOD *method;
    BIO *bio;

    if (method == NULL) {
        method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "application");
        BIO_meth_set_write(method, bio_write);
        BIO_meth_set_read(method, bio_read);
        BIO_meth_set_ctrl(method, bio_ctrl);
    }
    bio = BIO_new(method);
    assert_non_null(bio);
    BIO_set_init(bio, 1);
    has_ktls = 0;
    SSL_set_bio(l.us.ssl, bio, bio);
}

static int shakes_hands(void)
{
    return SSL_do_handshake(l.us.ssl) == 1;
}

static int receives(void *buf, int len)
{
    char byte;

    return (len == 0 ? SSL_peek(l.us.ssl, &byte, 1) : SSL_read(l.us.ssl, buf, len)) > 0;
}

static int writes(const void *buf, int len)
{
    return SSL_write(l.us.ssl, buf, len) == len;
}

static int closes(void)
{
    return SSL_shutdown(l.us.ssl) >= 0;
}

static const own_calls own = {
    .port = &ew_openssl_port,
    .begin = begin,
    .handshake = shakes_hands,
    .receive = receives,
    .write = writes,
    .close = closes,
    .refusals = {"is not done", "is not done", "coming in", "coming in", "coming in", "coming in",
                 "going out", "close_notify", "close_notify"},
};

/* STARTTLS: a line in the clear, then SSL_set_fd and SSL_do_handshake on the socket. */
static void says_starttls(void)
{
    char got[9];

    assert_int_equal(write(l.fd, "STARTTLS\n", 9), 9);
    assert_int_equal(wire_get(&l.w, got, sizeof got), 9);
    assert_int_equal(SSL_set_fd(l.us.ssl, l.fd), 1);
}

static const own_calls starttls = {
    .port = &ew_openssl_port,
    .begin = says_starttls,
    .handshake = shakes_hands,
    .receive = receives,
    .write = writes,
    .close = closes,
};

void what_is_open_is_adopted(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * EACH; i++) {
        adopted_goes_on(&each[i / 2], &own, i % 2);
        adopted_goes_on(&each[i / 2], &starttls, i % 2);
    }
}

void what_is_not_at_rest_is_not_adopted(void **state)
{
    (void)state;
    for (int i = 0; i < EACH; i++) {
        adopted_is_refused(&each[i], &own);
    }
}

/* Steps ------------------------------------------------------------------------- */

static void begin_open(const variant *v)
{
    adopted_begin(v, &own);
    adopted_handshake(&own);
}

static void end_refused(void)
{
    link_close(&l);
    close(l.fd);
}

static void adopts(void)
{
    assert_int_equal(ew_conn_adopt(&l.c, l.fd, &ew_openssl_port, link_object(&l)), 0);
}

/* What an SSL may hold ------------------------------------------------------------ */

/* SSL_has_pending says no: the bytes of the body are what it counts. */
void a_header_alone_is_not_adopted(void **state)
{
    char byte;

    (void)state;
    for (int i = 0; i < EACH; i++) {
        begin_open(&each[i]);
        peer_write(&l, "data", 4);
        wire_release(&l.w, EW_HEADER_LEN);
        assert_int_equal(receives(&byte, 0), 0);
        assert_int_equal(SSL_has_pending(l.us.ssl), 0);
        adopted_refused(&own, "coming in");
        wire_release(&l.w, ALL);
        assert_int_equal(receives(big, 4), 1);
        adopts();
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, "", 0, 0);
        link_close(&l);
    }
}

/* Read ahead by a BIO, or not sent on by it. */
void what_lies_in_a_bio_is_not_adopted(void **state)
{
    (void)state;
    for (int out = 0; out < 2; out++) {
        BIO *buffer = BIO_new(BIO_f_buffer());

        begin_open(tls13_client);
        if (out) {
            SSL_set0_wbio(l.us.ssl, BIO_push(buffer, SSL_get_wbio(l.us.ssl)));
            BIO_up_ref(BIO_next(buffer));
            assert_int_equal(BIO_write(buffer, "x", 1), 1);
        } else {
            peer_write(&l, "one", 3);
            peer_sends("two");
            BIO_up_ref(SSL_get_rbio(l.us.ssl));
            SSL_set0_rbio(l.us.ssl, BIO_push(buffer, SSL_get_rbio(l.us.ssl)));
            assert_int_equal(receives(big, 3), 1);
            assert_int_equal(SSL_has_pending(l.us.ssl), 0);
        }
        adopted_refused(&own, "a BIO of the SSL still holds bytes");
        end_refused();
    }
}

/* A ticket of which one record has come; a KeyUpdate that was asked for; a renegotiation. */
void a_message_under_way_is_not_adopted(void **state)
{
    char byte;

    (void)state;
    begin_open(tls13_client);
    assert_int_equal(SSL_key_update(l.us.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    adopted_refused(&own, "a message after it, is not done");
    assert_int_equal(shakes_hands(), 1);
    adopts();
    assert_int_equal(ew_conn_write(&l.c, "new key", 7), 7);
    peer_reads(&l, "new key", 7, -1);
    link_close(&l);

    begin_open(tls13_client);
    SSL_set_max_send_fragment(l.peer.ssl, 512);
    SSL_CTX_set_session_ticket_cb(l.peer.ctx, fill_ticket, NULL, NULL);
    peer_says(&l, make_ticket);
    wire_release(&l.w, EW_HEADER_LEN + 512 + 1 + 16); /* one record, and the next has not begun */
    assert_int_equal(receives(&byte, 0), 0);
    assert_int_equal(SSL_has_pending(l.us.ssl), 0);
    adopted_refused(&own, "a message after it, is not done");
    end_refused();

    begin_open(tls12_server);
    SSL_renegotiate(l.us.ssl);
    adopted_refused(&own, "a message after it, is not done");
    end_refused();
}

static int pauses;

static void pause_once(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)write_p;
    (void)version;
    (void)buf;
    (void)len;
    (void)ssl;
    (void)arg;
    if (type == SSL3_RT_HEADER && pauses-- > 0) {
        assert_int_equal(ASYNC_pause_job(), 1);
    }
}

void a_paused_job_is_not_adopted(void **state)
{
    (void)state;
    begin_open(tls13_client);
    SSL_set_mode(l.us.ssl, SSL_MODE_ASYNC);
    SSL_set_msg_callback(l.us.ssl, pause_once);
    pauses = 1;
    assert_int_equal(writes("data", 4), 0);
    adopted_refused(&own, "a job of the SSL is paused");
    assert_int_equal(writes("data", 4), 1);
    adopts();
    peer_reads(&l, "data", 4, -1);
    link_close(&l);
}

/* What an SSL has to be ------------------------------------------------------------ */

void what_does_not_fit_is_not_adopted(void **state)
{
    SSL *dtls;
    SSL_CTX *ctx = SSL_CTX_new(DTLS_method());

    (void)state;
    begin_open(tls13_client);
    has_ktls = 1;
    adopted_refused(&own, "the kernel makes the records");
    has_ktls = 0;
    ew_openssl_init(&l.openssl, NULL);
    adopted_refused(&own, "the SSL is NULL");
    dtls = SSL_new(ctx);
    ew_openssl_init(&l.openssl, dtls);
    adopted_refused(&own, "for DTLS or QUIC");
    SSL_free(dtls);
    SSL_CTX_free(ctx);
    ew_openssl_init(&l.openssl, l.us.ssl);
    adopts();
    assert_int_equal(ew_openssl_port.adopt(&l.openssl, &l.c.transport), -1);
    assert_tells(&l.c, "is attached to another");
    link_close(&l);
    link_make(&l, &each[0]);
    link_wire(&l);
    SSL_set_security_level(l.us.ssl, 0);
    SSL_set_security_level(l.peer.ssl, 0);
    SSL_set_min_proto_version(l.us.ssl, TLS1_1_VERSION);
    SSL_set_max_proto_version(l.us.ssl, TLS1_1_VERSION);
    SSL_set_min_proto_version(l.peer.ssl, TLS1_1_VERSION);
    SSL_set_max_proto_version(l.peer.ssl, TLS1_1_VERSION);
    SSL_set_cipher_list(l.us.ssl, "ALL:@SECLEVEL=0");
    SSL_set_cipher_list(l.peer.ssl, "ALL:@SECLEVEL=0");
    (void)link_engine(&l);
    begin();
    adopted_handshake(&own);
    adopted_refused(&own, "older than TLS 1.2");
    end_refused();
}

/* Sizes, modes and quiet shutdown are as attach makes them; the descriptor is the connection's. */
void settings_are_made_when_it_is_adopted(void **state)
{
    (void)state;
    for (int i = 0; i < EACH; i++) {
        link_make(&l, &each[i]);
        link_wire(&l);
        (void)link_engine(&l);
        SSL_set_bio(l.us.ssl, BIO_new_socket(l.fd, BIO_CLOSE), NULL);
        SSL_set0_wbio(l.us.ssl, SSL_get_rbio(l.us.ssl));
        BIO_up_ref(SSL_get_rbio(l.us.ssl));
        SSL_set_max_send_fragment(l.us.ssl, 512);
        SSL_set_read_ahead(l.us.ssl, 1);
        SSL_set_quiet_shutdown(l.us.ssl, 1);
        SSL_clear_mode(l.us.ssl, SSL_MODE_AUTO_RETRY);
        adopted_handshake(&own);
        adopts();
        assert_true(SSL_get_mode(l.us.ssl) & SSL_MODE_AUTO_RETRY);
        assert_int_equal(SSL_get_read_ahead(l.us.ssl), 0);
        assert_int_equal(ew_conn_write(&l.c, big, EW_RECORD_MAX), EW_RECORD_MAX);
        assert_int_equal(wire_records(&l.w), 1);
        assert_int_equal(ew_conn_shutdown(&l.c), 1); /* quietly */
        assert_int_equal(wire_records(&l.w), 1);
        peer_reads(&l, big, EW_RECORD_MAX, -1);
        link_close(&l);
    }
}

/* And after ... ------------------------------------------------------------------- */

void a_session_of_what_was_adopted_follows_the_core(void **state)
{
    (void)state;
    for (int dropped = 0; dropped < 2; dropped++) {
        adopted_begin(tls12_server, &own);
        SSL_set_options(l.us.ssl, SSL_OP_NO_TICKET);
        adopted_handshake(&own);
        assert_int_equal(SSL_CTX_sess_number(l.us.ctx), 1);
        adopts();
        if (dropped) { /* for what libssl knows nothing of */
            SSL_set_options(l.us.ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
            reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
            assert_int_equal(SSL_CTX_sess_number(l.us.ctx), 1);
        } else {
            peer_closes();
            reading_ends();
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
        }
        assert_int_equal(ew_conn_release(&l.c), l.fd);
        assert_int_equal(SSL_CTX_sess_number(l.us.ctx), !dropped);
        end_refused();
    }
}

void an_adopted_ssl_can_be_cleared(void **state)
{
    (void)state;
    for (int i = 0; i < EACH; i++) {
        begin_open(&each[i]);
        adopts();
        assert_int_equal(ew_conn_handshake(&l.c), 1); /* of which there is nothing left to do */
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, "", 0, 0);
        peer_closes();
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        assert_int_equal(ew_conn_clear(&l.c), 1);
        assert_int_equal(SSL_clear(l.peer.ssl), 1);
        link_handshake(&l);
        peer_sends("again");
        reading_gets("again");
        link_close(&l);
    }
}
