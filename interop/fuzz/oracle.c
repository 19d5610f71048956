#include "oracle.h"

#include "pattern.h"
#include "application.h"
#include "peer.h"
#include "engines/limits.h"
#include "records.h"
#include "wire.h"

#include <errno.h>
#include <string.h>

enum { SLACK_MS = 5 }; /* a turn of the wire takes up to two */

static struct {
    int64_t began;
    int flags, end_of_data;
    int peer_had_keys;
} before;

int oracle_stream(int from)
{
    return from + 2 * fuzz_peer.epoch;
}

/* Our records ------------------------------------------------------------------------------- */

static void judge_data(const uint8_t *content, size_t len)
{
    if (!pattern_matches(oracle_stream(STREAM_FROM_US), fuzz_peer.data, content, len))
        finding("foreign-bytes", "a record of %zu bytes at %llu has other bytes than were written",
                len, (unsigned long long)fuzz_peer.data);
    fuzz_peer.data += len;
    fuzz_peer.records++;
    fuzz_peer.newest = len;
}

static void judge_alert(const uint8_t *content, size_t len)
{
    if (len == 2 && content[1] == 0) {
        if (!app.may_notify)
            finding("unasked-close-notify", "nobody asked for it");
        if (fuzz_peer.data < app.written)
            finding("lost-before-close-notify",
                    "%llu of %llu bytes are out before our close_notify",
                    (unsigned long long)fuzz_peer.data, (unsigned long long)app.written);
        fuzz_peer.notices++;
    } else if (len != 2 || fuzz_peer.tls13 || content[0] == 2) {
        fuzz_peer.errors++;
    }
}

void judge_record(uint8_t type, const uint8_t *content, size_t len)
{
    log_step("    our record: type %d, %zu bytes%s", type, len,
             type == RECORD_ALERT && len == 2 && content[1] == 0 ? " (close_notify)" : "");
    if (fuzz_peer.notices > 0)
        finding("after-close-notify", "a record of type %d and %zu bytes follows ours", type, len);
    if (type == RECORD_DATA)
        judge_data(content, len);
    else if (type == RECORD_ALERT)
        judge_alert(content, len);
}

/* Not while a write is under way: what it will report is not known. */
static void judge_data_out(void)
{
    uint64_t most = app.written + (uint64_t)app.limbo;
    if (fuzz_peer.data > most)
        finding("more-than-written", "%llu bytes are out, and at most %llu were written",
                (unsigned long long)fuzz_peer.data, (unsigned long long)most);
    if (before.peer_had_keys && fuzz_peer.records > 1)
        finding("more-than-one-record", "%d records of data in one call", fuzz_peer.records);
}

void judge_written(int len)
{
    peer_opens();
    if (fuzz_peer.done && fuzz_peer.data != app.written)
        finding("not-what-was-written", "%llu bytes are said to be written, and %llu are out",
                (unsigned long long)app.written, (unsigned long long)fuzz_peer.data);
    if (fuzz_peer.done && !app.blocking && fuzz_peer.newest != (size_t)len)
        finding("not-one-record", "write said %d, and the record has %zu bytes", len,
                fuzz_peer.newest);
}

/* If the peer has not come so far, it comes so far now. */
void judge_notice(void)
{
    if (!fuzz_peer.done && wire.theirs >= 0) {
        wire_hear(WIRE_MAX);
        fuzz_peer_goes_on();
    }
    peer_opens();
    if (!fuzz_peer.done || app.quiet || app.sent_claimed)
        return;
    if (fuzz_peer.notices != 1)
        finding("closed-without-close-notify", "it says closed, and %d close_notify are out",
                fuzz_peer.notices);
}

/* Their data -------------------------------------------------------------------------------- */

void judge_read(const uint8_t *data, int len)
{
    uint64_t end = app.taken + (uint64_t)len;
    if (!pattern_matches(oracle_stream(STREAM_FROM_PEER), app.taken, data, (size_t)len))
        finding("read-other-bytes", "%d bytes at %llu are not what the peer wrote", len,
                (unsigned long long)app.taken);
    if (end > peer_data_given())
        finding("read-too-early", "%llu bytes were read of %llu in whole records",
                (unsigned long long)end, (unsigned long long)peer_data_given());
}

/* What was said to be at hand is what the read gives, as far as it was asked for, unless that read
 * finds a setting changed, which ends the connection. */
void judge_pending(int pending, int ret, int len)
{
    int can_tell = app.open && app.engine->kit->port->pending != NULL;
    if (can_tell ? pending < 0 : pending != -1)
        finding("wrong-pending", "%d", pending);
    int has_ended = ret < 0 && !ew_conn_alive(app.c) && *ew_conn_detail(app.c) != '\0';
    if (pending > 0 && !has_ended && ret != (pending < len ? pending : len))
        finding("wrong-pending", "%d bytes, and a read of %d gave %d", pending, len, ret);
}

