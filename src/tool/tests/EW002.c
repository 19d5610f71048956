/* A read is tried again after a fatal error. */
#include "pair.h"

void wrong(struct pair *p)
{
    char buffer[64];
    shake(p);
    tell(p, PEER_GARBLES);
    SSL_read(p->s, buffer, sizeof buffer);
    ERR_clear_error();
    SSL_read(p->s, buffer, sizeof buffer);
    drop(p);
}

void right(struct pair *p)
{
    char buffer[64];
    shake(p);
    tell(p, PEER_GARBLES);
    SSL_read(p->s, buffer, sizeof buffer);
    ERR_clear_error();
    drop(p);
}
