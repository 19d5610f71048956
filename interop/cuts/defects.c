/* Ports that break their promises, each in front of the engine's own: what the faults have to find. */
#define _GNU_SOURCE
#include "cell.h"
#include "pattern.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of the cell under way in this thread. */
static _Thread_local const ew_port *own;
static _Thread_local ew_transport *transport;
static _Thread_local int done; /* the defect has shown itself */

/* Receiving --------------------------------------------------------------------------------- */

static uint8_t eof_as_notice(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_EOF ? EW_EVENT_CLOSE_NOTIFY : outcome;
}

static uint8_t reset_as_notice(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_IO_ERROR ? EW_EVENT_CLOSE_NOTIFY : outcome;
}

static uint8_t data_as_notice(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_DATA ? EW_EVENT_CLOSE_NOTIFY : outcome;
}

static uint8_t cut_ignored(void *engine)
{
    uint8_t outcome = done ? EW_EVENT_WANT_READ : own->receive(engine);
    done |= outcome == EW_EVENT_EOF;
    return done ? EW_EVENT_WANT_READ : outcome;
}

static uint8_t hangs(void *engine)
{
    uint8_t outcome = own->receive(engine);
    while (outcome == EW_EVENT_EOF)
        usleep(1000);
    return outcome;
}

static uint8_t crashes(void *engine)
{
    uint8_t outcome = own->receive(engine);
    if (outcome == EW_EVENT_EOF)
        abort();
    return outcome;
}

static uint8_t eof_as_error(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_EOF ? EW_EVENT_IO_ERROR : outcome;
}

static uint8_t reset_as_eof(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_IO_ERROR ? EW_EVENT_EOF : outcome;
}

static uint8_t no_outcome(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_EOF ? EW_EVENT_DONE : outcome;
}

static uint8_t notice_as_other(void *engine)
{
    uint8_t outcome = own->receive(engine);
    return outcome == EW_EVENT_CLOSE_NOTIFY ? EW_EVENT_WANT_READ : outcome;
}

/* The first time the end comes it is data. */
static uint8_t data_behind_end(void *engine)
{
    uint8_t outcome = own->receive(engine);
    if (outcome != EW_EVENT_CLOSE_NOTIFY || done)
        return outcome;
    done = 1;
    return EW_EVENT_DATA;
}

static int take_from_nothing(void *engine, void *buf, int len)
{
    if (!done)
        return own->take(engine, buf, len);
    memset(buf, 0, 1);
    return 1;
}

/* A record that came is gone with the end of the socket right behind it. */
static uint8_t data_dropped(void *engine)
{
    char byte, rest[64];
    uint8_t outcome = own->receive(engine);
    if (outcome != EW_EVENT_DATA || recv(transport->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
        return outcome;
    own->take(engine, rest, sizeof rest);
    return EW_EVENT_EOF;
}

/* The bytes that the peer would send if it went on. */
static int take_invents(void *engine, void *buf, int len)
{
    if (!done)
        return own->take(engine, buf, len);
    pattern_fill(STREAM_FROM_PEER, ALL_DATA, buf, 1);
    return 1;
}

static int take_skips(void *engine, void *buf, int len)
{
    char *bytes = buf;
    int n = own->take(engine, buf, len);
    if (n > 1)
        memmove(bytes, bytes + 1, (size_t)--n);
    return n;
}

/* Sending ----------------------------------------------------------------------------------- */

static uint8_t speaks_at_eof(void *engine)
{
    static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 50};
    uint8_t outcome = own->receive(engine);
    if (outcome == EW_EVENT_EOF)
        send(transport->fd, alert, sizeof alert, MSG_NOSIGNAL | MSG_DONTWAIT);
    return outcome;
}

static uint8_t second_notice(void *engine)
{
    static const uint8_t alert[] = {21, 3, 3, 0, 2, 1, 0};
    uint8_t outcome = own->send_close_notify(engine);
    if (outcome == EW_EVENT_DONE)
        send(transport->fd, alert, sizeof alert, MSG_NOSIGNAL | MSG_DONTWAIT);
    return outcome;
}

static uint8_t no_notice(void *engine)
{
    (void)engine;
    return EW_EVENT_DONE;
}

static uint8_t write_alters(void *engine, const void *buf, int len, int *written)
{
    uint8_t other[ALL_DATA];
    memcpy(other, buf, (size_t)len);
    other[0] ^= 1;
    return own->write(engine, other, len, written);
}

static uint8_t write_of_nothing(void *engine, const void *buf, int len, int *written)
{
    (void)engine, (void)buf;
    *written = len;
    return EW_EVENT_DONE;
}

/* The list ---------------------------------------------------------------------------------- */

const fault_defect fault_defects[] = {
    {"eof-as-notice",
     "end-without-notice",
     "reports the end of the socket as a close_notify",
     {.receive = eof_as_notice}},
    {"reset-as-notice",
     "end-without-notice",
     "reports a reset as a close_notify",
     {.receive = reset_as_notice}},
    {"data-as-notice",
     "end-without-notice",
     "reports data as a close_notify",
     {.receive = data_as_notice}},
    {"data-behind-end",
     "data-differs",
     "delivers data behind the close_notify",
     {.receive = data_behind_end, .take = take_from_nothing}},
    {"data-invented",
     "data-early",
     "delivers more than the peer sent",
     {.receive = data_behind_end, .take = take_invents}},
    {"cut-ignored", "cut-not-told", "waits on at the end of the socket", {.receive = cut_ignored}},
    {"hangs", "hang", "does not return at the end of the socket", {.receive = hangs}},
    {"crashes", "crash", "aborts at the end of the socket", {.receive = crashes}},
    {"eof-as-error",
     "wrong-code",
     "reports the end of the socket as its failure",
     {.receive = eof_as_error}},
    {"reset-as-eof",
     "wrong-code",
     "reports a reset as the end of the socket",
     {.receive = reset_as_eof}},
    {"no-outcome",
     "undocumented-code",
     "answers with what is no outcome of receiving",
     {.receive = no_outcome}},
    {"notice-ignored",
     "end-missed",
     "does not report the close_notify",
     {.receive = notice_as_other}},
    {"data-dropped",
     "data-lost",
     "drops the last record when the socket ends behind it",
     {.receive = data_dropped}},
    {"byte-skipped", "data-differs", "loses a byte of each record", {.take = take_skips}},
    {"speaks-at-eof",
     "sent-after-fatal",
     "answers the end of the socket with an alert",
     {.receive = speaks_at_eof}},
    {"second-notice",
     "sent-after-notice",
     "sends something behind our close_notify",
     {.send_close_notify = second_notice}},
    {"no-notice",
     "notice-not-sent",
     "says that our close_notify is out, and sends none",
     {.send_close_notify = no_notice}},
    {"write-alters",
     "peer-data-differs",
     "sends other bytes than were written",
     {.write = write_alters}},
    {"write-of-nothing",
     "peer-data-lost",
     "says that data is out, and sends none",
     {.write = write_of_nothing}},
    {NULL, NULL, NULL, {NULL}},
};

const ew_port *defect_port(const fault_defect *defect, const ew_port *port, ew_transport *t)
{
    static _Thread_local ew_port mixed;
    own = port;
    transport = t;
    done = 0;
    if (!defect)
        return port;
    mixed = *port;
    if (defect->port.receive)
        mixed.receive = defect->port.receive;
    if (defect->port.take)
        mixed.take = defect->port.take;
    if (defect->port.write)
        mixed.write = defect->port.write;
    if (defect->port.send_close_notify)
        mixed.send_close_notify = defect->port.send_close_notify;
    return &mixed;
}
