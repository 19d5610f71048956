/*
 * Endwell: the contracts of src/close.c: each function performs the action that the machine of the orderly
 * close asks for, and tells the outcome that came of it (W9). What the machine answers is taken from its own
 * contracts (ew_orderly_contracts.h), what a shutdown does from wire/connection.h, what an io and a port are
 * owed stands in wire/ending.h. A loop's invariants are named in the source, and stand below.
 */
#ifndef EW_WIRE_CLOSING_H
#define EW_WIRE_CLOSING_H

#include "wire/ending.h"
#include "wire/questions.h"

#define EW_SHUTDOWN_WRITES                                                                                             \
    EW_PORT_WRITES, EW_WAITS, ew_turns, ew_pending, ew_taken, EW_RECORD, ew_read_so_far, c->machine,         \
        c->untold, c->in_call, c->tried, c->owed, c->io_done, c->idle_records, c->again

/* Between two calls: the transport is ours, and the record agrees with how far the machine says that it is. */
/*@
  predicate is_ours(ew_conn *c) =
    ew_gone == 0 &&
    (is_before_the_half_close(&c->orderly) ==> ew_our_side_closed == 0) &&
    (c->orderly.phase == EW_ORDERLY_PHASE_DRAINING && c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==>
       ew_earned != 0) &&
    (c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ==> returned_by(c->failure) == -1);

  predicate is_endable(ew_conn *c) =
    is_open(c) ==> is_ours(c) && (sound(&c->orderly) ==> callable(&c->orderly));

  // The time of the close is up. Without a clock it is counted in calls.
  predicate is_close_over(ew_conn *c) =
    0 <= c->close_expires &&
    (c->transport.io->now_ms != \null ? c->close_expires <= ew_clock : c->close_expires == 0);

  // sound, of a machine that is passed as a value.
  predicate copy_is_sound(ew_machine m) =
    m.handshake <= EW_HANDSHAKE_DONE && m.sent <= EW_SENT_YES && m.received <= EW_RECEIVED_YES &&
    m.quiet <= EW_QUIET_ON && m.fatal <= EW_FATAL_SSL && m.notice_out <= EW_NOTICE_OUT_DELIVERED &&
    m.notice_in <= EW_NOTICE_IN_SEEN && m.output <= EW_OUTPUT_PENDING && m.session <= EW_SESSION_DROP &&
    m.busy <= EW_BUSY_HANDSHAKE;
*/

/*
 * What the loop of a call may still cost: what suspends, finds nothing, or is dropped, comes off the budget, and
 * between two of these there are few steps. They are macros because the loop's variant has to spell them out:
 * WP reads the memory of a logic function in a variant at the end of a turn only, for both sides of the comparison.
 */
#define EW_BUDGET(c, a, bytes) (ew_turns + ew_looks + ((a) == EW_ORDERLY_ANSWER_BEGIN ? (bytes) : (c)->drain_left))

#define EW_STEPS_TO_GO(c, a)                                                                                           \
    ((a) == EW_ORDERLY_ANSWER_RESUME       ? 7                                                                         \
     : (a) == EW_ORDERLY_ANSWER_BEGIN      ? 6                                                                         \
     : (a) == EW_ORDERLY_ANSWER_LOOK       ? 6                                                                         \
     : (a) == EW_ORDERLY_ANSWER_NOTICE     ? 5                                                                         \
     : (a) == EW_ORDERLY_ANSWER_PAUSE      ? 6                                                                         \
     : (a) == EW_ORDERLY_ANSWER_HALF_CLOSE ? 4                                                                         \
     : (a) == EW_ORDERLY_ANSWER_DRAIN      ? 3                                                                         \
     : (a) == EW_ORDERLY_ANSWER_WAIT       ? 4                                                                         \
     : (a) == EW_ORDERLY_ANSWER_END        ? 1                                                                         \
     : (a) == EW_ORDERLY_ANSWER_RELEASE    ? 1                                                                         \
     : (a) != EW_ORDERLY_ANSWER_SHUTDOWN   ? 0                                                                         \
     : (c)->machine.sent == EW_SENT_YES && (c)->machine.notice_out == EW_NOTICE_OUT_DELIVERED ? 1 : 2)

/* What may come of an action that has several outcomes. */
/*@
  predicate is_told_of_shutdown(integer event) =
    event == EW_ORDERLY_EVENT_HALF || event == EW_ORDERLY_EVENT_FULL || interrupts_orderly(event) ||
    event == EW_ORDERLY_EVENT_FAILED;

  predicate is_told_of_drain(integer event) =
    event == EW_ORDERLY_EVENT_END || event == EW_ORDERLY_EVENT_FAILED || event == EW_ORDERLY_EVENT_BOUND ||
    event == EW_ORDERLY_EVENT_LATE || event == EW_ORDERLY_EVENT_BLOCKED;
*/

/* What holds behind more than one of them. */
#define EW_FLAG_IS_EARNED                                                                                              \
    ensures W7_flag: c->machine.received == EW_RECEIVED_YES ==>                                                        \
        ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||                                       \
        \old(c->machine.quiet) == EW_QUIET_ON;                                                                         \
    ensures W7_quiet: c->machine.quiet == \old(c->machine.quiet);                                                      \
    ensures W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;                      \
    ensures W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);                                                   \
    ensures W6_none_written: ew_taken == \old(ew_taken);

/* A look at the transport takes off a budget, or bytes off their bound; an end is told only without an error. */
#define EW_DROPS                                                                                                       \
    ensures looks: ew_looks <= \old(ew_looks);                                                                         \
    ensures W9_bytes: c->drain_left <= \old(c->drain_left);                                                            \
    ensures W9_blocked: \result == EW_ORDERLY_EVENT_BLOCKED ==> ew_looks < \old(ew_looks);                             \
    ensures W9_end: \result == EW_ORDERLY_EVENT_END ==>                                                               \
        ew_looked == EW_IO_END && c->transport.error == EW_CAUSE_NONE;                                                 \
    ensures W9_blocked_is_said: \result == EW_ORDERLY_EVENT_BLOCKED ==> ew_looked == EW_IO_BLOCKED;

/* Actions ---------------------------------------------------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W9_waits: \result == EW_ANSWER_RECEIVE ==>
               copy.sent == EW_SENT_YES &&
               (copy.notice_out == EW_NOTICE_OUT_DELIVERED ||
                (copy.notice_out == EW_NOTICE_OUT_NONE && copy.output == EW_OUTPUT_IDLE));
  ensures    W9_not_whole: \result == EW_ANSWER_CORRUPT <==> !copy_is_sound(copy);
*/
static ew_answer shut_a_copy(ew_machine copy);

/*@
  requires   valid: \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W9_settled: \result != 0 ==>
               c->machine.notice_out == EW_NOTICE_OUT_DELIVERED || is_settled(&((ew_conn *)c)->machine);
  ensures    W9_out: copy_is_sound(c->machine) && c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ==>
               \result != 0;
  ensures    W9_not_whole: !copy_is_sound(c->machine) ==> \result == 0;
*/
static int nothing_owed(const ew_conn *c);

