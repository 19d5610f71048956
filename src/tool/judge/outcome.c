/* What the engine did, told from what a recorder can see of a call: the outcome for the machine. */
#include "judge.h"

#include <string.h>

/* Reasons of libssl (library 20); an alert of the peer has its number above this. */
enum {
    LIBRARY_SYS = 2,
    LIBRARY_SSL = 20,
    IGNORE_UNEXPECTED_EOF = 1 << 7, /* since 3.0 */
    REASON_DATA_AFTER_CLOSE = 291,
    REASON_EOF = 294,
    REASON_ALERT = 1000,
    LAST_ALERT = 1255,
    FLAG_RECEIVED = 2
};

static bool is_class(const struct event *e, const char *class)
{
    return e->class != NULL && strcmp(e->class, class) == 0;
}

static bool same_error(const struct queued *a, const struct queued *b)
{
    return a->library == b->library && a->reason == b->reason;
}

/*
 * The error that the call itself left, or 0: the first one, if the queue was empty. From 3.4.6 on a
 * failure of the transport stands behind it. A write that was not asked before reads no alert.
 */
static int own_reason(const struct event *e)
{
    bool was_empty = e->before.oldest.library == 0;
    const struct queued *own =
        was_empty && e->after.oldest.library == LIBRARY_SSL ? &e->after.oldest : &e->after.newest;
    bool is_new = !e->before.unasked && !same_error(&e->before.newest, own);
    return is_new && own->library == LIBRARY_SSL ? own->reason : 0;
}

static bool is_alert(int reason)
{
    return reason >= REASON_ALERT && reason <= LAST_ALERT;
}

/*
 * Whether an old error decided the class. Where the queue was not looked at before: a write that blocks
 * leaves no error of its own, and one whose transport fails none of libssl.
 */
bool only_stale(const struct event *e)
{
    int newest = e->after.newest.library;
    if (e->before.unasked) {
        bool blocks = e->after.retry && e->want != NULL && strcmp(e->want, "writing") == 0;
        bool is_foreign = newest != 0 && newest != LIBRARY_SSL;
        return is_class(e, "SSL") && (blocks || is_foreign);
    }
    bool is_behind = same_error(&e->before.newest, &e->after.newest) || newest == LIBRARY_SYS;
    return is_class(e, "SSL") && e->before.oldest.library != 0 && is_behind;
}

static uint8_t of_failure(const struct event *e)
{
    int reason = own_reason(e);
    if (reason == REASON_EOF) {
        return EW_EVENT_EOF;
    }
    if (is_alert(reason)) {
        return EW_EVENT_FATAL_ALERT;
    }
    return EW_EVENT_TLS_ERROR;
}

/* An old error in the queue hides the class: what libssl waits for tells it, and the transport. */
static const char *class_without_old(const struct event *e)
{
    if (!only_stale(e)) {
        return e->class != NULL ? e->class : "";
    }
    if (!e->after.retry || e->want == NULL) {
        return "SYSCALL";
    }
    return strcmp(e->want, "writing") == 0 ? "WANT_WRITE" : "WANT_READ";
}

static bool wants_to_read(const struct event *e)
{
    return e->want != NULL && strcmp(e->want, "reading") == 0;
}

static bool wants_to_write(const struct event *e)
{
    return e->want != NULL && strcmp(e->want, "writing") == 0;
}

/*
 * From 3.4 on, behind an old error: an end of the transport, and then not even the alert about it could
 * be sent. Its own error stands between the two that a recorder sees. A write that fails leaves one of
 * the system, a read that fails does not; and no byte had come that an alert could have been about.
 */
static bool is_end_behind_others(const struct event *e)
{
    bool could_not_send =
        e->after.newest.library == LIBRARY_SYS && !same_error(&e->before.newest, &e->after.newest);
    return only_stale(e) && could_not_send && e->in == 0;
}

