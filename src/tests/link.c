#include "support.h"

#include "link.h"
#include "mbedtls_versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *certificates;

const char *certificate_path(const char *name)
{
    static char buffer[1024];

    snprintf(buffer, sizeof buffer, "%s/%s", certificates, name);
    return buffer;
}

const test_engine engine_openssl = {
    .kind = OPENSSL,
    .name = "OpenSSL",
    .has_tls13 = 1,
    .limits = REFUSES_REQUESTS | COUNTS_WARNINGS | HEEDS_NO_RENEGOTIATION | KEEPS_DATA_BACK,
    .port = &ew_openssl_port,
};
const test_engine engine_mbedtls = {
    .kind = MBEDTLS,
    .name = "mbedTLS",
    .has_tls13 = MBEDTLS_HAS_TLS13,
    .limits = REFUSES_REQUESTS | REFUSES_AFTER_CLOSE | FEW_EMPTY_RECORDS | NO_KEY_UPDATE |
              DEAF_TO_CLEAR_ALERTS,
    .port = &ew_mbedtls_port,
};

/* One end ------------------------------------------------------------------ */

static void make_openssl(end *e, int version)
{
    e->ctx = SSL_CTX_new(TLS_method());
    assert_non_null(e->ctx);
    SSL_CTX_set_min_proto_version(e->ctx, version);
    SSL_CTX_set_max_proto_version(e->ctx, version);
    SSL_CTX_set_num_tickets(e->ctx, 0);
    SSL_CTX_set_session_id_context(e->ctx, (const unsigned char *)"t", 1);
    if (!e->server) {
        return;
    }
    assert_int_equal(
        SSL_CTX_use_certificate_file(e->ctx, certificate_path("server.pem"), SSL_FILETYPE_PEM), 1);
    assert_int_equal(
        SSL_CTX_use_PrivateKey_file(e->ctx, certificate_path("server.key"), SSL_FILETYPE_PEM), 1);
}

static void make_mbedtls(end *e, int version)
{
    mbedtls_entropy_init(&e->entropy);
    mbedtls_ctr_drbg_init(&e->random);
    mbedtls_x509_crt_init(&e->certificate);
    mbedtls_pk_init(&e->key);
    mbedtls_ssl_config_init(&e->conf);
    assert_int_equal(mbedtls_ctr_drbg_seed(&e->random, mbedtls_entropy_func, &e->entropy, NULL, 0),
                     0);
    assert_int_equal(mbedtls_ssl_config_defaults(
                         &e->conf, e->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                         MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT),
                     0);
    mbedtls_ssl_conf_rng(&e->conf, mbedtls_ctr_drbg_random, &e->random);
    mbedtls_use_p256(&e->conf);
    mbedtls_ssl_conf_authmode(&e->conf, MBEDTLS_SSL_VERIFY_NONE);
    assert_int_equal(mbedtls_set_version(&e->conf, version == TLS1_3_VERSION), 0);
    if (!e->server) {
        return;
    }
    assert_int_equal(mbedtls_x509_crt_parse_file(&e->certificate, certificate_path("server.pem")),
                     0);
    assert_int_equal(mbedtls_read_key(&e->key, certificate_path("server.key"), &e->random), 0);
    assert_int_equal(mbedtls_ssl_conf_own_cert(&e->conf, &e->certificate, &e->key), 0);
}

static void new_engine(end *e)
{
    if (e->kind == OTHER) {
        e->engine = e->other->engine(e->context);
        return;
    }
    if (e->kind == OPENSSL) {
        e->ssl = SSL_new(e->ctx);
        assert_non_null(e->ssl);
        if (e->server) {
            SSL_set_accept_state(e->ssl);
        } else {
            SSL_set_connect_state(e->ssl);
        }
        return;
    }
    mbedtls_ssl_init(&e->mbed);
    assert_int_equal(mbedtls_ssl_setup(&e->mbed, &e->conf), 0);
}

static void free_engine(end *e)
{
    if (e->kind == OPENSSL) {
        SSL_free(e->ssl);
    } else if (e->kind == MBEDTLS) {
        mbedtls_ssl_free(&e->mbed);
    } else {
        e->other->engine_free(e->engine);
    }
}

