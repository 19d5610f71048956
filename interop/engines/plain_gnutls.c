/* GnuTLS alone: gnutls_bye, which sends a close_notify and waits for the peer's, as its manual
 * recommends (GNUTLS_SHUT_RDWR), or does not wait (GNUTLS_SHUT_WR); then close(). */
#define _GNU_SOURCE
#include "lossless/plain.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

typedef struct {
    gnutls_certificate_credentials_t credentials;
    int server, tls13;
} plain_context;

typedef struct {
    plain_side us;
    gnutls_session_t session;
} side_t;

static void context_free(void *context)
{
    plain_context *c = context;
    gnutls_certificate_free_credentials(c->credentials);
    free(c);
}

static void *context_new(const tls_setup *config)
{
    plain_context *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    c->tls13 = config->tls13;
    if (gnutls_certificate_allocate_credentials(&c->credentials) != 0) {
        free(c);
        return NULL;
    }
    if (config->server &&
        gnutls_certificate_set_x509_key_file(c->credentials, config->certificate, config->key,
                                             GNUTLS_X509_FMT_PEM) != 0) {
        context_free(c);
        return NULL;
    }
    return c;
}

static void *side_open(void *context, int fd)
{
    plain_context *c = context;
    const char *versions =
        c->tls13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    unsigned role = c->server ? GNUTLS_SERVER : GNUTLS_CLIENT;
    side_t *s = calloc(1, sizeof *s);
    if (!s || gnutls_init(&s->session, role | GNUTLS_NO_TICKETS) != 0) {
        free(s);
        return NULL;
    }
    s->us.fd = fd;
    gnutls_transport_set_int(s->session, fd);
    if (gnutls_priority_set_direct(s->session, versions, NULL) != 0 ||
        gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE, c->credentials) != 0) {
        gnutls_deinit(s->session);
        free(s);
        return NULL;
    }
    return s;
}

static int result(const side_t *s, ssize_t ret)
{
    if (ret >= 0)
        return (int)ret;
    if (gnutls_error_is_fatal((int)ret))
        return PLAIN_FAILED;
    return gnutls_record_get_direction(s->session) ? PLAIN_WANTS_WRITE : PLAIN_WANTS_READ;
}

static int handshake(void *side)
{
    side_t *s = side;
    return plain_shaken(&s->us, result(s, gnutls_handshake(s->session)));
}

static int read_data(void *side, void *buf, int len)
{
    side_t *s = side;
    int ret = result(s, gnutls_record_recv(s->session, buf, (size_t)len));
    return plain_result(&s->us, ret == 0 ? PLAIN_END : ret);
}

static int write_data(void *side, const void *buf, int len)
{
    side_t *s = side;
    return plain_result(&s->us, result(s, gnutls_record_send(s->session, buf, (size_t)len)));
}

static int shut_one_way(void *side)
{
    side_t *s = side;
    return plain_result(&s->us, result(s, gnutls_bye(s->session, GNUTLS_SHUT_WR)));
}

static int shut_both_ways(void *side)
{
    side_t *s = side;
    return plain_result(&s->us, result(s, gnutls_bye(s->session, GNUTLS_SHUT_RDWR)));
}

static int side_free(void *side)
{
    side_t *s = side;
    gnutls_deinit(s->session);
    plain_close_fd(&s->us);
    free(s);
    return 1;
}

extern const tls_engine tls_gnutls;
static const side_ops one_way = PLAIN_SIDE("gnutls-wr", &tls_gnutls, shut_one_way);
static const side_ops both_ways = PLAIN_SIDE("gnutls-rdwr", &tls_gnutls, shut_both_ways);

const plain_engine plain_gnutls[] = {
    {&one_way, "gnutls_bye(GNUTLS_SHUT_WR)", 0},
    {&both_ways, "gnutls_bye(GNUTLS_SHUT_RDWR)", 0},
    {0},
};
