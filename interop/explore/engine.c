#include "engine.h"

/* Beyond so many alerts the socket adapter takes nothing in that could bring another. */
enum { MOST_KEPT = 3 };

/* What leaves ------------------------------------------------------------------------------- */

/* Of our records. A ClientHello is longer than what is ever taken in parts. */
static int length_of(const contract *c, kind k)
{
    switch (k) {
    case DATA: return c->around + WRITTEN;
    case KEY_UPDATE: return c->around + 5;
    case HELLO_REQUEST: return c->around + 4;
    case CLIENT_HELLO: return UINT8_MAX;
    default: return c->around + 2; /* an alert */
    }
}

static uint8_t put(contract *c, kind k, outcome *o)
{
    int left = 0;
    switch (c->writing) {
    case TAKES_PART:
        c->writing = IS_FULL;
        left = length_of(c, k) - c->out - PART;
        break;
    case IS_FULL: return EW_EVENT_WANT_WRITE;
    case TAKES_NOTHING:
    case WRITE_FAILS: return EW_EVENT_IO_ERROR;
    default: break;
    }
    c->out = (uint8_t)(left > 0 ? c->out + PART : -left);
    if (left > 0)
        return EW_EVENT_WANT_WRITE;
    o->part[SENT] = (int32_t)records_and((records)o->part[SENT], k);
    return EW_EVENT_DONE;
}

/* What the socket adapter keeps goes first, in one piece; the next record goes by itself. */
static uint8_t put_declined(contract *c, outcome *o)
{
    uint8_t event = EW_EVENT_DONE;
    while (c->declined > 0 && (event = put(c, WARNING, o)) == EW_EVENT_DONE)
        if (--c->declined == 0)
            c->out = 0;
    return event;
}

static uint8_t hand_over(contract *c, kind k, outcome *o)
{
    uint8_t event = EW_EVENT_DONE;
    if (c->early == k) {
        c->early = NO_RECORD;
        return event;
    }
    event = put_declined(c, o);
    if (event == EW_EVENT_DONE)
        event = put(c, k, o);
    if (event == EW_EVENT_DONE)
        c->out = 0;
    c->owed = event == EW_EVENT_WANT_WRITE ? (uint8_t)k : NO_RECORD;
    return event;
}

/* No new handshake: the warning that says so is taken by the socket adapter, even if the transport
 * is full. */
static uint8_t decline(contract *c, outcome *o)
{
    c->declines = false;
    c->declined++;
    return put_declined(c, o) == EW_EVENT_IO_ERROR ? EW_EVENT_IO_ERROR : EW_EVENT_DONE;
}

static uint8_t answer(contract *c, outcome *o)
{
    uint8_t event = hand_over(c, KEY_UPDATE, o);
    if (event == EW_EVENT_DONE) /* with the next data, one is enough for all */
        c->answers = c->habits.answers_early ? c->answers - 1 : 0;
    return event;
}

/* A KeyUpdate of which a part is out is finished before anything else. */
static uint8_t go_on_answering(contract *c, outcome *o)
{
    return c->habits.answers_early && c->owed == KEY_UPDATE ? answer(c, o) : EW_EVENT_DONE;
}

/* The answer to a KeyUpdate is the engine's own affair: with data that it accepts, none that it has. */
static uint8_t hand_over_data(contract *c, outcome *o)
{
    uint8_t event = EW_EVENT_DONE;
    bool accepted = c->owed == DATA || c->early == DATA;
    while (event == EW_EVENT_DONE && c->answers > 0 && !accepted)
        event = answer(c, o);
    if (event == EW_EVENT_DONE && c->declines && !accepted)
        event = decline(c, o);
    return event == EW_EVENT_DONE ? hand_over(c, DATA, o) : event;
}

/* Whoever hands it over again finds it gone. */
static uint8_t let_owed_go_first(contract *c, outcome *o)
{
    kind owed = (kind)c->owed;
    if (owed == NO_RECORD)
        return EW_EVENT_DONE;
    bool answered = c->habits.answers_early || c->habits.answers_now;
    bool behind = owed == KEY_UPDATE && !answered; /* data, which was accepted with the answer */
    owed = behind ? DATA : owed;
    uint8_t event = behind ? hand_over_data(c, o) : hand_over(c, owed, o);
    if (event == EW_EVENT_DONE)
        c->early = (uint8_t)owed;
    return event;
}

/* Before the engine says something of its own accord. */
static uint8_t let_owed_go(contract *c, outcome *o)
{
    uint8_t event = c->habits.flushes ? let_owed_go_first(c, o) : EW_EVENT_DONE;
    return event == EW_EVENT_IO_ERROR ? event : EW_EVENT_DONE;
}

