#include "subject_endwell.h"

#include "repeat.h"
#include "heap.h"
#include "subject_endwell_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

/* DESCRIPTOR: above what a process can have. */
enum { DESCRIPTOR = 1 << 28, MOST_TURNS = 20, BROKEN = -2 };

ew_conn *endwell;
bool endwell_in_engine;

static wire *transport;
static bool established;
static bool restored; /* the memory is in the heap, and put back after each step */
static uint64_t *dice;
static bool waited; /* a nonblocking connection never does */

/* The system calls --------------------------------------------------------------------------
 * The linker puts these in the place of the C library's (--wrap). What the wire allocates for its
 * own use is none of the engine's memory. */

ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
int __real_fcntl(int fd, int command, ...);
int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);

static ssize_t system_result(int n, int blocked, int failure)
{
    if (n == blocked)
        errno = EAGAIN;
    if (n == WIRE_FAILED)
        errno = failure;
    return n == blocked || n == WIRE_FAILED ? -1 : n;
}

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
    if (fd != DESCRIPTOR)
        return __real_recv(fd, buf, len, flags);
    bool was = endwell_in_engine;
    endwell_in_engine = false;
    ssize_t n = established
                    ? system_result(wire_read(transport, buf, (int)len), WIRE_BLOCKED, ECONNRESET)
                    : system_result(peer_gives(buf, (int)len), 0, 0);
    endwell_in_engine = was;
    return n;
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
    if (fd != DESCRIPTOR)
        return __real_send(fd, buf, len, flags);
    bool was = endwell_in_engine;
    endwell_in_engine = false;
    ssize_t n = system_result(established ? wire_write(transport, buf, (int)len)
                                          : peer_takes(buf, (int)len),
                              WIRE_BLOCKED, EPIPE);
    endwell_in_engine = was;
    return n;
}

/* Only F_GETFL is asked of it. */
int __wrap_fcntl(int fd, int command, ...)
{
    return fd == DESCRIPTOR ? O_RDWR | O_NONBLOCK : __real_fcntl(fd, command);
}

/* Only SO_TYPE is. */
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
    if (fd != DESCRIPTOR)
        return __real_getsockopt(fd, level, name, value, len);
    *(int *)value = SOCK_STREAM;
    return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    if (count != 1 || fds[0].fd != DESCRIPTOR)
        return __real_poll(fds, count, timeout);
    waited = true;
    errno = EINVAL;
    return -1;
}

/* The connection ---------------------------------------------------------------------------- */

void *endwell_allocate(size_t size)
{
    return restored ? heap_malloc(size, "", 0) : calloc(1, size);
}

void *endwell_load(size_t size, bool in_heap)
{
    restored = in_heap;
    if (in_heap && heap_open() != 0)
        return NULL;
    endwell = endwell_allocate(sizeof *endwell);
    dice = endwell_allocate(sizeof *dice);
    if (!endwell || !dice)
        return NULL;
    *dice = 88172645463325252u;
    return endwell_allocate(size);
}

void endwell_roll(uint8_t *buf, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        buf[i] = (uint8_t)(*dice >> 32);
    }
}

/* Until both ends are done, and a client has taken the server's ticket. */
static bool shake_hands(bool client)
{
    char none[1];
    bool ours = false, peers = false;
    for (int turns = 0; turns < MOST_TURNS && !(ours && peers); turns++) {
        endwell_in_engine = true;
        ours = ours || ew_conn_handshake(endwell) == 1;
        endwell_in_engine = false;
        peers = peers || ours_peer_goes_on();
    }
    endwell_in_engine = true;
    bool silent = !client || (ew_conn_read(endwell, none, 1) == -1 &&
                              ew_conn_get_error(endwell, -1) == EW_ERROR_WANT_READ);
    endwell_in_engine = false;
    return ours && peers && silent;
}

bool endwell_open(wire *w, const ew_port *port, void *engine)
{
    transport = w;
    established = false;
    if (!ours_peer_start(w) || ew_conn_open(endwell, DESCRIPTOR, port, engine) != 0)
        return false;
    established = w->start == FRESH || (shake_hands(w->client) && peer_gives_keys(w));
    return established;
}

/* The calls --------------------------------------------------------------------------------- */

/*
 * Not here:
 *   peek                     where the port has no such call
 *   key-update, renegotiate  calls of an engine's own, that the connection hears of only with the
 *                            handshake that flushes them; the contract is told of them at once.
 *                            The port for OpenSSL forbids the second
 *   take-nothing             send(2) never takes none of the bytes that a stream socket is given
 */
bool endwell_has(step s, const ew_port *port)
{
    return (s != PEEK || port->peek) && s != UPDATE_KEY && s != RENEGOTIATE && s != TAKE_NOTHING;
}

/* What the contract has no field for: errno, and that nobody waited. */
static bool promises_kept(int ret, int error)
{
    bool wants = is_repeated(error);
    return !waited && (ret != -1 || (wants ? errno == EAGAIN : errno != EAGAIN && errno != 0));
}

static void gave(outcome *o, int ret)
{
    int error = ew_conn_get_error(endwell, ret);
    o->part[VALUE] = promises_kept(ret, error) ? ret : BROKEN;
    o->part[ERROR] = error;
    o->part[REASON] = ew_conn_get_reason(endwell);
}

static void read_all(outcome *o)
{
    char buf[LARGE];
    int ret, sum = 0;
    while ((ret = ew_conn_read(endwell, buf, sizeof buf)) > 0)
        sum += ret;
    gave(o, ret);
    if (sum > 0 && o->part[VALUE] != BROKEN)
        o->part[VALUE] = sum;
}

static void make_call(step s, outcome *o)
{
    char buf[LARGE];
    switch (s) {
    case SHUTDOWN: gave(o, ew_conn_shutdown(endwell)); break;
    case READ_SMALL: gave(o, ew_conn_read(endwell, buf, SMALL)); break;
    case READ_ALL: read_all(o); break;
    case PEEK: gave(o, ew_conn_peek(endwell, buf, sizeof buf)); break;
    case WRITE: gave(o, (int)ew_conn_write(endwell, "hello", 5)); break;
    case WRITE_NOTHING: gave(o, (int)ew_conn_write(endwell, "", 0)); break;
    case QUIET_ON: gave(o, ew_conn_set_quiet_shutdown(endwell, 1)); break;
    case QUIET_OFF: gave(o, ew_conn_set_quiet_shutdown(endwell, 0)); break;
    case HANDSHAKE: gave(o, ew_conn_handshake(endwell)); break;
    case SET_7: gave(o, ew_conn_set_shutdown(endwell, 7)); break;
    default: gave(o, ew_conn_set_shutdown(endwell, s - SET_0)); break;
    }
}

void endwell_call(step s, outcome *o)
{
    waited = false;
    endwell_in_engine = true;
    make_call(s, o);
    endwell_in_engine = false;
    o->part[FLAGS] = ew_conn_get_shutdown(endwell);
    o->part[END] = ew_conn_end_of_data(endwell);
    o->part[KEPT] = ew_conn_session_kept(endwell);
}

int ours_release(void)
{
    int kept = ew_conn_session_kept(endwell);
    return ew_conn_release(endwell) == DESCRIPTOR ? kept : -1;
}

int endwell_flags(void)
{
    return ew_conn_get_shutdown(endwell);
}
