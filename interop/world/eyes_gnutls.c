/* GnuTLS: the secrets of the traffic. */
#include "world.h"

#include "side_endwell.h"
#include "port_gnutls.h"

static world *seeing;

static int on_secret(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    (void)session;
    world_keylog(seeing, label, secret->data, secret->size);
    return 0;
}

static int opened(world *w)
{
    gnutls_session_t session = ((ew_gnutls *)((endwell_side *)w->us)->conn.engine)->session;
    const char *offer = w->tls13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"
                                 : "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM";
    seeing = w;
    gnutls_session_set_keylog_function(session, on_secret);
    return gnutls_priority_set_direct(session, offer, NULL) == 0 ? 0 : -1;
}

const world_eyes eyes_gnutls = {.opened = opened};
