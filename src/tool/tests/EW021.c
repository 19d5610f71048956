/* The class of a 0 is asked for. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_get_error(p->s, SSL_shutdown(p->s));
    drain(p);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    if (SSL_shutdown(p->s) < 0) {
        SSL_get_error(p->s, -1);
    }
    drain(p);
    drop(p);
}
