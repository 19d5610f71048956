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
    default: break;
    }
    return endwell_misuse(c, EW_CAUSE_INVALID);
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

const char *ew_error_name(int error)
{
    switch (error) {
    case EW_ERROR_NONE: return "none";
    case EW_ERROR_WANT_READ: return "want_read";
    case EW_ERROR_WANT_WRITE: return "want_write";
    case EW_ERROR_ZERO_RETURN: return "zero_return";
    case EW_ERROR_SYSCALL: return "syscall";
    case EW_ERROR_SSL: return "ssl";
    case EW_ERROR_SUSPENDED: return "suspended";
    case EW_ERROR_AGAIN: return "again";
    default: return "?";
    }
}

const char *ew_reason_name(int reason)
{
    switch (reason) {
    case EW_REASON_NONE: return "none";
    case EW_REASON_CORRUPT: return "corrupt";
    case EW_REASON_FATAL: return "fatal";
    case EW_REASON_BUSY: return "busy";
    case EW_REASON_HANDSHAKE: return "handshake";
    case EW_REASON_UNEXPECTED: return "unexpected";
    case EW_REASON_UNKNOWN: return "unknown";
    case EW_REASON_CLOSED: return "closed";
    case EW_REASON_UNREAD_DATA: return "unread_data";
    case EW_REASON_FATAL_ALERT: return "fatal_alert";
    case EW_REASON_TRUNCATED: return "truncated";
    case EW_REASON_TRANSPORT: return "transport";
    case EW_REASON_TLS: return "tls";
    case EW_REASON_HANDSHAKE_FAILED: return "handshake_failed";
    default: return "?";
    }
}
