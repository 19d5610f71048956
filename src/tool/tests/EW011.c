/* A close_notify that blocked is not repeated. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    gate(p);
    shut_gate(1);
    SSL_shutdown(p->s);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    gate(p);
    shut_gate(1);
    SSL_shutdown(p->s);
    shut_gate(0);
    orderly(p);
}
