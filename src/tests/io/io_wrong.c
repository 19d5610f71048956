/* Wrong ios, each in one way: what is said of them is what they do. */
#define _GNU_SOURCE
#include "io_subjects.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io_memory.h"
#include "io_posix.h"

/* The right one, but for one member. gcc sees that it is given twice, which is meant. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define POSIX_BUT(member, function)                                                                \
    {                                                                                              \
        .name = #function, .send = right_send, .recv = right_recv, .half_close = right_half_close, \
        .close = right_close, .wait = right_wait, .now_ms = right_now, .member = function          \
    }
#define MEMORY_BUT(member, function)                                                               \
    {                                                                                              \
        .name = #function, .send = memory_send, .recv = memory_recv,                               \
        .half_close = memory_half_close, .close = memory_close, .member = function                 \
    }

static int right_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    return ew_io_posix.send(context, buf, len, error);
}

static int right_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    return ew_io_posix.recv(context, buf, len, error);
}

static void right_half_close(void *context)
{
    ew_io_posix.half_close(context);
}

static void right_close(void *context)
{
    ew_io_posix.close(context);
}

static int right_wait(void *context, uint8_t what, int ms, int *error)
{
    return ew_io_posix.wait(context, what, ms, error);
}

static int64_t right_now(void *context)
{
    return ew_io_posix.now_ms(context);
}

static int memory_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    return ew_memory_send(context, buf, len, error);
}

static int memory_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    return ew_memory_recv(context, buf, len, error);
}

static void memory_half_close(void *context)
{
    ew_memory_half_close(context);
}

static void memory_close(void *context)
{
    ew_memory_close(context);
}

/* IO-01 ---------------------------------------------------------------------- */

static int recv_waits(void *context, uint8_t *buf, size_t len, int *error)
{
    ssize_t n = recv(*(int *)context, buf, len, 0);

    (void)error;
    return n > 0 ? (int)n : n == 0 ? EW_IO_END : EW_IO_BLOCKED;
}

static int send_waits(void *context, const uint8_t *buf, size_t len, int *error)
{
    ssize_t n = send(*(int *)context, buf, len, MSG_NOSIGNAL);

    *error = n > 0 ? *error : errno;
    return n > 0 ? (int)n : EW_IO_FAILED;
}

static int nothing_is_an_end(void *context, uint8_t *buf, size_t len, int *error)
{
    int n = right_recv(context, buf, len, error);

    return n == EW_IO_BLOCKED ? EW_IO_END : n;
}

/* IO-02 ---------------------------------------------------------------------- */

static int says_all(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n = right_send(context, buf, len, error);

    return n > 0 ? (int)len : n;
}

static int sends_twice(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n = right_send(context, buf, len, error);

    if (n == 2) {
        (void)right_send(context, buf, len, error);
    }
    return n;
}

static int sends_and_says_blocked(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n = right_send(context, buf, len, error);

    return n > 0 && n < 3 ? EW_IO_BLOCKED : n;
}

static const uint8_t *kept;
static size_t kept_len;

/* Takes it now, and sends it with the next call. */
static int sends_later(void *context, const uint8_t *buf, size_t len, int *error)
{
    if (kept != NULL) {
        (void)right_send(context, kept, kept_len, error);
    }
    kept = buf;
    kept_len = len;
    return (int)len;
}

/* IO-03 ---------------------------------------------------------------------- */

static int clears_the_rest(void *context, uint8_t *buf, size_t len, int *error)
{
    int n = right_recv(context, buf, len, error);

    if (n > 0) {
        memset(buf + n, 0, len - (size_t)n);
    }
    return n;
}

static int gives_more_than_asked(void *context, uint8_t *buf, size_t len, int *error)
{
    return right_recv(context, buf, len + 1, error);
}

static int says_zero(void *context, uint8_t *buf, size_t len, int *error)
{
    int n = right_recv(context, buf, len, error);

    return n == EW_IO_BLOCKED ? 0 : n;
}

/* IO-04 ---------------------------------------------------------------------- */

static uint8_t ahead[100];
static size_t ahead_at, ahead_len;

static int reads_ahead(void *context, uint8_t *buf, size_t len, int *error)
{
    size_t n;

    if (ahead_at == ahead_len) {
        int got = right_recv(context, ahead, sizeof ahead, error);

        if (got <= 0) {
            return got;
        }
        ahead_at = 0;
        ahead_len = (size_t)got;
    }
    n = len < ahead_len - ahead_at ? len : ahead_len - ahead_at;
    memcpy(buf, ahead + ahead_at, n);
    ahead_at += n;
    return (int)n;
}

/* IO-05 ---------------------------------------------------------------------- */

static int ended;

static int ends_once(void *context, uint8_t *buf, size_t len, int *error)
{
    int n = right_recv(context, buf, len, error);

    return n == EW_IO_END && ended++ ? EW_IO_BLOCKED : n;
}

