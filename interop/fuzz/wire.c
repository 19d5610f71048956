#include "wire.h"

#include "net.h"
#include "alphabet.h"
#include "application.h"
#include "dice.h"
#include "peer.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OPERATIONS_MAX = 200000, ARRIVES_MS = 2000 };

wire_state wire = {.ours = -1, .theirs = -1};

ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __real_clock_gettime(clockid_t clock, struct timespec *t);

/* Sockets ----------------------------------------------------------------------------------- */

static int tcp_pair(int fds[2])
{
    int port, listener = net_listen(&port);
    fds[0] = listener < 0 ? -1 : net_connect(port);
    fds[1] = fds[0] < 0 ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    close(listener);
    return fds[1] < 0 ? -1 : 0;
}

static int make_pair(int tcp, int fds[2])
{
    return tcp ? tcp_pair(fds) : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
}

int fuzz_wire_open(int tcp, int small)
{
    uint8_t *out = wire.out ? wire.out : malloc(WIRE_MAX),
            *in = wire.in ? wire.in : malloc(WIRE_MAX);
    int fds[2], least = 1;
    wire = (wire_state){.ours = -1, .theirs = -1, .out = out, .in = in, .budget = -1, .tcp = tcp};
    if (!out || !in || make_pair(tcp, fds) != 0)
        return -1;
    wire.ours = fds[0];
    wire.theirs = fds[1];
    wire.now = 1000;
    if (small && !tcp) /* the kernel's clock decides when a window of TCP opens again */
        setsockopt(wire.ours, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
    if (small)
        setsockopt(wire.theirs, SOL_SOCKET, SO_SNDBUF, &(int){tcp ? 65536 : 1}, sizeof(int));
    return 0;
}

void fuzz_wire_close(int ours_too)
{
    if (wire.theirs >= 0)
        close(wire.theirs);
    if (ours_too && wire.ours >= 0)
        close(wire.ours);
    wire.ours = wire.theirs = -1;
}

int wire_is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* From the peer ----------------------------------------------------------------------------- */

void wire_say(const void *bytes, size_t len)
{
    if (wire.in_len + len > WIRE_MAX)
        len = WIRE_MAX - wire.in_len;
    memcpy(wire.in + wire.in_len, bytes, len);
    wire.in_len += len;
}

static size_t unread(int fd)
{
    int n = 0;
    return fd >= 0 && ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

static long long real_ms(void)
{
    struct timespec t;
    __real_clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* TCP may take its time, which must not decide anything: 1 once so much can be read. */
static void arrives(int fd, size_t len)
{
    long long end = real_ms() + ARRIVES_MS;
    while (wire.tcp && unread(fd) < len && real_ms() < end) {
        struct pollfd p = {.fd = fd, .events = POLLRDHUP};
        if (__real_poll(&p, 1, 0) > 0)
            return;
    }
}

size_t wire_give(size_t most)
{
    size_t len = wire.in_len - wire.given < most ? wire.in_len - wire.given : most;
    size_t there = unread(wire.ours);
    if (len == 0 || wire.ended)
        return 0;
    ssize_t n = __real_send(wire.theirs, wire.in + wire.given, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0)
        return 0;
    wire.given += (size_t)n;
    arrives(wire.ours, there + (size_t)n);
    return (size_t)n;
}

size_t wire_consumed(void)
{
    return wire.given - unread(wire.ours);
}

static void met(int fd, short what)
{
    struct pollfd p = {.fd = fd, .events = what};
    if (wire.tcp)
        __real_poll(&p, 1, ARRIVES_MS);
}

void wire_end(void)
{
    if (wire.ended)
        return;
    shutdown(wire.theirs, SHUT_WR);
    wire.ended = 1;
    if (wire_is_open(wire.ours))
        met(wire.ours, POLLRDHUP);
}

void wire_reset(void)
{
    if (wire.theirs < 0)
        return;
    net_reset(wire.theirs);
    wire.theirs = -1;
    wire.ended = 1;
    if (wire_is_open(wire.ours))
        met(wire.ours, 0);
}

/* To the peer ------------------------------------------------------------------------------- */

void wire_took(const void *bytes, size_t len)
{
    if (wire.out_len + len > WIRE_MAX)
        finding("too-long", "the sequence writes more than %d bytes", WIRE_MAX);
    memcpy(wire.out + wire.out_len, bytes, len);
    wire.out_len += len;
    while (wire.out_len - wire.out_record >= 5) {
        const uint8_t *head = wire.out + wire.out_record;
        size_t whole = 5 + ((size_t)head[3] << 8 | head[4]);
        if (whole > wire.out_len - wire.out_record)
            break;
        wire.out_record += whole;
    }
}

/* What arrives is what the transport handed over: nothing went past it. */
size_t wire_hear(size_t most)
{
    static uint8_t chunk[65536];
    size_t all = 0;
    while (wire.theirs >= 0 && all < most) {
        size_t len = most - all < sizeof chunk ? most - all : sizeof chunk;
        if (wire.out_len > wire.heard)
            arrives(wire.theirs, wire.out_len - wire.heard < len ? wire.out_len - wire.heard : len);
        ssize_t n = __real_recv(wire.theirs, chunk, len, MSG_DONTWAIT);
        if (n <= 0)
            break;
        if ((size_t)n > wire.out_len - wire.heard ||
            memcmp(chunk, wire.out + wire.heard, (size_t)n) != 0)
            finding("past-the-transport", "%zd bytes arrived that the transport did not send", n);
        wire.heard += (size_t)n;
        all += (size_t)n;
    }
    return all;
}

/* While a call is under way ----------------------------------------------------------------- */

void wire_counts(void)
{
    if (++wire.operations > OPERATIONS_MAX)
        finding("does-not-return", "more than %d system calls in one call", OPERATIONS_MAX);
}

static int flows(void)
{
    size_t moved = 0;
    size_t most = wire.calm ? WIRE_MAX : dice_small(2000);
    if (wire.budget >= 0 && (wire.calm || (!wire.stuck && chance(60)))) {
        wire.budget = wire.calm || chance(30) ? -1 : wire.budget + (long)dice_small(300);
        moved++;
    }
    if (!wire.deaf)
        moved += wire_hear(most);
    fuzz_peer_goes_on();
    return moved + wire_give(most) > 0;
}

int wire_turn(void)
{
    if (flows())
        return 1;
    return chance(wire.calm ? 10 : 40) && step_of_the_peer() && flows();
}

void wire_rescue(int to_send)
{
    if (wire.bounded)
        finding("waits-without-a-bound", "the call has one, whatever the deadline is");
    log_step("    (waits without a bound)");
    wire.deaf = 0;
    wire.budget = -1;
    if (flows())
        return;
    if (!to_send && chance(50)) {
        peer_says_data(1 + dice(100));
        if (wire_give(WIRE_MAX) > 0)
            return;
    }
    app.honest = 0;
    if (chance(50))
        wire_reset();
    else
        wire_end();
}
