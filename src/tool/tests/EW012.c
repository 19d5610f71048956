/* A write that blocked is not repeated. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    gate(p);
    shut_gate(1);
    SSL_write(p->s, "owed", 4);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    gate(p);
    shut_gate(1);
    SSL_write(p->s, "owed", 4);
    shut_gate(0);
    SSL_write(p->s, "owed", 4);
    orderly(p);
}
