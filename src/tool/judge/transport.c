/*
 * What happens below libssl: an end of the transport that is ignored, or hidden by a BIO of the
 * program's own, and a close_notify that stays in a buffer. The predicates of spec/rules.md for that.
 */
#include "judge.h"

#include <stdio.h>
#include <string.h>

enum { FLAG_SENT = 1 };

static bool is_alive(const struct conn *c)
{
    return c->established && ew_alive(&c->machine) == 1;
}

static bool is(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

static void note_facts(struct conn *c, const struct event *e)
{
    c->without_options |= e->options == ABSENT;
    c->without_transport |= e->transport == NULL;
    c->own_transport |= is(e->transport, "other");
    if (c->ignoring == NULL && ignores_eof(e)) {
        c->ignoring = e;
    }
}

/* Before the call goes to the machine. */
void judge_transport(struct judge *j, struct conn *c, const struct event *e)
{
    bool waits = is(e->class, "WANT_READ") && e->value <= 0;
    if (!e->has_after) {
        return;
    }
    note_facts(c, e);
    if (!is_alive(c)) {
        return;
    }
    if (is_ignored_eof(e)) {
        report_predicate(j, c, e, "end_not_authenticated",
                         "the transport ended here, and the peer had sent no close_notify");
    } else if (waits && e->before.ended && e->in == 0) {
        report_predicate(j, c, e, "end_hidden",
                         "its descriptor had been at its end since the call before");
    }
}

/* What libssl answers for success where its transport took nothing of the close_notify. */
bool is_notice_lost(const struct conn *c, const struct event *e, uint8_t outcome)
{
    bool was_owed =
        (e->before.flags & FLAG_SENT) == 0 || c->machine.notice_out != EW_NOTICE_OUT_NONE;
    return is(e->call, "SSL_shutdown") && e->value >= 0 && outcome == EW_EVENT_IO_ERROR &&
           was_owed && !c->guessed;
}

/* After it: a buffering BIO may have kept the close_notify, and libssl does not flush again. */
void judge_held(struct judge *j, struct conn *c, const struct event *e)
{
    char detail[120];
    const struct facts *now = e->has_after ? &e->after : &e->before;
    if (now->held == 0) {
        c->holds_notice = false;
    } else if (is(e->call, "SSL_shutdown") && e->value >= 0 && e->before.quiet == 0) {
        c->holds_notice = true;
    }
    if (c->holds_notice && is(e->call, "SSL_free") && !c->over) {
        snprintf(detail, sizeof detail, "%.0f bytes were still in a buffering BIO", now->held);
        report_libssl(j, c, e, "D-04", detail);
        c->holds_notice = false;
    }
}

/* Of a library that has no queue, no SSL_get_error, no options and no BIOs. */
void report_without(struct judge *j, const char *why)
{
    static const char *const fact[] = {"queue", "asked", "options", "bio"};
    for (size_t i = 0; i < rule_count; i++) {
        for (size_t k = 0; k < sizeof fact / sizeof fact[0]; k++) {
            if (needs_fact(&rules[i], fact[k])) {
                report_unseen(j, rules[i].id, why);
            }
        }
    }
}

void judge_transport_left(struct judge *j, struct conn *c)
{
    if (c->is_gnutls) {
        report_without(j, "GnuTLS has none of what it needs");
        return;
    }
    if (c->ignoring != NULL) {
        report_predicate(
            j, c, c->ignoring, "end_not_authenticated",
            "SSL_OP_IGNORE_UNEXPECTED_EOF is set; the transport did not end like that");
    }
    if (c->without_options) {
        report_unseen(j, "EW032", "the trace does not say which options were set");
    }
    if (c->without_transport) {
        report_unseen(j, "EW041", "the trace does not say what the transport is");
        report_unseen(j, "EW042", "the trace does not say what the transport is");
    } else if (c->own_transport) {
        report_unseen(j, "EW041",
                      "its transport is a BIO of the program's own, without a descriptor");
        report_unseen(j, "EW042",
                      "its transport is a BIO of the program's own, without a descriptor");
    } else if (c->holds_notice) {
        report_unseen(j, "EW041",
                      "a buffering BIO had the close_notify, and the SSL was not freed");
    }
}
