/*
 * What a session has to be for the port to take it, and what is asked of it while it is held.
 * The port of this tree reads it; it is not installed.
 */
#ifndef EW_GNUTLS_SETUP_H
#define EW_GNUTLS_SETUP_H

#include <stddef.h>

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>

#include "port_gnutls.h"

/* Whom a session pulls from and pushes to. */
typedef struct ew_gnutls_pointers {
    gnutls_transport_ptr_t pull;
    gnutls_transport_ptr_t push;
} ew_gnutls_pointers;

/* What is wrong with a session, in words; NULL: nothing. */
static inline const char *ew_gnutls_unfit(gnutls_session_t session)
{
    if (session == NULL) {
        return EW_WORDS("there is no session");
    }
    if (gnutls_dtls_get_mtu(session) != 0) {
        return EW_WORDS("the session is for DTLS");
    }
    if (gnutls_cipher_get(session) != GNUTLS_CIPHER_NULL) {
        return EW_WORDS("the handshake of the session is over");
    }
    return NULL;
}

/* A ClientHello came last, and all of it. */
static inline int ew_gnutls_has_hello(gnutls_session_t session)
{
    return gnutls_handshake_get_last_in(session) == GNUTLS_HANDSHAKE_CLIENT_HELLO;
}

/* What the handshake has settled, and a session is not asked for before; NULL: nothing wrong. */
static inline const char *ew_gnutls_unsafe(gnutls_session_t session)
{
    gnutls_protocol_t version = gnutls_protocol_get_version(session);
    unsigned flags = gnutls_session_get_flags(session);

    if (version != GNUTLS_TLS1_2 && version != GNUTLS_TLS1_3) {
        return EW_WORDS("the version is older than TLS 1.2");
    }
    if (flags & (GNUTLS_SFLAGS_FALSE_START | GNUTLS_SFLAGS_EARLY_START)) {
        return EW_WORDS(
            "the handshake is not over (GNUTLS_ENABLE_FALSE_START, GNUTLS_ENABLE_EARLY_START)");
    }
    return NULL;
}

static inline void ew_gnutls_keep_renew(ew_gnutls *e, ew_gnutls_renew renew, void *owner)
{
    e->renew = renew;
    e->owner = owner;
}

/* For clear: another session, or NULL. */
static inline gnutls_session_t ew_gnutls_another(const ew_gnutls *e)
{
    return e->renew == NULL ? NULL : e->renew(e->owner);
}

/* A server's session is in the database of the application's; a client's is not kept here. */
static inline void ew_gnutls_settle(gnutls_session_t session, int kept)
{
    if (!kept) {
        gnutls_db_remove_session(session);
    }
}

#endif
