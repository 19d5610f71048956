/* The trials: each makes two ends do what connections do, and looks at what the io owes. */
#define _GNU_SOURCE
#include "io_trial.h"

#include <pthread.h>
#include <stddef.h>

enum { SLACK = 400 }; /* ms by which a machine may be late */

static void half_close(io_ends *e, int end)
{
    io_at(8);
    e->subject->io->half_close(e->context[end]);
    io_at(1);
}

static void shut(io_ends *e, int end)
{
    io_at(9);
    e->subject->io->close(e->context[end]);
    io_at(1);
}

/* Bytes ---------------------------------------------------------------------- */

static void nothing_is_there(io_ends *e)
{
    for (int end = 0; end < 2; end++) {
        for (int i = 0; i < 3; i++) {
            int n = io_get(e, end, 100);

            (void)io_owed(1, n == EW_IO_BLOCKED, "recv says %d where nothing is", n);
        }
    }
}

static void bytes_arrive_in_order(io_ends *e)
{
    static const size_t sizes[] = {1, 2, 5, 7, 64, 1000, 4096, 16389, 60000};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int from = 0; from < 2; from++) {
            (void)io_put(e, from, sizes[i]);
            io_all(e, from, EW_IO_BLOCKED);
        }
    }
}

static void bytes_are_taken_in_small_parts(io_ends *e)
{
    int n = 1;

    (void)io_put(e, 0, 200);
    for (size_t len = 1; e->received[1] < e->sent[0] && n > 0; len = len % 9 + 1) {
        n = io_await(e, 1, len);
    }
    io_all(e, 0, EW_IO_BLOCKED);
}

static void there_is_no_room(io_ends *e)
{
    io_fill(e, 0);
    for (int i = 0; i < 200; i++) { /* what is refused again and again must not arrive */
        (void)io_put(e, 0, 1 + (size_t)i);
    }
    io_all(e, 0, EW_IO_BLOCKED);
    (void)io_put(e, 0, 100);
    io_all(e, 0, EW_IO_BLOCKED);
}

static void both_ways_are_full(io_ends *e)
{
    io_fill(e, 0);
    io_fill(e, 1);
    io_all(e, 1, EW_IO_BLOCKED);
    io_all(e, 0, EW_IO_BLOCKED);
}

static void what_follows_is_left(io_ends *e)
{
    uint8_t rest[100];
    int n;

    (void)io_put(e, 0, 60);
    n = io_await(e, 1, 10);
    if (n <= 0 || e->received[1] >= e->sent[0]) {
        return;
    }
    io_sleep_ms(20);
    io_turn(e);
    n = e->subject->next_owner(e->context[1], rest, sizeof rest);
    (void)io_owed(4, n > 0 && (unsigned long)n == e->sent[0] - e->received[1],
                  "%lu bytes were not given, and %d are left for the next owner",
                  e->sent[0] - e->received[1], n);
}

/* Ends ----------------------------------------------------------------------- */

static void the_end_follows_the_last_byte(io_ends *e)
{
    (void)io_put(e, 0, 3000);
    half_close(e, 0);
    io_all(e, 0, EW_IO_END);
    for (int i = 0; i < 20; i++) {
        int n = io_get(e, 1, 10);

        (void)io_owed(5, n == EW_IO_END, "recv says %d after END", n);
    }
}

/* The half-close with bytes unread: a stack that answers it with a reset takes them away. */
static void a_half_close_is_no_reset(io_ends *e)
{
    int n = 1;

    (void)io_put(e, 1, 500);
    io_sleep_ms(20);
    io_turn(e);
    (void)io_put(e, 0, 3000);
    half_close(e, 0);
    while (n > 0) {
        n = io_await(e, 1, 1000);
    }
    (void)io_owed(8, e->received[1] == e->sent[0] && n == EW_IO_END,
                  "%lu bytes were sent before the half-close, %lu arrived, then %d", e->sent[0],
                  e->received[1], n);
    n = io_put(e, 1, 500);
    (void)io_owed(8, n != EW_IO_FAILED, "the peer cannot send any more after it (%d)", n);
    n = 1;
    while (e->received[0] < e->sent[1] && n > 0) {
        n = io_await(e, 0, 1000);
    }
    (void)io_owed(8, e->received[0] == e->sent[1], "receiving does not go on after it (%d)", n);
}