static void make_end(end *e, engine_kind kind, int server, const variant *v)
{
    e->kind = kind;
    e->server = server;
    if (kind == OPENSSL) {
        make_openssl(e, v->version);
    } else if (kind == MBEDTLS) {
        make_mbedtls(e, v->version);
    } else {
        e->other = v->other;
        e->context = e->other->context(server, v->version == TLS1_3_VERSION);
    }
}

static void free_end(end *e)
{
    free_engine(e);
    if (e->kind == OPENSSL) {
        SSL_CTX_free(e->ctx);
        return;
    }
    if (e->kind == OTHER) {
        e->other->context_free(e->context);
        return;
    }
    mbedtls_ssl_config_free(&e->conf);
    mbedtls_pk_free(&e->key);
    mbedtls_x509_crt_free(&e->certificate);
    mbedtls_ctr_drbg_free(&e->random);
    mbedtls_entropy_free(&e->entropy);
}

/* The peer's engine on its wire ------------------------------------------------ */

static int mbed_send(void *w, const unsigned char *buf, size_t len)
{
    wire_put(w, buf, len);
    return (int)len;
}

static int mbed_recv(void *w, unsigned char *buf, size_t len)
{
    int n = (int)wire_get(w, buf, len);

    return n > 0 ? n : MBEDTLS_ERR_SSL_WANT_READ;
}

