/* The system calls of the library, which the linker leads here. */
#include "dice.h"
#include "report.h"
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
int __real_shutdown(int fd, int how);
int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __real_clock_gettime(clockid_t clock, struct timespec *t);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);
int __wrap_shutdown(int fd, int how);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t);

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
    wire_counts();
    if (wire.half_closed)
        finding("sent-behind-the-end", "%zu bytes, once our side was half-closed", len);
    if (wire.theirs < 0)
        wire.budget = -1; /* what is gone tells so at once */
    if (wire.budget == 0) {
        log_step("      send %zu (type %d) blocks", len, ((const unsigned char *)buf)[0]);
        errno = EAGAIN;
        return -1;
    }
    if (wire.budget > 0 && (size_t)wire.budget < len)
        len = (size_t)wire.budget;
    ssize_t n = __real_send(fd, buf, len, flags);
    if (n > 0 && wire.budget > 0)
        wire.budget -= n;
    if (n > 0)
        wire_took(buf, (size_t)n);
    return n;
}

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
    wire_counts();
    return __real_recv(fd, buf, len, flags);
}

int __wrap_shutdown(int fd, int how)
{
    if (fd == wire.ours && how != SHUT_RD)
        wire.half_closed = 1;
    return __real_shutdown(fd, how);
}

static int is_ready(struct pollfd *p)
{
    struct pollfd q = *p;
    if (wire.budget == 0 && wire.theirs >= 0)
        q.events &= (short)~POLLOUT;
    int n = __real_poll(&q, 1, 0);
    p->revents = q.revents;
    return n;
}

/* Nobody else is there: what the call waits for happens here, or time passes. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
    int64_t end = wire.now + ms;
    if (n == 0) { /* a pause */
        wire_counts();
        wire.now = end;
        return 0;
    }
    for (;;) {
        wire_counts();
        int ready = is_ready(fds);
        if (ready != 0 || ms == 0)
            return ready;
        if (ms > 0 && wire.now >= end)
            return 0;
        if (wire_turn())
            wire.now += dice(3);
        else if (ms > 0)
            wire.now = end;
        else
            wire_rescue((fds->events & POLLOUT) != 0);
    }
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
    (void)clock;
    t->tv_sec = wire.now / 1000;
    t->tv_nsec = wire.now % 1000 * 1000000;
    return 0;
}
