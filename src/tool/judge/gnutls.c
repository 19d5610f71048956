/*
 * GnuTLS: its calls as those of the machine, and what a call met, told from the number that it returned.
 *
 *   gnutls_handshake                      handshake
 *   gnutls_rehandshake, _key_update       handshake that is only asked for
 *   gnutls_record_recv                    read
 *   gnutls_record_send, _uncork           write
 *   gnutls_bye(WR)                        shutdown, up to its close_notify
 *   gnutls_bye(RDWR)                      shutdown, and shutdown again once that is out
 *   gnutls_alert_send(close_notify)       shutdown, up to its close_notify
 *   gnutls_alert_send(fatal, ...)         an end by our own failure: nothing is owed any more
 *   gnutls_deinit                         the end
 */
#include "judge.h"

#include <string.h>

/* <gnutls/gnutls.h> */
enum {
    E_LARGE_PACKET = -7,
    E_UNEXPECTED_LENGTH = -9,
    E_FATAL_ALERT = -12,
    E_WARNING_ALERT = -16,
    E_AGAIN = -28,
    E_REHANDSHAKE = -37,
    E_INTERRUPTED = -52,
    E_PUSH = -53,
    E_PULL = -54,
    E_PREMATURE = -110,
    E_SESSION_EOF = -328,
    E_GOT_APPLICATION_DATA = -38,
    E_REAUTH_REQUEST = -329,
    BYE_BOTH = 0,
    LEVEL_FATAL = 2
};
enum { NO_EVENT = 255, ONLY_ASKED = 254, ALERT = 253, END = 252 };

static const struct {
    const char *name;
    uint8_t event;
} calls[] = {{"gnutls_handshake", EW_EVENT_HANDSHAKE},  {"gnutls_rehandshake", ONLY_ASKED},
             {"gnutls_session_key_update", ONLY_ASKED}, {"gnutls_record_recv", EW_EVENT_READ},
             {"gnutls_record_send", EW_EVENT_WRITE},    {"gnutls_record_uncork", EW_EVENT_WRITE},
             {"gnutls_bye", EW_EVENT_SHUTDOWN},         {"gnutls_alert_send", ALERT},
             {"gnutls_alert_send_appropriate", ALERT},  {"gnutls_deinit", END}};

static uint8_t event_of(const char *call)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, call) == 0) {
            return calls[i].event;
        }
    }
    return NO_EVENT;
}

static bool is_blocked(int value)
{
    return value == E_AGAIN || value == E_INTERRUPTED;
}

/* --- what a call met -------------------------------------------------------------------------- */

static uint8_t of_failure(int value)
{
    switch (value) {
    case E_FATAL_ALERT: return EW_EVENT_FATAL_ALERT;
    case E_PREMATURE: return EW_EVENT_EOF;
    case E_PUSH:
    case E_PULL: return EW_EVENT_IO_ERROR;
    case E_WARNING_ALERT:
    case E_REHANDSHAKE:
    case E_REAUTH_REQUEST:
    case E_LARGE_PACKET:
    case E_GOT_APPLICATION_DATA: return EW_EVENT_SUSPENDED;
    default: return EW_EVENT_TLS_ERROR;
    }
}

static uint8_t of_blocked(const struct event *e)
{
    bool writes = e->want != NULL && strcmp(e->want, "writing") == 0;
    return writes ? EW_EVENT_WANT_WRITE : EW_EVENT_WANT_READ;
}

static uint8_t of_receive(const struct event *e)
{
    if (is_blocked(e->value)) {
        return EW_EVENT_WANT_READ;
    }
    if (e->value == 0 || e->value == E_SESSION_EOF) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    return e->value > 0 ? EW_EVENT_DATA : of_failure(e->value);
}

/* Of gnutls_bye: what is met behind the close_notify tells that this is out. */
static uint8_t of_send(const struct event *e)
{
    if (is_blocked(e->value)) {
        return of_blocked(e) == EW_EVENT_WANT_WRITE ? EW_EVENT_WANT_WRITE : EW_EVENT_DONE;
    }
    if (e->value == E_PUSH) {
        return EW_EVENT_IO_ERROR;
    }
    bool received = e->value == E_PULL || e->value == E_PREMATURE || e->value == E_FATAL_ALERT ||
                    e->value == E_UNEXPECTED_LENGTH;
    return e->value >= 0 || received ? EW_EVENT_DONE : EW_EVENT_TLS_ERROR;
}