static uint8_t finish_answer(contract *c, outcome *o)
{
    return c->habits.answers_now && c->owed == KEY_UPDATE ? answer(c, o) : go_on_answering(c, o);
}

/* Data that an answer kept from being accepted is not owed. */
static uint8_t flush(contract *c, outcome *o)
{
    bool answered = c->habits.answers_early || c->habits.answers_now;
    return c->owed == DATA || !answered ? hand_over_data(c, o) : finish_answer(c, o);
}

static uint8_t notify(contract *c, outcome *o)
{
    uint8_t event = finish_answer(c, o);
    c->declines = false;
    return event == EW_EVENT_DONE ? hand_over(c, CLOSE_NOTIFY, o) : event;
}

/* What comes -------------------------------------------------------------------------------- */

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

/* So many in a row are an engine's reason to give up, with an alert of its own. */
static uint8_t give_up(contract *c, kind k, outcome *o)
{
    bool closing = c->machine.notice_out != EW_NOTICE_OUT_NONE ||
                   (c->habits.heeds_flag && c->machine.sent == EW_SENT_YES);
    if (c->owed != NO_RECORD)
        let_owed_go(c, o);
    else if (!closing && put_declined(c, o) == EW_EVENT_DONE)
        put(c, k, o);
    return EW_EVENT_TLS_ERROR;
}

static uint8_t asked_to_begin_again(contract *c, outcome *o)
{
    uint8_t event = EW_EVENT_DONE;
    bool open = c->machine.notice_out == EW_NOTICE_OUT_NONE;
    if (!c->habits.declines)
        return EW_EVENT_OTHER;
    if ((c->heard && c->habits.hears_once) || (c->owed != NO_RECORD && c->habits.answers_now))
        return EW_EVENT_TLS_ERROR;
    c->heard = true;
    if (c->owed != NO_RECORD) {
        event = let_owed_go(c, o);
        c->declines = open && !c->habits.flushes;
    } else if (open) {
        event = decline(c, o);
    }
    return event == EW_EVENT_DONE ? EW_EVENT_OTHER : event;
}

/* Behind a record that is not all out the answer is in its way. */
static uint8_t answer_now(contract *c, outcome *o)
{
    if (c->owed != NO_RECORD)
        return EW_EVENT_TLS_ERROR;
    if (c->machine.notice_out == EW_NOTICE_OUT_DELIVERED)
        return EW_EVENT_OTHER;
    c->answers++;
    return answer(c, o) == EW_EVENT_IO_ERROR ? EW_EVENT_IO_ERROR : EW_EVENT_OTHER;
}

/* Of a close_notify that is kept for it the engine knows as of one that has left: it answers no more. */
static bool closed_to_engine(const contract *c)
{
    return c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ||
           (c->habits.keeps_notice && c->owed == CLOSE_NOTIFY);
}

static uint8_t post_handshake(contract *c, kind next, outcome *o)
{
    uint8_t event = EW_EVENT_DONE;
    if (c->habits.answers_now && next == KEY_UPDATE)
        return answer_now(c, o);
    bool early = c->habits.answers_early && !closed_to_engine(c);
    if (early && c->answers > 0)
        event = c->owed == NO_RECORD ? answer(c, o) : EW_EVENT_TLS_ERROR;
    if (event == EW_EVENT_WANT_WRITE)
        c->received--; /* it is looked at when the answer is out */
    else if (next == KEY_UPDATE && (early || !c->habits.answers_early || c->answers == 0))
        c->answers++;
    return event == EW_EVENT_DONE ? EW_EVENT_OTHER : event;
}

static uint8_t taken(contract *c, kind next, bool tls13, outcome *o)
{
    const tls_habits *m = &c->habits;
    bool warning = next == WARNING || (next == CLOSE_NOTIFY && m->counts_notice) ||
                   (next == FATAL_ALERT && m->counts_fatal);
    c->empty = next == EMPTY ? c->empty + 1 : 0;
    if (next != EMPTY)
        c->warnings = warning ? c->warnings + 1 : m->counts_all ? c->warnings : 0;
    if (warning && c->warnings == m->most_warnings) {
        uint8_t event = give_up(c, UNEXPECTED_MESSAGE, o);
        return tls13 && next == FATAL_ALERT ? EW_EVENT_FATAL_ALERT : event;
    }
    if (next == EMPTY && c->empty == m->most_empty)
        return give_up(c, OTHER_ALERT, o);
    switch (next) {
    case DATA: c->held = DATA_LENGTH; return EW_EVENT_DATA;
    case CLOSE_NOTIFY: return EW_EVENT_CLOSE_NOTIFY;
    case FATAL_ALERT: return EW_EVENT_FATAL_ALERT;
    case FORGED: return EW_EVENT_TLS_ERROR;
    case WARNING: return tls13 && m->heeds_cancel ? EW_EVENT_FATAL_ALERT : EW_EVENT_OTHER;
    case HELLO_REQUEST: return asked_to_begin_again(c, o);
    case TICKET:
    case KEY_UPDATE: return post_handshake(c, next, o);
    default: return EW_EVENT_OTHER;
    }
}

