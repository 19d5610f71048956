/* The descriptors: what a close throws away, and that the trace survives it. */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEADER = 5, ABSENT = -1, LATER = 1 << 2 }; /* CLOSE_RANGE_CLOEXEC */

static bool is_tcp(int fd)
{
    int type = 0, domain = 0;
    socklen_t length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM &&
           getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
           (domain == AF_INET || domain == AF_INET6);
}

/* Once it is TCP_CLOSE nothing can be sent any more: the peer has reset it, or did not answer. */
static int state_of(int fd)
{
    struct tcp_info info = {.tcpi_state = 0};
    socklen_t length = sizeof info;
    return is_tcp(fd) && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0
               ? info.tcpi_state
               : ABSENT;
}

/* The number may be another file's by now. */
static bool is_still(int fd, const struct carried *by)
{
    struct stat status;
    return by->who.number != 0 && fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
           status.st_dev == by->device && status.st_ino == by->inode;
}

void add_state(struct line *l, const struct connection *c, int fd)
{
    struct carried by = carried_by(fd);
    int state = same_connection(&by.who, &c->who) && is_still(fd, &by) ? state_of(fd) : ABSENT;
    if (state != ABSENT) {
        add(l, ",\"state\":%d", state);
    }
}

void tell_left(void)
{
    struct line l;
    for (int fd = 0; fd < past_carriers(); fd++) {
        struct carried by = carried_by(fd);
        if (!by.shared && is_still(fd, &by) && state_of(fd) == TCP_CLOSE) {
            start_line(&l, "left");
            add_name(&l, &by.who);
            add(&l, ",\"fd\":%d,\"state\":%d", fd, TCP_CLOSE);
            end_line(&l);
        }
    }
}

/* Other descriptors of this process for the same socket; -1 if that cannot be seen. */
static int other_descriptors(int fd)
{
    char path[64], target[64], entry[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, target, sizeof target);
    DIR *folder = length > 0 ? opendir("/proc/self/fd") : NULL;
    if (folder == NULL) {
        return -1;
    }
    int count = 0;
    for (struct dirent *d; (d = readdir(folder)) != NULL;) {
        snprintf(path, sizeof path, "/proc/self/fd/%.20s", d->d_name);
        ssize_t n = readlink(path, entry, sizeof entry);
        count += n == length && memcmp(entry, target, (size_t)n) == 0;
    }
    closedir(folder);
    return count - 1;
}

/* What lies unread in front: an alert is told from data. An error of the socket is the program's. */
static void add_unread(struct line *l, int fd, int unread)
{
    unsigned char head[HEADER];
    struct pollfd failed = {.fd = fd, .events = 0};
    add(l, ",\"unread\":%d", unread);
    if (unread >= HEADER && poll(&failed, 1, 0) == 0 &&
        recv(fd, head, sizeof head, MSG_PEEK | MSG_DONTWAIT) == HEADER) {
        add(l, ",\"unread_record\":{\"type\":%d,\"length\":%d}", head[0], head[3] << 8 | head[4]);
    }
}

static void tell_end(const char *kind, int fd, struct carried by, bool has_how, int how)
{
    struct line l;
    int unread = 0, unacked = 0;
    start_line(&l, kind);
    add_name(&l, &by.who);
    add(&l, ",\"fd\":%d", fd);
    if (has_how) {
        add(&l, ",\"how\":%d", how);
    }
    if (is_tcp(fd)) {
        add(&l, ",\"state\":%d", state_of(fd));
        if (ioctl(fd, FIONREAD, &unread) == 0) {
            add_unread(&l, fd, unread);
        }
        if (ioctl(fd, SIOCOUTQ, &unacked) == 0) {
            add(&l, ",\"unacked\":%d", unacked);
        }
        int others = unread > 0 && !by.shared ? other_descriptors(fd) : 0;
        if (!by.shared && others >= 0) {
            add(&l, ",\"last\":%s", others == 0 ? "true" : "false");
        }
    }
    if (by.shared) {
        add(&l, ",\"shared\":true");
    }
    add_backtrace(&l);
    end_line(&l);
}

static void watch_end(const char *kind, int fd, bool has_how, int how)
{
    struct carried by = carried_by(fd);
    if (by.who.number == 0 || !is_recording()) {
        return;
    }
    int saved = errno;
    inside++;
    if (is_still(fd, &by)) {
        tell_end(kind, fd, by, has_how, how);
    }
    inside--;
    errno = saved;
}

int close(int fd)
{
    REAL(close, int, (int))
    if (is_trace(fd) && inside == 0) {
        errno = EBADF;
        return -1;
    }
    if (carries_any(fd)) {
        watch_end("close", fd, false, 0);
        if (is_recording()) {
            carries_nothing(fd);
        }
    }
    return real != NULL ? real(fd) : (int)syscall(SYS_close, fd);
}

static void watch_ends(unsigned first, unsigned last)
{
    for (int fd = 0; fd < past_carriers() && (unsigned)fd <= last; fd++) {
        if ((unsigned)fd >= first && carries_any(fd)) {
            watch_end("close", fd, false, 0);
            if (is_recording()) {
                carries_nothing(fd);
            }
        }
    }
}

/* All of them but the trace. */
int close_range(unsigned first, unsigned last, int flags)
{
    REAL(close_range, int, (unsigned, unsigned, int))
    unsigned kept = (unsigned)trace_descriptor();
    int left = 0;
    if (real == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if ((flags & LATER) != 0 || inside > 0) {
        return real(first, last, flags);
    }
    watch_ends(first, last);
    if (trace_descriptor() < 0 || first > last || kept < first || kept > last) {
        return real(first, last, flags);
    }
    left = kept > first ? real(first, kept - 1, flags) : 0;
    return left == 0 && kept < last ? real(kept + 1, last, flags) : left;
}

void closefrom(int first)
{
    REAL(closefrom, void, (int))
    unsigned least = first > 0 ? (unsigned)first : 0;
    if (close_range(least, ~0u, 0) != 0 && real != NULL) {
        real(first);
    }
}

int shutdown(int fd, int how)
{
    REAL(shutdown, int, (int, int))
    watch_end("shutdown", fd, true, how);
    return real != NULL ? real(fd, how) : (int)syscall(SYS_shutdown, fd, how);
}

/* What had the number before is closed by it. */
static void give_number(int from, int to)
{
    int saved = errno;
    if (is_trace(to)) {
        move_trace();
    }
    if (from != to && fcntl(from, F_GETFD) >= 0) {
        watch_end("close", to, false, 0);
        if (is_recording()) {
            carries_nothing(to);
        }
    }
    errno = saved;
}

int dup2(int from, int to)
{
    REAL(dup2, int, (int, int))
    give_number(from, to);
    return real != NULL ? real(from, to) : (int)syscall(SYS_dup3, from, to, 0);
}

int dup3(int from, int to, int flags)
{
    REAL(dup3, int, (int, int, int))
    give_number(from, to);
    return real != NULL ? real(from, to, flags) : (int)syscall(SYS_dup3, from, to, flags);
}
