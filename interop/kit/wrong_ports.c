/* A wrong port for each obligation: what an engine's own calls would make of it, most of them. */
#include "socket.h"
#include "wrong.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t close_notify[2] = {1, 0}, fatal_close[2] = {2, 0}, decode_error[2] = {2, 50};

/* In place of one outcome, another: functions RECEIVES_x and so on. */
#define INSTEAD(name, function, from, to)                                                          \
    static uint8_t name(void *engine)                                                              \
    {                                                                                              \
        uint8_t is = right_port->function(engine);                                                 \
        return is == EW_EVENT_##from ? EW_EVENT_##to : is;                                         \
    }
INSTEAD(close_done_early, send_close_notify, WANT_WRITE, DONE)
INSTEAD(close_io_wants, send_close_notify, IO_ERROR, WANT_WRITE)
INSTEAD(receive_io_ends, receive, IO_ERROR, EOF)
INSTEAD(receive_forged_closes, receive, TLS_ERROR, CLOSE_NOTIFY)
INSTEAD(receive_forged_passes, receive, TLS_ERROR, OTHER)
INSTEAD(receive_close_passes, receive, CLOSE_NOTIFY, OTHER)
INSTEAD(receive_alert_closes, receive, FATAL_ALERT, CLOSE_NOTIFY)
INSTEAD(receive_alert_fails, receive, FATAL_ALERT, TLS_ERROR)
INSTEAD(receive_alert_passes, receive, FATAL_ALERT, OTHER)
INSTEAD(receive_eof_closes, receive, EOF, CLOSE_NOTIFY)
INSTEAD(receive_eof_fails, receive, EOF, TLS_ERROR)
INSTEAD(receive_eof_waits, receive, EOF, WANT_READ)
INSTEAD(receive_other_ends, receive, OTHER, EOF)
INSTEAD(receive_other_fails, receive, OTHER, TLS_ERROR)
INSTEAD(receive_other_waits, receive, OTHER, WANT_READ)
INSTEAD(receive_data_passes, receive, DATA, OTHER)
INSTEAD(handshake_early, handshake, WANT_READ, DONE)
INSTEAD(handshake_eof, handshake, EOF, DONE)
#undef INSTEAD

static uint8_t close_again(void *engine)
{
    uint8_t is = right_port->send_close_notify(engine);
    if (is == EW_EVENT_DONE)
        wrong_sends(RECORD_ALERT, close_notify, 2, 0);
    return is;
}

static uint8_t close_from_the_start(void *engine)
{
    (void)engine;
    ew_transport_begin(&trial.transport);
    return wrong_sends(RECORD_ALERT, close_notify, 2, 1);
}

static uint8_t close_fatal(void *engine)
{
    (void)engine;
    ew_transport_begin(&trial.transport);
    return wrong_sends(RECORD_ALERT, fatal_close, 2, 0);
}

static uint8_t close_then_data(void *engine)
{
    uint8_t is = right_port->send_close_notify(engine);
    if (is == EW_EVENT_DONE)
        wrong_sends(RECORD_DATA, "more", 4, 0);
    return is;
}

static uint8_t receive_answers(void *engine)
{
    uint8_t is = right_port->receive(engine);
    if (is == EW_EVENT_TLS_ERROR)
        wrong_sends(RECORD_ALERT, decode_error, 2, 0);
    return is;
}

static uint8_t close_receives(void *engine)
{
    uint8_t is = right_port->send_close_notify(engine);
    if (is != EW_EVENT_DONE)
        return is;
    is = right_port->receive(engine);
    return is == EW_EVENT_WANT_READ ? EW_EVENT_DONE : is;
}

static uint8_t flush_nothing(void *engine)
{
    (void)engine;
    ew_transport_begin(&trial.transport);
    return EW_EVENT_DONE;
}

static uint8_t write_closes(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    if (is == EW_EVENT_DONE)
        wrong_sends(RECORD_ALERT, close_notify, 2, 0);
    return is;
}

static uint8_t write_done_early(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    if (is != EW_EVENT_WANT_WRITE)
        return is;
    *written = len;
    return EW_EVENT_DONE;
}

static uint8_t write_counts_less(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    *written -= is == EW_EVENT_DONE && *written > 1;
    return is;
}

static uint8_t write_twice(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    return is == EW_EVENT_DONE ? right_port->write(engine, buf, len, written) : is;
}

static uint8_t write_insists(void *engine, const void *buf, int len, int *written)
{
    uint8_t is;
    do {
        is = right_port->write(engine, buf, len, written);
    } while (is == EW_EVENT_WANT_WRITE);
    return is;
}

static uint8_t write_crashes(void *engine, const void *buf, int len, int *written)
{
    if (len > 1)
        abort();
    return right_port->write(engine, buf, len, written);
}

static uint8_t receive_never_returns(void *engine)
{
    volatile int turning = 1;
    (void)engine;
    while (turning)
        continue;
    return EW_EVENT_TLS_ERROR;
}

static uint8_t receive_goes_on(void *engine)
{
    uint8_t is;
    do {
        is = right_port->receive(engine);
    } while (is == EW_EVENT_OTHER);
    return is;
}

static uint8_t receive_reads_ahead(void *engine)
{
    uint8_t byte, is = right_port->receive(engine);
    if (is == EW_EVENT_CLOSE_NOTIFY) {
        ew_transport_begin(&trial.transport);
        ew_transport_recv(&trial.transport, &byte, 1);
    }
    return is;
}

