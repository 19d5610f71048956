/* What blocks, and what the application does then: a record of its data that is half out, or the
 * answer to a KeyUpdate that stands before it; settings that change meanwhile; the transport's end. */
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

#include <string.h>

enum { LEN = 1000, ANSWER = 27, FAULTS_MOST = 12 };

/* How it goes on once a write has blocked. All but AGAIN put other things where the data was. */
typedef enum { AGAIN, MOVED, LONGER, FLUSHED, CLOSED, READ, WAYS } way;
static const char *const way_names[WAYS] = {"again", "moved", "longer", "flush", "close", "read"};

/* 1: the connection has ended, as it may. */
static int is_over(uint8_t is)
{
    return has_failed() || (trial.changed && is == EW_EVENT_TLS_ERROR);
}

/* An engine may want to be rid of what blocked before it takes in anything. */
static void reads_on(void)
{
    uint8_t text[4], got = EW_EVENT_OTHER;
    peer_sends(RECORD_DATA, "text", sizeof text, MEANS_DATA, 0);
    for (int i = 0; i < turns() && (got == EW_EVENT_OTHER || got == EW_EVENT_WANT_READ); i++)
        got = calls_receive();
    if (is_over(got) || got == EW_EVENT_WANT_WRITE)
        return;
    if (owed(DATA_HELD, got == EW_EVENT_DATA, "receive: %s instead of data, a write is blocked",
             event_name(got)))
        calls_take(text, sizeof text);
}

/* Once more while the socket is full, and then to its end. */
static uint8_t repeats(int place, int len)
{
    uint8_t is = calls_write_at(place, len);
    socket_drains();
    return is == EW_EVENT_WANT_WRITE ? until_written_at(place, len) : is;
}

static uint8_t flushes(void)
{
    uint8_t is = calls_flush();
    socket_drains();
    return is == EW_EVENT_WANT_WRITE ? until_flushed() : is;
}

static void goes_on(way how)
{
    uint8_t is;
    if (how != AGAIN)
        overwrites(0);
    if (how == READ)
        reads_on();
    if (has_failed())
        return;
    if (how == FLUSHED || how == CLOSED)
        is = flushes();
    else
        is = repeats(how != AGAIN, how == LONGER ? LEN + 500 : LEN);
    if (is_over(is) ||
        !owed(DONE_OUT, is == EW_EVENT_DONE, "%s: %s instead of done", now->step, event_name(is)))
        return;
    if (how == FLUSHED)
        is = until_flushed();
    else if (how != CLOSED)
        is = until_written_at(0, 100);
    if (is == EW_EVENT_DONE && how != FLUSHED)
        until_closed();
}

/* 1: a write came back because the socket is full. */
static int is_blocked(void)
{
    uint8_t is = calls_write_at(0, LEN);
    return !is_over(is) &&
           owed(RETURNS, is == EW_EVENT_WANT_WRITE, "write: %s on a full socket", event_name(is));
}

/* A part of the record is out, so all of it was made. */
static void blocks(int how)
{
    data_owes = NO_OTHER_MEMORY;
    socket_fills(100);
    if (is_blocked())
        goes_on((way)how);
}

/* 1: the peer's KeyUpdate is in. The engine may answer at once, or with the next write. */
static int hears_update(void)
{
    uint8_t is = EW_EVENT_OTHER;
    peer_updates_keys(1);
    for (int i = 0; i < turns() && sock.in_at < sock.in_len; i++) {
        is = calls_receive();
        if (is != EW_EVENT_OTHER && is != EW_EVENT_WANT_READ && is != EW_EVENT_WANT_WRITE)
            break;
    }
    return !has_failed() &&
           owed(SKIPPED, sock.in_at == sock.in_len && is != EW_EVENT_TLS_ERROR,
                "receive: %s for a KeyUpdate that wants an answer", event_name(is));
}

/* The answer stands before the data, none of it is out, a part, or all and a part of the data: what
 * of the data was accepted is the port's to know. */
static void answer_blocks(int argument)
{
    data_owes = BEHIND_ANSWER;
    trial.untaken = argument < 2 * WAYS || sock.fault != NO_FAULT;
    socket_fills(argument < WAYS ? 0 : argument < 2 * WAYS ? 5 : ANSWER + 5);
    if (hears_update() && is_blocked())
        goes_on((way)(argument % WAYS));
}

/* The record is half out when the KeyUpdate comes: all of it goes first. */
static void answer_follows(int how)
{
    data_owes = NO_OTHER_MEMORY;
    socket_fills(100);
    if (is_blocked() && hears_update())
        goes_on((way)how);
}

/* Data is held, and a write blocks, in the answer where the engine has one to make: what the next read
 * gives then without the socket is what pending tells. */
static void tells_while_blocked(int updated)
{
    static const char held[] = "data that is held";
    int len = sizeof held - 1, n;
    uint8_t is;
    data_owes = BEHIND_ANSWER;
    trial.untaken = 1;
    if (updated)
        peer_updates_keys(1);
    peer_sends(RECORD_DATA, held, (size_t)len, MEANS_DATA, 0);
    is = until_received();
    if (has_failed() ||
        !owed(DATA_HELD, is == EW_EVENT_DATA, "receive: %s instead of data", event_name(is)))
        return;
    socket_fills(0);
    is = calls_write_at(0, LEN);
    if (is_over(is))
        return;
    n = calls_pending();
    is = calls_receive();
    owed(PENDING, is == EW_EVENT_DATA ? n == len : n == 0,
         "pending: %d of %d bytes, a write is blocked, and receive says %s", n, len,
         event_name(is));
}

