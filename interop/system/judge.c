#define _GNU_SOURCE
#include "judge.h"

#include "repeat.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char finding[256];

static const char *call_name(char op)
{
    switch (op) {
    case 'o': return "open";
    case 'h': return "handshake";
    case 'w': return "write";
    case 'r': return "read";
    case 's': return "shutdown";
    case 'f': return "finish";
    case 'c': return "close";
    default: return "release";
    }
}

static const char *wrong(const answer_of *a, const char *what)
{
    snprintf(finding, sizeof finding, "%s gives %d, %s, %s, errno %s: %s", call_name(a->op),
             a->value, ew_error_name(a->error), ew_reason_name(a->reason),
             a->value < 0 ? strerrorname_np(a->errno_) : "-", what);
    return finding;
}

static int wants(const answer_of *a)
{
    return is_repeated(a->error);
}

/* What every run owes --------------------------------------------------------- */

static int waits_with(const world *w, const answer_of *a, int error)
{
    if (a->op == 'h' && error == ETIMEDOUT)
        return 1; /* its deadline is one for all the calls, on a nonblocking connection too */
    if (calls.plan.call == CALL_POLL && calls.plan.fault == FAULT_ERROR &&
        calls.plan.error != EINTR && error == calls.plan.error)
        return 1;
    return error == (w->nonblocking ? EAGAIN : ETIMEDOUT);
}

static const char *documented(const world *w, const answer_of *a)
{
    if (a->put_off && !waits_with(w, a, a->put_off))
        return wrong(a, "it was put off with an errno that is not documented");
    if (a->op == 'o' || a->op == 'x')
        return a->value == 0 || (a->op == 'o' && a->value == -1 && a->errno_ != 0)
                   ? NULL
                   : wrong(a, "not a documented result");
    if (a->value > 0)
        return a->error == EW_ERROR_NONE ? NULL : wrong(a, "not a documented result");
    if (a->value == 0) {
        int class = a->op == 'r' ? EW_ERROR_ZERO_RETURN : EW_ERROR_NONE;
        return strchr("rsc", a->op) && a->error == class ? NULL
                                                         : wrong(a, "not a documented result");
    }
    if (a->value != -1 || a->error == EW_ERROR_NONE || a->error == EW_ERROR_ZERO_RETURN)
        return wrong(a, "not a documented result");
    if (a->op == 'c' && a->open && a->error == EW_ERROR_SSL && a->reason == EW_REASON_NONE &&
        a->errno_ == EBADF)
        return wrong(a, "it asked to be called again, and the connection was closed");
    if (wants(a) && a->op == 'c' && !w->nonblocking)
        return wrong(a, "it blocks, and came back with the descriptor open");
    if (a->error == EW_ERROR_SUSPENDED || (a->error == EW_ERROR_AGAIN && !w->nonblocking))
        return wrong(a, "nothing here asks for that");
    if (wants(a) && !waits_with(w, a, a->errno_))
        return wrong(a, "not a documented errno");
    return a->errno_ != 0 ? NULL : wrong(a, "it left no errno");
}

static int is_fatal(const answer_of *a)
{
    static const int harmless[] = {EW_REASON_UNREAD_DATA, EW_REASON_CLOSED,     EW_REASON_HANDSHAKE,
                                   EW_REASON_BUSY,        EW_REASON_UNEXPECTED, EW_REASON_NONE};

    if (a->value >= 0 || wants(a) || a->op == 'o' || a->op == 'x')
        return 0;
    for (size_t i = 0; a->error == EW_ERROR_SSL && i < sizeof harmless / sizeof *harmless; i++)
        if (a->reason == harmless[i])
            return 0;
    return 1;
}

static const char *answers(const world *w, const played *run)
{
    int fatal = 0;

    for (int i = 0; i < run->count; i++) {
        const answer_of *a = &run->answers[i];
        int limit = a->op == 'c' ? DRAIN_MS + 20 : DEADLINE_MS;
        const char *said = documented(w, a);

        if (said)
            return said;
        if (fatal && strchr("hwrsf", a->op) && !is_fatal(a))
            return wrong(a, "the connection had failed before");
        if ((!a->put_off || a->op == 'c') && a->took_ms > limit)
            return wrong(a, "it came after the deadline");
        fatal |= is_fatal(a);
    }
    return NULL;
}

static const char *descriptor(const played *run)
{
    const answer_of *last = &run->answers[run->count - 1];
    int kept = last->op == 'o' || last->op == 'x';

    if (run->wrong_closes)
        return "it closes a descriptor that is not its own";
    if (run->closes > 1)
        return "it closes its descriptor twice";
    if (kept && run->closes)
        return "it closes a descriptor that is the caller's";
    if (!kept && !run->closes)
        return "it leaks the descriptor";
    return NULL;
}

const char *judge_any(const world *w, const played *run)
{
    const char *said;

    if (run->hang) {
        snprintf(finding, sizeof finding, "%s hangs: %s",
                 call_name(run->answers[run->count - 1].op), run->hang);
        return finding;
    }
    said = answers(w, run);
    if (!said)
        said = descriptor(run);
    if (!said && run->end_of_data && !run->notice_sent)
        said = "end of data without the peer's close_notify";
    if (!said && run->got != 0 && run->got != WRITE_LEN)
        said = "the peer has more or less than what was written";
    if (!said && run->notice_seen && run->got != WRITE_LEN && run->answers[2].value == WRITE_LEN)
        said = "a close_notify after data that was lost";
    return said;
}

