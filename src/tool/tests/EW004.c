/* Data is written behind close_notify. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    SSL_write(p->s, "late", 4);
    ERR_clear_error();
    drain(p);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    SSL_write(p->s, "late", 4);
    orderly(p);
}
