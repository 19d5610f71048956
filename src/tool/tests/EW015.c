/* The peer's close is claimed, to be done in one call. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    SSL_shutdown(p->s);
    SSL_set_shutdown(p->s, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_shutdown(p->s);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    SSL_shutdown(p->s);
    SSL_set_shutdown(p->s, SSL_get_shutdown(p->s));
    drop(p);
}
