/* gnutls_record_send after gnutls_bye. */
#include "pair.h"

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    gnutls_bye(s, GNUTLS_SHUT_WR);
    gnutls_record_send(s, "more", 4);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    gnutls_record_send(s, "more", 4);
    close_in_order(p, s);
}
