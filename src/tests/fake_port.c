#include "fake_port.h"

#include <errno.h>
#include <string.h>

#include "support.h"

static int attach(void *engine, ew_transport *t)
{
    fake_engine *e = engine;

    e->transport = t;
    t->quiet = e->quiet;
    return e->refuse ? ew_transport_refuse(t, "the script says no") : 0;
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

static uint8_t outcome(fake_engine *e, char action)
{
    static const char letters[] = ".dnaoRWeix";
    char result = step(e, action);
    const char *at = strchr(letters, result);

    assert_non_null(at);
    if (result == 'i') {
        e->transport->error = ECONNRESET;
        e->transport->met |= EW_MET_FAILED;
    }
    return (uint8_t)(EW_EVENT_DONE + (at - letters));
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

static int take(void *engine, void *buf, int len)
{
    const fake_engine *fake = engine;
    int n = step(engine, 't') - '0';

    assert_true(n <= len);
    memset(buf, 'x', (size_t)n);
    return fake->claims != 0 ? fake->claims : n;
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    fake_engine *e = engine;

    assert_non_null(buf);
    e->written_len = len;
    *written = e->claims != 0 ? e->claims : len > 10 ? len - 10 : len;
    return outcome(e, 'w');
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
};
