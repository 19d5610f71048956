#define _GNU_SOURCE
#include "link.h"
#include "net.h"
#include "end.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BURST = LINK_ROOM };

void lossless_link_open(lossless_link *l, int near_fd, int far_fd, uint64_t rate)
{
    memset(l, 0, sizeof *l);
    l->fd[0] = near_fd;
    l->fd[1] = far_fd;
    l->rate = rate;
    l->since_us = now_us();
    net_set_blocking(near_fd, 0);
    net_set_blocking(far_fd, 0);
}

void lossless_link_close(lossless_link *l)
{
    for (int i = 0; i < 2; i++) {
        if (l->fd[i] >= 0)
            close(l->fd[i]);
        l->fd[i] = -1;
    }
}

/* A reset goes through at once, and takes with it what is under way. */
static void reset(lossless_link *l)
{
    for (int i = 0; i < 2; i++) {
        net_reset(l->fd[i]);
        l->fd[i] = -1;
    }
}

static size_t allowance(const lossless_link *l, const link_way *w)
{
    size_t left = w->end - w->begin;
    if (l->rate == 0)
        return left;
    double due = (double)(now_us() - l->since_us) * (double)l->rate / 1e6 + BURST;
    double may = due - (double)w->carried;
    return may <= 0 ? 0 : may < (double)left ? (size_t)may : left;
}

static int take(lossless_link *l, int from)
{
    link_way *w = &l->way[from];
    if (w->source_ended || w->end - w->begin > 0)
        return 0;
    w->begin = w->end = 0;
    ssize_t n = recv(l->fd[from], w->bytes, sizeof w->bytes, MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        reset(l);
        return 1;
    }
    if (n == 0)
        w->source_ended = 1;
    if (n > 0)
        w->end = (size_t)n;
    return n >= 0;
}

static int give(lossless_link *l, int from)
{
    link_way *w = &l->way[from];
    int to = l->fd[!from];
    size_t may = allowance(l, w);
    if (may > 0) {
        if (from == 0 && l->drop_at > 0 && w->carried >= l->drop_at)
            w->bytes[w->begin] ^= 1, l->drop_at = 0;
        ssize_t n = send(to, w->bytes + w->begin, may, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            reset(l);
            return 1;
        }
        w->begin += n > 0 ? (size_t)n : 0;
        w->carried += n > 0 ? (uint64_t)n : 0;
        return n > 0;
    }
    if (w->source_ended && !w->ended && w->end == w->begin) {
        shutdown(to, SHUT_WR);
        w->ended = 1;
        return 1;
    }
    return 0;
}

int link_step(lossless_link *l)
{
    int moved = 0;
    for (int from = 0; from < 2; from++) {
        if (l->fd[0] >= 0)
            moved |= take(l, from);
        if (l->fd[0] >= 0)
            moved |= give(l, from);
    }
    return moved;
}

int link_events(const lossless_link *l, struct pollfd p[2])
{
    int paced = 0;
    for (int i = 0; i < 2; i++)
        p[i] = (struct pollfd){.fd = l->fd[i]};
    if (l->fd[0] < 0)
        return 0;
    for (int from = 0; from < 2; from++) {
        const link_way *w = &l->way[from];
        int full = w->end > w->begin;
        if (!full && !w->source_ended)
            p[from].events |= POLLIN;
        if (full && allowance(l, w) > 0)
            p[!from].events |= POLLOUT;
        paced |= full && allowance(l, w) == 0;
    }
    for (int i = 0; i < 2; i++)
        if (p[i].events == 0)
            p[i].fd = -1; /* or its hang-up would wake us for ever */
    return paced;
}
