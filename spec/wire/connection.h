/*
 * Endwell: the contracts of src/data.c and src/endwell.c: application data, and how what the core asks for is
 * performed (W6, W7, and of W5 memory, overflow and termination). That is_usable holds behind opening is
 * required here; opening.h has what src/open.c is proven to leave.
 *
 * W6: a read returns -1, 0 or a count between 1 and len, which is what the port says that it took (which
 * bytes these are, is the port's to say); a write -1 or a count between 1 and len, and what is handed over is
 * the application's memory behind what it was told of, no less than what is owed. W7: a read returns 0 only
 * after an authenticated close_notify, or if RECEIVED stood when it was called; and it is set by that
 * close_notify, by set_shutdown, or by a shutdown under quiet. What the core answers is taken from its own
 * contracts (ew_contracts.h), what a port does from wire/engine.h. Frama-C joins each contract with the
 * definition, which does not include this file; there each loop names its invariants, which stand below.
 */
#ifndef EW_WIRE_CONNECTION_H
#define EW_WIRE_CONNECTION_H

#include "wire/engine.h"

/* What an open connection is between two calls of the application's, and, but for `at_rest`, within one. */
/*@
  predicate is_untold(ew_answer a) = a == EW_ANSWER_ONE || (returned_by(a) == -1 && !is_retry(a));

  predicate is_linked(ew_conn *c) =
    is_link(c) && \valid(c) && \valid_read(c->port) && ew_served == c &&
    \separated(c, c->port, c->transport.io);

  predicate has_clock(ew_conn *c) = c->blocking != 0 ==> c->transport.io->now_ms != \null;

  predicate is_owed(ew_conn *c) =
    0 <= c->owed <= EW_RECORD_MAX && (c->machine.fatal == EW_FATAL_NONE ==> ew_pending <= c->owed);

  predicate is_earned(ew_conn *c) =
    c->machine.notice_in == EW_NOTICE_IN_SEEN ==> ew_authenticated == 1;

  predicate is_told(ew_conn *c) =
    (c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ==> ew_notice_out != 0) &&
    (alive(&c->machine) && ew_notice_asked != 0 ==> notice_made(&c->machine)) &&
    (alive(&c->machine) && ew_notice_out != 0 ==> c->machine.notice_out == EW_NOTICE_OUT_DELIVERED) &&
    (ew_failed != 0 ==> !callable(&c->machine));

  predicate is_sane(ew_conn *c) =
    is_linked(c) && has_clock(c) && is_owed(c) && is_earned(c) && is_told(c);

  predicate at_rest(ew_conn *c) = c->in_call == 0 && c->read_buf == \null && is_untold(c->untold);

  predicate is_open(ew_conn *c) = c != \null && c->port != \null && c->in_call == 0;

  predicate is_usable(ew_conn *c) =
    (c == \null || \valid(c)) && (is_open(c) ==> is_sane(c) && at_rest(c));
*/

/* The same of what holds afterwards, one thing at a time. */
#define EW_STAYS_SANE                                                                                                  \
    ensures linked: is_linked(c);                                                                                      \
    ensures clocked: has_clock(c);                                                                                     \
    ensures owed: is_owed(c);                                                                                          \
    ensures earned: is_earned(c);                                                                                      \
    ensures told_out: c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ==> ew_notice_out != 0;                         \
    ensures told_asked: alive(&c->machine) && ew_notice_asked != 0 ==> notice_made(&c->machine);                       \
    ensures told_delivered: alive(&c->machine) && ew_notice_out != 0 ==>                                               \
        c->machine.notice_out == EW_NOTICE_OUT_DELIVERED;                                                              \
    ensures told_failed: ew_failed != 0 ==> !callable(&c->machine);

#define EW_STAYS_USABLE                                                                                                \
    ensures usable: c == \null || \valid(c);                                                                           \
    ensures usable_linked: is_open(c) ==> is_linked(c);                                                                \
    ensures usable_clocked: is_open(c) ==> has_clock(c);                                                               \
    ensures usable_owed: is_open(c) ==> is_owed(c);                                                                    \
    ensures usable_earned: is_open(c) ==> is_earned(c);                                                                \
    ensures usable_told: is_open(c) ==> is_told(c);                                                                    \
    ensures usable_rest: is_open(c) ==> at_rest(c);

/* What a call of the application's leaves as it was, besides. */
#define EW_STAYS_THE_SAME                                                                                              \
    ensures same_idle: c != \null ==> c->in_call == \old(c->in_call);                                                  \
    ensures same_io: c != \null ==> c->transport.io == \old(c->transport.io);                                          \
    ensures same_time: \old(is_clock(ew_clock)) ==> is_clock(ew_clock);

#define EW_STAYS_QUIET ensures W7_quiet: c != \null ==> c->machine.quiet == \old(c->machine.quiet);

/* The arguments of the read or write under way. */
/*@
  predicate reads(ew_conn *c) =
    c->read_buf != \null && 1 <= c->io_len && \valid(c->read_buf + (0 .. c->io_len - 1)) &&
    \separated(c->read_buf + (0 .. c->io_len - 1), c, c->port, c->transport.io) &&
    ew_read_so_far + c->io_len <= bytes_of_a_life;

  predicate writes(ew_conn *c) =
    1 <= c->io_len <= EW_RECORD_MAX && \valid_read(c->write_buf + (0 .. c->io_len - 1)) &&
    c->write_buf == ew_given + (ew_taken - ew_given_from) &&
    ew_taken + c->io_len <= bytes_of_a_life;

  predicate may_write{L}(ew_machine *m) = open{L}(m) && !closed{L}(m);
*/

/* errno, where there is one. Nothing here reads it. */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
void endwell_tell(int number);

/* Application data ------------------------------------------------------------------------------- */

/* may_write, of a machine that is passed as a value. */
/*@
  predicate copy_may_write(ew_machine m) =
    m.handshake == EW_HANDSHAKE_DONE && m.sent == EW_SENT_NO && m.received <= EW_RECEIVED_YES &&
    m.quiet <= EW_QUIET_ON && m.fatal == EW_FATAL_NONE && m.notice_out == EW_NOTICE_OUT_NONE &&
    m.notice_in <= EW_NOTICE_IN_SEEN && m.output <= EW_OUTPUT_PENDING && m.session <= EW_SESSION_DROP &&
    m.busy == EW_BUSY_IDLE;
*/

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    flag: \result == 0 || \result == 1;
  ensures    W6_writes: event == EW_EVENT_WRITE && action == EW_ACTION_WRITE ==>
               (\result == 1 <==> copy_may_write(copy));
*/
static int asks_for(ew_machine copy, uint8_t event, uint8_t action);

/*@
  requires   valid: \valid_read(c);
  requires   known: (event == EW_EVENT_READ && action == EW_ACTION_RECEIVE) ||
                    (event == EW_EVENT_WRITE && action == EW_ACTION_WRITE);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    flag: \result == 0 || \result == 1;
  ensures    W6_writes: event == EW_EVENT_WRITE ==>
               (\result == 1 <==> \old(may_write(&((ew_conn *)c)->machine)));
*/
static int would(const ew_conn *c, uint8_t event, uint8_t action);

/*@
  requires   valid: \valid(c);
  requires   told: returned_by(c->result) == -1;
  terminates \true;
  exits      \false;
  assigns    c->untold, c->result;
  ensures    W7_untold: c->untold == \old(c->untold) || (returned_by(c->untold) == -1 && !is_retry(c->untold));
  ensures    result: c->result == EW_ANSWER_ONE;
*/
static void keep_for_the_next_call(ew_conn *c);

