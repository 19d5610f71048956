#include "trial.h"
#include "socket.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

enum { MARK = 0x80 };

port_trial trial;

const char *event_name(uint8_t event)
{
    static const char *const names[] = {[EW_EVENT_WANT_READ] = "want_read",
                                        [EW_EVENT_WANT_WRITE] = "want_write",
                                        [EW_EVENT_SUSPENDED] = "suspended",
                                        [EW_EVENT_AGAIN] = "again",
                                        [EW_EVENT_DONE] = "done",
                                        [EW_EVENT_DATA] = "data",
                                        [EW_EVENT_CLOSE_NOTIFY] = "close_notify",
                                        [EW_EVENT_FATAL_ALERT] = "fatal_alert",
                                        [EW_EVENT_OTHER] = "other",
                                        [EW_EVENT_EOF] = "eof",
                                        [EW_EVENT_IO_ERROR] = "io_error",
                                        [EW_EVENT_TLS_ERROR] = "tls_error"};
    const char *name = event < sizeof names / sizeof names[0] ? names[event] : NULL;
    return name ? name : "no outcome at all";
}

int trial_opens(void)
{
    memset(&sock, 0, sizeof sock);
    data_owes = WRITE_EXACT;
    for (int i = 0; i < PLACES; i++)
        overwrites(i);
    if (kit_peer_start(&trial.setup) != 0)
        return -1;
    trial.context = trial.engine->context(&trial.setup);
    trial.object = trial.context ? trial.engine->open(trial.context) : NULL;
    if (!trial.object) {
        fprintf(stderr, "kit: %s: the adapter's open failed\n", trial.engine->name);
        return -1;
    }
    ew_transport_init(&trial.transport, SOCKET_FD);
    if (trial.port->attach(trial.object, &trial.transport) != 0) {
        fprintf(stderr, "kit: %s: attach failed\n", trial.engine->name);
        return -1;
    }
    return 0;
}

/* What holds for every call ------------------------------------------------------------------ */

static void begins(const char *name)
{
    snprintf(now->step, sizeof now->step, "%s", name);
    socket_call_begins();
    trial.transport.met |= MARK;
    if (sock.fault == STALE_ERROR && trial.engine->stale_error) {
        trial.engine->stale_error();
        now->fired = 1;
    }
}

static void began(void)
{
    owed(BEGINS, !(trial.transport.met & MARK), "%s: what an earlier call met is still there",
         now->step);
}

/* What may be told instead of a send that failed: an error whose alert it was; or that the
 * handshake is done, if a server's tickets were lost behind it. The next call will tell. */
static int is_excused(uint8_t is)
{
    static const char *const may_alert[] = {"receive", "handshake"};
    if (sock.call.failed_receive ||
        (strcmp(now->step, may_alert[0]) != 0 && strcmp(now->step, may_alert[1]) != 0))
        return 0;
    return is == EW_EVENT_TLS_ERROR ||
           (is == EW_EVENT_DONE && kit_peer.done && trial.setup.tls13 && trial.setup.server);
}

/* Outcomes that speak of the socket. */
static void ends(uint8_t is)
{
    const char *said = event_name(is);
    began();
    if (is == EW_EVENT_WANT_READ)
        owed(WANT_TRUE, sock.call.blocked_receive > 0 || sock.call.blocked_send > 0,
             "%s: %s, and no operation on the socket would have blocked", now->step, said);
    if (is == EW_EVENT_WANT_WRITE)
        owed(WANT_TRUE, sock.call.blocked_send > 0, "%s: %s, and no send would have blocked",
             now->step, said);
    trial.suspended += is == EW_EVENT_SUSPENDED;
    if (is == EW_EVENT_SUSPENDED)
        owed(SUSPENDED, trial.pausing,
             "%s: suspended, and there is nothing to wait for but the socket", now->step);
    if (is == EW_EVENT_FATAL_ALERT && kit_peer.alert >= 0)
        owed(ALERT_NUMBER, trial.transport.alert == kit_peer.alert,
             "%s: fatal_alert, its number was %d and is said to be %d", now->step, kit_peer.alert,
             trial.transport.alert);
    if (is == EW_EVENT_EOF)
        owed(EOF_TRUE, sock.met_end, "%s: eof, and the transport has not ended", now->step);
    if (is == EW_EVENT_IO_ERROR)
        owed(IO_TOLD, sock.met_fail || (sock.met_end && !sock.call.ended),
             "%s: io_error, and the socket has not failed", now->step);
    else if (sock.call.failed_receive || sock.call.failed_send)
        owed(IO_TOLD, is_excused(is), "%s: the socket failed (ECONNRESET), and it says %s",
             now->step, said);
}

static void counts_done(uint8_t is, obligation what)
{
    if (is == EW_EVENT_DONE)
        owed(what, sock.refused_len == 0 && peer_unfinished() == 0,
             "%s: done, and %zu bytes were not taken by the socket", now->step,
             sock.refused_len + (sock.refused_len == 0));
}

