/* The socket is closed with data unread in it. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    tell(p, PEER_WRITES);
    await_data(p);
    gnutls_bye(s, GNUTLS_SHUT_WR);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    tell(p, PEER_WRITES);
    await_data(p);
    close_in_order(p, s);
}
