/* Adapter for GnuTLS. */
#include "kit.h"
#include "port_gnutls.h"

#include <stdlib.h>

typedef struct {
    ew_gnutls port; /* first: the port's object */
    gnutls_certificate_credentials_t credentials;
    kit_setup setup;
} object_t;

static gnutls_session_t new_session(const object_t *o)
{
    gnutls_session_t session;
    const char *versions =
        o->setup.tls13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    if (gnutls_init(&session, o->setup.server ? GNUTLS_SERVER : GNUTLS_CLIENT) != 0)
        return NULL;
    if (gnutls_priority_set_direct(session, versions, NULL) == 0 &&
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, o->credentials) == 0)
        return session;
    gnutls_deinit(session);
    return NULL;
}

/* A session is not started over: clear asks for another one. */
static gnutls_session_t renew(void *owner)
{
    object_t *o = owner;
    gnutls_deinit(o->port.session);
    o->port.session = NULL;
    return new_session(o);
}

static void *open_engine(const kit_setup *s)
{
    object_t *o = calloc(1, sizeof *o);
    if (!o || gnutls_certificate_allocate_credentials(&o->credentials) != 0) {
        free(o);
        return NULL;
    }
    o->setup = *s;
    gnutls_session_t session = NULL;
    if (!s->server || gnutls_certificate_set_x509_key_file(o->credentials, s->certificate, s->key,
                                                           GNUTLS_X509_FMT_PEM) == 0)
        session = new_session(o);
    if (!session) {
        gnutls_certificate_free_credentials(o->credentials);
        free(o);
        return NULL;
    }
    ew_gnutls_init(&o->port, session);
    ew_gnutls_set_renew(&o->port, renew, o);
    return o;
}

static int free_engine(void *object)
{
    object_t *o = object;
    if (o->port.session)
        gnutls_deinit(o->port.session);
    gnutls_certificate_free_credentials(o->credentials);
    free(o);
    return -1;
}

static const char *version(void)
{
    return gnutls_check_version(NULL);
}

static void record_size(void *object)
{
    gnutls_record_set_max_size(((object_t *)object)->port.session, 512);
}

/* From then on the session gathers what it is given, and says that it is written. */
static void cork(void *object)
{
    gnutls_record_cork(((object_t *)object)->port.session);
}

static const kit_change changes[] = {
    {"record-size", record_size},
    {"cork", cork},
    {NULL, NULL},
};

static const kit_excuse excuses[] = {
    {"handshake-ends-when-done", "*", "connect-nonsense", "*",
     "GnuTLS looks at a message when it is complete: it waits for the length that nonsense claims"},
    {"handshake-ends-when-done", "1.3", "connect-refused", "*",
     "GnuTLS has keys by then, and takes an alert in the clear for a forged record: tls_error"},
    {"only-authentic-close", "1.2", "*receive-close-notify-level-3*", "*",
     "GnuTLS takes a close_notify of any level but fatal, and does not tell the level"},
    {"only-authentic-close", "*", "*receive-long-alert*", "*",
     "GnuTLS takes an alert that is longer than two bytes by its first two, and does not tell"},
    {"message-is-skipped", "1.3", "*user-canceled*", "*",
     "GnuTLS ends a TLS 1.3 session at user_canceled, which is told as fatal_alert"},
    {NULL, NULL, NULL, NULL, NULL},
};

static const kit_unseen unseen[] = {
    {"suspended-goes-on", "*a pause*",
     "the kit does not make it wait: a server's function that puts it off is asked once, and a "
     "client's once more, at once; the unit tests have both"},
    {"data-behind-an-answer", "takes data*",
     "GnuTLS answers a KeyUpdate with the next record, and the port takes both from it at once"},
    {"stale-error-tells-nothing", "*", "GnuTLS keeps no errors of a thread"},
    {"session-follows-the-verdict", "*", "GnuTLS keeps no sessions: the application does"},
    {NULL, NULL, NULL},
};

const kit_engine kit_gnutls = {
    .name = "gnutls",
    .port = &ew_gnutls_port,
    .has_tls13 = 1,
    .version = version,
    .open = open_engine,
    .free = free_engine,
    .changes = changes,
    .excuses = excuses,
    .unseen = unseen,
};
