#include "application.h"

#include "net.h"
#include "pattern.h"
#include "repeat.h"
#include "dice.h"
#include "oracle.h"
#include "peer.h"
#include "report.h"
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

application app;

enum { MARKER = 0xA5 };

int app_start(const fuzz_engine *engine, const tls_setup *setup, int nonblocking)
{
    app = (application){.engine = engine, .fd = wire.ours, .blocking = !nonblocking, .honest = 1};
    app.handshake_began = -1;
    app.deadline = -1;
    app.c = calloc(1, sizeof *app.c);
    app.context = engine->kit->context(setup);
    app.object = app.context ? engine->kit->open(app.context) : NULL;
    if (!app.c || !app.object)
        return -1;
    if (engine->ready)
        engine->ready(app.object);
    return net_set_blocking(app.fd, !nonblocking);
}

/* The buffer is gone, and what stood there as well. */
static void drop_data(void)
{
    if (app.data)
        memset(app.data, MARKER, (size_t)app.data_len);
    free(app.data);
    app.data = NULL;
}

void app_free(void)
{
    drop_data();
    if (app.open)
        app_abort();
    app.engine->kit->free(app.context, app.object, 0);
    app.engine->kit->context_free(app.context);
    free(app.c);
    app.c = NULL;
}

/* Opening ----------------------------------------------------------------------------------- */

static ino_t is_which(int fd)
{
    struct stat s;
    return fstat(fd, &s) == 0 ? s.st_ino : 0;
}

static int opens(public_call call, int fd, const ew_port *port, void *object)
{
    ino_t was = is_which(app.fd);
    judge_begins(call);
    log_step("  %s", call_name(call));
    int ret = (call == CALL_adopt ? ew_conn_adopt : ew_conn_open)(app.c, fd, port, object);
    judge_ends(call, ret, 0);
    if (ret != 0 && ret != -1)
        finding("undocumented-answer", "%s: %d", call_name(call), ret);
    if (is_which(app.fd) != was)
        finding("descriptor-closed", "%s closed the descriptor", call_name(call));
    if (ret != 0 && errno == EINVAL && ew_conn_detail(app.c)[0] == '\0')
        finding("no-detail", "%s refuses, and does not say why", call_name(call));
    return ret;
}

int app_open(void)
{
    int ret = opens(CALL_open, app.fd, app.engine->kit->port, app.object);
    app.open = ret == 0;
    app.handshake_began = app.deadline = -1;
    return ret;
}

void app_open_wrongly(void)
{
    const ew_port *port = app.engine->kit->port;
    public_call call = chance(50) ? CALL_open : CALL_adopt;
    int ret = call == CALL_adopt && chance(50) ? opens(call, app.fd, port, app.object)
              : dice(3) == 0                   ? opens(call, -1, port, app.object)
              : dice(2) == 0                   ? opens(call, app.fd, NULL, app.object)
                                               : opens(call, app.fd, port, NULL);
    if (ret != -1)
        finding("undocumented-answer", "%s of what is wrong, or in no handshake: %d",
                call_name(call), ret);
}

/* The handshake ----------------------------------------------------------------------------- */

void app_set_deadline(int ms)
{
    log_step("  set_deadline %d", ms);
    told.calls[CALL_set_deadline]++;
    ew_conn_set_deadline(app.c, ms);
    app.deadline = ms < 0 ? -1 : ms;
    app.handshake_began = -1;
}

int app_handshake(void)
{
    log_step("  handshake");
    if (app.handshake_began < 0)
        app.handshake_began = wire.now;
    judge_begins(CALL_handshake);
    int ret = ew_conn_handshake(app.c);
    judge_ends(CALL_handshake, ret, 1);
    int reason = ew_conn_get_reason(app.c);
    if (ret == 1 || reason != EW_REASON_CLOSED)
        app.shaking = ret != 1; /* nothing else is done until it is over */
    if (ret == 1) {
        app.established = 1;
        app.handshake_began = -1;
    }
    return ret;
}

/* Data -------------------------------------------------------------------------------------- */

int app_read(int len)
{
    uint8_t *data = malloc((size_t)len);
    if (!data)
        exit(2);
    log_step("  read %d", len);
    judge_begins(CALL_read);
    int pending = ew_conn_pending(app.c);
    int ret = ew_conn_read(app.c, data, len);
    int error = errno;
    judge_pending(pending, ret, len);
    if (ret > 0 && ret <= len) {
        judge_read(data, ret);
        app.taken += (uint64_t)ret;
        told.bytes_in += (uint64_t)ret;
    }
    errno = error;
    judge_ends(CALL_read, ret, len);
    free(data);
    return ret;
}

/* What it shows is still to be read. */
int app_peek(int len)
{
    uint8_t *data = malloc((size_t)len);
    if (!data)
        exit(2);
    log_step("  peek %d", len);
    judge_begins(CALL_peek);
    int ret = ew_conn_peek(app.c, data, len);
    int error = errno;
    if (ret > 0 && ret <= len)
        judge_read(data, ret);
    errno = error;
    judge_ends(CALL_peek, ret, len);
    free(data);
    return ret;
}

/* The same data again: at the same address, or elsewhere, with nothing left where it stood. */
static void place_data(int len, int moves)
{
    uint8_t *data = moves || !app.data ? malloc((size_t)len) : realloc(app.data, (size_t)len);
    if (!data)
        exit(2);
    pattern_fill(oracle_stream(STREAM_FROM_US), app.written, data, (size_t)len);
    if (moves)
        drop_data();
    app.data = data;
    app.data_len = len;
}

