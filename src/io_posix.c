/*
 * POSIX: connected stream sockets as an io, and what the connection has for programs that
 * know their sockets by descriptors and their errors by errno.
 */
#include "io_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "tell.h"

/* Between two looks at a socket with an entry in its error queue, in ms. */
enum { PAUSE = 10 };

/* What stands for `number` in errno: itself, if it is the system's. */
static int errno_of(int number)
{
    static const int numbers[] = {
        [-EW_CAUSE_AGAIN] = EAGAIN,     [-EW_CAUSE_TIMED_OUT] = ETIMEDOUT,
        [-EW_CAUSE_INVALID] = EINVAL,   [-EW_CAUSE_NOT_OPEN] = EBADF,
        [-EW_CAUSE_BUSY] = EBUSY,       [-EW_CAUSE_UNSUPPORTED] = EOPNOTSUPP,
        [-EW_CAUSE_PROTOCOL] = EPROTO,  [-EW_CAUSE_ENDED] = EPIPE,
        [-EW_CAUSE_NO_MEMORY] = ENOMEM, [-EW_CAUSE_RESET] = ECONNRESET,
    };

    return (number < 0 && number >= EW_CAUSE_RESET) ? numbers[-number] : number;
}

void endwell_tell(int number)
{
    errno = errno_of(number);
}

/* The io ------------------------------------------------------------------- */

/* Why a call on the socket gave nothing. */
static int stopped(int *error)
{
    if (errno == EINTR) {
        return EW_IO_INTERRUPTED;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return EW_IO_BLOCKED;
    }
    *error = errno;
    return EW_IO_FAILED;
}

static int send_bytes(const int *fd, const uint8_t *buf, size_t len, int *error)
{
    ssize_t n = send(*fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0) {
        return stopped(error);
    }
    return n > 0 ? (int)n : EW_IO_BLOCKED;
}

static int recv_bytes(const int *fd, uint8_t *buf, size_t len, int *error)
{
    ssize_t n = recv(*fd, buf, len, MSG_DONTWAIT);

    if (n < 0) {
        return stopped(error);
    }
    return n > 0 ? (int)n : EW_IO_END;
}

static void end_sending(const int *fd)
{
    (void)shutdown(*fd, SHUT_WR);
}

/*
 * SO_LINGER goes first: with 0 seconds it would turn the close into a reset, which takes
 * from the peer what it has not read yet; with more, close would wait.
 */
static void close_socket(const int *fd)
{
    const struct linger off = {0, 0};

    (void)setsockopt(*fd, SOL_SOCKET, SO_LINGER, &off, sizeof off);
    (void)close(*fd);
}

static int64_t monotonic_ms(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Not beyond `end`, unless that is below 0. */
static void pause_until(int64_t end)
{
    int64_t left = end < 0 ? PAUSE : end - monotonic_ms();

    (void)poll(NULL, 0, left > PAUSE ? PAUSE : left > 0 ? (int)left : 0);
}

/*
 * An entry in the socket's error queue (SO_TIMESTAMPING, IP_RECVERR) makes poll
 * return at once, for as long as the application leaves it there, and it is not
 * ours to take. So such a wait goes on in steps; a real error is found by the
 * next call on the socket.
 */
static int wait_until(const int *fd, uint8_t what, int ms, int *error)
{
    struct pollfd p[1] = {{.fd = *fd, .events = what == EW_IO_READABLE ? POLLIN : POLLOUT}};
    int64_t end = ms < 0 ? -1 : monotonic_ms() + ms;
    int n = poll(p, what == EW_IO_NOTHING ? 0 : 1, ms);

    if (n < 0 && errno != EINTR) {
        *error = errno;
        return EW_IO_FAILED;
    }
    if (n > 0 && p[0].revents == POLLERR) {
        pause_until(end);
    }
    return n > 0;
}

static int descriptor(const int *fd)
{
    return *fd;
}

/* The entries of the table: each is one line, and makes a descriptor of its context. */
static int posix_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    return send_bytes(context, buf, len, error);
}

