/* Single calls of an io, with everything looked at that each call owes: see io_trial.h. */
#define _GNU_SOURCE
#include "io_trial.h"

#include <string.h>
#include <time.h>

enum {
    UNTOUCHED = -7777, /* an error number that no io has */
    GUARD = 64,
    MOST = 100000,    /* bytes in one call */
    IN_A_ROW = 10000, /* interruptions */
    WHILE = 1500,     /* ms until what was sent has to be there */
    FULL = 64 << 20   /* bytes under way that nobody has room for */
};

static uint8_t out[MOST], in[MOST + GUARD];

int __real_clock_gettime(clockid_t which, struct timespec *ts);

long long io_real_ms(void)
{
    struct timespec ts;

    __real_clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void io_sleep_ms(int ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&left, &left) != 0) {
    }
}

void io_turn(io_ends *e)
{
    if (e->subject->turn != NULL) {
        e->subject->turn(e->context);
    }
}

/* The byte at a position of what an end sends. */
static uint8_t pattern(int end, unsigned long at)
{
    return (uint8_t)(at * 31 + at / 253 + at / 65537 + (unsigned long)end * 113);
}

/* What every answer owes. */
static void judge(int answer, int error, size_t len, int sending)
{
    const char *what = sending ? "send" : "recv";
    int obligation = sending ? 2 : 3;

    if (answer > 0 || (answer < EW_IO_INTERRUPTED)) {
        (void)io_owed(obligation, answer > 0 && (size_t)answer <= len, "%s of %zu bytes says %d",
                      what, len, answer);
    }
    (void)io_owed(obligation, answer != 0, "%s says 0", what);
    (void)io_owed(5, !sending || answer != EW_IO_END, "send says END");
    if (answer == EW_IO_FAILED) {
        (void)io_owed(6, error != UNTOUCHED && error != 0, "%s has failed and left no number",
                      what);
    } else {
        (void)io_owed(6, error == UNTOUCHED, "%s has not failed and left %d as its error", what,
                      error);
    }
}

static int interrupted(int answer, int *count)
{
    (*count)++;
    return answer == EW_IO_INTERRUPTED &&
           io_owed(7, *count < IN_A_ROW, "interrupted %d times in a row", *count);
}

int io_put(io_ends *e, int from, size_t len)
{
    int count = 0;
    int error;
    int n;

    len = len < sizeof out ? len : sizeof out;
    do {
        for (size_t i = 0; i < len; i++) {
            out[i] = pattern(from, e->sent[from] + i);
        }
        error = UNTOUCHED;
        n = e->subject->io->send(e->context[from], out, len, &error);
        memset(out, 0xee, len); /* it is not looked at any more */
    } while (interrupted(n, &count));
    judge(n, error, len, 1);
    if (n > 0 && (size_t)n <= len) {
        e->sent[from] += (unsigned long)n;
    }
    return n;
}

/* The bytes that came are the next ones, and nothing was written beyond them. */
static void look_at(io_ends *e, int to, size_t n, size_t len)
{
    size_t same = 0, clean = n;

    while (same < n && in[same] == pattern(!to, e->received[to] + same)) {
        same++;
    }
    (void)io_owed(2, same == n, "byte %lu of the stream is another", e->received[to] + same);
    while (clean < len + GUARD && in[clean] == 0xdd) {
        clean++;
    }
    (void)io_owed(3, clean == len + GUARD, "recv of %zu bytes wrote at %zu, and says %zu", len,
                  clean, n);
}

int io_get(io_ends *e, int to, size_t len)
{
    int count = 0;
    int error;
    int n;

    len = len < MOST ? len : MOST;
    do {
        memset(in, 0xdd, len + GUARD);
        error = UNTOUCHED;
        n = e->subject->io->recv(e->context[to], in, len, &error);
    } while (interrupted(n, &count));
    judge(n, error, len, 0);
    if (n <= 0 || (size_t)n <= len) {
        look_at(e, to, n > 0 ? (size_t)n : 0, len);
    }
    if (n > 0 && (size_t)n <= len) {
        e->received[to] += (unsigned long)n;
    }
    return n;
}

int io_await(io_ends *e, int to, size_t len)
{
    long long until = io_real_ms() + WHILE;
    int n = io_get(e, to, len);

    while (n == EW_IO_BLOCKED && io_real_ms() < until) {
        io_turn(e);
        io_sleep_ms(1);
        n = io_get(e, to, len);
    }
    return n;
}

void io_all(io_ends *e, int from, int last)
{
    int to = !from;
    int n = 1;

    while (e->received[to] < e->sent[from] && n > 0) {
        n = io_await(e, to, MOST);
    }
    (void)io_owed(2, e->received[to] == e->sent[from], "%lu bytes were sent, and %lu arrived (%d)",
                  e->sent[from], e->received[to], n);
    if (last == EW_IO_END) {
        n = io_await(e, to, 1);
        (void)io_owed(5, n == EW_IO_END, "recv says %d where the stream has ended", n);
    } else if (last == EW_IO_BLOCKED) {
        n = io_get(e, to, 1);
        (void)io_owed(1, n == EW_IO_BLOCKED, "recv says %d where nothing is", n);
    }
}

/* A stack may take a moment to move what it has, and then take more. */
void io_fill(io_ends *e, int from)
{
    int blocked = 0;

    while (blocked < 5 && e->sent[from] < FULL) {
        int n = io_put(e, from, e->sent[from] % 3 == 0 ? 50001 : 7000);

        if (n > 0) {
            blocked = 0;
            continue;
        }
        if (!io_owed(1, n == EW_IO_BLOCKED, "send says %d where there is no room", n)) {
            return;
        }
        blocked++;
        io_turn(e);
        io_sleep_ms(1);
    }
    (void)io_owed(1, e->sent[from] < FULL, "send takes %d bytes that nobody receives", FULL);
}
