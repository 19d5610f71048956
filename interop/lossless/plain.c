#define _GNU_SOURCE
#include "plain.h"
#include "ew_core.h"

#include <unistd.h>

int plain_result(plain_side *s, int ret)
{
    s->error = ret == PLAIN_WANTS_READ    ? EW_ERROR_WANT_READ
               : ret == PLAIN_WANTS_WRITE ? EW_ERROR_WANT_WRITE
               : ret == PLAIN_END         ? EW_ERROR_ZERO_RETURN
                                          : EW_ERROR_SSL;
    s->end |= ret == PLAIN_END;
    return ret >= 0 ? ret : ret == PLAIN_END ? 0 : -1;
}

int plain_shaken(plain_side *s, int ret)
{
    return plain_result(s, ret) == 0 ? 1 : -1;
}

int plain_get_error(void *side, int ret)
{
    return ret > 0 ? EW_ERROR_NONE : ((plain_side *)side)->error;
}

int plain_end_of_data(void *side)
{
    return ((plain_side *)side)->end;
}

void plain_set_deadline(void *side, int ms)
{
    (void)side, (void)ms; /* their own calls have none */
}

int plain_release(void *side)
{
    plain_side *s = side;
    int fd = s->fd;
    s->fd = -1;
    return fd;
}

void plain_close_fd(plain_side *s)
{
    if (s->fd >= 0)
        close(s->fd);
}
