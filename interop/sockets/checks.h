/* The contracts of spec/engines/sockets.h as checks: checks.py writes them, walk.c asks them. */
#ifndef SOCKETS_CHECKS_H
#define SOCKETS_CHECKS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

/* The ghosts of the contracts, at one moment: looked up in the kernel wherever it can be asked. */
struct sockets_moment {
    long long wire, given, came, peer_ended, errnum, socket, type, flags, open, lingers,
        half_closed;
    long long failed, clock, late, asked, receive_time, send_time;
};

/* A call: its arguments, the buffer before it and after it, and what it returned. */
struct sockets_call {
    long long sockfd, fd, len, how, level, optname, optlen, nfds, timeout, clk_id, cmd, result;
    int flags;
    const uint8_t *before, *buf;
    struct pollfd fds;
    struct timespec tp;
    struct linger optval;
};

#define SOCKETS_CLAUSE                                                                             \
    const struct sockets_moment *then, const struct sockets_moment *now,                           \
        const struct sockets_call *call

struct sockets_clause {
    const char *function, *label;
    int (*holds)(SOCKETS_CLAUSE);
};

/* In the order of the contracts; the last has no function. */
extern const struct sockets_clause sockets_requires[], sockets_ensures[];

/* What is sent each way, from the first byte to the last. */
uint8_t sockets_made_byte(long long place);
uint8_t sockets_came_byte(long long place);

#endif
