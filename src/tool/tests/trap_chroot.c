/* Like a server that locks itself away: another root, another user, and no /proc. */
#include "pair.h"

#include <stdlib.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    char folder[] = "/tmp/endwell-root-XXXXXX";
    shake(p);
    expect(mkdtemp(folder) != NULL && chroot(folder) == 0 && chdir("/") == 0 && setuid(65534) == 0,
           "chroot");
    closefrom(100); /* the trace cannot be opened again */
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
