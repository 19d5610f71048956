/* Endwell on its wolfSSL port. */
#define _GNU_SOURCE
#include "port_wolfssl.h"
#include "side_endwell.h"

#include <stdlib.h>
#include <string.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

enum { TICKET_MAX = 4096 };

typedef struct {
    WOLFSSL_CTX *ctx;
    WOLFSSL_SESSION *session;         /* a client's, offered to the next connection */
    unsigned char ticket[TICKET_MAX]; /* of that session */
    word32 ticket_len;
    int server, tls13;
} context_t;

typedef struct {
    endwell_side us;
    ew_wolfssl port;
    WOLFSSL *ssl;
} side_t;

static void wolfssl_side_context_free(void *context)
{
    context_t *c = context;
    wolfSSL_SESSION_free(c->session);
    wolfSSL_CTX_free(c->ctx);
    wolfSSL_Cleanup();
    free(c);
}

static WOLFSSL_METHOD *method(const side_config *config)
{
    if (config->tls13)
        return config->server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
    return config->server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
}

static void *wolfssl_side_context(const side_config *config)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    c->tls13 = config->tls13;
    wolfSSL_Init();
    c->ctx = wolfSSL_CTX_new(method(config));
    if (!c->ctx ||
        (config->server &&
         (wolfSSL_CTX_use_certificate_file(c->ctx, config->cert, WOLFSSL_FILETYPE_PEM) != 1 ||
          wolfSSL_CTX_use_PrivateKey_file(c->ctx, config->key, WOLFSSL_FILETYPE_PEM) != 1))) {
        wolfssl_side_context_free(c);
        return NULL;
    }
    wolfSSL_CTX_set_verify(c->ctx, WOLFSSL_VERIFY_NONE, NULL);
    if (config->tickets && !config->server)
        wolfSSL_CTX_UseSessionTicket(c->ctx);
    if (!config->tickets && config->server && !config->tls13)
        wolfSSL_CTX_NoTicketTLSv12(c->ctx);
    return c;
}

static void *wolfssl_side_open(void *context, int fd)
{
    context_t *c = context;
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.context = c;
    s->ssl = wolfSSL_new(c->ctx);
    if (s->ssl && c->session)
        wolfSSL_set_session(s->ssl, c->session);
    ew_wolfssl_init(&s->port, s->ssl);
    if (!s->ssl || ew_conn_open(&s->us.conn, fd, &ew_wolfssl_port, &s->port) != 0) {
        wolfSSL_free(s->ssl);
        free(s);
        return NULL;
    }
    return s;
}

static int wolfssl_side_reused(void *side)
{
    return wolfSSL_session_reused(((side_t *)side)->ssl);
}

/*
 * A TLS 1.3 session of wolfSSL has the secret of the last handshake and the ticket that came last.
 * Before a new ticket has come they do not belong together, and the server would refuse the binder.
 */
static int has_new_ticket(context_t *c, WOLFSSL *ssl)
{
    unsigned char ticket[TICKET_MAX];
    word32 len = sizeof ticket;
    if (!c->tls13)
        return 1;
    if (wolfSSL_get_SessionTicket(ssl, ticket, &len) != WOLFSSL_SUCCESS || len == 0 ||
        (len == c->ticket_len && memcmp(ticket, c->ticket, len) == 0))
        return 0;
    memcpy(c->ticket, ticket, len);
    c->ticket_len = len;
    return 1;
}

/* As the port's header asks: a client saves the session only if it is kept. */
static int wolfssl_side_free(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    int kept = endwell_detach(s);
    if (!c->server && kept && has_new_ticket(c, s->ssl)) {
        wolfSSL_SESSION_free(c->session);
        c->session = wolfSSL_get1_session(s->ssl);
    }
    wolfSSL_free(s->ssl);
    free(s);
    return kept;
}

static const char *wolfssl_side_version(void)
{
    return wolfSSL_lib_version();
}

static const side_cannot cannot[] = {
    {"handshake-refused", 1, 1,
     "wolfSSL: a TLS 1.3 server that has keys takes an alert in the clear for a forged record"},
    {"client-hello-in-wait", 0, 1, "wolfSSL: a second ClientHello ends the connection"},
    {"dropped-if-not-closed", 1, 1, "wolfSSL: a TLS 1.3 server has tickets only, beyond recall"},
    {0},
};

const side_ops side_wolfssl = {
    .name = "wolfssl",
    .has_tls13 = 1,
    .cannot = cannot,
    .version = wolfssl_side_version,
    .context = wolfssl_side_context,
    .context_free = wolfssl_side_context_free,
    .open = wolfssl_side_open,
    .reused = wolfssl_side_reused,
    .free = wolfssl_side_free,
    ENDWELL_SIDE_CALLS,
};
