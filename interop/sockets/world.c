/* See world.h. Bytes have their places in them: one that is lost, doubled or taken too early is another. */
#define _GNU_SOURCE
#include "world.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_MS = 300, CANNOT_RUN = 2 };

world w;
unsigned long streams, streams_broken;
const char *const kinds[] = {"local", "TCP", "TCP that does not block"};

static uint8_t there[MUCH];

uint8_t sockets_made_byte(long long place)
{
    return (uint8_t)((unsigned long long)place * 2654435761u >> 11);
}

uint8_t sockets_came_byte(long long place)
{
    return (uint8_t)((unsigned long long)place * 40503u >> 7 ^ 85);
}

/* What can be looked up --------------------------------------------------------------------------- */

long long world_clock_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

long long world_late_ms(void)
{
    unsigned long long ran = 0, waited = 0;
    FILE *file = fopen("/proc/thread-self/schedstat", "r");
    if (file == NULL || fscanf(file, "%llu %llu", &ran, &waited) != 2) {
        fprintf(stderr, "try-sockets: /proc/thread-self/schedstat cannot be read: a kernel with "
                        "CONFIG_SCHED_INFO\n");
        exit(CANNOT_RUN);
    }
    fclose(file);
    return (long long)((ran + waited) / 1000000);
}

static long long queued(int fd, unsigned long what)
{
    int count = 0;
    return ioctl(fd, what, &count) == 0 ? count : 0;
}

long long world_taken(long long expected)
{
    long long found, end = world_clock_ms() + PATIENCE_MS;
    if (w.peer < 0 || w.is_reset) {
        return expected;
    }
    do {
        found = w.peer_received + queued(w.peer, FIONREAD) +
                (w.kind > 0 ? queued(w.fd, SIOCOUTQNSD) : 0);
    } while (found != expected && world_clock_ms() < end);
    return found;
}

bool world_has_half_closed(void)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    struct pollfd p = {.fd = w.peer, .events = POLLRDHUP};
    if (w.is_reset || w.peer < 0) {
        return true; /* there is nothing left to end */
    }
    if (w.kind > 0) {
        return getsockopt(w.fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
               info.tcpi_state != TCP_ESTABLISHED && info.tcpi_state != TCP_CLOSE_WAIT;
    }
    return poll(&p, 1, 0) == 1 && (p.revents & POLLRDHUP) != 0;
}

void world_look(void)
{
    struct linger linger = {0, 0};
    struct timeval in = {0, 0}, out = {0, 0};
    socklen_t len = sizeof linger, in_len = sizeof in, out_len = sizeof out, type_len = sizeof(int);
    int type = 0, flags = fcntl(w.fd, F_GETFL);
    w.now.open = flags >= 0;
    if (w.now.open) {
        getsockopt(w.fd, SOL_SOCKET, SO_LINGER, &linger, &len);
        getsockopt(w.fd, SOL_SOCKET, SO_TYPE, &type, &type_len);
        getsockopt(w.fd, SOL_SOCKET, SO_RCVTIMEO, &in, &in_len);
        getsockopt(w.fd, SOL_SOCKET, SO_SNDTIMEO, &out, &out_len);
        w.now.lingers = linger.l_onoff != 0;
        w.now.type = type;
        w.now.flags = flags;
        w.now.receive_time = in.tv_sec + in.tv_usec;
        w.now.send_time = out.tv_sec + out.tv_usec;
    }
}

/* The peer ---------------------------------------------------------------------------------------- */

/* All that has come; whether it is what was sent, from where the peer stands. */
static bool receives(int flags)
{
    ssize_t n;
    bool right = true;
    while ((n = recv(w.peer, there, sizeof there, flags)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            right &= there[i] == sockets_made_byte(w.peer_received + i);
        }
        w.peer_received += n;
    }
    return right && (flags != 0 || n == 0);
}

bool world_peer_sends(void)
{
    if (w.peer < 0 || w.peer_ended) {
        return false;
    }
    for (int i = 0; i < 100; i++) {
        there[i] = sockets_came_byte(w.peer_sent + i);
    }
    ssize_t n = send(w.peer, there, 100, MSG_NOSIGNAL | MSG_DONTWAIT);
    w.peer_sent += n > 0 ? n : 0;
    return true;
}

bool peer_receives(void)
{
    if (w.peer < 0) {
        return false;
    }
    streams_broken += !receives(MSG_DONTWAIT);
    return true;
}

bool peer_ends(void)
{
    if (w.peer < 0) {
        return false;
    }
    shutdown(w.peer, SHUT_WR);
    w.peer_ended = true;
    return true;
}

bool peer_closes(bool resets)
{
    const struct linger at_once = {1, 0};
    bool unread = w.peer >= 0 && queued(w.peer, FIONREAD) > 0;
    if (w.peer < 0) {
        return false;
    }
    w.is_reset |= resets || unread;
    w.peer_ended |= w.kind == 0 || (!resets && !unread);
    if (resets) {
        setsockopt(w.peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    close(w.peer);
    w.peer = -1;
    return true;
}

static bool connected(int pair[2])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    bool right = listener >= 0 && pair[0] >= 0 &&
                 bind(listener, (struct sockaddr *)&at, len) == 0 &&
                 getsockname(listener, (struct sockaddr *)&at, &len) == 0 &&
                 listen(listener, 1) == 0 && connect(pair[0], (struct sockaddr *)&at, len) == 0;
    pair[1] = right ? accept(listener, NULL, NULL) : -1;
    close(listener);
    return pair[1] >= 0;
}

bool world_begin(int kind)
{
    int pair[2];
    memset(&w, 0, sizeof w);
    w.kind = kind;
    if (kind == 0 ? socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 : !connected(pair)) {
        return false;
    }
    w.fd = pair[0];
    w.peer = pair[1];
    if (kind == 2) {
        fcntl(w.fd, F_SETFL, O_NONBLOCK);
    }
    w.now.socket = w.fd;
    world_look();
    return true;
}

void world_end(void)
{
    bool is_whole = w.peer >= 0 && !w.is_reset && w.now.lingers == 0 && w.now.came == w.peer_sent;
    if (w.now.open) {
        close(w.fd);
    }
    if (is_whole) {
        streams++;
        streams_broken += !receives(0) || w.peer_received != w.now.wire;
    }
    if (w.peer >= 0) {
        close(w.peer);
    }
}
