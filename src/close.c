/*
 * The end of the connection: released, aborted, or closed in good order. Whether
 * our close_notify is out, and what is still owed to the peer, is the core's to say.
 */
#include "conn.h"
#include "dispatch.h"

enum { DRAIN_CHUNK = 1024 };

/* Detaches the engine. The socket is nobody's from here on. */
static void detach(ew_conn *c)
{
    c->in_call = 1;
    endwell_port_detach(c->port, c->engine, ew_session_kept(&c->machine));
    c->in_call = 0;
    c->port = NULL;
}

int ew_conn_release(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    detach(c);
    return c->transport.io->release != NULL ? endwell_io_release(&c->transport) : 0;
}

static void end(ew_conn *c)
{
    detach(c);
    endwell_io_close(&c->transport);
}

int ew_conn_abort(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    end(c);
    return endwell_answer(c, EW_ANSWER_ZERO);
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
    return endwell_remaining(c, c->closing ? c->close_expires : c->handshake_expires);
}

/* The orderly close -------------------------------------------------------- */

/*
 * Whether the peer is owed nothing any more: our close_notify is out, or the
 * application claimed that it is, and all that shutdown would do is wait for the
 * peer. It is asked of a copy, so that nothing has happened. A machine with any
 * byte out of range is not taken at its word, whatever the query says (K-24).
 */
static int nothing_owed(const ew_conn *c)
{
    ew_machine copy = c->machine;
    ew_answer a = ew_shutdown(&copy);

    if (a == EW_ANSWER_CORRUPT) {
        return 0;
    }
    return ew_close_notify_out(&c->machine) || ew_action(a) == EW_ACTION_RECEIVE;
}

/* Where there is no clock, the time of the close is counted in calls. */
static void start_close(ew_conn *c, int drain_ms, size_t drain_max)
{
    if (!c->closing) {
        c->closing = 1;
        c->close_expires = endwell_now(c) + (drain_ms > 0 ? drain_ms : 0);
        c->drain_left = drain_max;
    } else if (!endwell_has_clock(c) && c->close_expires > 0) {
        c->close_expires--;
    }
    endwell_start(c, c->close_expires);
}

/* The close_notify could not be handed over before the close's time was up, or waiting failed. */
static void note_unsent(ew_conn *c, int error)
{
    c->transport.error = error;
    c->failure = EW_ANSWER_TRANSPORT;
}

/* A blocking close has nobody to give a suspended engine back to, and so looks at it again. */
static int send_notice(ew_conn *c)
{
    int value;

    do {
        value = endwell_run(c, EW_EVENT_SHUTDOWN);
    } while (c->blocking && ew_error(c->result) == EW_ERROR_SUSPENDED &&
             endwell_pause(c, c->close_expires));
    return value;
}

/*
 * 1: nothing more is to be sent, or it cannot be, see failure. 0: call again,
 * the result says for what. Only a nonblocking connection is given back.
 */
static int settle(ew_conn *c)
{
    if (nothing_owed(c) || send_notice(c) >= 0) {
        return 1;
    }
    if (!endwell_repeats(c->result)) {
        c->failure = c->result;
    } else if (c->blocking) {
        note_unsent(c, c->number);
    } else if (endwell_remaining(c, c->close_expires) == 0) {
        note_unsent(c, EW_CAUSE_TIMED_OUT);
    } else {
        return 0;
    }
    return 1;
}

enum { DROP_FAILED = -1, DROP_NOTHING, DROP_SOME, DROP_END };

static int drop(ew_conn *c)
{
    uint8_t dropped[DRAIN_CHUNK];
    size_t len = c->drain_left < sizeof dropped ? c->drain_left : sizeof dropped;
    int error = EW_CAUSE_NONE;
    int n = endwell_io_recv(&c->transport, dropped, len, &error);

    if (n > 0 && (size_t)n <= len) {
        c->drain_left -= (size_t)n;
        return DROP_SOME;
    }
    switch (n) {
    case EW_IO_END: return DROP_END;
    case EW_IO_BLOCKED: return DROP_NOTHING;
    case EW_IO_INTERRUPTED: return DROP_SOME;
    default: return DROP_FAILED;
    }
}

/*
 * 1: the peer ended its side; 0: a bound was reached, or reset; -1: call again, at once if `again`.
 * A reset that an earlier call was told of looks like an end from then on.
 */
static int drain_socket(ew_conn *c)
{
    size_t at_first = c->drain_left;

    while (c->drain_left > 0) {
        int what = drop(c);

        if (what == DROP_END || what == DROP_FAILED) {
            return what == DROP_END && c->transport.error == 0;
        }
        if (endwell_remaining(c, c->close_expires) == 0) {
            return 0;
        }
        if (!c->blocking && what == DROP_NOTHING) {
            return -1;
        }
        if (!c->blocking && at_first - c->drain_left >= EW_DRAIN_BUDGET) {
            c->again = 1;
            return -1;
        }
        if (what == DROP_NOTHING && !endwell_wait(c, EW_IO_READABLE, c->close_expires)) {
            return 0;
        }
    }
    return 0;
}

int ew_conn_close(ew_conn *c, int drain_ms, size_t drain_max)
{
    int ended;

    if (!endwell_is_open(c)) {
        return -1;
    }
    start_close(c, drain_ms, drain_max);
    if (!c->half_closed) {
        if (!settle(c)) {
            return -1;
        }
        endwell_io_half_close(&c->transport);
        c->half_closed = 1;
    }
    ended = drain_socket(c);
    if (ended < 0) {
        endwell_note(c, EW_CAUSE_AGAIN);
        return endwell_answer(c, c->again ? EW_ANSWER_AGAIN : EW_ANSWER_WANT_READ);
    }
    end(c);
    if (c->failure != EW_ANSWER_ONE) {
        return endwell_answer(c, c->failure); /* whatever the drain asked for */
    }
    return endwell_answer(c, ended ? EW_ANSWER_ONE : EW_ANSWER_ZERO);
}
