#define _GNU_SOURCE
#include "run.h"
#include "net.h"
#include "pattern.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OURS,
    PEERS,
    LINK_NEAR,
    LINK_FAR,
    FDS,
    MOST_SECONDS = 240,
    STALLED_SECONDS = 3,
    PACED_MS = 1,
    IDLE_MS = 50
};

typedef struct {
    end_plan plan[2];
    lossless_end end[2]; /* ours, the peer's */
    lossless_link link;
    int paced;
} connection;

typedef struct {
    const run_plan *plan;
    connection *connections;
    int count, listener, port;
    void *contexts[2], *peer_contexts[2]; /* by our role */
} transfer;

/* Opening ----------------------------------------------------------------------------------- */

static void make_plans(const run_plan *p, int which, end_plan plan[2])
{
    uint64_t rate = p->network == SLOW_READERS ? p->rate : 0;
    int first = which == WE_CLOSE, second = which == PEER_CLOSES;
    plan[0] = (end_plan){.reads = !first,
                         .answers = second,
                         .stream = STREAM_FROM_US,
                         .close = first ? CLOSE_ORDERLY : CLOSE_FULL,
                         .goal = p->bytes,
                         .rate = rate};
    plan[1] = (end_plan){.reads = 1,
                         .stops = first,
                         .stream = STREAM_FROM_PEER,
                         .close = CLOSE_FULL,
                         .goal = p->bytes,
                         .rate = rate};
    if (first && (p->plain || p->careless))
        plan[0].close = CLOSE_PLAIN;
}

/* Two TCP connections with the network between them. */
static int open_connection(transfer *t, connection *c, int which, int server)
{
    const run_plan *p = t->plan;
    int near[2], far[2];
    make_plans(p, which, c->plan);
    near[0] = net_connect(t->port);
    near[1] = net_accept(t->listener, 5000);
    far[0] = net_connect(t->port);
    far[1] = net_accept(t->listener, 5000);
    if (near[0] < 0 || near[1] < 0 || far[0] < 0 || far[1] < 0)
        return -1;
    net_set_blocking(near[0], !p->nonblocking);
    net_set_blocking(far[0], 0);
    lossless_link_open(&c->link, near[1], far[1], p->network == THROTTLED ? p->rate : 0);
    if (p->corrupting)
        c->link.drop_at = p->bytes / 2;
    return end_open(&c->end[0], p->engine, t->contexts[server], near[0], &c->plan[0]) |
           end_open(&c->end[1], &side_libssl, t->peer_contexts[server], far[0], &c->plan[1]);
}

static int open_contexts(transfer *t, const char *certs)
{
    char cert[512], key[512];
    snprintf(cert, sizeof cert, "%s/server.pem", certs);
    snprintf(key, sizeof key, "%s/server.key", certs);
    for (int server = 0; server < 2; server++) {
        tls_setup us = {.server = server, .tls13 = t->plan->tls13, .certificate = cert, .key = key};
        tls_setup peer = us;
        peer.server = !server;
        t->contexts[server] = t->plan->engine->context(&us);
        t->peer_contexts[server] = side_libssl.context(&peer);
        if (!t->contexts[server] || !t->peer_contexts[server])
            return -1;
    }
    return 0;
}

static int open_all(transfer *t, const char *certs)
{
    const run_plan *p = t->plan;
    t->listener = net_listen(&t->port);
    t->connections = calloc((size_t)p->connections, sizeof *t->connections);
    if (t->listener < 0 || !t->connections || open_contexts(t, certs) != 0)
        return -1;
    for (int i = 0; i < p->connections; i++) {
        int many = p->connections > 1;
        t->count = i + 1;
        if (open_connection(t, &t->connections[i], many ? i % CASES : p->which,
                            many ? i / CASES % 2 : p->server) != 0)
            return -1;
    }
    return 0;
}

static void close_all(transfer *t)
{
    for (int i = 0; i < t->count; i++) {
        end_free(&t->connections[i].end[0]);
        end_free(&t->connections[i].end[1]);
        lossless_link_close(&t->connections[i].link);
    }
    for (int server = 0; server < 2; server++) {
        if (t->contexts[server])
            t->plan->engine->context_free(t->contexts[server]);
        if (t->peer_contexts[server])
            side_libssl.context_free(t->peer_contexts[server]);
    }
    if (t->listener >= 0)
        close(t->listener);
    free(t->connections);
}

