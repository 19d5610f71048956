/* The descriptor is closed by the system call, unseen, and its number given to a plain socket. */
#include "pair.h"

#include <sys/syscall.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    int other = plain_socket();
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    drain(p);
    SSL_free(p->s);
    syscall(SYS_dup3, other, p->fd, 0);
    close(other);
    close(p->fd);
}

void right(struct pair *p)
{
    wrong(p);
}
