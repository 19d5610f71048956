/* What the trace shows of a connection besides the call of a line: the machine is brought there first. */
#include "judge.h"

static void follow_quiet(struct conn *c, const struct event *e)
{
    if ((e->before.quiet != 0) != (c->machine.quiet == EW_QUIET_ON)) {
        ew_step(&c->machine, e->before.quiet != 0 ? EW_EVENT_QUIET_ON : EW_EVENT_QUIET_OFF);
    }
}

/* A post-handshake message that is under way, or was flushed by a call that was not seen. */
void follow_message(struct conn *c, const struct event *e)
{
    bool runs = e->before.handshake != HANDSHAKE_DONE;
    if (c->machine.fatal != EW_FATAL_NONE || !c->established) {
        return;
    }
    if (runs == (c->machine.handshake == EW_HANDSHAKE_RUNNING) || e->before.renegotiates) {
        return;
    }
    if (ew_action(ew_handshake(&c->machine)) == EW_ACTION_HANDSHAKE) {
        ew_step(&c->machine, runs ? EW_EVENT_SUSPENDED : EW_EVENT_DONE);
    }
}

/* Read and write go through the handshake themselves (D-37, D-43). */
bool goes_through_handshake(struct conn *c, const struct event *e, uint8_t event)
{
    ew_machine *m = &c->machine;
    if ((event != EW_EVENT_READ && event != EW_EVENT_WRITE) || m->handshake == EW_HANDSHAKE_DONE ||
        m->fatal != EW_FATAL_NONE) {
        return true;
    }
    if (ew_action(ew_handshake(m)) == EW_ACTION_HANDSHAKE) {
        ew_step(m, outcome_of(e, EW_ACTION_HANDSHAKE, m));
    }
    return m->handshake == EW_HANDSHAKE_DONE;
}

/* The peer's close_notify came in a call that was not seen: BIO_f_ssl reads inside libssl. */
static void follow_flags(struct conn *c, const struct event *e)
{
    ew_machine *m = &c->machine;
    bool has_received = (e->before.flags & 2) != 0 && m->received == EW_RECEIVED_NO;
    if (!has_received || !c->established || ew_alive(m) == 0 || m->notice_in == EW_NOTICE_IN_SEEN) {
        return;
    }
    if (ew_action(ew_read(m)) == EW_ACTION_RECEIVE) {
        ew_step(m, EW_EVENT_CLOSE_NOTIFY);
        c->guessed = true;
    }
}

/*
 * Reads that were passed over: they changed nothing of libssl's. The contract's ends again where the
 * program took a close_notify of the peer's back (D-34).
 */
void follow_skipped(struct conn *c, int reads, int waits)
{
    if (c->established && (reads > 0 || waits > 0) &&
        ew_action(ew_read(&c->machine)) == EW_ACTION_RECEIVE) {
        ew_step(&c->machine, reads > 0 ? EW_EVENT_DATA : EW_EVENT_WANT_READ);
    }
}

void catch_up(struct conn *c, const struct event *e)
{
    if (e->before.handshake == HANDSHAKE_DONE && c->machine.handshake == EW_HANDSHAKE_NONE) {
        ew_adopt(&c->machine);
        c->established = true;
    } else if (e->before.handshake == HANDSHAKE_RUNNING &&
               c->machine.handshake == EW_HANDSHAKE_NONE &&
               ew_action(ew_handshake(&c->machine)) == EW_ACTION_HANDSHAKE) {
        ew_step(&c->machine, EW_EVENT_SUSPENDED); /* while it waits no line is written */
    }
    follow_quiet(c, e);
    follow_skipped(c, e->reads, e->waits);
    follow_flags(c, e);
}
