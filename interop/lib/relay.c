#define _GNU_SOURCE
#include "relay.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CARRY = 8192, HEADER = 5 };

/* One direction: what was taken from one end and not yet given to the other. */
typedef struct {
    uint8_t bytes[CARRY];
    size_t begin, end;
    int from, to;
    int held;
    int source_ended, ended; /* FIN taken; FIN given on */
    uint8_t header[HEADER];
    size_t header_len, left; /* of the record that is crossing */
    int plain;
} stream;

struct relay {
    pthread_t thread;
    pthread_mutex_t lock;
    int fd[2]; /* by the direction that starts there */
    int wake[2];
    int stopping, stopped, dead;
    int reset[2]; /* by the direction whose end did it */
    stream streams[2];
    wire_event *events;
    size_t count, room;
    relay_tap *tap;
    void *tap_arg;
};

static void note(relay *r, int direction, int type, size_t length)
{
    if (type == WIRE_PLAIN && r->count > 0) {
        wire_event *last = &r->events[r->count - 1];
        if (last->type == WIRE_PLAIN && last->direction == direction) {
            last->length += length;
            return;
        }
    }
    if (r->count == r->room) {
        size_t room = r->room ? 2 * r->room : 64;
        wire_event *events = realloc(r->events, room * sizeof *events);
        if (!events)
            abort(); /* a verdict without its observations would be worthless */
        r->events = events;
        r->room = room;
    }
    r->events[r->count++] = (wire_event){direction, type, length};
}

static size_t record_length(const stream *s)
{
    return (size_t)s->header[3] << 8 | s->header[4];
}

/* One byte of a header. Whatever is no record ends the TLS part of the stream for good. */
static void observe_header(relay *r, int direction, uint8_t byte)
{
    stream *s = &r->streams[direction];
    s->header[s->header_len++] = byte;
    int alien = s->header_len == 1 ? byte < WIRE_CHANGE_CIPHER || byte > WIRE_DATA
                                   : s->header_len == 2 && byte != 3;
    if (alien) {
        s->plain = 1;
        note(r, direction, WIRE_PLAIN, s->header_len);
        s->header_len = 0;
    } else if (s->header_len == HEADER) {
        s->left = record_length(s);
    }
}

/* Follows the record boundaries; a record is noted once its last byte has passed. */
static void observe(relay *r, int direction, const uint8_t *bytes, size_t len)
{
    stream *s = &r->streams[direction];
    while (len > 0 && !s->plain) {
        if (s->header_len < HEADER) {
            observe_header(r, direction, *bytes++);
            len--;
        } else {
            size_t n = len < s->left ? len : s->left;
            s->left -= n;
            bytes += n;
            len -= n;
        }
        if (s->header_len == HEADER && s->left == 0) {
            note(r, direction, s->header[0], record_length(s));
            s->header_len = 0;
        }
    }
    if (len > 0)
        note(r, direction, WIRE_PLAIN, len);
}

static void note_end(relay *r, int direction, int type)
{
    stream *s = &r->streams[direction];
    if (s->header_len > 0)
        note(r, direction, WIRE_CUT, s->left);
    note(r, direction, type, 0);
    s->source_ended = 1;
}

/* An end that resets the connection resets it for the other end too. */
static void reset_both(relay *r, int direction)
{
    if (!r->streams[direction].source_ended)
        note_end(r, direction, WIRE_RESET);
    r->reset[direction] = 1;
    net_reset(r->fd[FROM_US]);
    net_reset(r->fd[FROM_PEER]);
    r->dead = 1;
}

static void take(relay *r, int direction)
{
    stream *s = &r->streams[direction];
    ssize_t n = recv(s->from, s->bytes, CARRY, MSG_DONTWAIT);
    if (n > 0) {
        observe(r, direction, s->bytes, (size_t)n);
        if (r->tap)
            r->tap(r->tap_arg, direction, s->bytes, (size_t)n);
        s->begin = 0;
        s->end = (size_t)n;
    } else if (n == 0) {
        note_end(r, direction, WIRE_EOF);
    } else if (errno != EAGAIN && errno != EINTR) {
        reset_both(r, direction);
    }
}

static void give(relay *r, int direction)
{
    stream *s = &r->streams[direction];
    if (s->begin < s->end) {
        ssize_t n =
            send(s->to, s->bytes + s->begin, s->end - s->begin, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0)
            s->begin += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            reset_both(r, !direction); /* the receiving end is gone */
    }
    if (!r->dead && s->begin == s->end && s->source_ended && !s->ended) {
        shutdown(s->to, SHUT_WR);
        s->ended = 1;
    }
}

