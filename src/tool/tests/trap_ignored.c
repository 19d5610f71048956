/* An end of file would be ignored, and none comes but behind a close_notify. */
#include "pair.h"

void wrong(struct pair *p)
{
    SSL_set_options(p->s, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_set_read_ahead(p->s, 1);
    shake(p);
    orderly(p);
}

void right(struct pair *p)
{
    wrong(p);
}