static void a_half_close_waits_its_turn(io_ends *e)
{
    int n = 1;

    io_fill(e, 0);
    half_close(e, 0);
    while (n > 0) {
        n = io_await(e, 1, 50000);
    }
    (void)io_owed(8, e->received[1] == e->sent[0] && n == EW_IO_END,
                  "%lu bytes stood before the half-close, %lu arrived, then %d", e->sent[0],
                  e->received[1], n);
}

static void a_close_in_order_loses_nothing(io_ends *e)
{
    int n = 1;

    (void)io_put(e, 0, 4000);
    half_close(e, 1);
    io_all(e, 1, EW_IO_END);
    half_close(e, 0);
    shut(e, 0);
    io_sleep_ms(20);
    while (n > 0) {
        n = io_await(e, 1, 700);
    }
    (void)io_owed(9, e->received[1] == e->sent[0] && n == EW_IO_END,
                  "%lu bytes were sent before the close, %lu arrived, then %d", e->sent[0],
                  e->received[1], n);
}

/* As a close that has reached a bound: the peer has not ended its side, and nothing is unread. */
static void a_close_with_a_full_way_loses_nothing(io_ends *e)
{
    long long begin;
    int n = 1;

    io_fill(e, 0);
    half_close(e, 0);
    begin = io_real_ms();
    shut(e, 0);
    (void)io_owed(9, io_real_ms() - begin < SLACK, "close took %lld ms", io_real_ms() - begin);
    while (n > 0) {
        n = io_await(e, 1, 50000);
    }
    (void)io_owed(9, e->received[1] == e->sent[0] && n == EW_IO_END,
                  "%lu bytes were sent before the close, %lu arrived, then %d", e->sent[0],
                  e->received[1], n);
}

static void everything_is_given_back(io_ends *e)
{
    int before = e->subject->held();

    shut(e, 0);
    shut(e, 1);
    for (int i = 0; i < 50; i++) {
        if (e->subject->open(e->context) == 0) {
            shut(e, 0);
            shut(e, 1);
        }
    }
    (void)io_owed(9, e->subject->held() <= before, "%d are held where %d were", e->subject->held(),
                  before);
}

/* Failures ------------------------------------------------------------------- */

static void sending_to_nobody_fails(io_ends *e)
{
    int n = 1;

    shut(e, 1);
    for (int i = 0; i < 200 && n != EW_IO_FAILED; i++) {
        n = io_put(e, 0, 1000);
        io_turn(e);
        io_sleep_ms(1);
    }
    (void)io_owed(6, n == EW_IO_FAILED, "send says %d where the peer is gone", n);
}

static void a_reset_is_told(io_ends *e)
{
    int n;

    (void)io_put(e, 0, 10); /* unread, which is what makes a close a reset on most stacks */
    io_sleep_ms(5);
    io_turn(e);
    e->subject->reset(e->context[1]);
    n = io_await(e, 0, 100);
    (void)io_owed(6, n == EW_IO_FAILED, "recv says %d after a reset", n);
}

/* Waiting -------------------------------------------------------------------- */

static int wait_for(io_ends *e, int end, uint8_t what, int ms, long long *took)
{
    long long begin = io_real_ms();
    int error = 0;
    int n;

    io_at(11);
    n = e->subject->io->wait(e->context[end], what, ms, &error);
    io_at(1);
    *took = io_real_ms() - begin;
    (void)io_owed(10, n == 0 || n == 1, "wait says %d, error %d", n, error);
    return n;
}

/* As a connection does it: until it says so, or 1 s is over. */
static void is_ready(io_ends *e, int end, uint8_t what, const char *words)
{
    long long took = 0, all = 0;
    int n = 0;

    while (n == 0 && all < 1000) {
        n = wait_for(e, end, what, 1000, &took);
        all += took > 0 ? took : 1;
    }
    (void)io_owed(10, n == 1 && all < SLACK, "%s: wait says %d after %lld ms", words, n, all);
}

static void a_wait_ends_when_it_is_ready(io_ends *e)
{
    is_ready(e, 0, EW_IO_WRITABLE, "there is room");
    (void)io_put(e, 0, 10);
    is_ready(e, 1, EW_IO_READABLE, "bytes are there");
    io_all(e, 0, EW_IO_BLOCKED);
    half_close(e, 0);
    is_ready(e, 1, EW_IO_READABLE, "the stream has ended");
}

static void a_wait_ends_at_a_reset(io_ends *e)
{
    (void)io_put(e, 0, 10);
    e->subject->reset(e->context[1]);
    is_ready(e, 0, EW_IO_READABLE, "the connection is reset");
}

