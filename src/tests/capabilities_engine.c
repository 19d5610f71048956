/* What the rows of the capabilities set on each engine. */
#include "support.h"

#include "capabilities.h"

#include <string.h>

#include <gnutls/socket.h>
#include <openssl/async.h>

#include "engine_bearssl.h"
#include "engine_wolfssl.h"
#include "frame.h"
#include "port_gnutls.h"

static gnutls_certificate_credentials_t credentials;

enum engine_of which(const test_engine *engine)
{
    static const char *const names[] = {"OpenSSL", "mbedTLS", "GnuTLS", "wolfSSL", "BearSSL"};
    int is = 0;

    while (strcmp(names[is], engine->name) != 0) {
        assert_true(++is < 5);
    }
    return (enum engine_of)is;
}

static gnutls_session_t gnutls(void)
{
    return ((ew_gnutls *)l.us.engine)->session;
}

/* A GnuTLS client in place of the one that is there. */
static void use_gnutls_client(unsigned flags)
{
    ew_gnutls *e = l.us.engine;

    gnutls_deinit(e->session);
    assert_int_equal(gnutls_init(&e->session, GNUTLS_CLIENT | flags), 0);
    assert_int_equal(gnutls_set_default_priority(e->session), 0);
    assert_int_equal(gnutls_certificate_allocate_credentials(&credentials), 0);
    assert_int_equal(gnutls_credentials_set(e->session, GNUTLS_CRD_CERTIFICATE, credentials), 0);
}

void settings_end(void)
{
    if (credentials != NULL) {
        gnutls_certificate_free_credentials(credentials);
        credentials = NULL;
    }
}

int set_short_records(const test_engine *engine)
{
    bearssl_object *bear = l.us.engine;

    switch (which(engine)) {
    case IS_OPENSSL:
        return SSL_set_tlsext_max_fragment_length(l.us.ssl, TLSEXT_max_fragment_length_1024) == 1;
    case IS_MBEDTLS:
        return mbedtls_ssl_conf_max_frag_len(&l.us.conf, MBEDTLS_SSL_MAX_FRAG_LEN_1024) == 0;
    case IS_GNUTLS: return gnutls_record_set_max_size(gnutls(), 1024) == 0;
    case IS_WOLFSSL: wolfssl_limit_records(l.us.engine, 2); return 1;
    default:
        br_ssl_engine_set_buffers_bidi(&bear->client.eng, bear->in, 1024 + 325, bear->out,
                                       1024 + 85);
        return br_ssl_client_reset(&bear->client, "localhost", 0) == 1;
    }
}

int set_quiet(const test_engine *engine)
{
    switch (which(engine)) {
    case IS_OPENSSL: SSL_set_quiet_shutdown(l.us.ssl, 1); return 1;
    case IS_WOLFSSL:
        wolfssl_make_quiet(l.us.context);
        link_renew(&l);
        return 1;
    default: return 0;
    }
}

int set_post_handshake_auth(const test_engine *engine)
{
    switch (which(engine)) {
    case IS_OPENSSL: SSL_set_post_handshake_auth(l.us.ssl, 1); return 1;
    case IS_GNUTLS: use_gnutls_client(GNUTLS_POST_HANDSHAKE_AUTH); return 1;
    case IS_WOLFSSL: return wolfssl_allow_auth(l.us.engine);
    default: return 0;
    }
}

int set_ktls(const test_engine *engine)
{
    if (which(engine) == IS_OPENSSL) {
        SSL_set_options(l.us.ssl, SSL_OP_ENABLE_KTLS);
    }
    return which(engine) == IS_OPENSSL || which(engine) == IS_GNUTLS;
}

int has_ktls(const test_engine *engine)
{
    if (which(engine) == IS_OPENSSL) {
        return BIO_get_ktls_send(SSL_get_wbio(l.us.ssl)) ||
               BIO_get_ktls_recv(SSL_get_rbio(l.us.ssl));
    }
    return gnutls_transport_is_ktls_enabled(gnutls()) != 0;
}

/* Stops the first time. */
static int hold(gnutls_session_t session)
{
    int held = gnutls_session_get_ptr(session) != NULL;

    gnutls_session_set_ptr(session, session);
    return held ? 0 : GNUTLS_E_AGAIN;
}

static int paused;

/* libssl's job stops the first time that it has made a record. */
static void pause_once(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)version;
    (void)buf;
    (void)len;
    (void)ssl;
    (void)arg;
    if (write_p && type == SSL3_RT_HEADER && !paused) {
        paused = 1;
        assert_int_equal(ASYNC_pause_job(), 1);
    }
}

int set_suspended(const test_engine *engine)
{
    switch (which(engine)) {
    case IS_OPENSSL:
        SSL_set_mode(l.us.ssl, SSL_MODE_ASYNC);
        SSL_set_msg_callback(l.us.ssl, pause_once);
        paused = 0;
        return 1;
    case IS_GNUTLS: gnutls_handshake_set_post_client_hello_function(gnutls(), hold); return 1;
    case IS_WOLFSSL:
        wolfssl_suspend(l.us.context, 's', 1);
        link_renew(&l);
        return 1;
    default: return 0;
    }
}
