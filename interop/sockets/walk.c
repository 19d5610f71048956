/*
 * walk DEPTH: tries the contracts of spec/engines/sockets.h on live sockets.
 *
 * Every sequence of calls and of what the peer does, on a pair of local sockets and on TCP over loopback.
 * Before each call its `requires` are asked: where they do not hold no io that is proven makes it, and the
 * walk turns back. After it every `ensures` has to hold. The ghosts are looked up beside the call: in the
 * peer what was taken and in which order, in the socket what it is, in the scheduler how late this thread
 * was (world.c).
 */
#define _GNU_SOURCE
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { PASS = 0, FINDING = 1, CANNOT_RUN = 2 };
enum { MOST_LEVELS = 8, MOST_CLAUSES = 128, MOST_ERRNO = 134 };

/* What the scheduler does not count: the rest of a ms, interrupts, a machine below this one. */
enum { SLACK_MS = 20 };

typedef enum {
    SEND_ONE,
    SEND_MUCH,
    RECV_ONE,
    RECV_MUCH,
    HALF_CLOSE,
    LINGER_OFF,
    CLOSE,
    WAIT_IN,
    WAIT_OUT,
    WAIT_FOR_NOTHING,
    WAIT_INTERRUPTED,
    CLOCK,
    FLAGS,
    LINGER_ON,
    PEER_SENDS,
    PEER_RECEIVES,
    PEER_ENDS,
    PEER_CLOSES,
    PEER_RESETS,
    STEPS
} step;

enum { OF_SEND, OF_RECV, OF_SHUTDOWN, OF_SETSOCKOPT, OF_CLOSE, OF_POLL, OF_CLOCK, OF_FCNTL, CALLS };

static const char *const names[STEPS] = {
    "send one",         "send much", "recv one",    "recv much",  "shutdown",
    "no linger",        "close",     "poll in",     "poll out",   "poll nothing",
    "poll interrupted", "clock",     "flags",       "linger",     "peer sends",
    "peer receives",    "peer ends", "peer closes", "peer resets"};

static struct {
    step path[MOST_LEVELS];
    int length;
} walked;

static struct {
    unsigned long applied, broken;
    char first[256];
} tried[MOST_CLAUSES];
static unsigned long calls, outside;
static bool met[CALLS][MOST_ERRNO];

static uint8_t sent[MUCH], there[MUCH], before[MUCH];

/* Calls ------------------------------------------------------------------------------------------- */

static void broken(int i)
{
    size_t at = 0;
    if (tried[i].broken++ > 0) {
        return;
    }
    at += (size_t)snprintf(tried[i].first, sizeof tried[i].first, "%s:", kinds[w.kind]);
    for (int k = 0; k < walked.length && at < sizeof tried[i].first; k++) {
        at += (size_t)snprintf(tried[i].first + at, sizeof tried[i].first - at, "%s %s",
                               k > 0 ? "," : "", names[walked.path[k]]);
    }
}

static bool may(const char *function, const struct sockets_call *call)
{
    for (const struct sockets_clause *c = sockets_requires; c->function != NULL; c++) {
        if (strcmp(c->function, function) == 0 && !c->holds(&w.now, &w.now, call)) {
            outside++;
            return false;
        }
    }
    calls++;
    errno = 0;
    return true;
}

/* The call has returned. */
static void keeps(const char *function, struct sockets_call *call, int which)
{
    int number = errno;
    struct sockets_moment then = w.now;
    if (call->result < 0) {
        w.now.errnum = number;
        met[which][number < MOST_ERRNO ? number : 0] = true;
    }
    w.is_reset |= call->result < 0 && (number == ECONNRESET || number == EPIPE);
    if (which <= OF_RECV && call->result < 0 && number != EAGAIN && number != EINTR) {
        w.now.failed = 1;
    }
    if (strcmp(function, "send") == 0) {
        w.now.wire = world_taken(then.wire + (call->result > 0 ? call->result : 0));
    }
    if (strcmp(function, "recv") == 0) {
        w.now.came += call->result > 0 ? call->result : 0;
        w.now.peer_ended =
            call->result == 0 ? w.peer_ended && w.now.came == w.peer_sent : then.peer_ended;
    }
    if (strcmp(function, "poll") == 0) {
        w.now.clock = world_clock_ms();
        w.now.late = world_late_ms() + SLACK_MS;
    }
    if (strcmp(function, "shutdown") == 0) {
        w.now.half_closed = world_has_half_closed();
    }
    world_look();
    for (int i = 0; sockets_ensures[i].function != NULL; i++) {
        if (strcmp(sockets_ensures[i].function, function) == 0) {
            tried[i].applied++;
            if (!sockets_ensures[i].holds(&then, &w.now, call)) {
                broken(i);
            }
        }
    }
}

