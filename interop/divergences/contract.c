#include "contract.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void outcome_sent(outcome *o, const char *name)
{
    size_t at = strlen(o->sent);
    snprintf(o->sent + at, sizeof o->sent - at, "%s%s", at ? " and " : "", name);
}

void div_contract_start(contract_t *c, const bench *b, int established)
{
    memset(c, 0, sizeof *c);
    c->bench = b;
    ew_init(&c->machine);
    if (established) {
        ew_handshake(&c->machine);
        ew_step(&c->machine, EW_EVENT_DONE);
    }
}

/* The engine -------------------------------------------------------------------------------- */

static uint8_t hand_over(contract_t *c, const char *name)
{
    switch (c->bench->writing) {
    case WRITING_BLOCKS: return EW_EVENT_WANT_WRITE;
    case WRITING_FAILS:
    case WRITING_RETURNS_0: return EW_EVENT_IO_ERROR;
    case WRITING_WORKS: break;
    }
    outcome_sent(c->now, name);
    return EW_EVENT_DONE;
}

static uint8_t no_record(const bench *b)
{
    switch (b->reading) {
    case READING_ENDED: return EW_EVENT_EOF;
    case READING_FAILS: return EW_EVENT_IO_ERROR;
    case READING_WORKS: break;
    }
    return EW_EVENT_WANT_READ;
}

static uint8_t receive(contract_t *c)
{
    if (c->held > 0)
        return EW_EVENT_DATA;
    if (c->received == c->bench->in.records)
        return no_record(c->bench);
    const crossed *r = &c->bench->in.record[c->received++];
    switch (r->kind) {
    case KIND_DATA: c->held = r->length; return r->length ? EW_EVENT_DATA : EW_EVENT_OTHER;
    case KIND_CLOSE_NOTIFY: return EW_EVENT_CLOSE_NOTIFY;
    case KIND_FATAL_ALERT: return EW_EVENT_FATAL_ALERT;
    case KIND_OTHER: return EW_EVENT_OTHER;
    case KIND_FORGED: break;
    }
    return EW_EVENT_TLS_ERROR;
}

/* The peer answers, unless it has closed. */
static uint8_t shake(const contract_t *c)
{
    const bench *b = c->bench;
    bool closed =
        c->received < b->in.records && b->in.record[c->received].kind == KIND_CLOSE_NOTIFY;
    return closed ? EW_EVENT_CLOSE_NOTIFY : EW_EVENT_DONE;
}

static uint8_t act(contract_t *c, uint8_t action)
{
    switch (action) {
    case EW_ACTION_HANDSHAKE: return shake(c);
    case EW_ACTION_FLUSH:
    case EW_ACTION_WRITE: return hand_over(c, "data");
    case EW_ACTION_SEND_CLOSE_NOTIFY: return hand_over(c, "close_notify");
    default: return receive(c);
    }
}

static void end(contract_t *c, ew_answer a)
{
    c->now->value = ew_value(a);
    c->now->error = c->last_error = ew_error(a);
    c->now->flags = ew_get_shutdown(&c->machine);
}

static void run(contract_t *c, uint8_t event, outcome *o)
{
    c->now = o;
    *o = (outcome){.announced = UNKNOWN, .flushed = UNKNOWN, .waited = UNKNOWN};
    ew_answer a = ew_step(&c->machine, event);
    while (ew_action(a) != EW_ACTION_RETURN)
        a = ew_step(&c->machine, act(c, ew_action(a)));
    end(c, a);
}

static void answered_by(contract_t *c, ew_answer a, outcome *o)
{
    c->now = o;
    *o = (outcome){.announced = UNKNOWN, .flushed = UNKNOWN, .waited = UNKNOWN};
    end(c, a);
}

/* The calls --------------------------------------------------------------------------------- */

void contract_shutdown(contract_t *c, outcome *o)
{
    run(c, EW_EVENT_SHUTDOWN, o);
}

void contract_event(contract_t *c, uint8_t event, outcome *o)
{
    run(c, event, o);
}

/* 1 stands for the number of bytes. */
void contract_read(contract_t *c, int room, outcome *o)
{
    run(c, EW_EVENT_READ, o);
    if (o->value < 1)
        return;
    o->value = c->held < (size_t)room ? (int)c->held : room;
    c->held -= (size_t)o->value;
}

void contract_peek(contract_t *c, int room, outcome *o)
{
    run(c, EW_EVENT_READ, o);
    if (o->value == 1)
        o->value = c->held < (size_t)room ? (int)c->held : room;
}

void contract_handshake(contract_t *c, outcome *o)
{
    run(c, EW_EVENT_HANDSHAKE, o);
}

/*
 * A message of ours is made and does not leave yet: to the machine, a handshake whose engine waits
 * for something else. 1: it may be made.
 */
void contract_message(contract_t *c, outcome *o)
{
    ew_answer a = ew_handshake(&c->machine);
    if (ew_action(a) == EW_ACTION_HANDSHAKE) {
        ew_step(&c->machine, EW_EVENT_SUSPENDED);
        a = EW_ANSWER_ONE;
    }
    answered_by(c, a, o);
}

void contract_write(contract_t *c, int length, outcome *o)
{
    run(c, EW_EVENT_WRITE, o);
    if (o->value == 1)
        o->value = length;
}

void contract_no_such_call(contract_t *c, outcome *o)
{
    answered_by(c, EW_ANSWER_UNKNOWN, o);
}