static void note_written(int ret, int len)
{
    int class = ew_conn_get_error(app.c, ret);
    if (ret > 0 && ret <= len) {
        app.written += (uint64_t)ret;
        told.bytes_out += (uint64_t)ret;
        drop_data();
        app.limbo = app.blocking ? len - ret : 0;
        app.owed = app.limbo < EW_RECORD_MAX ? app.limbo : EW_RECORD_MAX;
        app.untold = app.unsure = app.limbo > 0;
        judge_written(ret);
    } else if (is_repeated(class)) {
        app.owed = len < EW_RECORD_MAX ? len : EW_RECORD_MAX;
        app.unsure = 0;
    }
}

int app_write(int len, int moves)
{
    log_step("  write %d%s", len, moves ? "" : " at the same address");
    if (len < app.owed)
        return -1;
    place_data(len, moves);
    app.limbo = len > app.limbo ? len : app.limbo;
    judge_begins(CALL_write);
    int ret = (int)ew_conn_write(app.c, app.data, (size_t)len);
    int error = errno;
    if (!app.established && ret != -1)
        finding("undocumented-answer", "write before the handshake: %d", ret);
    errno = error;
    judge_ends(CALL_write, ret, len);
    note_written(ret, len);
    return ret;
}

/* Closing ----------------------------------------------------------------------------------- */

static int closes(public_call call, int (*function)(ew_conn *))
{
    log_step("  %s", call_name(call));
    judge_begins(call);
    app.may_notify |= app.open && !app.quiet;
    int ret = function(app.c);
    app.sent_claimed |= ret >= 0 && app.quiet && fuzz_peer.notices == 0;
    judge_ends(call, ret, 1);
    if (ret >= 0) {
        app.owed = 0;
        judge_notice();
    }
    return ret;
}

int app_shutdown(void)
{
    return closes(CALL_shutdown, ew_conn_shutdown);
}

int app_finish(void)
{
    return closes(CALL_finish, ew_conn_finish);
}

static void over(public_call call, int is_closed)
{
    app.open = 0;
    if (wire_is_open(app.fd) == is_closed)
        finding("descriptor", "%s: the descriptor is %s", call_name(call),
                is_closed ? "open" : "closed");
    if (is_closed)
        wire.ours = -1;
}

int app_close(int drain_ms, size_t drain_max)
{
    log_step("  close %d ms, %zu bytes", drain_ms, drain_max);
    int was_open = app.open;
    if (was_open && !app.closing) {
        app.closing = 1;
        app.close_began = wire.now;
        app.close_ms = drain_ms < 0 ? 0 : drain_ms;
    }
    judge_begins(CALL_close);
    app.may_notify |= app.open && !app.quiet;
    wire.bounded = 1;
    int ret = ew_conn_close(app.c, drain_ms, drain_max);
    wire.bounded = 0;
    int error = errno, class = ew_conn_get_error(app.c, ret);
    int waits = is_repeated(class);
    if (was_open && !waits)
        over(CALL_close, 1);
    errno = error;
    judge_ends(CALL_close, ret, 1);
    if (!was_open)
        return ret;
    app.met_corrupt |= app.corrupt;
    app.sent_claimed |= app.quiet && fuzz_peer.notices == 0;
    app.close_is_claimed |= waits && (app.sent_claimed || app.quiet);
    if (ret >= 0 && !app.close_is_claimed)
        judge_notice();
    int64_t took = wire.now - app.close_began;
    if (app.blocking ? took > app.close_ms + 5 : waits && took >= app.close_ms)
        finding("past-the-close", "%d ms of %d", (int)took, app.close_ms);
    if (waits && !wire_is_open(app.fd))
        finding("descriptor", "close wants to be repeated, and the descriptor is closed");
    return ret;
}

int app_abort(void)
{
    int was_open = app.open;
    log_step("  abort");
    judge_begins(CALL_abort);
    int ret = ew_conn_abort(app.c), error = errno;
    if (was_open)
        over(CALL_abort, 1);
    errno = error;
    judge_ends(CALL_abort, ret, 0);
    return ret;
}

int app_release(void)
{
    int was_open = app.open;
    log_step("  release");
    judge_begins(CALL_release);
    int ret = ew_conn_release(app.c);
    if (ret != (was_open ? app.fd : -1))
        finding("undocumented-answer", "release: %d", ret);
    if (was_open)
        over(CALL_release, 0);
    return ret;
}

/* Inside a record nothing can follow; a rest of an alert of the transport's may. */
static void started_over(int between)
{
    if (!between)
        finding("cleared-inside-a-record", "another handshake cannot begin there");
    wire.in_len = wire.given;
    drop_data();
    app.established = app.shaking = app.fatal = app.owed = app.limbo = 0;
    app.sent_claimed = app.may_notify = app.closing = app.close_is_claimed = app.met_corrupt = 0;
    app.written = app.taken = 0;
    app.handshake_began = -1;
    told.clears++;
    if (peer_starts_over() != 0)
        exit(2);
    fuzz_peer.zero = 1; /* what was sealed for the session before may be read in the clear */
}

int app_clear(void)
{
    int between = wire.out_record == wire.out_len || wire.out[wire.out_record] == 21;
    log_step("  clear");
    if (wire.out_record != wire.out_len || wire.in_len != wire_consumed() || app.owed ||
        (app.may_notify && fuzz_peer.notices == 0))
        app.honest = 0; /* there may be something on the way, which no engine has to drop */
    judge_begins(CALL_clear);
    int ret = ew_conn_clear(app.c);
    if (app.open)
        app.corrupt &= 2; /* it is whole again, or refused for good */
    judge_ends(CALL_clear, ret, 1);
    if (ret == 1)
        started_over(between);
    app.owed = 0;
    if (ret == 1 || !strstr(ew_conn_detail(app.c), "our side of the socket is closed"))
        app.closing = app.close_is_claimed = app.met_corrupt =
            0; /* else it goes on, within its bounds */
    return ret;
}
