/* Stands in for src/tests/support.c as well, which wraps send and recv in another way. */
#define _GNU_SOURCE
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "memory.h"
#include "support.h"

ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
int __real_poll(struct pollfd *fds, nfds_t count, int ms);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __real_fcntl(int fd, int command, ...);
int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __real_shutdown(int fd, int how);
int __real_close(int fd);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);
int __wrap_poll(struct pollfd *fds, nfds_t count, int ms);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_shutdown(int fd, int how);
int __wrap_close(int fd);

calls_state calls;

void calls_start(void)
{
    memset(&calls, 0, sizeof calls);
    calls.now_ms = 1000000;
}

/* Runs something that is not the adapter's. */
static void outside(void (*what)(void *))
{
    int armed = heap.armed;

    calls.inside = 0;
    heap.armed = 0;
    what(calls.world);
    heap.armed = armed;
    calls.inside = 1;
}

static void hang(const char *why)
{
    calls.hang = why;
    calls.inside = 0;
    heap.armed = 0;
    longjmp(calls.out, 1);
}

/* Counts a call. The fault that it has to suffer; errno is set already. */
static fault_kind next(call_kind call)
{
    const plan *p = &calls.plan;
    int at = calls.count[call]++;

    if (++calls.since > CALLS_AT_MOST)
        hang("goes on making system calls");
    if (p->fault == FAULT_NONE || p->call != call || at < p->at || at >= p->at + p->times)
        return FAULT_NONE;
    calls.met++;
    if (p->fault == FAULT_JUMP) {
        calls.now_ms += HOUR_MS;
        calls.jumped_ms += HOUR_MS;
        return FAULT_NONE;
    }
    if (p->fault == FAULT_GONE) {
        outside(calls.gone);
        return FAULT_NONE;
    }
    errno = p->error;
    return p->fault;
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
    fault_kind fault = calls.inside ? next(CALL_SEND) : FAULT_NONE;

    if (fault == FAULT_ERROR || fault == FAULT_STUCK)
        return -1;
    return __real_send(fd, buf, fault == FAULT_SHORT ? 1 : len, flags);
}

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
    fault_kind fault = calls.inside ? next(CALL_RECV) : FAULT_NONE;

    if (fault == FAULT_ERROR)
        return -1;
    if (fault == FAULT_END)
        return 0;
    if (calls.inside && !(flags & MSG_DONTWAIT)) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (__real_poll(&p, 1, 0) == 0)
            hang("blocks in recv");
    }
    return __real_recv(fd, buf, fault == FAULT_SHORT ? 1 : len, flags);
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int ms)
{
    fault_kind fault;
    int n;

    if (!calls.inside)
        return __real_poll(fds, count, ms);
    fault = next(CALL_POLL);
    if (fault == FAULT_ERROR) {
        calls.now_ms += 1;
        return -1;
    }
    if (fault == FAULT_EARLY)
        return 0;
    if (fault == FAULT_SPURIOUS) {
        fds[0].revents = fds[0].events;
        return 1;
    }
    outside(calls.pump);
    n = calls.plan.fault == FAULT_STUCK && calls.met > 0 && fds[0].events == POLLOUT
            ? 0
            : __real_poll(fds, count, 0);
    if (n != 0)
        return n;
    if (ms < 0)
        hang("waits for ever");
    calls.now_ms += ms;
    return 0;
}

/* Every other clock is set to and fro by an hour; only the monotonic one can be waited by. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    int64_t ms;

    if (!calls.inside)
        return __real_clock_gettime(clock, now);
    next(CALL_CLOCK);
    ms = calls.now_ms;
    if (clock != CLOCK_MONOTONIC)
        ms += calls.count[CALL_CLOCK] % 2 ? HOUR_MS : 2 * (int64_t)HOUR_MS;
    now->tv_sec = (time_t)(ms / 1000);
    now->tv_nsec = (long)(ms % 1000) * 1000000;
    return 0;
}

int __wrap_fcntl(int fd, int command, ...)
{
    va_list rest;
    long argument;

    va_start(rest, command);
    argument = command == F_GETFL || command == F_GETFD ? 0 : va_arg(rest, long);
    va_end(rest);
    if (calls.inside && next(CALL_FCNTL) == FAULT_ERROR)
        return -1;
    return __real_fcntl(fd, command, argument);
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
    if (calls.inside && next(CALL_GETSOCKOPT) == FAULT_ERROR)
        return -1;
    return __real_getsockopt(fd, level, name, value, len);
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    if (calls.inside && next(CALL_SETSOCKOPT) == FAULT_ERROR)
        return -1;
    return __real_setsockopt(fd, level, name, value, len);
}

int __wrap_shutdown(int fd, int how)
{
    if (calls.inside) {
        fault_kind fault = next(CALL_SHUTDOWN);
        calls.shut = 1;
        if (fault == FAULT_ERROR)
            return -1;
    }
    return __real_shutdown(fd, how);
}

int __wrap_close(int fd)
{
    fault_kind fault;
    int error = errno;

    if (!calls.inside)
        return __real_close(fd);
    fault = next(CALL_CLOSE);
    if (fault == FAULT_ERROR)
        error = errno;
    if (fd == calls.fd && calls.closes++ == 0)
        __real_close(fd);
    else if (fd != calls.fd)
        calls.wrong_closes++;
    errno = error;
    return fault == FAULT_ERROR ? -1 : 0;
}
