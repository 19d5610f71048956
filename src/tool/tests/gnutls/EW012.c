/* A gnutls_record_send that blocked is not repeated. */
#include "pair.h"

static const char much[16000];

static void fill(struct pair *p, gnutls_session_t s)
{
    expect(gnutls_handshake(s) == 0, "gnutls_handshake");
    set_blocking(p, 0);
    while (gnutls_record_send(s, much, sizeof much) > 0) {
    }
}

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    fill(p, s);
    end(p, s);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    fill(p, s);
    set_blocking(p, 1);
    tell(p, PEER_ENDS);
    expect(gnutls_record_send(s, NULL, 0) > 0, "the rest");
    gnutls_bye(s, GNUTLS_SHUT_RDWR);
    end(p, s);
}
