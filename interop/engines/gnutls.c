/* GnuTLS. */
#include "engines/engine.h"
#include "port_gnutls.h"

#include <stdlib.h>
#include <string.h>

extern const tls_engine tls_gnutls;

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
    ew_gnutls port; /* first: the port's object */
    context_t *context;
} object_t;

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

/* Contexts ----------------------------------------------------------------------------------- */

static void context_free(void *context)
{
    context_t *c = context;
    gnutls_certificate_free_credentials(c->credentials);
    gnutls_free(c->ticket_key.data);
    gnutls_free(c->session.data);
    free(c);
}

static void *context_new(const tls_setup *s)
{
    context_t *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = s->server;
    c->tls13 = s->tls13;
    c->tickets = s->tickets;
    if (gnutls_certificate_allocate_credentials(&c->credentials) != 0) {
        free(c);
        return NULL;
    }
    if (s->server && (gnutls_certificate_set_x509_key_file(c->credentials, s->certificate, s->key,
                                                           GNUTLS_X509_FMT_PEM) != 0 ||
                      gnutls_session_ticket_key_generate(&c->ticket_key) != 0)) {
        context_free(c);
        return NULL;
    }
    return c;
}

static const char *version(void)
{
    return gnutls_check_version(NULL);
}

/* Objects ------------------------------------------------------------------------------------ */

static gnutls_session_t session_of(void *object)
{
    return ((ew_gnutls *)object)->session;
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
    return c->tickets == TICKETS_ON ? gnutls_session_ticket_enable_server(session, &c->ticket_key)
                                    : 0;
}

static gnutls_session_t new_session(context_t *c)
{
    unsigned flags = c->server ? GNUTLS_SERVER : GNUTLS_CLIENT;
    gnutls_session_t session;
    if (c->tickets == TICKETS_NEVER || (c->tickets == TICKETS_OFF && !c->tls13))
        flags |= GNUTLS_NO_TICKETS;
    if (gnutls_init(&session, flags) != 0)
        return NULL;
    if (set_up(session, c) != 0) {
        gnutls_deinit(session);
        return NULL;
    }
    return session;
}

/* A session is not started over: clear asks for another one. */
static gnutls_session_t renew(void *owner)
{
    object_t *o = owner;
    gnutls_deinit(o->port.session);
    o->port.session = NULL;
    return new_session(o->context);
}

static void *open_object(void *context)
{
    object_t *o = calloc(1, sizeof *o);
    gnutls_session_t session = o ? new_session(context) : NULL;
    if (!session) {
        free(o);
        return NULL;
    }
    o->context = context;
    ew_gnutls_init(&o->port, session);
    ew_gnutls_set_renew(&o->port, renew, o);
    return o;
}

static int reused(void *context, void *object)
{
    (void)context;
    return gnutls_session_is_resumed(session_of(object)) != 0;
}

/* With TLS 1.3 and no ticket GnuTLS would wait for one. */
static int has_session(const context_t *c, gnutls_session_t session)
{
    return !c->tls13 || (gnutls_session_get_flags(session) & GNUTLS_SFLAGS_SESSION_TICKET);
}

/* As the port's header asks: a client saves the session only if it is kept. */
static int free_object(void *context, void *object, int kept)
{
    context_t *c = context;
    gnutls_session_t session = session_of(object);
    if (session && !c->server && kept && has_session(c, session)) {
        gnutls_free(c->session.data);
        c->session = (gnutls_datum_t){NULL, 0};
        if (gnutls_session_get_data2(session, &c->session) != 0)
            c->session = (gnutls_datum_t){NULL, 0};
    }
    if (session)
        gnutls_deinit(session);
    free(object);
    return -1;
}

/* What the kit makes of it ------------------------------------------------------------------- */

static void record_size(void *object)
{
    gnutls_record_set_max_size(session_of(object), 512);
}

/* From then on the session gathers what it is given, and says that it is written. */
static void cork(void *object)
{
    gnutls_record_cork(session_of(object));
}

static const tls_change changes[] = {
    {"record-size", record_size},
    {"cork", cork},
    {NULL, NULL},
};

