/* BearSSL alone: its br_sslio layer over a blocking socket, br_sslio_close, then close(). */
#define _GNU_SOURCE
#include "lossless/plain.h"
#include "tests/bearssl_identity.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

typedef struct {
    int server;
    bearssl_identity identity;
} plain_context;

typedef struct {
    plain_side us;
    br_ssl_client_context client;
    br_ssl_server_context server;
    br_x509_minimal_context unused; /* the set-up of a client wants one */
    br_x509_knownkey_context x509;
    br_ssl_engine_context *engine;
    br_sslio_context io;
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
} side_t;

static void *context_new(const tls_setup *config)
{
    plain_context *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    if (bearssl_identity_read(&c->identity, config->certificate, config->key))
        return c;
    free(c);
    return NULL;
}

static void context_free(void *context)
{
    free(context);
}

static int low_read(void *side, unsigned char *data, size_t len)
{
    ssize_t n;
    while ((n = recv(((side_t *)side)->us.fd, data, len, 0)) < 0 && errno == EINTR)
        ;
    return n > 0 ? (int)n : -1;
}

static int low_write(void *side, const unsigned char *data, size_t len)
{
    ssize_t n;
    while ((n = send(((side_t *)side)->us.fd, data, len, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return n > 0 ? (int)n : -1;
}

/* Whom to trust is not what is compared: a client takes the server's key as known. */
static int start(side_t *s, plain_context *c)
{
    if (c->server)
        br_ssl_server_init_full_ec(&s->server, &c->identity.certificate, 1, BR_KEYTYPE_EC,
                                   &c->identity.key);
    else
        br_ssl_client_init_full(&s->client, &s->unused, NULL, 0);
    s->engine = c->server ? &s->server.eng : &s->client.eng;
    br_ssl_engine_set_versions(s->engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffers_bidi(s->engine, s->in, sizeof s->in, s->out, sizeof s->out);
    if (c->server)
        return br_ssl_server_reset(&s->server);
    br_x509_knownkey_init_ec(&s->x509, &c->identity.public, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(s->engine, &s->x509.vtable);
    return br_ssl_client_reset(&s->client, "localhost", 0);
}

static void *side_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.fd = fd;
    if (!start(s, context)) {
        free(s);
        return NULL;
    }
    br_sslio_init(&s->io, s->engine, low_read, s, low_write, s);
    return s;
}

/* Its calls say no more than that they failed; the engine says why. */
static int failure(const side_t *s)
{
    int closed = br_ssl_engine_current_state(s->engine) == BR_SSL_CLOSED;
    return closed && br_ssl_engine_last_error(s->engine) == BR_ERR_OK ? PLAIN_END : PLAIN_FAILED;
}

/* Flushing what there is none of does the handshake. */
static int handshake(void *side)
{
    side_t *s = side;
    return plain_shaken(&s->us, br_sslio_flush(&s->io) == 0 ? 0 : PLAIN_FAILED);
}

static int read_data(void *side, void *buf, int len)
{
    side_t *s = side;
    int ret = br_sslio_read(&s->io, buf, (size_t)len);
    return plain_result(&s->us, ret > 0 ? ret : failure(s));
}

static int write_data(void *side, const void *buf, int len)
{
    side_t *s = side;
    int good = br_sslio_write_all(&s->io, buf, (size_t)len) == 0 && br_sslio_flush(&s->io) == 0;
    return plain_result(&s->us, good ? len : PLAIN_FAILED);
}

static int shut(void *side)
{
    side_t *s = side;
    return plain_result(&s->us, br_sslio_close(&s->io) ? 0 : PLAIN_FAILED);
}

static int side_free(void *side)
{
    side_t *s = side;
    plain_close_fd(&s->us);
    free(s);
    return 1;
}

extern const tls_engine tls_bearssl;
static const side_ops ops = PLAIN_SIDE("bearssl", &tls_bearssl, shut);

const plain_engine plain_bearssl[] = {{&ops, "br_sslio_close", 1}, {0}};