static int no_room_is_an_end(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n = right_send(context, buf, len, error);

    return n == EW_IO_BLOCKED ? EW_IO_END : n;
}

/* IO-06 ---------------------------------------------------------------------- */

static int raises_a_signal(void *context, const uint8_t *buf, size_t len, int *error)
{
    ssize_t n = send(*(int *)context, buf, len, MSG_DONTWAIT);

    if (n > 0) {
        return (int)n;
    }
    if (errno == EAGAIN) {
        return EW_IO_BLOCKED;
    }
    *error = errno;
    return EW_IO_FAILED;
}

static int fails_without_a_number(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n = right_send(context, buf, len, error);

    if (n == EW_IO_FAILED) {
        *error = 0;
    }
    return n;
}

static int a_reset_is_an_end(void *context, uint8_t *buf, size_t len, int *error)
{
    int number = 0;
    int n = right_recv(context, buf, len, &number);

    (void)error;
    return n == EW_IO_FAILED ? EW_IO_END : n;
}

static int leaves_a_number(void *context, uint8_t *buf, size_t len, int *error)
{
    *error = 0;
    return right_recv(context, buf, len, error);
}

/* IO-07 ---------------------------------------------------------------------- */

static int is_interrupted_for_ever(void *context, uint8_t *buf, size_t len, int *error)
{
    int n = right_recv(context, buf, len, error);

    return n == EW_IO_BLOCKED ? EW_IO_INTERRUPTED : n;
}

/* IO-08 ---------------------------------------------------------------------- */

static void closes_both_sides(void *context)
{
    (void)shutdown(*(int *)context, SHUT_RDWR);
}