static uint8_t receive_takes(void *engine)
{
    char dropped[64];
    uint8_t is = right_port->receive(engine);
    if (is == EW_EVENT_DATA)
        right_port->take(engine, dropped, sizeof dropped);
    return is;
}

static int take_less(void *engine, void *buf, int len)
{
    int n = right_port->take(engine, buf, len);
    if (n < 2)
        return n;
    memmove(buf, (char *)buf + 1, (size_t)n - 1);
    return n - 1;
}

static int take_reads(void *engine, void *buf, int len)
{
    int n = right_port->take(engine, buf, len);
    return right_port->receive(engine) == EW_EVENT_TLS_ERROR ? -1 : n;
}

static uint8_t close_forgets_to_begin(void *engine)
{
    uint8_t met = trial.transport.met, is = right_port->send_close_notify(engine);
    trial.transport.met |= met;
    return is;
}

static uint8_t receive_believes_the_queue(void *engine)
{
    int stale = trial.engine->finds_error && trial.engine->finds_error();
    uint8_t is = right_port->receive(engine);
    return stale ? EW_EVENT_TLS_ERROR : is;
}

static int clear_nothing(void *engine, int kept)
{
    (void)engine;
    (void)kept;
    return 0;
}

static void detach_keeps(void *engine, int kept)
{
    (void)kept;
    right_port->detach(engine, 1);
}

static void detach_drops(void *engine, int kept)
{
    (void)kept;
    right_port->detach(engine, 0);
}

#define WRONG(what, how, function, with)                                                           \
    {                                                                                              \
        what, how,                                                                                 \
        {                                                                                          \
            .function = with                                                                       \
        }                                                                                          \
    }
const wrong_port wrong_answers[] = {
    WRONG(ONE_NOTICE, "makes another close_notify", send_close_notify, close_again),
    WRONG(SAME_BYTES, "starts the record anew when it blocked", send_close_notify,
          close_from_the_start),
    WRONG(LEVEL, "sends close_notify at level fatal", send_close_notify, close_fatal),
    WRONG(NOTHING_AFTER, "sends data after it", send_close_notify, close_then_data),
    WRONG(NOTHING_AFTER, "answers nonsense after it", receive, receive_answers),
    WRONG(NO_ALERT, "closes with each write", write, write_closes),
    WRONG(PENDING_FIRST, "flushes nothing", flush, flush_nothing),
    WRONG(DONE_OUT, "done when the alert blocked", send_close_notify, close_done_early),
    WRONG(DONE_OUT, "done when the record blocked", write, write_done_early),
    WRONG(WRITE_EXACT, "counts one byte less", write, write_counts_less),
    WRONG(WRITE_EXACT, "sends data twice", write, write_twice),
    WRONG(SENDING, "receives after the close_notify", send_close_notify, close_receives),
    WRONG(AUTHENTIC, "a forged record is a close", receive, receive_forged_closes),
    WRONG(CLOSE_TOLD, "passes over close_notify", receive, receive_close_passes),
    WRONG(ALERT_NO_CLOSE, "any alert is a close", receive, receive_alert_closes),
    WRONG(ALERT_TOLD, "an alert is an error of TLS", receive, receive_alert_fails),
    WRONG(ALERT_TOLD, "passes over alerts", receive, receive_alert_passes),
    WRONG(EOF_NO_CLOSE, "the end is a close", receive, receive_eof_closes),
    WRONG(EOF_TOLD, "the end is an error of TLS", receive, receive_eof_fails),
    WRONG(EOF_TOLD, "waits at the end", receive, receive_eof_waits),
    WRONG(EOF_TRUE, "takes empty records for the end", receive, receive_other_ends),
    WRONG(FORGED, "passes over forged records", receive, receive_forged_passes),
    WRONG(SKIPPED, "fails at a message", receive, receive_other_fails),
    WRONG(ONE_RECORD, "goes on until there is news", receive, receive_goes_on),
    WRONG(NO_SURPLUS, "reads ahead", receive, receive_reads_ahead),
    WRONG(DATA_HELD, "takes data to look at it", receive, receive_takes),
    WRONG(DATA_HELD, "does not tell of data", receive, receive_data_passes),
    WRONG(TAKE, "loses a byte", take, take_less),
    WRONG(TAKE, "reads on when it takes", take, take_reads),
    WRONG(WANT_TRUE, "waits though a record was there", receive, receive_other_waits),
    WRONG(IO_TOLD, "tries again on a broken socket", send_close_notify, close_io_wants),
    WRONG(IO_TOLD, "takes a reset for the end", receive, receive_io_ends),
    WRONG(BEGINS, "does not begin", send_close_notify, close_forgets_to_begin),
    WRONG(RETURNS, "insists on a full socket", write, write_insists),
    WRONG(RETURNS, "crashes", write, write_crashes),
    WRONG(RETURNS, "does not return", receive, receive_never_returns),
    WRONG(STALE, "believes the error queue", receive, receive_believes_the_queue),
    WRONG(HANDSHAKE, "done before the end of the handshake", handshake, handshake_early),
    WRONG(HANDSHAKE, "done at the end of the transport", handshake, handshake_eof),
    WRONG(CLEAR, "clears nothing", clear, clear_nothing),
    WRONG(SESSION, "keeps every session", detach, detach_keeps),
    WRONG(SESSION, "drops every session", detach, detach_drops),
};
const int wrong_answers_count = sizeof wrong_answers / sizeof wrong_answers[0];
