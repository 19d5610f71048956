/* The application's other calls: what it asks, what it sets, and its mistakes. */
#include "application.h"
#include "dice.h"
#include "oracle.h"
#include "peer.h"
#include "report.h"
#include "wire.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

int app_set_shutdown(int flags)
{
    log_step("  set_shutdown %d", flags);
    judge_begins(CALL_set_shutdown);
    int ret = ew_conn_set_shutdown(app.c, flags);
    if (ret == 1)
        app.sent_claimed = (flags & EW_SENT_SHUTDOWN) && fuzz_peer.notices == 0;
    judge_ends(CALL_set_shutdown, ret, 1);
    return ret;
}

int app_set_quiet(int on)
{
    log_step("  set_quiet_shutdown %d", on);
    judge_begins(CALL_set_quiet_shutdown);
    int ret = ew_conn_set_quiet_shutdown(app.c, on);
    if (ret == 1)
        app.quiet = on != 0;
    judge_ends(CALL_set_quiet_shutdown, ret, 1);
    return ret;
}

int app_timeout(void)
{
    told.calls[CALL_timeout]++;
    int ms = ew_conn_timeout(app.c);
    int64_t left = app.close_began + app.close_ms - wire.now;
    log_step("  timeout = %d", ms);
    if (ms < -1 || (app.closing && app.open && (ms < 0 || (ms > left && left >= 0))))
        finding("wrong-timeout", "%d ms", ms);
    return ms;
}

void app_asks(void)
{
    ew_conn was = *app.c;
    int flags = ew_conn_get_shutdown(app.c), kept = ew_conn_session_kept(app.c);
    const char *detail = ew_conn_detail(app.c);
    static const public_call asked[] = {CALL_get_error,    CALL_get_reason,   CALL_detail,
                                        CALL_get_shutdown, CALL_end_of_data,  CALL_session_kept,
                                        CALL_error_name,   CALL_reason_name,  CALL_alive,
                                        CALL_alert,        CALL_engine_error, CALL_pending};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        told.calls[asked[i]]++;
    int alert = ew_conn_alert(app.c);
    (void)ew_conn_engine_error(app.c); /* the engine's own affair, but for asking */
    log_step("  (asks: flags %d, session %d, detail \"%s\")", flags, kept, detail);
    if (strcmp(ew_error_name(ew_conn_get_error(app.c, -1)), "?") == 0 ||
        strcmp(ew_reason_name(ew_conn_get_reason(app.c)), "?") == 0 ||
        strcmp(ew_error_name(-1), "?") != 0 || strcmp(ew_reason_name(INT_MAX), "?") != 0)
        finding("wrong-name", "%d %d", ew_conn_get_error(app.c, -1), ew_conn_get_reason(app.c));
    if (flags < 0 || flags > 3 || (!app.corrupt && kept && !(flags & EW_SENT_SHUTDOWN)))
        finding("wrong-answer", "flags %d, session kept %d", flags, kept);
    if (alert < -1 || (alert == 0 && !fuzz_peer.zero) || alert > UINT8_MAX)
        finding("wrong-answer", "alert %d", alert);
    judge_alive();
    if (memcmp(&was, app.c, sizeof was) != 0)
        finding("question-changes", "a question has changed the connection");
}

/* Less than what is owed: refused, for whatever else comes first. */
void app_writes_short(void)
{
    char byte = 0;
    log_step("  write 1 of %d that are owed", app.owed);
    judge_begins(CALL_write);
    int ret = (int)ew_conn_write(app.c, &byte, 1);
    judge_ends(CALL_write, ret, -1);
}

static void expects(public_call call, int ret, int error)
{
    int is = errno;
    judge_ends(call, ret, -1);
    if (is != error)
        finding("undocumented-answer", "%s with an argument out of range: errno %d",
                call_name(call), is);
}

void app_misuses(void)
{
    static const int lengths[] = {0, -1, INT_MIN};
    int len = lengths[dice(3)], which = (int)dice(6), ret;
    int error = which < 4 && !app.open ? EBADF : EINVAL;
    char byte = 0;
    if (app.owed > 1 && !app.unsure && app.open && !app.may_notify && chance(40)) {
        app_writes_short();
        return;
    }
    public_call call = which < 2 ? CALL_read : which < 4 ? CALL_write : CALL_set_shutdown;
    log_step("  misuse %d, %d", which, len);
    judge_begins(call);
    switch (which) {
    case 0: ret = ew_conn_read(app.c, &byte, len); break;
    case 1: ret = ew_conn_read(app.c, NULL, 1); break;
    case 2: ret = (int)ew_conn_write(app.c, &byte, (size_t)len); break;
    case 3: ret = (int)ew_conn_write(app.c, NULL, app.owed ? (size_t)app.owed : 1); break;
    case 4:
        error = app.open ? EINVAL : EBADF;
        ret = ew_conn_set_shutdown(app.c, chance(50) ? 4 : -1);
        break;
    default:
        ret = ew_conn_read(NULL, &byte, 1);
        if (ret != -1 || errno != EINVAL)
            finding("undocumented-answer", "read without a connection: %d", ret);
        return;
    }
    expects(call, ret, error);
}

void app_sets(void)
{
    int harmless = 0;
    const char *what = app.engine->sets ? app.engine->sets(app.object, -1, &harmless) : NULL;
    if (!what)
        return;
    log_step("  (the application: %s)", what);
    if (!harmless)
        app.honest = 0;
}

/* Memory that something else has written over. */
void app_corrupts(void)
{
    uint8_t *machine = (uint8_t *)&app.c->machine;
    log_step("  (the machine is written over)");
    size_t at = dice(sizeof app.c->machine);
    machine[at] = (uint8_t)(16 + dice(200));
    app.corrupt |= at == offsetof(ew_machine, quiet) ? 3 : 1;
    app.honest = 0;
}
