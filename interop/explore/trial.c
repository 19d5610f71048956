#include "trial.h"

#include "heap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static world saved[HEAP_LEVELS];

void setting_text(setting at, char *buf, size_t size)
{
    static const char *const starts[STARTS] = {"", ", ignoring EOF", ", not established"};
    snprintf(buf, size, "TLS %s, %s%s", at.tls13 ? "1.3" : "1.2", at.client ? "client" : "server",
             starts[at.start]);
}

bool trial_open(trial *t, setting at)
{
    memset(&t->now, 0, sizeof t->now);
    t->now.wire.start = at.start;
    t->now.wire.tls13 = at.tls13;
    t->now.wire.client = at.client;
    if (!t->subject->open(&t->now.wire))
        return false;
    contract_start(&t->now.contract, t->subject->manners, &t->now.wire);
    return true;
}

static void take_facts(const trial *t, facts *f)
{
    const world *w = &t->now;
    const ew_machine *m = &w->contract.machine;
    f->after = w->after;
    f->is[F_START] = w->wire.start;
    f->is[F_TLS] = w->wire.tls13;
    f->is[F_ROLE] = w->wire.client;
    f->is[F_LIFE] = (uint8_t)t->subject->life();
    f->is[F_FLAGS] = (uint8_t)(t->subject->flags() & 7);
    f->is[F_ERRORS] = t->subject->errors_left();
    f->is[F_WRITING] = w->wire.writing;
    f->is[F_READING] = w->wire.reading;
    f->is[F_NEXT] = (uint8_t)contract_next(&w->contract, &w->wire);
    f->is[F_HANDSHAKE] = m->handshake;
    f->is[F_SENT] = m->sent;
    f->is[F_RECEIVED] = m->received;
    f->is[F_QUIET] = m->quiet;
    f->is[F_FATAL] = m->fatal;
    f->is[F_NOTICE_OUT] = m->notice_out;
    f->is[F_NOTICE_IN] = m->notice_in;
    f->is[F_OUTPUT] = m->output;
    f->is[F_SESSION] = m->session;
    f->is[F_OWED] = w->contract.owed;
}

static void compare(trial *t, result *r)
{
    for (int f = 0; f < FIELDS; f++) {
        r->rule[f] = -1;
        r->differs[f] = !outcome_same(&r->got, &r->want, (field)f);
        if (!r->differs[f] || !t->page)
            continue;
        r->rule[f] = rules_explain(t->page, t->subject->release(), r->step, &r->facts, (field)f,
                                   r->got.part[f], r->want.part[f]);
        if (r->rule[f] >= 0)
            t->now.after |= (uint64_t)1 << t->page->rule[r->rule[f]].is;
    }
}

static void make_call(trial *t, result *r)
{
    if (!t->now.leaving)
        t->subject->clear_errors();
    take_facts(t, &r->facts);
    t->now.wire.sent = 0;
    errno = 0;
    t->subject->call(r->step, &r->got);
    r->got.part[SENT] = (int32_t)t->now.wire.sent;
    r->facts.is[F_THEN] = r->step == FREE ? LIVES : (uint8_t)t->subject->life();
    contract_step(&t->now.contract, r->step, &t->now.wire, &r->want);
    r->facts.is[F_MET] = t->now.contract.met;
    contract_sees(&t->now.contract, t->now.wire.sent);
    compare(t, r);
}

void trial_step(trial *t, step s, result *r)
{
    world *w = &t->now;
    r->step = s;
    r->got = r->want = no_outcome;
    memset(r->differs, 0, sizeof r->differs);
    r->done = step_applies(s, &w->wire, w->leaving) && t->subject->has(s);
    if (!r->done)
        return;
    if (step_is_call(s)) {
        make_call(t, r);
        return;
    }
    if (s == LEAVE_ERROR || s == CLEAR_QUEUE) {
        w->leaving = s == LEAVE_ERROR;
        if (w->leaving)
            t->subject->leave_error();
        else
            t->subject->clear_errors();
        return;
    }
    r->done = step_on_wire(s, &w->wire);
    contract_step(&w->contract, s, &w->wire, &r->want);
}

bool result_differs(const result *r)
{
    for (int f = 0; f < FIELDS; f++)
        if (r->differs[f])
            return true;
    return false;
}

bool result_unexplained(const result *r)
{
    for (int f = 0; f < FIELDS; f++)
        if (r->differs[f] && r->rule[f] < 0)
            return true;
    return false;
}

void trial_save(trial *t, int level)
{
    heap_save(level);
    saved[level] = t->now;
}

void trial_restore(trial *t, int level)
{
    heap_restore(level);
    t->now = saved[level];
}

/* Fingerprints ------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t sum, const void *bytes, size_t length)
{
    const uint8_t *b = bytes;
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ b[i]) * 0x100000001b3u;
    return sum ^ sum >> 31;
}

static uint64_t mix_contract(uint64_t sum, const contract *c, const wire *w)
{
    const uint8_t rest[] = {c->writing, c->owed,     c->out,     c->early,
                            c->held,    c->warnings, c->empty,   c->updating,
                            c->answers, c->declined, c->declines};
    sum = mix(sum, &c->machine, sizeof c->machine);
    sum = mix(sum, rest, sizeof rest);
    return mix(sum, w->record + c->received, (size_t)(w->crossed - c->received));
}

uint64_t trial_observed(const trial *t)
{
    const wire *w = &t->now.wire;
    const uint8_t seen[] = {w->start,
                            w->tls13,
                            w->client,
                            w->writing,
                            w->reading,
                            (uint8_t)t->subject->flags(),
                            (uint8_t)t->subject->life(),
                            t->subject->errors_left(),
                            t->now.leaving,
                            w->out_length > 0,
                            w->in_length > 0};
    return mix_contract(mix(0xcbf29ce484222325u, seen, sizeof seen), &t->now.contract, w);
}

uint64_t trial_hash(const trial *t)
{
    const wire *w = &t->now.wire;
    uint64_t sum = mix(trial_observed(t), &t->now.after, sizeof t->now.after);
    sum = mix(sum, w->generation, sizeof w->generation);
    sum = mix(sum, w->number, sizeof w->number);
    sum = mix(sum, w->out, w->out_length);
    sum = mix(sum, w->in, w->in_length);
    return heap_hash(sum);
}
