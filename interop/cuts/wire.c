#define _GNU_SOURCE
#include "wire.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DELAYED_CHUNK = 16, DELAY_NS = 50000, TAKEN_TRIES = 30 };

int cut_wire_open(fault_wire *w, int fd, int near_fd, const fault_plan *plan,
                  libssl_context_t *peer)
{
    memset(w, 0, sizeof *w);
    w->fd = fd;
    w->near_fd = near_fd;
    w->plan = plan;
    net_set_blocking(fd, 0);
    return peer_open(&w->peer, plan, peer);
}

void cut_wire_close(fault_wire *w)
{
    peer_close(&w->peer);
    if (w->fd >= 0)
        net_reset(w->fd); /* leaves no TIME_WAIT behind: there are many cells */
    w->fd = -1;
}

/* The cut ----------------------------------------------------------------------------------- */

static void cut(fault_wire *w)
{
    w->cut = 1;
    if (w->plan->cut == CUT_FIN)
        shutdown(w->fd, SHUT_WR);
    if (w->plan->cut == CUT_RST) {
        net_reset(w->fd);
        w->fd = -1;
        w->ended = 1;
    }
}

/* How many more bytes of a direction may pass before it is cut. */
static size_t allowance(const fault_wire *w, const fault_queue *q, int outward)
{
    size_t left = q->have - q->passed;
    if (atomic_load(&w->armed) && w->plan->cut != CUT_NONE && w->plan->outward == outward) {
        size_t until = w->plan->at > q->passed ? w->plan->at - q->passed : 0;
        return left < until ? left : until;
    }
    return left;
}

static int is_due(const fault_wire *w, const fault_queue *q, int outward)
{
    return !w->cut && atomic_load(&w->armed) && w->plan->cut != CUT_NONE &&
           w->plan->outward == outward && q->passed >= w->plan->at;
}

static int cut_if_due(fault_wire *w)
{
    int due = is_due(w, &w->out, 1) || is_due(w, &w->in, 0);
    if (due)
        cut(w);
    return due;
}

/* From us to the peer ----------------------------------------------------------------------- */

static int take_from_us(fault_wire *w)
{
    fault_queue *q = &w->out;
    if (w->ended)
        return 0;
    ssize_t n = recv(w->fd, q->bytes + q->have, sizeof q->bytes - q->have, MSG_DONTWAIT);
    if (n > 0)
        q->have += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        w->ended = 1;
    return n > 0;
}

static int feed_peer(fault_wire *w)
{
    fault_queue *q = &w->out;
    size_t left = allowance(w, q, 1);
    int shaped = atomic_load(&w->armed);
    if (w->cut || left == 0)
        return 0;
    if (shaped && w->plan->shape == LATE_OUT && !w->released)
        return 0;
    if (shaped && w->plan->shape == BYTES)
        left = 1;
    BIO_write(w->peer.in, q->bytes + q->passed, (int)left);
    q->passed += left;
    return 1;
}

/* From the peer to us ----------------------------------------------------------------------- */

static int collect(fault_wire *w)
{
    fault_queue *q = &w->in;
    int n = BIO_read(w->peer.out, q->bytes + q->have, (int)(sizeof q->bytes - q->have));
    if (n > 0)
        q->have += (size_t)n;
    atomic_store(&w->notice_end, w->peer.notice_end);
    return n > 0;
}

/* A byte is a segment of its own only if it was read before the next one comes. */
static void let_it_be_taken(const fault_wire *w)
{
    int left = 1;
    for (int i = 0; i < TAKEN_TRIES && ioctl(w->near_fd, FIONREAD, &left) == 0 && left > 0; i++)
        sched_yield();
}

/* How many bytes may pass now, as they are shaped; 0: they are held. */
static size_t shaped(const fault_wire *w, size_t left)
{
    switch (w->plan->shape) {
    case BYTES: return 1;
    case DELAYED: return left < DELAYED_CHUNK ? left : DELAYED_CHUNK;
    case MERGED: return w->released ? left : 0;
    case SPLIT:
        if (w->in.passed < w->plan->at)
            return left < w->plan->at - w->in.passed ? left : w->plan->at - w->in.passed;
        return w->released || w->split_done ? left : 0;
    default: return left;
    }
}

static int give_to_us(fault_wire *w)
{
    fault_queue *q = &w->in;
    size_t left = allowance(w, q, 0);
    int late = !w->plan->nonblocking;
    if (w->cut || w->fd < 0 || left == 0)
        return 0;
    if (atomic_load(&w->armed))
        left = shaped(w, left);
    if (left == 0)
        return 0;
    if (atomic_load(&w->armed) && w->plan->shape == DELAYED) {
        struct timespec t = {0, DELAY_NS};
        nanosleep(&t, NULL);
    }
    w->split_done |= atomic_load(&w->armed) && q->passed >= w->plan->at;
    atomic_store(&w->given, q->passed + left);
    if (send(w->fd, q->bytes + q->passed, left, MSG_NOSIGNAL) != (ssize_t)left)
        w->ended = 1; /* we closed before we had heard all */
    q->passed += left;
    if (late && atomic_load(&w->armed) && w->plan->shape == BYTES)
        let_it_be_taken(w);
    return 1;
}

/* The whole --------------------------------------------------------------------------------- */

int wire_step(fault_wire *w)
{
    int moved = take_from_us(w);
    moved |= cut_if_due(w);
    moved |= feed_peer(w);
    if (!w->cut)
        peer_step(&w->peer);
    moved |= collect(w);
    moved |= give_to_us(w);
    if (w->plan->shape != DELAYED)
        moved |= cut_if_due(w); /* the end comes with the last byte, and not some time later */
    if (moved)
        w->released = 0;
    return moved;
}

int cut_wire_release(fault_wire *w)
{
    if (w->released || w->cut || !atomic_load(&w->armed))
        return 0;
    w->released = allowance(w, &w->in, 0) > 0 || allowance(w, &w->out, 1) > 0;
    return w->released;
}

int wire_arm(fault_wire *w)
{
    while (wire_step(w))
        ;
    if (!w->peer.ready || w->peer.failed)
        return 0;
    w->in.have = w->in.passed = w->out.have = w->out.passed = 0;
    atomic_store(&w->given, 0);
    peer_arm(&w->peer);
    atomic_store(&w->armed, 1);
    return 1;
}

void wire_finish(fault_wire *w)
{
    if (!w->finished && w->fd >= 0 && !(w->cut && w->plan->cut == CUT_FIN))
        shutdown(w->fd, SHUT_WR);
    w->finished = 1;
}

/* The thread -------------------------------------------------------------------------------- */

/* Nothing moved: waits a little for us, and lets pass what is held if we are waiting too. */
static void idle(fault_wire *w)
{
    struct pollfd p = {.fd = w->ended ? -1 : w->fd, .events = POLLIN};
    struct timespec t = {0, 200000};
    if (ppoll(&p, 1, &t, NULL) == 0)
        cut_wire_release(w);
}

void *wire_work(void *wire)
{
    fault_wire *w = wire;
    while (!atomic_load(&w->stop)) {
        if (!wire_step(w))
            idle(w);
        if (atomic_load(&w->wants_arm) && !atomic_load(&w->armed))
            wire_arm(w);
        if (atomic_load(&w->wants_finish) && !w->finished)
            wire_finish(w);
    }
    return NULL;
}