static int posix_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    return recv_bytes(context, buf, len, error);
}

static void posix_half_close(void *context)
{
    end_sending(context);
}

static void posix_close(void *context)
{
    close_socket(context);
}

static int posix_wait(void *context, uint8_t what, int ms, int *error)
{
    return wait_until(context, what, ms, error);
}

static int64_t posix_now_ms(void *context)
{
    (void)context;
    return monotonic_ms();
}

static int posix_release(void *context)
{
    return descriptor(context);
}

const ew_io ew_io_posix = {
    .name = "posix",
    .send = posix_send,
    .recv = posix_recv,
    .half_close = posix_half_close,
    .close = posix_close,
    .wait = posix_wait,
    .now_ms = posix_now_ms,
    .release = posix_release,
};

static void start_transport(ew_transport *t)
{
    ew_transport_init_io(t, &ew_io_posix, &t->fd);
}

void ew_transport_init(ew_transport *t, int fd)
{
    start_transport(t);
    t->fd = fd;
}

/* Opening ------------------------------------------------------------------ */

/* getsockopt for each type that is asked for: a line each, in which a void * is given. */
static int get_int(int fd, int name, int *value, socklen_t *len)
{
    return getsockopt(fd, SOL_SOCKET, name, value, len);
}

static int get_time(int fd, int name, struct timeval *value, socklen_t *len)
{
    return getsockopt(fd, SOL_SOCKET, name, value, len);
}

/* 1: none of the two; 0: one is set; -1: errno. */
static int has_no_timeouts(int fd)
{
    struct timeval in = {0, 0};
    struct timeval out = {0, 0};
    socklen_t in_len = sizeof in;
    socklen_t out_len = sizeof out;

    if (get_time(fd, SO_RCVTIMEO, &in, &in_len) != 0 ||
        get_time(fd, SO_SNDTIMEO, &out, &out_len) != 0) {
        return -1;
    }
    return in.tv_sec == 0 && in.tv_usec == 0 && out.tv_sec == 0 && out.tv_usec == 0;
}

/* A system call says that this is no socket for us. */
static int system_error(ew_conn *c)
{
    return endwell_misuse(c, errno);
}

/*
 * Whether the socket is one that the promises can be kept on, and whether it blocks: 0 or 1, or -1
 * with errno and detail.
 */
static int check_socket(ew_conn *c, int fd)
{
    int type = 0;
    socklen_t len = sizeof type;
    int flags = fcntl(fd, F_GETFL);
    int untimed;

    if (flags < 0 || get_int(fd, SO_TYPE, &type, &len) != 0) {
        return system_error(c);
    }
    if (type != SOCK_STREAM) {
        return endwell_refused(c, "the socket is not a stream socket");
    }
    if ((flags & O_NONBLOCK) != 0) {
        return 0;
    }
    untimed = has_no_timeouts(fd);
    if (untimed == 0) {
        return endwell_refused(c, "SO_RCVTIMEO or SO_SNDTIMEO is set on the "
                                  "socket: ew_conn_set_deadline limits a call");
    }
    return untimed < 0 ? system_error(c) : 1;
}

static void start(ew_conn *c)
{
    endwell_reset(c, &ew_io_posix, &c->transport.fd);
}

/* The start, over POSIX. Whether the socket blocks; or -1. */
static int prepare(ew_conn *c, int fd)
{
    if (c == NULL) {
        return endwell_misuse(c, EW_CAUSE_INVALID);
    }
    start(c);
    c->transport.fd = fd;
    return check_socket(c, fd);
}

int ew_conn_open(ew_conn *c, int fd, const ew_port *port, void *engine)
{
    int blocking = prepare(c, fd);

    return blocking < 0 ? -1 : endwell_open_port(c, blocking, port, engine);
}

int ew_conn_adopt(ew_conn *c, int fd, const ew_port *port, void *engine)
{
    int blocking = prepare(c, fd);

    return blocking < 0 ? -1 : endwell_adopt_port(c, blocking, port, engine);
}
