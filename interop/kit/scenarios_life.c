/* The life of a connection: its handshake, another after clear, the session when it ends. */
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

/* Interrupted or not, and good for data and a close after it. */
static void connects(int unused)
{
    (void)unused;
    if (until_connected() != EW_EVENT_DONE)
        return;
    owed(HANDSHAKE, kit_peer.done, "handshake: done, and the peer waits for more of it");
    if (kit_peer.done && until_written(100) == EW_EVENT_DONE)
        until_closed();
}

/* The peer answers with nonsense, or not at all. */
/* Nonsense, the end of the transport, or the peer's refusal. */
static void fails_to_connect(int how)
{
    static const uint8_t ends[] = {EW_EVENT_TLS_ERROR, EW_EVENT_EOF, EW_EVENT_FATAL_ALERT};
    uint8_t is = calls_handshake();
    if (how == 2 && trial.setup.server) { /* it has said something that can be refused */
        kit_peer_goes_on();
        is = calls_handshake();
    }
    if (how == 0) {
        peer_sends_bytes("\x16\x03\x03\x00\x05nonsense", 10, MEANS_FORGED);
    } else if (how == 1) {
        sock.ended = 1;
    } else {
        kit_peer.alert = 40;
        peer_sends_bytes("\x15\x03\x03\x00\x02\x02\x28", 7, MEANS_ERROR);
    }
    for (int i = 0; i < turns(); i++) {
        if (is != EW_EVENT_WANT_READ && is != EW_EVENT_WANT_WRITE && is != EW_EVENT_OTHER)
            break;
        is = calls_handshake();
    }
    if (!has_failed())
        owed(HANDSHAKE, is == ends[how], "handshake: %s instead of %s", event_name(is),
             event_name(ends[how]));
}

/* Reset with a record half out or after a close, and used again over the same transport. */
static void clears(int how)
{
    if (how == 0)
        writes_once(1000);
    else if (until_closed() != EW_EVENT_DONE)
        return;
    if (has_failed())
        return;
    if (!owed(CLEAR, trial.port->clear(trial.object, 1) == 0, "clear: it failed"))
        return;
    ew_transport_init(&trial.transport, SOCKET_FD);
    sock.refused_len = 0;
    sock.in_len = sock.in_at;
    trial.accepted = 0;
    trial.blocked = trial.closing = 0;
    if (kit_peer_start(&trial.setup) != 0)
        return;
    uint8_t is = until_connected();
    if (has_failed())
        return;
    if (owed(CLEAR, is == EW_EVENT_DONE && kit_peer.done, "clear: the next handshake ends with %s",
             event_name(is)) &&
        until_written(100) == EW_EVENT_DONE)
        until_closed();
}

/* The verdict is the core's; how the connection went does not matter to the port. */
static void ends_session(int how)
{
    int kept = how % 2;
    static const uint8_t ticket[20] = {4, 0, 0, 16, 0, 0, 28, 32, 1, 2, 3, 4, 1, 0, 0, 2, 7, 7};
    if (trial.setup.tls13 && !trial.setup.server) {
        peer_sends(RECORD_HANDSHAKE, ticket, 20, MEANS_NOTHING, 0);
        until_received();
    }
    if (how / 2 && until_closed() != EW_EVENT_DONE)
        return;
    trial.port->detach(trial.object, kept);
    int found = trial.engine->free(trial.context, trial.object, 0);
    trial.engine->context_free(trial.context);
    trial.object = trial.context = NULL;
    /* A connection that failed may have cost the session already. */
    if (found >= 0 && !(kept && has_failed()))
        owed(SESSION, found == kept, "detach: told to %s the session, and it is %s",
             kept ? "keep" : "drop", found ? "there" : "gone");
}

void add_life(void)
{
    int any = ANY_TLS | ANY_ROLE;
    add_scenario((scenario){"connect", any, 1, 0, connects, 0});
    add_scenario((scenario){"connect-nonsense", any, 1, 0, fails_to_connect, 0});
    add_scenario((scenario){"connect-eof", any, 1, 0, fails_to_connect, 1});
    add_scenario((scenario){"connect-refused", any, 1, 0, fails_to_connect, 2});
    add_scenario((scenario){"blocked-clear", any, 0, 0, clears, 0});
    add_scenario((scenario){"close-clear", any, 0, 0, clears, 1});
    add_scenario((scenario){"drop-session", any, 0, 0, ends_session, 0});
    add_scenario((scenario){"keep-session", any, 0, 0, ends_session, 1});
    add_scenario((scenario){"close-drop-session", any, 0, 0, ends_session, 2});
    add_scenario((scenario){"close-keep-session", any, 0, 0, ends_session, 3});
}
