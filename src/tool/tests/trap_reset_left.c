/* As trap_reset; the program exits, and leaves it to the kernel. */
#include "pair.h"

#include <stdlib.h>

void wrong(struct pair *p)
{
    shake(p);
    exit(0);
}

void right(struct pair *p)
{
    shake(p);
    tell(p, PEER_RESETS);
    await_reset(p);
    exit(0);
}
