#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 300 }; /* of a whole test program, under valgrind too */

faults on_send = {.budget = -1};
faults on_recv = {.budget = -1};

ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);

void faults_reset(void)
{
    on_send = (faults){.budget = -1};
    on_recv = (faults){.budget = -1};
}

/* 0: go on with *len bytes; -1: fail with errno. */
static int fault(faults *f, size_t *len)
{
    f->calls++;
    if (f->interrupts > 0) {
        f->interrupts--;
        errno = EINTR;
        return -1;
    }
    if (f->error != 0) {
        errno = f->error;
        return -1;
    }
    if (f->budget == 0) {
        errno = EAGAIN;
        return -1;
    }
    if (f->budget > 0 && (size_t)f->budget < *len) {
        *len = (size_t)f->budget;
    }
    return 0;
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
    ssize_t n;

    if (fault(&on_send, &len) != 0) {
        return -1;
    }
    n = __real_send(fd, buf, len, flags);
    if (n > 0 && on_send.budget > 0) {
        on_send.budget -= n;
    }
    return n;
}

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
    ssize_t n;

    if (fault(&on_recv, &len) != 0) {
        return -1;
    }
    n = __real_recv(fd, buf, len, flags);
    if (n > 0 && on_recv.budget > 0) {
        on_recv.budget -= n;
    }
    return n;
}

void socket_pair(int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
}

void set_nonblocking(int fd)
{
    assert_int_equal(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
}

int is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

void fill(int fd)
{
    static char b[65536];

    while (send(fd, b, sizeof b, MSG_DONTWAIT) > 0) {
    }
    assert_int_equal(errno, EAGAIN);
}

int64_t clock_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void wait_ms(int milliseconds)
{
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

    while (nanosleep(&left, &left) != 0) {
    }
}

void tcp_pair(int fds[2])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&a, len), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fds[0], (struct sockaddr *)&a, len), 0);
    fds[1] = accept(listener, NULL, NULL);
    assert_true(fds[1] >= 0);
    close(listener);
}

void assert_tells(const ew_conn *c, const char *words)
{
    const char *told = ew_conn_detail(c), *left = EW_WORDS("");

    if (*left == '\0' ? strstr(told, words) == NULL : strcmp(told, left) != 0) {
        fail_msg("'%s', not '%s'", told, words);
    }
}

int run_group(const struct CMUnitTest *tests, size_t count)
{
    int failed;

    alarm(LIMIT_SECONDS);
    failed = _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
    if (failed < 0 || (size_t)failed > count) {
        failed = (int)count;
    }
    printf("%d passed, %d failed\n", (int)count - failed, failed);
    return failed != 0;
}
