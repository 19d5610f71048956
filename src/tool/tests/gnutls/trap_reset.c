/* Given up without a gnutls_bye; in order where the peer had reset it, which poll and SO_ERROR tell. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    tell(p, PEER_RESETS);
    await_reset(p);
    end(p, s);
}