/* As lwIP's tcp_close: with bytes unread it resets. */
static void resets_what_is_unread(void *context)
{
    uint8_t byte;

    if (recv(*(int *)context, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0) {
        (void)close(*(int *)context);
    } else {
        right_half_close(context);
    }
}

static void drops_what_is_under_way(void *context)
{
    ew_memory_end *end = context;

    end->out->used /= 2;
    ew_memory_half_close(end);
}

/* IO-09 ---------------------------------------------------------------------- */

static void leaves_lingering_on(void *context)
{
    (void)close(*(int *)context);
}

static void keeps_the_descriptor(void *context)
{
    (void)shutdown(*(int *)context, SHUT_RDWR);
}

static void waits_for_the_peer(void *context)
{
    const struct linger seconds = {1, 2};

    (void)setsockopt(*(int *)context, SOL_SOCKET, SO_LINGER, &seconds, sizeof seconds);
    (void)close(*(int *)context);
}

/* IO-10, IO-11 --------------------------------------------------------------- */

static int sleeps(void *context, uint8_t what, int ms, int *error)
{
    (void)context;
    (void)what;
    (void)error;
    (void)poll(NULL, 0, ms);
    return 0;
}

static int waits_for_the_other(void *context, uint8_t what, int ms, int *error)
{
    return right_wait(context, what == EW_IO_READABLE ? EW_IO_WRITABLE : EW_IO_READABLE, ms, error);
}

static int counts_in_tens(void *context, uint8_t what, int ms, int *error)
{
    return right_wait(context, what, ms * 10, error);
}

static int never_looks(void *context, uint8_t what, int ms, int *error)
{
    return right_wait(context, what, ms == 0 ? -1 : ms, error);
}

/* IO-12 ---------------------------------------------------------------------- */

static int64_t calendar(void *context)
{
    struct timespec ts;

    (void)context;
    (void)clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t stands_still(void *context)
{
    (void)context;
    return 5;
}

static int64_t processor_time(void *context)
{
    (void)context;
    return (int64_t)clock() / (CLOCKS_PER_SEC / 1000);
}

static int64_t wraps_around(void *context)
{
    return right_now(context) % 16;
}

/* ----------------------------------------------------------------------------- */

static const ew_io with_recv_waits = POSIX_BUT(recv, recv_waits);
static const ew_io with_send_waits = POSIX_BUT(send, send_waits);
static const ew_io with_nothing_is_an_end = POSIX_BUT(recv, nothing_is_an_end);
static const ew_io with_says_all = POSIX_BUT(send, says_all);
static const ew_io with_sends_twice = POSIX_BUT(send, sends_twice);
static const ew_io with_sends_and_says_blocked = POSIX_BUT(send, sends_and_says_blocked);
static const ew_io with_sends_later = POSIX_BUT(send, sends_later);
static const ew_io with_clears_the_rest = POSIX_BUT(recv, clears_the_rest);
static const ew_io with_gives_more_than_asked = POSIX_BUT(recv, gives_more_than_asked);
static const ew_io with_says_zero = POSIX_BUT(recv, says_zero);
static const ew_io with_reads_ahead = POSIX_BUT(recv, reads_ahead);
static const ew_io with_ends_once = POSIX_BUT(recv, ends_once);
static const ew_io with_no_room_is_an_end = POSIX_BUT(send, no_room_is_an_end);
static const ew_io with_raises_a_signal = POSIX_BUT(send, raises_a_signal);
static const ew_io with_fails_without_a_number = POSIX_BUT(send, fails_without_a_number);
static const ew_io with_a_reset_is_an_end = POSIX_BUT(recv, a_reset_is_an_end);
static const ew_io with_leaves_a_number = POSIX_BUT(recv, leaves_a_number);
static const ew_io with_is_interrupted_for_ever = POSIX_BUT(recv, is_interrupted_for_ever);
static const ew_io with_closes_both_sides = POSIX_BUT(half_close, closes_both_sides);
static const ew_io with_resets_what_is_unread = POSIX_BUT(half_close, resets_what_is_unread);
static const ew_io with_drops_what_is_under_way = MEMORY_BUT(half_close, drops_what_is_under_way);
static const ew_io with_leaves_lingering_on = POSIX_BUT(close, leaves_lingering_on);
static const ew_io with_keeps_the_descriptor = POSIX_BUT(close, keeps_the_descriptor);
static const ew_io with_waits_for_the_peer = POSIX_BUT(close, waits_for_the_peer);
static const ew_io with_sleeps = POSIX_BUT(wait, sleeps);
static const ew_io with_waits_for_the_other = POSIX_BUT(wait, waits_for_the_other);
static const ew_io with_counts_in_tens = POSIX_BUT(wait, counts_in_tens);
static const ew_io with_never_looks = POSIX_BUT(wait, never_looks);
static const ew_io with_calendar = POSIX_BUT(now_ms, calendar);
static const ew_io with_stands_still = POSIX_BUT(now_ms, stands_still);
static const ew_io with_processor_time = POSIX_BUT(now_ms, processor_time);
static const ew_io with_wraps_around = POSIX_BUT(now_ms, wraps_around);

const io_wrong io_wrongs[] = {
    {"recv waits for bytes", 1, &io_unix, &with_recv_waits},
    {"send waits for room", 1, &io_unix, &with_send_waits},
    {"nothing there is an end", 1, &io_unix, &with_nothing_is_an_end},
    {"it says that it took all", 2, &io_unix, &with_says_all},
    {"two bytes are sent twice", 2, &io_unix, &with_sends_twice},
    {"bytes leave and it says that they did not", 2, &io_unix, &with_sends_and_says_blocked},
    {"it keeps the buffer", 2, &io_unix, &with_sends_later},
    {"recv clears what it did not fill", 3, &io_unix, &with_clears_the_rest},
    {"recv gives a byte too many", 3, &io_unix, &with_gives_more_than_asked},
    {"recv says 0", 3, &io_unix, &with_says_zero},
    {"it reads ahead", 4, &io_unix, &with_reads_ahead},
    {"the end is told once", 5, &io_unix, &with_ends_once},
    {"no room is an end", 5, &io_unix, &with_no_room_is_an_end},
    {"it raises SIGPIPE", 6, &io_unix, &with_raises_a_signal},
    {"a failure has no number", 6, &io_unix, &with_fails_without_a_number},
    {"a reset is an end", 6, &io_tcp, &with_a_reset_is_an_end},
    {"a number is left where nothing has failed", 6, &io_unix, &with_leaves_a_number},
    {"it is interrupted for ever", 7, &io_unix, &with_is_interrupted_for_ever},
    {"the half-close closes both sides", 8, &io_unix, &with_closes_both_sides},
    {"the half-close resets with bytes unread", 8, &io_tcp, &with_resets_what_is_unread},
    {"the half-close drops what is under way", 8, &io_memory, &with_drops_what_is_under_way},
    {"close resets what is under way", 9, &io_tcp, &with_leaves_lingering_on},
    {"close keeps the descriptor", 9, &io_unix, &with_keeps_the_descriptor},
    {"close waits for the peer", 9, &io_tcp, &with_waits_for_the_peer},
    {"wait sleeps", 10, &io_unix, &with_sleeps},
    {"wait takes reading for writing", 10, &io_unix, &with_waits_for_the_other},
    {"wait counts in tens of milliseconds", 11, &io_unix, &with_counts_in_tens},
    {"a wait of 0 is without a bound", 11, &io_unix, &with_never_looks},
    {"the clock is the calendar", 12, &io_unix, &with_calendar},
    {"the clock stands still", 12, &io_unix, &with_stands_still},
    {"the clock counts work", 12, &io_unix, &with_processor_time},
    {"the clock wraps around", 12, &io_unix, &with_wraps_around},
    {NULL, 0, NULL, NULL},
};
