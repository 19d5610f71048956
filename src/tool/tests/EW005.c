/* A key update is asked for behind close_notify. */
#include "pair.h"

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    drain(p);
    SSL_key_update(p->s, SSL_KEY_UPDATE_NOT_REQUESTED);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    SSL_key_update(p->s, SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(p->s);
    orderly(p);
}
