#define _GNU_SOURCE
#include "side_endwell.h"
#include "repeat.h"

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

int endwell_detach(void *side)
{
    int kept = ew_conn_session_kept(conn_of(side));
    int fd = ew_conn_release(conn_of(side));
    if (fd >= 0)
        close(fd);
    return kept;
}
