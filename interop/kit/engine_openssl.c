/* Adapter for OpenSSL. */
#include "kit.h"
#include "port_openssl.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
    ew_openssl port; /* first: the port's object */
    SSL_CTX *ctx;
    int pauses;
} object_t;

static void *open_engine(const kit_setup *s)
{
    object_t *o = calloc(1, sizeof *o);
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    int version = s->tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL *ssl = NULL;
    if (o && ctx && SSL_CTX_set_min_proto_version(ctx, version) &&
        SSL_CTX_set_max_proto_version(ctx, version) &&
        SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"kit", 3) &&
        (!s->server || (SSL_CTX_use_certificate_file(ctx, s->certificate, SSL_FILETYPE_PEM) == 1 &&
                        SSL_CTX_use_PrivateKey_file(ctx, s->key, SSL_FILETYPE_PEM) == 1))) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_BOTH);
        ssl = SSL_new(ctx);
    }
    if (!ssl) {
        SSL_CTX_free(ctx);
        free(o);
        return NULL;
    }
    if (s->server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    o->ctx = ctx;
    ew_openssl_init(&o->port, ssl);
    return o;
}

static int free_engine(void *object)
{
    object_t *o = object;
    SSL_SESSION *session = SSL_get1_session(o->port.ssl);
    SSL_free(o->port.ssl);
    int found = session && SSL_SESSION_is_resumable(session);
    SSL_SESSION_free(session);
    SSL_CTX_free(o->ctx);
    free(o);
    return found;
}

static void stale_error(void)
{
    ERR_raise_data(ERR_LIB_USER, ERR_R_INTERNAL_ERROR, "someone else's");
}

static int finds_error(void)
{
    return ERR_peek_error() != 0;
}

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

static void record_size(void *object)
{
    SSL_set_max_send_fragment(((object_t *)object)->port.ssl, 512);
}

static void modes(void *object)
{
    SSL_clear_mode(((object_t *)object)->port.ssl,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/* As SSL_set_fd does; this one takes all, and none of it leaves. */
static void bio(void *object)
{
    BIO *other = BIO_new(BIO_s_mem());
    SSL_set_bio(((object_t *)object)->port.ssl, other, other);
}

/* A server that looks for its certificate, a client that leaves a verdict for later. */
static int finds_certificate(SSL *ssl, void *object)
{
    (void)ssl;
    return ((object_t *)object)->pauses-- > 0 ? -1 : 1;
}

static int judges(X509_STORE_CTX *store, void *object)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (((object_t *)object)->pauses-- <= 0)
        return 1;
    SSL_set_retry_verify(ssl);
    return 0;
}

static void pauses(void *object, int times)
{
    object_t *o = object;
    o->pauses = times;
    if (SSL_is_server(o->port.ssl)) {
        SSL_set_cert_cb(o->port.ssl, finds_certificate, o);
    } else {
        SSL_CTX_set_cert_verify_callback(o->ctx, judges, o);
        SSL_set_verify(o->port.ssl, SSL_VERIFY_PEER, NULL);
    }
}

/* Its own calls, over a BIO that sends and receives. */
static int moved(BIO *bio, ssize_t n)
{
    BIO_clear_retry_flags(bio);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    return (int)n;
}

static int bio_sends(BIO *bio, const char *bytes, int len)
{
    return moved(bio, send(*(int *)BIO_get_data(bio), bytes, (size_t)len, MSG_NOSIGNAL));
}

static int bio_receives(BIO *bio, char *bytes, int len)
{
    return moved(bio, recv(*(int *)BIO_get_data(bio), bytes, (size_t)len, 0));
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int begin(void *object, int fd)
{
    static int descriptor;
    static BIO_METHOD *method;
    if (!method)
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "kit");
    BIO *bio = method && BIO_meth_set_write(method, bio_sends) &&
                       BIO_meth_set_read(method, bio_receives) &&
                       BIO_meth_set_ctrl(method, bio_control)
                   ? BIO_new(method)
                   : NULL;
    if (!bio)
        return -1;
    descriptor = fd;
    BIO_set_data(bio, &descriptor);
    BIO_set_init(bio, 1);
    SSL_set_bio(((object_t *)object)->port.ssl, bio, bio);
    return 0;
}

static int came_of(void *object, int ret)
{
    int error = SSL_get_error(((object_t *)object)->port.ssl, ret);
    return ret > 0 ? 1 : error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static int handshake(void *object)
{
    return came_of(object, SSL_do_handshake(((object_t *)object)->port.ssl));
}

static int look(void *object)
{
    char byte;
    return came_of(object, SSL_peek(((object_t *)object)->port.ssl, &byte, 1));
}

static int writes(void *object, const void *buf, int len)
{
    return came_of(object, SSL_write(((object_t *)object)->port.ssl, buf, len));
}

static int closes(void *object)
{
    return SSL_shutdown(((object_t *)object)->port.ssl) >= 0 ? 1 : -1;
}

static const kit_own own = {begin, handshake, look, writes, closes};

static const kit_change changes[] = {
    {"record-size", record_size},
    {"modes", modes},
    {"bio", bio},
    {NULL, NULL},
};

const kit_engine kit_openssl = {
    .name = "openssl",
    .port = &ew_openssl_port,
    .has_tls13 = 1,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .stale_error = stale_error,
    .finds_error = finds_error,
    .changes = changes,
    .pauses = pauses,
    .own = &own,
};
