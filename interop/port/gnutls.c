/*
 * GnuTLS (model.h): what the fields of spec/engines/gnutls_port.h mean. What nobody can be asked of a session, the
 * functions and the error that it was given, is what the port set; the rest is looked up in GnuTLS.
 */
#include "moment_gnutls.h"
#include "model.h"

static struct {
    gnutls_push_func push;
    gnutls_pull_func pull;
    gnutls_pull_timeout_func pull_timeout;
    int error;
} kept;

static struct gnutls_session_int state_of(gnutls_session_t session)
{
    gnutls_transport_ptr_t recv_ptr, send_ptr;
    gnutls_transport_get_ptr2(session, &recv_ptr, &send_ptr);
    return (struct gnutls_session_int){
        .recv_ptr = recv_ptr,
        .send_ptr = send_ptr,
        .pull = kept.pull,
        .push = kept.push,
        .pull_timeout = kept.pull_timeout,
        .error = kept.error,
        .version = gnutls_protocol_get_version(session),
        .flags = gnutls_session_get_flags(session),
        .last_in = gnutls_handshake_get_last_in(session),
        .alert = (unsigned char)gnutls_alert_get(session),
        .corked = gnutls_record_check_corked(session),
    };
}

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    ew_gnutls *e = object;
    at->ssl = state_of(e->session);
    at->port = *e;
    at->transport = *t;
    at->ghost = (struct port_ghosts){.ew_served = e, .ew_self = e, .ew_notice = notice};
    return at;
}

static bool owns(const void *object, const void *of)
{
    return of == ((const ew_gnutls *)object)->session;
}

static void returned(const struct port_function *f, const struct port_call *call)
{
    if (f == &port_gnutls_transport_set_push_function) {
        kept.push = call->push_func;
    } else if (f == &port_gnutls_transport_set_pull_function) {
        kept.pull = call->pull_func;
    } else if (f == &port_gnutls_transport_set_pull_timeout_function) {
        kept.pull_timeout = call->func;
    } else if (f == &port_gnutls_transport_set_errno) {
        kept.error = (int)call->err;
    }
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each object");

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .in_attach = true,
                                      .by_number = true,
                                      .returned = returned};
