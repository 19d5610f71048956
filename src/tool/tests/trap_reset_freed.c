/* As trap_reset; the SSL is freed before the descriptor is closed, which nobody reads from. */
#include "pair.h"

#include <unistd.h>

static void give_up(struct pair *p)
{
    SSL_free(p->s);
    close(p->fd);
}

void wrong(struct pair *p)
{
    shake(p);
    give_up(p);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_RESETS);
    await_reset(p);
    give_up(p);
}