/* The wire, watched -------------------------------------------------------------------------- */

static const tls_watcher *watching;

static int on_secret(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    (void)session;
    watching->secret(watching->arg, label, secret->data, secret->size);
    return 0;
}

static int watch(void *context, void *object, const tls_watcher *watcher)
{
    const char *offer = ((context_t *)context)->tls13
                            ? "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"
                            : "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM";
    watching = watcher;
    gnutls_session_set_keylog_function(session_of(object), on_secret);
    return gnutls_priority_set_direct(session_of(object), offer, NULL) == 0 ? 0 : -1;
}

/* Limits ------------------------------------------------------------------------------------- */

static const char canceled[] = "GnuTLS ends a TLS 1.3 connection at user_canceled";
static const char tickets_only[] = "a GnuTLS server resumes TLS 1.3 by tickets only, out of recall";
static const char clear_alert[] =
    "GnuTLS: a TLS 1.3 server that has keys takes an alert in the clear for a forged record";

static const tls_scenario_limit scenarios[] = {
    {"handshake-refused", 1, 1, clear_alert},
    {"user-canceled-in-wait", 1, ANY, canceled},
    {"user-canceled-in-read", 1, ANY, canceled},
    {"kept-after-full", 1, 1, tickets_only},
    {"kept-after-one-way", 1, 1, tickets_only},
    {"kept-after-claim", 1, 1, tickets_only},
    {"dropped-if-not-closed", 1, 1, tickets_only},
    {"dropped-by-alert", 1, 1, tickets_only},
    {0},
};

static const tls_obligation_limit obligations[] = {
    {"handshake-ends-when-done", "*", "connect-nonsense", "*",
     "GnuTLS looks at a message when it is complete: it waits for the length that nonsense claims"},
    {"handshake-ends-when-done", "1.3", "connect-refused", "*", clear_alert},
    {"only-authentic-close", "1.2", "*receive-close-notify-level-3*", "*",
     "GnuTLS takes a close_notify of any level but fatal, and does not tell the level"},
    {"only-authentic-close", "*", "*receive-long-alert*", "*",
     "GnuTLS takes an alert that is longer than two bytes by its first two, and does not tell"},
    {"message-is-skipped", "1.3", "*user-canceled*", "*", canceled},
    {NULL, NULL, NULL, NULL, NULL},
};

static const tls_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: a server's function that puts it off is asked once, and a "
     "client's once more, at once; the unit tests have both"},
    {"data-behind-an-answer", "takes data*",
     "GnuTLS answers a KeyUpdate with the next record, and the port takes both from it at once"},
    {"stale-error-tells-nothing", "*", "GnuTLS keeps no errors of a thread"},
    {"session-follows-the-verdict", "*", "GnuTLS keeps no sessions: the application does"},
    {NULL, NULL, NULL},
};

static const tls_notice_limit notices[] = {
    {"paired", "GnuTLS looks at the first alert of a record alone: a close_notify behind "
               "user_canceled is never seen, and in TLS 1.3 user_canceled itself counts as fatal; "
               "no end is reported, which is safe"},
    {NULL, NULL},
};

static const tls_message_limit messages[] = {
    {"KeyUpdate", 1, "GnuTLS takes more than eight KeyUpdates within a second for an attack"},
    {NULL, 0, NULL},
};

const tls_engine tls_gnutls = {
    .name = "gnutls",
    .title = "GnuTLS",
    .port = &ew_gnutls_port,
    .object = sizeof(ew_gnutls),
    .has_tls13 = 1,
    .version = version,
    .context = context_new,
    .context_free = context_free,
    .open = open_object,
    .free = free_object,
    .reused = reused,
    .changes = changes,
    .watch = watch,
    .limits = {.scenarios = scenarios,
               .obligations = obligations,
               .unseen = unseen,
               .notices = notices,
               .messages = messages,
               .memory = {.crashes = 1,
                          .leaks = 1,
                          .reason = "libtasn1 and nettle, under GnuTLS, do not look at what malloc "
                                    "gives them"},
               .habits = {.heeds_cancel = 1, .reads_on = 1, .shakes_last = 1}},
};
