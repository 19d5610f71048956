/*
 * The end of the connection: released, aborted, finished, or closed in good order. What
 * each of them takes is the orderly machine's to say (spec/orderly.md): an action that it
 * asks for is a function here, which tells what came of it. Whether our close_notify is
 * out, and what is still owed to the peer, is the core's.
 */
#include "conn.h"
#include "dispatch.h"

/* Actions ------------------------------------------------------------------ */

/* What shutdown would do; nothing has happened. */
static ew_answer shut_a_copy(ew_machine copy)
{
    return ew_shutdown(&copy);
}

/*
 * Whether the peer is owed nothing any more: our close_notify is out, or the
 * application claimed that it is, and all that shutdown would do is wait for the
 * peer. A machine with any byte out of range is not taken at its word, whatever
 * the query says (K-24).
 */
static int nothing_owed(const ew_conn *c)
{
    ew_answer a = shut_a_copy(c->machine);

    if (a == EW_ANSWER_CORRUPT) {
        return 0;
    }
    return ew_close_notify_out(&c->machine) || ew_action(a) == EW_ACTION_RECEIVE;
}

static uint8_t look(const ew_conn *c)
{
    return nothing_owed(c) ? EW_ORDERLY_EVENT_SETTLED : EW_ORDERLY_EVENT_OWED;
}

/* What a close may take, as its first call says. */
static uint8_t begin(ew_conn *c, int ms, size_t bytes)
{
    c->close_expires = endwell_now(c) + (ms > 0 ? ms : 0);
    c->drain_left = bytes;
    endwell_start(c, c->close_expires);
    return look(c);
}

/* Where there is no clock, the time of the close is counted in calls. */
static uint8_t resume(ew_conn *c)
{
    if (!endwell_has_clock(c) && c->close_expires > 0) {
        c->close_expires--;
    }
    endwell_start(c, c->close_expires);
    return EW_ORDERLY_EVENT_DONE;
}

/* One shutdown of the core's. */
static uint8_t shut(ew_conn *c)
{
    int value = endwell_run(c, EW_EVENT_SHUTDOWN);

    if (value >= 0) {
        return value > 0 ? EW_ORDERLY_EVENT_FULL : EW_ORDERLY_EVENT_HALF;
    }
    switch (ew_conn_get_error(c, value)) {
    case EW_ERROR_WANT_READ: return EW_ORDERLY_EVENT_WANT_READ;
    case EW_ERROR_WANT_WRITE: return EW_ORDERLY_EVENT_WANT_WRITE;
    case EW_ERROR_SUSPENDED: return EW_ORDERLY_EVENT_SUSPENDED;
    case EW_ERROR_AGAIN: return EW_ORDERLY_EVENT_AGAIN;
    default: c->failure = c->result; return EW_ORDERLY_EVENT_FAILED;
    }
}

/* One within the time of the close. Its number is kept: what is drained has others. */
static uint8_t notice(ew_conn *c)
{
    uint8_t outcome = shut(c);

    if (endwell_repeats(c->result) && endwell_remaining(c, c->close_expires) == 0) {
        endwell_note(c, EW_CAUSE_TIMED_OUT);
        outcome = EW_ORDERLY_EVENT_LATE;
    }
    c->unsent = c->number;
    return outcome;
}

static uint8_t look_again_later(ew_conn *c)
{
    int is_time = endwell_pause(c, c->close_expires);

    c->unsent = c->number;
    return is_time ? EW_ORDERLY_EVENT_READY : EW_ORDERLY_EVENT_LATE;
}

static uint8_t half_close(ew_conn *c)
{
    endwell_io_half_close(&c->transport);
    return EW_ORDERLY_EVENT_DONE;
}

/* A reset that an earlier call was told of looks like an end from then on. */
static uint8_t drop(ew_conn *c)
{
    uint8_t dropped[EW_DRAIN_CHUNK];
    size_t len = c->drain_left < sizeof dropped ? c->drain_left : sizeof dropped;
    int error = EW_CAUSE_NONE;
    int n = endwell_io_recv(&c->transport, dropped, len, &error);

    if (n > 0 && (size_t)n <= len) {
        c->drain_left -= (size_t)n;
        return EW_ORDERLY_EVENT_SOME;
    }
    switch (n) {
    case EW_IO_END:
        return c->transport.error == EW_CAUSE_NONE ? EW_ORDERLY_EVENT_END : EW_ORDERLY_EVENT_FAILED;
    case EW_IO_BLOCKED: return EW_ORDERLY_EVENT_BLOCKED;
    case EW_IO_INTERRUPTED: return EW_ORDERLY_EVENT_SOME;
    default: return EW_ORDERLY_EVENT_FAILED;
    }
}

/* One look at the transport, within both bounds. */
static uint8_t drop_in_time(ew_conn *c)
{
    uint8_t outcome = c->drain_left > 0 ? drop(c) : EW_ORDERLY_EVENT_BOUND;

    if (outcome != EW_ORDERLY_EVENT_SOME && outcome != EW_ORDERLY_EVENT_BLOCKED) {
        return outcome;
    }
    return endwell_remaining(c, c->close_expires) == 0 ? EW_ORDERLY_EVENT_LATE : outcome;
}

static uint8_t drain(ew_conn *c)
{
    size_t at_first = c->drain_left;
    uint8_t outcome;

    /*@ EW_LOOP_OF_DROPPING */
    do {
        outcome = drop_in_time(c);
    } while (outcome == EW_ORDERLY_EVENT_SOME && at_first - c->drain_left < EW_DRAIN_BUDGET);
    if (outcome == EW_ORDERLY_EVENT_BLOCKED) {
        endwell_note(c, EW_CAUSE_AGAIN);
    }
    return outcome == EW_ORDERLY_EVENT_SOME ? EW_ORDERLY_EVENT_AGAIN : outcome;
}