/*
 * Up to 1.1.1 the end of the transport is SYSCALL, and no error. A read that has something of its own to
 * send (an alert from 3.0 on, the answer to a HelloRequest in all releases) fails so as well if the
 * transport takes nothing, and has met no end.
 */
static uint8_t of_class(const struct event *e, uint8_t action)
{
    const char *class = class_without_old(e);
    if (strcmp(class, "WANT_READ") == 0) {
        return EW_EVENT_WANT_READ;
    }
    if (strcmp(class, "WANT_WRITE") == 0) {
        return EW_EVENT_WANT_WRITE;
    }
    if (strcmp(class, "SYSCALL") == 0) {
        bool sends = wants_to_write(e);
        bool reads = (action == EW_ACTION_RECEIVE && !sends) ||
                     (action == EW_ACTION_HANDSHAKE && wants_to_read(e));
        bool ended =
            (reads && e->error == 0) || (action == EW_ACTION_RECEIVE && is_end_behind_others(e));
        return ended ? EW_EVENT_EOF : EW_EVENT_IO_ERROR;
    }
    if (strcmp(class, "SSL") == 0) {
        return of_failure(e);
    }
    /* A transport that failed where the peer's close_notify was seen before (D-17). */
    return strcmp(class, "ZERO_RETURN") == 0 ? EW_EVENT_IO_ERROR : EW_EVENT_SUSPENDED;
}

static bool newly_received(const struct event *e)
{
    return (e->before.flags & FLAG_RECEIVED) == 0 && (e->after.flags & FLAG_RECEIVED) != 0;
}

bool ignores_eof(const struct event *e)
{
    return e->library >= 0x30000000ul && e->options != ABSENT &&
           ((uint64_t)e->options & IGNORE_UNEXPECTED_EOF) != 0;
}

/*
 * libssl says that the peer has closed, and nothing came: the socket BIO says that it is at its end, and
 * of another transport no byte was read, nor could have been before.
 */
bool is_ignored_eof(const struct event *e)
{
    bool is_socket = e->transport != NULL && strcmp(e->transport, "socket") == 0;
    return ignores_eof(e) && newly_received(e) && e->before.quiet == 0 &&
           (is_socket ? e->at_end : e->in == 0 && !e->ahead);
}

static uint8_t of_wait(const struct event *e)
{
    if (e->value == 1 || newly_received(e)) {
        return is_alert(own_reason(e)) ? EW_EVENT_FATAL_ALERT : EW_EVENT_CLOSE_NOTIFY;
    }
    if (own_reason(e) == REASON_DATA_AFTER_CLOSE) {
        return EW_EVENT_DATA;
    }
    return of_class(e, EW_ACTION_RECEIVE);
}

static uint8_t of_read(const struct event *e)
{
    if (e->value > 0) {
        return EW_EVENT_DATA;
    }
    if (newly_received(e) && own_reason(e) == 0) {
        return EW_EVENT_CLOSE_NOTIFY;
    }
    return of_class(e, EW_ACTION_RECEIVE);
}

/* Success without a byte is none: the transport took nothing (D-04, D-52). */
static uint8_t of_success(const struct event *e)
{
    return e->out == 0 ? EW_EVENT_IO_ERROR : EW_EVENT_DONE;
}

static uint8_t of_send(const struct event *e, uint8_t action)
{
    return e->value >= 0 ? of_success(e) : of_class(e, action);
}

uint8_t outcome_of(const struct event *e, uint8_t action, const ew_machine *m)
{
    if (e->is_gnutls) {
        return gnutls_outcome(e, action);
    }
    switch (action) {
    case EW_ACTION_RECEIVE: return m->busy == EW_BUSY_WAIT ? of_wait(e) : of_read(e);
    case EW_ACTION_FLUSH:
    case EW_ACTION_SEND_CLOSE_NOTIFY: return of_send(e, action);
    case EW_ACTION_HANDSHAKE:
        return e->after.handshake == HANDSHAKE_DONE ? EW_EVENT_DONE : of_class(e, action);
    default: return e->value > 0 ? of_success(e) : of_class(e, action);
    }
}