/* A setting is changed when the record is half out, or before it is made. */
static void changes(int argument)
{
    int before = argument / WAYS % 2;
    const tls_change *change = &trial.engine->changes[argument / (2 * WAYS)];
    data_owes = SETTINGS;
    trial.changed = before;
    socket_fills(100);
    if (before)
        change->make(trial.object);
    if (!is_blocked())
        return;
    if (!before)
        change->make(trial.object);
    trial.changed = 1;
    goes_on((way)(argument % WAYS));
}

/* What is held of the record cannot be less than all, since a part of it is out. */
static void repeats_less(int len)
{
    socket_fills(100);
    if (!is_blocked())
        return;
    uint8_t is = calls_write_at(0, len);
    socket_drains();
    for (int i = 0; i < turns() && is == EW_EVENT_WANT_WRITE; i++)
        is = calls_write_at(0, len);
    owed(SHORTER, is == EW_EVENT_TLS_ERROR || has_failed(),
         "write: %s for %d bytes, and a record of %d is held", event_name(is), len, LEN);
}

/* Our close_notify is half out, and the application reads first: what comes in before its data asks for
 * answers, which a closed side has no place for. `argument`: bytes that are out, below 0: it is still
 * full when the first comes; an engine may want to be rid of the rest before it takes in the next. */
static void hears_updates_while_closing(int argument)
{
    uint8_t is;
    socket_fills(argument < 0 ? 5 : (size_t)argument);
    is = calls_close();
    if (has_failed() || !owed(RETURNS, is == EW_EVENT_WANT_WRITE,
                              "send_close_notify: %s on a full socket", event_name(is)))
        return;
    if (argument < 0) {
        if (!hears_update())
            return;
        peer_updates_keys(1);
        is = calls_receive();
        if (!owed(SKIPPED, is != EW_EVENT_TLS_ERROR, "receive: tls_error for a second KeyUpdate"))
            return;
    }
    socket_drains();
    if (hears_update() && hears_update())
        reads_on();
    if (!has_failed())
        until_closed();
}

/* A half-closed connection without a close_notify is at its end: K-12. */
static void ends_while_sending(int blocked)
{
    if (blocked) {
        socket_fills(100);
        if (!is_blocked())
            return;
    }
    sock.ended = 1;
    uint8_t is = until_received();
    socket_drains();
    if (has_failed() ||
        !owed(EOF_TOLD, is == EW_EVENT_EOF, "receive: %s instead of eof", event_name(is)))
        return;
    size_t left = sock.out_len;
    is = calls_flush();
    owed(BEHIND_END, !blocked || is != EW_EVENT_DONE, "flush: done behind the end");
    is = calls_write_at(0, LEN);
    owed(BEHIND_END, is == EW_EVENT_IO_ERROR || is == EW_EVENT_TLS_ERROR,
         "write: %s behind the end", event_name(is));
    is = calls_close();
    owed(BEHIND_END, is == EW_EVENT_IO_ERROR || is == EW_EVENT_TLS_ERROR,
         "send_close_notify: %s behind the end", event_name(is));
    owed(BEHIND_END, sock.out_len == left, "%zu bytes left behind the end", sock.out_len - left);
}

static void add(const char *start, const char *end, int where, void (*run)(int), int argument)
{
    scenario s = {"", where, 0, FAULTS_MOST, run, argument};
    strncat(strncat(s.name, start, 40), end, 20);
    add_scenario(s);
}

void add_blocked(void)
{
    static const char *const answers[] = {"key-update-blocked-", "key-update-part-",
                                          "key-update-out-"};
    static const char *const changed[][KIT_CHANGES_MAX] = {
        {"blocked-change-1-", "blocked-change-2-", "blocked-change-3-", "blocked-change-4-"},
        {"change-1-blocked-", "change-2-blocked-", "change-3-blocked-", "change-4-blocked-"}};
    int any = ANY_TLS | ANY_ROLE;
    for (int how = 0; how < WAYS; how++) {
        add("blocked-", way_names[how], any, blocks, how);
        add("blocked-key-update-", way_names[how], TLS13 | ANY_ROLE, answer_follows, how);
        for (int i = 0; i < 3; i++)
            add(answers[i], way_names[how], TLS13 | ANY_ROLE, answer_blocks, i * WAYS + how);
        for (int i = 0; i < 2 * KIT_CHANGES_MAX; i++)
            add(changed[i % 2][i / 2], way_names[how], any | HAS_CHANGE(1 + i / 2), changes,
                i * WAYS + how);
    }
    add("pending-", "blocked", any | HAS_PENDING, tells_while_blocked, 0);
    add("pending-", "behind-an-answer", TLS13 | ANY_ROLE | HAS_PENDING, tells_while_blocked, 1);
    add("blocked-", "shorter", any, repeats_less, 10);
    add("blocked-", "one-less", any, repeats_less, LEN - 1);
    add("close-blocked-", "key-updates", TLS13 | ANY_ROLE, hears_updates_while_closing, 0);
    add("close-part-", "key-updates", TLS13 | ANY_ROLE, hears_updates_while_closing, 5);
    add("close-full-", "key-updates", TLS13 | ANY_ROLE, hears_updates_while_closing, -1);
    add("end-", "write-close", any, ends_while_sending, 0);
    add("blocked-", "end-write-close", any, ends_while_sending, 1);
}