/*@
  requires   valid: \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answers: \result == EW_ORDERLY_EVENT_OWED || \result == EW_ORDERLY_EVENT_SETTLED;
  ensures    W9_settled: \result == EW_ORDERLY_EVENT_SETTLED ==>
               c->machine.notice_out == EW_NOTICE_OUT_DELIVERED || is_settled(&((ew_conn *)c)->machine);
  ensures    W9_out: copy_is_sound(c->machine) && c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ==>
               \result == EW_ORDERLY_EVENT_SETTLED;
  ensures    W9_not_whole: !copy_is_sound(c->machine) ==> \result == EW_ORDERLY_EVENT_OWED;
*/
static uint8_t look(const ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->close_expires, c->drain_left, c->expires, c->idle_records, c->again, c->tried, ew_clock;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: \result == EW_ORDERLY_EVENT_OWED || \result == EW_ORDERLY_EVENT_SETTLED;
  ensures    W9_settled: \result == EW_ORDERLY_EVENT_SETTLED ==>
               c->machine.notice_out == EW_NOTICE_OUT_DELIVERED || is_settled(&c->machine);
  ensures    W9_bytes_begin: c->drain_left == bytes;
  ensures    W9_time_begins: 0 <= c->close_expires <= ew_clock + (ms > 0 ? ms : 0);
  ensures    W9_no_less_time: c->close_expires >=
               (c->transport.io->now_ms != \null ? \old(ew_clock) : 0) + (ms > 0 ? ms : 0);
  ensures    W5_bound: c->expires == c->close_expires;
*/
static uint8_t begin(ew_conn *c, int ms, size_t bytes);

/*@
  requires   valid: \valid(c) && \valid_read(c->transport.io);
  terminates \true;
  exits      \false;
  assigns    c->close_expires, c->expires, c->idle_records, c->again, c->tried;
  ensures    answers: \result == EW_ORDERLY_EVENT_DONE;
  ensures    W9_same_time: c->close_expires == \old(c->close_expires) ||
               (c->transport.io->now_ms == \null && c->close_expires == \old(c->close_expires) - 1);
  ensures    W9_counted: c->transport.io->now_ms == \null && \old(c->close_expires) >= 0 ==>
               c->close_expires == (\old(c->close_expires) == 0 ? 0 : \old(c->close_expires) - 1);
  ensures    W5_bound: c->expires == c->close_expires;
*/
static uint8_t resume(ew_conn *c);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  terminates \true;
  exits      \false;
  assigns    EW_SHUTDOWN_WRITES, c->failure;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    answers: is_told_of_shutdown(\result);
  ensures    W9_half: \result == EW_ORDERLY_EVENT_HALF ==> is_out(&c->machine) && !\old(is_out(&c->machine));
  ensures    W9_full: \result == EW_ORDERLY_EVENT_FULL ==> is_settled(&c->machine);
  ensures    W9_one: \result == EW_ORDERLY_EVENT_FULL <==> returned_by(c->result) == 1;
  ensures    W9_zero: \result == EW_ORDERLY_EVENT_HALF <==> returned_by(c->result) == 0;
  ensures    W9_interrupted: interrupts_orderly(\result) <==> is_retry(c->result);
  ensures    W9_failed: \result == EW_ORDERLY_EVENT_FAILED ==> returned_by(c->failure) == -1;
  ensures    W9_failure_kept: \result != EW_ORDERLY_EVENT_FAILED ==> c->failure == \old(c->failure);
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_suspended: \result == EW_ORDERLY_EVENT_SUSPENDED ==> ew_turns < \old(ew_turns);
  EW_FLAG_IS_EARNED
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static uint8_t shut(ew_conn *c);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  terminates \true;
  exits      \false;
  assigns    EW_SHUTDOWN_WRITES, c->failure, c->unsent;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    kept: is_kept{Pre,Post}(c);
  ensures    answers: is_told_of_shutdown(\result) || \result == EW_ORDERLY_EVENT_LATE;
  ensures    W9_late: \result == EW_ORDERLY_EVENT_LATE ==>
               is_close_over(c) && is_retry(c->result) && c->number == EW_CAUSE_TIMED_OUT;
  ensures    W9_in_time: interrupts_orderly(\result) ==> !is_close_over(c);
  ensures    W9_why_unsent: c->unsent == c->number;
  ensures    W9_half: \result == EW_ORDERLY_EVENT_HALF ==> is_out(&c->machine);
  ensures    W9_full: \result == EW_ORDERLY_EVENT_FULL ==> is_settled(&c->machine);
  ensures    W9_failed: \result == EW_ORDERLY_EVENT_FAILED ==> returned_by(c->failure) == -1;
  ensures    W9_failure_kept: \result != EW_ORDERLY_EVENT_FAILED ==>
               c->failure == \old(c->failure) || returned_by(c->failure) == -1;
  ensures    W5_turns: ew_turns <= \old(ew_turns);
  ensures    W5_suspended: \result == EW_ORDERLY_EVENT_SUSPENDED ==> ew_turns < \old(ew_turns);
  EW_FLAG_IS_EARNED
  ensures    W5_one_late_attempt: \old(in_time(c)) ==> in_time(c);
*/
static uint8_t notice(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c) && c->transport.io->now_ms != \null;
  terminates \true;
  exits      \false;
  assigns    c->number, c->unsent, EW_WAITS;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: \result == EW_ORDERLY_EVENT_READY || \result == EW_ORDERLY_EVENT_LATE;
  ensures    W9_why_unsent: c->unsent == c->number;
  ensures    W9_late: \result == EW_ORDERLY_EVENT_LATE ==>
               is_close_over(c) && c->number == EW_CAUSE_TIMED_OUT;
  ensures    W9_in_time: \result == EW_ORDERLY_EVENT_READY && 0 <= c->close_expires ==>
               ew_clock <= c->close_expires;
*/
static uint8_t look_again_later(ew_conn *c);

/*@
  requires   valid: \valid(c) && ew_served == c;
  requires   W9_ours: ew_gone == 0;
  requires   W9_once: ew_our_side_closed == 0;
  requires   W9_earned: c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> is_out_or_claimed(c);
  terminates \true;
  exits      \false;
  assigns    c->transport.half_closed, ew_our_side_closed, ew_earned;
  ensures    answers: \result == EW_ORDERLY_EVENT_DONE;
  ensures    closed: ew_our_side_closed == 1;
  ensures    W9_earned: c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> ew_earned != 0;
*/
static uint8_t half_close(ew_conn *c);

/*@
  requires   valid: \valid(c) && ew_served == c;
  requires   W9_ours: ew_gone == 0;
  requires   some: 1 <= c->drain_left;
  terminates \true;
  exits      \false;
  assigns    c->drain_left, EW_LOOKS;
  ensures    answers: \result == EW_ORDERLY_EVENT_SOME || \result == EW_ORDERLY_EVENT_END ||
               \result == EW_ORDERLY_EVENT_FAILED || \result == EW_ORDERLY_EVENT_BLOCKED;
  ensures    W9_some: \result == EW_ORDERLY_EVENT_SOME ==>
               ew_looks + c->drain_left < \old(ew_looks) + \old(c->drain_left);
  EW_DROPS
  ensures    W9_counted: c->drain_left == \old(c->drain_left) -
               (\result == EW_ORDERLY_EVENT_SOME && ew_looked > 0 ? ew_looked : 0);
  ensures    W9_some_is_some: 0 < ew_looked <= \old(c->drain_left) && ew_looked <= EW_DRAIN_CHUNK ==>
               \result == EW_ORDERLY_EVENT_SOME;
  ensures    W9_some_is_said: \result == EW_ORDERLY_EVENT_SOME ==>
               0 < ew_looked <= EW_DRAIN_CHUNK || ew_looked == EW_IO_INTERRUPTED;
  ensures    W9_end_is_told: ew_looked == EW_IO_END && c->transport.error == EW_CAUSE_NONE ==>
               \result == EW_ORDERLY_EVENT_END;
*/
static uint8_t drop(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c) && ew_served == c;
  requires   W9_ours: ew_gone == 0;
  terminates \true;
  exits      \false;
  assigns    c->drain_left, EW_LOOKS, ew_clock;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: \result == EW_ORDERLY_EVENT_SOME || is_told_of_drain(\result);
  ensures    W9_bound: \result == EW_ORDERLY_EVENT_BOUND <==> \old(c->drain_left) == 0;
  ensures    W9_a_chunk: \old(c->drain_left) - c->drain_left <= EW_DRAIN_CHUNK;
  ensures    W9_late: \result == EW_ORDERLY_EVENT_LATE ==>
               is_close_over(c) && (ew_looked > 0 || ew_looked == EW_IO_INTERRUPTED || ew_looked == EW_IO_BLOCKED);
  ensures    W9_some: \result == EW_ORDERLY_EVENT_SOME ==>
               ew_looks + c->drain_left < \old(ew_looks) + \old(c->drain_left);
  EW_DROPS
  ensures    W9_in_time: (\result == EW_ORDERLY_EVENT_SOME || \result == EW_ORDERLY_EVENT_BLOCKED) &&
               c->transport.io->now_ms != \null && 0 <= c->close_expires ==> ew_clock < c->close_expires;
*/
static uint8_t drop_in_time(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c) && ew_served == c;
  requires   W9_ours: ew_gone == 0;
  terminates \true;
  exits      \false;
  assigns    c->drain_left, c->number, EW_LOOKS, ew_clock;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: \result == EW_ORDERLY_EVENT_AGAIN || is_told_of_drain(\result);
  ensures    W9_no_less: \result == EW_ORDERLY_EVENT_AGAIN ==>
               \old(c->drain_left) - c->drain_left >= EW_DRAIN_BUDGET;
  ensures    W9_no_more: \old(c->drain_left) - c->drain_left < EW_DRAIN_BUDGET + EW_DRAIN_CHUNK;
  ensures    W9_bound: \result == EW_ORDERLY_EVENT_BOUND ==> c->drain_left == 0;
  ensures    W9_late: \result == EW_ORDERLY_EVENT_LATE ==> is_close_over(c);
  ensures    number: c->number == (\result == EW_ORDERLY_EVENT_BLOCKED ? EW_CAUSE_AGAIN : \old(c->number));
  ensures    W9_again: \result == EW_ORDERLY_EVENT_AGAIN ==>
               ew_looks + c->drain_left < \old(ew_looks) + \old(c->drain_left);
  EW_DROPS
  ensures    W9_in_time: (\result == EW_ORDERLY_EVENT_AGAIN || \result == EW_ORDERLY_EVENT_BLOCKED) &&
               c->transport.io->now_ms != \null && 0 <= c->close_expires ==> ew_clock < c->close_expires;
*/
static uint8_t drain(ew_conn *c);

/*@
  requires   link: is_link(c) && \valid(c) && c->transport.io->now_ms != \null;
  terminates \true;
  exits      \false;
  assigns    c->number, EW_WAITS;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: \result == EW_ORDERLY_EVENT_READY || \result == EW_ORDERLY_EVENT_LATE;
  ensures    W9_as_the_io_says: \result == EW_ORDERLY_EVENT_READY ==> ew_wait_said == 1;
  ensures    W9_late: \result == EW_ORDERLY_EVENT_LATE ==> ew_wait_said < 0 ||
               (is_close_over(c) && c->number == EW_CAUSE_TIMED_OUT);
  ensures    W9_in_time: \result == EW_ORDERLY_EVENT_READY && 0 <= c->close_expires ==>
               ew_clock <= c->close_expires;
*/
static uint8_t wait_for_more(ew_conn *c);

/*@
  requires   linked: is_linked(c) && c->port != \null;
  requires   W9_ours: ew_gone == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, c->in_call, ew_gone, ew_let_go;
  assigns    c->port \from \nothing;
  ensures    answers: \result == EW_ORDERLY_EVENT_DONE;
  ensures    detached: c->port == \null && c->in_call == 0;
  ensures    W9_let_go: ew_let_go ==
               (c->machine.sent == EW_SENT_YES && c->machine.session == EW_SESSION_KEEP ? 1 : 0);
  ensures    W9_closed: action == EW_ORDERLY_ACTION_END ==> ew_gone == 1;
  ensures    W9_given_back: action != EW_ORDERLY_ACTION_END ==> ew_gone == 0;
  ensures    io: c->transport.io == \old(c->transport.io) && c->blocking == \old(c->blocking);
  ensures    clock: is_clock(ew_clock);
*/
static uint8_t leave(ew_conn *c, uint8_t action);

/* The calls -------------------------------------------------------------------------------------- */

/* Which action is under way, in which state of the machine. */
/*@
  predicate is_under_way_as(ew_orderly_machine *m, integer a) =
    sound(m) &&
    (a == EW_ORDERLY_ANSWER_BEGIN || a == EW_ORDERLY_ANSWER_LOOK ==>
       m->busy == EW_ORDERLY_BUSY_LOOK && m->phase == EW_ORDERLY_PHASE_CLOSING) &&
    (a == EW_ORDERLY_ANSWER_RESUME ==>
       m->busy == EW_ORDERLY_BUSY_RESUME &&
       (m->phase == EW_ORDERLY_PHASE_CLOSING || m->phase == EW_ORDERLY_PHASE_DRAINING)) &&
    (a == EW_ORDERLY_ANSWER_NOTICE ==>
       m->busy == EW_ORDERLY_BUSY_NOTICE && m->phase == EW_ORDERLY_PHASE_CLOSING) &&
    (a == EW_ORDERLY_ANSWER_PAUSE ==>
       m->busy == EW_ORDERLY_BUSY_PAUSE && m->phase == EW_ORDERLY_PHASE_CLOSING &&
       m->mode == EW_ORDERLY_MODE_WAITS) &&
    (a == EW_ORDERLY_ANSWER_HALF_CLOSE ==>
       m->busy == EW_ORDERLY_BUSY_HALF_CLOSE && m->phase == EW_ORDERLY_PHASE_DRAINING) &&
    (a == EW_ORDERLY_ANSWER_DRAIN ==>
       m->busy == EW_ORDERLY_BUSY_DRAIN && m->phase == EW_ORDERLY_PHASE_DRAINING) &&
    (a == EW_ORDERLY_ANSWER_WAIT ==>
       m->busy == EW_ORDERLY_BUSY_WAIT && m->phase == EW_ORDERLY_PHASE_DRAINING &&
       m->mode == EW_ORDERLY_MODE_WAITS) &&
    (a == EW_ORDERLY_ANSWER_END ==>
       (m->busy == EW_ORDERLY_BUSY_END && m->phase == EW_ORDERLY_PHASE_DRAINING) ||
       (m->busy == EW_ORDERLY_BUSY_ABORT && !gone(m))) &&
    (a == EW_ORDERLY_ANSWER_RELEASE ==> m->busy == EW_ORDERLY_BUSY_RELEASE && !gone(m)) &&
    (a == EW_ORDERLY_ANSWER_SHUTDOWN ==> m->busy == EW_ORDERLY_BUSY_FINISH && !gone(m));

  predicate is_ours_during(ew_conn *c, integer a) =
    ew_gone == 0 &&
    (is_before_the_half_close(&c->orderly) ==> ew_our_side_closed == 0) &&
    (a == EW_ORDERLY_ANSWER_HALF_CLOSE ==>
       ew_our_side_closed == 0 && (c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> is_out_or_claimed(c))) &&
    (a != EW_ORDERLY_ANSWER_HALF_CLOSE && c->orderly.phase == EW_ORDERLY_PHASE_DRAINING &&
     c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> ew_earned != 0) &&
    (c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ==> returned_by(c->failure) == -1);

  predicate is_waiting(ew_conn *c) = c->orderly.mode == EW_ORDERLY_MODE_WAITS && c->blocking != 0;

  predicate answers_action(integer a, integer event) =
    (a == EW_ORDERLY_ANSWER_BEGIN || a == EW_ORDERLY_ANSWER_LOOK ==>
       event == EW_ORDERLY_EVENT_OWED || event == EW_ORDERLY_EVENT_SETTLED) &&
    (a == EW_ORDERLY_ANSWER_RESUME || a == EW_ORDERLY_ANSWER_HALF_CLOSE || a == EW_ORDERLY_ANSWER_END ||
     a == EW_ORDERLY_ANSWER_RELEASE ==> event == EW_ORDERLY_EVENT_DONE) &&
    (a == EW_ORDERLY_ANSWER_NOTICE ==> is_told_of_shutdown(event) || event == EW_ORDERLY_EVENT_LATE) &&
    (a == EW_ORDERLY_ANSWER_PAUSE || a == EW_ORDERLY_ANSWER_WAIT ==>
       event == EW_ORDERLY_EVENT_READY || event == EW_ORDERLY_EVENT_LATE) &&
    (a == EW_ORDERLY_ANSWER_DRAIN ==> event == EW_ORDERLY_EVENT_AGAIN || is_told_of_drain(event)) &&
    (a == EW_ORDERLY_ANSWER_SHUTDOWN ==> is_told_of_shutdown(event));

  predicate leaves(integer a) = a == EW_ORDERLY_ANSWER_END || a == EW_ORDERLY_ANSWER_RELEASE;

  predicate is_in_use(ew_conn *c) = is_sane(c) && at_rest(c) && c->port != \null;

  logic integer budget(ew_conn *c, integer a, integer bytes) = EW_BUDGET(c, a, bytes);

  logic integer steps_to_go(ew_conn *c, integer a) = EW_STEPS_TO_GO(c, a);
*/

#define EW_ACTION_WRITES                                                                                               \
    EW_SHUTDOWN_WRITES, c->failure, c->unsent, c->close_expires, c->drain_left, c->expires, EW_LOOKS,                  \
        ew_our_side_closed, ew_earned, ew_gone, ew_let_go

#define EW_STILL_IN_USE(action)                                                                                        \
    ensures linked: !leaves(action) ==> is_linked(c);                                                                  \
    ensures clocked: !leaves(action) ==> has_clock(c);                                                                 \
    ensures owed: !leaves(action) ==> is_owed(c);                                                                      \
    ensures earned: !leaves(action) ==> is_earned(c);                                                                  \
    ensures told: !leaves(action) ==> is_told(c);                                                                      \
    ensures at_rest: !leaves(action) ==> at_rest(c);                                                                   \
    ensures open: !leaves(action) ==> c->port != \null;

/*@
  requires   in_use: is_in_use(c);
  requires   action: EW_ORDERLY_ACTION_BEGIN <= action <= EW_ORDERLY_ACTION_SHUTDOWN;
  requires   under_way: is_under_way_as(&c->orderly, action);
  requires   ours: is_ours_during(c, action);
  requires   waits: action == EW_ORDERLY_ACTION_PAUSE || action == EW_ORDERLY_ACTION_WAIT ==> c->blocking != 0;
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES;
  assigns    c->port \from \nothing;
  ensures    clock: is_clock(ew_clock);
  ensures    answers: answers_action(action, \result);
  EW_STILL_IN_USE(action)
  ensures    machine_of_the_close: unchanged{Pre,Post}(&c->orderly);
  ensures    left: leaves(action) ==> c->port == \null && c->in_call == 0;
  ensures    io: c->transport.io == \old(c->transport.io) && c->blocking == \old(c->blocking);
  ensures    W9_closed: action == EW_ORDERLY_ACTION_END ==> ew_gone == 1;
  ensures    W9_still_ours: action != EW_ORDERLY_ACTION_END ==> ew_gone == 0;
  ensures    W9_half_closed: action == EW_ORDERLY_ACTION_HALF_CLOSE ==>
               c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> ew_earned != 0;
  ensures    W9_once: action != EW_ORDERLY_ACTION_HALF_CLOSE ==>
               ew_our_side_closed == \old(ew_our_side_closed) && ew_earned == \old(ew_earned);
  ensures    W9_settled: \result == EW_ORDERLY_EVENT_SETTLED || \result == EW_ORDERLY_EVENT_HALF ||
               \result == EW_ORDERLY_EVENT_FULL ==> is_out_or_claimed(c);
  ensures    W9_failed: \result == EW_ORDERLY_EVENT_FAILED &&
               (action == EW_ORDERLY_ACTION_NOTICE || action == EW_ORDERLY_ACTION_SHUTDOWN) ==>
               returned_by(c->failure) == -1;
  ensures    W9_failure_kept: c->failure == \old(c->failure) || returned_by(c->failure) == -1;
  ensures    W9_bytes: action != EW_ORDERLY_ACTION_BEGIN ==> c->drain_left <= \old(c->drain_left);
  ensures    W9_bytes_begin: action == EW_ORDERLY_ACTION_BEGIN ==> c->drain_left == bytes;
  ensures    W9_budget: ew_turns + ew_looks + c->drain_left <= \old(budget(c, action, bytes));
  ensures    W9_costs: \result == EW_ORDERLY_EVENT_SUSPENDED || \result == EW_ORDERLY_EVENT_BLOCKED ||
               (\result == EW_ORDERLY_EVENT_AGAIN && action == EW_ORDERLY_ACTION_DRAIN) ==>
               ew_turns + ew_looks + c->drain_left < \old(budget(c, action, bytes));
  ensures    W9_half: \result == EW_ORDERLY_EVENT_HALF && action == EW_ORDERLY_ACTION_SHUTDOWN ==>
               is_out(&c->machine) && !\old(is_out(&c->machine));
  EW_FLAG_IS_EARNED
  ensures    port: !leaves(action) ==> c->port == \old(c->port);
  ensures    W9_full: action == EW_ORDERLY_ACTION_SHUTDOWN && \result == EW_ORDERLY_EVENT_FULL ==>
               is_settled(&c->machine);
  ensures    W5_bound: action == EW_ORDERLY_ACTION_SHUTDOWN ==> c->expires == \old(c->expires);
  ensures    W5_begins: action == EW_ORDERLY_ACTION_BEGIN || action == EW_ORDERLY_ACTION_RESUME ==>
               ew_attempted == \old(ew_attempted) && ew_late_again == \old(ew_late_again);
  ensures    W5_one_late_attempt: action != EW_ORDERLY_ACTION_BEGIN && action != EW_ORDERLY_ACTION_RESUME ==>
               \old(in_time(c)) ==> in_time(c);
*/
static uint8_t act(ew_conn *c, uint8_t action, int ms, size_t bytes);

/* What the machine says, in the words of its contracts, of a state in which a call can be made, or is. */
/*@
  requires   valid: \valid(m);
  requires   idle: sound(m) ==> callable(m);
  requires   event: event <= EW_ORDERLY_EVENT_RELEASE;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    corrupt: !\old(sound(m)) ==> \result == EW_ORDERLY_ANSWER_CORRUPT && unchanged{Pre,Post}(m);
  ensures    asked: \old(sound(m)) ==> asks(\result) && is_under_way_as(m, \result);
  ensures    progress: m->notice == \old(m->notice) && m->peer == \old(m->peer);
  ensures    phase: m->phase == \old(m->phase) ||
               (\old(m->phase) == EW_ORDERLY_PHASE_OPEN && m->phase == EW_ORDERLY_PHASE_CLOSING);
  ensures    closes: \old(sound(m)) && event <= EW_ORDERLY_EVENT_CLOSE_WAITING ==>
               (\result == EW_ORDERLY_ANSWER_BEGIN || \result == EW_ORDERLY_ANSWER_RESUME) &&
               (m->mode == EW_ORDERLY_MODE_WAITS <==> event == EW_ORDERLY_EVENT_CLOSE_WAITING);
  ensures    finishes: \old(sound(m)) && event == EW_ORDERLY_EVENT_FINISH ==> \result == EW_ORDERLY_ANSWER_SHUTDOWN;
  ensures    aborts: \old(sound(m)) && event == EW_ORDERLY_EVENT_ABORT ==>
               \result == EW_ORDERLY_ANSWER_END && m->busy == EW_ORDERLY_BUSY_ABORT;
  ensures    releases: \old(sound(m)) && event == EW_ORDERLY_EVENT_RELEASE ==>
               \result == EW_ORDERLY_ANSWER_RELEASE;
*/
static ew_orderly_answer call_machine(ew_orderly_machine *m, uint8_t event);

/*@
  predicate is_busy_in_phase(ew_orderly_machine *m) =
    sound(m) && !gone(m) && m->busy != EW_ORDERLY_BUSY_IDLE &&
    (m->busy == EW_ORDERLY_BUSY_RESUME ==>
       m->phase == EW_ORDERLY_PHASE_CLOSING || m->phase == EW_ORDERLY_PHASE_DRAINING) &&
    (m->busy == EW_ORDERLY_BUSY_LOOK || m->busy == EW_ORDERLY_BUSY_NOTICE || m->busy == EW_ORDERLY_BUSY_PAUSE ==>
       m->phase == EW_ORDERLY_PHASE_CLOSING) &&
    (m->busy == EW_ORDERLY_BUSY_PAUSE || m->busy == EW_ORDERLY_BUSY_WAIT ==> m->mode == EW_ORDERLY_MODE_WAITS) &&
    (m->busy == EW_ORDERLY_BUSY_HALF_CLOSE || m->busy == EW_ORDERLY_BUSY_DRAIN ||
     m->busy == EW_ORDERLY_BUSY_WAIT || m->busy == EW_ORDERLY_BUSY_END ==> m->phase == EW_ORDERLY_PHASE_DRAINING);

  predicate answers_busy(integer busy, integer event) =
    (busy == EW_ORDERLY_BUSY_LOOK ==> event == EW_ORDERLY_EVENT_OWED || event == EW_ORDERLY_EVENT_SETTLED) &&
    (busy == EW_ORDERLY_BUSY_RESUME || busy == EW_ORDERLY_BUSY_HALF_CLOSE || busy == EW_ORDERLY_BUSY_END ||
     busy == EW_ORDERLY_BUSY_ABORT || busy == EW_ORDERLY_BUSY_RELEASE ==> event == EW_ORDERLY_EVENT_DONE) &&
    (busy == EW_ORDERLY_BUSY_NOTICE ==> is_told_of_shutdown(event) || event == EW_ORDERLY_EVENT_LATE) &&
    (busy == EW_ORDERLY_BUSY_PAUSE || busy == EW_ORDERLY_BUSY_WAIT ==>
       event == EW_ORDERLY_EVENT_READY || event == EW_ORDERLY_EVENT_LATE) &&
    (busy == EW_ORDERLY_BUSY_DRAIN ==> event == EW_ORDERLY_EVENT_AGAIN || is_told_of_drain(event)) &&
    (busy == EW_ORDERLY_BUSY_FINISH ==> is_told_of_shutdown(event));

  predicate is_last(integer busy) =
    busy == EW_ORDERLY_BUSY_END || busy == EW_ORDERLY_BUSY_ABORT || busy == EW_ORDERLY_BUSY_RELEASE;
*/

#define EW_MACHINE_SAYS(m)                                                                                             \
    ensures sound: sound((m)) && (m)->mode == \old((m)->mode);                                                         \
    ensures asked: asks(\result) ==> is_under_way_as((m), \result) && (m)->busy != EW_ORDERLY_BUSY_ABORT;              \
    ensures rest: !asks(\result) && !\old(is_last((m)->busy)) ==> callable((m));                                       \
    ensures last: \old(is_last((m)->busy)) ==> !asks(\result);                                                         \
    ensures stays: \result != EW_ORDERLY_ANSWER_HALF_CLOSE ==>                                                         \
        (m)->notice == \old((m)->notice) && ((m)->phase == \old((m)->phase) || \old(is_last((m)->busy)));              \
    ensures half: \result == EW_ORDERLY_ANSWER_HALF_CLOSE ==>                                                          \
        \old((m)->phase) == EW_ORDERLY_PHASE_CLOSING &&                                                                \
        ((m)->notice == EW_ORDERLY_NOTICE_OUT ==>                                                                      \
           outcome == EW_ORDERLY_EVENT_SETTLED || outcome == EW_ORDERLY_EVENT_HALF ||                                  \
           outcome == EW_ORDERLY_EVENT_FULL) &&                                                                        \
        ((m)->notice == EW_ORDERLY_NOTICE_FAILED ==>                                                                   \
           outcome == EW_ORDERLY_EVENT_FAILED && \old((m)->busy) == EW_ORDERLY_BUSY_NOTICE);                           \
    ensures comes_back: !asks(\result) && !\old(is_last((m)->busy)) && \old((m)->busy) != EW_ORDERLY_BUSY_FINISH ==>   \
        gives_back(\result) && (m)->mode != EW_ORDERLY_MODE_WAITS;                                                     \
    ensures finish: \old((m)->busy) == EW_ORDERLY_BUSY_FINISH ==>                                                      \
        (\result == EW_ORDERLY_ANSWER_SHUTDOWN && outcome == EW_ORDERLY_EVENT_HALF) ||                                 \
        gives_back(\result) ||                                                                                         \
        (\result == EW_ORDERLY_ANSWER_ONE && outcome == EW_ORDERLY_EVENT_FULL) ||                                      \
        (\result == EW_ORDERLY_ANSWER_FAILED && outcome == EW_ORDERLY_EVENT_FAILED);                                   \
    ensures end: \old((m)->busy) == EW_ORDERLY_BUSY_END ==>                                                            \
        (\result == EW_ORDERLY_ANSWER_ONE && (m)->notice == EW_ORDERLY_NOTICE_OUT &&                                   \
         (m)->peer == EW_ORDERLY_PEER_ENDED) ||                                                                        \
        (\result == EW_ORDERLY_ANSWER_ZERO && (m)->notice == EW_ORDERLY_NOTICE_OUT) ||                                 \
        \result == EW_ORDERLY_ANSWER_LATE ||                                                                           \
        (\result == EW_ORDERLY_ANSWER_FAILED && (m)->notice == EW_ORDERLY_NOTICE_FAILED);                              \
    ensures given_up: \old((m)->busy) == EW_ORDERLY_BUSY_ABORT || \old((m)->busy) == EW_ORDERLY_BUSY_RELEASE ==>       \
        \result == EW_ORDERLY_ANSWER_ZERO;                                                                             \
    ensures no_start: \result != EW_ORDERLY_ANSWER_BEGIN && \result != EW_ORDERLY_ANSWER_RESUME &&                     \
        \result != EW_ORDERLY_ANSWER_RELEASE;                                                                          \
    ensures look: \result == EW_ORDERLY_ANSWER_LOOK ==> \old((m)->busy) == EW_ORDERLY_BUSY_RESUME;                     \
    ensures notice: \result == EW_ORDERLY_ANSWER_NOTICE ==>                                                            \
        \old((m)->busy) == EW_ORDERLY_BUSY_LOOK || \old((m)->busy) == EW_ORDERLY_BUSY_PAUSE;                           \
    ensures pause: \result == EW_ORDERLY_ANSWER_PAUSE ==>                                                              \
        \old((m)->busy) == EW_ORDERLY_BUSY_NOTICE && outcome == EW_ORDERLY_EVENT_SUSPENDED;                            \
    ensures drain: \result == EW_ORDERLY_ANSWER_DRAIN ==>                                                              \
        \old((m)->busy) == EW_ORDERLY_BUSY_RESUME || \old((m)->busy) == EW_ORDERLY_BUSY_HALF_CLOSE ||                  \
        \old((m)->busy) == EW_ORDERLY_BUSY_WAIT ||                                                                     \
        (\old((m)->busy) == EW_ORDERLY_BUSY_DRAIN && outcome == EW_ORDERLY_EVENT_AGAIN);                               \
    ensures wait: \result == EW_ORDERLY_ANSWER_WAIT ==>                                                                \
        \old((m)->busy) == EW_ORDERLY_BUSY_DRAIN && outcome == EW_ORDERLY_EVENT_BLOCKED;                               \
    ensures ends: \result == EW_ORDERLY_ANSWER_END ==>                                                                 \
        \old((m)->busy) == EW_ORDERLY_BUSY_DRAIN || \old((m)->busy) == EW_ORDERLY_BUSY_WAIT;                           \
    ensures shutdown: \result == EW_ORDERLY_ANSWER_SHUTDOWN ==> \old((m)->busy) == EW_ORDERLY_BUSY_FINISH;

/*@
  requires   valid: \valid(m);
  requires   busy: is_busy_in_phase(m);
  requires   answers: answers_busy(m->busy, outcome);
  terminates \true;
  exits      \false;
  assigns    *m;
  EW_MACHINE_SAYS(m)
*/
static ew_orderly_answer tell_machine(ew_orderly_machine *m, uint8_t outcome);

/* While an outcome is reported: what an action has come to, and the record, agree. */
/*@
  predicate is_ours_between(ew_conn *c, integer outcome) =
    ew_gone == 0 &&
    (is_before_the_half_close(&c->orderly) ==> ew_our_side_closed == 0) &&
    (outcome == EW_ORDERLY_EVENT_SETTLED || outcome == EW_ORDERLY_EVENT_HALF ||
     outcome == EW_ORDERLY_EVENT_FULL ==> is_out_or_claimed(c)) &&
    (c->orderly.phase == EW_ORDERLY_PHASE_DRAINING && c->orderly.notice == EW_ORDERLY_NOTICE_OUT ==>
       ew_earned != 0) &&
    (c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ||
     (c->orderly.busy == EW_ORDERLY_BUSY_NOTICE && outcome == EW_ORDERLY_EVENT_FAILED) ==>
       returned_by(c->failure) == -1);
*/

#define EW_STILL_IN_USE_AFTER                                                                                          \
    ensures linked: !\old(is_last(c->orderly.busy)) ==> is_linked(c);                                                  \
    ensures clocked: !\old(is_last(c->orderly.busy)) ==> has_clock(c);                                                 \
    ensures owed: !\old(is_last(c->orderly.busy)) ==> is_owed(c);                                                      \
    ensures earned: !\old(is_last(c->orderly.busy)) ==> is_earned(c);                                                  \
    ensures told: !\old(is_last(c->orderly.busy)) ==> is_told(c);                                                      \
    ensures at_rest: !\old(is_last(c->orderly.busy)) ==> at_rest(c);                                                   \
    ensures open: !\old(is_last(c->orderly.busy)) ==> c->port != \null;

/*@
  requires   valid: \valid(c);
  requires   busy: is_busy_in_phase(&c->orderly);
  requires   answers: answers_busy(c->orderly.busy, outcome);
  requires   in_use: !is_last(c->orderly.busy) ==> is_in_use(c);
  requires   ours: !is_last(c->orderly.busy) ==> is_ours_between(c, outcome);
  terminates \true;
  exits      \false;
  assigns    c->orderly;
  EW_MACHINE_SAYS(&c->orderly)
  EW_STILL_IN_USE_AFTER
  ensures    ours: asks(\result) ==> is_ours_during(c, \result);
  ensures    ours_at_rest: !asks(\result) && !\old(is_last(c->orderly.busy)) ==> is_ours(c);
*/
static ew_orderly_answer report_to(ew_conn *c, uint8_t outcome);

/*@
  requires   in_use: is_in_use(c);
  requires   asked: asks(a);
  requires   under_way: is_under_way_as(&c->orderly, a);
  requires   ours: is_ours_during(c, a);
  requires   waits: a == EW_ORDERLY_ANSWER_PAUSE || a == EW_ORDERLY_ANSWER_WAIT ==> c->blocking != 0;
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, c->orderly;
  assigns    c->port \from \nothing;
  ensures    clock: is_clock(ew_clock);
  ensures    io: c->transport.io == \old(c->transport.io) && c->blocking == \old(c->blocking);
  ensures    mode: c->orderly.mode == \old(c->orderly.mode);
  EW_STILL_IN_USE(a)
  ensures    left: leaves(a) ==> c->port == \null && c->in_call == 0;
  ensures    left_is_over: leaves(a) ==> !asks(\result);
  ensures    under_way: asks(\result) ==> is_under_way_as(&c->orderly, \result);
  ensures    ours: asks(\result) ==> is_ours_during(c, \result);
  ensures    ours_at_rest: !asks(\result) && !leaves(a) ==> is_ours(c);
  ensures    callable: !asks(\result) && !leaves(a) ==> callable(&c->orderly);
  ensures    over: asks(\result) || gives_back(\result) || \result == EW_ORDERLY_ANSWER_ONE ||
               \result == EW_ORDERLY_ANSWER_ZERO || \result == EW_ORDERLY_ANSWER_LATE ||
               \result == EW_ORDERLY_ANSWER_FAILED;
  ensures    still_finishes: asks(\result) && a == EW_ORDERLY_ANSWER_SHUTDOWN ==>
               \result == EW_ORDERLY_ANSWER_SHUTDOWN;
  ensures    no_finish: a != EW_ORDERLY_ANSWER_SHUTDOWN ==> \result != EW_ORDERLY_ANSWER_SHUTDOWN;
  ensures    no_start: \result != EW_ORDERLY_ANSWER_BEGIN && \result != EW_ORDERLY_ANSWER_RESUME &&
               \result != EW_ORDERLY_ANSWER_RELEASE;
  ensures    W9_closed: a == EW_ORDERLY_ANSWER_END ==> ew_gone == 1 && !gives_back(\result);
  ensures    W9_given_back: a == EW_ORDERLY_ANSWER_RELEASE ==> ew_gone == 0 && \result == EW_ORDERLY_ANSWER_ZERO;
  ensures    W9_comes_back: a != EW_ORDERLY_ANSWER_SHUTDOWN && !leaves(a) && !asks(\result) ==>
               gives_back(\result);
  ensures    W9_waits: a != EW_ORDERLY_ANSWER_SHUTDOWN && !leaves(a) && c->orderly.mode == EW_ORDERLY_MODE_WAITS ==>
               asks(\result);
  ensures    W9_earned: a == EW_ORDERLY_ANSWER_END && \old(c->orderly.busy) == EW_ORDERLY_BUSY_END &&
               (\result == EW_ORDERLY_ANSWER_ONE || \result == EW_ORDERLY_ANSWER_ZERO) ==> ew_earned != 0;
  ensures    W9_peer_ended: a == EW_ORDERLY_ANSWER_END && \result == EW_ORDERLY_ANSWER_ONE ==>
               c->orderly.peer == EW_ORDERLY_PEER_ENDED;
  ensures    W9_aborted: a == EW_ORDERLY_ANSWER_END && \old(c->orderly.busy) == EW_ORDERLY_BUSY_ABORT ==>
               \result == EW_ORDERLY_ANSWER_ZERO;
  ensures    W9_busy: asks(\result) ==> c->orderly.busy != EW_ORDERLY_BUSY_ABORT;
  ensures    W9_failed: \result == EW_ORDERLY_ANSWER_FAILED ==> returned_by(c->failure) == -1;
  ensures    W9_bytes: a != EW_ORDERLY_ANSWER_BEGIN ==> c->drain_left <= \old(c->drain_left);
  ensures    W9_bytes_begin: a == EW_ORDERLY_ANSWER_BEGIN ==> c->drain_left == bytes;
  ensures    W9_ends: 8 * budget(c, \result, bytes) + steps_to_go(c, \result) <
               \old(8 * budget(c, a, bytes) + steps_to_go(c, a));
  EW_FLAG_IS_EARNED
  ensures    port: !leaves(a) ==> c->port == \old(c->port);
  ensures    W9_finished: a == EW_ORDERLY_ANSWER_SHUTDOWN && !asks(\result) ==> \result != EW_ORDERLY_ANSWER_ZERO &&
               (\result == EW_ORDERLY_ANSWER_ONE ==> is_settled(&c->machine));
  ensures    W5_bound: a == EW_ORDERLY_ANSWER_SHUTDOWN ==> c->expires == \old(c->expires);
  ensures    W5_begins: a == EW_ORDERLY_ANSWER_BEGIN || a == EW_ORDERLY_ANSWER_RESUME ==>
               ew_attempted == \old(ew_attempted) && ew_late_again == \old(ew_late_again);
  ensures    W5_one_late_attempt: a != EW_ORDERLY_ANSWER_BEGIN && a != EW_ORDERLY_ANSWER_RESUME ==>
               \old(in_time(c)) ==> in_time(c);
*/
static ew_orderly_answer act_and_report(ew_conn *c, ew_orderly_answer a, int ms, size_t bytes);

/*@
  requires   valid: \valid(c);
  requires   failed: a == EW_ORDERLY_ANSWER_FAILED ==> returned_by(c->failure) == -1;
  requires   returned: !asks(a);
  terminates \true;
  exits      \false;
  assigns    c->again, c->transport.error;
  ensures    W9_one: a == EW_ORDERLY_ANSWER_ONE <==> returned_by(\result) == 1;
  ensures    W9_zero: a == EW_ORDERLY_ANSWER_ZERO <==> returned_by(\result) == 0;
  ensures    values: -1 <= returned_by(\result) <= 1;
  ensures    W9_interrupted: gives_back(a) ==> is_retry(\result);
  ensures    W9_again: c->again == (a == EW_ORDERLY_ANSWER_AGAIN ? 1 : \old(c->again));
  ensures    W9_why: c->transport.error ==
               (a == EW_ORDERLY_ANSWER_LATE ? c->unsent : \old(c->transport.error));
*/
static ew_answer in_words(ew_conn *c, ew_orderly_answer a);

/*@
  requires   in_use: is_in_use(c);
  requires   ours: is_ours(c);
  requires   idle: sound(&c->orderly) ==> callable(&c->orderly);
  requires   event: event <= EW_ORDERLY_EVENT_RELEASE;
  requires   waits: event == EW_ORDERLY_EVENT_CLOSE_WAITING ==> c->blocking != 0;
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, c->orderly, c->result, c->number;
  assigns    c->port \from \nothing;
  ensures    clock: is_clock(ew_clock);
  ensures    io: c->transport.io == \old(c->transport.io);
  ensures    linked: c->port != \null ==> is_linked(c);
  ensures    clocked: c->port != \null ==> has_clock(c);
  ensures    owed: c->port != \null ==> is_owed(c);
  ensures    earned: c->port != \null ==> is_earned(c);
  ensures    told: c->port != \null ==> is_told(c);
  ensures    at_rest: c->port != \null ==> at_rest(c);
  ensures    ours: c->port != \null ==> is_ours(c);
  ensures    callable: c->port != \null && sound(&c->orderly) ==> callable(&c->orderly);
  ensures    W9_gone: ew_gone == 0 || ew_gone == 1;
  ensures    values: -1 <= \result <= 1;
  ensures    W9_corrupt: !\old(sound(&c->orderly)) ==>
               \result == -1 && ew_gone == 0 && c->port == \old(c->port) &&
               ew_our_side_closed == \old(ew_our_side_closed);
  ensures    W9_closed: ew_gone == 1 ==> c->port == \null;
  ensures    W9_waits: \old(sound(&c->orderly)) && event == EW_ORDERLY_EVENT_CLOSE_WAITING ==> ew_gone == 1;
  ensures    W9_comes_back: \old(sound(&c->orderly)) && event == EW_ORDERLY_EVENT_CLOSE ==>
               ew_gone == 1 || is_retry(c->result);
  ensures    W9_success: event <= EW_ORDERLY_EVENT_CLOSE_WAITING && \result >= 0 ==>
               ew_gone == 1 && ew_earned != 0;
  ensures    W9_peer_ended: event <= EW_ORDERLY_EVENT_CLOSE_WAITING && \result == 1 ==>
               c->orderly.peer == EW_ORDERLY_PEER_ENDED;
  ensures    W9_aborted: \old(sound(&c->orderly)) && event == EW_ORDERLY_EVENT_ABORT ==>
               ew_gone == 1 && \result == 0;
  ensures    W9_finish_keeps: event == EW_ORDERLY_EVENT_FINISH ==> ew_gone == 0 && c->port != \null;
  ensures    W9_given_back: event == EW_ORDERLY_EVENT_RELEASE ==> ew_gone == 0 && (\result >= 0 ==> c->port == \null);
  ensures    W9_told: \result == returned_by(c->result);
  ensures    W9_released: \old(sound(&c->orderly)) && event == EW_ORDERLY_EVENT_RELEASE ==>
               \result == 0 && c->port == \null;
  ensures    W9_finished: event == EW_ORDERLY_EVENT_FINISH ==>
               \result != 0 && (\result == 1 ==> is_settled(&c->machine));
  ensures    W5_bound: event == EW_ORDERLY_EVENT_FINISH ==> c->expires == \old(c->expires);
  ensures    W9_bytes: c->drain_left <= \old(c->drain_left) || c->drain_left <= bytes;
  EW_FLAG_IS_EARNED
  ensures    idle: c->in_call == 0;
  ensures    port: c->port == \old(c->port) || c->port == \null;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
static int conclude(ew_conn *c, uint8_t event, int ms, size_t bytes);

#define EW_STAYS_ENDABLE                                                                                               \
    EW_STAYS_USABLE                                                                                                    \
    ensures endable_ours: c != \null && is_open(c) ==> is_ours(c);                                                     \
    ensures endable_callable: c != \null && is_open(c) && sound(&c->orderly) ==> callable(&c->orderly);                \
    ensures W9_closed: c != \null && ew_gone != \old(ew_gone) ==> ew_gone == 1 && \old(is_open(c)) && !is_open(c);     \
    ensures W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>                                          \
        ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||                                       \
        \old(c->machine.quiet) == EW_QUIET_ON;                                                                         \
    ensures W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;                      \
    EW_STAYS_THE_SAME                                                                                                  \
    EW_STAYS_QUIET                                                                                                     \
    ensures same_port: c != \null ==> c->port == \old(c->port) || c->port == \null;                                    \
    ensures W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);                                                   \
    ensures W6_none_written: ew_taken == \old(ew_taken);

/*@
  requires   usable: is_usable(c);
  requires   endable: c != \null ==> is_endable(c);
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, c->orderly, c->result, c->number;
  assigns    c->port \from \nothing;
  EW_STAYS_ENDABLE
  ensures    values: -1 <= \result <= 1;
  ensures    W9_waits: \old(is_open(c) && sound(&c->orderly) && c->blocking != 0) ==> ew_gone == 1;
  ensures    W9_comes_back: \old(is_open(c) && sound(&c->orderly)) ==> ew_gone == 1 || is_retry(c->result);
  ensures    W9_success: \result >= 0 ==> ew_gone == 1 && ew_earned != 0;
  ensures    W9_peer_ended: \result == 1 ==> c->orderly.peer == EW_ORDERLY_PEER_ENDED;
  ensures    W9_bytes: \old(is_open(c)) ==> c->drain_left <= \old(c->drain_left) || c->drain_left <= drain_max;
  ensures    W9_told: \old(is_open(c)) ==> \result == returned_by(c->result);
  ensures    W9_refused: !\old(is_open(c)) ==> \result == -1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_close(ew_conn *c, int drain_ms, size_t drain_max);

/*@
  requires   usable: is_usable(c);
  requires   endable: c != \null ==> is_endable(c);
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, c->orderly, c->result, c->number;
  assigns    c->port \from \nothing;
  EW_STAYS_ENDABLE
  ensures    values: -1 <= \result <= 1;
  ensures    W9_finish_keeps: ew_gone == \old(ew_gone);
  ensures    W9_finished: \result >= 0 ==> \result == 1 && c != \null && is_settled(&c->machine);
  ensures    W9_told: \old(is_open(c)) ==> \result == returned_by(c->result);
  ensures    W9_refused: !\old(is_open(c)) ==> \result == -1;
  ensures    W5_no_bound: \old(is_open(c) && (c->blocking == 0 || c->deadline_ms < 0)) ==> c->expires == -1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_finish(ew_conn *c);

/*@
  requires   usable: is_usable(c);
  requires   endable: c != \null ==> is_endable(c);
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, c->orderly, c->result, c->number;
  assigns    c->port \from \nothing;
  EW_STAYS_ENDABLE
  ensures    values: -1 <= \result <= 1;
  ensures    W9_aborted: \old(is_open(c) && sound(&c->orderly)) ==> ew_gone == 1 && \result == 0;
  ensures    W9_ended: \result >= 0 ==> ew_gone == 1;
  ensures    W9_told: \old(is_open(c)) ==> \result == returned_by(c->result);
  ensures    W9_refused: !\old(is_open(c)) ==> \result == -1;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_abort(ew_conn *c);

/*@
  requires   usable: is_usable(c);
  requires   endable: c != \null ==> is_endable(c);
  terminates \true;
  exits      \false;
  assigns    EW_ACTION_WRITES, ew_released, c->orderly, c->result, c->number;
  assigns    c->port \from \nothing;
  EW_STAYS_ENDABLE
  ensures    W9_released: \old(is_open(c) && sound(&c->orderly)) ==>
               c->port == \null && \result == (c->transport.io->release != \null ? ew_released : 0);
  ensures    W9_refused: !\old(is_open(c) && sound(&c->orderly)) ==> \result == -1;
  ensures    W9_not_closed: ew_gone == \old(ew_gone);
  ensures    W9_given_back: \result >= 0 ==> ew_gone == 0 && c != \null && c->port == \null;
  ensures    W5_one_late_attempt: \old(ew_attempted) == 0 && \old(ew_late_again) == 0 ==> ew_late_again == 0;
*/
int ew_conn_release(ew_conn *c);

/* Whose bound a wait of the application's own has to keep. */
/*@
  logic integer bound_now(ew_conn *c) =
    c->orderly.phase == EW_ORDERLY_PHASE_CLOSING || c->orderly.phase == EW_ORDERLY_PHASE_DRAINING
      ? c->close_expires : c->handshake_expires;
*/

/*@
  requires   valid: c == \null || (\valid_read(c) && (c->port != \null ==> is_link((ew_conn *)c)));
  terminates \true;
  exits      \false;
  assigns    ew_clock;
  ensures    bound: -1 <= \result;
  ensures    W9_nobody: c == \null || c->port == \null ==> \result == -1;
  ensures    W9_at_once: c != \null && c->port != \null && c->again != 0 ==> \result == 0;
  ensures    W9_uncounted: c != \null && c->port != \null && c->again == 0 && c->transport.io->now_ms == \null ==>
               \result == -1;
  ensures    W9_time_left: c != \null && c->port != \null && c->again == 0 && c->transport.io->now_ms != \null ==>
               \result == time_left(ew_clock, bound_now((ew_conn *)c));
  ensures    same_time: \old(is_clock(ew_clock)) ==> is_clock(ew_clock);
*/
int ew_conn_timeout(const ew_conn *c);

/* The loops: each is named in the source. */
#define EW_LOOP_OF_DROPPING                                                                                            \
    loop invariant link: is_link(c);                                                                                   \
    loop invariant looks: ew_looks <= \at(ew_looks, Pre);                                                              \
    loop invariant W9_bytes: c->drain_left <= at_first;                                                                \
    loop invariant W9_no_more: at_first - c->drain_left < EW_DRAIN_BUDGET;                                             \
    loop assigns outcome, c->drain_left, EW_LOOKS, ew_clock;                                                           \
    loop variant ew_looks + c->drain_left;

#define EW_LOOP_OF_CLOSING                                                                                             \
    loop invariant clock: is_clock(ew_clock);                                                                          \
    loop invariant io: c->transport.io == \at(c->transport.io, Pre) && c->blocking == \at(c->blocking, Pre);           \
    loop invariant answer: a <= EW_ORDERLY_ANSWER_UNKNOWN;                                                             \
    loop invariant refused: refuses(a) ==> !\at(sound(&c->orderly), Pre) && ew_gone == 0 &&                            \
        c->port == \at(c->port, Pre) && ew_our_side_closed == \at(ew_our_side_closed, Pre) &&                          \
        is_ours(c) && !sound(&c->orderly);                                                                             \
    loop invariant corrupt: !\at(sound(&c->orderly), Pre) ==> refuses(a);                                              \
    loop invariant linked: asks(a) || c->port != \null ==> is_linked(c);                                               \
    loop invariant clocked: asks(a) || c->port != \null ==> has_clock(c);                                              \
    loop invariant owed: asks(a) || c->port != \null ==> is_owed(c);                                                   \
    loop invariant earned: asks(a) || c->port != \null ==> is_earned(c);                                               \
    loop invariant told: asks(a) || c->port != \null ==> is_told(c);                                                   \
    loop invariant at_rest: asks(a) || c->port != \null ==> at_rest(c);                                                \
    loop invariant open: asks(a) ==> c->port != \null;                                                                 \
    loop invariant W9_gone: ew_gone == 0 || ew_gone == 1;                                                              \
    loop invariant under_way: asks(a) ==> is_under_way_as(&c->orderly, a);                                             \
    loop invariant ours: asks(a) ==> is_ours_during(c, a);                                                             \
    loop invariant rest: !asks(a) && !refuses(a) && c->port != \null ==> is_ours(c) && callable(&c->orderly);          \
    loop invariant waits: a == EW_ORDERLY_ANSWER_PAUSE || a == EW_ORDERLY_ANSWER_WAIT ==> c->blocking != 0;            \
    loop invariant mode: event <= EW_ORDERLY_EVENT_CLOSE_WAITING && !refuses(a) ==>                                    \
        (c->orderly.mode == EW_ORDERLY_MODE_WAITS <==> event == EW_ORDERLY_EVENT_CLOSE_WAITING);                       \
    loop invariant W9_close: event <= EW_ORDERLY_EVENT_CLOSE_WAITING && asks(a) ==>                                    \
        a != EW_ORDERLY_ANSWER_SHUTDOWN && a != EW_ORDERLY_ANSWER_RELEASE &&                                           \
        c->orderly.busy != EW_ORDERLY_BUSY_ABORT;                                                                      \
    loop invariant W9_finish: event == EW_ORDERLY_EVENT_FINISH && asks(a) ==> a == EW_ORDERLY_ANSWER_SHUTDOWN;         \
    loop invariant W9_abort: event == EW_ORDERLY_EVENT_ABORT && asks(a) ==>                                            \
        a == EW_ORDERLY_ANSWER_END && c->orderly.busy == EW_ORDERLY_BUSY_ABORT;                                        \
    loop invariant W9_release: event == EW_ORDERLY_EVENT_RELEASE && asks(a) ==> a == EW_ORDERLY_ANSWER_RELEASE;        \
    loop invariant W9_over: !asks(a) && !refuses(a) ==>                                                                \
        (ew_gone == 1 ==> c->port == \null) &&                                                                         \
        (event <= EW_ORDERLY_EVENT_CLOSE_WAITING ==> (ew_gone == 1 && !gives_back(a)) || gives_back(a)) &&             \
        (event == EW_ORDERLY_EVENT_CLOSE_WAITING ==> ew_gone == 1) &&                                                  \
        (event == EW_ORDERLY_EVENT_FINISH ==> ew_gone == 0 && c->port != \null) &&                                     \
        (event == EW_ORDERLY_EVENT_ABORT ==> ew_gone == 1 && a == EW_ORDERLY_ANSWER_ZERO) &&                           \
        (event == EW_ORDERLY_EVENT_RELEASE ==>                                                                         \
           ew_gone == 0 && c->port == \null && a == EW_ORDERLY_ANSWER_ZERO);                                           \
    loop invariant W9_success: event <= EW_ORDERLY_EVENT_CLOSE_WAITING &&                                              \
        (a == EW_ORDERLY_ANSWER_ONE || a == EW_ORDERLY_ANSWER_ZERO) ==> ew_earned != 0;                                \
    loop invariant W9_peer_ended: event <= EW_ORDERLY_EVENT_CLOSE_WAITING && a == EW_ORDERLY_ANSWER_ONE ==>            \
        c->orderly.peer == EW_ORDERLY_PEER_ENDED;                                                                      \
    loop invariant W9_failed: a == EW_ORDERLY_ANSWER_FAILED ==> returned_by(c->failure) == -1;                         \
    loop invariant W9_finished: event == EW_ORDERLY_EVENT_FINISH && a == EW_ORDERLY_ANSWER_ONE ==>                     \
        is_settled(&c->machine);                                                                                       \
    loop invariant W9_finish_answers: event == EW_ORDERLY_EVENT_FINISH ==> a != EW_ORDERLY_ANSWER_ZERO;                \
    loop invariant W5_bound: event == EW_ORDERLY_EVENT_FINISH ==> c->expires == \at(c->expires, Pre);                  \
    loop invariant W9_bytes: c->drain_left <= \at(c->drain_left, Pre) || c->drain_left <= bytes;                       \
    loop invariant W7_flag: c->machine.received == EW_RECEIVED_YES ==>                                                 \
        ew_authenticated == 1 || \at(c->machine.received, Pre) == EW_RECEIVED_YES ||                                   \
        \at(c->machine.quiet, Pre) == EW_QUIET_ON;                                                                     \
    loop invariant W7_quiet: c->machine.quiet == \at(c->machine.quiet, Pre);                                           \
    loop invariant W7_nothing_else: ew_authenticated == \at(ew_authenticated, Pre) || ew_authenticated == 1;           \
    loop invariant idle: c->in_call == 0;                                                                              \
    loop invariant port: c->port == \at(c->port, Pre) || c->port == \null;                                             \
    loop invariant W6_nothing_read: ew_read_so_far == \at(ew_read_so_far, Pre);                                        \
    loop invariant W6_none_written: ew_taken == \at(ew_taken, Pre);                                                    \
    loop invariant W5_one_late_attempt: \at(ew_attempted == 0 && ew_late_again == 0, Pre) ==>                          \
        in_time(c) && (a == EW_ORDERLY_ANSWER_BEGIN || a == EW_ORDERLY_ANSWER_RESUME ==> ew_attempted == 0);           \
    loop assigns a, EW_ACTION_WRITES, c->orderly, c->port;                                                             \
    loop variant 8 * EW_BUDGET(c, a, bytes) + EW_STEPS_TO_GO(c, a);

#endif
