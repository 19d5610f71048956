/* What leaves: data, the close_notify, and both in their order. */
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

#include <string.h>

enum { RECORD = EW_RECORD_MAX };

static const uint8_t close_notify[2] = {1, 0}, failure[2] = {2, 40};

static void writes(int len)
{
    until_written(len);
    if (!has_failed())
        until_written(100);
}

static void closes(int unused)
{
    (void)unused;
    until_closed();
}

static void flushes_nothing(int unused)
{
    (void)unused;
    if (until_flushed() == EW_EVENT_DONE && until_written(10) == EW_EVENT_DONE)
        until_flushed();
}

static void writes_then_closes(int len)
{
    if (until_written(len) == EW_EVENT_DONE)
        until_closed();
}

/* As the core does it: what blocked is flushed, then the close_notify is sent. */
static void blocked_then_closes(int len)
{
    uint8_t is = writes_once(len);
    if (is == EW_EVENT_WANT_WRITE)
        is = until_flushed();
    if (is == EW_EVENT_DONE)
        until_closed();
}

/* The socket takes nothing: each call comes back, and loses nothing. */
static void nothing_moves(int len)
{
    sock.held = 1000;
    uint8_t is = calls_write(len);
    owed(RETURNS, is == EW_EVENT_WANT_WRITE || has_failed(), "write: %s on a full socket",
         event_name(is));
    for (int i = 0; i < 3; i++)
        is = calls_flush();
    sock.held = 0;
    if (is == EW_EVENT_WANT_WRITE)
        is = until_flushed();
    if (is != EW_EVENT_DONE)
        return;
    sock.held = 1000;
    for (int i = 0; i < 3; i++)
        is = calls_close();
    sock.held = 0;
    if (is == EW_EVENT_WANT_WRITE)
        until_closed();
}

/* Something arrives and is received while a record of ours is half out; then the write goes on. */
static void receives_while_blocked(int close_after)
{
    uint8_t is = writes_once(1000);
    uint8_t byte;
    peer_sends(RECORD_DATA, "data", 4, MEANS_DATA, 0);
    uint8_t got = until_received();
    if (has_failed())
        return;
    owed(DATA_HELD, got == EW_EVENT_DATA, "receive: %s instead of data, while a write is blocked",
         event_name(got));
    if (got == EW_EVENT_DATA)
        calls_take(&byte, 1);
    if (is == EW_EVENT_WANT_WRITE)
        is = close_after ? until_flushed() : until_written(1000);
    if (is == EW_EVENT_DONE)
        until_closed();
}

/* What waits unread changes nothing about sending. */
static void peer_spoke(int what)
{
    switch (what) {
    case 0: peer_sends(RECORD_DATA, "data", 4, MEANS_DATA, 0); break;
    case 1: peer_sends(RECORD_ALERT, close_notify, 2, MEANS_CLOSE, 0); break;
    case 2: peer_sends(RECORD_ALERT, failure, 2, MEANS_ERROR, 0); break;
    case 3: peer_sends(RECORD_DATA, "", 0, MEANS_NOTHING, 0); break;
    case 4: peer_sends_bytes("\x17\x03\x03\x00\x18nonsense", 13, MEANS_FORGED); break;
    default: sock.ended = 1;
    }
    blocked_then_closes(200);
}

/* The close_notify again, once it is out and the peer has answered: the core does not ask for that,
 * so what is looked at is what the peer's answers make the engine send by itself. */
static void provoked(int what)
{
    static const uint8_t hello_request[4] = {0}, key_update[5] = {24, 0, 0, 1, 1};
    if (until_closed() != EW_EVENT_DONE)
        return;
    if (what == 0)
        peer_sends(RECORD_HANDSHAKE, key_update, 5, MEANS_NOTHING, 0);
    else if (what == 1)
        peer_sends(RECORD_HANDSHAKE, hello_request, 4, MEANS_NOTHING, 0);
    else
        peer_sends_bytes("\x17\x03\x03\x00\x20"
                         "................................",
                         37, MEANS_FORGED);
    until_received();
    owed(NOTHING_AFTER, peer_unfinished() == 0, "bytes follow it");
}

void add_sending(void)
{
    static const char *const spoke[] = {"data", "close", "error-alert", "empty", "nonsense", "eof"};
    static const int lengths[] = {1, 1000, RECORD, RECORD + 1000};
    static const char *const length_names[] = {"1", "1000", "record", "more"};
    scenario s = {"", ANY_TLS | ANY_ROLE, 0, 0, writes, 0};
    for (int i = 0; i < 4; i++) {
        s.argument = lengths[i];
        s.run = writes;
        strcat(strcpy(s.name, "write-"), length_names[i]);
        add_scenario(s);
        s.run = writes_then_closes;
        strcat(strcpy(s.name, "write-close-"), length_names[i]);
        add_scenario(s);
        s.run = blocked_then_closes;
        strcat(strcpy(s.name, "write-flush-close-"), length_names[i]);
        add_scenario(s);
    }
    for (int i = 0; i < 6; i++) {
        s.argument = i;
        s.run = peer_spoke;
        strcat(strcpy(s.name, "send-past-"), spoke[i]);
        add_scenario(s);
    }
    add_scenario((scenario){"close", ANY_TLS | ANY_ROLE, 0, 0, closes, 0});
    add_scenario((scenario){"flush", ANY_TLS | ANY_ROLE, 0, 0, flushes_nothing, 0});
    add_scenario((scenario){"full-socket", ANY_TLS | ANY_ROLE, 0, 0, nothing_moves, 1000});
    add_scenario(
        (scenario){"blocked-receive-write", ANY_TLS | ANY_ROLE, 0, 0, receives_while_blocked, 0});
    add_scenario(
        (scenario){"blocked-receive-flush", ANY_TLS | ANY_ROLE, 0, 0, receives_while_blocked, 1});
    add_scenario((scenario){"close-key-update", TLS13 | ANY_ROLE, 0, 0, provoked, 0});
    add_scenario((scenario){"close-hello-request", TLS12 | CLIENT, 0, 0, provoked, 1});
    add_scenario((scenario){"close-nonsense", ANY_TLS | ANY_ROLE, 0, 0, provoked, 2});
}