static bool sends(long long len)
{
    struct sockets_call call = {.sockfd = w.fd,
                                .len = len,
                                .flags = MSG_NOSIGNAL | MSG_DONTWAIT,
                                .before = sent,
                                .buf = sent};
    for (long long i = 0; i < len; i++) {
        sent[i] = sockets_made_byte(w.now.wire + i);
    }
    if (!may("send", &call)) {
        return false;
    }
    call.result = send(w.fd, sent, (size_t)len, call.flags);
    keeps("send", &call, OF_SEND);
    return true;
}

static bool receives(long long len)
{
    struct sockets_call call = {
        .sockfd = w.fd, .len = len, .flags = MSG_DONTWAIT, .before = before, .buf = there};
    memset(there, 170, (size_t)len);
    memset(before, 170, (size_t)len);
    if (!may("recv", &call)) {
        return false;
    }
    call.result = recv(w.fd, there, (size_t)len, call.flags);
    keeps("recv", &call, OF_RECV);
    return true;
}

static bool half_closes(void)
{
    struct sockets_call call = {.sockfd = w.fd, .how = SHUT_WR};
    if (!may("shutdown", &call)) {
        return false;
    }
    call.result = shutdown(w.fd, SHUT_WR);
    keeps("shutdown", &call, OF_SHUTDOWN);
    return true;
}

static bool lingers_no_more(void)
{
    struct sockets_call call = {
        .sockfd = w.fd, .level = SOL_SOCKET, .optname = SO_LINGER, .optlen = sizeof call.optval};
    if (!may("setsockopt", &call)) {
        return false;
    }
    call.result = setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &call.optval, sizeof call.optval);
    keeps("setsockopt", &call, OF_SETSOCKOPT);
    return true;
}

static bool closes(void)
{
    struct sockets_call call = {.fd = w.fd};
    if (!may("close", &call)) {
        return false;
    }
    call.result = close(w.fd);
    keeps("close", &call, OF_CLOSE);
    return true;
}

/* A wait that comes late is made again: under load the system is late once, a poll that is wrong always. */
static bool polls(short events, int timeout, bool interrupted)
{
    struct sockets_call call = {
        .fds = {.fd = w.fd, .events = events}, .nfds = events != 0, .timeout = timeout};
    struct itimerval soon = {.it_value = {.tv_usec = interrupted ? 500 : 0}},
                     never = {.it_value = {0, 0}};
    if (!may("poll", &call)) {
        return false;
    }
    for (int times = 0; times < 3; times++) {
        w.now.clock = world_clock_ms();
        w.now.late = world_late_ms();
        setitimer(ITIMER_REAL, &soon, NULL);
        call.result = poll(&call.fds, (nfds_t)call.nfds, timeout);
        if (world_clock_ms() <= w.now.clock + timeout + SLACK_MS) {
            break;
        }
    }
    keeps("poll", &call, OF_POLL);
    setitimer(ITIMER_REAL, &never, NULL);
    return true;
}

static bool reads_the_clock(void)
{
    struct sockets_call call = {.clk_id = CLOCK_MONOTONIC};
    if (!may("clock_gettime", &call)) {
        return false;
    }
    call.result = clock_gettime(CLOCK_MONOTONIC, &call.tp);
    w.now.clock = call.tp.tv_sec * 1000LL + call.tp.tv_nsec / 1000000;
    keeps("clock_gettime", &call, OF_CLOCK);
    return true;
}

static bool asks_flags(void)
{
    struct sockets_call call = {.fd = w.fd, .cmd = F_GETFL};
    if (!may("fcntl", &call)) {
        return false;
    }
    call.result = fcntl(w.fd, F_GETFL);
    keeps("fcntl", &call, OF_FCNTL);
    return true;
}

