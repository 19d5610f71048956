/* The ios of this tree: sockets of two kinds, and the pair in memory. */
#define _GNU_SOURCE
#include "io_subjects.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io_memory.h"
#include "io_posix.h"

/* Sockets -------------------------------------------------------------------- */

static int fds[2];

static int handed_out(void *context[2])
{
    context[0] = &fds[0];
    context[1] = &fds[1];
    return 0;
}

/* Both block, as sockets do that nobody has set up otherwise. */
static int unix_open(void *context[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0 ? -1 : handed_out(context);
}

/* With SO_LINGER as it must not matter. */
static int tcp_open(void *context[2])
{
    const struct linger at_once = {1, 0};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int good = listener >= 0 && bind(listener, (struct sockaddr *)&a, len) == 0 &&
               listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr *)&a, &len) == 0;

    fds[0] = good ? socket(AF_INET, SOCK_STREAM, 0) : -1;
    good = good && connect(fds[0], (struct sockaddr *)&a, len) == 0;
    fds[1] = good ? accept(listener, NULL, NULL) : -1;
    close(listener);
    for (int i = 0; i < 2; i++) {
        good = good && fds[i] >= 0 &&
               setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0;
    }
    return good ? handed_out(context) : -1;
}

/* With bytes unread, or SO_LINGER of 0 seconds. */
static void socket_reset(void *context)
{
    close(*(int *)context);
}

static int socket_next_owner(void *context, uint8_t *buf, size_t len)
{
    return (int)recv(*(int *)context, buf, len, MSG_DONTWAIT);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

const io_subject io_unix = {
    .name = "posix, local socket",
    .io = &ew_io_posix,
    .open = unix_open,
    .reset = socket_reset,
    .next_owner = socket_next_owner,
    .held = open_descriptors,
    .threads = 1,
};

const io_subject io_tcp = {
    .name = "posix, TCP",
    .io = &ew_io_posix,
    .open = tcp_open,
    .reset = socket_reset,
    .next_owner = socket_next_owner,
    .held = open_descriptors,
    .threads = 1,
};

/* Memory --------------------------------------------------------------------- */

static int memory_open(void *context[2])
{
    static ew_memory memory;
    static uint8_t there[1000], back[3];

    ew_memory_init(&memory, there, sizeof there, back, sizeof back);
    context[0] = &memory.end[0];
    context[1] = &memory.end[1];
    return 0;
}

static void memory_reset(void *context)
{
    ew_memory_close(context);
}

static int memory_next_owner(void *context, uint8_t *buf, size_t len)
{
    int error = 0;
    int n = ew_memory_recv(context, buf, len, &error);

    return n > 0 ? n : 0;
}

const io_subject io_memory = {
    .name = "memory",
    .io = &ew_io_memory,
    .open = memory_open,
    .reset = memory_reset,
    .next_owner = memory_next_owner,
};
