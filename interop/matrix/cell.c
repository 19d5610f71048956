/* The life of a cell, and what is checked in every cell: the records that crossed. */
#define _GNU_SOURCE
#include "cell.h"
#include "endwell.h"
#include "engines/limits.h"
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An alert in TLS 1.3: two bytes, the inner type and the tag. No script writes two bytes of data,
 * and no handshake message is as short. */
enum { TLS13_ALERT_LENGTH = 2 + 1 + 16 };

const char *mode_name(mode m)
{
    static const char *const names[MODES] = {"blocking", "nonblocking", "memory"};
    return names[m];
}

const char *cell_why_not(const scenario *s, const variant *v)
{
    if (v->tls13 && !v->engine->tls->has_tls13)
        return "the engine has no TLS 1.3";
    if (v->tls13 && (s->flags & ONLY_TLS12))
        return "TLS 1.3 has no such message";
    if (!v->tls13 && (s->flags & ONLY_TLS13))
        return "TLS 1.2 has no such message";
    if (v->server && (s->flags & ONLY_CLIENT))
        return "only a server sends it";
    if (!v->server && (s->flags & ONLY_SERVER))
        return "only a client sends it";
    if (v->mode == BLOCKING && (s->flags & ONLY_NONBLOCKING))
        return "a blocking call does not return before";
    if ((s->flags & ADOPTED) && (!v->engine->adopt || !v->engine->tls->adopt))
        return "only OpenSSL is brought through its handshake by somebody else here";
    return limit_of_scenario(v->engine->tls, s->name, v->tls13, v->server);
}

/* The wire ---------------------------------------------------------------------------------- */

static const char *event_name(const cell *c, const wire_event *e)
{
    switch (e->type) {
    case WIRE_PLAIN: return "plain";
    case WIRE_CHANGE_CIPHER: return "change_cipher";
    case WIRE_ALERT: return "alert";
    case WIRE_HANDSHAKE: return "handshake";
    case WIRE_DATA: return c->variant.tls13 ? "protected" : "data";
    case WIRE_CUT: return "cut";
    case WIRE_EOF: return "eof";
    default: return "reset";
    }
}

/* One entry for a run of equal events, so that megabytes of data stay readable. */
static void note_wire(cell *c, const wire_event *events, size_t count)
{
    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && memcmp(&events[i], &events[i + run], sizeof *events) == 0;)
            run++;
        cJSON *e = cJSON_CreateObject();
        cJSON_AddStringToObject(e, "type", event_name(c, &events[i]));
        cJSON_AddNumberToObject(e, "length", (double)events[i].length);
        if (run > 1)
            cJSON_AddNumberToObject(e, "times", (double)run);
        cell_note(c, "wire", events[i].direction == FROM_US ? "from us" : "from peer", e);
    }
}

static int is_alert(const cell *c, const wire_event *e)
{
    if (e->type == WIRE_ALERT)
        return 1;
    return c->variant.tls13 && e->type == WIRE_DATA && e->length == TLS13_ALERT_LENGTH;
}

/* What every cell is held to: so many close_notify alerts from us, and no record after one. */
static void check_wire(cell *c)
{
    size_t count;
    int alerts = 0, after = 0, cut = 0, plain = 0;
    const wire_event *events = relay_events(c->wire, &count);

    note_wire(c, events, count);
    for (size_t i = 0; i < count; i++) {
        const wire_event *e = &events[i];
        if (e->direction != FROM_US)
            continue;
        if (is_alert(c, e))
            alerts++;
        else if (alerts > 0 && e->type >= WIRE_CHANGE_CIPHER && e->type <= WIRE_DATA)
            after++;
        cut += e->type == WIRE_CUT;
        plain += e->type == WIRE_PLAIN;
    }
    int notices = c->scenario->notices;
    if (notices == 0 && (c->scenario->flags & FATAL_OUT) && alerts == 1)
        alerts = 0;
    cell_check(c, "RFC-04 K-05", "wire", "alerts from us", alerts, notices);
    if (notices < 2)
        cell_check(c, "RFC-04", "wire", "records after our alert", after, 0);
    if (notices == 1)
        cell_check(c, "RFC-04 K-04", "wire", "records cut short", cut, 0);
    cell_check(c, "RFC-12", "wire", "plain bytes from us", plain != 0, c->plain);
}

/* Life -------------------------------------------------------------------------------------- */

static int connect_wire(cell *c)
{
    int far = c->variant.server ? net_accept(c->listener, 8000) : net_connect(c->peer_port);
    int near[2];
    if (far < 0)
        return -1;
    if (net_pair(near) != 0) {
        close(far);
        return -1;
    }
    if (c->scenario->flags & SMALL_BUFFERS) {
        net_shrink(far, 8192);
        net_shrink(near[0], 8192);
        net_shrink(near[1], 8192);
    }
    c->wire = relay_start(near[1], far, NULL, NULL);
    c->fd = near[0];
    return c->wire && net_set_blocking(c->fd, c->variant.mode == BLOCKING) == 0 ? 0 : -1;
}

