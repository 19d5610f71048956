/* The descriptor is closed while data lies in it. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    SSL_shutdown(p->s);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    orderly(p);
}
