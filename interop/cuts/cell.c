/* The life of a cell. */
#define _GNU_SOURCE
#include "cell.h"
#include "net.h"
#include "endwell.h"
#include "ours.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENGINES_MAX = 16, DRAIN_MS = 2000, END_ROUNDS = 1000 };

struct fault_bench {
    char cert[512], key[512];
    void *ours[ENGINES_MAX][2][2]; /* by engine, version, role */
    libssl_context_t *peers[2][2];
    int listener, port;
    fault_wire wire;
};

/* Contexts ---------------------------------------------------------------------------------- */

static tls_setup config(const fault_bench *b, int tls13, int server)
{
    return (tls_setup){.server = server, .tls13 = tls13, .certificate = b->cert, .key = b->key};
}

static int open_contexts(fault_bench *b, int tls13, int server)
{
    tls_setup c = config(b, tls13, server);
    b->peers[tls13][server] = libssl_context(&c);
    if (!b->peers[tls13][server])
        return 0;
    peer_prepare(b->peers[tls13][server]);
    for (int i = 0; sides[i]; i++) {
        if (tls13 && !sides[i]->tls->has_tls13)
            continue;
        b->ours[i][tls13][server] = sides[i]->context(&c);
        if (!b->ours[i][tls13][server])
            return 0;
    }
    return 1;
}

fault_bench *cut_bench_new(const char *certs)
{
    fault_bench *b = calloc(1, sizeof *b);
    int good = 1;
    if (!b)
        return NULL;
    snprintf(b->cert, sizeof b->cert, "%s/server.pem", certs);
    snprintf(b->key, sizeof b->key, "%s/server.key", certs);
    b->listener = net_listen(&b->port);
    for (int i = 0; i < 4 && good; i++)
        good = open_contexts(b, i & 1, i >> 1);
    if (good && b->listener >= 0)
        return b;
    fprintf(stderr, "faults: no contexts with the certificate %s: make certs\n", b->cert);
    cut_bench_free(b);
    return NULL;
}

void cut_bench_free(fault_bench *b)
{
    for (int i = 0; i < 4; i++) {
        if (b->peers[i & 1][i >> 1])
            libssl_context_free(b->peers[i & 1][i >> 1]);
        for (int e = 0; sides[e]; e++)
            if (b->ours[e][i & 1][i >> 1])
                sides[e]->context_free(b->ours[e][i & 1][i >> 1]);
    }
    if (b->listener >= 0)
        close(b->listener);
    free(b);
}

/* One cell ---------------------------------------------------------------------------------- */

static void *context_of(const fault_bench *b, const fault_plan *p)
{
    int i = 0;
    while (sides[i] != p->engine)
        i++;
    return b->ours[i][p->tls13][p->server];
}

static int open_ends(fault_bench *b, const fault_plan *p, int *far)
{
    int near = net_connect(b->port);
    *far = near < 0 ? -1 : net_accept(b->listener, 5000);
    if (*far < 0 || net_set_blocking(near, !p->nonblocking) != 0) {
        if (near >= 0)
            close(near);
        return -1;
    }
    return near;
}

/* The peer ends TCP, we close; what we sent last is taken off the wire. */
static void close_ours(fault_ours *c)
{
    if (c->plan->nonblocking) {
        while (wire_step(c->wire) || cut_wire_release(c->wire))
            ;
        wire_finish(c->wire);
    } else {
        atomic_store(&c->wire->wants_finish, 1);
    }
    int ret = c->ops->close(c->us, DRAIN_MS, 1 << 16);
    c->outcome->calls++;
    if (ret < -1 || ret > 1 || (ret == -1 && !c->fatal_error) ||
        (ret >= 0 && c->fatal_error && !c->shut))
        find(c->outcome, "wrong-code", "close: %d %s", ret, c->fatal_error ? "after an error" : "");
    c->shut |= ret >= 0;
}

static void end_wire(fault_ours *c, pthread_t thread)
{
    if (!c->plan->nonblocking) {
        atomic_store(&c->wire->stop, 1);
        pthread_join(thread, NULL);
    }
    for (int i = 0; i < END_ROUNDS && !c->wire->ended; i++)
        if (!wire_step(c->wire) && !cut_wire_release(c->wire))
            net_wait(c->wire->fd, 1, 1);
    while (wire_step(c->wire) || cut_wire_release(c->wire))
        ;
}

static void run_on(fault_bench *b, fault_ours *c, int far, const fault_defect *defect)
{
    pthread_t thread = 0;
    ew_conn *conn = c->us; /* the first member of every side of ours */
    if (cut_wire_open(c->wire, far, c->fd, c->plan, b->peers[c->plan->tls13][!c->plan->server]) !=
            0 ||
        (!c->plan->nonblocking && pthread_create(&thread, NULL, wire_work, c->wire) != 0)) {
        find(c->outcome, "setup", "no peer, or no thread for it");
        return;
    }
    conn->port = defect_port(defect, conn->port, &conn->transport);
    int shaken = ours_handshake(c);
    if (shaken)
        ours_script(c);
    close_ours(c);
    end_wire(c, thread);
    if (shaken)
        ours_judge(c);
}

static _Thread_local const fault_plan *current;

static void crash(int number)
{
    char text[PLAN_TEXT], line[PLAN_TEXT + 64];
    int len = snprintf(line, sizeof line, "%s: crash: signal %d\n",
                       current ? plan_text(current, text) : "the peer of a cell", number);
    if (write(1, line, (size_t)len) != len)
        _exit(2);
    _exit(1);
}

void fault_name_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        signal(numbers[i], crash);
}

void fault_run(fault_bench *b, const fault_plan *p, const fault_defect *defect,
               fault_outcome *outcome)
{
    fault_ours c = {.plan = p, .ops = p->engine, .wire = &b->wire, .outcome = outcome};
    int far = -1;
    memset(outcome, 0, sizeof *outcome);
    current = p;
    c.fd = open_ends(b, p, &far);
    c.us = c.fd < 0 ? NULL : p->engine->open(context_of(b, p), c.fd);
    if (c.us)
        run_on(b, &c, far, defect);
    else
        find(outcome, "setup", "no connection");
    cut_wire_close(c.wire);
    if (c.us)
        p->engine->free(c.us);
}
