/* The class of another value is asked for. */
#include "pair.h"

void wrong(struct pair *p)
{
    char buffer[64];
    shake(p);
    tell(p, PEER_WRITES);
    SSL_read(p->s, buffer, sizeof buffer);
    SSL_get_error(p->s, -1);
    orderly(p);
}

void right(struct pair *p)
{
    char buffer[64];
    shake(p);
    tell(p, PEER_WRITES);
    SSL_get_error(p->s, SSL_read(p->s, buffer, sizeof buffer));
    orderly(p);
}
