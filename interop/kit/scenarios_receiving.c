/* What comes: each kind of message, before and after our close_notify and while a write is blocked;
 * floods; the ends of the transport; data that waits to be taken. */
#include "scenarios.h"
#include "socket.h"
#include "verdict.h"

#include <string.h>

/* What a port has to say of a message. */
typedef enum { CLOSES, ENDS, ERRS, SKIPS, REFUSES, MAY_REFUSE } expected;

typedef struct {
    const char *name;
    int where;
    expected is;
    uint8_t type;
    uint8_t content[24];
    size_t len;
} message;

#define ALERT(name, where, is, level, number)                                                      \
    {                                                                                              \
        name, where, is, RECORD_ALERT, {level, number}, 2                                          \
    }
#define ANY ANY_TLS | ANY_ROLE

/* An alert at the wrong level: with TLS 1.3 the level says nothing, with TLS 1.2 it ends the
 * connection; a close_notify at level fatal may be taken for either (ENDS). */
static const message messages[] = {
    ALERT("close-notify", ANY, CLOSES, 1, 0),
    ALERT("close-notify-fatal", ANY, ENDS, 2, 0),
    ALERT("close-notify-level-3", ANY, MAY_REFUSE, 3, 0),
    ALERT("handshake-failure", ANY, ERRS, 2, 40),
    ALERT("bad-record-mac", ANY, ERRS, 2, 20),
    ALERT("internal-error", ANY, ERRS, 2, 80),
    ALERT("unknown-alert", ANY, ERRS, 2, 250),
    ALERT("error-as-warning", TLS13 | ANY_ROLE, ERRS, 1, 40),
    ALERT("unknown-warning", TLS13 | ANY_ROLE, ERRS, 1, 250),
    ALERT("user-canceled", ANY, SKIPS, 1, 90),
    ALERT("user-canceled-fatal-12", TLS12 | ANY_ROLE, ERRS, 2, 90),
    ALERT("user-canceled-fatal-13", TLS13 | ANY_ROLE, MAY_REFUSE, 2, 90),
    ALERT("unknown-warning-12", TLS12 | ANY_ROLE, SKIPS, 1, 250),
    ALERT("no-renegotiation", TLS12 | ANY_ROLE, MAY_REFUSE, 1, 100),
    ALERT("unrecognized-name", TLS12 | ANY_ROLE, SKIPS, 1, 112),
    {"empty-record", ANY, SKIPS, RECORD_DATA, {0}, 0},
    {"empty-alert", ANY, MAY_REFUSE, RECORD_ALERT, {0}, 0},
    {"half-alert", ANY, MAY_REFUSE, RECORD_ALERT, {1}, 1},
    {"long-alert", ANY, MAY_REFUSE, RECORD_ALERT, {1, 0, 0}, 3},
    {"unknown-type", ANY, MAY_REFUSE, 99, {1, 0}, 2},
    {"key-update", TLS13 | ANY_ROLE, SKIPS, RECORD_HANDSHAKE, {24, 0, 0, 1, 0}, 5},
    {"hello-request", TLS12 | CLIENT, SKIPS, RECORD_HANDSHAKE, {0}, 4},
    {"ticket",
     TLS13 | CLIENT,
     SKIPS,
     RECORD_HANDSHAKE,
     {4, 0, 0, 16, 0, 0, 28, 32, 1, 2, 3, 4, 1, 0, 0, 2, 7, 7, 0, 0},
     20},
};
enum { MESSAGES = sizeof messages / sizeof messages[0] };

static meaning meaning_of(const message *m)
{
    if (m->is == ERRS)
        return MEANS_ERROR;
    return m->is == CLOSES || m->is == ENDS ? MEANS_CLOSE : MEANS_NOTHING;
}

static void says(const message *m)
{
    meaning is = meaning_of(m);
    if (strcmp(m->name, "close-notify-level-3") == 0 && kit_peer.setup->tls13)
        is = MEANS_CLOSE;
    if (m->type == RECORD_ALERT && m->len == 2)
        kit_peer.alert = m->content[1];
    if (m->type == RECORD_HANDSHAKE && m->content[0] == 24)
        peer_updates_keys(m->content[4]);
    else
        peer_sends(m->type, m->content, m->len, is, 0);
}

static void close_follows(void)
{
    static const uint8_t alert[2] = {1, 0};
    peer_sends(RECORD_ALERT, alert, 2, MEANS_CLOSE, 0);
}

