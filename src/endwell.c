/*
 * The connection: asks the core, performs what it answers through the port, and
 * waits where the socket blocks. What closing means is decided by the core alone.
 */
#include "endwell.h"

#include <errno.h>
#include <poll.h>

#include "conn.h"

/* Results ------------------------------------------------------------------ */

int endwell_answer(ew_conn *c, ew_result r)
{
    uint8_t error = ew_error(r);

    c->result = r;
    if (error == EW_ERROR_SYSCALL || error == EW_ERROR_SSL) {
        errno = c->transport.error != 0 ? c->transport.error : EPROTO;
    }
    return ew_value(r);
}

int endwell_misuse(ew_conn *c, int error)
{
    if (c != NULL) {
        c->result = EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_NONE);
    }
    errno = error;
    return -1;
}

/* Bounds ------------------------------------------------------------------- */

/* A deadline limits the calls that wait; a nonblocking one does not. */
static void start_call(ew_conn *c)
{
    int is_limited = c->blocking && c->deadline_ms >= 0;

    endwell_start(c, is_limited ? endwell_now() + c->deadline_ms : -1);
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
    return c->expires >= 0 && endwell_remaining(c->expires) == 0;
}

/* After a result that wants something: 1, repeat the call; 0, give it back. */
static int may_repeat(ew_conn *c, ew_result r)
{
    if (!c->blocking) {
        errno = EAGAIN;
        return 0;
    }
    c->idle_records = 0;
    return endwell_wait(c->transport.fd, ew_error(r) == EW_ERROR_WANT_READ ? POLLIN : POLLOUT,
                        c->expires);
}

/*
 * Counts records without meaning for the close (tickets, KeyUpdates): after
 * EW_RECORD_BUDGET of them a nonblocking call gives want_read.
 */
static uint8_t charge_budget(ew_conn *c, uint8_t outcome)
{
    if (outcome != EW_EVENT_OTHER || c->blocking || ++c->idle_records < EW_RECORD_BUDGET) {
        return outcome;
    }
    c->again = 1;
    return EW_EVENT_WANT_READ;
}

/* The core's actions ------------------------------------------------------- */

/* A count that the port reports, of at most io_len bytes. Any other is its mistake. */
static uint8_t counted(ew_conn *c, uint8_t outcome)
{
    if (c->io_done < 1 || c->io_done > c->io_len) {
        return ew_transport_changed(&c->transport, "the port reports a count out of range");
    }
    return outcome;
}

static uint8_t perform_receive(ew_conn *c)
{
    uint8_t outcome = c->port->receive(c->engine);

    if (outcome == EW_EVENT_DATA && c->read_buf != NULL) {
        c->io_done = c->port->take(c->engine, c->read_buf, c->io_len);
        return counted(c, outcome);
    }
    return outcome;
}

/* The engine keeps what it took over until the record is out. */
static uint8_t perform_flush(ew_conn *c)
{
    uint8_t outcome = c->port->flush(c->engine);

    if (outcome == EW_EVENT_DONE) {
        c->owed = 0;
    }
    return outcome;
}

static uint8_t perform_write(ew_conn *c)
{
    uint8_t outcome;

    c->io_done = 0;
    outcome = c->port->write(c->engine, c->write_buf, c->io_len, &c->io_done);
    if (outcome == EW_EVENT_DONE) {
        c->owed = 0;
        return counted(c, outcome);
    }
    c->owed = c->io_len;
    return outcome;
}

static uint8_t perform_once(ew_conn *c, uint8_t action)
{
    if (is_late(c)) {
        return action == EW_ACTION_RECEIVE ? EW_EVENT_WANT_READ : EW_EVENT_WANT_WRITE;
    }
    if (action == EW_ACTION_FLUSH) {
        return perform_flush(c);
    }
    if (action == EW_ACTION_SEND_CLOSE_NOTIFY) {
        return c->port->send_close_notify(c->engine);
    }
    if (action == EW_ACTION_RECEIVE) {
        return perform_receive(c);
    }
    return perform_write(c);
}

/* A send that had to take in a record first has not done its own work yet, and is made again. */
static uint8_t perform(ew_conn *c, uint8_t action)
{
    uint8_t outcome;

    do {
        outcome = charge_budget(c, perform_once(c, action));
    } while (outcome == EW_EVENT_OTHER && action != EW_ACTION_RECEIVE);
    return outcome;
}

int endwell_run(ew_conn *c, endwell_call *call)
{
    ew_result r;

    c->in_call = 1;
    do {
        r = call(&c->machine);
        while (ew_action(r) != EW_ACTION_RETURN) {
            r = ew_step(&c->machine, perform(c, ew_action(r)));
        }
    } while (endwell_wants(r) && may_repeat(c, r));
    c->in_call = 0;
    return endwell_answer(c, r);
}

/* The handshake ------------------------------------------------------------ */

static uint8_t drive_handshake(ew_conn *c)
{
    uint8_t outcome;

    do {
        outcome = is_late(c) ? EW_EVENT_WANT_READ : charge_budget(c, c->port->handshake(c->engine));
    } while (outcome == EW_EVENT_OTHER);
    return outcome;
}

