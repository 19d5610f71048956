/* In order, and open for a second: another process of the same number, in another namespace, begins meanwhile. */
#include "pair.h"

#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    sleep(1);
    orderly(p);
}

void right(struct pair *p)
{
    wrong(p);
}
