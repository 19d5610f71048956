/* No gnutls_bye before the session is freed. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    gnutls_record_send(s, "all", 3);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    gnutls_record_send(s, "all", 3);
    tell(p, PEER_ENDS);
    gnutls_bye(s, GNUTLS_SHUT_RDWR);
    end(p, s);
}
