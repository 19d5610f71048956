/* Calls that are not over: which classes ask for the same call again, and what to wait for. */
#ifndef INTEROP_REPEAT_H
#define INTEROP_REPEAT_H

#include "ew_core.h"
#include "net.h"

#include <poll.h>

static inline int is_repeated(int error)
{
    return error == EW_ERROR_WANT_READ || error == EW_ERROR_WANT_WRITE ||
           error == EW_ERROR_SUSPENDED || error == EW_ERROR_AGAIN;
}

/* Of the socket. 0: it has no part in it. */
static inline short repeat_events(int error)
{
    return error == EW_ERROR_WANT_READ ? POLLIN : error == EW_ERROR_WANT_WRITE ? POLLOUT : 0;
}

/* At most `ms`; not at all where there is more to do at once. */
static inline void repeat_wait(int fd, int error, int ms)
{
    if (repeat_events(error) != 0)
        net_wait(fd, repeat_events(error), ms);
    else if (error == EW_ERROR_SUSPENDED)
        net_sleep_ms(1);
}

#endif
