#define _GNU_SOURCE
#include "side_endwell.h"
#include "repeat.h"

#include <stdlib.h>
#include <unistd.h>

static ew_conn *conn_of(void *side)
{
    return &((endwell_side *)side)->conn;
}

int endwell_handshake(void *side)
{
    return ew_conn_handshake(conn_of(side));
}

int endwell_read(void *side, void *buf, int len)
{
    return ew_conn_read(conn_of(side), buf, len);
}

int endwell_write(void *side, const void *buf, int len)
{
    return (int)ew_conn_write(conn_of(side), buf, (size_t)len);
}

int endwell_shutdown(void *side)
{
    return ew_conn_shutdown(conn_of(side));
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
    return ew_conn_finish(conn_of(side));
}

int endwell_close(void *side, int drain_ms, size_t drain_max)
{
    ew_conn *c = conn_of(side);
    int fd = c->transport.fd;
    for (;;) {
        int ret = ew_conn_close(c, drain_ms, drain_max);
        int error = ew_conn_get_error(c, ret);
        if (ret >= 0 || !is_repeated(error))
            return ret;
        repeat_wait(fd, error, 50);
    }
}

int endwell_release(void *side)
{
    return ew_conn_release(conn_of(side));
}

int endwell_clear(void *side)
{
    return ew_conn_clear(conn_of(side));
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

void *endwell_side_open(void *context, int fd)
{
    endwell_context *c = context;
    endwell_side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->tls = c->tls;
    s->context = c->context;
    s->object = s->tls->open(s->context);
    if (s->object && ew_conn_open(&s->conn, fd, s->tls->port, s->object) == 0)
        return s;
    if (s->object)
        s->tls->free(s->context, s->object, 0);
    free(s);
    return NULL;
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
    if (fd >= 0)
        close(fd);
    int after = s->tls->free(s->context, s->object, kept);
    free(s);
    return before >= 0 && after != (before && kept) ? 2 : kept;
}