/* Class, reason, errno ---------------------------------------------------------------------- */

static int is_io(public_call call)
{
    return call == CALL_handshake || call == CALL_read || call == CALL_peek || call == CALL_write ||
           call == CALL_shutdown || call == CALL_finish;
}

static int ends_it(int error, int reason)
{
    return error == EW_ERROR_SYSCALL ||
           (error == EW_ERROR_SSL &&
            (reason == EW_REASON_FATAL_ALERT || reason == EW_REASON_TRUNCATED ||
             reason == EW_REASON_TLS || reason == EW_REASON_HANDSHAKE_FAILED));
}

static int ssl_reason_is_right(public_call call, int reason, int error)
{
    switch (reason) {
    case EW_REASON_NONE:
        return error == EINVAL || error == EBADF ||
               (error == EOPNOTSUPP && call == CALL_peek && !app.engine->kit->port->peek);
    case EW_REASON_UNREAD_DATA: return call == CALL_shutdown || call == CALL_finish;
    case EW_REASON_CLOSED: return call == CALL_write || call == CALL_handshake;
    case EW_REASON_HANDSHAKE: return !app.established || app.shaking;
    case EW_REASON_HANDSHAKE_FAILED: return call == CALL_handshake;
    case EW_REASON_FATAL_ALERT:
    case EW_REASON_TRUNCATED:
    case EW_REASON_TLS: return !app.fatal || app.untold || call == CALL_clear || call == CALL_close;
    case EW_REASON_FATAL:
        return app.fatal || app.untold || app.closing; /* close tells its own later */
    case EW_REASON_CORRUPT: return app.corrupt || (call == CALL_close && app.met_corrupt);
    default: return 0;
    }
}

static int want_is_right(public_call call, int class, int error)
{
    if (class == EW_ERROR_AGAIN)
        return !app.blocking && error == EAGAIN && ew_conn_timeout(app.c) == 0;
    if (call == CALL_close)
        return !app.blocking && error == EAGAIN;
    if (app.blocking)
        return error == ETIMEDOUT && app.deadline >= 0;
    return error == EAGAIN || (call == CALL_handshake && error == ETIMEDOUT && app.deadline > 0);
}

static int is_right(public_call call, int ret, int class, int reason, int error)
{
    if (ret > 0)
        return class == EW_ERROR_NONE;
    if (ret == 0)
        return reason == EW_REASON_NONE &&
               (call == CALL_read || call == CALL_peek
                    ? class == EW_ERROR_ZERO_RETURN
                    : class == EW_ERROR_NONE &&
                          (call == CALL_shutdown || call == CALL_close || call == CALL_abort ||
                           call == CALL_open || call == CALL_adopt));
    if (ret != -1)
        return 0;
    switch (class) {
    case EW_ERROR_WANT_READ:
    case EW_ERROR_WANT_WRITE:
    case EW_ERROR_AGAIN:
        return (is_io(call) || call == CALL_close) && reason == EW_REASON_NONE &&
               want_is_right(call, class, error);
    case EW_ERROR_SYSCALL:
        return (is_io(call) || call == CALL_close) && reason == EW_REASON_TRANSPORT;
    case EW_ERROR_SSL: return ssl_reason_is_right(call, reason, error);
    default: return 0;
    }
}

/* A fatal error is left by clear only; nothing but an argument out of range comes before it. */
static void judge_fatal(public_call call, int ret, int class, int reason)
{
    if (app.corrupt)
        return;
    int has_to_fail = is_io(call) || call == CALL_set_shutdown || call == CALL_set_quiet_shutdown;
    if (app.fatal && !app.untold && app.open && has_to_fail &&
        !(ret == -1 && reason == EW_REASON_NONE) && (ret != -1 || reason != EW_REASON_FATAL))
        finding("not-fatal-any-more", "a fatal error came before");
    if (is_io(call) && !(ret == -1 && class == EW_ERROR_SSL && reason == EW_REASON_NONE))
        app.untold = 0;
    if (ret == -1 && (ends_it(class, reason) || reason == EW_REASON_FATAL) && call != CALL_close)
        app.fatal = 1;
}

/* Whether another call may succeed: no, once a fatal error was told. */
void judge_alive(void)
{
    int alive = ew_conn_alive(app.c);
    if (!app.corrupt && !app.untold && !app.closing && alive != (app.open && !app.fatal))
        finding("wrong-answer", "alive %d", alive);
}

/* With a peer, a line and an application that mean well there is no error. */
static void judge_honest(public_call call, int ret, int class, int reason)
{
    /* A record of data, that is: a close_notify that is half out is no excuse. */
    int half_out = app.owed > 0 && fuzz_peer.data < app.written + (uint64_t)app.owed;
    if (fuzz_peer.updates && half_out &&
        limit_of_message(app.engine->kit, "KeyUpdate behind a blocked record", 1))
        app.honest = 0;
    int late = call == CALL_close && wire.now - app.close_began >= app.close_ms;
    if (app.honest && ret == -1 && ends_it(class, reason) && !late)
        finding("error-of-nobody", "nobody has done anything wrong");
}

