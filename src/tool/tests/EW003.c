/* A connection is closed before it is one. */
#include "pair.h"

void wrong(struct pair *p)
{
    SSL_shutdown(p->s);
    ERR_clear_error();
    shake(p);
    orderly(p);
}

void right(struct pair *p)
{
    shake(p);
    orderly(p);
}
