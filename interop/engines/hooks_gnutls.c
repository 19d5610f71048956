/* GnuTLS: it asks the system for its random numbers (dice.c), once for a thread. */
#define _GNU_SOURCE
#include "fuzz/dice.h"
#include "port_gnutls.h"
#include "fuzz/subject.h"
#include "fuzz/wire.h"

#include <gnutls/crypto.h>

extern const tls_engine tls_gnutls;

static void ready(void *object)
{
    (void)object;
    gnutls_rnd_refresh();
}

static const char *sets(void *object, int fd, int *harmless)
{
    gnutls_session_t session = ((ew_gnutls *)object)->session;
    *harmless = 0;
    if (fd >= 0 || !session)
        return NULL;
    switch (dice(5)) {
    case 0: gnutls_record_set_max_size(session, 512); return "gnutls_record_set_max_size";
    case 1: gnutls_record_cork(session); return "gnutls_record_cork";
    case 2: gnutls_transport_set_int(session, wire.ours); return "gnutls_transport_set_int";
    case 3: gnutls_record_disable_padding(session); return "gnutls_record_disable_padding";
    default:
        *harmless = 1;
        gnutls_record_set_timeout(session, 0);
        return "gnutls_record_set_timeout";
    }
}

const fuzz_engine fuzz_gnutls = {
    .kit = &tls_gnutls,
    .ready = ready,
    .sets = sets,
};