/* What a call may say that sends: `other` only if it had to take in a record before it could. */
static void ends_sending(uint8_t is)
{
    ends(is);
    if (is == EW_EVENT_OTHER && trial.transport.fed)
        return;
    owed(SENDING,
         is == EW_EVENT_DONE || is == EW_EVENT_WANT_READ || is == EW_EVENT_WANT_WRITE ||
             is == EW_EVENT_SUSPENDED || is == EW_EVENT_IO_ERROR || is == EW_EVENT_TLS_ERROR,
         "%s: %s", now->step, event_name(is));
}

/* The calls --------------------------------------------------------------------------------- */

uint8_t calls_handshake(void)
{
    begins("handshake");
    uint8_t is = trial.port->handshake(trial.object);
    ends(is);
    if (sock.call.ended || sock.call.failed_receive || sock.call.failed_send)
        owed(HANDSHAKE, is != EW_EVENT_DONE || is_excused(is),
             "handshake: done, and the transport has ended");
    return is;
}

uint8_t calls_flush(void)
{
    int notices = kit_peer.close_notices, errors = kit_peer.errors;
    begins("flush");
    uint8_t is = trial.port->flush(trial.object);
    ends_sending(is);
    kit_peer_reads();
    owed(NO_ALERT, kit_peer.close_notices == notices && kit_peer.errors == errors,
         "flush: it sent an alert");
    counts_done(is, PENDING_FIRST);
    if (is == EW_EVENT_DONE && trial.blocked > 0) {
        owed(PENDING_FIRST, trial.untaken || kit_peer.data > trial.accepted,
             "flush: done, and the write that blocked has not left");
        owed(data_owes, kit_peer.data <= trial.accepted + (size_t)trial.blocked,
             "flush: %zu bytes left of %d that blocked", kit_peer.data - trial.accepted,
             trial.blocked);
        trial.accepted = kit_peer.data;
        trial.blocked = 0;
    }
    return is;
}

uint8_t calls_close(void)
{
    begins("send_close_notify");
    trial.closing = 1;
    uint8_t is = trial.port->send_close_notify(trial.object);
    ends_sending(is);
    size_t data = kit_peer.data;
    int notices = kit_peer.close_notices;
    kit_peer_reads();
    if (kit_peer.close_notices > notices)
        owed(PENDING_FIRST, kit_peer.data == trial.accepted && trial.blocked == 0,
             "send_close_notify: the alert left behind %zu bytes of data of %zu", kit_peer.data,
             trial.accepted + (size_t)trial.blocked);
    owed(data_owes,
         kit_peer.data == data || kit_peer.data <= trial.accepted + (size_t)trial.blocked,
         "send_close_notify: data left that nobody wrote");
    counts_done(is, DONE_OUT);
    if (is == EW_EVENT_DONE)
        owed(DONE_OUT, kit_peer.close_notices > 0,
             "send_close_notify: done, and no close_notify has left");
    return is;
}

/* 1: the record in hand before the call, and what it means, bound what the call may take in. */
static void counts_records(size_t before, size_t end, meaning meant)
{
    if (before >= sock.in_len)
        return;
    if (meant == MEANS_CLOSE)
        owed(NO_SURPLUS, sock.in_at <= end, "receive: %zu bytes behind the close_notify are gone",
             sock.in_at - end);
    else
        owed(ONE_RECORD, sock.in_at <= end, "receive: it took %zu bytes of the next record, too",
             sock.in_at - end);
}

/* A close is one only if the peer sent it; what else there was says what it was taken for. */
static void judges_close(uint8_t is)
{
    int kept = is != EW_EVENT_CLOSE_NOTIFY || peer_was_heard(MEANS_CLOSE);
    obligation what = sock.met_end                  ? EOF_NO_CLOSE
                      : peer_was_heard(MEANS_ERROR) ? ALERT_NO_CLOSE
                                                    : AUTHENTIC;
    owed(what, kept, "receive: close_notify, and the peer has sent none");
}

static int is_of_receive(uint8_t is)
{
    return is >= EW_EVENT_WANT_READ && is <= EW_EVENT_TLS_ERROR && is != EW_EVENT_AGAIN &&
           is != EW_EVENT_DONE;
}

uint8_t calls_receive(void)
{
    meaning meant;
    size_t before = sock.in_at, end = peer_record_end(before, &meant);
    begins("receive");
    uint8_t is = trial.port->receive(trial.object);
    ends(is);
    owed(SENDING, is_of_receive(is), "receive: %s", event_name(is));
    counts_records(before, end, meant);
    kit_peer_reads();
    judges_close(is);
    if (sock.call.ended && !sock.call.failed_receive && is != EW_EVENT_CLOSE_NOTIFY)
        owed(EOF_TOLD, is == EW_EVENT_EOF, "receive: the transport has ended, and it says %s",
             event_name(is));
    return is;
}

enum { MARGIN = 1024 }; /* of other memory around a buffer */
static uint8_t places[PLACES][MARGIN + 2 * EW_RECORD_MAX + MARGIN];

void overwrites(int place)
{
    memset(places[place], OTHER_MEMORY, sizeof places[place]);
}