static uint8_t receive(contract *c, const wire *w, outcome *o)
{
    kind next = contract_next(c, w);
    uint8_t event = go_on_answering(c, o);
    if (event == EW_EVENT_DONE && c->held == 0 && c->declined > MOST_KEPT)
        event = put_declined(c, o);
    if (event != EW_EVENT_DONE)
        return event;
    if (next == NO_RECORD)
        return no_record(w);
    if (c->held > 0)
        return EW_EVENT_DATA;
    c->received++;
    c->met = (uint8_t)next;
    return taken(c, next, w->tls13, o);
}

/* The handshake ----------------------------------------------------------------------------- */

/* The peer never answers the ClientHello: the handshake waits past warnings and HelloRequests, and
 * fails with anything else. */
static uint8_t await_hello(contract *c, const wire *w, outcome *o)
{
    kind next;
    while ((next = contract_next(c, w)) == WARNING || next == HELLO_REQUEST) {
        c->received++;
        c->met = (uint8_t)next;
        c->warnings = next == WARNING ? c->warnings + 1 : 0;
        if (c->warnings == c->habits.most_warnings)
            return give_up(c, UNEXPECTED_MESSAGE, o);
    }
    if (next == NO_RECORD)
        return no_record(w);
    if (next == DATA || next == EMPTY)
        give_up(c, UNEXPECTED_MESSAGE, o);
    if (c->held == 0) {
        c->received++;
        c->met = (uint8_t)next;
    }
    return next == FATAL_ALERT    ? EW_EVENT_FATAL_ALERT
           : next == CLOSE_NOTIFY ? EW_EVENT_CLOSE_NOTIFY
                                  : EW_EVENT_TLS_ERROR;
}

/* One that runs goes on. */
static uint8_t go_on_with_handshake(contract *c, const wire *w, outcome *o)
{
    bool first = c->owed == NO_RECORD;
    if (w->start == FRESH && c->updating == NO_RECORD)
        c->updating = w->client ? CLIENT_HELLO : OTHER_RECORD;
    uint8_t event = go_on_answering(c, o);
    if (event == EW_EVENT_DONE && c->updating != NO_RECORD && c->updating != OTHER_RECORD)
        event = hand_over(c, (kind)c->updating, o);
    if (event == EW_EVENT_WANT_WRITE && c->updating == CLIENT_HELLO && first &&
        c->habits.reads_on && no_record(w) != EW_EVENT_WANT_READ)
        return no_record(w);
    if (event == EW_EVENT_DONE && c->updating == NO_RECORD && c->habits.shakes_last)
        event = let_owed_go_first(c, o);
    if (event == EW_EVENT_DONE && c->updating == KEY_UPDATE && !c->habits.answers_early)
        c->answers = 0; /* it is the answer, too */
    if (event == EW_EVENT_DONE && (c->updating == CLIENT_HELLO || c->updating == OTHER_RECORD)) {
        c->updating = OTHER_RECORD; /* it has left, and the peer is silent */
        event = await_hello(c, w, o);
    }
    return event;
}

static uint8_t handshake(contract *c, const wire *w, outcome *o)
{
    uint8_t event = go_on_with_handshake(c, w, o);
    if (event != EW_EVENT_WANT_READ && event != EW_EVENT_WANT_WRITE)
        c->updating = NO_RECORD;
    return event;
}

uint8_t engine_act(contract *c, uint8_t action, const wire *w, outcome *o)
{
    switch (action) {
    case EW_ACTION_FLUSH: return flush(c, o);
    case EW_ACTION_WRITE: return hand_over_data(c, o);
    case EW_ACTION_SEND_CLOSE_NOTIFY: return notify(c, o);
    case EW_ACTION_HANDSHAKE: return handshake(c, w, o);
    default: return receive(c, w, o);
    }
}
