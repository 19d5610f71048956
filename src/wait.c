/* Time, and waiting for the socket. */
#include <limits.h>

#include "conn.h"
#include "dispatch.h"

/* Between two looks at what cannot be waited for, in ms. */
enum { PAUSE = 10 };

int64_t endwell_now(const ew_conn *c)
{
    return endwell_has_clock(c) ? endwell_io_now_ms(&c->transport) : 0;
}

int endwell_remaining(const ew_conn *c, int64_t expires)
{
    int64_t left;

    if (expires < 0) {
        return -1;
    }
    left = expires - endwell_now(c);
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int endwell_pause(ew_conn *c, int64_t expires)
{
    int left = endwell_remaining(c, expires);
    int error = EW_CAUSE_NONE;

    if (left == 0) {
        endwell_note(c, EW_CAUSE_TIMED_OUT);
        return 0;
    }
    (void)endwell_io_wait(&c->transport, EW_IO_NOTHING, left < 0 || left > PAUSE ? PAUSE : left,
                          &error);
    return 1;
}

/* Once time is up readiness does not count: a flood makes the socket ready for ever. */
int endwell_wait(ew_conn *c, uint8_t what, int64_t expires)
{
    int error = EW_CAUSE_NONE;
    int left;
    int n;

    /*@
      loop invariant clock: is_clock(ew_clock) && ew_clock >= \at(ew_clock, Pre);
      loop invariant number: c->number == \at(c->number, Pre);
      loop assigns n, left, error, EW_WAITS, c->number;
      loop variant ew_early;
    */
    do {
        left = endwell_remaining(c, expires);
        if (left == 0) {
            endwell_note(c, EW_CAUSE_TIMED_OUT);
            return 0;
        }
        n = endwell_io_wait(&c->transport, what, left, &error);
    } while (n == 0);
    if (n < 0) {
        endwell_note(c, error);
    }
    return n > 0;
}
