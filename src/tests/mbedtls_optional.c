#include "frame.h"

#include "mbedtls_optional.h"

#include <errno.h>
#include <string.h>

#include <mbedtls/net_sockets.h>

#include "adopted.h"
#include "mbedtls_versions.h"
#include "told.h"

static const variant client = {MBEDTLS, TLS1_2_VERSION, 0, MBEDTLS, NULL};
static const variant server = {MBEDTLS, TLS1_2_VERSION, 1, MBEDTLS, NULL};

/* What it tells ------------------------------------------------------------------------ */

static void an_alert_in_the_handshake_has_its_number(void **state)
{
    (void)state;
    told_of_an_alert_in_the_handshake(&client, 40, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    told_of_an_alert_in_the_handshake(&server, 70, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
}

static void an_alert_has_its_number(void **state)
{
    (void)state;
    told_of_an_alert(&client, 80, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    told_of_an_alert(&server, 0, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
}

static void a_failure_has_mbedtlss_code(void **state)
{
    (void)state;
    told_of_nonsense(&client, MBEDTLS_ERR_SSL_INVALID_RECORD, MBEDTLS_ERR_SSL_INVALID_MAC);
}

static void the_socket_is_told_from_tls_in_the_handshake(void **state)
{
    (void)state;
    told_of_the_socket(&client);
    told_of_the_socket(&server);
}

#if MBEDTLS_VERSION_MAJOR == 2

/* A key that is elsewhere -------------------------------------------------------------- */

#include <mbedtls/pk_internal.h>

static struct {
    mbedtls_pk_info_t info;
    const mbedtls_pk_info_t *real;
    int left;
} device;

/* As a device would that is asked again; Debian builds without MBEDTLS_SSL_ASYNC_PRIVATE. */
static int device_signs(void *ctx, mbedtls_md_type_t hash, const unsigned char *digest, size_t len,
                        unsigned char *signature, size_t *signature_len,
                        int (*random)(void *, unsigned char *, size_t), void *state)
{
    if (device.left-- > 0) {
        return device.left % 2 ? MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS
                               : MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS;
    }
    return device.real->sign_func(ctx, hash, digest, len, signature, signature_len, random, state);
}

/* How often the handshake was suspended, on its way to the end. */
static int suspensions(void)
{
    int count = 0, ours = -1, theirs = 0;

    for (int turn = 0; turn < 50 && (ours != 1 || theirs != 1); turn++) {
        if (ours != 1) {
            ours = ew_conn_handshake(&l.c);
        }
        if (ours == -1 && ew_conn_get_error(&l.c, ours) == EW_ERROR_SUSPENDED) {
            assert_int_equal(errno, EAGAIN);
            assert_int_equal(ew_conn_alive(&l.c), 1);
            count++;
        }
        theirs = peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    assert_int_equal(ours, 1);
    assert_int_equal(theirs, 1);
    return count;
}

static void a_handshake_waits_for_a_key_elsewhere(void **state)
{
    (void)state;
    for (int pauses = 1; pauses < 4; pauses++) {
        link_make(&l, &server);
        device.real = l.us.key.pk_info;
        device.info = *device.real;
        device.info.sign_func = device_signs;
        device.left = pauses;
        l.us.key.pk_info = &device.info;
        link_attach(&l);
        assert_int_equal(suspensions(), pauses);
        wire_mark(&l.w);
        peer_sends("data");
        reading_gets("data");
        assert_int_equal(ew_conn_write(&l.c, "more", 4), 4);
        peer_reads(&l, "more", 4, -1);
        peer_closes();
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        assert_int_equal(ew_conn_shutdown(&l.c), 1);
        link_close(&l);
    }
}

/* Adopting ------------------------------------------------------------------------------ */

static int bio_send(void *unused, const unsigned char *buf, size_t len)
{
    long n = own_send(buf, len);

    (void)unused;
    return n > 0 ? (int)n : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int bio_recv(void *unused, unsigned char *buf, size_t len)
{
    long n = own_recv(buf, len);

    (void)unused;
    return n > 0 ? (int)n : MBEDTLS_ERR_SSL_WANT_READ;
}

static void begin(void)
{
    mbedtls_ssl_set_bio(&l.us.mbed, NULL, bio_send, bio_recv, NULL);
}

/* `fine`: 0, or the length of what was asked for. */
static int came_of(int ret, int fine)
{
    return ret == fine;
}

static int shakes_hands(void)
{
    return came_of(mbedtls_ssl_handshake(&l.us.mbed), 0);
}

static int receives(void *buf, int len)
{
    int ret = mbedtls_ssl_read(&l.us.mbed, buf, (size_t)len);

    return came_of(ret, len);
}

static int writes(const void *buf, int len)
{
    return came_of(mbedtls_ssl_write(&l.us.mbed, buf, (size_t)len), len);
}

static int closes(void)
{
    return came_of(mbedtls_ssl_close_notify(&l.us.mbed), 0);
}

static const own_calls own = {
    .port = &ew_mbedtls_port,
    .begin = begin,
    .handshake = shakes_hands,
    .receive = receives,
    .write = writes,
    .close = closes,
    .refusals = {"not done", "not done", "was not read", "was not read", "part of a record",
                 "part of a record", "not all out", "alert: a close_notify, it may be",
                 "received a close_notify"},
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

/* What attach asks of a configuration, adopt asks too; and of a session what that is for. */
static void what_does_not_fit_is_not_adopted(void **state)
{
    mbedtls_ssl_context *ssl = &l.us.mbed;
    ew_mbedtls none;
    ew_conn c;

    (void)state;
    adopted_begin(&client, &own);
    adopted_handshake(&own);
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    adopted_refused(&own, "renegotiation");
    mbedtls_ssl_conf_renegotiation(&l.us.conf, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    ssl->minor_ver = MBEDTLS_SSL_MINOR_VERSION_2;
    adopted_refused(&own, "before TLS 1.2");
    ssl->minor_ver = MBEDTLS_SSL_MINOR_VERSION_3;
    peer_alert(&l, 2, 80);
    wire_release(&l.w, ALL);
    assert_int_equal(receives(NULL, 0), 0);
    adopted_refused(&own, "fatal alert");
    ew_mbedtls_init(&none, NULL);
    assert_int_equal(ew_conn_adopt(&c, l.fd, &ew_mbedtls_port, &none), -1);
    assert_tells(&c, "no context");
    link_renew(&l);
    link_start(&l);
    assert_int_equal(ew_conn_adopt(&c, l.fd, &ew_mbedtls_port, link_object(&l)), -1);
    assert_tells(&c, "is attached");
    link_close(&l);
}

#else

static void contexts_of_3x_are_not_adopted(void **state)
{
    (void)state;
    assert_null(ew_mbedtls_port.adopt);
}

#endif

size_t mbedtls_optional_tests(struct CMUnitTest *tests)
{
    static const struct CMUnitTest mine[] = {
        cmocka_unit_test(an_alert_in_the_handshake_has_its_number),
        cmocka_unit_test(an_alert_has_its_number),
        cmocka_unit_test(a_failure_has_mbedtlss_code),
        cmocka_unit_test(the_socket_is_told_from_tls_in_the_handshake),
#if MBEDTLS_VERSION_MAJOR == 2
        cmocka_unit_test(a_handshake_waits_for_a_key_elsewhere),
        cmocka_unit_test(what_is_open_is_adopted),
        cmocka_unit_test(what_is_not_at_rest_is_not_adopted),
        cmocka_unit_test(what_does_not_fit_is_not_adopted),
#else
        cmocka_unit_test(contexts_of_3x_are_not_adopted),
#endif
    };

    memcpy(tests, mine, sizeof mine);
    return sizeof mine / sizeof mine[0];
}
