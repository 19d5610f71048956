#include "contract.h"

#include <string.h>

enum { MOST_WARNINGS = 5 };

void contract_start(contract *c, const wire *w)
{
    memset(c, 0, sizeof *c);
    ew_init(&c->machine);
    if (w->start == FRESH)
        return;
    ew_handshake_started(&c->machine);
    ew_handshake_finished(&c->machine);
}

/* The engine -------------------------------------------------------------------------------- */

static uint8_t hand_over(contract *c, kind k, outcome *o)
{
    switch (c->writing) {
    case TAKES_PART: c->writing = IS_FULL; /* fallthrough */
    case IS_FULL: c->owed = (uint8_t)k; return EW_EVENT_WANT_WRITE;
    case TAKES_NOTHING:
    case WRITE_FAILS: return EW_EVENT_IO_ERROR;
    default: break;
    }
    c->owed = NO_RECORD;
    o->part[SENT] = (int32_t)records_and((records)o->part[SENT], k);
    return EW_EVENT_DONE;
}

/* The answer to a KeyUpdate is the engine's own affair. */
static uint8_t hand_over_data(contract *c, outcome *o)
{
    if (c->answers && c->owed != DATA) {
        uint8_t event = hand_over(c, KEY_UPDATE, o);
        if (event != EW_EVENT_DONE)
            return event;
        c->answers = false;
    }
    return hand_over(c, DATA, o);
}

static uint8_t no_record(const wire *w)
{
    return w->reading == READ_ENDED   ? EW_EVENT_EOF
           : w->reading == READ_FAILS ? EW_EVENT_IO_ERROR
                                      : EW_EVENT_WANT_READ;
}

kind contract_next(const contract *c, const wire *w)
{
    if (c->held > 0)
        return DATA;
    return c->received < w->crossed ? (kind)w->record[c->received] : NO_RECORD;
}

/* So many warnings in a row, whatever empty records stand between them, are an engine's reason to give up, with an alert of its own. */
static uint8_t give_up(contract *c, outcome *o)
{
    if (c->machine.sent == EW_SENT_NO && c->machine.notice_out == EW_NOTICE_OUT_NONE &&
        c->owed == NO_RECORD)
        hand_over(c, UNEXPECTED_MESSAGE, o);
    return EW_EVENT_TLS_ERROR;
}

static uint8_t receive(contract *c, const wire *w, outcome *o)
{
    kind next = contract_next(c, w);
    if (next == NO_RECORD)
        return no_record(w);
    if (c->held > 0)
        return EW_EVENT_DATA;
    c->received++;
    c->met = (uint8_t)next;
    if (next != EMPTY)
        c->warnings = next == WARNING ? c->warnings + 1 : 0;
    switch (next) {
    case DATA: c->held = DATA_LENGTH; return EW_EVENT_DATA;
    case KEY_UPDATE: c->answers = true; return EW_EVENT_OTHER;
    case CLOSE_NOTIFY: return EW_EVENT_CLOSE_NOTIFY;
    case FATAL_ALERT: return EW_EVENT_FATAL_ALERT;
    default: return c->warnings == MOST_WARNINGS ? give_up(c, o) : EW_EVENT_OTHER;
    }
}

static uint8_t act(contract *c, uint8_t action, const wire *w, outcome *o)
{
    switch (action) {
    case EW_ACTION_FLUSH:
    case EW_ACTION_WRITE: return hand_over_data(c, o);
    case EW_ACTION_SEND_CLOSE_NOTIFY: return hand_over(c, CLOSE_NOTIFY, o);
    default: return receive(c, w, o);
    }
}