static void *later(void *ends)
{
    io_ends *e = ends;
    int error = 0;
    uint8_t byte = 0;

    io_sleep_ms(60);
    (void)e->subject->io->send(e->context[1], &byte, 1, &error);
    return NULL;
}

static void a_wait_ends_when_something_comes(io_ends *e)
{
    pthread_t other;
    long long took = 0, all = 0;
    int n = 0;

    if (pthread_create(&other, NULL, later, e) != 0) {
        return;
    }
    while (n == 0 && all < 1000) {
        n = wait_for(e, 0, EW_IO_READABLE, -1, &took);
        all += took > 0 ? took : 1;
    }
    pthread_join(other, NULL);
    (void)io_owed(10, n == 1 && all < 60 + SLACK,
                  "wait says %d after %lld ms, something came after 60", n, all);
}

static void a_wait_ends_in_time(io_ends *e)
{
    static const int times[] = {0, 1, 50, 150};

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        for (uint8_t what = EW_IO_NOTHING; what <= EW_IO_READABLE; what++) {
            long long took;

            (void)wait_for(e, 0, what, times[i], &took);
            (void)io_owed(11, took <= times[i] + SLACK, "wait for %d ms took %lld", times[i], took);
        }
    }
}

/* The clock ------------------------------------------------------------------ */

static void the_clock_never_goes_back(io_ends *e)
{
    int64_t last = -1;

    for (int i = 0; i < 20000; i++) {
        int64_t at = e->subject->io->now_ms(e->context[0]);

        if (!io_owed(12, at >= 0 && at >= last, "%lld after %lld", (long long)at,
                     (long long)last)) {
            return;
        }
        last = at;
    }
}

/* As much as has passed, whatever is done to the calendar meanwhile. */
static void the_clock_goes_on(io_ends *e)
{
    static const long moves[] = {0, 3600, -7200, 0};

    for (size_t i = 0; i + 1 < sizeof moves / sizeof moves[0]; i++) {
        long long real = io_real_ms();
        int64_t first, passed;

        io_calendar_seconds = moves[i];
        first = e->subject->io->now_ms(e->context[0]);
        io_sleep_ms(60);
        io_calendar_seconds = moves[i + 1];
        passed = e->subject->io->now_ms(e->context[0]) - first;
        real = io_real_ms() - real;
        (void)io_owed(12, passed >= 40 && passed <= real + 20, "%lld ms of %lld", (long long)passed,
                      real);
    }
}

const io_trial io_trials[] = {
    {"nothing is there", 1, 0, nothing_is_there},
    {"bytes arrive in order", 2, 0, bytes_arrive_in_order},
    {"bytes are taken in small parts", 3, 0, bytes_are_taken_in_small_parts},
    {"there is no room", 1, 0, there_is_no_room},
    {"both ways are full", 1, 0, both_ways_are_full},
    {"what follows is left", 4, NEEDS_NEXT_OWNER, what_follows_is_left},
    {"the end follows the last byte", 5, 0, the_end_follows_the_last_byte},
    {"a half-close is no reset", 8, 0, a_half_close_is_no_reset},
    {"a half-close waits its turn", 8, 0, a_half_close_waits_its_turn},
    {"a close in order loses nothing", 9, 0, a_close_in_order_loses_nothing},
    {"a close with a full way loses nothing", 9, 0, a_close_with_a_full_way_loses_nothing},
    {"everything is given back", 9, NEEDS_HELD, everything_is_given_back},
    {"sending to nobody fails", 6, 0, sending_to_nobody_fails},
    {"a reset is told", 6, NEEDS_RESET, a_reset_is_told},
    {"a wait ends when it is ready", 10, NEEDS_WAIT, a_wait_ends_when_it_is_ready},
    {"a wait ends at a reset", 10, NEEDS_WAIT | NEEDS_RESET, a_wait_ends_at_a_reset},
    {"a wait ends when something comes", 10, NEEDS_WAIT | NEEDS_THREADS,
     a_wait_ends_when_something_comes},
    {"a wait ends in time", 11, NEEDS_WAIT, a_wait_ends_in_time},
    {"the clock never goes back", 12, NEEDS_CLOCK, the_clock_never_goes_back},
    {"the clock goes on", 12, NEEDS_CLOCK, the_clock_goes_on},
    {NULL, 0, 0, NULL},
};
