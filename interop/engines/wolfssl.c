/* wolfSSL. Its headers and OpenSSL's cannot be read together. */
#include "engines/engine.h"
#include "port_wolfssl.h"

#include <stdlib.h>
#include <string.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

extern const tls_engine tls_wolfssl;

enum { TICKET_MAX = 4096 };

typedef struct {
    WOLFSSL_CTX *ctx;
    WOLFSSL_SESSION *session;         /* a client's, offered to the next connection */
    unsigned char ticket[TICKET_MAX]; /* of that session */
    word32 ticket_len;
    int server, tls13;
} context_t;

/* Contexts ----------------------------------------------------------------------------------- */

static void context_free(void *context)
{
    context_t *c = context;
    wolfSSL_SESSION_free(c->session);
    wolfSSL_CTX_free(c->ctx);
    wolfSSL_Cleanup();
    free(c);
}

static WOLFSSL_METHOD *method(const tls_setup *s)
{
    if (s->tls13)
        return s->server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
    return s->server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
}

static void *context_new(const tls_setup *s)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = s->server;
    c->tls13 = s->tls13;
    wolfSSL_Init();
    c->ctx = wolfSSL_CTX_new(method(s));
    if (!c->ctx ||
        (s->server &&
         (wolfSSL_CTX_use_certificate_file(c->ctx, s->certificate, WOLFSSL_FILETYPE_PEM) != 1 ||
          wolfSSL_CTX_use_PrivateKey_file(c->ctx, s->key, WOLFSSL_FILETYPE_PEM) != 1))) {
        context_free(c);
        return NULL;
    }
    wolfSSL_CTX_set_verify(c->ctx, WOLFSSL_VERIFY_NONE, NULL);
    if (s->tickets == TICKETS_ON && !s->server)
        wolfSSL_CTX_UseSessionTicket(c->ctx);
    if (s->tickets == TICKETS_OFF && s->server && !s->tls13)
        wolfSSL_CTX_NoTicketTLSv12(c->ctx);
    return c;
}

static const char *version(void)
{
    return wolfSSL_lib_version();
}

/* Objects ------------------------------------------------------------------------------------ */

static WOLFSSL *ssl_of(void *object)
{
    return ((ew_wolfssl *)object)->ssl;
}

static void *open_object(void *context)
{
    context_t *c = context;
    ew_wolfssl *o = calloc(1, sizeof *o);
    WOLFSSL *ssl = o ? wolfSSL_new(c->ctx) : NULL;
    if (!ssl) {
        free(o);
        return NULL;
    }
    if (c->session)
        wolfSSL_set_session(ssl, c->session);
    ew_wolfssl_init(o, ssl);
    return o;
}

