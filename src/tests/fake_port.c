#include "fake_port.h"

#include <errno.h>
#include <string.h>

#include "support.h"

static int attach(void *engine, ew_transport *t)
{
    fake_engine *e = engine;

    e->transport = t;
    t->quiet = e->quiet;
    if (e->callback != NULL) {
        e->callback(e->owner);
    }
    return e->refuse ? ew_transport_refuse(t, "the script says no") : 0;
}

static int adopt(void *engine, ew_transport *t)
{
    fake_engine *e = engine;

    e->adopted++;
    return attach(engine, t);
}

static void detach(void *engine, int session_kept)
{
    fake_engine *e = engine;

    e->detached++;
    e->kept = session_kept;
}

static int clear(void *engine, int session_kept)
{
    fake_engine *e = engine;

    e->cleared++;
    e->kept = session_kept;
    return e->refuse ? -1 : 0;
}

static char step(fake_engine *e, char action)
{
    char result;
    size_t at = strlen(e->log);

    if (at + 1 < sizeof e->log) {
        e->log[at] = action;
    }
    if (e->script[0] != action) {
        fail_msg("asked for '%c', the script goes on with \"%s\"", action, e->script);
    }
    result = e->script[1];
    e->calls++;
    if (e->callback != NULL) {
        e->callback(e->owner);
    }
    if (result == '*') {
        return 'o';
    }
    if (e->script[2] != '+') {
        e->script += 2;
    }
    return result;
}

static uint8_t event_of(char letter)
{
    switch (letter) {
    case '.': return EW_EVENT_DONE;
    case 'd': return EW_EVENT_DATA;
    case 'n': return EW_EVENT_CLOSE_NOTIFY;
    case 'a': return EW_EVENT_FATAL_ALERT;
    case 'o': return EW_EVENT_OTHER;
    case 'R': return EW_EVENT_WANT_READ;
    case 'W': return EW_EVENT_WANT_WRITE;
    case 'S': return EW_EVENT_SUSPENDED;
    case 'A': return EW_EVENT_AGAIN;
    case 'e': return EW_EVENT_EOF;
    case 'i': return EW_EVENT_IO_ERROR;
    default: assert_int_equal(letter, 'x'); return EW_EVENT_TLS_ERROR;
    }
}

static uint8_t outcome(fake_engine *e, char action)
{
    char result = step(e, action);

    if (result == 'i') {
        e->transport->error = ECONNRESET;
        e->transport->met |= EW_MET_FAILED;
    }
    if (result == 'a') {
        e->transport->alert = FAKE_ALERT;
    }
    if (result == 'x') {
        e->transport->engine_error = FAKE_ERROR;
    }
    return event_of(result);
}

static uint8_t handshake(void *engine)
{
    return outcome(engine, 'h');
}

static uint8_t flush(void *engine)
{
    return outcome(engine, 'f');
}

static uint8_t send_close_notify(void *engine)
{
    return outcome(engine, 'c');
}

static uint8_t receive(void *engine)
{
    return outcome(engine, 'r');
}

static int copy(fake_engine *e, char action, char *buf, int len)
{
    int n = step(e, action) - '0';

    assert_true(n <= len);
    for (int i = 0; i < n; i++) {
        buf[i] = (char)('a' + (e->taken + i) % 26);
    }
    return n;
}

static int take(void *engine, void *buf, int len)
{
    fake_engine *e = engine;
    int n = copy(e, 't', buf, len);

    e->taken += n;
    return e->claims != 0 ? e->claims : n;
}

static int peek(void *engine, void *buf, int len)
{
    fake_engine *e = engine;
    int n = copy(e, 'p', buf, len);

    return e->claims != 0 ? e->claims : n;
}

static int pending(const void *engine)
{
    const fake_engine *e = engine;

    return e->pending;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    fake_engine *e = engine;
    uint8_t what;

    assert_non_null(buf);
    e->written_len = len;
    *written = e->claims != 0 ? e->claims : len > 10 ? len - 10 : len;
    what = outcome(e, 'w');
    if (what == EW_EVENT_DONE && e->sink != NULL) {
        memcpy(e->sink + e->sunk, buf, (size_t)*written);
        e->sunk += (size_t)*written;
    }
    return what;
}

const ew_port fake_port = {
    .name = "fake",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
    .adopt = adopt,
    .peek = peek,
    .pending = pending,
};
