/*
 * OpenSSL (model.h): what the fields of spec/engines/openssl_port.h mean. What was written is known by what
 * SSL_write returned; the rest is looked up in libssl.
 */
#include "moment_openssl.h"
#include "model.h"

#include <string.h>

static struct {
    unsigned long long taken;
} kept;

/* The moment ---------------------------------------------------------------------------------------- */

static bool has_failed(const SSL *ssl)
{
    return SSL_in_init(ssl) && strcmp(SSL_state_string(ssl), "SSLERR") == 0;
}

static struct ssl_st state_of(SSL *ssl, const BIO *bio, bool notice)
{
    return (struct ssl_st){
        .port = BIO_get_data((BIO *)bio),
        .taken = kept.taken,
        .notice = notice,
        .shutdown = SSL_get_shutdown(ssl),
        .want = SSL_want(ssl),
        .in_init = SSL_in_init(ssl),
        .in_before = SSL_in_before(ssl),
        .failed = has_failed(ssl),
        .version = SSL_version(ssl),
        .held = SSL_pending(ssl),
        .paused = SSL_waiting_for_async(ssl),
        .reads_ours = SSL_get_rbio(ssl) == bio,
        .writes_ours = SSL_get_wbio(ssl) == bio,
        .mode = SSL_get_mode(ssl),
        .options = (long long)SSL_get_options(ssl),
    };
}

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    ew_openssl *e = object;
    at->port = *e;
    at->transport = *t;
    at->bio.flags = BIO_test_flags(e->bio, ~0);
    at->ssl = state_of(e->ssl, e->bio, notice);
    return at;
}

char port_byte(const struct port_moment *at, const char *byte)
{
    const char *from = port_served();
    bool is_ports = byte >= from && byte < from + sizeof at->port;
    return is_ports ? ((const char *)&at->port)[byte - from] : *byte;
}

static bool owns(const void *object, const void *of)
{
    const ew_openssl *e = object;
    return of == e->ssl || of == e->bio;
}

static unsigned long long taken(void)
{
    return kept.taken;
}

/* Calls --------------------------------------------------------------------------------------------- */

static void returned(const struct port_function *f, const struct port_call *call)
{
    if (f == &port_SSL_write && call->result > 0) {
        kept.taken += (unsigned long long)call->result;
    }
}

static void ask_of(const struct port_function *f, int came)
{
    struct port_call call = {.result = came};
    port_after(f, port_before(f, &call), &call);
}

/* What the port asks next of an error, in its own code. */
static void judged(const struct port_function *f, const struct port_call *call)
{
    if (f == &port_ERR_peek_last_error) {
        unsigned long errcode = (unsigned long)call->result;
        ask_of(&port_ERR_GET_REASON, ERR_GET_REASON(errcode));
        ask_of(&port_ERR_GET_LIB, ERR_GET_LIB(errcode));
    }
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each object");

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .taken = taken,
                                      .returned = returned,
                                      .judged = judged};
