#define _GNU_SOURCE
#include "side_endwell.h"
#include "repeat.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The loop ------------------------------------------------------------------------------------
 * Of a connection over a pair in memory. It owns both buffers and the socket, and runs around each
 * call: before it what the socket has goes into the pair, after it what the connection sent goes out. */

enum { FLUSH_MS = 5000 };

static void carry_in(endwell_loop *l, int fd)
{
    uint8_t bytes[4096];
    int error;
    for (size_t room; (room = ew_memory_room(&l->pair.end[1])) > 0;) {
        ssize_t n = recv(fd, bytes, room < sizeof bytes ? room : sizeof bytes, MSG_DONTWAIT);
        if (n == 0)
            ew_memory_half_close(&l->pair.end[1]);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            ew_memory_close(&l->pair.end[1]);
        if (n <= 0)
            return;
        ew_memory_send(&l->pair.end[1], bytes, (size_t)n, &error);
    }
}

/* 1: all is out. */
static int carry_out(endwell_loop *l, int fd)
{
    int error;
    for (;;) {
        if (l->out_at == l->out_len) {
            int n = ew_memory_recv(&l->pair.end[1], l->out, sizeof l->out, &error);
            if (n == EW_IO_END && !l->ended)
                l->ended = shutdown(fd, SHUT_WR) == 0;
            if (n <= 0)
                return 1;
            l->out_at = 0;
            l->out_len = (size_t)n;
        }
        ssize_t n =
            send(fd, l->out + l->out_at, l->out_len - l->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            ew_memory_close(&l->pair.end[1]);
            return 1;
        }
        if (n < 0)
            return 0;
        l->out_at += (size_t)n;
    }
}

static void close_socket(endwell_side *s)
{
    long long end = net_now_ms() + FLUSH_MS;
    while (!carry_out(s->loop, s->fd) && net_now_ms() < end)
        net_wait(s->fd, POLLOUT, 100);
    close(s->fd);
    s->fd = -1;
}

/* The connection; in memory with what has come. */
static ew_conn *conn_of(void *side)
{
    endwell_side *s = side;
    if (s->loop && s->fd >= 0)
        carry_in(s->loop, s->fd);
    return &s->conn;
}

static int carried(void *side, int ret)
{
    endwell_side *s = side;
    if (s->loop && s->fd >= 0)
        carry_out(s->loop, s->fd);
    return ret;
}

/* The calls ----------------------------------------------------------------------------------- */

int endwell_handshake(void *side)
{
    return carried(side, ew_conn_handshake(conn_of(side)));
}

int endwell_read(void *side, void *buf, int len)
{
    return carried(side, ew_conn_read(conn_of(side), buf, len));
}

int endwell_write(void *side, const void *buf, int len)
{
    return carried(side, (int)ew_conn_write(conn_of(side), buf, (size_t)len));
}

int endwell_shutdown(void *side)
{
    return carried(side, ew_conn_shutdown(conn_of(side)));
}

int endwell_get_error(void *side, int ret)
{
    return ew_conn_get_error(conn_of(side), ret);
}

int endwell_get_reason(void *side)
{
    return ew_conn_get_reason(conn_of(side));
}

int endwell_alert(void *side)
{
    return ew_conn_alert(conn_of(side));
}

int endwell_alive(void *side)
{
    return ew_conn_alive(conn_of(side));
}

int endwell_get_shutdown(void *side)
{
    return ew_conn_get_shutdown(conn_of(side));
}

int endwell_set_shutdown(void *side, int flags)
{
    return ew_conn_set_shutdown(conn_of(side), flags);
}

int endwell_set_quiet(void *side, int on)
{
    return ew_conn_set_quiet_shutdown(conn_of(side), on);
}

int endwell_end_of_data(void *side)
{
    return ew_conn_end_of_data(conn_of(side));
}

void endwell_set_deadline(void *side, int ms)
{
    ew_conn_set_deadline(conn_of(side), ms);
}

int endwell_finish(void *side)
{
    return carried(side, ew_conn_finish(conn_of(side)));
}

int endwell_close(void *side, int drain_ms, size_t drain_max)
{
    endwell_side *s = side;
    int fd = s->loop ? s->fd : s->conn.transport.fd;
    for (;;) {
        int ret = carried(side, ew_conn_close(conn_of(side), drain_ms, drain_max));
        int error = ew_conn_get_error(&s->conn, ret);
        if (ret >= 0 || !is_repeated(error)) {
            if (s->loop && s->fd >= 0)
                close_socket(s);
            return ret;
        }
        repeat_wait(fd, error, 50);
    }
}

int endwell_release(void *side)
{
    return ew_conn_release(conn_of(side));
}

int endwell_clear(void *side)
{
    return carried(side, ew_conn_clear(conn_of(side)));
}

/* The engine ---------------------------------------------------------------------------------- */

void *endwell_side_context(const tls_engine *tls, const tls_setup *setup)
{
    endwell_context *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->tls = tls;
    c->context = tls->context(setup);
    if (!c->context) {
        free(c);
        return NULL;
    }
    return c;
}

void endwell_context_free(void *context)
{
    endwell_context *c = context;
    c->tls->context_free(c->context);
    free(c);
}

static int open_conn(endwell_side *s, int fd)
{
    endwell_loop *l = s->loop;
    if (!l)
        return ew_conn_open(&s->conn, fd, s->tls->port, s->object);
    ew_memory_init(&l->pair, l->there, sizeof l->there, l->back, sizeof l->back);
    s->fd = fd;
    return ew_conn_open_io(&s->conn, &ew_io_memory, &l->pair.end[0], 0, s->tls->port, s->object);
}

static void *open_side(endwell_context *c, int fd, int in_memory)
{
    endwell_side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->fd = -1;
    s->tls = c->tls;
    s->context = c->context;
    s->object = s->tls->open(s->context);
    s->loop = in_memory ? calloc(1, sizeof *s->loop) : NULL;
    if (s->object && (s->loop || !in_memory) && open_conn(s, fd) == 0)
        return s;
    if (s->object)
        s->tls->free(s->context, s->object, 0);
    free(s->loop);
    free(s);
    return NULL;
}

void *endwell_side_open(void *context, int fd)
{
    return open_side(context, fd, 0);
}

void *endwell_open_in_memory(void *context, int fd)
{
    return open_side(context, fd, 1);
}

int endwell_adopt(void *side, int fd, int holds)
{
    endwell_side *s = side;
    return s->tls->adopt(s->context, s->object, &s->conn, fd, holds);
}

int endwell_reused(void *side)
{
    endwell_side *s = side;
    return s->tls->reused(s->context, s->object);
}

/* The verdict; where the engine tells, provided that it did to its session what the verdict says;
 * else 2. */
int endwell_free(void *side)
{
    endwell_side *s = side;
    int before = s->tls->resumable ? s->tls->resumable(s->object) : -1;
    int kept = ew_conn_session_kept(&s->conn);
    int fd = ew_conn_release(&s->conn);
    if (!s->loop && fd >= 0)
        close(fd);
    if (s->loop && s->fd >= 0)
        close_socket(s);
    int after = s->tls->free(s->context, s->object, kept);
    free(s->loop);
    free(s);
    return before >= 0 && after != (before && kept) ? 2 : kept;
}
