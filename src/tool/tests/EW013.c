/* Quiet shutdown. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    SSL_set_quiet_shutdown(p->s, 1);
    SSL_shutdown(p->s);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    SSL_set_quiet_shutdown(p->s, 1);
    SSL_set_quiet_shutdown(p->s, 0);
    orderly(p);
}
