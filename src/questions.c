/* What a connection can be asked, and the flags that can be set: no input or output. */
#include "conn.h"

static int set(ew_conn *c, ew_answer a)
{
    c->result = a;
    if (ew_value(a) < 0) {
        endwell_note(c, EW_CAUSE_PROTOCOL);
    }
    return ew_value(a);
}

int ew_conn_set_shutdown(ew_conn *c, int flags)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    switch (flags) {
    case 0: return set(c, ew_set_shutdown_0(&c->machine));
    case EW_SENT_SHUTDOWN: return set(c, ew_set_shutdown_1(&c->machine));
    case EW_RECEIVED_SHUTDOWN: return set(c, ew_set_shutdown_2(&c->machine));
    case EW_SENT_SHUTDOWN | EW_RECEIVED_SHUTDOWN: return set(c, ew_set_shutdown_3(&c->machine));
    default: return endwell_misuse(c, EW_CAUSE_INVALID);
    }
}

int ew_conn_set_quiet_shutdown(ew_conn *c, int on)
{
    if (!endwell_is_open(c)) {
        return -1;
    }
    return set(c, on ? ew_quiet_on(&c->machine) : ew_quiet_off(&c->machine));
}

int ew_conn_get_error(const ew_conn *c, int ret)
{
    if (c == NULL) {
        return EW_ERROR_SSL;
    }
    return ret > 0 ? EW_ERROR_NONE : ew_error(c->result);
}

int ew_conn_get_reason(const ew_conn *c)
{
    return c == NULL ? EW_REASON_NONE : ew_reason(c->result);
}

/* The number is of the last call that failed: after one that did not there is none. */
int ew_conn_error_number(const ew_conn *c)
{
    if (c == NULL) {
        return EW_CAUSE_INVALID;
    }
    return ew_value(c->result) < 0 ? c->number : EW_CAUSE_NONE;
}

const char *ew_conn_detail(const ew_conn *c)
{
    return c == NULL || c->transport.detail == NULL ? "" : c->transport.detail;
}

int ew_conn_get_shutdown(const ew_conn *c)
{
    return c == NULL ? 0 : ew_get_shutdown(&c->machine);
}

int ew_conn_end_of_data(const ew_conn *c)
{
    return c == NULL ? 0 : ew_end_of_data(&c->machine);
}

int ew_conn_session_kept(const ew_conn *c)
{
    return c == NULL ? 0 : ew_session_kept(&c->machine);
}

int ew_conn_alive(const ew_conn *c)
{
    return c == NULL || c->port == NULL ? 0 : ew_alive(&c->machine);
}

/* Memory that is all 0 is alive, and has had no alert. */
int ew_conn_alert(const ew_conn *c)
{
    return c == NULL || ew_alive(&c->machine) ? -1 : c->transport.alert;
}

long ew_conn_engine_error(const ew_conn *c)
{
    return c == NULL ? 0 : c->transport.engine_error;
}

static const char *name_at(const char *const names[], size_t count, int at)
{
    return at >= 0 && (size_t)at < count ? names[at] : "?";
}

const char *ew_error_name(int error)
{
    static const char *const names[] = {
        [EW_ERROR_NONE] = "none",
        [EW_ERROR_WANT_READ] = "want_read",
        [EW_ERROR_WANT_WRITE] = "want_write",
        [EW_ERROR_ZERO_RETURN] = "zero_return",
        [EW_ERROR_SYSCALL] = "syscall",
        [EW_ERROR_SSL] = "ssl",
        [EW_ERROR_SUSPENDED] = "suspended",
        [EW_ERROR_AGAIN] = "again",
    };

    return name_at(names, sizeof names / sizeof names[0], error);
}

const char *ew_reason_name(int reason)
{
    static const char *const names[] = {
        [EW_REASON_NONE] = "none",
        [EW_REASON_CORRUPT] = "corrupt",
        [EW_REASON_FATAL] = "fatal",
        [EW_REASON_BUSY] = "busy",
        [EW_REASON_HANDSHAKE] = "handshake",
        [EW_REASON_UNEXPECTED] = "unexpected",
        [EW_REASON_UNKNOWN] = "unknown",
        [EW_REASON_CLOSED] = "closed",
        [EW_REASON_UNREAD_DATA] = "unread_data",
        [EW_REASON_FATAL_ALERT] = "fatal_alert",
        [EW_REASON_TRUNCATED] = "truncated",
        [EW_REASON_TRANSPORT] = "transport",
        [EW_REASON_TLS] = "tls",
        [EW_REASON_HANDSHAKE_FAILED] = "handshake_failed",
    };

    return name_at(names, sizeof names / sizeof names[0], reason);
}
