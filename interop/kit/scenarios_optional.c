/*
 * What a port may have and need not: adopt, peek, pending, and an engine that waits for something
 * that is not the socket. A scenario is left out where the port has none of it (scenarios.h).
 */
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

#include <string.h>

/* Suspended ---------------------------------------------------------------------------------- */

enum { PAUSES = 3 };

/* The engine waits three times; between them nothing comes, and the socket would be ready. */
static void suspends(int unused)
{
    uint8_t is = EW_EVENT_WANT_READ;
    (void)unused;
    trial.engine->pauses(trial.object, PAUSES);
    trial.pausing = 1;
    for (int i = 0; i < turns() && is_wanting(is); i++) {
        is = calls_handshake();
        kit_peer_goes_on();
    }
    if (has_failed())
        return;
    owed(SUSPENDED, trial.suspended == PAUSES,
         "handshake: suspended %d times, and the engine waited %d times", trial.suspended, PAUSES);
    owed(SUSPENDED, is == EW_EVENT_DONE && kit_peer.done, "handshake: %s, once it went on",
         event_name(is));
}

/* Adopted ------------------------------------------------------------------------------------ */

typedef enum {
    AT_REST,
    WITH_TICKET,
    BEFORE,
    HALF_WAY,
    HOLDS_DATA,
    HOLDS_HALF,
    HEARD_CLOSE,
    HALF_OUT,
    HAS_CLOSED
} moment;

static const char *const moments[] = {
    "at-rest",           "with-ticket",       "before",
    "half-way",          "holds-data",        "holds-half-a-record",
    "after-peers-close", "half-a-record-out", "after-our-close"};

/* An engine like the one on trial, that never had to do with the port. */
static int begins_apart(void)
{
    trial.port->detach(trial.object, 0);
    trial.engine->free(trial.context, trial.object, 0);
    trial.object = trial.engine->open(trial.context);
    ew_transport_init(&trial.transport, SOCKET_FD);
    return trial.object && trial.engine->own->begin(trial.object, SOCKET_FD) == 0 &&
                   kit_peer_start(&trial.setup) == 0
               ? 0
               : -1;
}

/* One of its own calls; the socket counts what happens in each. */
static int does(int (*call)(void *object))
{
    socket_call_begins();
    return call(trial.object);
}

/* 1: done. */
static int shakes_hands(void)
{
    int is = 0;
    for (int i = 0; i < turns() && is == 0; i++) {
        is = does(trial.engine->own->handshake);
        kit_peer_goes_on();
    }
    return is == 1;
}

/* Brings the engine to that moment by its own calls; 0: it did not come so far. */
static int brings_to(moment m)
{
    static const uint8_t alert[2] = {1, 0};
    static const uint8_t ticket[20] = {4, 0, 0, 16, 0, 0, 28, 32, 1, 2, 3, 4, 1, 0, 0, 2, 7, 7};
    const tls_own *own = trial.engine->own;
    if (m == BEFORE)
        return 1;
    if (m == HALF_WAY) {
        does(own->handshake);
        return 1;
    }
    if (!shakes_hands() || !kit_peer.done)
        return 0;
    switch (m) {
    case WITH_TICKET: peer_sends(RECORD_HANDSHAKE, ticket, 20, MEANS_NOTHING, 0); return 1;
    case HOLDS_DATA:
        peer_sends(RECORD_DATA, "held by the engine", 18, MEANS_DATA, 0);
        return does(own->look) == 1;
    case HOLDS_HALF:
        peer_sends(RECORD_DATA, "half of it came", 15, MEANS_NOTHING, 20);
        return does(own->look) == 0 && sock.in_at == sock.in_len;
    case HEARD_CLOSE:
        peer_sends(RECORD_ALERT, alert, 2, MEANS_CLOSE, 0);
        does(own->look);
        return sock.in_at == sock.in_len;
    case HALF_OUT: socket_fills(10); return own->write(trial.object, "half of it left", 15) == 0;
    case HAS_CLOSED: does(own->close); return 1;
    default: return 1;
    }
}

