/* gnutls_record_send after a fatal error. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    garble(p, s);
    gnutls_record_send(s, "more", 4);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    gnutls_record_send(s, "more", 4);
    garble(p, s);
    end(p, s);
}
