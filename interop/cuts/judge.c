/* What both sides of a cell saw, held against each other. */
#define _GNU_SOURCE
#include "endwell.h"
#include "ours.h"

static int fatal_is(const fault_ours *c, int error, int reason)
{
    return c->fatal_error == error && c->fatal_reason == reason;
}

int misses_the_end(const fault_ours *c)
{
    return fault_limit(c->plan) != NULL;
}

/* The alert in a form that an engine may refuse, as the standards let it. */
static int may_be_refused(const fault_ours *c, size_t given)
{
    const fault_peer *p = &c->wire->peer;
    if (c->plan->alert == WHOLE || p->count <= 2 || given < p->records[2].end)
        return 0;
    if (misses_the_end(c) && fatal_is(c, EW_ERROR_SSL, EW_REASON_FATAL_ALERT))
        return 1;
    return fatal_is(c, EW_ERROR_SSL, EW_REASON_TLS);
}

static void judge_fatal(const fault_ours *c, size_t given, int whole)
{
    int cut = c->wire->cut ? c->plan->cut : CUT_NONE, error = EW_ERROR_NONE,
        reason = EW_REASON_NONE;
    if (may_be_refused(c, given))
        return;
    if (cut == CUT_FIN && !whole)
        error = EW_ERROR_SSL, reason = EW_REASON_TRUNCATED;
    if (cut == CUT_RST && (!whole || c->fatal_error))
        error = EW_ERROR_SYSCALL, reason = EW_REASON_TRANSPORT;
    if (fatal_is(c, error, reason))
        return;
    if (!c->fatal_error)
        find(c->outcome, "cut-not-told", "the calls ended without %s %s", ew_error_name(error),
             ew_reason_name(reason));
    else
        find(c->outcome, "wrong-code", "%s %s and not %s %s", ew_error_name(c->fatal_error),
             ew_reason_name(c->fatal_reason), ew_error_name(error), ew_reason_name(reason));
}

/* What was handed to our socket and not taken away by a reset has to be read. */
static void judge_read(const fault_ours *c, size_t given, int whole)
{
    size_t data = peer_data_in(&c->wire->peer, given);
    int reset = c->wire->cut && c->plan->cut == CUT_RST;
    int silent =
        c->plan->cut == CUT_SILENCE && !c->plan->nonblocking; /* its time may be up early */
    if (c->read > data)
        find(c->outcome, "data-early", "%zu bytes were read, %zu were in whole records", c->read,
             data);
    if (reset || silent)
        return;
    if (c->read < data)
        find(c->outcome, "data-lost", "%zu bytes were read of %zu that came", c->read, data);
    if (whole && !c->ended && !may_be_refused(c, given))
        find(c->outcome, "end-missed", "the whole close_notify came, and there is no end of data");
    if (c->stuck && c->plan->cut != CUT_SILENCE && !misses_the_end(c))
        find(c->outcome, "hang", "a call waited, and everything there was had come");
}

/* Records that we sent, whole ones; `rest`: bytes after the last. */
static int records_out(const fault_queue *q, size_t *rest)
{
    size_t at = 0;
    int count = 0;
    while (q->have - at >= RECORD_HEADER) {
        size_t len = RECORD_HEADER + ((size_t)q->bytes[at + 3] << 8 | q->bytes[at + 4]);
        if (q->have - at < len)
            break;
        at += len;
        count++;
    }
    *rest = q->have - at;
    return count;
}

/* What the calls that succeeded have sent, and the engine's alert about what it refused. */
static void judge_sent(const fault_ours *c)
{
    size_t rest;
    int data = c->written == 0 ? 0 : c->written <= FIRST_DATA ? 1 : 2;
    int most = data + c->shut + fatal_is(c, EW_ERROR_SSL, EW_REASON_TLS);
    int count = records_out(&c->wire->out, &rest);
    int reset = c->wire->cut && c->plan->cut == CUT_RST;
    if (count > most || (rest > 0 && !reset))
        find(c->outcome, c->fatal_error ? "sent-after-fatal" : "sent-after-notice",
             "%d records and %zu bytes, where the calls account for %d", count, rest, most);
    if (c->fatal_error && c->plan->nonblocking && c->wire->out.have != c->out_when_fatal)
        find(c->outcome, "sent-after-fatal", "%zu bytes more",
             c->wire->out.have - c->out_when_fatal);
}

static void judge_peer(const fault_ours *c)
{
    const fault_peer *p = &c->wire->peer;
    int all_passed = !c->wire->cut && !c->fatal_error && !c->stuck;
    if (!p->intact || p->received > ALL_DATA)
        find(c->outcome, "peer-data-differs", "the peer read other bytes than we wrote");
    if (p->notice_seen && p->received != c->written)
        find(c->outcome, "peer-data-lost", "the peer saw our end after %zu of %zu bytes",
             p->received, c->written);
    if (p->notice_seen && !c->shut && !c->fatal_error && !c->stuck)
        find(c->outcome, "sent-after-notice", "the peer saw a close_notify that we did not send");
    if (all_passed && (!p->notice_seen || p->received != ALL_DATA))
        find(c->outcome, "notice-not-sent",
             "shutdown said that our close_notify is out, and the "
             "peer saw none behind %zu of %d bytes",
             p->received, ALL_DATA);
    if (all_passed && p->failed)
        find(c->outcome, "peer-failed", "the peer's engine failed, and nothing was done to it");
}

void ours_judge(fault_ours *c)
{
    size_t given = atomic_load(&c->wire->given), end = c->wire->peer.notice_end;
    int whole = end > 0 && given >= end && !misses_the_end(c);
    c->outcome->in = given;
    c->outcome->out = c->wire->out.have;
    c->outcome->notice = end;
    c->outcome->unseen = end > 0 && given >= end && !c->ended;
    judge_fatal(c, given, whole);
    judge_read(c, given, whole);
    judge_sent(c);
    judge_peer(c);
}
