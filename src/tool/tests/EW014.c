/* The close is claimed, to keep the session. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    SSL_set_shutdown(p->s, SSL_SENT_SHUTDOWN);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    orderly(p);
}