/* The walk ---------------------------------------------------------------------------------------- */

static bool take(step s)
{
    const struct linger at_once = {1, 0};
    switch (s) {
    case SEND_ONE: return sends(1);
    case SEND_MUCH: return sends(MUCH);
    case RECV_ONE: return receives(1);
    case RECV_MUCH: return receives(MUCH);
    case HALF_CLOSE: return half_closes();
    case LINGER_OFF: return lingers_no_more();
    case CLOSE: return closes();
    case WAIT_IN: return polls(POLLIN, 2, false);
    case WAIT_OUT: return polls(POLLOUT, 0, false);
    case WAIT_FOR_NOTHING: return polls(0, 1, false);
    case WAIT_INTERRUPTED: return polls(POLLIN, 20, true);
    case CLOCK: return reads_the_clock();
    case FLAGS: return asks_flags();
    case LINGER_ON:
        return w.now.open &&
               setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0 &&
               (world_look(), true);
    case PEER_SENDS: return world_peer_sends();
    case PEER_RECEIVES: return peer_receives();
    case PEER_ENDS: return peer_ends();
    case PEER_CLOSES: return peer_closes(false);
    default: return peer_closes(true);
    }
}

static bool walk(int kind, int depth)
{
    step path[MOST_LEVELS] = {0};
    for (;;) {
        int done = 0;
        if (!world_begin(kind)) {
            return false;
        }
        walked.length = 0;
        while (done < depth) {
            walked.path[walked.length++] = path[done];
            if (!take(path[done++])) {
                break;
            }
        }
        world_end();
        int at = done - 1; /* what is behind a step that is turned back is not walked */
        for (int i = done; i < depth; i++) {
            path[i] = 0;
        }
        while (at >= 0 && ++path[at] == STEPS) {
            path[at--] = 0;
        }
        if (at < 0) {
            return true;
        }
    }
}

static int report(int depth)
{
    static const char *const called[CALLS] = {"send",  "recv", "shutdown",      "setsockopt",
                                              "close", "poll", "clock_gettime", "fcntl"};
    int passed = 0, failed = 0;
    for (int i = 0; sockets_ensures[i].function != NULL; i++) {
        const char *function = sockets_ensures[i].function, *label = sockets_ensures[i].label;
        if (tried[i].broken > 0) {
            printf("BROKEN %s: %s (%lu of %lu times), first on %s\n", function, label,
                   tried[i].broken, tried[i].applied, tried[i].first);
        } else if (tried[i].applied == 0) {
            printf("NEVER TRIED %s: %s\n", function, label);
        }
        passed += tried[i].broken == 0 && tried[i].applied > 0;
        failed += tried[i].broken > 0 || tried[i].applied == 0;
    }
    for (int i = 0; i < CALLS; i++) {
        for (int number = 1; number < MOST_ERRNO; number++) {
            if (met[i][number]) {
                printf("met: %s: %s\n", called[i], strerror(number));
            }
        }
    }
    printf("%lu streams arrived to their end, %lu did not\n", streams, streams_broken);
    printf("contracts of the system's calls, to depth %d: %lu calls, %lu that no contract allows\n",
           depth, calls, outside);
    passed += streams > 0 && streams_broken == 0;
    failed += streams == 0 || streams_broken > 0;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 ? FINDING : PASS;
}

static void nothing(int signal)
{
    (void)signal;
}

int main(int argc, char **argv)
{
    const struct sigaction on_alarm = {.sa_handler = nothing};
    int depth = argc == 2 ? atoi(argv[1]) : 0;
    if (depth < 1 || depth > MOST_LEVELS) {
        fprintf(stderr, "usage: walk DEPTH\n");
        return CANNOT_RUN;
    }
    sigaction(SIGALRM, &on_alarm, NULL);
    for (int kind = 0; kind < KINDS; kind++) {
        if (!walk(kind, depth)) {
            fprintf(stderr, "try-sockets: %s: %s\n", kinds[kind], strerror(errno));
            return CANNOT_RUN;
        }
    }
    return report(depth);
}
