/* SSL_shutdown is forgotten. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    SSL_write(p->s, "all", 3);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    SSL_write(p->s, "all", 3);
    orderly(p);
}
