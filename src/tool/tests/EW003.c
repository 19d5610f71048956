/* A connection is closed before it is one. */
#include "pair.h"

void wrong(struct pair *p)
{
    gate(p);
    shut_gate(1);
    SSL_connect(p->s);
    SSL_shutdown(p->s);
    ERR_clear_error();
    shut_gate(0);
    shake(p);
    orderly(p);
}

/* Nothing has begun: the call tells whether a role was set, and no more. */
void right(struct pair *p)
{
    SSL_shutdown(p->s);
    ERR_clear_error();
    shake(p);
    orderly(p);
}