static uint8_t wait_for_more(ew_conn *c)
{
    return endwell_wait(c, EW_IO_READABLE, c->close_expires) ? EW_ORDERLY_EVENT_READY
                                                             : EW_ORDERLY_EVENT_LATE;
}

/* Detaches the engine. The socket is nobody's from here on: closed, or about to be given back. */
static uint8_t leave(ew_conn *c, uint8_t action)
{
    c->in_call = 1;
    endwell_port_detach(c->port, c->engine, ew_session_kept(&c->machine));
    c->in_call = 0;
    c->port = NULL;
    if (action == EW_ORDERLY_ACTION_END) {
        endwell_io_close(&c->transport);
    }
    return EW_ORDERLY_EVENT_DONE;
}

/* The calls ---------------------------------------------------------------- */

static uint8_t act(ew_conn *c, uint8_t action, int ms, size_t bytes)
{
    switch (action) {
    case EW_ORDERLY_ACTION_BEGIN: return begin(c, ms, bytes);
    case EW_ORDERLY_ACTION_RESUME: return resume(c);
    case EW_ORDERLY_ACTION_LOOK: return look(c);
    case EW_ORDERLY_ACTION_NOTICE: return notice(c);
    case EW_ORDERLY_ACTION_HALF_CLOSE: return half_close(c);
    case EW_ORDERLY_ACTION_DRAIN: return drain(c);
    case EW_ORDERLY_ACTION_PAUSE: return look_again_later(c);
    case EW_ORDERLY_ACTION_WAIT: return wait_for_more(c);
    case EW_ORDERLY_ACTION_END:
    case EW_ORDERLY_ACTION_RELEASE: return leave(c, action);
    default: break;
    }
    return shut(c);
}

/* The same in the words of the core, which the application is told in. */
static ew_answer in_words(ew_conn *c, ew_orderly_answer a)
{
    switch (ew_orderly_error(a)) {
    case EW_ORDERLY_ERROR_NONE: return ew_orderly_value(a) > 0 ? EW_ANSWER_ONE : EW_ANSWER_ZERO;
    case EW_ORDERLY_ERROR_WANT_READ: return EW_ANSWER_WANT_READ;
    case EW_ORDERLY_ERROR_WANT_WRITE: return EW_ANSWER_WANT_WRITE;
    case EW_ORDERLY_ERROR_SUSPENDED: return EW_ANSWER_SUSPENDED;
    case EW_ORDERLY_ERROR_AGAIN: c->again = 1; return EW_ANSWER_AGAIN;
    case EW_ORDERLY_ERROR_UNSENT: c->transport.error = c->unsent; return EW_ANSWER_TRANSPORT;
    case EW_ORDERLY_ERROR_FAILED: return c->failure;
    default: return EW_ANSWER_CORRUPT; /* what else it refuses has been refused before it */
    }
}

/* What the machine says to a call, and to what came of an action. */
static ew_orderly_answer call_machine(ew_orderly_machine *m, uint8_t event)
{
    return ew_orderly_step(m, event);
}

static ew_orderly_answer tell_machine(ew_orderly_machine *m, uint8_t outcome)
{
    return ew_orderly_step(m, outcome);
}

static ew_orderly_answer report_to(ew_conn *c, uint8_t outcome)
{
    return tell_machine(&c->orderly, outcome);
}

static ew_orderly_answer act_and_report(ew_conn *c, ew_orderly_answer a, int ms, size_t bytes)
{
    uint8_t outcome = act(c, ew_orderly_action(a), ms, bytes);

    return report_to(c, outcome);
}

/* What is not a close has no bounds that could begin: 0 and 0. */
static int conclude(ew_conn *c, uint8_t event, int ms, size_t bytes)
{
    ew_orderly_answer a = call_machine(&c->orderly, event);

    /*@ EW_LOOP_OF_CLOSING */
    while (ew_orderly_action(a) != EW_ORDERLY_ACTION_RETURN) {
        a = act_and_report(c, a, ms, bytes);
    }
    return endwell_answer(c, in_words(c, a));
}

int ew_conn_close(ew_conn *c, int drain_ms, size_t drain_max)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    return conclude(c, c->blocking ? EW_ORDERLY_EVENT_CLOSE_WAITING : EW_ORDERLY_EVENT_CLOSE,
                    drain_ms, drain_max);
}

int ew_conn_finish(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    endwell_start_limited(c);
    return conclude(c, EW_ORDERLY_EVENT_FINISH, 0, 0);
}

int ew_conn_abort(ew_conn *c)
{
    return endwell_is_open(c) ? conclude(c, EW_ORDERLY_EVENT_ABORT, 0, 0) : -1;
}

int ew_conn_release(ew_conn *c)
{
    if (!endwell_is_open(c) || conclude(c, EW_ORDERLY_EVENT_RELEASE, 0, 0) < 0) {
        return -1;
    }
    return c->transport.io->release != NULL ? endwell_io_release(&c->transport) : 0;
}

int ew_conn_timeout(const ew_conn *c)
{
    if (c == NULL || c->port == NULL) {
        return -1;
    }
    if (c->again) {
        return 0;
    }
    if (!endwell_has_clock(c)) {
        return -1;
    }
    return endwell_remaining(c, ew_orderly_is_closing(&c->orderly) ? c->close_expires
                                                                   : c->handshake_expires);
}
