/* A server hands its connection to a child: the parent's close, with data unread, ends nothing. */
#include "pair.h"

#include <sys/wait.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    tell(p, PEER_WRITES);
    await_data(p);
    pid_t child = fork();
    expect(child >= 0, "fork");
    if (child == 0) {
        sleep(1);
        orderly(p);
        _exit(0);
    }
    close(p->fd);
    SSL_free(p->s);
    waitpid(child, NULL, 0);
}

void right(struct pair *p)
{
    wrong(p);
}