static void step(relay *r, int direction)
{
    stream *s = &r->streams[direction];
    if (r->dead || s->held || s->ended)
        return;
    if (s->begin == s->end && !s->source_ended)
        take(r, direction);
    if (!r->dead)
        give(r, direction);
}

/* What to wait for: never for input that would not be taken, or the loop would spin. */
static void wanted(relay *r, struct pollfd p[3])
{
    memset(p, 0, 3 * sizeof *p);
    for (int d = 0; d < 2; d++) {
        stream *s = &r->streams[d];
        p[d].fd = -1;
        if (r->dead || s->held)
            continue;
        if (s->ended) { /* nothing more comes from there, except a reset */
            p[d].fd = r->streams[!d].ended ? -1 : s->from;
            continue;
        }
        if (s->begin == s->end) {
            p[d].fd = s->from;
            p[d].events = POLLIN;
        } else {
            p[d].fd = s->to;
            p[d].events = POLLOUT;
        }
    }
    p[2].fd = r->wake[0];
    p[2].events = POLLIN;
}

static void *run(void *argument)
{
    relay *r = argument;
    pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        struct pollfd p[3];
        char drop[16];
        ssize_t drained = 0;
        wanted(r, p);
        pthread_mutex_unlock(&r->lock);
        poll(p, 3, -1);
        if (p[2].revents)
            drained = read(r->wake[0], drop, sizeof drop);
        (void)drained; /* the pipe only wakes */
        pthread_mutex_lock(&r->lock);
        for (int d = 0; d < 2; d++) {
            if (r->streams[d].ended && !r->dead && (p[d].revents & (POLLERR | POLLHUP)))
                reset_both(r, d);
            step(r, d);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static void wake(relay *r)
{
    char byte = 0;
    ssize_t written = write(r->wake[1], &byte, 1);
    (void)written; /* a full pipe wakes as well */
}

relay *relay_start(int near_fd, int far_fd, relay_tap *tap, void *arg)
{
    relay *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->tap = tap;
    r->tap_arg = arg;
    r->fd[FROM_US] = near_fd;
    r->fd[FROM_PEER] = far_fd;
    r->streams[FROM_US].from = r->streams[FROM_PEER].to = near_fd;
    r->streams[FROM_US].to = r->streams[FROM_PEER].from = far_fd;
    pthread_mutex_init(&r->lock, NULL);
    if (pipe2(r->wake, O_NONBLOCK | O_CLOEXEC) != 0) {
        free(r);
        return NULL;
    }
    if (pthread_create(&r->thread, NULL, run, r) != 0) {
        close(r->wake[0]);
        close(r->wake[1]);
        free(r);
        return NULL;
    }
    return r;
}

void relay_hold(relay *r, int direction, int on)
{
    pthread_mutex_lock(&r->lock);
    r->streams[direction].held = on;
    pthread_mutex_unlock(&r->lock);
    wake(r);
}

static int has_ended(relay *r, int direction)
{
    pthread_mutex_lock(&r->lock);
    int ended = r->dead || r->streams[direction].source_ended;
    pthread_mutex_unlock(&r->lock);
    return ended;
}

int relay_wait_end(relay *r, int direction, int ms)
{
    long long end = net_now_ms() + ms;
    while (!has_ended(r, direction)) {
        if (net_now_ms() > end)
            return 0;
        net_sleep_ms(2);
    }
    return 1;
}

int relay_was_reset(relay *r, int direction)
{
    pthread_mutex_lock(&r->lock);
    int reset = r->reset[direction];
    pthread_mutex_unlock(&r->lock);
    return reset;
}

void relay_stop(relay *r)
{
    if (r->stopped)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = 1;
    pthread_mutex_unlock(&r->lock);
    wake(r);
    pthread_join(r->thread, NULL);
    r->stopped = 1;
    if (!r->dead) {
        close(r->fd[FROM_US]);
        close(r->fd[FROM_PEER]);
    }
}

const wire_event *relay_events(const relay *r, size_t *count)
{
    *count = r->count;
    return r->events;
}

void relay_free(relay *r)
{
    if (!r)
        return;
    relay_stop(r);
    close(r->wake[0]);
    close(r->wake[1]);
    pthread_mutex_destroy(&r->lock);
    free(r->events);
    free(r);
}