void link_wire(link_ends *l)
{
    if (l->peer.kind == MBEDTLS) {
        mbedtls_ssl_set_bio(&l->peer.mbed, &l->w, mbed_send, mbed_recv, NULL);
    } else {
        SSL_set_bio(l->peer.ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }
}

/* For OpenSSL: moves bytes between the wire and the memory BIOs. */
static void peer_before(link_ends *l)
{
    uint8_t chunk[4096];
    size_t n;

    while (l->peer.kind == OPENSSL && (n = wire_get(&l->w, chunk, sizeof chunk)) > 0) {
        BIO_write(SSL_get_rbio(l->peer.ssl), chunk, (int)n);
    }
}

static void peer_after(link_ends *l)
{
    uint8_t chunk[4096];
    int n;

    while (l->peer.kind == OPENSSL &&
           (n = BIO_read(SSL_get_wbio(l->peer.ssl), chunk, sizeof chunk)) > 0) {
        wire_put(&l->w, chunk, (size_t)n);
    }
}

int peer_read(link_ends *l, void *buf, int len)
{
    int n;

    peer_before(l);
    if (l->peer.kind == OPENSSL) {
        n = SSL_read(l->peer.ssl, buf, len);
        if (n <= 0) {
            int error = SSL_get_error(l->peer.ssl, n);

            n = error == SSL_ERROR_ZERO_RETURN ? 0 : error == SSL_ERROR_WANT_READ ? -1 : -2;
        }
        peer_after(l);
        return n;
    }
    n = mbedtls_ssl_read(&l->peer.mbed, buf, (size_t)len);
    if (n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        return 0;
    }
    return n > 0 ? n : n == MBEDTLS_ERR_SSL_WANT_READ ? -1 : -2;
}

void peer_write(link_ends *l, const void *buf, int len)
{
    if (l->peer.kind == OPENSSL) {
        assert_int_equal(SSL_write(l->peer.ssl, buf, len), len);
        peer_after(l);
    } else {
        assert_int_equal(mbedtls_ssl_write(&l->peer.mbed, buf, (size_t)len), len);
    }
}

void peer_close_notify(link_ends *l)
{
    if (l->peer.kind == OPENSSL) {
        assert_true(SSL_shutdown(l->peer.ssl) >= 0);
        peer_after(l);
    } else {
        assert_int_equal(mbedtls_ssl_close_notify(&l->peer.mbed), 0);
    }
}

void peer_says(link_ends *l, int (*make)(SSL *))
{
    assert_int_equal(make(l->peer.ssl), 1);
    assert_int_equal(SSL_do_handshake(l->peer.ssl), 1);
    peer_after(l);
}

void peer_alert(link_ends *l, int level, int description)
{
    assert_int_equal(mbedtls_ssl_send_alert_message(&l->peer.mbed, (unsigned char)level,
                                                    (unsigned char)description),
                     0);
}

void peer_reads(link_ends *l, const void *data, size_t len, int last)
{
    static uint8_t got[WIRE_MAX];
    size_t total = 0;
    int n;

    while ((n = peer_read(l, got + total, (int)(sizeof got - total))) > 0) {
        total += (size_t)n;
    }
    assert_int_equal(n, last);
    assert_int_equal(total, len);
    assert_memory_equal(got, data, len);
}

/* Both ends ---------------------------------------------------------------- */

static void new_socket(link_ends *l)
{
    int fds[2];

    memset(&l->w, 0, sizeof l->w);
    socket_pair(fds);
    set_nonblocking(fds[0]);
    set_nonblocking(fds[1]);
    l->fd = fds[0];
    l->w.fd = fds[1];
}

void link_make(link_ends *l, const variant *v)
{
    memset(l, 0, sizeof *l);
    faults_reset();
    make_end(&l->us, v->us, v->server, v);
    make_end(&l->peer, v->peer, !v->server, v);
    new_engine(&l->us);
    new_engine(&l->peer);
    new_socket(l);
}

static void drop_connection(link_ends *l)
{
    if (l->c.port != NULL) {
        assert_int_equal(ew_conn_release(&l->c), l->fd);
        close(l->fd);
    }
    close(l->w.fd);
}

void link_renew(link_ends *l)
{
    drop_connection(l);
    free_engine(&l->us);
    free_engine(&l->peer);
    new_engine(&l->us);
    new_engine(&l->peer);
    new_socket(l);
}

int peer_handshake(link_ends *l)
{
    int ret;

    peer_before(l);
    ret = l->peer.kind == OPENSSL ? SSL_do_handshake(l->peer.ssl)
                                  : 1 + mbedtls_ssl_handshake(&l->peer.mbed);
    peer_after(l);
    return ret == 1;
}

void link_handshake(link_ends *l)
{
    int ours = -1, theirs = 0;

    for (int turn = 0; turn < 50 && (ours != 1 || theirs != 1); turn++) {
        if (ours != 1) {
            ours = ew_conn_handshake(&l->c);
        }
        theirs = peer_handshake(l);
        wire_release(&l->w, ALL);
    }
    assert_int_equal(ours, 1);
    assert_int_equal(theirs, 1);
    wire_mark(&l->w);
}

const ew_port *link_port(const link_ends *l)
{
    return l->us.kind == OPENSSL   ? &ew_openssl_port
           : l->us.kind == MBEDTLS ? &ew_mbedtls_port
                                   : l->us.other->port;
}

void *link_object(link_ends *l)
{
    return l->us.kind == OPENSSL   ? (void *)&l->openssl
           : l->us.kind == MBEDTLS ? (void *)&l->mbedtls
                                   : l->us.engine;
}

void *link_engine(link_ends *l)
{
    if (l->us.kind == OPENSSL) {
        ew_openssl_init(&l->openssl, l->us.ssl);
    } else if (l->us.kind == MBEDTLS) {
        ew_mbedtls_init(&l->mbedtls, &l->us.mbed);
    }
    return link_object(l);
}

int link_conn_open(link_ends *l)
{
    memset(&l->c, 0x5A, sizeof l->c); /* an application's memory may hold anything */
    return ew_conn_open(&l->c, l->fd, link_port(l), link_engine(l));
}

void link_attach(link_ends *l)
{
    link_wire(l);
    assert_int_equal(link_conn_open(l), 0);
}

void link_start(link_ends *l)
{
    link_attach(l);
    link_handshake(l);
}

void link_open(link_ends *l, const variant *v)
{
    link_make(l, v);
    link_start(l);
}

void link_close(link_ends *l)
{
    drop_connection(l);
    free_end(&l->us);
    free_end(&l->peer);
}

void link_failed(const link_ends *l, int ret, int error, int reason)
{
    assert_int_equal(ret, -1);
    assert_string_equal(ew_error_name(ew_conn_get_error(&l->c, ret)), ew_error_name(error));
    assert_string_equal(ew_reason_name(ew_conn_get_reason(&l->c)), ew_reason_name(reason));
}