void us_open(cell *c)
{
    if (c->dead)
        return;
    if (connect_wire(c) != 0) {
        cell_stop(c, "no TCP connection");
        return;
    }
    c->sent = c->received = c->heard = 0;
    c->us = c->variant.mode == IN_A_PAIR ? c->variant.engine->open_in_memory(c->context, c->fd)
                                         : c->variant.engine->open(c->context, c->fd);
    if (!c->us) {
        cell_stop(c, "our side cannot be opened");
        return;
    }
}

/* Both ends at once: each waits for the other. */
static void connect_both(cell *c, const char *step)
{
    if (c->scenario->flags & PROGRAM)
        return;
    peer_begin(c, "%s %d", step, c->port);
    us_open(c);
    peer_end(c, step);
    peer_number(c, "-", "ret", 1);
}

void both_handshake(cell *c)
{
    peer_begin(c, "handshake");
    us_handshake(c, "-", 1, EW_ERROR_NONE, EW_REASON_NONE);
    peer_end(c, "handshake");
    peer_number(c, "-", "ret", 1);
}

void again(cell *c, const char *clauses, int reused)
{
    cell_end_connection(c);
    connect_both(c, "again");
    both_handshake(c);
    peer_number(c, clauses, "reused", reused);
    if (c->us)
        cell_check(c, clauses, "second connection", "reused", c->variant.engine->reused(c->us),
                   reused);
}

void cell_end_connection(cell *c)
{
    if (c->us)
        us_free(c, "-", -1);
    if (!c->wire)
        return;
    relay_hold(c->wire, FROM_US, 0);
    relay_hold(c->wire, FROM_PEER, 0);
    if (!relay_wait_end(c->wire, FROM_US, 2000))
        cell_stop(c, "our end of the TCP connection did not close");
    relay_stop(c->wire);
    check_wire(c);
    relay_free(c->wire);
    c->wire = NULL;
}

cJSON *cell_record(const scenario *s, const variant *v)
{
    cJSON *record = cJSON_CreateObject();
    cJSON_AddStringToObject(record, "scenario", s->name);
    cJSON_AddStringToObject(record, "engine", v->engine->name);
    cJSON_AddStringToObject(record, "tls", v->tls13 ? "1.3" : "1.2");
    cJSON_AddStringToObject(record, "role", v->server ? "server" : "client");
    cJSON_AddStringToObject(record, "mode", mode_name(v->mode));
    return record;
}

static cJSON *finished_record(cell *c, double seconds)
{
    cJSON *record = cell_record(c->scenario, &c->variant);
    cJSON_AddNumberToObject(record, "checks", c->checks);
    cJSON_AddNumberToObject(record, "seconds", seconds);
    cJSON_AddItemToObject(record, "differences", c->differences);
    cJSON_AddItemToObject(record, "observed", c->log);
    return record;
}

cJSON *cell_run(const scenario *s, const variant *v, const char *programs)
{
    static cell c; /* large, and one per process */
    char cert[512], key[512];
    long long began = net_now_ms();

    memset(&c, 0, sizeof c);
    c.scenario = s;
    c.variant = *v;
    c.programs = programs;
    c.log = cJSON_CreateArray();
    c.differences = cJSON_CreateArray();
    c.occurrences = cJSON_CreateObject();
    c.fd = c.peer_in = c.peer_out = -1;
    c.listener = net_listen(&c.port);
    snprintf(cert, sizeof cert, "%s/../certs/server.pem", programs);
    snprintf(key, sizeof key, "%s/../certs/server.key", programs);
    tls_setup config = {v->server, v->tls13, !(s->flags & SESSION_IDS), cert, key};
    c.context = v->engine->context(&config);
    if (!c.context || c.listener < 0)
        cell_stop(&c, "our side cannot be set up");

    if (!c.dead && peer_start(&c) != 0)
        cell_stop(&c, "the peer cannot be started");
    if (!c.dead)
        connect_both(&c, "open");
    if (!c.dead && !(s->flags & (NO_HANDSHAKE | PROGRAM)))
        both_handshake(&c);
    if (!c.dead)
        s->script(&c);
    cell_end_connection(&c);
    peer_stop(&c);
    if (c.context)
        v->engine->context_free(c.context);
    close(c.listener);
    cJSON_Delete(c.occurrences);
    return finished_record(&c, (double)(net_now_ms() - began) / 1000.0);
}