static void goes_on_adopted(void)
{
    static const uint8_t alert[2] = {1, 0};
    if (until_written(100) != EW_EVENT_DONE)
        return;
    peer_sends(RECORD_DATA, "data", 4, MEANS_DATA, 0);
    uint8_t buf[8], is = until_received();
    if (has_failed())
        return;
    if (!owed(ADOPTS, is == EW_EVENT_DATA, "receive: %s instead of data, adopted",
              event_name(is)) ||
        calls_take(buf, sizeof buf) != 4 || until_closed() != EW_EVENT_DONE)
        return;
    peer_sends(RECORD_ALERT, alert, 2, MEANS_CLOSE, 0);
    is = until_received();
    owed(ADOPTS, is == EW_EVENT_CLOSE_NOTIFY || has_failed(),
         "receive: %s instead of close_notify, adopted", event_name(is));
}

static void adopts(int when)
{
    moment m = (moment)when;
    if (!owed(ADOPTS, trial.engine->own != NULL, "the port has adopt, and the adapter no `own`"))
        return;
    if (begins_apart() != 0) {
        owed(ADOPTS, 0, "the engine cannot be brought through a handshake of its own");
        return;
    }
    if (!brings_to(m)) {
        owed(ADOPTS, has_failed() || sock.fault != NO_FAULT, "the engine does not come to: %s",
             moments[m]);
        return;
    }
    int is = trial.port->adopt(trial.object, &trial.transport);
    if (m > WITH_TICKET) {
        owed(ADOPT_REFUSES, is == -1, "adopt: it takes an engine %s", moments[m]);
        owed(ADOPT_REFUSES, is != -1 || trial.transport.detail, "adopt: it does not say why not");
    } else if (owed(ADOPTS, is == 0 || has_failed(), "adopt: it refuses an engine %s: %s",
                    moments[m], trial.transport.detail ? trial.transport.detail : "no word") &&
               is == 0) {
        goes_on_adopted();
    }
}

/* Held data ---------------------------------------------------------------------------------- */

static const char text[] = "data that is looked at, and then taken";
enum { TEXT = sizeof text - 1, SOME = 10 };

static int holds(void)
{
    peer_sends(RECORD_DATA, text, TEXT, MEANS_DATA, 0);
    uint8_t is = until_received();
    if (has_failed())
        return 0;
    return owed(DATA_HELD, is == EW_EVENT_DATA, "receive: %s instead of data", event_name(is));
}

static void peeks_at(int from, int len)
{
    uint8_t buf[2 * TEXT] = {0};
    int left = TEXT - from, n = calls_peek(buf, len);
    owed(PEEK, n == (len < left ? len : left), "peek: %d of %d bytes, and %d are held", n, len,
         left);
    owed(PEEK, n < 1 || memcmp(buf, text + from, (size_t)n) == 0,
         "peek: not the bytes that are held");
}

static void takes_from(int from, int len)
{
    uint8_t buf[2 * TEXT] = {0};
    int n = calls_take(buf, len);
    owed(PEEK, n == len && memcmp(buf, text + from, (size_t)n) == 0,
         "take: %d bytes, and not those that were looked at", n);
}

static void peeks(int unused)
{
    (void)unused;
    if (!holds())
        return;
    peeks_at(0, SOME);
    peeks_at(0, SOME);
    peeks_at(0, 2 * TEXT);
    takes_from(0, SOME);
    peeks_at(SOME, 1);
    takes_from(SOME, TEXT - SOME);
}

static void tells_of(int held)
{
    int n = calls_pending();
    owed(PENDING, n == held, "pending: %d, and %d bytes are held", n, held);
}

static void tells(int unused)
{
    uint8_t buf[TEXT];
    (void)unused;
    tells_of(0);
    if (!holds())
        return;
    tells_of(TEXT);
    if (calls_take(buf, SOME) == SOME)
        tells_of(TEXT - SOME);
    if (calls_take(buf, TEXT - SOME) == TEXT - SOME)
        tells_of(0);
    peer_sends(RECORD_DATA, text, TEXT, MEANS_DATA, 0);
    tells_of(0); /* it lies in the socket */
}

void add_optional(void)
{
    int any = ANY_TLS | ANY_ROLE;
    add_scenario((scenario){"connect-suspended", any | HAS_PAUSES, 1, 0, suspends, 0});
    for (int i = AT_REST; i <= HAS_CLOSED; i++) {
        scenario s = {"adopt-", any | HAS_ADOPT, 1, 8, adopts, i};
        if (i == WITH_TICKET)
            s.where = TLS13 | CLIENT | HAS_ADOPT;
        strncat(s.name, moments[i], 40);
        add_scenario(s);
    }
    add_scenario((scenario){"peek", any | HAS_PEEK, 0, 0, peeks, 0});
    add_scenario((scenario){"pending", any | HAS_PENDING, 0, 0, tells, 0});
}
