#define _GNU_SOURCE
#include "world.h"

#include <ctype.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"

const char peer_data[] = "hello";

/* Subjects ------------------------------------------------------------------- */

enum { SUBJECTS_MAX = 32 };

subject sys_subjects[SUBJECTS_MAX] = {{.name = "plain", .plain = 1}};
int subject_count = 1;

static void add(const test_engine *e, int version, int server)
{
    subject *s = &sys_subjects[subject_count++];

    assert_true(subject_count <= SUBJECTS_MAX);
    snprintf(s->name, sizeof s->name, "%s-%s-%s", e->name,
             version == TLS1_3_VERSION ? "1.3" : "1.2", server ? "server" : "client");
    for (char *c = s->name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    s->engine = e;
    s->variant = (variant){e->kind, version, server, OPENSSL, e};
}

void subjects_make(void)
{
    for (const test_engine *const *e = engines; *e; e++)
        for (int version = TLS1_2_VERSION; version <= TLS1_2_VERSION + (*e)->has_tls13; version++)
            for (int server = 0; server < 2; server++)
                add(*e, version, server);
}

/* A peer without an engine --------------------------------------------------- */

static void plain_socket(world *w)
{
    int fds[2];

    w->l.w.in_len = w->l.w.in_at = w->l.w.out_len = 0;
    socket_pair(fds);
    set_nonblocking(fds[1]);
    w->l.fd = fds[0];
    w->l.w.fd = fds[1];
}

static void plain_send(world *w, uint8_t type, const void *body, int len)
{
    uint8_t record[PLAIN_RECORD];

    wire_put(&w->l.w, record, (size_t)plain_record(record, type, body, len));
}

/* As peer_read: a count, 0: our close_notify, -1: nothing yet. */
static int plain_read(world *w)
{
    wire *l = &w->l.w;

    wire_fetch(l);
    while (l->in_len - l->in_at >= PLAIN_HEADER) {
        const uint8_t *record = l->in + l->in_at;
        int len = record[3] << 8 | record[4];

        if (l->in_len - l->in_at < (size_t)(PLAIN_HEADER + len))
            return -1;
        l->in_at += (size_t)(PLAIN_HEADER + len);
        if (record[0] != PLAIN_HELLO)
            return record[0] == PLAIN_ALERT ? 0 : len;
        plain_send(w, PLAIN_HELLO, "hello", 5);
        w->greeted = 1;
    }
    return -1;
}

/* The peer ------------------------------------------------------------------- */

static int established(const world *w)
{
    if (w->subject->plain)
        return w->greeted;
    return SSL_is_init_finished(w->l.peer.ssl);
}

static void say(world *w)
{
    if (w->subject->plain)
        plain_send(w, PLAIN_DATA, peer_data, PEER_DATA_LEN);
    else
        peer_write(&w->l, peer_data, PEER_DATA_LEN);
    w->spoke = 1;
}

static void close_theirs(world *w)
{
    if (w->subject->plain)
        plain_send(w, PLAIN_ALERT, "\1\0", 2);
    else
        peer_close_notify(&w->l);
    w->notice_sent = 1;
}

static void hear(world *w)
{
    char data[512];
    int n;

    do {
        n = w->subject->plain ? plain_read(w) : peer_read(&w->l, data, sizeof data);
        if (n > 0)
            w->got += (size_t)n;
    } while (n > 0);
    if (n == 0)
        w->notice_seen = 1;
    if (n == -2)
        w->broken = 1;
}

static int hung_up(int fd)
{
    struct pollfd p = {.fd = fd};

    return poll(&p, 1, 0) > 0 && p.revents != 0;
}

void world_pump(void *world_)
{
    world *w = world_;

    if (w->gone)
        return;
    hear(w);
    if (!w->broken && established(w)) {
        if (!w->spoke && w->way != PEER_MUTE)
            say(w);
        if (!w->notice_sent && (w->way == PEER_FIRST || (w->way != PEER_SILENT && w->notice_seen)))
            close_theirs(w);
    }
    ERR_clear_error();
    if (w->ended || hung_up(w->l.w.fd))
        return;
    wire_release(&w->l.w, ALL);
    if (w->broken || (w->notice_sent && w->notice_seen)) {
        shutdown(w->l.w.fd, SHUT_WR);
        w->ended = 1;
    }
}

void world_gone(void *world_)
{
    world *w = world_;

    if (!w->gone)
        close(w->l.w.fd);
    w->gone = 1;
}

/* Connections ---------------------------------------------------------------- */

/* A session that the peer keeps would look like memory that we lost. */
static void make_link(world *w, const subject *s)
{
    link_make(&w->l, &s->variant);
    SSL_CTX_set_session_cache_mode(w->l.peer.ctx, SSL_SESS_CACHE_OFF);
}

void world_make(world *w, const subject *s, int nonblocking)
{
    memset(w, 0, sizeof *w);
    w->subject = s;
    w->nonblocking = nonblocking;
    if (s->plain)
        plain_socket(w);
    else
        make_link(w, s);
}

int world_open(world *w)
{
    if (!w->subject->plain)
        return link_conn_open(&w->l);
    plain_init(&w->plain);
    return ew_conn_open(&w->l.c, w->l.fd, &plain_port, &w->plain);
}

void world_renew(world *w, peer_way way)
{
    world_gone(w);
    w->l.w.fd = -1; /* nothing is left for link_renew to close */
    if (w->subject->plain) {
        plain_socket(w);
    } else {
        link_renew(&w->l);
        link_wire(&w->l);
    }
    ERR_clear_error();
    w->way = way;
    w->got = 0;
    w->notice_seen = w->spoke = w->notice_sent = w->broken = w->greeted = w->ended = w->gone = 0;
    net_set_blocking(w->l.fd, !w->nonblocking);
}

void world_free(world *w)
{
    world_gone(w);
    w->l.w.fd = -1;
    if (!w->subject->plain)
        link_close(&w->l);
}