static void judge(expected what, uint8_t got)
{
    const char *said = event_name(got);
    if (has_failed())
        return;
    switch (what) {
    case CLOSES:
        owed(CLOSE_TOLD, got == EW_EVENT_CLOSE_NOTIFY, "receive: %s instead of close_notify", said);
        break;
    case ENDS:
        owed(ALERT_TOLD, got == EW_EVENT_CLOSE_NOTIFY || got == EW_EVENT_FATAL_ALERT,
             "receive: %s for a close_notify at level fatal", said);
        break;
    case ERRS:
        owed(ALERT_TOLD, got == EW_EVENT_FATAL_ALERT, "receive: %s instead of fatal_alert", said);
        break;
    case REFUSES:
        owed(FORGED, got == EW_EVENT_TLS_ERROR, "receive: %s instead of tls_error", said);
        break;
    case MAY_REFUSE:
        owed(SKIPPED,
             got == EW_EVENT_CLOSE_NOTIFY || got == EW_EVENT_TLS_ERROR ||
                 got == EW_EVENT_FATAL_ALERT || got == EW_EVENT_WANT_READ,
             "receive: %s for a message that means nothing", said);
        break;
    default:
        owed(SKIPPED, got == EW_EVENT_CLOSE_NOTIFY,
             "receive: %s instead of the close_notify behind the message", said);
    }
}

enum { FIRST = 0, AFTER_CLOSE = 1000, BLOCKED = 2000 };

static void receives(int argument)
{
    const message *m = &messages[argument % 1000];
    int blocked = 0;
    if (argument >= BLOCKED)
        blocked = writes_once(1000) == EW_EVENT_WANT_WRITE;
    else if (argument >= AFTER_CLOSE && until_closed() != EW_EVENT_DONE)
        return;
    if (has_failed() && argument >= AFTER_CLOSE)
        return;
    says(m);
    /* A blocked record may go first; if it cannot, nothing of the peer's need be taken in. */
    if (m->is == SKIPS || m->is == MAY_REFUSE)
        close_follows();
    uint8_t got = until_received();
    judge(m->is, got);
    if (blocked && got == EW_EVENT_CLOSE_NOTIFY && until_flushed() == EW_EVENT_DONE)
        until_closed();
}

/* Without end: each call takes in one, and none is worth more than the others. An engine may have
 * had enough of it (tls_error). */
static void flood(int index)
{
    const message *m = &messages[index];
    for (int i = 0; i < 300; i++)
        says(m);
    close_follows();
    for (int i = 0; i < turns(); i++) {
        uint8_t got = calls_receive();
        if (got == EW_EVENT_CLOSE_NOTIFY || got == EW_EVENT_TLS_ERROR || has_failed())
            return;
        if (!owed(SKIPPED,
                  got == EW_EVENT_OTHER || got == EW_EVENT_WANT_READ || got == EW_EVENT_WANT_WRITE,
                  "receive: %s for message %d of a flood", event_name(got), i + 1))
            return;
    }
    owed(SKIPPED, 0, "receive: other, although the flood is over");
}

/* A record that is not the peer's: one bit of it, its place, its keys. */
static void forged(int how)
{
    static uint8_t record[RECORD_MAX];
    static const uint8_t alert[2] = {1, 0};
    if (how % 2 && until_closed() != EW_EVENT_DONE)
        return;
    if (how / 2 == 0) { /* in the clear */
        peer_sends_bytes("\x15\x03\x03\x00\x02\x01\x00", 7, MEANS_FORGED);
    } else {
        size_t n = peer_seals(RECORD_ALERT, alert, 2, record);
        if (how / 2 == 1)
            record[n - 1] ^= 1;
        else
            n = peer_seals(RECORD_ALERT, alert, 2, record); /* one is missing before it */
        peer_sends_bytes(record, n, MEANS_FORGED);
    }
    judge(REFUSES, until_received());
}

/* The transport ends: at once, in a header, in a record, or it is reset. */
static void cut(int how)
{
    static const uint8_t alert[2] = {1, 0};
    static const size_t cuts[] = {0, 1, 4, 5, 6, 30};
    if (how % 2 && until_closed() != EW_EVENT_DONE)
        return;
    how /= 2;
    if (how < 6 && cuts[how] > 0)
        peer_sends(how == 5 ? RECORD_DATA : RECORD_ALERT,
                   how == 5 ? (const void *)"truncated data" : (const void *)alert,
                   how == 5 ? 14 : 2, MEANS_NOTHING, how == 5 ? 25 : cuts[how]);
    if (how == 6)
        sock.broken = 1;
    else
        sock.ended = 1;
    uint8_t got = until_received();
    if (how == 6)
        owed(IO_TOLD, got == EW_EVENT_IO_ERROR || has_failed(), "receive: %s after a reset",
             event_name(got));
    else if (!(has_failed() && sock.fault == RESET))
        owed(got == EW_EVENT_CLOSE_NOTIFY ? EOF_NO_CLOSE : EOF_TOLD, got == EW_EVENT_EOF,
             "receive: %s instead of eof", event_name(got));
}