/* What a handshake that is not over yet gives back; an error of NONE: it is over. */
static ew_result handshake_wants(uint8_t outcome)
{
    if (outcome == EW_EVENT_WANT_READ) {
        return EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_WANT_READ, EW_REASON_NONE);
    }
    if (outcome == EW_EVENT_WANT_WRITE) {
        return EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    }
    return EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_NONE, EW_REASON_NONE);
}

/*
 * One deadline for all the calls that a handshake takes, so that a peer cannot
 * outlast it by a byte at a time. 0 waits for nothing, and so has nothing to add up.
 */
static void start_handshake(ew_conn *c)
{
    if (c->deadline_ms > 0 && c->handshake_expires < 0) {
        c->handshake_expires = endwell_now() + c->deadline_ms;
    }
    endwell_start(c, c->blocking && c->deadline_ms == 0 ? 0 : c->handshake_expires);
    c->tried = c->deadline_ms > 0;
}

/* After WANT_*: 1, go on; 0, give it back. */
static int may_go_on(ew_conn *c, ew_result wants)
{
    if (!c->blocking && endwell_remaining(c->handshake_expires) == 0) {
        errno = ETIMEDOUT;
        return 0;
    }
    return may_repeat(c, wants);
}

int ew_conn_handshake(ew_conn *c)
{
    ew_result r;
    uint8_t outcome;

    if (!endwell_is_open(c)) {
        return -1;
    }
    r = ew_handshake_started(&c->machine);
    if (ew_value(r) < 0) {
        return endwell_answer(c, r);
    }
    start_handshake(c);
    c->in_call = 1;
    do {
        outcome = drive_handshake(c);
        r = handshake_wants(outcome);
    } while (endwell_wants(r) && may_go_on(c, r));
    c->in_call = 0;
    if (endwell_wants(r)) {
        return endwell_answer(c, r);
    }
    c->handshake_expires = -1;
    return endwell_answer(c, outcome == EW_EVENT_DONE ? ew_handshake_finished(&c->machine)
                                                      : ew_handshake_failed(&c->machine));
}

/* The calls ---------------------------------------------------------------- */

int ew_conn_read(ew_conn *c, void *buf, int len)
{
    int value;

    if (!endwell_is_open(c)) {
        return -1;
    }
    if (buf == NULL || len < 1) {
        return endwell_misuse(c, EINVAL);
    }
    c->read_buf = buf;
    c->io_len = len;
    start_call(c);
    value = endwell_run(c, ew_read);
    c->read_buf = NULL;
    return value > 0 ? c->io_done : value;
}

/* Whether the core would have it written: asked of a copy, so that nothing has happened. */
static int would_write(const ew_conn *c)
{
    ew_machine copy = c->machine;

    return ew_action(ew_write(&copy)) == EW_ACTION_WRITE;
}

int ew_conn_write(ew_conn *c, const void *buf, int len)
{
    int value;

    if (!endwell_is_open(c)) {
        return -1;
    }
    if (buf == NULL || len < 1 || (len < c->owed && would_write(c))) {
        return endwell_misuse(c, EINVAL);
    }
    c->write_buf = buf;
    c->io_len = len < EW_RECORD_MAX ? len : EW_RECORD_MAX;
    start_call(c);
    value = endwell_run(c, ew_write);
    c->write_buf = NULL;
    return value > 0 ? c->io_done : value;
}

int ew_conn_shutdown(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    start_call(c);
    return endwell_run(c, ew_shutdown);
}

int ew_conn_finish(ew_conn *c)
{
    int value;

    if (!endwell_is_open(c)) {
        return -1;
    }
    start_call(c);
    do {
        value = endwell_run(c, ew_shutdown);
    } while (value == 0);
    return value;
}

/*
 * The engine could not be reset, so nothing can follow on this connection: to
 * the core that is a handshake that failed.
 */
static int give_up(ew_conn *c)
{
    (void)ew_clear(&c->machine);
    (void)ew_handshake_started(&c->machine);
    (void)ew_handshake_failed(&c->machine);
    return endwell_answer(c, EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_TLS));
}

/* 0, or -1: the engine could not be reset. */
static int clear_engine(ew_conn *c)
{
    int result;

    c->in_call = 1;
    result = c->port->clear(c->engine, ew_session_kept(&c->machine));
    c->in_call = 0;
    return result;
}

int ew_conn_clear(ew_conn *c)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    c->owed = 0;
    c->handshake_expires = -1;
    c->again = 0;
    c->closing = 0;
    c->half_closed = 0;
    c->failure = 0;
    if (!ew_transport_is_between_records(&c->transport)) {
        (void)ew_transport_changed(&c->transport,
                                   "the socket stands inside a record: nothing can follow on it");
        return give_up(c);
    }
    if (clear_engine(c) != 0) {
        return give_up(c);
    }
    ew_transport_reopen(&c->transport);
    return endwell_answer(c, ew_clear(&c->machine));
}