/* What the run of a fault owes ------------------------------------------------ */

static int equal(const answer_of *a, const answer_of *b)
{
    return a->op == b->op && a->value == b->value && a->error == b->error && a->reason == b->reason;
}

/* The time of a close was up, or a wait failed: it is over, and says so. */
static int is_over(const answer_of *a)
{
    if (a->op != 'c' || !a->met)
        return 0;
    return a->value == 0 ? a->draining : a->error == EW_ERROR_SYSCALL;
}

/* The peer gets no more than without the fault; less only if the close said that it was not out. */
static int told_less(const played *run, const played *without)
{
    const answer_of *last = &run->answers[run->count - 1];

    return last->op == 'c' && last->value == -1 && last->error == EW_ERROR_SYSCALL &&
           !run->notice_seen && (run->got == without->got || run->got == 0);
}

static const char *same(const world *w, const played *run, const played *without, int later)
{
    for (int i = 0; i < run->count; i++) {
        const answer_of *a = &run->answers[i];
        if (!later && !w->nonblocking && a->put_off)
            return wrong(a, "it was put off");
        if (!(later && is_over(a)) && !equal(a, &without->answers[i]))
            return wrong(a, "without the fault it is something else");
    }
    if (run->count == without->count && run->end_of_data == without->end_of_data && later &&
        told_less(run, without))
        return NULL;
    if (run->count != without->count || run->got != without->got ||
        run->notice_seen != without->notice_seen || run->end_of_data != without->end_of_data)
        return "the peer, or the end of the data, is not as without the fault";
    return NULL;
}

static int failed_as(const answer_of *a, promise kind, int error)
{
    if (a->op == 'c' && calls.plan.call == CALL_RECV)
        return a->value == (kind == ENDS);
    if (a->value != -1 || (kind == FATAL && a->errno_ != error))
        return 0;
    if (kind == FATAL)
        return a->error == EW_ERROR_SYSCALL && a->reason == EW_REASON_TRANSPORT;
    return a->error == EW_ERROR_SSL &&
           a->reason == (a->op == 'h' ? EW_REASON_HANDSHAKE_FAILED : EW_REASON_TRUNCATED);
}

static const char *fails(const played *run, const played *without, promise kind, int error)
{
    for (int i = 0; i < run->count; i++) {
        const answer_of *a = &run->answers[i];

        if (a->met)
            return failed_as(a, kind, error) ? NULL : wrong(a, "the fault is not what it reports");
        if (!equal(a, &without->answers[i]))
            return wrong(a, "without the fault it is something else");
    }
    return NULL;
}

/*
 * Without memory an engine may go on and make something that its peer refuses: mbedTLS 2.28 does not
 * look at what became of the hash in its Finished. The peer's alert is the truth then (K-11).
 */
static int says_no_memory(const played *run, const answer_of *a)
{
    if (a->error != EW_ERROR_SSL)
        return 0;
    if (a->reason == EW_REASON_FATAL_ALERT)
        return run->peer_failed;
    return a->reason == EW_REASON_TLS || a->reason == EW_REASON_HANDSHAKE_FAILED;
}

static const char *no_memory(const played *run, const played *without)
{
    for (int i = 0; i < run->count; i++) {
        const answer_of *a = &run->answers[i];

        if (i < without->count && equal(a, &without->answers[i]))
            continue;
        if (a->value != -1)
            return wrong(a, "neither a failure nor what it is with memory");
        if (a->op == 'o')
            return a->errno_ == ENOMEM ? NULL : wrong(a, "it should say ENOMEM");
        return says_no_memory(run, a) ? NULL : wrong(a, "it should say tls");
    }
    return NULL;
}

const char *judge_fault(const world *w, const played *run, const played *without, promise kind,
                        int error)
{
    switch (kind) {
    case SAME: return same(w, run, without, 0);
    case SAME_LATER: return same(w, run, without, 1);
    case FATAL:
    case ENDS: return fails(run, without, kind, error);
    case NOT_OPENED:
        return run->count == 1 && run->answers[0].value == -1 && run->answers[0].errno_ == error
                   ? NULL
                   : wrong(&run->answers[0], "open should have failed with the errno");
    case NO_MEMORY: return no_memory(run, without);
    default: return NULL;
    }
}

const char *judge_plain(const scenario *s, const played *run, int nonblocking)
{
    int i = 0;

    for (; i < run->count && s->ops[i].op; i++) {
        const answer_of *a = &run->answers[i];
        if (a->value != s->ops[i].value || a->error != s->ops[i].error ||
            (!nonblocking && a->put_off))
            return wrong(a, "the scenario expects something else");
    }
    if (s->ops[i].op || run->got != WRITE_LEN || !run->notice_seen ||
        run->end_of_data != (strchr("sf", s->ops[i - 2].op) != NULL && s->way != PEER_SILENT))
        return "the scenario ends in another way than it should";
    return NULL;
}