/* An alert whose two bytes come in a record each: the first is no close_notify, and both together
 * are one, or an error. */
static void split_alert(int after)
{
    if (after && until_closed() != EW_EVENT_DONE)
        return;
    peer_sends(RECORD_ALERT, "\x01", 1, MEANS_NOTHING, 0);
    peer_sends(RECORD_ALERT, "\x00", 1, MEANS_CLOSE, 0);
    judge(MAY_REFUSE, until_received());
}

/* What follows a close_notify is not the engine's. */
static void behind_close(int what)
{
    if (what % 2 && until_closed() != EW_EVENT_DONE)
        return;
    close_follows();
    if (what / 2 == 0)
        peer_sends(RECORD_DATA, "late", 4, MEANS_DATA, 0);
    else
        peer_sends_bytes("HTTP/1.1 200 OK\r\n", 17, MEANS_FORGED);
    judge(CLOSES, until_received());
}

/* The peer closes first: what is sent then fares as before. */
static void answers_close(int len)
{
    close_follows();
    uint8_t got = until_received();
    judge(CLOSES, got);
    if (got == EW_EVENT_CLOSE_NOTIFY && until_written(len) == EW_EVENT_DONE)
        until_closed();
}

static void expects_data(void)
{
    size_t before = sock.in_at;
    uint8_t got = calls_receive();
    if (owed(DATA_HELD, got == EW_EVENT_DATA, "receive: %s, and data is held", event_name(got)))
        owed(DATA_HELD, sock.in_at == before, "receive: it read although data is held");
}

static void takes(const char *want, int len, int most)
{
    uint8_t buf[64] = {0};
    for (int at = 0; at < len;) {
        expects_data();
        int n = calls_take(buf, len - at < most ? len - at : most);
        if (n < 1 || n > most)
            return;
        owed(TAKE, memcmp(buf, want + at, (size_t)n) == 0, "take: not the bytes that came");
        at += n;
    }
}

/* Data that waits stays there through a write and a close, and is taken in parts. */
static void held_data(int closing)
{
    static const char text[] = "data that is taken in parts";
    peer_sends(RECORD_DATA, text, 27, MEANS_DATA, 0);
    uint8_t got = until_received();
    if (has_failed())
        return;
    if (!owed(DATA_HELD, got == EW_EVENT_DATA, "receive: %s instead of data", event_name(got)))
        return;
    expects_data();
    takes(text, 10, 10);
    if (closing && (until_written(300) != EW_EVENT_DONE || until_closed() != EW_EVENT_DONE))
        return;
    takes(text + 10, 17, closing ? 5 : 64);
    close_follows();
    judge(CLOSES, until_received());
}

static void nothing_comes(int closing)
{
    if (closing && until_closed() != EW_EVENT_DONE)
        return;
    uint8_t got = until_received();
    owed(WANT_TRUE, got == EW_EVENT_WANT_READ || has_failed(), "receive: %s, and nothing came",
         event_name(got));
}

static void add(const char *start, const char *name, int where, int most, void (*run)(int), int arg)
{
    scenario s = {"", where, 0, most, run, arg};
    strncat(strncat(s.name, start, 20), name, 40);
    add_scenario(s);
}

void add_receiving(void)
{
    static const char *const forgeries[] = {"in-the-clear", "flipped", "one-missing"};
    static const char *const cuts[] = {"at-once", "header-1",  "header-4", "header",
                                       "body-1",  "data-part", "reset"};
    for (int i = 0; i < MESSAGES; i++) {
        add("receive-", messages[i].name, messages[i].where, 0, receives, i);
        add("close-receive-", messages[i].name, messages[i].where, 0, receives, AFTER_CLOSE + i);
        add("blocked-receive-", messages[i].name, messages[i].where, 0, receives, BLOCKED + i);
        if (messages[i].is == SKIPS)
            add("flood-", messages[i].name, messages[i].where, 4, flood, i);
    }
    add("peer-first-", "write-close", ANY, 0, answers_close, 100);
    for (int i = 0; i < 2; i++) {
        const char *start = i ? "close-" : "";
        for (int k = 0; k < 3; k++)
            add(i ? "close-forged-" : "forged-", forgeries[k], ANY, 0, forged, 2 * k + i);
        for (int k = 0; k < 7; k++)
            add(i ? "close-cut-" : "cut-", cuts[k], ANY, 0, cut, 2 * k + i);
        add(start, "split-alert", ANY, 0, split_alert, i);
        add(start, "data-behind-close", ANY, 0, behind_close, i);
        add(start, "plain-behind-close", ANY, 0, behind_close, 2 + i);
        add(start, "held-data", ANY, 0, held_data, i);
        add(start, "nothing-comes", ANY, 0, nothing_comes, i);
    }
}
