#define _GNU_SOURCE
#include "bench.h"

#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

enum { TURNS_MAX = 1000, SPINS_MAX = 100000 };

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

void bench_make(closing *c, const subject *s)
{
    world_make(&c->w, s, 1);
    close(c->w.l.fd);
    c->ops = s->plain ? NULL : native_of(s->engine->name);
}

static void start(closing *c, int alone)
{
    world *w = &c->w;

    world_renew(w, PEER_MUTE);
    c->alone = alone;
    c->n = (native){.fd = w->l.fd};
    if (alone) {
        c->n.engine = link_engine(&w->l);
        c->ops->attach(&c->n);
    } else if (world_open(w) != 0) {
        bench_fail("ew_conn_open failed");
    }
}

void bench_connect(closing *c, int alone)
{
    int done = 0;

    start(c, alone);
    for (int turn = 0; turn < TURNS_MAX && !done; turn++) {
        done = alone ? c->ops->handshake(&c->n) : ew_conn_handshake(&c->w.l.c) == 1;
        world_pump(&c->w);
    }
    if (!done)
        bench_fail("no handshake");
    ERR_clear_error();
}

void bench_first(closing *c)
{
    if (c->alone ? !c->ops->first(&c->n) : ew_conn_shutdown(&c->w.l.c) != 0)
        bench_fail("the close_notify was not sent");
}

/* Over TCP bytes may take a moment. */
void bench_answer(closing *c)
{
    world *w = &c->w;

    for (int turn = 0; turn < TURNS_MAX && !w->notice_sent; turn++) {
        world_pump(w);
        if (!w->notice_sent)
            net_wait(w->l.w.fd, POLLIN, 1);
    }
    if (!w->notice_sent)
        bench_fail("the peer did not answer");
}

void bench_second(closing *c)
{
    ew_conn *conn = &c->w.l.c;
    int done, turn = 0;

    do {
        done = c->alone ? c->ops->second(&c->n) : ew_conn_shutdown(conn);
    } while (turn++ < SPINS_MAX && done == -1 &&
             (c->alone || ew_conn_get_error(conn, done) == EW_ERROR_WANT_READ));
    if (done != 1)
        bench_fail("the peer's close_notify was not received");
}

void bench_leave(closing *c)
{
    if (!c->alone)
        ew_conn_release(&c->w.l.c);
    else if (c->ops->leave)
        c->ops->leave(&c->n);
    free(c->n.own);
    close(c->w.l.fd);
}
