#include "frame.h"

#include "bearssl_optional.h"

#include <string.h>
#include <unistd.h>

#include "adopted.h"
#include "engine_bearssl.h"
#include "told.h"

extern const test_engine engine_bearssl;

static const variant client = {OTHER, TLS1_2_VERSION, 0, MBEDTLS, &engine_bearssl};
static const variant server = {OTHER, TLS1_2_VERSION, 1, MBEDTLS, &engine_bearssl};

/* What it tells ------------------------------------------------------------------------ */

static void an_alert_in_the_handshake_has_its_number(void **state)
{
    (void)state;
    told_of_an_alert_in_the_handshake(&client, 40, BR_ERR_RECV_FATAL_ALERT + 40);
    told_of_an_alert_in_the_handshake(&server, 0, BR_ERR_RECV_FATAL_ALERT);
    told_of_an_alert_in_the_handshake(&client, 255, BR_ERR_RECV_FATAL_ALERT + 255);
}

/* The port opens it, and the engine has no error. */
static void an_alert_has_its_number(void **state)
{
    (void)state;
    told_of_an_alert(&client, 80, BR_ERR_RECV_FATAL_ALERT + 80);
    told_of_an_alert(&server, 0, BR_ERR_RECV_FATAL_ALERT);
}

static void a_failure_has_bearssls_code(void **state)
{
    (void)state;
    told_of_nonsense(&client, BR_ERR_UNSUPPORTED_VERSION, BR_ERR_BAD_MAC);
    told_of_nonsense(&server, BR_ERR_UNSUPPORTED_VERSION, BR_ERR_BAD_MAC);
}

static void the_socket_is_told_from_tls_in_the_handshake(void **state)
{
    (void)state;
    told_of_the_socket(&client);
    told_of_the_socket(&server);
}

/* Adopting ------------------------------------------------------------------------------ */

static bearssl_object *ours(void)
{
    return l.us.engine;
}

static br_ssl_engine_context *engine(void)
{
    return l.us.server ? &ours()->server.eng : &ours()->client.eng;
}

static void begin(void)
{
    assert_int_equal(br_ssl_engine_last_error(engine()), 0);
}

/* All that the engine has to send: 1; 0: the socket takes no more. */
static int drains(void)
{
    size_t len;
    unsigned char *bytes;

    while ((bytes = br_ssl_engine_sendrec_buf(engine(), &len)) != NULL) {
        long n = own_send(bytes, len);

        if (n <= 0) {
            return 0;
        }
        br_ssl_engine_sendrec_ack(engine(), (size_t)n);
    }
    return 1;
}

/* What the socket has, for as long as the engine takes it and has not come to `state`. */
static int fills_until(unsigned state)
{
    size_t len;
    unsigned char *to;

    while (!(br_ssl_engine_current_state(engine()) & state) &&
           (to = br_ssl_engine_recvrec_buf(engine(), &len)) != NULL) {
        long n = own_recv(to, len);

        if (n <= 0) {
            return 0;
        }
        br_ssl_engine_recvrec_ack(engine(), (size_t)n);
    }
    return (br_ssl_engine_current_state(engine()) & state) != 0;
}

static int shakes_hands(void)
{
    while (drains() && !(br_ssl_engine_current_state(engine()) & BR_SSL_SENDAPP)) {
        if (!fills_until(BR_SSL_SENDAPP | BR_SSL_SENDREC)) {
            return 0;
        }
    }
    return 1;
}

static int receives(void *buf, int len)
{
    size_t held;
    const unsigned char *from;

    if (!fills_until(BR_SSL_RECVAPP)) {
        return 0;
    }
    from = br_ssl_engine_recvapp_buf(engine(), &held);
    assert_true(held >= (size_t)len);
    memcpy(buf, from, (size_t)len);
    br_ssl_engine_recvapp_ack(engine(), (size_t)len);
    return 1;
}

