/*
 * Application data: read, looked at, and written. When it may be is the core's to say.
 * What a loop keeps, for the proof, is named beside it and stands in spec/wire/connection.h.
 */
#include "conn.h"
#include "dispatch.h"

static int asks_for(ew_machine copy, uint8_t event, uint8_t action)
{
    return ew_action(ew_step(&copy, event)) == action;
}

/* Whether the core would have it done: asked of a copy, so that nothing has happened. */
static int would(const ew_conn *c, uint8_t event, uint8_t action)
{
    return asks_for(c->machine, event, action);
}

/* Reading ------------------------------------------------------------------ */

static int read_now(ew_conn *c, uint8_t *buf, int len)
{
    int value;

    c->read_buf = buf;
    c->io_len = len;
    endwell_start_limited(c);
    value = endwell_run(c, EW_EVENT_READ);
    c->read_buf = NULL;
    return value > 0 ? c->io_done : value;
}

/* A read that takes its data, or only looks at it. */
static int read_by(ew_conn *c, uint8_t *buf, int len, uint8_t peeks)
{
    if (buf == NULL || len < 1) {
        return endwell_misuse(c, EW_CAUSE_INVALID);
    }
    c->peeks = peeks;
    return read_now(c, buf, len);
}

int endwell_read_bytes(ew_conn *c, uint8_t *buf, int len)
{
    return endwell_is_open(c) ? read_by(c, buf, len, 0) : -1;
}

int endwell_peek_bytes(ew_conn *c, uint8_t *buf, int len)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    if (c->port->peek == NULL) {
        return endwell_misuse(c, EW_CAUSE_UNSUPPORTED);
    }
    return read_by(c, buf, len, 1);
}

int ew_conn_pending(const ew_conn *c)
{
    if (c == NULL || c->port == NULL || c->in_call != 0 || c->port->pending == NULL) {
        return -1;
    }
    return would(c, EW_EVENT_READ, EW_ACTION_RECEIVE) ? endwell_port_pending(c->port, c->engine)
                                                      : 0;
}

/* Writing ------------------------------------------------------------------ */

/* One record at most. The count, or -1. */
static int write_some(ew_conn *c, const uint8_t *buf, size_t len)
{
    int value;

    c->write_buf = buf;
    c->io_len = len < EW_RECORD_MAX ? (int)len : EW_RECORD_MAX;
    value = endwell_run(c, EW_EVENT_WRITE);
    c->write_buf = NULL;
    return value > 0 ? c->io_done : value;
}

/*
 * A write that stopped after `done` bytes returns their count. To the core a
 * fatal error is past; the application has not been told, and is by its next call.
 */
static void keep_for_the_next_call(ew_conn *c)
{
    if (!endwell_repeats(c->result)) {
        c->untold = c->result;
    }
    c->result = EW_ANSWER_ONE;
}

static ptrdiff_t told(ew_conn *c, size_t done, int n)
{
    if (n < 0 && done > 0) {
        keep_for_the_next_call(c);
    }
    return done > 0 ? (ptrdiff_t)done : n;
}

static ptrdiff_t write_now(ew_conn *c, const uint8_t *buf, size_t len)
{
    size_t done = 0;
    int n;

    endwell_start_limited(c);
    /*@ EW_LOOP_OF_WRITING */
    do {
        n = write_some(c, buf + done, len - done);
        done += n > 0 ? (size_t)n : 0;
    } while (n > 0 && c->blocking && done < len);
    return told(c, done, n);
}

ptrdiff_t endwell_write_bytes(ew_conn *c, const uint8_t *buf, size_t len)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    if (buf == NULL || len < 1 || len > PTRDIFF_MAX ||
        (len < (size_t)c->owed && would(c, EW_EVENT_WRITE, EW_ACTION_WRITE))) {
        return endwell_misuse(c, EW_CAUSE_INVALID);
    }
    return write_now(c, buf, len);
}
