/* What our side does: see world.h. */
#define _GNU_SOURCE
#include "world.h"

#include "net.h"
#include "pattern.h"
#include "repeat.h"
#include "side_endwell.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    START_MS = 30000,
    CALL_MS = 4000,
    DRAIN_MS = 1500,
    DRAIN_MAX = 1 << 24,
    CHUNK = 4096,
    MARK_MAX = 256
};

static const char END_MARK[] = "the end\n";

/* Keeps how a call ended. 0 if it cannot be kept: there are more steps than anybody writes. */
static call_result *keep(world *w, const char *step, int ret, int err, long long began)
{
    if (w->count == CALLS_MAX)
        abort();
    call_result *c = &w->calls[w->count++];
    *c = (call_result){.step = step,
                       .ret = ret,
                       .error = w->ops->get_error(w->us, ret),
                       .reason = w->ops->get_reason(w->us),
                       .err = ret < 0 ? err : 0,
                       .ms = (int)(net_now_ms() - began),
                       .peer_ended = relay_wait_end(w->wire, FROM_PEER, 0),
                       .after_fin = w->finned};
    return c;
}

static void took(world *w, const char *bytes, int n)
{
    w->received += (uint64_t)n;
    if (w->notice_made)
        w->received_after += (uint64_t)n;
    for (int i = n > TAIL ? n - TAIL : 0; i < n; i++) {
        memmove(w->tail, w->tail + 1, TAIL - 1);
        w->tail[TAIL - 1] = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.';
    }
}

/* Steps with data --------------------------------------------------------------------------- */

static void write_all(world *w, const char *step, const char *bytes, size_t len)
{
    long long began = net_now_ms();
    while (len > 0) {
        int n = w->ops->write(w->us, bytes, len < CHUNK ? (int)len : CHUNK);
        if (n <= 0) {
            keep(w, step, n, errno, began);
            w->stopped = 1;
            return;
        }
        bytes += n;
        len -= (size_t)n;
    }
}

static void body(world *w, size_t len)
{
    char *bytes = malloc(len + sizeof END_MARK);
    if (!bytes)
        abort();
    pattern_fill(STREAM_FROM_US, 0, (uint8_t *)bytes, len);
    memcpy(bytes + len, END_MARK, sizeof END_MARK - 1);
    write_all(w, "body", bytes, len + sizeof END_MARK - 1);
    free(bytes);
}

/* Reads until the data ends with the mark; or, without one, until there is no more. */
static void hear(world *w, const char *step, const char *mark, size_t len)
{
    char buf[CHUNK], tail[MARK_MAX] = "";
    size_t have = 0;
    long long began = net_now_ms();
    for (;;) {
        int n = w->ops->read(w->us, buf, sizeof buf);
        if (n <= 0) {
            call_result *c = keep(w, step, n, errno, began);
            w->incomplete |= len > 0;
            w->stopped |= len > 0 || (n < 0 && !is_repeated(c->error));
            return;
        }
        took(w, buf, n);
        for (int i = 0; i < n && len > 0; i++) {
            memmove(tail, tail + (have == len), have - (have == len));
            have -= have == len;
            tail[have++] = buf[i];
        }
        if (len > 0 && have == len && memcmp(tail, mark, len) == 0) {
            w->heard = w->received;
            return;
        }
    }
}

/* Reads no more than it has to: the peer, which has more, stays in its write. */
static void take(world *w, uint64_t bytes)
{
    char buf[CHUNK];
    long long began = net_now_ms();
    while (w->received < bytes) {
        int n = w->ops->read(w->us, buf, sizeof buf);
        if (n <= 0) {
            keep(w, "take", n, errno, began);
            w->incomplete = w->stopped = 1;
            return;
        }
        took(w, buf, n);
    }
}

/* Steps that close -------------------------------------------------------------------------- */

static void first_shutdown(world *w)
{
    long long began = net_now_ms();
    int ret = w->ops->shutdown(w->us);
    keep(w, "shutdown", ret, errno, began);
    w->notice_made = ret >= 0;
}

/* Waits for the peer's close_notify; data that comes before it is read. */
static void finish(world *w, const char *step)
{
    char buf[CHUNK];
    long long began = net_now_ms();
    for (;;) {
        int ret = w->ops->finish(w->us), err = errno;
        if (ret != -1 || w->ops->get_reason(w->us) != EW_REASON_UNREAD_DATA) {
            keep(w, step, ret, err, began);
            return;
        }
        int n = w->ops->read(w->us, buf, sizeof buf);
        if (n <= 0) {
            keep(w, "read", n, errno, began);
            return;
        }
        took(w, buf, n);
    }
}

static void silent(world *w, int ms)
{
    w->ops->set_deadline(w->us, ms);
    finish(w, "silent");
    w->ops->set_deadline(w->us, CALL_MS);
}

static void half_close(world *w)
{
    shutdown(w->fd, SHUT_WR);
    w->finned = 1;
}

static void close_all(world *w)
{
    long long began = net_now_ms();
    w->end_of_data = w->ops->end_of_data(w->us);
    int ret = w->ops->close(w->us, DRAIN_MS, DRAIN_MAX);
    keep(w, "close", ret, errno, began);
    w->notice_made |= ret >= 0;
    w->finned = w->closed = 1;
}

