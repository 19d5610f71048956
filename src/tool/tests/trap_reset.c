/* Given up without a close_notify and with data unread; in order where the peer had reset it. */
#include "pair.h"

#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    close(p->fd); /* first: the SSL names a descriptor that is gone */
    SSL_free(p->s);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    tell(p, PEER_RESETS);
    await_reset(p);
    close(p->fd); /* first: the SSL names a descriptor that is gone */
    SSL_free(p->s);
}