uint8_t gnutls_outcome(const struct event *e, uint8_t action)
{
    switch (action) {
    case EW_ACTION_RECEIVE: return of_receive(e);
    case EW_ACTION_FLUSH:
    case EW_ACTION_SEND_CLOSE_NOTIFY: return of_send(e);
    default: break;
    }
    if (is_blocked(e->value)) {
        return action == EW_ACTION_HANDSHAKE ? of_blocked(e) : EW_EVENT_WANT_WRITE;
    }
    return e->value >= 0 ? EW_EVENT_DONE : of_failure(e->value);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void closes(struct judge *j, struct conn *c, const struct event *e, bool both)
{
    bool is_first = c->machine.sent == EW_SENT_NO;
    bool is_alive = ew_alive(&c->machine) == 1;
    if (!both && c->machine.notice_out == EW_NOTICE_OUT_DELIVERED) {
        return; /* it sends another one, and waits for nothing */
    }
    run_call(j, c, e, EW_EVENT_SHUTDOWN);
    bool is_out = c->machine.notice_out == EW_NOTICE_OUT_DELIVERED;
    if (both && is_first && is_alive && is_out && ew_alive(&c->machine) == 1 &&
        c->machine.received == EW_RECEIVED_NO) {
        run_call(j, c, e, EW_EVENT_SHUTDOWN);
    }
    c->guessed |= both && e->value == 0; /* it takes the end of the transport for a close_notify */
}

/* Our own failure: the machine has no call for it, and nothing is owed after it. */
static void fails(struct conn *c)
{
    if (c->established && ew_action(ew_read(&c->machine)) == EW_ACTION_RECEIVE) {
        ew_step(&c->machine, EW_EVENT_TLS_ERROR);
    }
}

static void alerts(struct judge *j, struct conn *c, const struct event *e)
{
    bool is_asked = strcmp(e->call, "gnutls_alert_send") == 0;
    if (is_asked && (e->argument & 0xff) == 0) {
        closes(j, c, e, false);
    } else if (is_asked ? e->argument >> 8 == LEVEL_FATAL
                        : of_failure(e->argument) != EW_EVENT_SUSPENDED) {
        fails(c);
    }
}

static void asks(struct judge *j, struct conn *c, const struct event *e)
{
    if (refused(ew_handshake(&c->machine))) {
        run_call(j, c, e, EW_EVENT_HANDSHAKE);
    } else {
        ew_step(&c->machine,
                e->value == 0 ? EW_EVENT_DONE : gnutls_outcome(e, EW_ACTION_HANDSHAKE));
    }
}

/* What GnuTLS does not say itself is as the calls before have left it. */
static void fill_facts(const struct conn *c, struct event *e)
{
    e->before.flags = e->after.flags = ew_get_shutdown(&c->machine);
    e->before.handshake = c->machine.handshake == EW_HANDSHAKE_DONE ? HANDSHAKE_DONE
                          : c->events <= 1                          ? HANDSHAKE_NONE
                                                                    : HANDSHAKE_RUNNING;
}

void judge_gnutls(struct judge *j, struct conn *c, struct event *e)
{
    uint8_t event = event_of(e->call);
    fill_facts(c, e);
    j->calls++;
    c->is_gnutls = true;
    c->shared |= e->shared;
    switch (event) {
    case END: judge_end(j, c, e); return;
    case ALERT: alerts(j, c, e); break;
    case ONLY_ASKED: asks(j, c, e); break;
    case EW_EVENT_SHUTDOWN: closes(j, c, e, e->argument == BYE_BOTH); break;
    case NO_EVENT: break;
    default: run_call(j, c, e, event); break;
    }
    e->after.flags = ew_get_shutdown(&c->machine);
    c->established |= c->machine.handshake == EW_HANDSHAKE_DONE;
}
