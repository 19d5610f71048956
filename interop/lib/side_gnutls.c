/* Endwell on its GnuTLS port. */
#define _GNU_SOURCE
#include "port_gnutls.h"
#include "side_endwell.h"

#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 4, ENTRY_MAX = 16384 };

/* A session that a server keeps. */
typedef struct {
    unsigned char key[64], data[ENTRY_MAX];
    unsigned key_len, data_len; /* key_len 0: free */
} entry;

typedef struct {
    gnutls_certificate_credentials_t credentials;
    int server, tls13, tickets;
    gnutls_datum_t ticket_key;
    gnutls_datum_t session; /* a client's, offered to the next connection */
    entry kept[SESSIONS];
} context_t;

typedef struct {
    endwell_side us;
    ew_gnutls port;
} side_t;

/* The server's sessions ---------------------------------------------------------------------- */

static entry *find(context_t *c, gnutls_datum_t key)
{
    for (int i = 0; i < SESSIONS; i++)
        if (c->kept[i].key_len == key.size && memcmp(c->kept[i].key, key.data, key.size) == 0)
            return &c->kept[i];
    return NULL;
}

static int store(void *context, gnutls_datum_t key, gnutls_datum_t data)
{
    context_t *c = context;
    entry *e = find(c, key);
    for (int i = 0; !e && i < SESSIONS; i++)
        if (c->kept[i].key_len == 0)
            e = &c->kept[i];
    if (!e || key.size > sizeof e->key || data.size > sizeof e->data)
        return -1;
    memcpy(e->key, key.data, key.size);
    memcpy(e->data, data.data, data.size);
    e->key_len = key.size;
    e->data_len = data.size;
    return 0;
}

static gnutls_datum_t retrieve(void *context, gnutls_datum_t key)
{
    gnutls_datum_t found = {NULL, 0};
    entry *e = find(context, key);
    if (e && (found.data = gnutls_malloc(e->data_len)) != NULL) {
        memcpy(found.data, e->data, e->data_len);
        found.size = e->data_len;
    }
    return found;
}

static int drop(void *context, gnutls_datum_t key)
{
    entry *e = find(context, key);
    if (e)
        e->key_len = 0;
    return e ? 0 : -1;
}

/* Objects ------------------------------------------------------------------------------------ */

static void gnutls_side_context_free(void *context)
{
    context_t *c = context;
    gnutls_certificate_free_credentials(c->credentials);
    gnutls_free(c->ticket_key.data);
    gnutls_free(c->session.data);
    free(c);
}

static void *gnutls_side_context(const side_config *config)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = config->server;
    c->tls13 = config->tls13;
    c->tickets = config->tickets;
    if (gnutls_certificate_allocate_credentials(&c->credentials) != 0) {
        free(c);
        return NULL;
    }
    if (config->server &&
        (gnutls_certificate_set_x509_key_file(c->credentials, config->cert, config->key,
                                              GNUTLS_X509_FMT_PEM) != 0 ||
         gnutls_session_ticket_key_generate(&c->ticket_key) != 0)) {
        gnutls_side_context_free(c);
        return NULL;
    }
    return c;
}

static int set_up(gnutls_session_t session, context_t *c)
{
    const char *versions =
        c->tls13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    if (gnutls_priority_set_direct(session, versions, NULL) != 0 ||
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, c->credentials) != 0)
        return -1;
    if (!c->server)
        return c->session.data ? gnutls_session_set_data(session, c->session.data, c->session.size)
                               : 0;
    gnutls_db_set_ptr(session, c);
    gnutls_db_set_store_function(session, store);
    gnutls_db_set_retrieve_function(session, retrieve);
    gnutls_db_set_remove_function(session, drop);
    return c->tickets ? gnutls_session_ticket_enable_server(session, &c->ticket_key) : 0;
}

static gnutls_session_t new_session(context_t *c)
{
    unsigned flags = c->server ? GNUTLS_SERVER : GNUTLS_CLIENT;
    gnutls_session_t session;
    if (gnutls_init(&session, flags | (c->tickets || c->tls13 ? 0 : GNUTLS_NO_TICKETS)) != 0)
        return NULL;
    if (set_up(session, c) != 0) {
        gnutls_deinit(session);
        return NULL;
    }
    return session;
}

static gnutls_session_t renew(void *owner)
{
    side_t *s = owner;
    gnutls_deinit(s->port.session);
    return new_session(s->us.context);
}

static void *gnutls_side_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    gnutls_session_t session = s ? new_session(context) : NULL;
    if (!session) {
        free(s);
        return NULL;
    }
    s->us.context = context;
    ew_gnutls_init(&s->port, session);
    ew_gnutls_set_renew(&s->port, renew, s);
    if (ew_conn_open(&s->us.conn, fd, &ew_gnutls_port, &s->port) != 0) {
        gnutls_deinit(session);
        free(s);
        return NULL;
    }
    return s;
}

static int gnutls_side_reused(void *side)
{
    return gnutls_session_is_resumed(((side_t *)side)->port.session) != 0;
}

/* With TLS 1.3 and no ticket GnuTLS would wait for one. */
static int has_session(const context_t *c, gnutls_session_t session)
{
    return !c->tls13 || (gnutls_session_get_flags(session) & GNUTLS_SFLAGS_SESSION_TICKET);
}

/* As the port's header asks: a client saves the session only if it is kept. */
static int gnutls_side_free(void *side)
{
    side_t *s = side;
    context_t *c = s->us.context;
    gnutls_session_t session = s->port.session;
    int kept = endwell_detach(s);
    if (!c->server && kept && has_session(c, session)) {
        gnutls_free(c->session.data);
        c->session = (gnutls_datum_t){NULL, 0};
        if (gnutls_session_get_data2(session, &c->session) != 0)
            c->session = (gnutls_datum_t){NULL, 0};
    }
    gnutls_deinit(session);
    free(s);
    return kept;
}

static const char *gnutls_side_version(void)
{
    return gnutls_check_version(NULL);
}

static const char canceled[] = "GnuTLS ends a TLS 1.3 connection at user_canceled";
static const char tickets_only[] = "a GnuTLS server resumes TLS 1.3 by tickets only, out of recall";

static const side_cannot cannot[] = {
    {"handshake-refused", 1, 1,
     "GnuTLS: a TLS 1.3 server that has keys takes an alert in the clear for a forged record"},
    {"user-canceled-in-wait", 1, ANY, canceled},
    {"user-canceled-in-read", 1, ANY, canceled},
    {"kept-after-full", 1, 1, tickets_only},
    {"kept-after-one-way", 1, 1, tickets_only},
    {"kept-after-claim", 1, 1, tickets_only},
    {"dropped-if-not-closed", 1, 1, tickets_only},
    {"dropped-by-alert", 1, 1, tickets_only},
    {0},
};

const side_ops side_gnutls = {
    .name = "gnutls",
    .has_tls13 = 1,
    .cannot = cannot,
    .version = gnutls_side_version,
    .context = gnutls_side_context,
    .context_free = gnutls_side_context_free,
    .open = gnutls_side_open,
    .reused = gnutls_side_reused,
    .free = gnutls_side_free,
    ENDWELL_SIDE_CALLS,
};