static void puts_in(const void *buf, int len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(engine(), &room);

    assert_true(room >= (size_t)len);
    memcpy(to, buf, (size_t)len);
    br_ssl_engine_sendapp_ack(engine(), (size_t)len);
}

static int writes(const void *buf, int len)
{
    puts_in(buf, len);
    br_ssl_engine_flush(engine(), 0);
    return drains();
}

static int closes(void)
{
    br_ssl_engine_close(engine());
    return drains();
}

static const own_calls own = {
    .port = &ew_bearssl_port,
    .begin = begin,
    .handshake = shakes_hands,
    .receive = receives,
    .write = writes,
    .close = closes,
    .refusals = {"not done", "not done", "was not read", "was not read", "part of a record",
                 "part of a record", "holds output", "close_notify", "close_notify"},
};

static void what_is_open_is_adopted(void **state)
{
    (void)state;
    for (int used = 0; used < 2; used++) {
        adopted_goes_on(&client, &own, used);
        adopted_goes_on(&server, &own, used);
    }
}

static void what_is_not_at_rest_is_not_adopted(void **state)
{
    (void)state;
    adopted_is_refused(&client, &own);
    adopted_is_refused(&server, &own);
}

/* What was put in and not flushed; a half of an alert; a close that both sides have made. */
static void what_only_bearssl_holds_is_not_adopted(void **state)
{
    (void)state;
    adopted_begin(&server, &own);
    adopted_handshake(&own);
    puts_in("not flushed", 11);
    adopted_refused(&own, "holds output");
    br_ssl_engine_flush(engine(), 0);
    assert_int_equal(drains(), 1);
    engine()->alert = 1; /* a record with its level alone, which the port would not go on with */
    adopted_refused(&own, "part of a record");
    engine()->alert = 0;
    peer_closes();
    assert_int_equal(receives(NULL, 0), 0);
    assert_int_equal(drains(), 1);
    adopted_refused(&own, "closed on both sides");
    link_close(&l);
    close(l.fd);
}

/* What attach asks of a context, adopt asks too. */
static void what_does_not_fit_is_not_adopted(void **state)
{
    ew_bearssl none;
    ew_conn c;

    (void)state;
    adopted_begin(&server, &own);
    adopted_handshake(&own);
    br_ssl_engine_set_versions(engine(), BR_TLS11, BR_TLS12);
    adopted_refused(&own, "TLS 1.2");
    br_ssl_engine_set_versions(engine(), BR_TLS12, BR_TLS12);
    engine()->session.version = BR_TLS11;
    adopted_refused(&own, "speaks a version before TLS 1.2");
    engine()->session.version = BR_TLS12;
    ew_bearssl_init_server(&none, NULL);
    assert_int_equal(ew_conn_adopt(&c, l.fd, &ew_bearssl_port, &none), -1);
    assert_tells(&c, "no context");
    assert_int_equal(ew_conn_adopt(&l.c, l.fd, &ew_bearssl_port, link_object(&l)), 0);
    assert_int_equal(ew_conn_adopt(&c, l.fd, &ew_bearssl_port, link_object(&l)), -1);
    assert_tells(&c, "is attached");
    link_close(&l);
}

size_t bearssl_optional_tests(struct CMUnitTest *tests)
{
    static const struct CMUnitTest mine[] = {
        cmocka_unit_test(an_alert_in_the_handshake_has_its_number),
        cmocka_unit_test(an_alert_has_its_number),
        cmocka_unit_test(a_failure_has_bearssls_code),
        cmocka_unit_test(the_socket_is_told_from_tls_in_the_handshake),
        cmocka_unit_test(what_is_open_is_adopted),
        cmocka_unit_test(what_is_not_at_rest_is_not_adopted),
        cmocka_unit_test(what_only_bearssl_holds_is_not_adopted),
        cmocka_unit_test(what_does_not_fit_is_not_adopted),
    };

    memcpy(tests, mine, sizeof mine);
    return sizeof mine / sizeof mine[0];
}