static void run(contract *c, uint8_t event, const wire *w, outcome *o)
{
    ew_result r = ew_step(&c->machine, event);
    while (ew_action(r) != EW_ACTION_RETURN)
        r = ew_step(&c->machine, act(c, ew_action(r), w, o));
    o->part[VALUE] = ew_value(r);
    o->part[ERROR] = ew_error(r);
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

static void write_some(contract *c, int length, const wire *w, outcome *o)
{
    run(c, EW_EVENT_WRITE, w, o);
    if (o->part[VALUE] == 1)
        o->part[VALUE] = length;
}

/* A message of ours is a handshake until it is flushed. Asked for again, a renegotiation goes on. */
static void start_message(contract *c, kind k, const wire *w, outcome *o)
{
    run(c, EW_EVENT_HANDSHAKE_STARTED, w, o);
    if (o->part[VALUE] == 1 && c->updating != OTHER_RECORD)
        c->updating = (uint8_t)k;
    o->part[ERROR] = NONE_GIVEN;
}

static void end_handshake(contract *c, uint8_t event, const wire *w, outcome *o)
{
    if (event == EW_EVENT_WANT_WRITE || event == EW_EVENT_WANT_READ) {
        o->part[VALUE] = -1;
        o->part[ERROR] = event == EW_EVENT_WANT_WRITE ? EW_ERROR_WANT_WRITE : EW_ERROR_WANT_READ;
        return;
    }
    run(c, event == EW_EVENT_DONE ? EW_EVENT_HANDSHAKE_FINISHED : EW_EVENT_HANDSHAKE_FAILED, w, o);
    c->updating = NO_RECORD;
}

/* The peer never answers the ClientHello: the handshake waits past warnings and HelloRequests, and
 * fails with anything else. */
static uint8_t await_hello(contract *c, const wire *w, outcome *o)
{
    kind next;
    while ((next = contract_next(c, w)) == WARNING || next == HELLO_REQUEST) {
        c->received++;
        c->met = (uint8_t)next;
        c->warnings = next == WARNING ? c->warnings + 1 : 0;
        if (c->warnings == MOST_WARNINGS)
            return give_up(c, o);
    }
    if (next == NO_RECORD)
        return no_record(w);
    if (next == DATA || next == EMPTY)
        give_up(c, o);
    if (c->held == 0) {
        c->received++;
        c->met = (uint8_t)next;
    }
    return next == FATAL_ALERT ? EW_EVENT_FATAL_ALERT : EW_EVENT_TLS_ERROR;
}

/* One that runs goes on. */
static void handshake(contract *c, const wire *w, outcome *o)
{
    run(c, EW_EVENT_HANDSHAKE_STARTED, w, o);
    if (o->part[VALUE] != 1)
        return;
    if (w->start == FRESH && c->updating == NO_RECORD)
        c->updating = w->client ? CLIENT_HELLO : OTHER_RECORD;
    uint8_t event = EW_EVENT_DONE;
    if (c->updating != NO_RECORD && c->updating != OTHER_RECORD)
        event = hand_over(c, (kind)c->updating, o);
    if (event == EW_EVENT_DONE && (c->updating == CLIENT_HELLO || c->updating == OTHER_RECORD)) {
        c->updating = OTHER_RECORD; /* it has left, and the peer is silent */
        event = await_hello(c, w, o);
    }
    end_handshake(c, event, w, o);
}

static void set(contract *c, uint8_t event, const wire *w, outcome *o)
{
    run(c, event, w, o);
    o->part[VALUE] = o->part[ERROR] = NONE_GIVEN;
}

static void call(contract *c, step s, const wire *w, outcome *o)
{
    switch (s) {
    case SHUTDOWN: run(c, EW_EVENT_SHUTDOWN, w, o); break;
    case READ_SMALL: read_some(c, SMALL, false, w, o); break;
    case READ_ALL: read_all(c, w, o); break;
    case PEEK: read_some(c, LARGE, true, w, o); break;
    case WRITE: write_some(c, 5, w, o); break;
    case WRITE_NOTHING: /* the machine has no such event: refused */
        o->part[VALUE] = -1;
        o->part[ERROR] = EW_ERROR_SSL;
        break;
    case QUIET_ON: set(c, EW_EVENT_QUIET_ON, w, o); break;
    case QUIET_OFF: set(c, EW_EVENT_QUIET_OFF, w, o); break;
    case UPDATE_KEY: start_message(c, KEY_UPDATE, w, o); break;
    case RENEGOTIATE: start_message(c, w->client ? CLIENT_HELLO : HELLO_REQUEST, w, o); break;
    case HANDSHAKE: handshake(c, w, o); break;
    case SET_7: /* no such event either */
    case FREE: break;
    default: set(c, (uint8_t)(EW_EVENT_SET_SHUTDOWN_0 + (s - SET_0)), w, o); break;
    }
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
    if (s == FREE) {
        o->part[FLAGS] = o->part[END] = NONE_GIVEN;
        o->part[SESSION] = ew_session_kept(&c->machine);
    }
}

void contract_sees(contract *c, records sent)
{
    for (; sent != 0; sent >>= 4) {
        if ((sent & 15) == CLIENT_HELLO) {
            c->updating = OTHER_RECORD;
        } else if ((sent & 15) == c->updating) {
            ew_handshake_finished(&c->machine);
            c->updating = NO_RECORD;
        }
    }
}
