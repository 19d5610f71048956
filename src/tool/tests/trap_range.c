/* All descriptors from one on are closed at once, and one of them with data unread. */
#include "pair.h"

#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    SSL_shutdown(p->s);
    SSL_free(p->s);
    closefrom(p->fd);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    drain(p);
    SSL_free(p->s);
    expect(close_range((unsigned)p->fd, ~0u, 0) == 0, "close_range");
    expect(close(p->fd) == -1 && close_range(9, 3, 0) == -1, "nothing is left");
}
