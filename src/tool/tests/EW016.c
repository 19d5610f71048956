/* The flags are cleared, to go on after the close. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    SSL_set_shutdown(p->s, 0);
    drain(p);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    SSL_set_shutdown(p->s, SSL_SENT_SHUTDOWN);
    drain(p);
    drop(p);
}
