/* Another socket takes the number of the connection's: by dup2 or dup3. */
#include "pair.h"

#include <sys/socket.h>
#include <unistd.h>

/* dup3 closes the connection's with data unread. */
void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    SSL_shutdown(p->s);
    SSL_free(p->s);
    expect(dup3(p->control, p->fd, 0) == p->fd, "dup3");
    close(p->fd);
}

void right(struct pair *p)
{
    int other = plain_socket();
    shake(p);
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    shutdown(p->fd, SHUT_WR);
    drain(p);
    SSL_free(p->s);
    expect(dup2(-1, p->fd) == -1 && dup2(p->fd, p->fd) == p->fd, "dup2 of nothing and of itself");
    expect(dup2(other, p->fd) == p->fd && close(other) == 0, "dup2");
    close(p->fd);
}
