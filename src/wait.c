/* Time, and waiting for the socket. */
#include "conn.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

/* Between two looks at what cannot be waited for, in ms. */
enum { PAUSE = 10 };

int64_t endwell_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int endwell_remaining(int64_t expires)
{
    int64_t left;

    if (expires < 0) {
        return -1;
    }
    left = expires - endwell_now();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* At most `left` ms, unless that is below 0. */
static void pause_for(int left)
{
    (void)poll(NULL, 0, left < 0 || left > PAUSE ? PAUSE : left);
}

int endwell_pause(int64_t expires)
{
    int left = endwell_remaining(expires);

    if (left == 0) {
        errno = ETIMEDOUT;
        return 0;
    }
    pause_for(left);
    return 1;
}

/*
 * An entry in the socket's error queue (SO_TIMESTAMPING, IP_RECVERR) makes poll
 * return at once, for as long as the application leaves it there, and it is not
 * ours to take. So such a wait goes on in steps; a real error is found by the
 * next call on the socket.
 *
 * Once time is up readiness does not count: a flood makes the socket ready for ever.
 */
int endwell_wait(int fd, short events, int64_t expires)
{
    struct pollfd p = {.fd = fd, .events = events};
    int left;
    int n;

    do {
        left = endwell_remaining(expires);
        if (left == 0) {
            errno = ETIMEDOUT;
            return 0;
        }
        n = poll(&p, 1, left);
    } while (n == 0 || (n < 0 && errno == EINTR));
    if (n > 0 && p.revents == POLLERR) {
        pause_for(left);
    }
    return n > 0;
}
