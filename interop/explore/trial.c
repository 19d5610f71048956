#include "trial.h"

#include "heap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SENT_FLAG = 1, RECEIVED_FLAG = 2 };

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
    contract_start(&t->now.contract, *t->subject->habits, &t->now.wire);
    t->now.cause = -1;
    return true;
}

static uint8_t place(const world *w)
{
    const contract *c = &w->contract;
    if (w->wire.taken > c->received || w->delivered[0] > w->delivered[1])
        return 1;
    return w->wire.taken < c->received || w->delivered[0] < w->delivered[1] ? 2 : 0;
}

static uint8_t sent_of_owed(const world *w)
{
    if (w->contract.owed == NO_RECORD || !w->wire.owes || w->wire.out_length == w->contract.out)
        return 0;
    return w->wire.out_length < w->contract.out ? 1 : 2;
}

/* They see the connection differently, whatever the next call is. */
static bool apart(const facts *f, uint8_t flags, bool owes, bool overtaken)
{
    if (f->is[F_LIFE] != IN_ERROR &&
        (owes != (f->is[F_OWED] != NO_RECORD) || f->is[F_OUT] != 0 || overtaken))
        return true;
    if (f->is[F_ALERT] && f->is[F_NOTICE_OUT] == EW_NOTICE_OUT_NONE &&
        f->is[F_OUTPUT] == EW_OUTPUT_IDLE)
        return true;
    bool shaking = f->is[F_LIFE] == IN_HANDSHAKE || f->is[F_ASKED];
    return f->is[F_FLAGS] != flags || f->is[F_PLACE] != 0 ||
           (f->is[F_LIFE] == IN_ERROR) != (f->is[F_FATAL] != EW_FATAL_NONE) ||
           (shaking != (f->is[F_HANDSHAKE] != EW_HANDSHAKE_DONE) && f->is[F_LIFE] != IN_ERROR);
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
    f->is[F_OUT] = sent_of_owed(w);
    f->is[F_ASKED] = w->asked > 0;
    f->is[F_ALERT] = w->alert;
    f->is[F_PLACE] = place(w);
    bool overtaken = m->output == EW_OUTPUT_PENDING && w->contract.owed == NO_RECORD &&
                     w->contract.early == NO_RECORD; /* data, by a message of ours */
    f->is[F_STATE] = apart(f, ew_get_shutdown(m), w->wire.owes, overtaken);
    f->cause = f->is[F_STATE] ? w->cause : -1;
}

bool trial_apart(const trial *t)
{
    facts f;
    take_facts(t, &f);
    return f.is[F_STATE] != 0;
}

static void count_delivered(world *w, const result *r)
{
    const outcome *of[2] = {&r->got, &r->want};
    for (int i = 0; i < 2 && step_takes_data(r->step); i++)
        if (of[i]->part[VALUE] > 0)
            w->delivered[i] = (uint16_t)(w->delivered[i] + of[i]->part[VALUE]);
}

static bool asked_by_peer(const wire *w, uint16_t taken)
{
    while (taken < w->taken)
        if (w->record[taken++] == HELLO_REQUEST)
            return true;
    return false;
}

/* `taken`: the records that libssl had taken before. */
static void note_asked(world *w, const result *r, uint16_t taken)
{
    bool again = r->facts.is[F_LIFE] == IN_HANDSHAKE;
    if (r->step == RENEGOTIATE && r->got.part[VALUE] == 1 && !(again && w->wire.client))
        w->asked = again ? 2 : 1;
    for (records sent = w->wire.sent; sent != 0; sent >>= 4)
        if ((sent & 15) == HELLO_REQUEST || (sent & 15) == CLIENT_HELLO)
            w->asked = w->asked > 0 ? w->asked - 1 : 0;
    if (r->facts.is[F_LIFE] == LIVES && r->facts.is[F_THEN] == LIVES &&
        asked_by_peer(&w->wire, taken))
        w->asked = 1;
}

/* A key update that only libssl accepted answers nothing that it had not taken before. */
static int note_update(world *w, const result *r, bool due)
{
    int own = w->update && !due;
    if (r->step == UPDATE_KEY)
        w->update = w->update || (r->got.part[VALUE] == 1 && r->want.part[VALUE] != 1);
    for (records sent = w->wire.sent; sent != 0; sent >>= 4)
        if ((sent & 15) == KEY_UPDATE)
            w->update = false;
    return own;
}

static void note_alert(world *w, const result *r)
{
    bool was = r->facts.is[F_FLAGS] & SENT_FLAG, is = r->got.part[FLAGS] & SENT_FLAG;
    if (r->step == SHUTDOWN && !was && is && !r->facts.is[F_QUIET])
        w->alert = true;
    for (records sent = w->wire.sent; sent != 0; sent >>= 4)
        if ((sent & 15) == CLOSE_NOTIFY)
            w->alert = false;
}

static uint8_t gave(const outcome *got)
{
    int32_t value = got->part[VALUE];
    return value == NONE_GIVEN ? 0 : value < 0 ? 1 : value == 0 ? 2 : 3;
}

/* Those that are states: what a call gives is no other difference than the one before. */
static bool stands(const trial *t, const result *r, field f, int32_t apart)
{
    const standing *s = &t->now.standing[f];
    return (f == FLAGS || f == END || f == SESSION) && r->step != FREE && s->apart == apart &&
           s->rule >= 0;
}

