/* gnutls_bye after a fatal error. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    garble(p, s);
    gnutls_bye(s, GNUTLS_SHUT_WR);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    garble(p, s);
    end(p, s);
}