/* Flags and the end of data ----------------------------------------------------------------- */

static void judge_flags(public_call call, int ret)
{
    int now = ew_conn_get_shutdown(app.c), came = now & ~before.flags, went = before.flags & ~now;
    int closes = call == CALL_shutdown || call == CALL_finish || call == CALL_close;
    int sets =
        call == CALL_set_shutdown || call == CALL_clear || call == CALL_open || call == CALL_adopt;
    if (went && !sets)
        finding("flag-went", "flags %d became %d", before.flags, now);
    if ((came & EW_SENT_SHUTDOWN) && !closes && !sets)
        finding("sent-came", "nobody closed our side");
    if ((came & EW_RECEIVED_SHUTDOWN) && !(closes && app.quiet) && !sets && !peer_close_given())
        finding("received-came", "no close_notify came");
    if (call == CALL_shutdown && ret >= 0 && now != (ret ? 3 : 1))
        finding("wrong-flags", "shutdown said %d, the flags are %d", ret, now);
}

static void judge_end_of_data(public_call call, int ret)
{
    int now = ew_conn_end_of_data(app.c);
    if (now && !before.end_of_data) {
        if (!peer_close_given())
            finding("end-without-close-notify", "end_of_data says 1");
        if (app.taken != peer_data_given())
            finding("lost-before-the-end", "%llu of %llu bytes were read before the end of data",
                    (unsigned long long)app.taken, (unsigned long long)peer_data_given());
    }
    if (!now && before.end_of_data && call != CALL_clear && call != CALL_open && call != CALL_adopt)
        finding("end-taken-back", "end_of_data says 0");
    if ((call == CALL_read || call == CALL_peek) && ret == 0 && !now &&
        !(before.flags & EW_RECEIVED_SHUTDOWN))
        finding("end-without-close-notify", "read says 0");
}

/* Around each call -------------------------------------------------------------------------- */

void judge_begins(public_call call)
{
    told.calls[call]++;
    if (app.closing && call != CALL_close && call != CALL_abort && call != CALL_release)
        app.honest = 0; /* it was closed behind their backs */
    peer_opens();
    fuzz_peer.records = 0;
    wire.operations = 0;
    before.began = wire.now;
    before.peer_had_keys = fuzz_peer.done;
    before.flags = ew_conn_get_shutdown(app.c);
    before.end_of_data = ew_conn_end_of_data(app.c);
    errno = 0;
}

static void judge_time(public_call call)
{
    int64_t took = wire.now - before.began;
    if (!app.blocking && took != 0)
        finding("waits-although-nonblocking", "%d ms", (int)took);
    if (app.blocking && call != CALL_close && app.deadline >= 0 && took > app.deadline + SLACK_MS)
        finding("past-the-deadline", "%d ms of %d", (int)took, app.deadline);
}

static void note(public_call call, int ret, int class, int reason, int error)
{
    const uint8_t all[] = {(uint8_t)call,   (uint8_t)ret,    (uint8_t)(ret >> 8),
                           (uint8_t) class, (uint8_t)reason, (uint8_t)error};
    for (size_t i = 0; i < sizeof all; i++)
        told.digest = (told.digest ^ all[i]) * 0x100000001B3u;
    if (ret > 0 || call == CALL_open || call == CALL_adopt)
        log_step("    = %d", ret);
    else
        log_step("    = %d %s %s errno %d", ret, ew_error_name(class), ew_reason_name(reason),
                 error);
    if (call != CALL_open && call != CALL_adopt && class >= 0 && class < ERRORS && reason >= 0 &&
        reason < REASONS) {
        told.errors[class]++;
        told.reasons[reason]++;
    }
}

void judge_ends(public_call call, int ret, int most)
{
    int error = errno, class = ew_conn_get_error(app.c, ret);
    int reason = ret > 0 ? EW_REASON_NONE : ew_conn_get_reason(app.c);
    note(call, ret, class, reason, error);
    if (ret > most)
        finding("more-than-asked", "%s says %d of %d", call_name(call), ret, most);
    peer_opens();
    if (call != CALL_write)
        judge_data_out();
    if (call == CALL_open || call == CALL_adopt)
        return;
    if (!is_right(call, ret, class, reason, error))
        finding("undocumented-answer", "%s: %d %s %s errno %d", call_name(call), ret,
                ew_error_name(class), ew_reason_name(reason), error);
    judge_time(call);
    judge_fatal(call, ret, class, reason);
    judge_honest(call, ret, class, reason);
    if (!app.corrupt) {
        judge_flags(call, ret);
        judge_end_of_data(call, ret);
    }
    errno = error;
}
