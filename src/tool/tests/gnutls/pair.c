#include "pair.h"

#include <unistd.h>

void end(struct pair *p, gnutls_session_t s)
{
    gnutls_deinit(s);
    close(p->fd);
}

void close_in_order(struct pair *p, gnutls_session_t s)
{
    char buffer[64];
    tell(p, PEER_ENDS);
    gnutls_bye(s, GNUTLS_SHUT_WR);
    while (gnutls_record_recv(s, buffer, sizeof buffer) > 0) {
    }
    end(p, s);
}

void garble(struct pair *p, gnutls_session_t s)
{
    char buffer[64];
    tell(p, PEER_GARBLES);
    expect(gnutls_record_recv(s, buffer, sizeof buffer) < 0, "the record was read");
}

/* The connection that pair.c has opened, with GnuTLS on it. */
static void run(struct pair *p, void (*what)(struct pair *, gnutls_session_t))
{
    gnutls_session_t s;
    gnutls_certificate_credentials_t credentials;
    SSL_free(p->s);
    expect(gnutls_init(&s, GNUTLS_CLIENT) == 0 &&
               gnutls_certificate_allocate_credentials(&credentials) == 0 &&
               gnutls_set_default_priority(s) == 0 &&
               gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, credentials) == 0,
           "gnutls_init");
    gnutls_transport_set_int(s, p->fd);
    what(p, s);
    gnutls_certificate_free_credentials(credentials);
}

void wrong(struct pair *p)
{
    run(p, wrong_gnutls);
}

void right(struct pair *p)
{
    run(p, right_gnutls);
}