/* No close_notify: TCP is all that ends. */
static void drop(world *w)
{
    w->end_of_data = w->ops->end_of_data(w->us);
    close(w->ops->release(w->us));
    w->finned = w->dropped = 1;
    relay_wait_end(w->wire, FROM_PEER, DRAIN_MS);
}

/* The beginning ----------------------------------------------------------------------------- */

/* Who runs the peer is told where to find us, and when a moment has come. */
static int tell(const char *what, int number)
{
    char line[16];
    printf(number > 0 ? "%s %d\n" : "%s\n", what, number);
    fflush(stdout);
    return number > 0 || fgets(line, sizeof line, stdin) ? 0 : -1;
}

/* Bytes that came whole and in time. */
static int took_raw(int fd, uint8_t *bytes, size_t len)
{
    for (size_t have = 0; have < len;) {
        ssize_t n =
            net_wait(fd, POLLIN, START_MS) == 1 ? recv(fd, bytes + have, len - have, 0) : -1;
        if (n <= 0)
            return 0;
        have += (size_t)n;
    }
    return 1;
}

/* What some protocols say in the clear before TLS begins; the wire is watched from there on. */
static int before_tls(const world *w, int fd, const char *protocol)
{
    static const uint8_t request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}; /* SSLRequest */
    uint8_t came[sizeof request];
    if (!*protocol)
        return 0;
    if (strcmp(protocol, "postgres") != 0)
        return -1;
    if (w->server)
        return took_raw(fd, came, sizeof came) && memcmp(came, request, sizeof came) == 0 &&
                       send(fd, "S", 1, MSG_NOSIGNAL) == 1
                   ? 0
                   : -1;
    return send(fd, request, sizeof request, MSG_NOSIGNAL) == sizeof request &&
                   took_raw(fd, came, 1) && came[0] == 'S'
               ? 0
               : -1;
}

static int connect_wire(world *w, const char *protocol)
{
    int near[2];
    if (w->server) {
        w->listener = net_listen(&w->port);
        if (w->listener < 0 || tell("port", w->port) != 0)
            return -1;
    }
    int far = w->server ? net_accept(w->listener, START_MS) : net_connect(w->port);
    if (far < 0 || before_tls(w, far, protocol) != 0 || net_pair(near) != 0)
        return -1;
    w->wire = relay_start(near[1], far, world_tap, w);
    w->fd = near[0];
    return w->wire ? 0 : -1;
}

static int handshake(world *w, const char *protocol)
{
    if (connect_wire(w, protocol) != 0) {
        fprintf(stderr, "world: no TCP connection with the peer%s%s\n",
                *protocol ? ", or no TLS in " : "", protocol);
        return -1;
    }
    w->us = w->ops->open(w->context, w->fd);
    if (!w->us) {
        fprintf(stderr, "world: our side cannot be opened\n");
        return -1;
    }
    if (world_watches(w, 0) != 0) {
        fprintf(stderr, "world: our side cannot be watched\n");
        return -1;
    }
    w->ops->set_deadline(w->us, 2 * CALL_MS);
    int ret = w->ops->handshake(w->us);
    if (ret != 1) {
        fprintf(stderr, "world: no handshake with the peer: %s, %s\n",
                ew_error_name(w->ops->get_error(w->us, ret)),
                ew_reason_name(w->ops->get_reason(w->us)));
        return -1;
    }
    w->ops->set_deadline(w->us, CALL_MS);
    if (world_watches(w, 1) != 0) {
        fprintf(stderr, "world: the records of our side cannot be opened\n");
        return -1;
    }
    return 0;
}

/* The bytes that a text stands for, in its place: \xNN is one that no argument could hold. */
static size_t bytes_of(char *text)
{
    size_t len = 0;
    for (const char *at = text; *at; len++) {
        unsigned byte = (unsigned char)*at;
        int more = *at == '\\' && sscanf(at, "\\x%2x", &byte) == 1 ? 4 : 1;
        text[len] = (char)byte;
        at += more;
    }
    text[len] = 0;
    return len;
}

int world_step(world *w, char *step)
{
    static char none[1];
    char *colon = strchr(step, ':'), *text = colon ? colon + 1 : none;
    size_t len = colon ? (size_t)(colon - step) : strlen(step);
#define IS(name) (len == sizeof(name) - 1 && memcmp(step, name, len) == 0)
    if (IS("handshake"))
        return handshake(w, text);
    if (IS("close")) {
        close_all(w);
    } else if (w->stopped) {
        return 0; /* nothing but closing is left */
    } else if (IS("say")) {
        write_all(w, "say", text, bytes_of(text));
    } else if (IS("body")) {
        body(w, strtoul(text, NULL, 10));
    } else if (IS("hear")) {
        hear(w, "hear", text, bytes_of(text));
    } else if (IS("take")) {
        take(w, strtoul(text, NULL, 10));
    } else if (IS("read")) {
        hear(w, "read", "", 0);
    } else if (IS("shutdown")) {
        first_shutdown(w);
    } else if (IS("finish")) {
        finish(w, "finish");
    } else if (IS("silent")) {
        silent(w, atoi(text));
    } else if (IS("half")) {
        half_close(w);
    } else if (IS("drop")) {
        drop(w);
    } else if (IS("sync")) {
        return tell(text, 0);
    } else {
        fprintf(stderr, "world: no step is called %s\n", step);
        return -1;
    }
#undef IS
    return 0;
}