static int reused(void *context, void *object)
{
    (void)context;
    return wolfSSL_session_reused(ssl_of(object));
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
static int free_object(void *context, void *object, int kept)
{
    context_t *c = context;
    if (!c->server && kept && has_new_ticket(c, ssl_of(object))) {
        wolfSSL_SESSION_free(c->session);
        c->session = wolfSSL_get1_session(ssl_of(object));
    }
    wolfSSL_free(ssl_of(object));
    free(object);
    return -1;
}

/* What the kit makes of it ------------------------------------------------------------------- */

static void stale_error(void)
{
    wolfSSL_ERR_put_error(0, 0, -1, "someone else's", 1);
}

static int finds_error(void)
{
    return wolfSSL_ERR_peek_error() != 0;
}

static void clear_errors(void)
{
    wolfSSL_ERR_clear_error();
}

static void record_size(void *object)
{
    wolfSSL_UseMaxFragment(ssl_of(object), WOLFSSL_MFL_2_9);
}

static void quiet_shutdown(void *object)
{
    wolfSSL_set_quiet_shutdown(ssl_of(object), 1);
}

static const tls_change changes[] = {
    {"record-size", record_size},
    {"quiet-shutdown", quiet_shutdown},
    {NULL, NULL},
};

/* The wire, watched: the keys. It hands out no secrets, so keys that follow are not known. ---- */

static int watch(void *context, void *object, const tls_watcher *watcher)
{
    const char *offer =
        ((context_t *)context)->tls13 ? "TLS13-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256";
    (void)watcher;
    return wolfSSL_set_cipher_list(ssl_of(object), offer) == WOLFSSL_SUCCESS ? 0 : -1;
}

static int watched(void *object, const tls_watcher *watcher)
{
    WOLFSSL *ssl = ssl_of(object);
    const unsigned char *keys[] = {wolfSSL_GetClientWriteKey(ssl), wolfSSL_GetServerWriteKey(ssl)};
    const unsigned char *ivs[] = {wolfSSL_GetClientWriteIV(ssl), wolfSSL_GetServerWriteIV(ssl)};
    if (wolfSSL_GetKeySize(ssl) != 16)
        return -1;
    for (int server = 0; server < 2; server++) {
        if (!keys[server] || !ivs[server])
            return -1;
        watcher->keys(watcher->arg, server, keys[server], ivs[server]);
    }
    return 0;
}

/* Limits ------------------------------------------------------------------------------------- */

static const char clear_alert[] =
    "wolfSSL: a TLS 1.3 server that has keys takes an alert in the clear for a forged record";
static const char answer_misplaced[] =
    "wolfSSL puts its answer in the wrong place behind a record that is half out: tls_error";

static const tls_scenario_limit scenarios[] = {
    {"handshake-refused", 1, 1, clear_alert},
    {"client-hello-in-wait", 0, 1, "wolfSSL: a second ClientHello ends the connection"},
    {"dropped-if-not-closed", 1, 1, "wolfSSL: a TLS 1.3 server has tickets only, beyond recall"},
    {0},
};

static const tls_obligation_limit obligations[] = {
    {"clear-starts-anew", "*", "blocked-clear", "*",
     "wolfSSL cannot drop output that is half out: clear fails instead of sending it later"},
    {"handshake-ends-when-done", "1.3", "connect-refused", "*", clear_alert},
    {"message-is-skipped", "1.2", "blocked-receive-hello-request", "*", answer_misplaced},
    {"message-is-skipped", "1.3", "close-*-key-updates", "*", answer_misplaced},
    {"done-means-out", "1.3", "blocked-key-update-*", "*", answer_misplaced},
    {"done-means-out", "1.3", "close-*-key-updates", "*", answer_misplaced},
    {"data-is-held", "1.3", "blocked-key-update-read", "*", answer_misplaced},
    {NULL, NULL, NULL, NULL, NULL},
};

static const tls_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: Debian's wolfSSL goes on after that only with TLS 1.3, and "
     "only a server waits; the unit tests have that"},
    {"session-follows-the-verdict", "*",
     "wolfSSL does not say whether its cache, which is the process's, has a session"},
    {NULL, NULL, NULL},
};

static const tls_message_limit messages[] = {
    {"HelloRequest", 0, "wolfSSL takes a second HelloRequest for an attack"},
    {"KeyUpdate", 1, answer_misplaced},
    {NULL, 0, NULL},
};

const tls_engine tls_wolfssl = {
    .name = "wolfssl",
    .title = "wolfSSL",
    .port = &ew_wolfssl_port,
    .object = sizeof(ew_wolfssl),
    .has_tls13 = 1,
    .version = version,
    .context = context_new,
    .context_free = context_free,
    .open = open_object,
    .free = free_object,
    .reused = reused,
    .stale_error = stale_error,
    .finds_error = finds_error,
    .clear_errors = clear_errors,
    .changes = changes,
    .watch = watch,
    .watched = watched,
    .limits = {.scenarios = scenarios,
               .obligations = obligations,
               .unseen = unseen,
               .messages = messages,
               .memory = {.leaks = 1,
                          .reason = "a wolfSSL server loses memory while it takes in the "
                                    "extensions of a TLS 1.3 ClientHello"},
               .habits = {.most_warnings = 5,
                          .counts_all = 1,
                          .counts_fatal = 1,
                          .declines = 1,
                          .answers_now = 1,
                          .hears_once = 1,
                          .shakes_last = 1}},
};
