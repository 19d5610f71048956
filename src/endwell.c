/*
 * The connection: asks the core, performs what it answers through the port, and
 * waits where the socket blocks. What closing means is decided by the core alone.
 * What a loop keeps, for the proof, is named beside it and stands in spec/wire/connection.h.
 */
#include "conn.h"
#include "dispatch.h"
#include "tell.h"

/* Answers ------------------------------------------------------------------ */

void endwell_note(ew_conn *c, int number)
{
    c->number = number;
    endwell_tell(number);
}

int endwell_answer(ew_conn *c, ew_answer a)
{
    uint8_t error = ew_error(a);

    c->result = a;
    if (error == EW_ERROR_SYSCALL || error == EW_ERROR_SSL) {
        endwell_note(c,
                     c->transport.error != EW_CAUSE_NONE ? c->transport.error : EW_CAUSE_PROTOCOL);
    }
    if (error == EW_ERROR_SUSPENDED || error == EW_ERROR_AGAIN) {
        endwell_note(c, EW_CAUSE_AGAIN);
    }
    return ew_value(a);
}

int endwell_misuse(ew_conn *c, int number)
{
    if (c != NULL) {
        c->result = ENDWELL_ANSWER_NONE;
        c->number = number;
    }
    endwell_tell(number);
    return -1;
}

int endwell_is_open(ew_conn *c)
{
    if (c != NULL && c->port != NULL && !c->in_call) {
        return 1;
    }
    (void)endwell_misuse(c, c == NULL         ? EW_CAUSE_INVALID
                            : c->port == NULL ? EW_CAUSE_NOT_OPEN
                                              : EW_CAUSE_BUSY);
    return 0;
}

/* want_read or want_write: there is something to wait for */
static int wants(ew_answer a)
{
    return ew_error(a) == EW_ERROR_WANT_READ || ew_error(a) == EW_ERROR_WANT_WRITE;
}

int endwell_repeats(ew_answer a)
{
    return wants(a) || ew_error(a) == EW_ERROR_SUSPENDED || ew_error(a) == EW_ERROR_AGAIN;
}

/* Bounds ------------------------------------------------------------------- */

/* A deadline limits the calls that wait; a nonblocking one does not. */
void endwell_start_limited(ew_conn *c)
{
    int is_limited = c->blocking && c->deadline_ms >= 0;

    endwell_start(c, is_limited ? endwell_now(c) + c->deadline_ms : -1);
}

/*
 * Read before every engine call but the first: a call whose time is up has made
 * one attempt, and a peer cannot stretch it a byte or a record at a time.
 */
static int is_late(ew_conn *c)
{
    if (!c->tried) {
        c->tried = 1;
        return 0;
    }
    return c->expires >= 0 && endwell_remaining(c, c->expires) == 0;
}

/*
 * After an answer: 1, repeat the call; 0, give it back. Waiting for the socket
 * is all that can be done here: what a suspended engine waits for is not known.
 */
static int may_repeat(ew_conn *c, ew_answer a)
{
    if (!wants(a)) {
        return 0;
    }
    if (!c->blocking) {
        endwell_note(c,
                     endwell_remaining(c, c->expires) == 0 ? EW_CAUSE_TIMED_OUT : EW_CAUSE_AGAIN);
        return 0;
    }
    c->idle_records = 0;
    return endwell_wait(c, ew_error(a) == EW_ERROR_WANT_READ ? EW_IO_READABLE : EW_IO_WRITABLE,
                        c->expires);
}

/*
 * Counts records without meaning for the close (tickets, KeyUpdates): after
 * EW_RECORD_BUDGET of them a nonblocking call gives others their turn. That is
 * `again` and not want_read: there may be more, which no edge will tell of [K-28].
 */
static uint8_t charge_budget(ew_conn *c, uint8_t outcome)
{
    if (outcome == EW_EVENT_AGAIN) {
        return ew_transport_changed(&c->transport,
                                    EW_WORDS("the port reports what is not its own: again"));
    }
    if (outcome != EW_EVENT_OTHER || c->blocking || ++c->idle_records < EW_RECORD_BUDGET) {
        return outcome;
    }
    c->again = 1;
    return EW_EVENT_AGAIN;
}

/* The core's actions ------------------------------------------------------- */

/* A count that the port reports, of at most io_len bytes. Any other is its mistake. */
static uint8_t counted(ew_conn *c, uint8_t outcome)
{
    if (c->io_done < 1 || c->io_done > c->io_len) {
        return ew_transport_changed(&c->transport,
                                    EW_WORDS("the port reports a count out of range"));
    }
    return outcome;
}

/* What the read under way is for: data taken, or looked at. */
static int fetch(ew_conn *c)
{
    if (c->peeks) {
        return endwell_port_peek(c->port, c->engine, c->read_buf, c->io_len);
    }
    return endwell_port_take(c->port, c->engine, c->read_buf, c->io_len);
}

static uint8_t perform_receive(ew_conn *c)
{
    uint8_t outcome = endwell_port_receive(c->port, c->engine);

    if (outcome == EW_EVENT_DATA && c->read_buf != NULL) {
        c->io_done = fetch(c);
        return counted(c, outcome);
    }
    return outcome;
}