static void explain(trial *t, result *r, field f)
{
    standing *s = &t->now.standing[f];
    int32_t got = r->got.part[f], want = r->want.part[f];
    int32_t apart = f == FLAGS ? got ^ want : 1 + got;
    if (f == END && r->differs[FLAGS] &&
        ((r->got.part[FLAGS] ^ r->want.part[FLAGS]) & RECEIVED_FLAG)) {
        s->rule = t->now.standing[FLAGS].rule; /* its end is its flag */
        s->is = t->now.standing[FLAGS].is;
    } else if (!stands(t, r, f, apart)) {
        int found = rules_explain(t->page, t->subject->release(), r->step, &r->facts, f, got, want);
        s->rule = (int16_t)found;
        s->is = (int8_t)(found < 0                              ? -1
                         : t->page->rule[found].is == THE_CAUSE ? r->facts.cause
                                                                : t->page->rule[found].is);
        if (s->is >= 0 && r->facts.cause < 0)
            t->now.cause = s->is; /* the last field tells most: what happened, not what was said */
    }
    s->apart = apart;
    r->rule[f] = s->rule;
    r->is[f] = s->is;
    if (s->is >= 0)
        t->now.after |= (uint64_t)1 << s->is;
}

static void compare(trial *t, result *r)
{
    for (int f = 0; f < FIELDS; f++) {
        r->rule[f] = r->is[f] = -1;
        r->differs[f] = !outcome_same(&r->got, &r->want, (field)f);
        if (!r->differs[f] && r->got.part[f] != NONE_GIVEN)
            t->now.standing[f].apart = 0;
        if (r->differs[f] && t->page)
            explain(t, r, (field)f);
    }
}

/* The claims of this release that the sequence has shown with this step. */
static void note_claims(trial *t, result *r)
{
    for (int i = 0; t->page && i < t->page->claims; i++) {
        const claim *c = &t->page->claim[i];
        bool own = false;
        for (int f = 0; f < FIELDS; f++)
            own = own || (r->differs[f] && r->is[f] == c->is);
        if (release_in(t->subject->release(), &c->in) &&
            claim_note(c, &t->now.shown[i], r->step, &r->got, own))
            r->shows |= (uint64_t)1 << i;
    }
}

static void make_call(trial *t, result *r)
{
    if (!t->now.leaving)
        t->subject->clear_errors();
    take_facts(t, &r->facts);
    t->now.cause = r->facts.cause;
    uint16_t taken = t->now.wire.taken;
    bool due = t->now.contract.answers > 0;
    t->now.wire.sent = 0;
    t->now.wire.took = NO_RECORD;
    errno = 0;
    t->subject->call(r->step, &r->got);
    r->got.part[SENT] = (int32_t)t->now.wire.sent;
    r->facts.is[F_THEN] = r->step == FREE ? LIVES : (uint8_t)t->subject->life();
    r->facts.is[F_TOOK] = t->now.wire.took;
    r->facts.is[F_GAVE] = gave(&r->got);
    contract_step(&t->now.contract, r->step, &t->now.wire, &r->want);
    r->facts.is[F_MET] = t->now.contract.met;
    r->facts.is[F_ANSWER] = t->now.contract.answers > 0;
    count_delivered(&t->now, r);
    note_asked(&t->now, r, taken);
    note_alert(&t->now, r);
    contract_sees(&t->now.contract, &t->now.wire, (records)r->want.part[SENT],
                  note_update(&t->now, r, due));
    compare(t, r);
}

void trial_step(trial *t, step s, result *r)
{
    world *w = &t->now;
    r->step = s;
    r->got = r->want = no_outcome;
    memset(r->differs, 0, sizeof r->differs);
    r->shows = 0;
    r->done = step_applies(s, &w->wire, w->leaving) && t->subject->has(s);
    if (!r->done)
        return;
    if (step_is_call(s)) {
        make_call(t, r);
        note_claims(t, r);
        return;
    }
    if (s == LEAVE_ERROR || s == CLEAR_QUEUE) {
        w->leaving = s == LEAVE_ERROR;
        if (w->leaving)
            t->subject->leave_error();
        else
            t->subject->clear_errors();
        note_claims(t, r);
        return;
    }
    r->done = step_on_wire(s, &w->wire);
    contract_step(&w->contract, s, &w->wire, &r->want);
    note_claims(t, r);
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
    const uint8_t rest[] = {c->writing, c->owed,     c->out,      c->early,
                            c->held,    c->warnings, c->empty,    c->updating,
                            c->answers, c->declined, c->declines, c->heard};
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
                            t->now.asked,
                            t->now.alert,
                            t->now.update,
                            w->out_length > 0,
                            w->owes,
                            w->in_length > 0};
    return mix_contract(mix(0xcbf29ce484222325u, seen, sizeof seen), &t->now.contract, w);
}

uint64_t trial_hash(const trial *t)
{
    const wire *w = &t->now.wire;
    uint64_t sum = mix(trial_observed(t), &t->now.after, sizeof t->now.after);
    sum = mix(sum, t->now.shown, sizeof t->now.shown);
    sum = mix(sum, w->generation, sizeof w->generation);
    sum = mix(sum, w->number, sizeof w->number);
    for (int f = FLAGS; f <= SESSION; f++) {
        const standing *s = &t->now.standing[f];
        const int32_t all[3] = {s->apart, s->apart ? s->rule : 0, s->apart ? s->is : 0};
        sum = mix(sum, all, sizeof all);
    }
    const int32_t ahead[3] = {t->now.delivered[0] - t->now.delivered[1],
                              w->taken - t->now.contract.received, t->now.cause};
    sum = mix(sum, ahead, sizeof ahead);
    sum = mix(sum, &w->in_left, sizeof w->in_left);
    sum = mix(sum, w->out, w->out_length);
    sum = mix(sum, w->in, w->in_length);
    return heap_hash(sum);
}
