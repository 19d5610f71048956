/* The error of something else is still in the queue. */
#include "pair.h"

void wrong(struct pair *p)
{
    char buffer[64];
    shake(p);
    set_blocking(p, 0);
    ERR_raise(ERR_LIB_USER, 7);
    expect(SSL_get_error(p->s, SSL_read(p->s, buffer, sizeof buffer)) == SSL_ERROR_SSL,
           "no WANT_READ");
    ERR_clear_error();
    set_blocking(p, 1);
    orderly(p);
}

void right(struct pair *p)
{
    char buffer[64];
    shake(p);
    set_blocking(p, 0);
    ERR_raise(ERR_LIB_USER, 7);
    ERR_clear_error();
    expect(SSL_get_error(p->s, SSL_read(p->s, buffer, sizeof buffer)) == SSL_ERROR_WANT_READ,
           "WANT_READ");
    set_blocking(p, 1);
    orderly(p);
}
