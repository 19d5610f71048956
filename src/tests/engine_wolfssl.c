/* wolfSSL's objects for the tests. */
#include "support.h"

#include "engine_wolfssl.h"
#include "port_wolfssl.h"

#include <stdlib.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/random.h>

static void *context(int server, int tls13)
{
    WOLFSSL_CTX *ctx;

    assert_int_equal(wolfSSL_Init(), WOLFSSL_SUCCESS);
    ctx = wolfSSL_CTX_new(
        tls13 ? (server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method())
              : (server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method()));
    assert_non_null(ctx);
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_NONE, NULL);
    if (server) {
        assert_int_equal(wolfSSL_CTX_use_certificate_file(ctx, certificate_path("server.pem"),
                                                          WOLFSSL_FILETYPE_PEM),
                         WOLFSSL_SUCCESS);
        assert_int_equal(wolfSSL_CTX_use_PrivateKey_file(ctx, certificate_path("server.key"),
                                                         WOLFSSL_FILETYPE_PEM),
                         WOLFSSL_SUCCESS);
    }
    if (tls13 && server) {
        wolfSSL_CTX_no_ticket_TLSv13(ctx);
    }
    return ctx;
}

static void context_free(void *ctx)
{
    wolfSSL_CTX_free(ctx);
    wolfSSL_Cleanup();
}

static void *engine(void *ctx)
{
    ew_wolfssl *e = calloc(1, sizeof *e);

    assert_non_null(e);
    ew_wolfssl_init(e, wolfSSL_new(ctx));
    assert_non_null(e->ssl);
    return e;
}

static void engine_free(void *engine)
{
    ew_wolfssl *e = engine;

    wolfSSL_free(e->ssl);
    free(e);
}

const test_engine engine_wolfssl = {
    .kind = OTHER,
    .name = "wolfSSL",
    .has_tls13 = 1,
    .limits = REFUSES_REQUESTS | REFUSES_AFTER_CLOSE | COUNTS_REQUESTS | COUNTS_WARNINGS |
              DEAF_TO_CLEAR_ALERTS,
    .port = &ew_wolfssl_port,
    .context = context,
    .context_free = context_free,
    .engine = engine,
    .engine_free = engine_free,
};

void wolfssl_limit_records(void *engine, int code)
{
    assert_int_equal(wolfSSL_UseMaxFragment(((ew_wolfssl *)engine)->ssl, (unsigned char)code),
                     WOLFSSL_SUCCESS);
}

void wolfssl_be_quiet(void *engine)
{
    wolfSSL_set_quiet_shutdown(((ew_wolfssl *)engine)->ssl, 1);
}

void wolfssl_make_quiet(void *context)
{
    wolfSSL_CTX_set_quiet_shutdown(context, 1);
}

static int never(WOLFSSL *ssl, char *buf, int len, void *ctx)
{
    (void)ssl;
    (void)buf;
    (void)len;
    (void)ctx;
    fail();
    return -1;
}

void wolfssl_replace_io(void *engine, char how)
{
    WOLFSSL *ssl = ((ew_wolfssl *)engine)->ssl;

    if (how == 'f') {
        assert_int_equal(wolfSSL_set_fd(ssl, 0), WOLFSSL_SUCCESS);
    } else if (how == 'c') {
        assert_int_equal(wolfSSL_clear(ssl), WOLFSSL_SUCCESS);
    } else if (how == 'r') {
        wolfSSL_SSLSetIORecv(ssl, never);
    } else {
        wolfSSL_SSLSetIOSend(ssl, never);
    }
}

int wolfssl_allow_auth(void *engine)
{
    return wolfSSL_allow_post_handshake_auth(((ew_wolfssl *)engine)->ssl) == 0;
}

void wolfssl_key_update(void *engine)
{
    assert_int_equal(wolfSSL_update_keys(((ew_wolfssl *)engine)->ssl), WOLFSSL_SUCCESS);
}

void *wolfssl_unfit(char how)
{
    ew_wolfssl *e = calloc(1, sizeof *e);
    WOLFSSL_CTX *ctx =
        wolfSSL_CTX_new(how == 's' ? wolfTLSv1_2_method() : wolfDTLSv1_2_client_method());

    assert_non_null(e);
    assert_non_null(ctx);
    ew_wolfssl_init(e, how == 'n' ? NULL : wolfSSL_new(ctx));
    wolfSSL_CTX_free(ctx);
    return e;
}

void wolfssl_from_version(void *engine, int oldest)
{
    ew_wolfssl *e = engine;
    WOLFSSL_CTX *ctx = wolfSSL_CTX_new(wolfTLS_client_method());

    assert_non_null(ctx);
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_NONE, NULL);
    assert_int_equal(wolfSSL_CTX_SetMinVersion(ctx, oldest == 3   ? WOLFSSL_TLSV1_3
                                                    : oldest == 2 ? WOLFSSL_TLSV1_2
                                                                  : WOLFSSL_TLSV1_1),
                     WOLFSSL_SUCCESS);
    wolfSSL_free(e->ssl);
    e->ssl = wolfSSL_new(ctx);
    wolfSSL_CTX_free(ctx);
    assert_non_null(e->ssl);
}

static int waits;

static int looks_for_a_certificate(WOLFSSL *ssl, void *arg)
{
    (void)ssl;
    (void)arg;
    return waits-- > 0 ? -1 : 1;
}

static int signs(WOLFSSL *ssl, const unsigned char *in, unsigned int in_len, unsigned char *out,
                 word32 *out_len, const unsigned char *key, unsigned int key_len, void *ctx)
{
    ecc_key ecc;
    WC_RNG random;
    word32 at = 0;
    int is;

    (void)ssl;
    (void)ctx;
    if (waits-- > 0) {
        return WC_PENDING_E;
    }
    assert_int_equal(wc_ecc_init(&ecc), 0);
    assert_int_equal(wc_InitRng(&random), 0);
    assert_int_equal(wc_EccPrivateKeyDecode(key, &at, &ecc, key_len), 0);
    is = wc_ecc_sign_hash(in, in_len, out, out_len, &random, &ecc);
    wc_FreeRng(&random);
    wc_ecc_free(&ecc);
    return is;
}

void wolfssl_suspend(void *context, char how, int times)
{
    waits = times;
    if (how == 'c') {
        wolfSSL_CTX_set_cert_cb(context, looks_for_a_certificate, NULL);
    } else {
        wolfSSL_CTX_SetEccSignCb(context, signs);
    }
}
