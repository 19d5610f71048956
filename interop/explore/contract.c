#include "engine.h"

#include <string.h>

enum { AROUND_TLS12 = 5 + 8 + 16, AROUND_TLS13 = 5 + 1 + 16 };

void contract_start(contract *c, tls_habits habits, const wire *w)
{
    memset(c, 0, sizeof *c);
    c->habits = habits;
    c->around = w->tls13 ? AROUND_TLS13 : AROUND_TLS12;
    ew_init(&c->machine);
    if (w->start == FRESH)
        return;
    ew_handshake(&c->machine);
    ew_step(&c->machine, EW_EVENT_DONE);
}

static void run(contract *c, uint8_t event, const wire *w, outcome *o)
{
    ew_answer a = ew_step(&c->machine, event);
    while (ew_action(a) != EW_ACTION_RETURN)
        a = ew_step(&c->machine, engine_act(c, ew_action(a), w, o));
    o->part[VALUE] = ew_value(a);
    o->part[ERROR] = ew_error(a);
    o->part[REASON] = ew_reason(a);
    c->error = ew_error(a);
}

/* The calls --------------------------------------------------------------------------------- */

/* 1 stands for the number of bytes. */
static void read_some(contract *c, int room, bool keep, const wire *w, outcome *o)
{
    run(c, EW_EVENT_READ, w, o);
    if (o->part[VALUE] != 1)
        return;
    o->part[VALUE] = c->held < room ? c->held : room;
    if (!keep)
        c->held = (uint8_t)(c->held - o->part[VALUE]);
}

static void read_all(contract *c, const wire *w, outcome *o)
{
    int32_t sum = 0;
    do {
        read_some(c, LARGE, false, w, o);
        sum += o->part[VALUE] > 0 ? o->part[VALUE] : 0;
    } while (o->part[VALUE] > 0);
    o->part[VALUE] = sum > 0 ? sum : o->part[VALUE];
}

static void write_some(contract *c, const wire *w, outcome *o)
{
    run(c, EW_EVENT_WRITE, w, o);
    if (o->part[VALUE] == 1)
        o->part[VALUE] = WRITTEN;
}

/* A message of ours is a handshake until it is flushed; made and no more, it is one whose engine
 * waits for something that is not the transport. Asked for again, a renegotiation goes on. */
static void start_message(contract *c, kind k, outcome *o)
{
    ew_answer a = ew_handshake(&c->machine);
    bool begun = ew_action(a) == EW_ACTION_HANDSHAKE;
    if (begun)
        ew_step(&c->machine, EW_EVENT_SUSPENDED);
    if (begun && c->updating != OTHER_RECORD)
        c->updating = (uint8_t)k;
    o->part[VALUE] = begun ? 1 : ew_value(a);
    c->error = begun ? EW_ERROR_NONE : ew_error(a);
    o->part[REASON] = ew_reason(a);
}

/* It was flushed by another call: one that asks for it finds it done. */
static void message_left(contract *c)
{
    if (ew_action(ew_handshake(&c->machine)) == EW_ACTION_HANDSHAKE)
        ew_step(&c->machine, EW_EVENT_DONE);
}

/* The machine has no such event. */
static void refuse(contract *c, outcome *o)
{
    o->part[VALUE] = -1;
    o->part[ERROR] = c->error = EW_ERROR_SSL;
    o->part[REASON] = EW_REASON_NONE;
}

static void call(contract *c, step s, const wire *w, outcome *o)
{
    switch (s) {
    case SHUTDOWN: run(c, EW_EVENT_SHUTDOWN, w, o); break;
    case READ_SMALL: read_some(c, SMALL, false, w, o); break;
    case READ_ALL: read_all(c, w, o); break;
    case PEEK: read_some(c, LARGE, true, w, o); break;
    case WRITE: write_some(c, w, o); break;
    case WRITE_NOTHING:
    case SET_7: refuse(c, o); break;
    case QUIET_ON: run(c, EW_EVENT_QUIET_ON, w, o); break;
    case QUIET_OFF: run(c, EW_EVENT_QUIET_OFF, w, o); break;
    case UPDATE_KEY: start_message(c, KEY_UPDATE, o); break;
    case RENEGOTIATE: start_message(c, w->client ? CLIENT_HELLO : HELLO_REQUEST, o); break;
    case HANDSHAKE: run(c, EW_EVENT_HANDSHAKE, w, o); break;
    case READ: read_some(c, LARGE, false, w, o); break;
    case GET_ERROR:
        o->part[VALUE] = 0;
        o->part[ERROR] = c->error;
        break;
    case GET_QUIET: o->part[VALUE] = c->machine.quiet == EW_QUIET_ON; break;
    case LOOK:
    case BUFFER:
    case FREE: break;
    default: run(c, (uint8_t)(EW_EVENT_SET_SHUTDOWN_0 + (s - SET_0)), w, o); break;
    }
}

/* The cache is the engine's: it may drop a session that the machine would keep, not the reverse. */
static bool failed_unclosed(const contract *c)
{
    return c->habits.drops_session && c->machine.fatal == EW_FATAL_SSL &&
           c->machine.notice_out == EW_NOTICE_OUT_NONE;
}

void contract_step(contract *c, step s, const wire *w, outcome *o)
{
    *o = no_outcome;
    c->met = NO_RECORD;
    if (!step_is_call(s)) {
        c->writing = s >= TAKE_ALL && s <= FAIL_WRITE ? w->writing : c->writing;
        return;
    }
    call(c, s, w, o);
    o->part[FLAGS] = ew_get_shutdown(&c->machine);
    o->part[END] = ew_end_of_data(&c->machine);
    o->part[SESSION] = c->machine.session == EW_SESSION_KEEP;
    o->part[KEPT] = ew_session_kept(&c->machine);
    if (s == FREE) {
        o->part[FLAGS] = o->part[END] = NONE_GIVEN;
        o->part[SESSION] = o->part[KEPT] && !failed_unclosed(c);
    }
}

static int count_of(records sent, kind k)
{
    int count = 0;
    for (; sent != 0; sent >>= 4)
        count += (sent & 15) == (records)k;
    return count;
}

static void has_left(contract *c, kind k)
{
    if (c->owed == k)
        c->owed = c->out = NO_RECORD;
}

void contract_sees(contract *c, const wire *w, records wanted, int own)
{
    records sent = w->sent;
    int more = count_of(sent, KEY_UPDATE) - count_of(wanted, KEY_UPDATE) - own;
    if (more > 0) {
        has_left(c, KEY_UPDATE);
        c->answers =
            (uint8_t)(c->updating != KEY_UPDATE && c->answers > more ? c->answers - more : 0);
    }
    for (; sent != 0; sent >>= 4) {
        if ((sent & 15) == CLIENT_HELLO) {
            c->updating = OTHER_RECORD;
        } else if ((sent & 15) == c->updating) {
            message_left(c);
            has_left(c, (kind)c->updating);
            c->updating = NO_RECORD;
        }
    }
    if (c->owed != NO_RECORD && c->owed == c->updating) {
        c->out = (uint8_t)w->out_length;
        c->writing = w->writing;
    }
}
