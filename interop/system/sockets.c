/* What src/tests/link.c needs of src/tests/support.c, without its faults. */
#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"

enum { PAIRS_OF_A_PORT = 1000, CONNECT_MS = 5000 };

int world_over_tcp;

void faults_reset(void)
{
}

/*
 * A connection that was closed keeps its port for a minute. A new listener for each pair would use up
 * all of them: one serves many, and not so many that the connecting side runs out of ports to it.
 */
static int listening_pair(int fds[2])
{
    static int listener = -1, port, left;

    if (left-- <= 0) {
        if (listener >= 0)
            close(listener);
        listener = net_listen(&port);
        left = PAIRS_OF_A_PORT - 1;
    }
    fds[0] = listener < 0 ? -1 : net_connect(port);
    fds[1] = fds[0] < 0 ? -1 : net_accept(listener, CONNECT_MS);
    return fds[1] < 0 ? -1 : 0;
}

void socket_pair(int fds[2])
{
    if (world_over_tcp ? listening_pair(fds) != 0 : socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
        fprintf(stderr, "no sockets: %s\n", strerror(errno));
        exit(2);
    }
}

void set_nonblocking(int fd)
{
    net_set_blocking(fd, 0);
}
