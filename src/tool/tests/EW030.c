/* The second SSL_shutdown meets data. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    SSL_shutdown(p->s);
    SSL_shutdown(p->s);
    ERR_clear_error();
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    orderly(p);
}