/* Answers ---------------------------------------------------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    wants: \result != 0 <==> class_of(a) == EW_ERROR_WANT_READ || class_of(a) == EW_ERROR_WANT_WRITE;
  ensures    flag: \result == 0 || \result == 1;
*/
static int wants(ew_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    repeats: \result != 0 <==>
               class_of(a) == EW_ERROR_WANT_READ || class_of(a) == EW_ERROR_WANT_WRITE ||
               class_of(a) == EW_ERROR_SUSPENDED || class_of(a) == EW_ERROR_AGAIN;
*/
int endwell_repeats(ew_answer a);

/* How the core is asked, and what it asks for --------------------------------------------------- */

/* While an action is under way: which, for which call of the application's. */
/*@
  predicate is_out(ew_machine *m) = m->sent == EW_SENT_YES && m->notice_out == EW_NOTICE_OUT_DELIVERED;

  predicate is_settled(ew_machine *m) =
    m->sent == EW_SENT_YES &&
    (m->notice_out == EW_NOTICE_OUT_DELIVERED || m->quiet == EW_QUIET_ON ||
     (m->notice_out == EW_NOTICE_OUT_NONE && m->output == EW_OUTPUT_IDLE));

  predicate notice_fits(ew_machine *m, integer a) =
    (a == EW_ANSWER_FLUSH || a == EW_ANSWER_WRITE || a == EW_ANSWER_HANDSHAKE ==>
       m->notice_out == EW_NOTICE_OUT_NONE) &&
    (a == EW_ANSWER_SEND_CLOSE_NOTIFY ==> m->notice_out == EW_NOTICE_OUT_QUEUED) &&
    (m->busy == EW_BUSY_WAIT ==> is_settled(m)) &&
    (m->busy == EW_BUSY_FLUSH || m->busy == EW_BUSY_NOTICE ==> m->sent == EW_SENT_YES);

  predicate goes_on_for(ew_machine *m, integer event, integer a) =
    alive(m) && notice_fits(m, a) && (
      (event == EW_EVENT_READ && a == EW_ANSWER_RECEIVE && m->busy == EW_BUSY_READ) ||
      (event == EW_EVENT_WRITE && a == EW_ANSWER_WRITE && m->busy == EW_BUSY_WRITE) ||
      (event == EW_EVENT_HANDSHAKE && a == EW_ANSWER_HANDSHAKE && m->busy == EW_BUSY_HANDSHAKE) ||
      (event == EW_EVENT_SHUTDOWN && a == EW_ANSWER_FLUSH && m->busy == EW_BUSY_FLUSH) ||
      (event == EW_EVENT_SHUTDOWN && a == EW_ANSWER_SEND_CLOSE_NOTIFY && m->busy == EW_BUSY_NOTICE) ||
      (event == EW_EVENT_SHUTDOWN && a == EW_ANSWER_RECEIVE && m->busy == EW_BUSY_WAIT));

  predicate is_kept{A,B}(ew_conn *c) =
    \at(c->blocking,A) == \at(c->blocking,B) && \at(c->peeks,A) == \at(c->peeks,B) &&
    \at(c->io_len,A) == \at(c->io_len,B) && \at(c->expires,A) == \at(c->expires,B) &&
    \at(c->read_buf,A) == \at(c->read_buf,B) && \at(c->write_buf,A) == \at(c->write_buf,B) &&
    \at(c->port,A) == \at(c->port,B) && \at(c->transport.io,A) == \at(c->transport.io,B) &&
    \at(c->transport.io->now_ms,A) == \at(c->transport.io->now_ms,B);

  predicate is_under_way(ew_conn *c) = c->in_call == 1 && c->untold == EW_ANSWER_ONE;

  predicate is_flag_earned{A,B}(ew_conn *c, integer event) =
    \at(c->machine.quiet,A) == \at(c->machine.quiet,B) &&
    (\at(c->machine.received,B) == EW_RECEIVED_YES ==>
       \at(ew_authenticated,B) == 1 || \at(c->machine.received,A) == EW_RECEIVED_YES ||
       (event == EW_EVENT_SHUTDOWN && \at(c->machine.quiet,A) == EW_QUIET_ON));

  predicate is_read{A,B}(ew_conn *c, integer a) =
    a != EW_ANSWER_ZERO &&
    (a == EW_ANSWER_ONE ==>
       1 <= \at(c->io_done,B) <= \at(c->io_len,B) &&
       (\at(c->peeks,B) == 0 ==>
          \at(ew_read_so_far,B) == \at(ew_read_so_far,A) + \at(c->io_done,B)));

  predicate is_written{A,B}(ew_conn *c, integer a) =
    a != EW_ANSWER_ZERO && a != EW_ANSWER_END_OF_DATA &&
    (a == EW_ANSWER_ONE ==>
       1 <= \at(c->io_done,B) <= \at(c->io_len,B) && \at(ew_pending,B) == 0 &&
       \at(ew_taken,B) == \at(ew_taken,A) + \at(c->io_done,B));

  predicate is_asked(integer event) =
    event == EW_EVENT_READ || event == EW_EVENT_WRITE || event == EW_EVENT_HANDSHAKE ||
    event == EW_EVENT_SHUTDOWN;

  predicate is_late_now(ew_conn *c) =
    0 <= c->expires && (c->transport.io->now_ms != \null ==> c->expires <= ew_clock);
*/

/*@
  requires   valid: \valid(m);
  requires   asked: is_asked(event);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    goes_on: asked_by(\result) != EW_ACTION_RETURN ==> goes_on_for(m, event, \result);
  ensures    W6_no_count: event != EW_EVENT_SHUTDOWN ==> \result != EW_ANSWER_ONE && \result != EW_ANSWER_ZERO;
  ensures    W6_write_ends: event == EW_EVENT_WRITE ==> \result != EW_ANSWER_END_OF_DATA;
  ensures    W6_writes: \result == EW_ANSWER_WRITE ==> \old(may_write(m));
  ensures    W6_kept: event == EW_EVENT_WRITE && may_write(m) ==> \old(may_write(m));
  ensures    W6_fatal: m->fatal == EW_FATAL_NONE ==> \old(m->fatal) == EW_FATAL_NONE;
  ensures    W5_not_repeated: !is_retry(\result);
  ensures    W7_end: event == EW_EVENT_READ && \result == EW_ANSWER_END_OF_DATA ==>
               \old(m->received) == EW_RECEIVED_YES || \old(m->notice_in) == EW_NOTICE_IN_SEEN;
  ensures    W7_received: m->received == EW_RECEIVED_YES ==>
               \old(m->received) == EW_RECEIVED_YES || \old(m->notice_in) == EW_NOTICE_IN_SEEN ||
               (event == EW_EVENT_SHUTDOWN && \old(m->quiet) == EW_QUIET_ON);
  ensures    W7_notice: m->notice_in == \old(m->notice_in);
  ensures    W7_quiet: m->quiet == \old(m->quiet);
  ensures    W8_asked: asked_by(\result) != EW_ACTION_RETURN ==> \old(callable(m));
  ensures    W8_alive: alive(m) ==> \old(alive(m));
  ensures    W8_callable: callable(m) ==> \old(callable(m));
  ensures    W8_not_out_by_asking: m->notice_out == EW_NOTICE_OUT_DELIVERED ==>
               \old(m->notice_out) == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_made_once: \old(notice_made(m)) ==> notice_made(m);
  ensures    W8_stays_out: \old(m->notice_out) == EW_NOTICE_OUT_DELIVERED ==>
               m->notice_out == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_zero: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ZERO ==> is_out(m) && !\old(is_out(m));
  ensures    W8_one: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ONE ==> is_settled(m);
  ensures    W8_sent: event == EW_EVENT_SHUTDOWN && \old(m->sent) == EW_SENT_YES ==> m->sent == EW_SENT_YES;
  ensures    W8_no_end: event == EW_EVENT_SHUTDOWN ==> \result != EW_ANSWER_END_OF_DATA;
*/
static ew_answer ask(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(outcome);
  requires   alive: alive(m);
  requires   asked: m->busy != EW_BUSY_IDLE;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    reading: asked_by(\result) != EW_ACTION_RETURN &&
               (\old(m->busy) == EW_BUSY_READ || \old(m->busy) == EW_BUSY_WAIT) ==>
               \result == EW_ANSWER_RECEIVE && outcome == EW_EVENT_OTHER;
  ensures    shaking: asked_by(\result) != EW_ACTION_RETURN && \old(m->busy) == EW_BUSY_HANDSHAKE ==>
               \result == EW_ANSWER_HANDSHAKE && outcome == EW_EVENT_OTHER;
  ensures    flushed: asked_by(\result) != EW_ACTION_RETURN && \old(m->busy) == EW_BUSY_FLUSH ==>
               \result == EW_ANSWER_SEND_CLOSE_NOTIFY && outcome == EW_EVENT_DONE;
  ensures    sent: \old(m->busy) == EW_BUSY_NOTICE || \old(m->busy) == EW_BUSY_WRITE ==>
               asked_by(\result) == EW_ACTION_RETURN;
  ensures    alive: asked_by(\result) != EW_ACTION_RETURN ==> alive(m);
  ensures    busy: asked_by(\result) != EW_ACTION_RETURN ==>
               m->busy == (\old(m->busy) == EW_BUSY_FLUSH ? EW_BUSY_NOTICE : \old(m->busy));
  ensures    W6_read: \old(m->busy) == EW_BUSY_READ ==> \result != EW_ANSWER_ZERO &&
               (\result == EW_ANSWER_ONE ==> outcome == EW_EVENT_DATA) &&
               (\result == EW_ANSWER_END_OF_DATA ==> outcome == EW_EVENT_CLOSE_NOTIFY);
  ensures    W6_taken: \old(m->busy) == EW_BUSY_READ && outcome == EW_EVENT_DATA ==> \result == EW_ANSWER_ONE;
  ensures    W6_written: \old(m->busy) == EW_BUSY_WRITE ==> \result != EW_ANSWER_ZERO &&
               \result != EW_ANSWER_END_OF_DATA && (\result == EW_ANSWER_ONE <==> outcome == EW_EVENT_DONE);
  ensures    W5_wants: \result == EW_ANSWER_WANT_READ || \result == EW_ANSWER_WANT_WRITE ==>
               is_unfinished(outcome);
  ensures    W7_received: m->received == EW_RECEIVED_YES ==> \old(m->received) == EW_RECEIVED_YES ||
               (outcome == EW_EVENT_CLOSE_NOTIFY &&
                (\old(m->busy) == EW_BUSY_READ || \old(m->busy) == EW_BUSY_WAIT));
  ensures    W7_notice: m->notice_in == EW_NOTICE_IN_SEEN ==> \old(m->notice_in) == EW_NOTICE_IN_SEEN ||
               (outcome == EW_EVENT_CLOSE_NOTIFY &&
                (\old(m->busy) == EW_BUSY_READ || \old(m->busy) == EW_BUSY_WAIT));
  ensures    W7_quiet: m->quiet == \old(m->quiet);
  ensures    W8_nothing_after_fatal:
               is_fatal(outcome) || (outcome == EW_EVENT_CLOSE_NOTIFY && \old(m->busy) == EW_BUSY_HANDSHAKE) ==>
               asked_by(\result) == EW_ACTION_RETURN && !callable(m);
  ensures    W8_out: m->notice_out == EW_NOTICE_OUT_DELIVERED ==>
               \old(m->notice_out) == EW_NOTICE_OUT_DELIVERED ||
               (\old(m->busy) == EW_BUSY_NOTICE && outcome == EW_EVENT_DONE);
  ensures    W8_delivered: \old(m->busy) == EW_BUSY_NOTICE && outcome == EW_EVENT_DONE ==>
               m->notice_out == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_made_once: \old(notice_made(m)) ==> notice_made(m);
  ensures    W8_none_made: \old(m->notice_out) == EW_NOTICE_OUT_NONE && \old(m->busy) != EW_BUSY_FLUSH &&
               \old(m->busy) != EW_BUSY_NOTICE ==> m->notice_out == EW_NOTICE_OUT_NONE;
  ensures    W8_then_notice: \result == EW_ANSWER_SEND_CLOSE_NOTIFY ==> m->notice_out == EW_NOTICE_OUT_QUEUED;
  ensures    W8_stays_out: \old(m->notice_out) == EW_NOTICE_OUT_DELIVERED && \old(m->busy) != EW_BUSY_FLUSH ==>
               m->notice_out == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_zero: \result == EW_ANSWER_ZERO ==>
               \old(m->busy) == EW_BUSY_NOTICE && m->notice_out == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_one: \result == EW_ANSWER_ONE && \old(m->busy) == EW_BUSY_NOTICE ==>
               m->notice_out == EW_NOTICE_OUT_DELIVERED;
  ensures    W8_waits: \old(m->busy) == EW_BUSY_WAIT ==>
               m->notice_out == \old(m->notice_out) && m->output == \old(m->output);
  ensures    W8_sent: m->sent == \old(m->sent);
  ensures    W8_no_end: \old(m->busy) != EW_BUSY_READ ==> \result != EW_ANSWER_END_OF_DATA;
  ensures    W8_flushed: \old(m->busy) == EW_BUSY_FLUSH ==> \result != EW_ANSWER_ONE;
  ensures    W5_suspended: \result == EW_ANSWER_SUSPENDED ==> outcome == EW_EVENT_SUSPENDED;
*/
static ew_answer report(ew_machine *m, uint8_t outcome);

/* Answers and bounds ----------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->result, c->number;
  ensures    W6_value: \result == returned_by(a);
  ensures    W6_kept: c->result == a;
*/
int endwell_answer(ew_conn *c, ew_answer a);

/*@
  requires   valid: c == \null || \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->result, c->number;
  ensures    usable: \result == 1 <==> c != \null && c->port != \null && c->in_call == 0;
  ensures    flag: \result == 0 || \result == 1;
*/
int endwell_is_open(ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->expires, c->idle_records, c->again, c->tried;
  ensures    begun: c->expires == expires && c->idle_records == 0 && c->again == 0 && c->tried == 0;
*/
static inline void endwell_start(ew_conn *c, int64_t expires);

/*@
  requires   link: is_link(c) && \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->expires, c->idle_records, c->again, c->tried, ew_clock;
  ensures    clock: is_clock(ew_clock);
  ensures    begun: c->idle_records == 0 && c->again == 0 && c->tried == 0;
  ensures    W5_no_bound: c->blocking == 0 || c->deadline_ms < 0 ==> c->expires == -1;
  ensures    W5_bound: c->blocking != 0 && c->deadline_ms >= 0 ==>
               c->expires == c->deadline_ms + (c->transport.io->now_ms != \null ? ew_clock : 0);
*/
void endwell_start_limited(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->tried, ew_clock;
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    clock: is_clock(ew_clock) && ew_clock >= \old(ew_clock);
  ensures    W5_late: \result != 0 ==> is_late_now(c);
  ensures    W5_one_attempt: \old(c->tried) == 0 ==> \result == 0;
  ensures    W5_in_time: \result == 0 && \old(c->tried) != 0 ==> !is_over(c);
  ensures    tried: c->tried != 0;
*/
static int is_late(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c) && has_clock(c);
  terminates \true;
  exits      \false;
  assigns    c->number, c->idle_records, EW_WAITS;
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    W8_kept: \old(is_settled(&c->machine)) ==> is_settled(&c->machine);
  ensures    W6_kept: may_write(&c->machine) ==> \old(may_write(&c->machine));
  ensures    clock: is_clock(ew_clock) && ew_clock >= \old(ew_clock);
  ensures    flag: \result == 0 || \result == 1;
  ensures    W5_for_what_can_be_waited_for: \result == 1 ==>
               a == EW_ANSWER_WANT_READ || a == EW_ANSWER_WANT_WRITE;
  ensures    W5_in_time: \result == 1 ==> \old(!is_late_now(c));
*/
static int may_repeat(ew_conn *c, ew_answer a);

/*@
  requires   linked: is_linked(c);
  requires   outcome: is_outcome(outcome);
  terminates \true;
  exits      \false;
  assigns    c->idle_records, c->again;
  assigns    c->transport.detail \from \nothing;
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    as_it_was: outcome != EW_EVENT_OTHER && outcome != EW_EVENT_AGAIN ==> \result == outcome;
  ensures    others: outcome == EW_EVENT_OTHER ==> \result == EW_EVENT_OTHER || \result == EW_EVENT_AGAIN;
  ensures    P09_again_is_not_the_ports: outcome == EW_EVENT_AGAIN ==> \result == EW_EVENT_TLS_ERROR;
*/
static uint8_t charge_budget(ew_conn *c, uint8_t outcome);

/* The actions ------------------------------------------------------------------------------------ */

/*@
  requires   linked: is_linked(c);
  terminates \true;
  exits      \false;
  assigns    c->transport.detail \from \nothing;
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    W6_no_more: 1 <= c->io_done <= c->io_len ==> \result == outcome;
  ensures    W6_no_other: !(1 <= c->io_done <= c->io_len) ==> \result == EW_EVENT_TLS_ERROR;
*/
static uint8_t counted(ew_conn *c, uint8_t outcome);

/*@
  requires   linked: is_linked(c);
  requires   called: c->in_call == 1;
  requires   reads: reads(c);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_read_so_far, c->read_buf[0 .. c->io_len - 1];
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    W6_peek_takes_nothing: c->peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_taken: c->peeks == 0 && 1 <= \result <= c->io_len ==>
               ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    W6_none: !(1 <= \result <= c->io_len) ==> ew_read_so_far == \old(ew_read_so_far);
*/
static int fetch(ew_conn *c);

/*@
  requires   linked: is_linked(c);
  requires   called: c->in_call == 1;
  requires   earned: is_earned(c);
  requires   reads: c->read_buf != \null ==> reads(c);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_turns, ew_authenticated, ew_read_so_far,
             ew_failed, c->io_done, c->read_buf[0 .. (c->read_buf != \null ? c->io_len - 1 : -1)];
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    W6_count: \result == EW_EVENT_DATA && c->read_buf != \null ==> 1 <= c->io_done <= c->io_len;
  ensures    W6_taken: \result == EW_EVENT_DATA && c->read_buf != \null && c->peeks == 0 ==>
               ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none: \result != EW_EVENT_DATA || c->read_buf == \null || c->peeks != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W7_authenticated: \result == EW_EVENT_CLOSE_NOTIFY ==> ew_authenticated == 1;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_noted: ew_failed != 0 ==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static uint8_t perform_receive(ew_conn *c);

/*@
  requires   linked: is_linked(c);
  requires   called: c->in_call == 1;
  requires   owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice: ew_notice_asked == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns, ew_pending, c->owed;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  ensures    W8_noted: ew_failed != 0 ==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static uint8_t perform_flush(ew_conn *c);

/*@
  requires   linked: is_linked(c);
  requires   called: c->in_call == 1;
  requires   writes: writes(c);
  requires   W6_never_fewer: ew_pending <= c->io_len;
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice: ew_notice_asked == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns, ew_pending, ew_taken,
             c->io_done, c->owed;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed <= c->io_len;
  ensures    W6_told: \result == EW_EVENT_DONE ==> ew_pending == 0 && c->owed == 0;
  ensures    W6_count: \result == EW_EVENT_DONE ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_none: \result != EW_EVENT_DONE ==> ew_taken == \old(ew_taken);
  ensures    W8_noted: ew_failed != 0 ==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static uint8_t perform_write(ew_conn *c);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    repeated: \result != 0 <==> action == EW_ACTION_RECEIVE || action == EW_ACTION_HANDSHAKE;
*/
static int is_repeated(uint8_t action);

/*@
  requires   linked: is_linked(c) && has_clock(c);
  requires   called: c->in_call == 1;
  requires   earned: is_earned(c);
  requires   action: EW_ACTION_FLUSH <= action <= EW_ACTION_HANDSHAKE;
  requires   owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  requires   reads: c->read_buf != \null ==> reads(c);
  requires   writes: action == EW_ACTION_WRITE ==> writes(c);
  requires   W6_never_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice:
               action == EW_ACTION_FLUSH || action == EW_ACTION_WRITE || action == EW_ACTION_HANDSHAKE ==>
               ew_notice_asked == 0;
  requires   W8_at_most_one: action == EW_ACTION_SEND_CLOSE_NOTIFY ==> ew_notice_out == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->tried, c->owed, c->io_done,
             c->read_buf[0 .. (action == EW_ACTION_RECEIVE && c->read_buf != \null ? c->io_len - 1 : -1)];
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    clock: is_clock(ew_clock);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns) || is_late_now(c);
  ensures    W5_goes_on: \result == EW_EVENT_OTHER ==> ew_turns < \old(ew_turns);
  ensures    W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  ensures    W6_still_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  ensures    W6_read_count: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null ==>
               1 <= c->io_done <= c->io_len;
  ensures    W6_taken: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null &&
               c->peeks == 0 ==> ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none_taken: \result != EW_EVENT_DATA || action != EW_ACTION_RECEIVE ||
               c->read_buf == \null || c->peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_write_count: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_told: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==> ew_pending == 0;
  ensures    W6_none_written: \result != EW_EVENT_DONE || action != EW_ACTION_WRITE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_authenticated: \result == EW_EVENT_CLOSE_NOTIFY && action == EW_ACTION_RECEIVE ==>
               ew_authenticated == 1;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_noted: ew_failed != 0 ==>
               is_fatal(\result) || (action == EW_ACTION_HANDSHAKE && \result == EW_EVENT_CLOSE_NOTIFY);
  ensures    W8_none_asked: action != EW_ACTION_SEND_CLOSE_NOTIFY ==>
               ew_notice_asked == \old(ew_notice_asked) && ew_notice_out == \old(ew_notice_out);
  ensures    W8_out: action == EW_ACTION_SEND_CLOSE_NOTIFY ==>
               (ew_notice_out != 0 <==> \result == EW_EVENT_DONE);
  ensures    W5_suspended: \result == EW_EVENT_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static uint8_t perform_once(ew_conn *c, uint8_t action);

/*@
  requires   linked: is_linked(c) && has_clock(c);
  requires   called: c->in_call == 1;
  requires   earned: is_earned(c);
  requires   action: EW_ACTION_FLUSH <= action <= EW_ACTION_HANDSHAKE;
  requires   owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  requires   reads: c->read_buf != \null ==> reads(c);
  requires   writes: action == EW_ACTION_WRITE ==> writes(c);
  requires   W6_never_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice:
               action == EW_ACTION_FLUSH || action == EW_ACTION_WRITE || action == EW_ACTION_HANDSHAKE ==>
               ew_notice_asked == 0;
  requires   W8_at_most_one: action == EW_ACTION_SEND_CLOSE_NOTIFY ==> ew_notice_out == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (action == EW_ACTION_RECEIVE && c->read_buf != \null ? c->io_len - 1 : -1)];
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    linked: is_linked(c);
  ensures    clocked: has_clock(c);
  ensures    earned: is_earned(c);
  ensures    busy: c->machine.busy == \old(c->machine.busy);
  ensures    W7_received: c->machine.received == \old(c->machine.received);
  ensures    W7_notice: c->machine.notice_in == \old(c->machine.notice_in);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W8_same_notice: c->machine.notice_out == \old(c->machine.notice_out);
  ensures    W8_same_flag: c->machine.sent == \old(c->machine.sent);
  ensures    W8_same_output: c->machine.output == \old(c->machine.output);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    clock: is_clock(ew_clock);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns) || is_late_now(c);
  ensures    W5_goes_on: \result == EW_EVENT_OTHER ==> ew_turns < \old(ew_turns);
  ensures    W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  ensures    W6_still_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  ensures    W6_read_count: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null ==>
               1 <= c->io_done <= c->io_len;
  ensures    W6_taken: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null &&
               c->peeks == 0 ==> ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none_taken: \result != EW_EVENT_DATA || action != EW_ACTION_RECEIVE ||
               c->read_buf == \null || c->peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_write_count: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_told: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==> ew_pending == 0;
  ensures    W6_none_written: \result != EW_EVENT_DONE || action != EW_ACTION_WRITE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_authenticated: \result == EW_EVENT_CLOSE_NOTIFY && action == EW_ACTION_RECEIVE ==>
               ew_authenticated == 1;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_noted: ew_failed != 0 ==>
               is_fatal(\result) || (action == EW_ACTION_HANDSHAKE && \result == EW_EVENT_CLOSE_NOTIFY);
  ensures    W8_none_asked: action != EW_ACTION_SEND_CLOSE_NOTIFY ==>
               ew_notice_asked == \old(ew_notice_asked) && ew_notice_out == \old(ew_notice_out);
  ensures    W8_out: action == EW_ACTION_SEND_CLOSE_NOTIFY ==>
               (ew_notice_out != 0 <==> \result == EW_EVENT_DONE);
  ensures    W5_suspended: \result == EW_EVENT_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static uint8_t perform_and_charge(ew_conn *c, uint8_t action);

/*@
  requires   linked: is_linked(c) && has_clock(c);
  requires   called: c->in_call == 1;
  requires   earned: is_earned(c);
  requires   action: EW_ACTION_FLUSH <= action <= EW_ACTION_HANDSHAKE;
  requires   owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  requires   reads: c->read_buf != \null ==> reads(c);
  requires   writes: action == EW_ACTION_WRITE ==> writes(c);
  requires   W6_never_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice:
               action == EW_ACTION_FLUSH || action == EW_ACTION_WRITE || action == EW_ACTION_HANDSHAKE ==>
               ew_notice_asked == 0;
  requires   W8_at_most_one: action == EW_ACTION_SEND_CLOSE_NOTIFY ==> ew_notice_out == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (action == EW_ACTION_RECEIVE && c->read_buf != \null ? c->io_len - 1 : -1)];
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    left_alone: same_call{Pre,Post}(c);
  ensures    linked: is_linked(c);
  ensures    clocked: has_clock(c);
  ensures    under_way: \old(is_under_way(c)) ==> is_under_way(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    busy: c->machine.busy == \old(c->machine.busy);
  ensures    W7_received: c->machine.received == \old(c->machine.received);
  ensures    W7_notice: c->machine.notice_in == \old(c->machine.notice_in);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W8_same_notice: c->machine.notice_out == \old(c->machine.notice_out);
  ensures    W8_same_flag: c->machine.sent == \old(c->machine.sent);
  ensures    W8_same_output: c->machine.output == \old(c->machine.output);
  ensures    alive: stays_alive{Pre,Post}(c);
  ensures    outcome: is_outcome(\result);
  ensures    clock: is_clock(ew_clock);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: is_unfinished(\result) ==> ew_turns < \old(ew_turns) || is_late_now(c);
  ensures    W5_goes_on: \result == EW_EVENT_OTHER ==> ew_turns < \old(ew_turns);
  ensures    W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;
  ensures    W6_still_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;
  ensures    W6_read_count: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null ==>
               1 <= c->io_done <= c->io_len;
  ensures    W6_taken: \result == EW_EVENT_DATA && action == EW_ACTION_RECEIVE && c->read_buf != \null &&
               c->peeks == 0 ==> ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none_taken: \result != EW_EVENT_DATA || action != EW_ACTION_RECEIVE ||
               c->read_buf == \null || c->peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_write_count: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_told: \result == EW_EVENT_DONE && action == EW_ACTION_WRITE ==> ew_pending == 0;
  ensures    W6_none_written: \result != EW_EVENT_DONE || action != EW_ACTION_WRITE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_authenticated: \result == EW_EVENT_CLOSE_NOTIFY && action == EW_ACTION_RECEIVE ==>
               ew_authenticated == 1;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_noted: ew_failed != 0 ==>
               is_fatal(\result) || (action == EW_ACTION_HANDSHAKE && \result == EW_EVENT_CLOSE_NOTIFY);
  ensures    W8_none_asked: action != EW_ACTION_SEND_CLOSE_NOTIFY ==>
               ew_notice_asked == \old(ew_notice_asked) && ew_notice_out == \old(ew_notice_out);
  ensures    W8_out: action == EW_ACTION_SEND_CLOSE_NOTIFY ==>
               (ew_notice_out != 0 <==> \result == EW_EVENT_DONE);
  ensures    W5_suspended: \result == EW_EVENT_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static uint8_t perform(ew_conn *c, uint8_t action);

/* What a port is doing: which action, while the core waits for its outcome. */
/*@
  predicate is_doing(ew_machine *m, integer a) =
    alive(m) && notice_fits(m, a) && (
      (a == EW_ANSWER_RECEIVE && (m->busy == EW_BUSY_READ || m->busy == EW_BUSY_WAIT)) ||
      (a == EW_ANSWER_WRITE && m->busy == EW_BUSY_WRITE) ||
      (a == EW_ANSWER_HANDSHAKE && m->busy == EW_BUSY_HANDSHAKE) ||
      (a == EW_ANSWER_FLUSH && m->busy == EW_BUSY_FLUSH) ||
      (a == EW_ANSWER_SEND_CLOSE_NOTIFY && m->busy == EW_BUSY_NOTICE));
*/

/*@
  requires   linked: is_linked(c);
  requires   clocked: has_clock(c);
  requires   owed: is_owed(c);
  requires   earned: is_earned(c);
  requires   told: is_told(c);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   under_way: is_under_way(c);
  requires   doing: is_doing(&c->machine, a);
  requires   reads: c->machine.busy == EW_BUSY_READ ==> reads(c);
  requires   no_room: c->machine.busy != EW_BUSY_READ ==> c->read_buf == \null;
  requires   writes: a == EW_ANSWER_WRITE ==> writes(c);
  requires   W6_never_fewer: a == EW_ANSWER_WRITE ==> ew_pending <= c->io_len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (a == EW_ANSWER_RECEIVE && c->read_buf != \null ? c->io_len - 1 : -1)];
  EW_STAYS_SANE
  ensures    under_way: is_under_way(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    reading: asked_by(\result) != EW_ACTION_RETURN && a == EW_ANSWER_RECEIVE ==> \result == a;
  ensures    shaking: asked_by(\result) != EW_ACTION_RETURN && a == EW_ANSWER_HANDSHAKE ==> \result == a;
  ensures    sent: a == EW_ANSWER_WRITE || a == EW_ANSWER_SEND_CLOSE_NOTIFY ==> asked_by(\result) == EW_ACTION_RETURN;
  ensures    flushed: asked_by(\result) != EW_ACTION_RETURN && a == EW_ANSWER_FLUSH ==>
               \result == EW_ANSWER_SEND_CLOSE_NOTIFY;
  ensures    doing: asked_by(\result) != EW_ACTION_RETURN ==> is_doing(&c->machine, \result);
  ensures    busy: asked_by(\result) != EW_ACTION_RETURN && a != EW_ANSWER_FLUSH ==>
               c->machine.busy == \old(c->machine.busy);
  ensures    W6_still_fewer: a == EW_ANSWER_WRITE ==> ew_pending <= c->io_len;
  ensures    W6_read: \old(c->machine.busy) == EW_BUSY_READ ==> is_read{Pre,Post}(c, \result);
  ensures    W6_none_taken: \old(c->machine.busy) != EW_BUSY_READ || \result != EW_ANSWER_ONE || \old(c->peeks) != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_written: a == EW_ANSWER_WRITE ==> is_written{Pre,Post}(c, \result);
  ensures    W6_none_written: a != EW_ANSWER_WRITE || \result != EW_ANSWER_ONE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_end: \old(c->machine.busy) == EW_BUSY_READ && \result == EW_ANSWER_END_OF_DATA ==>
               ew_authenticated == 1;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_goes_on: asked_by(\result) != EW_ACTION_RETURN && a != EW_ANSWER_FLUSH ==> ew_turns < \old(ew_turns);
  ensures    W5_ends: \result == EW_ANSWER_WANT_READ || \result == EW_ANSWER_WANT_WRITE ==>
               ew_turns < \old(ew_turns) || is_late_now(c);
  ensures    W8_nothing_after_fatal: asked_by(\result) != EW_ACTION_RETURN ==> ew_failed == 0;
  ensures    W8_zero: \result == EW_ANSWER_ZERO ==> is_out(&c->machine) && \old(c->machine.busy) == EW_BUSY_NOTICE;
  ensures    W8_one: \result == EW_ANSWER_ONE &&
               (\old(c->machine.busy) == EW_BUSY_NOTICE || \old(c->machine.busy) == EW_BUSY_WAIT ||
                \old(c->machine.busy) == EW_BUSY_FLUSH) ==>
               is_settled(&c->machine);
  ensures    W8_stays_out: \old(is_out(&c->machine)) ==> is_out(&c->machine);
  ensures    W8_made: \old(notice_made(&c->machine)) ==> notice_made(&c->machine);
  ensures    W5_suspended: \result == EW_ANSWER_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W8_no_end: \old(c->machine.busy) != EW_BUSY_READ ==> \result != EW_ANSWER_END_OF_DATA;
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static ew_answer perform_and_report(ew_conn *c, ew_answer a);

/*@
  requires   linked: is_linked(c);
  requires   clocked: has_clock(c);
  requires   owed: is_owed(c);
  requires   earned: is_earned(c);
  requires   told: is_told(c);
  requires   under_way: is_under_way(c);
  requires   asked: is_asked(event);
  requires   reads: event == EW_EVENT_READ ==> reads(c);
  requires   no_room: event != EW_EVENT_READ ==> c->read_buf == \null;
  requires   writes: event == EW_EVENT_WRITE ==> writes(c);
  requires   W6_never_fewer: event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];
  EW_STAYS_SANE
  ensures    under_way: is_under_way(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    W6_still_fewer: event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;
  ensures    W6_read: event == EW_EVENT_READ ==> is_read{Pre,Post}(c, \result);
  ensures    W6_none_taken: event != EW_EVENT_READ || \result != EW_ANSWER_ONE || c->peeks != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_written: event == EW_EVENT_WRITE ==> is_written{Pre,Post}(c, \result);
  ensures    W6_none_written: event != EW_EVENT_WRITE || \result != EW_ANSWER_ONE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_end: event == EW_EVENT_READ && \result == EW_ANSWER_END_OF_DATA ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: is_flag_earned{Pre,Post}(c, event);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    returned: asked_by(\result) == EW_ACTION_RETURN;
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_ends: \result == EW_ANSWER_WANT_READ || \result == EW_ANSWER_WANT_WRITE ==>
               ew_turns < \old(ew_turns) || is_late_now(c);
  ensures    W8_zero: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ZERO ==>
               is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W8_one: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ONE ==> is_settled(&c->machine);
  ensures    W5_suspended: \result == EW_ANSWER_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W8_stays_out: event == EW_EVENT_SHUTDOWN && \old(is_out(&c->machine)) ==> is_out(&c->machine);
  ensures    W8_no_end: event == EW_EVENT_SHUTDOWN ==> \result != EW_ANSWER_END_OF_DATA;
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static ew_answer ask_and_perform(ew_conn *c, uint8_t event);

/*@
  requires   linked: is_linked(c);
  requires   clocked: has_clock(c);
  requires   owed: is_owed(c);
  requires   earned: is_earned(c);
  requires   told: is_told(c);
  requires   under_way: is_under_way(c);
  requires   asked: is_asked(event);
  requires   reads: event == EW_EVENT_READ ==> reads(c);
  requires   no_room: event != EW_EVENT_READ ==> c->read_buf == \null;
  requires   writes: event == EW_EVENT_WRITE ==> writes(c);
  requires   W6_never_fewer: event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];
  EW_STAYS_SANE
  ensures    under_way: is_under_way(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    W6_read: event == EW_EVENT_READ ==> is_read{Pre,Post}(c, \result);
  ensures    W6_none_taken: event != EW_EVENT_READ || \result != EW_ANSWER_ONE || c->peeks != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_written: event == EW_EVENT_WRITE ==> is_written{Pre,Post}(c, \result);
  ensures    W6_none_written: event != EW_EVENT_WRITE || \result != EW_ANSWER_ONE ==>
               ew_taken == \old(ew_taken);
  ensures    W7_end: event == EW_EVENT_READ && \result == EW_ANSWER_END_OF_DATA ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: is_flag_earned{Pre,Post}(c, event);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    returned: asked_by(\result) == EW_ACTION_RETURN;
  ensures    W8_zero: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ZERO ==>
               is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W8_one: event == EW_EVENT_SHUTDOWN && \result == EW_ANSWER_ONE ==> is_settled(&c->machine);
  ensures    W5_suspended: \result == EW_ANSWER_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W8_no_end: event == EW_EVENT_SHUTDOWN ==> \result != EW_ANSWER_END_OF_DATA;
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static ew_answer ask_until_over(ew_conn *c, uint8_t event);

/* The calls -------------------------------------------------------------------------------------- */

/*@
  requires   sane: is_sane(c);
  requires   idle: c->in_call == 0 && c->untold == EW_ANSWER_ONE;
  requires   asked: is_asked(event);
  requires   reads: event == EW_EVENT_READ ==> reads(c);
  requires   no_room: event != EW_EVENT_READ ==> c->read_buf == \null;
  requires   writes: event == EW_EVENT_WRITE ==> writes(c);
  requires   W6_never_fewer: event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];
  EW_STAYS_SANE
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    idle: c->in_call == 0;
  ensures    untold: is_untold(c->untold);
  ensures    W6_value: \result == returned_by(c->result);
  ensures    W6_read_count: event == EW_EVENT_READ && \result > 0 ==> 1 <= c->io_done <= c->io_len;
  ensures    W6_taken: event == EW_EVENT_READ && \result > 0 && c->peeks == 0 ==>
               ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none_taken: event != EW_EVENT_READ || \result <= 0 || c->peeks != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_write_count: event == EW_EVENT_WRITE && \result > 0 ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_told: event == EW_EVENT_WRITE && \result > 0 ==> ew_pending == 0;
  ensures    W6_none_written: event != EW_EVENT_WRITE || \result <= 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_no_zero_write: event == EW_EVENT_WRITE ==> \result != 0;
  ensures    W7_zero: event == EW_EVENT_READ && \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||
               (event == EW_EVENT_SHUTDOWN && \old(c->machine.quiet) == EW_QUIET_ON);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_zero: event == EW_EVENT_SHUTDOWN && \result == 0 ==>
               is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W8_one: event == EW_EVENT_SHUTDOWN && \result == 1 ==> is_settled(&c->machine);
  ensures    W5_suspended: c->result == EW_ANSWER_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static int run_now(ew_conn *c, uint8_t event);

/*@
  requires   sane: is_sane(c);
  requires   idle: c->in_call == 0;
  requires   untold: returned_by(c->untold) == -1 && !is_retry(c->untold);
  terminates \true;
  exits      \false;
  assigns    c->untold, c->result, c->number;
  EW_STAYS_SANE
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    idle: c->in_call == 0;
  ensures    told: c->untold == EW_ANSWER_ONE;
  ensures    W6_value: \result == returned_by(c->result);
  ensures    W7_failed: \result == -1;
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    W5_not_suspended: c->result != EW_ANSWER_SUSPENDED;
*/
static int tell_untold(ew_conn *c);

/*@
  requires   sane: is_sane(c);
  requires   idle: c->in_call == 0 && is_untold(c->untold);
  requires   asked: is_asked(event);
  requires   reads: event == EW_EVENT_READ ==> reads(c);
  requires   no_room: event != EW_EVENT_READ ==> c->read_buf == \null;
  requires   writes: event == EW_EVENT_WRITE ==> writes(c);
  requires   W6_never_fewer: event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];
  EW_STAYS_SANE
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    idle: c->in_call == 0;
  ensures    untold: is_untold(c->untold);
  ensures    W6_value: \result == returned_by(c->result);
  ensures    W6_read_count: event == EW_EVENT_READ && \result > 0 ==> 1 <= c->io_done <= c->io_len;
  ensures    W6_taken: event == EW_EVENT_READ && \result > 0 && c->peeks == 0 ==>
               ew_read_so_far == \old(ew_read_so_far) + c->io_done;
  ensures    W6_none_taken: event != EW_EVENT_READ || \result <= 0 || c->peeks != 0 ==>
               ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_write_count: event == EW_EVENT_WRITE && \result > 0 ==>
               1 <= c->io_done <= c->io_len && ew_taken == \old(ew_taken) + c->io_done;
  ensures    W6_told: event == EW_EVENT_WRITE && \result > 0 ==> ew_pending == 0;
  ensures    W6_none_written: event != EW_EVENT_WRITE || \result <= 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_no_zero_write: event == EW_EVENT_WRITE ==> \result != 0;
  ensures    W7_zero: event == EW_EVENT_READ && \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||
               (event == EW_EVENT_SHUTDOWN && \old(c->machine.quiet) == EW_QUIET_ON);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_zero: event == EW_EVENT_SHUTDOWN && \result == 0 ==>
               is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W8_one: event == EW_EVENT_SHUTDOWN && \result == 1 ==> is_settled(&c->machine);
  ensures    W5_suspended: c->result == EW_ANSWER_SUSPENDED ==> ew_turns < \old(ew_turns);
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
int endwell_run(ew_conn *c, uint8_t event);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   room: buf != \null && 1 <= len && \valid(buf + (0 .. len - 1)) &&
               \separated(buf + (0 .. len - 1), c, c->port, c->transport.io) &&
               ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->io_len, c->expires, buf[0 .. len - 1];
  assigns    c->read_buf \from buf;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    same: c->peeks == \old(c->peeks);
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_each_once: \result > 0 && c->peeks == 0 ==> ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    W6_none_taken: \result <= 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_peek_takes_nothing: c->peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_nothing_written: ew_taken == \old(ew_taken);
  ensures    W7_zero: \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    same_io: c->transport.io == \old(c->transport.io);
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
static int read_now(ew_conn *c, uint8_t *buf, int len);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   room: buf != \null && 1 <= len ==> \valid(buf + (0 .. len - 1)) &&
               \separated(buf + (0 .. len - 1), c, c->port, c->transport.io) &&
               ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->peeks, c->io_len, c->expires, buf[0 .. len - 1];
  assigns    c->read_buf \from buf;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_each_once: \result > 0 && peeks == 0 ==> ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    W6_none_taken: \result <= 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_peek_takes_nothing: peeks != 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_nothing_written: ew_taken == \old(ew_taken);
  ensures    W7_zero: \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    same_io: c->transport.io == \old(c->transport.io);
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
static int read_by(ew_conn *c, uint8_t *buf, int len, uint8_t peeks);

/*@
  requires   usable: is_usable(c);
  requires   room: is_open(c) && buf != \null && 1 <= len ==> \valid(buf + (0 .. len - 1)) &&
               \separated(buf + (0 .. len - 1), c, c->port, c->transport.io) &&
               ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->peeks, c->io_len, c->expires, buf[0 .. len - 1];
  assigns    c->read_buf \from buf;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_each_once: \result > 0 ==> ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    W6_none_taken: \result <= 0 ==> ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_nothing_written: ew_taken == \old(ew_taken);
  ensures    W7_zero: \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int endwell_read_bytes(ew_conn *c, uint8_t *buf, int len);

/*@
  requires   usable: is_usable(c);
  requires   room: is_open(c) && buf != \null && 1 <= len ==> \valid(buf + (0 .. len - 1)) &&
               \separated(buf + (0 .. len - 1), c, c->port, c->transport.io) &&
               ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->peeks, c->io_len, c->expires, buf[0 .. len - 1];
  assigns    c->read_buf \from buf;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_peek_takes_nothing: ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_nothing_written: ew_taken == \old(ew_taken);
  ensures    W7_zero: \result == 0 ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int endwell_peek_bytes(ew_conn *c, uint8_t *buf, int len);

/*@
  requires   valid: c == \null || (\valid_read(c) && (c->port == \null || \valid_read(c->port)));
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W6_pending: -1 <= \result;
*/
int ew_conn_pending(const ew_conn *c);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   some: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   W6_same_bytes: buf == ew_given + (ew_taken - ew_given_from);
  requires   W6_never_fewer: may_write(&c->machine) ==> ew_pending <= len;
  requires   lifetime: ew_taken + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->io_len;
  assigns    c->write_buf \from buf;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    W6_count: \result == -1 || 1 <= \result <= len;
  ensures    W6_told: \result > 0 ==> ew_taken == \old(ew_taken) + \result && ew_pending == 0;
  ensures    W6_none_written: \result < 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    value: \result < 0 ==> returned_by(c->result) == -1;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    same_io: c->transport.io == \old(c->transport.io);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static int write_some(ew_conn *c, const uint8_t *buf, size_t len);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   count: n == -1 || 1 <= n;
  requires   done: 0 <= done <= PTRDIFF_MAX && (n > 0 ==> done > 0);
  requires   failed: n < 0 ==> returned_by(c->result) == -1;
  terminates \true;
  exits      \false;
  assigns    c->untold, c->result;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    machine: same_machine{Pre,Post}(c);
  ensures    W6_told: done > 0 ==> \result == done;
  ensures    W6_failed: done == 0 ==> \result == -1;
*/
static ptrdiff_t told(ew_conn *c, size_t done, int n);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   some: 1 <= len <= PTRDIFF_MAX && \valid_read(buf + (0 .. len - 1));
  requires   lifetime: ew_taken + len <= bytes_of_a_life;
  requires   given: buf == ew_given && ew_taken == ew_given_from;
  requires   W6_never_fewer: may_write(&c->machine) ==> ew_pending <= len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->io_len, c->expires;
  assigns    c->write_buf \from buf;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    W6_count: \result == -1 || 1 <= \result <= len;
  ensures    W6_told: \result > 0 ==> ew_taken == \old(ew_taken) + \result;
  ensures    W6_none_written: \result < 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    same_io: c->transport.io == \old(c->transport.io);
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
static ptrdiff_t write_now(ew_conn *c, const uint8_t *buf, size_t len);

/*@
  requires   usable: is_usable(c);
  requires   bytes: c != \null && buf != \null && 1 <= len <= PTRDIFF_MAX ==>
               \valid_read(buf + (0 .. len - 1)) && ew_taken + len <= bytes_of_a_life;
  requires   given: buf == ew_given && ew_taken == ew_given_from;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->io_len, c->expires;
  assigns    c->write_buf \from buf;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    W6_count: \result == -1 || 1 <= \result <= len;
  ensures    W6_refused: buf == \null || len < 1 || PTRDIFF_MAX < len ==> \result == -1;
  ensures    W6_told: \result > 0 ==> ew_taken == \old(ew_taken) + \result;
  ensures    W6_none_written: \result < 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
ptrdiff_t endwell_write_bytes(ew_conn *c, const uint8_t *buf, size_t len);

/*@
  requires   link: is_link(c) && \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->handshake_expires, c->expires, c->idle_records, c->again, c->tried, ew_clock;
  ensures    clock: is_clock(ew_clock);
*/
static void start_handshake(ew_conn *c);

/*@
  requires   usable: is_usable(c);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number, c->handshake_expires,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->expires;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    values: \result == -1 || \result == 0 || \result == 1;
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_none_written: ew_taken == \old(ew_taken);
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_handshake(ew_conn *c);

/*@
  requires   usable: is_usable(c);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far,
             c->result, c->number,
             c->machine, c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again,
             c->expires;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    values: \result == -1 || \result == 0 || \result == 1;
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_none_written: ew_taken == \old(ew_taken);
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||
               \old(c->machine.quiet) == EW_QUIET_ON;
  ensures    W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;
  ensures    W8_zero: \result == 0 ==> is_open(c) && is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W8_one: \result == 1 ==> is_open(c) && is_settled(&c->machine);
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_shutdown(ew_conn *c);

/* What the loops keep: each is named in the source, beside its loop. */
#define EW_LOOP_OF_WRITING                                                                                             \
    loop invariant linked: is_linked(c);                                                                               \
    loop invariant clocked: has_clock(c);                                                                              \
    loop invariant owed: is_owed(c);                                                                                   \
    loop invariant earned: is_earned(c);                                                                               \
    loop invariant told: is_told(c);                                                                                   \
    loop invariant rest: at_rest(c);                                                                                   \
    loop invariant done: done < len;                                                                                   \
    loop invariant W6_never_fewer: may_write(&c->machine) ==> ew_pending <= len - done;                                \
    loop invariant W6_told: ew_taken == \at(ew_taken, Pre) + done;                                                     \
    loop invariant W6_nothing_read: ew_read_so_far == \at(ew_read_so_far, Pre);                                        \
    loop invariant W7_flag: c->machine.received == EW_RECEIVED_YES ==>                                                 \
        ew_authenticated == 1 || \at(c->machine.received, Pre) == EW_RECEIVED_YES;                                     \
    loop invariant W7_nothing_else: ew_authenticated == \at(ew_authenticated, Pre) || ew_authenticated == 1;           \
    loop invariant same_io: c->transport.io == \at(c->transport.io, Pre);                                              \
    loop invariant W7_quiet: c->machine.quiet == \at(c->machine.quiet, Pre);                                           \
    loop invariant W5_one_late_attempt: \at(ew_attempted == 0 && ew_late_again == 0, Pre) ==> in_time(c);              \
    loop assigns n, done, EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending,                                    \
        ew_taken, EW_RECORD, ew_read_so_far, c->machine, c->untold, c->in_call, c->tried, c->owed,                     \
        c->io_done, c->idle_records, c->again, c->write_buf, c->io_len;                                                \
    loop variant len - done;

#define EW_LOOP_OF_SENDING                                                                                             \
    loop invariant linked: is_linked(c);                                                                               \
    loop invariant clocked: has_clock(c);                                                                              \
    loop invariant earned: is_earned(c);                                                                               \
    loop invariant busy: c->machine.busy == \at(c->machine.busy, Pre);                                                 \
    loop invariant W7_received: c->machine.received == \at(c->machine.received, Pre);                                  \
    loop invariant W7_notice: c->machine.notice_in == \at(c->machine.notice_in, Pre);                                  \
    loop invariant W7_quiet: c->machine.quiet == \at(c->machine.quiet, Pre);                                           \
    loop invariant W8_same_notice: c->machine.notice_out == \at(c->machine.notice_out, Pre);                           \
    loop invariant W8_same_flag: c->machine.sent == \at(c->machine.sent, Pre);                                         \
    loop invariant W8_same_output: c->machine.output == \at(c->machine.output, Pre);                                   \
    loop invariant machine: same_machine{Pre,Here}(c);                                                                 \
    loop invariant left_alone: same_call{Pre,Here}(c);                                                                 \
    loop invariant alive: stays_alive{Pre,Here}(c);                                                                    \
    loop invariant turns: ew_turns <= \at(ew_turns, Pre);                                                              \
    loop invariant W6_owed: 0 <= c->owed <= EW_RECORD_MAX && ew_pending <= c->owed;                                    \
    loop invariant W6_never_fewer: action == EW_ACTION_WRITE ==> ew_pending <= c->io_len;                              \
    loop invariant W6_none_taken: ew_read_so_far == \at(ew_read_so_far, Pre);                                          \
    loop invariant W6_none_written: ew_taken == \at(ew_taken, Pre);                                                    \
    loop invariant W7_nothing_else: ew_authenticated == \at(ew_authenticated, Pre) || ew_authenticated == 1;           \
    loop invariant W8_nothing_after_fatal: ew_failed == 0;                                                             \
    loop invariant W8_none_asked: action != EW_ACTION_SEND_CLOSE_NOTIFY ==>                                            \
        ew_notice_asked == \at(ew_notice_asked, Pre) && ew_notice_out == \at(ew_notice_out, Pre);                      \
    loop invariant W8_at_most_one: action == EW_ACTION_SEND_CLOSE_NOTIFY ==> ew_notice_out == 0;                       \
    loop invariant W5_one_late_attempt: \at(in_time(c), Pre) ==> in_time(c);                                           \
    loop assigns outcome, EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken,                                    \
        EW_RECORD, ew_read_so_far, c->tried, c->owed, c->io_done, c->idle_records, c->again,                           \
        c->read_buf[0 .. (action == EW_ACTION_RECEIVE && c->read_buf != \null ? c->io_len - 1 : -1)];                  \
    loop variant ew_turns;

#define EW_LOOP_OF_ACTIONS                                                                                             \
    loop invariant linked: is_linked(c);                                                                               \
    loop invariant clocked: has_clock(c);                                                                              \
    loop invariant owed: is_owed(c);                                                                                   \
    loop invariant earned: is_earned(c);                                                                               \
    loop invariant told: is_told(c);                                                                                   \
    loop invariant under_way: is_under_way(c);                                                                         \
    loop invariant kept: is_kept{Pre,Here}(c);                                                                         \
    loop invariant goes_on: asked_by(a) != EW_ACTION_RETURN ==> goes_on_for(&c->machine, event, a);                    \
    loop invariant W6_never_fewer: event == EW_EVENT_WRITE && (a == EW_ANSWER_WRITE || may_write(&c->machine)) ==>     \
        ew_pending <= c->io_len;                                                                                       \
    loop invariant W6_read: event == EW_EVENT_READ ==> is_read{Pre,Here}(c, a);                                        \
    loop invariant W6_none_taken: event != EW_EVENT_READ || a != EW_ANSWER_ONE || c->peeks != 0 ==>                    \
        ew_read_so_far == \at(ew_read_so_far, Pre);                                                                    \
    loop invariant W6_written: event == EW_EVENT_WRITE ==> is_written{Pre,Here}(c, a);                                 \
    loop invariant W6_none_written: event != EW_EVENT_WRITE || a != EW_ANSWER_ONE ==>                                  \
        ew_taken == \at(ew_taken, Pre);                                                                                \
    loop invariant W7_end: event == EW_EVENT_READ && a == EW_ANSWER_END_OF_DATA ==>                                    \
        ew_authenticated == 1 || \at(c->machine.received, Pre) == EW_RECEIVED_YES;                                     \
    loop invariant W7_flag: is_flag_earned{Pre,Here}(c, event);                                                        \
    loop invariant W7_nothing_else: ew_authenticated == \at(ew_authenticated, Pre) || ew_authenticated == 1;           \
    loop invariant W8_nothing_after_fatal: asked_by(a) != EW_ACTION_RETURN ==> ew_failed == 0;                         \
    loop invariant W8_no_end: event == EW_EVENT_SHUTDOWN ==> a != EW_ANSWER_END_OF_DATA;                               \
    loop invariant W8_zero: event == EW_EVENT_SHUTDOWN && a == EW_ANSWER_ZERO ==>                                      \
        is_out(&c->machine) && !\at(is_out(&c->machine), Pre);                                                         \
    loop invariant W8_one: event == EW_EVENT_SHUTDOWN && a == EW_ANSWER_ONE ==> is_settled(&c->machine);               \
    loop invariant W8_stays_out: event == EW_EVENT_SHUTDOWN && \at(is_out(&c->machine), Pre) ==> is_out(&c->machine);  \
    loop invariant W5_suspended: a == EW_ANSWER_SUSPENDED ==> ew_turns < \at(ew_turns, Pre);                           \
    loop invariant W5_turns: ew_turns <= \at(ew_turns, Pre);                                                           \
    loop invariant W5_ends: a == EW_ANSWER_WANT_READ || a == EW_ANSWER_WANT_WRITE ==>                                  \
        ew_turns < \at(ew_turns, Pre) || is_late_now(c);                                                               \
    loop invariant W5_one_late_attempt: \at(in_time(c), Pre) ==> in_time(c);                                           \
    loop assigns a, EW_PORT_WRITES, ew_clock, ew_turns, ew_pending, ew_taken,                                          \
        EW_RECORD, ew_read_so_far, c->machine, c->tried, c->owed, c->io_done, c->idle_records,                         \
        c->again, c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];                                     \
    loop variant 3 * ew_turns + (asked_by(a) == EW_ACTION_RETURN ? 0 : a == EW_ANSWER_FLUSH ? 2 : 1);

#define EW_LOOP_OF_WAITING                                                                                             \
    loop invariant linked: is_linked(c);                                                                               \
    loop invariant clocked: has_clock(c);                                                                              \
    loop invariant owed: is_owed(c);                                                                                   \
    loop invariant earned: is_earned(c);                                                                               \
    loop invariant told: is_told(c);                                                                                   \
    loop invariant under_way: is_under_way(c);                                                                         \
    loop invariant kept: is_kept{Pre,Here}(c);                                                                         \
    loop invariant W6_never_fewer:                                                                                     \
        event == EW_EVENT_WRITE && may_write(&c->machine) ==> ew_pending <= c->io_len;                                 \
    loop invariant W6_none_taken: ew_read_so_far == \at(ew_read_so_far, Pre);                                          \
    loop invariant W6_none_written: ew_taken == \at(ew_taken, Pre);                                                    \
    loop invariant W7_flag: is_flag_earned{Pre,Here}(c, event);                                                        \
    loop invariant W7_nothing_else: ew_authenticated == \at(ew_authenticated, Pre) || ew_authenticated == 1;           \
    loop invariant W8_stays_out: event == EW_EVENT_SHUTDOWN && \at(is_out(&c->machine), Pre) ==> is_out(&c->machine);  \
    loop invariant W5_turns: ew_turns <= \at(ew_turns, Pre);                                                           \
    loop invariant W5_one_late_attempt: \at(in_time(c), Pre) ==> in_time(c);                                           \
    loop assigns a, EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken,                                \
        EW_RECORD, ew_read_so_far, c->machine, c->tried, c->owed, c->io_done, c->idle_records,                         \
        c->again, c->read_buf[0 .. (event == EW_EVENT_READ ? c->io_len - 1 : -1)];                                     \
    loop variant ew_turns;

#endif