/* The engine keeps what it took over until the record is out. */
static uint8_t perform_flush(ew_conn *c)
{
    uint8_t outcome = endwell_port_flush(c->port, c->engine);

    if (outcome == EW_EVENT_DONE) {
        c->owed = 0;
    }
    return outcome;
}

static uint8_t perform_write(ew_conn *c)
{
    uint8_t outcome;

    c->io_done = 0;
    outcome = endwell_port_write(c->port, c->engine, c->write_buf, c->io_len, &c->io_done);
    if (outcome == EW_EVENT_DONE) {
        c->owed = 0;
        return counted(c, outcome);
    }
    c->owed = c->io_len;
    return outcome;
}

static uint8_t perform_once(ew_conn *c, uint8_t action)
{
    uint8_t outcome;

    if (is_late(c)) {
        if (action == EW_ACTION_RECEIVE || action == EW_ACTION_HANDSHAKE) {
            return EW_EVENT_WANT_READ;
        }
        return EW_EVENT_WANT_WRITE;
    }
    switch (action) {
    case EW_ACTION_FLUSH: outcome = perform_flush(c); break;
    case EW_ACTION_SEND_CLOSE_NOTIFY:
        outcome = endwell_port_send_close_notify(c->port, c->engine);
        break;
    case EW_ACTION_RECEIVE: outcome = perform_receive(c); break;
    case EW_ACTION_HANDSHAKE: outcome = endwell_port_handshake(c->port, c->engine); break;
    default: outcome = perform_write(c); break;
    }
    return outcome;
}

/* The core goes on with these by itself after `other`. */
static int is_repeated(uint8_t action)
{
    return action == EW_ACTION_RECEIVE || action == EW_ACTION_HANDSHAKE;
}

static uint8_t perform_and_charge(ew_conn *c, uint8_t action)
{
    uint8_t outcome = perform_once(c, action);

    return charge_budget(c, outcome);
}

/* A send that had to take in a record first has not done its own work yet, and is made again. */
static uint8_t perform(ew_conn *c, uint8_t action)
{
    uint8_t outcome;

    /*@ EW_LOOP_OF_SENDING */
    do {
        outcome = perform_and_charge(c, action);
    } while (outcome == EW_EVENT_OTHER && !is_repeated(action));
    return outcome;
}

/* What the application asks for. */
static ew_answer ask(ew_machine *m, uint8_t event)
{
    return event == EW_EVENT_SHUTDOWN ? ew_shutdown(m) : ew_step(m, event);
}

/* What came of an action. */
static ew_answer report(ew_machine *m, uint8_t outcome)
{
    return ew_step(m, outcome);
}

static ew_answer perform_and_report(ew_conn *c, ew_answer a)
{
    uint8_t outcome = perform(c, ew_action(a));

    return report(&c->machine, outcome);
}

/* Asks once, and performs all that is answered. */
static ew_answer ask_and_perform(ew_conn *c, uint8_t event)
{
    ew_answer a = ask(&c->machine, event);

    /*@ EW_LOOP_OF_ACTIONS */
    while (ew_action(a) != EW_ACTION_RETURN) {
        a = perform_and_report(c, a);
    }
    return a;
}

static ew_answer ask_until_over(ew_conn *c, uint8_t event)
{
    ew_answer a;

    /*@ EW_LOOP_OF_WAITING */
    do {
        a = ask_and_perform(c, event);
    } while (may_repeat(c, a));
    return a;
}

static int run_now(ew_conn *c, uint8_t event)
{
    ew_answer a;

    c->in_call = 1;
    a = ask_until_over(c, event);
    c->in_call = 0;
    return endwell_answer(c, a);
}

/* What a write had met after it had something to return. */
static int tell_untold(ew_conn *c)
{
    ew_answer a = c->untold;

    c->untold = EW_ANSWER_ONE;
    return endwell_answer(c, a);
}

int endwell_run(ew_conn *c, uint8_t event)
{
    if (c->untold != EW_ANSWER_ONE) {
        return tell_untold(c);
    }
    return run_now(c, event);
}

/* The calls ---------------------------------------------------------------- */

/*
 * One deadline for all the calls that a handshake takes, so that a peer cannot
 * outlast it by a byte at a time. 0 waits for nothing, and so has nothing to add up.
 */
static void start_handshake(ew_conn *c)
{
    if (c->deadline_ms > 0 && c->handshake_expires < 0 && endwell_has_clock(c)) {
        c->handshake_expires = endwell_now(c) + c->deadline_ms;
    }
    endwell_start(c, c->blocking && c->deadline_ms == 0 ? 0 : c->handshake_expires);
    c->tried = c->deadline_ms > 0;
}

int ew_conn_handshake(ew_conn *c)
{
    int value;

    if (!endwell_is_open(c)) {
        return -1;
    }
    start_handshake(c);
    value = endwell_run(c, EW_EVENT_HANDSHAKE);
    if (!endwell_repeats(c->result)) {
        c->handshake_expires = -1;
    }
    return value;
}

int ew_conn_shutdown(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    endwell_start_limited(c);
    return endwell_run(c, EW_EVENT_SHUTDOWN);
}
