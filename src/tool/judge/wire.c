/*
 * The wire rules. An end is held against the machine by what it sent, and by what had passed to it:
 * a record that it sends is a write or a handshake, its close_notify a shutdown. When it read what
 * it was sent is not on the wire, and nothing is judged by it.
 */
#include "judge.h"

#include <stdio.h>
#include <string.h>

static const char no_keys[] =
    "a record is encrypted and no key fits: give --keylog FILE, which a program writes if it "
    "is "
    "asked to (SSLKEYLOGFILE for curl, Python, NSS and rustls' KeyLogFile, KeyLogWriter in Go, "
    "SSL_CTX_set_keylog_callback, -keylogfile of openssl)";
static const char no_alert[] =
    "an alert is encrypted, which can be a close_notify: give --keylog FILE (see endwell(1))";
static const char no_bytes[] =
    "packets are missing, cut short or out of order: capture again, whole packets (dumpcap -s 0)";
static const char no_beginning[] =
    "the capture begins behind its handshake: start it before the program connects";

static bool is(const struct event *e, const char *what)
{
    return strcmp(e->what, what) == 0;
}

static bool is_alive(const struct conn *c)
{
    return c->established && ew_alive(&c->machine) == 1 && !c->peer_failed;
}

/* --- what it sent ----------------------------------------------------------------------------- */

static void sends(struct judge *j, struct conn *c, const struct event *e, uint8_t event)
{
    ew_answer a = ew_step(&c->machine, event);
    if (!refused(a)) {
        ew_step(&c->machine, EW_EVENT_DONE);
    } else if (ew_reason(a) == EW_REASON_CLOSED) {
        report_predicate(j, c, e, "behind_notice", e->what);
    } else if (ew_reason(a) == EW_REASON_FATAL) {
        report_predicate(j, c, e, "behind_alert", e->what);
    }
}

static void sends_notice(struct judge *j, struct conn *c, const struct event *e)
{
    ew_machine *m = &c->machine;
    if (m->notice_out != EW_NOTICE_OUT_NONE) {
        report_predicate(j, c, e, "behind_notice", "a second close_notify");
        return;
    }
    ew_answer a = ew_shutdown(m);
    if (refused(a)) {
        report_predicate(j, c, e, "behind_alert", "close_notify");
    }
    while (ew_action(a) != EW_ACTION_RETURN) {
        a = ew_step(m, ew_action(a) == EW_ACTION_RECEIVE ? EW_EVENT_WANT_READ : EW_EVENT_DONE);
    }
}

static void sends_fatal(struct judge *j, struct conn *c, const struct event *e)
{
    ew_machine *m = &c->machine;
    if (m->notice_out != EW_NOTICE_OUT_NONE) {
        report_predicate(j, c, e, "behind_notice", e->what);
    }
    if (ew_action(ew_read(m)) == EW_ACTION_RECEIVE) {
        ew_step(m, EW_EVENT_TLS_ERROR);
    }
}

static void ends(struct judge *j, struct conn *c, const struct event *e)
{
    bool without = c->machine.notice_out == EW_NOTICE_OUT_NONE;
    if (is_alive(c) && !c->closed && without) {
        report_predicate(j, c, e, is(e, "reset") ? "reset_without_notice" : "end_without_notice",
                         "");
    } else if (is_alive(c) && !without && is(e, "reset")) {
        report_predicate(j, c, e, "reset_behind_notice", "");
    }
    c->closed = true;
    c->ended = is(e, "reset");
}

static void sent(struct judge *j, struct conn *c, const struct event *e)
{
    if (is(e, "end") || is(e, "reset")) {
        ends(j, c, e);
    } else if (!c->established) {
        c->finished |= is(e, "finished");
    } else if (is(e, "close_notify")) {
        sends_notice(j, c, e);
    } else if (is(e, "fatal alert")) {
        sends_fatal(j, c, e);
    } else {
        sends(j, c, e, is(e, "data") ? EW_EVENT_WRITE : EW_EVENT_HANDSHAKE);
    }
}

/* --- what passed to it ------------------------------------------------------------------------ */

/* Who was cut off, or told of an error, closes without close_notify: the connection is over. */
static void received(struct conn *c, const struct event *e)
{
    ew_machine *m = &c->machine;
    bool is_cut = is(e, "end") && m->notice_in == EW_NOTICE_IN_NONE;
    c->peer_finished |= is(e, "finished");
    c->peer_failed |= is(e, "fatal alert") || is_cut;
    c->closed |= is(e, "reset");
    if (is(e, "close_notify") && c->established && m->notice_in == EW_NOTICE_IN_NONE &&
        ew_action(ew_read(m)) == EW_ACTION_RECEIVE) {
        ew_step(m, EW_EVENT_CLOSE_NOTIFY);
    }
}

static const char *hidden_by(const struct event *e)
{
    return is(e, "hidden record")  ? no_keys
           : is(e, "hidden alert") ? no_alert
           : is(e, "gap")          ? no_bytes
           : is(e, "middle")       ? no_beginning
                                   : NULL;
}

void judge_wire(struct judge *j, struct conn *c, struct event *e)
{
    if (c->hidden == NULL && !c->ended) {
        c->hidden = hidden_by(e);
    }
    if (c->hidden != NULL || c->ended || is(e, "beginning")) {
        return;
    }
    e->peer_closed = c->machine.notice_in == EW_NOTICE_IN_SEEN;
    if (e->sent) {
        sent(j, c, e);
    } else {
        received(c, e);
    }
    if (!c->established && c->finished && c->peer_finished) {
        ew_adopt(&c->machine);
        c->established = true;
    }
}

/* At the end of the capture. */
void judge_wire_left(struct judge *j, struct conn *c)
{
    j->hidden += c->hidden != NULL;
    for (size_t i = rule_count; i-- > 0;) {
        bool needs_end = strcmp(rules[i].needs, "wire, end") == 0;
        if (rules[i].kind == KIND_WIRE && c->hidden != NULL) {
            report_unseen(j, rules[i].id, c->hidden);
        } else if (rules[i].kind == KIND_WIRE && needs_end && c->established && !c->closed) {
            report_unseen(j, rules[i].id,
                          "the capture ends before this end of the connection does");
        }
    }
}