uint8_t calls_write_at(int place, int len)
{
    uint8_t *data = places[place] + MARGIN;
    int written = 0, notices = kit_peer.close_notices, errors = kit_peer.errors;
    for (int i = 0; i < len; i++)
        data[i] = peer_pattern(trial.accepted + (size_t)i);
    begins("write");
    uint8_t is = trial.port->write(trial.object, data, len, &written);
    ends_sending(is);
    kit_peer_reads();
    owed(NO_ALERT, kit_peer.close_notices == notices && kit_peer.errors == errors,
         "write: it sent an alert");
    counts_done(is, DONE_OUT);
    if (is == EW_EVENT_DONE) {
        owed(COUNT, written >= 1 && written <= len, "write: %d of %d bytes, it says", written, len);
        trial.accepted += (size_t)(written > 0 ? written : 0);
        trial.blocked = 0;
        owed(data_owes, kit_peer.data == trial.accepted,
             "write: %zu bytes are said to be written, and %zu left", trial.accepted,
             kit_peer.data);
    } else if (is == EW_EVENT_WANT_WRITE) {
        trial.blocked = len;
    }
    return is;
}

uint8_t calls_write(int len)
{
    return calls_write_at(0, len);
}

int calls_take(uint8_t *buf, int len)
{
    begins("take");
    int n = trial.port->take(trial.object, buf, len);
    began();
    owed(TAKE, n >= 1 && n <= len, "take: %d of %d bytes", n, len);
    owed(TAKE, sock.call.sends == 0 && sock.call.receives == 0, "take: it used the socket");
    return n;
}

int calls_peek(uint8_t *buf, int len)
{
    begins("peek");
    int n = trial.port->peek(trial.object, buf, len);
    began();
    owed(PEEK, n >= 1 && n <= len, "peek: %d of %d bytes", n, len);
    owed(PEEK, sock.call.sends == 0 && sock.call.receives == 0, "peek: it used the socket");
    return n;
}

/* A question, which begins nothing. */
int calls_pending(void)
{
    snprintf(now->step, sizeof now->step, "pending");
    socket_call_begins();
    int n = trial.port->pending(trial.object);
    owed(PENDING, n >= 0, "pending: %d", n);
    owed(PENDING, sock.call.sends == 0 && sock.call.receives == 0, "pending: it used the socket");
    return n;
}

/* Repeated ---------------------------------------------------------------------------------- */

int has_failed(void)
{
    return now->fired && (sock.fault == RESET || sock.fault == END);
}

static int wants(uint8_t is)
{
    return is == EW_EVENT_WANT_READ || is == EW_EVENT_WANT_WRITE;
}

int is_wanting(uint8_t event)
{
    return wants(event) || event == EW_EVENT_OTHER || event == EW_EVENT_SUSPENDED;
}

int turns(void)
{
    return sock.fault == TRICKLE ? 50000 : 1000;
}

/* A call whose wants are met comes to its end. */
static uint8_t came_to_an_end(uint8_t is, obligation what)
{
    if (wants(is))
        owed(what, 0, "%s: %s for ever", now->step, event_name(is));
    else if (!has_failed())
        owed(what, is == EW_EVENT_DONE || (trial.changed && is == EW_EVENT_TLS_ERROR),
             "%s: %s instead of done", now->step, event_name(is));
    return is;
}

uint8_t until_connected(void)
{
    uint8_t is = EW_EVENT_WANT_READ;
    for (int i = 0; i < turns() && (wants(is) || is == EW_EVENT_OTHER); i++) {
        is = calls_handshake();
        kit_peer_goes_on();
    }
    kit_peer_reads();
    return came_to_an_end(is, HANDSHAKE);
}

uint8_t until_flushed(void)
{
    uint8_t is = EW_EVENT_WANT_WRITE;
    for (int i = 0; i < turns() && wants(is); i++)
        is = calls_flush();
    return came_to_an_end(is, DONE_OUT);
}

uint8_t until_closed(void)
{
    uint8_t is = EW_EVENT_WANT_WRITE;
    for (int i = 0; i < turns() && wants(is); i++)
        is = calls_close();
    return came_to_an_end(is, DONE_OUT);
}

uint8_t until_written_at(int place, int len)
{
    uint8_t is = EW_EVENT_WANT_WRITE;
    for (int i = 0; i < turns() && wants(is); i++)
        is = calls_write_at(place, len);
    return came_to_an_end(is, DONE_OUT);
}

uint8_t until_written(int len)
{
    return until_written_at(0, len);
}

uint8_t until_received(void)
{
    uint8_t is = EW_EVENT_OTHER;
    for (int i = 0; i < turns(); i++) {
        is = calls_receive();
        if (is == EW_EVENT_WANT_READ && sock.in_at == sock.in_len && !sock.ended && !sock.broken)
            return is;
        if (!wants(is) && is != EW_EVENT_OTHER)
            return is;
    }
    owed(SKIPPED, 0, "receive: %s for ever", event_name(is));
    return is;
}

uint8_t writes_once(int len)
{
    uint8_t is = calls_write(len);
    if (is != EW_EVENT_WANT_WRITE && !has_failed())
        owed(DONE_OUT, is == EW_EVENT_DONE, "write: %s instead of done", event_name(is));
    return is;
}
