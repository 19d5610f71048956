/* The socket in memory, its faults, and what can be seen from the bytes alone. */
#define _GNU_SOURCE
#include "socket.h"
#include "verdict.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PATIENCE = 64
}; /* times that a call may be told to come back before it counts as blocking */

#define FAULT_NAME(id, name) name,
const char *const fault_names[FAULT_COUNT] = {FAULTS(FAULT_NAME)};
#undef FAULT_NAME

memory_socket sock;

ssize_t __real_send(int fd, const void *buf, size_t len, int flags);
ssize_t __real_recv(int fd, void *buf, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);

void socket_arm(fault f, int at)
{
    sock.fault = f;
    sock.at = at;
    sock.held = sock.next = 0;
    now->operations = now->fired = 0;
}

void socket_call_begins(void)
{
    memset(&sock.call, 0, sizeof sock.call);
    if (sock.held > 0)
        sock.held--;
}

void socket_fills(size_t room)
{
    sock.filling = 1;
    sock.room = room;
}

void socket_drains(void)
{
    sock.filling = 0;
}

void socket_deliver(const void *bytes, size_t len)
{
    if (!owed(RETURNS, sock.in_len + len <= sizeof sock.in, "the kit's queue is full"))
        return;
    memcpy(sock.in + sock.in_len, bytes, len);
    sock.in_len += len;
}

static ssize_t fails(int error)
{
    errno = error;
    return -1;
}

static ssize_t reset(int sending)
{
    int *count = sending ? &sock.call.failed_send : &sock.call.failed_receive;
    sock.broken = sock.met_fail = 1;
    owed(RETURNS, ++*count <= PATIENCE, "it goes on although the socket has failed");
    if (*count > 2 * PATIENCE)
        _exit(0); /* and would go on */
    return fails(ECONNRESET);
}

static ssize_t would_block(int sending)
{
    int *count = sending ? &sock.call.blocked_send : &sock.call.blocked_receive;
    if (++*count <= PATIENCE)
        return fails(EAGAIN);
    owed(RETURNS, 0, "it goes on although the socket would block, %d times", *count);
    return reset(sending);
}

/* 1: go on with *len bytes; 0: the operation ends with *result. */
static int meets_fault(int sending, size_t *len, ssize_t *result)
{
    int here = ++now->operations == sock.at;
    if (here)
        now->fired = 1;
    if (sock.broken) {
        *result = reset(sending);
        return 0;
    }
    if (sock.fault == TRICKLE) {
        now->fired = 1;
        *len = 1;
        if (now->operations % 2 == 0)
            return 1;
        *result = would_block(sending);
        return 0;
    }
    if (here && sock.fault == BLOCK_LONG)
        sock.held = 3;
    if (sock.held > 0 || sock.next || (here && sock.fault == BLOCK)) {
        sock.next = 0;
        *result = would_block(sending);
        return 0;
    }
    if (!here)
        return 1;
    switch (sock.fault) {
    case PARTIAL: *len = 1, sock.next = 1; return 1;
    case INTERRUPT: *result = fails(EINTR); return 0;
    case RESET: *result = reset(sending); return 0;
    case ZERO:
        if (!sending) {
            now->fired = 0;
            return 1;
        }
        sock.call.blocked_send++;
        *result = 0;
        return 0;
    case END:
        if (sending)
            now->fired = 0;
        else
            sock.ended = 1, sock.in_len = sock.in_at;
        return 1;
    default: return 1;
    }
}

/* As meets_fault. */
static int finds_room(size_t *len, ssize_t *result)
{
    if (!sock.filling)
        return 1;
    if (sock.room == 0) {
        *result = would_block(1);
        return 0;
    }
    if (*len > sock.room)
        *len = sock.room;
    sock.room -= *len;
    return 1;
}

/* What was refused has to come first, unchanged. */
static void compare_retry(const uint8_t *bytes, size_t len)
{
    size_t n = len < sock.refused_len ? len : sock.refused_len;
    if (sock.refused_len > 0 && !sock.broken)
        owed(SAME_BYTES, memcmp(bytes, sock.refused, n) == 0,
             "other bytes are offered than the %zu that the socket refused", sock.refused_len);
}

static void note_refused(const uint8_t *bytes, size_t len, size_t taken)
{
    if (len >= sock.refused_len) {
        sock.refused_len = len - taken < sizeof sock.refused ? len - taken : sizeof sock.refused;
        memcpy(sock.refused, bytes + taken, sock.refused_len);
    } else {
        sock.refused_len -= taken;
        memmove(sock.refused, sock.refused + taken, sock.refused_len);
    }
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
    size_t n = len;
    ssize_t result;
    if (fd != SOCKET_FD)
        return __real_send(fd, buf, len, flags);
    sock.call.sends++;
    compare_retry(buf, len);
    if (!meets_fault(1, &n, &result) || !finds_room(&n, &result)) {
        note_refused(buf, len, 0);
        return result;
    }
    if (!owed(RETURNS, sock.out_len + n <= sizeof sock.out, "it sends without end"))
        return reset(1);
    owed(BEHIND_END, !sock.met_end, "%zu bytes leave behind the end of the transport", n);
    memcpy(sock.out + sock.out_len, buf, n);
    sock.out_len += n;
    note_refused(buf, len, n);
    return (ssize_t)n;
}

ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
    ssize_t result;
    if (fd != SOCKET_FD)
        return __real_recv(fd, buf, len, flags);
    sock.call.receives++;
    if (!meets_fault(0, &len, &result))
        return result;
    size_t left = sock.in_len - sock.in_at;
    if (left == 0 && !sock.ended)
        return would_block(0);
    if (left == 0) {
        sock.met_end = 1;
        sock.call.ended++;
        owed(RETURNS, sock.call.ended <= PATIENCE, "it goes on although the transport has ended");
        return sock.call.ended <= PATIENCE ? 0 : reset(0);
    }
    if (len > left)
        len = left;
    memcpy(buf, sock.in + sock.in_at, len);
    sock.in_at += len;
    return (ssize_t)len;
}
