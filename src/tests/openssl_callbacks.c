/* Callbacks are the application's: the port sets none, and none of them can deceive it. */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include <openssl/err.h>

#include "messages.h"
#include "openssl_tests.h"

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls12_client = {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL};
static const variant tls12_mbed = {OPENSSL, TLS1_2_VERSION, 0, MBEDTLS, NULL};

/* A message callback that counts alerts, and does what it is told to ---------- */

static int alerts; /* that came */
static int mark;   /* the callback's argument */
static void (*act)(SSL *ssl, int type);
static void (*act_on_ours)(SSL *ssl, int type);

static void on_message(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)version;
    (void)buf;
    (void)len;
    assert_ptr_equal(arg, &mark);
    alerts += !write_p && type == SSL3_RT_ALERT;
    if (act != NULL && !write_p) {
        act(ssl, type);
    }
    if (act_on_ours != NULL && write_p) {
        act_on_ours(ssl, type);
    }
}

static void listen_to(SSL *ssl)
{
    SSL_set_msg_callback(ssl, on_message);
    SSL_set_msg_callback_arg(ssl, &mark);
}

enum { ON_CONTEXT, BEFORE_OPEN, AFTER_OPEN, PLACES };

/* Until link_close: it is told of every alert, and the port of the close all the same. */
static void listens(const variant *v, int place)
{
    alerts = 0;
    act = NULL;
    act_on_ours = NULL;
    link_make(&l, v);
    if (place == ON_CONTEXT) {
        SSL_CTX_set_msg_callback(l.us.ctx, on_message);
        SSL_CTX_set_msg_callback_arg(l.us.ctx, &mark);
        link_renew(&l);
    }
    if (place == BEFORE_OPEN) {
        listen_to(l.us.ssl);
    }
    link_start(&l);
    if (place == AFTER_OPEN) {
        listen_to(l.us.ssl);
    }
}

void the_message_callback_is_the_applications(void **state)
{
    (void)state;
    for (int place = 0; place < PLACES; place++) {
        for (int tls13 = 0; tls13 < 2; tls13++) {
            listens(tls13 ? &tls13_client : &tls12_client, place);
            peer_closes();
            reading_ends();
            assert_int_equal(alerts, 1);
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
            link_close(&l);
        }
        listens(&tls12_mbed, place);
        peer_alert(&l, 2, 40);
        wire_release(&l.w, ALL);
        reading_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
        assert_int_equal(alerts, 1);
        assert_int_equal(ew_conn_release(&l.c), l.fd);
        SSL_shutdown(l.us.ssl);
        link_close(&l);
    }
}

/* Flags set by a callback ------------------------------------------------------ */

static void claim_at_header(SSL *ssl, int type)
{
    if (type == SSL3_RT_HEADER) {
        SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
    }
}

static void claim_at_alert(SSL *ssl, int type)
{
    if (type == SSL3_RT_ALERT) {
        SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
    }
}

static void claim_at_message(SSL *ssl, int type)
{
    if (type == SSL3_RT_HANDSHAKE) {
        SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
    }
}

static void update_keys(SSL *ssl, int type)
{
    if (type == SSL3_RT_HANDSHAKE) {
        SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
    }
}

static void not_closed(void)
{
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    assert_string_equal(ew_conn_detail(&l.c), "SSL_RECEIVED_SHUTDOWN was set by hand");
    link_close(&l);
}

/* Set before opening: from 3.2 on no later one is told of headers. */
void a_callback_cannot_make_a_close_of_it(void **state)
{
    (void)state;
    for (int tls13 = 0; tls13 < 2; tls13++) {
        listens(tls13 ? &tls13_client : &tls12_client, BEFORE_OPEN);
        act = claim_at_header;
        peer_sends("data");
        not_closed();
    }
    for (int at_header = 0; at_header < 2; at_header++) {
        listens(&tls12_mbed, BEFORE_OPEN);
        act = at_header ? claim_at_header : claim_at_alert;
        peer_alert(&l, 1, 90);
        wire_release(&l.w, ALL);
        not_closed();
    }
    listens(&tls13_client, BEFORE_OPEN);
    act = claim_at_message;
    peer_says(&l, make_ticket);
    wire_release(&l.w, ALL);
    not_closed();
    listens(&tls13_client, BEFORE_OPEN);
    act = update_keys;
    act_on_ours = claim_at_message; /* while their second message waits to be looked at */
    peer_says(&l, ask_key_update);
    peer_says(&l, ask_key_update);
    wire_release(&l.w, ALL);
    not_closed();
}

/* The thread's errors ------------------------------------------------------------ */

static void leave_error(SSL *ssl, int type)
{
    (void)ssl;
    (void)type;
    ERR_put_error(ERR_LIB_USER, 0, 1, "elsewhere", 1);
}

static void clear_errors(SSL *ssl, int type)
{
    (void)ssl;
    (void)type;
    ERR_clear_error();
}

void errors_left_by_a_callback_do_not_matter(void **state)
{
    (void)state;
    for (int clears = 0; clears < 2; clears++) {
        listens(&tls13_client, AFTER_OPEN);
        act = clears ? clear_errors : leave_error;
        peer_says(&l, make_ticket);
        wire_release(&l.w, ALL);
        reading_waits();
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_says(&l, make_ticket);
        wire_release(&l.w, ALL);
        closing_waits(EW_ERROR_WANT_READ);
        peer_closes();
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        link_close(&l);
        listens(&tls12_mbed, AFTER_OPEN);
        act = clears ? clear_errors : leave_error;
        peer_alert(&l, 2, 40);
        wire_release(&l.w, ALL);
        reading_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
        link_close(&l);
        listens(&tls13_client, AFTER_OPEN);
        act = clears ? clear_errors : leave_error;
        peer_forges();
        reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
        link_close(&l);
        ERR_clear_error();
    }
}