/* The loop ---------------------------------------------------------------------------------- */

static void watch(transfer *t, connection *c, struct pollfd p[FDS])
{
    c->paced = link_events(&c->link, p + LINK_NEAR);
    for (int i = 0; i < 2; i++) {
        int ours_blocks = i == OURS && !t->plan->nonblocking;
        lossless_end *e = &c->end[i];
        p[i] = (struct pollfd){.fd = e->state == END_OVER || ours_blocks ? -1 : e->fd,
                               .events = e->events};
        if (p[i].fd >= 0 && end_is_paced(e)) {
            p[i].events &= (short)~POLLIN; /* it reads when its time has come */
            c->paced = 1;
            if (p[i].events == 0)
                p[i].fd = -1;
        }
    }
}

static void serve(transfer *t, connection *c, const struct pollfd p[FDS])
{
    if (c->paced || p[LINK_NEAR].revents || p[LINK_FAR].revents)
        link_step(&c->link);
    for (int i = t->plan->nonblocking ? OURS : PEERS; i < 2; i++)
        if (c->paced || p[i].revents)
            end_step(&c->end[i]);
}

/* Over when all ends are, ours in the thread too; 0: time is up. */
static int loop(transfer *t, const atomic_int *ours_over)
{
    struct pollfd *p = calloc((size_t)t->count * FDS, sizeof *p);
    int64_t until = now_us() + (t->plan->stalls ? STALLED_SECONDS : MOST_SECONDS) * 1000000LL;
    int open = t->count;
    while (p && open > 0 && now_us() < until) {
        int paced = 0;
        for (int i = 0; i < t->count; i++) {
            watch(t, &t->connections[i], p + (size_t)i * FDS);
            paced |= t->connections[i].paced;
        }
        poll(p, (nfds_t)t->count * FDS, paced ? PACED_MS : IDLE_MS);
        open = 0;
        for (int i = 0; i < t->count; i++) {
            connection *c = &t->connections[i];
            serve(t, c, p + (size_t)i * FDS);
            open +=
                c->end[PEERS].state != END_OVER ||
                (t->plan->nonblocking ? c->end[OURS].state != END_OVER : !atomic_load(ours_over));
        }
    }
    free(p);
    return open == 0;
}

typedef struct {
    lossless_end *end;
    atomic_int over;
} blocking_end;

static void *run_blocking(void *argument)
{
    blocking_end *b = argument;
    end_run(b->end);
    atomic_store(&b->over, 1);
    return NULL;
}

/* The verdict ------------------------------------------------------------------------------- */

static void account(run_way *w, const lossless_end *sender, const lossless_end *receiver)
{
    uint64_t lost = sender->written - receiver->read;
    w->accepted += sender->written;
    w->delivered += receiver->read;
    w->told += sender->told;
    if (!receiver->plan->reads)
        return;
    w->lost += lost;
    if (!sender->told)
        w->untold += lost;
}

static void judge(const transfer *t, run_outcome *o)
{
    o->intact = 1;
    for (int i = 0; i < t->count; i++) {
        const lossless_end *us = &t->connections[i].end[OURS],
                           *peer = &t->connections[i].end[PEERS];
        account(&o->out, us, peer);
        account(&o->in, peer, us);
        o->intact &= us->intact && peer->intact;
        o->clean += !us->told && us->state == END_OVER;
        if (!us->plan->reads)
            o->dropped += peer->written - us->read;
        if (us->told && !o->where)
            o->where = us->where;
    }
}

void run_transfer(const run_plan *p, const char *certs, run_outcome *o)
{
    transfer t = {.plan = p, .listener = -1};
    int64_t start = now_us();
    memset(o, 0, sizeof *o);
    o->setup = open_all(&t, certs) == 0;
    if (o->setup) {
        blocking_end ours = {.end = &t.connections[0].end[OURS]};
        pthread_t thread;
        if (!p->nonblocking && pthread_create(&thread, NULL, run_blocking, &ours) != 0)
            abort();
        o->finished = loop(&t, &ours.over);
        for (int i = 0; !o->finished && i < t.count; i++)
            lossless_link_close(&t.connections[i].link); /* frees a blocking call */
        if (!p->nonblocking)
            pthread_join(thread, NULL);
        judge(&t, o);
    }
    close_all(&t);
    o->seconds = (double)(now_us() - start) / 1e6;
}
