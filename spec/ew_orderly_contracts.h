/*
 * The contract of every function of the orderly close, by hand from its clauses (orderly.md, OC-nn)
 * and never from its tables. A label begins with the clause that it holds the code to. {A,B} are
 * the states before and after a step; r is what was answered.
 */
#ifndef EW_ORDERLY_CONTRACTS_H
#define EW_ORDERLY_CONTRACTS_H

#include "ew_orderly.h"

/* Words ---------------------------------------------------------------------------------------- */

/*@
  predicate sound{L}(ew_orderly_machine *m) =
    \at(m->phase,L) <= EW_ORDERLY_PHASE_RELEASED && \at(m->notice,L) <= EW_ORDERLY_NOTICE_FAILED &&
    \at(m->peer,L) <= EW_ORDERLY_PEER_ENDED && \at(m->mode,L) <= EW_ORDERLY_MODE_WAITS &&
    \at(m->busy,L) <= EW_ORDERLY_BUSY_FINISH;

  predicate gone{L}(ew_orderly_machine *m) =
    \at(m->phase,L) == EW_ORDERLY_PHASE_ENDED || \at(m->phase,L) == EW_ORDERLY_PHASE_RELEASED;

  predicate callable{L}(ew_orderly_machine *m) =
    sound{L}(m) && !gone{L}(m) && \at(m->busy,L) == EW_ORDERLY_BUSY_IDLE;

  predicate at_start{L}(ew_orderly_machine *m) =
    \at(m->phase,L) == EW_ORDERLY_PHASE_OPEN && \at(m->notice,L) == EW_ORDERLY_NOTICE_OWED &&
    \at(m->peer,L) == EW_ORDERLY_PEER_UNKNOWN && \at(m->mode,L) == EW_ORDERLY_MODE_RETURNS &&
    \at(m->busy,L) == EW_ORDERLY_BUSY_IDLE;

  predicate same_progress{A,B}(ew_orderly_machine *m) =
    \at(m->phase,A) == \at(m->phase,B) && \at(m->notice,A) == \at(m->notice,B) &&
    \at(m->peer,A) == \at(m->peer,B);

  predicate same_mode{A,B}(ew_orderly_machine *m) = \at(m->mode,A) == \at(m->mode,B);

  predicate unchanged{A,B}(ew_orderly_machine *m) =
    same_progress{A,B}(m) && same_mode{A,B}(m) && \at(m->busy,A) == \at(m->busy,B);

  predicate is_outcome(integer event) = EW_ORDERLY_EVENT_OWED <= event <= EW_ORDERLY_EVENT_READY;

  predicate is_close(integer event) =
    event == EW_ORDERLY_EVENT_CLOSE || event == EW_ORDERLY_EVENT_CLOSE_WAITING;

  predicate interrupts(integer event) =
    event == EW_ORDERLY_EVENT_WANT_READ || event == EW_ORDERLY_EVENT_WANT_WRITE ||
    event == EW_ORDERLY_EVENT_SUSPENDED || event == EW_ORDERLY_EVENT_AGAIN;

  predicate is_over(integer event) =
    event == EW_ORDERLY_EVENT_DONE || event == EW_ORDERLY_EVENT_FAILED;

  predicate refuses(ew_orderly_answer r) =
    r == EW_ORDERLY_ANSWER_CORRUPT || r == EW_ORDERLY_ANSWER_CLOSED ||
    r == EW_ORDERLY_ANSWER_BUSY || r == EW_ORDERLY_ANSWER_UNEXPECTED ||
    r == EW_ORDERLY_ANSWER_UNKNOWN;

  predicate gives_back(ew_orderly_answer r) =
    r == EW_ORDERLY_ANSWER_WANT_READ || r == EW_ORDERLY_ANSWER_WANT_WRITE ||
    r == EW_ORDERLY_ANSWER_SUSPENDED || r == EW_ORDERLY_ANSWER_AGAIN;

  predicate asks(ew_orderly_answer r) =
    EW_ORDERLY_ANSWER_BEGIN <= r <= EW_ORDERLY_ANSWER_SHUTDOWN;

  predicate same_interruption(integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_WANT_READ ==> r == EW_ORDERLY_ANSWER_WANT_READ) &&
    (event == EW_ORDERLY_EVENT_WANT_WRITE ==> r == EW_ORDERLY_ANSWER_WANT_WRITE) &&
    (event == EW_ORDERLY_EVENT_SUSPENDED ==> r == EW_ORDERLY_ANSWER_SUSPENDED) &&
    (event == EW_ORDERLY_EVENT_AGAIN ==> r == EW_ORDERLY_ANSWER_AGAIN);

  predicate goes_on{A,B}(ew_orderly_machine *m, ew_orderly_answer r, integer answer,
                         integer busy) =
    r == answer && \at(m->busy,B) == busy && same_progress{A,B}(m);

  predicate comes_back{A,B}(ew_orderly_machine *m) =
    \at(m->busy,B) == EW_ORDERLY_BUSY_IDLE && same_progress{A,B}(m);

  predicate half_closes{A,B}(ew_orderly_machine *m, ew_orderly_answer r, integer notice) =
    r == EW_ORDERLY_ANSWER_HALF_CLOSE && \at(m->busy,B) == EW_ORDERLY_BUSY_HALF_CLOSE &&
    \at(m->phase,B) == EW_ORDERLY_PHASE_DRAINING && \at(m->notice,B) == notice &&
    \at(m->peer,B) == \at(m->peer,A);
*/

/* Clauses -------------------------------------------------------------------------------------- */

/*@
  predicate OC01_refusal_changes_nothing{A,B}(ew_orderly_machine *m, ew_orderly_answer r) =
    refuses(r) ==> unchanged{A,B}(m);

  predicate OC02_bounds_begin_once{A,B}(ew_orderly_machine *m, integer event,
                                        ew_orderly_answer r) =
    r == EW_ORDERLY_ANSWER_BEGIN <==>
    is_close(event) && \at(m->phase,A) == EW_ORDERLY_PHASE_OPEN;

  predicate OC02_later_call_is_told_of{A,B}(ew_orderly_machine *m, integer event,
                                            ew_orderly_answer r) =
    r == EW_ORDERLY_ANSWER_RESUME <==>
    is_close(event) && \at(m->phase,A) != EW_ORDERLY_PHASE_OPEN;

  predicate OC02_close_goes_on{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    is_close(event) ==>
      (\at(m->phase,A) == EW_ORDERLY_PHASE_OPEN ==>
         \at(m->phase,B) == EW_ORDERLY_PHASE_CLOSING && \at(m->busy,B) == EW_ORDERLY_BUSY_LOOK) &&
      (\at(m->phase,A) != EW_ORDERLY_PHASE_OPEN ==>
         goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_RESUME, EW_ORDERLY_BUSY_RESUME)) &&
      \at(m->notice,B) == \at(m->notice,A) && \at(m->peer,B) == \at(m->peer,A);

  predicate OC05_mode_of_the_call{A,B}(ew_orderly_machine *m, integer event) =
    (!is_close(event) && event != EW_ORDERLY_EVENT_REUSE ==> same_mode{A,B}(m)) &&
    (event == EW_ORDERLY_EVENT_CLOSE ==> \at(m->mode,B) == EW_ORDERLY_MODE_RETURNS) &&
    (event == EW_ORDERLY_EVENT_CLOSE_WAITING ==> \at(m->mode,B) == EW_ORDERLY_MODE_WAITS);

  predicate OC12_abort{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_ABORT ==>
      goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_END, EW_ORDERLY_BUSY_ABORT);

  predicate OC13_finish{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_FINISH ==>
      goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_SHUTDOWN, EW_ORDERLY_BUSY_FINISH);

  predicate OC15_release{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_RELEASE ==>
      goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_RELEASE, EW_ORDERLY_BUSY_RELEASE);

  predicate OC16_reuse{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_REUSE ==>
      (\at(m->phase,A) == EW_ORDERLY_PHASE_OPEN || \at(m->phase,A) == EW_ORDERLY_PHASE_CLOSING ==>
         r == EW_ORDERLY_ANSWER_ONE && at_start{B}(m)) &&
      (\at(m->phase,A) != EW_ORDERLY_PHASE_OPEN &&
       \at(m->phase,A) != EW_ORDERLY_PHASE_CLOSING ==> r == EW_ORDERLY_ANSWER_CLOSED);

  predicate call_answered{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    OC02_bounds_begin_once{A,B}(m, event, r) && OC02_later_call_is_told_of{A,B}(m, event, r) &&
    OC02_close_goes_on{A,B}(m, event, r) && OC05_mode_of_the_call{A,B}(m, event) &&
    OC12_abort{A,B}(m, event, r) && OC13_finish{A,B}(m, event, r) &&
    OC15_release{A,B}(m, event, r) && OC16_reuse{A,B}(m, event, r);
*/

/*@
  predicate OC02_goes_on_where_it_stopped{A,B}(ew_orderly_machine *m, integer event,
                                               ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_DONE && \at(m->phase,A) == EW_ORDERLY_PHASE_DRAINING ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_DRAIN, EW_ORDERLY_BUSY_DRAIN)) &&
    (event == EW_ORDERLY_EVENT_DONE && \at(m->phase,A) != EW_ORDERLY_PHASE_DRAINING ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_LOOK, EW_ORDERLY_BUSY_LOOK)) &&
    (event != EW_ORDERLY_EVENT_DONE ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC03_owed_is_sent{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_OWED ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_NOTICE, EW_ORDERLY_BUSY_NOTICE)) &&
    (event == EW_ORDERLY_EVENT_SETTLED ==> half_closes{A,B}(m, r, EW_ORDERLY_NOTICE_OUT)) &&
    (event != EW_ORDERLY_EVENT_OWED && event != EW_ORDERLY_EVENT_SETTLED ==>
       r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC03_notice_is_out{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_HALF || event == EW_ORDERLY_EVENT_FULL ==>
      half_closes{A,B}(m, r, EW_ORDERLY_NOTICE_OUT);

  predicate OC06_late_is_unsent{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_LATE ==> half_closes{A,B}(m, r, EW_ORDERLY_NOTICE_UNSENT);

  predicate OC07_failure_is_kept{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    event == EW_ORDERLY_EVENT_FAILED ==> half_closes{A,B}(m, r, EW_ORDERLY_NOTICE_FAILED);

  predicate OC04_interruption_is_told{A,B}(ew_orderly_machine *m, integer event,
                                           ew_orderly_answer r) =
    interrupts(event) ==> same_interruption(event, r) && comes_back{A,B}(m);

  predicate OC05_interruption_is_waited_for{A,B}(ew_orderly_machine *m, integer event,
                                                 ew_orderly_answer r) =
    interrupts(event) ==>
      (event == EW_ORDERLY_EVENT_SUSPENDED ==>
         goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_PAUSE, EW_ORDERLY_BUSY_PAUSE)) &&
      (event != EW_ORDERLY_EVENT_SUSPENDED ==>
         half_closes{A,B}(m, r, EW_ORDERLY_NOTICE_UNSENT));

  predicate held{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (\at(m->mode,A) == EW_ORDERLY_MODE_RETURNS ==> OC04_interruption_is_told{A,B}(m, event, r)) &&
    (\at(m->mode,A) == EW_ORDERLY_MODE_WAITS ==>
       OC05_interruption_is_waited_for{A,B}(m, event, r)) &&
    (!interrupts(event) ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate noticed{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    OC03_notice_is_out{A,B}(m, event, r) && OC06_late_is_unsent{A,B}(m, event, r) &&
    OC07_failure_is_kept{A,B}(m, event, r) &&
    (event != EW_ORDERLY_EVENT_HALF && event != EW_ORDERLY_EVENT_FULL &&
     event != EW_ORDERLY_EVENT_LATE && event != EW_ORDERLY_EVENT_FAILED ==>
       held{A,B}(m, event, r));

  predicate OC05_looks_again{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_READY ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_NOTICE, EW_ORDERLY_BUSY_NOTICE)) &&
    OC06_late_is_unsent{A,B}(m, event, r) &&
    (event != EW_ORDERLY_EVENT_READY && event != EW_ORDERLY_EVENT_LATE ==>
       r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC08_then_drains{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (is_over(event) ==> goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_DRAIN, EW_ORDERLY_BUSY_DRAIN)) &&
    (!is_over(event) ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC09_drains{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_SOME ==> r == EW_ORDERLY_ANSWER_DRAIN && unchanged{A,B}(m)) &&
    (event == EW_ORDERLY_EVENT_END ==>
       r == EW_ORDERLY_ANSWER_END && \at(m->busy,B) == EW_ORDERLY_BUSY_END &&
       \at(m->peer,B) == EW_ORDERLY_PEER_ENDED && \at(m->phase,B) == \at(m->phase,A) &&
       \at(m->notice,B) == \at(m->notice,A)) &&
    (event == EW_ORDERLY_EVENT_FAILED || event == EW_ORDERLY_EVENT_BOUND ||
     event == EW_ORDERLY_EVENT_LATE ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_END, EW_ORDERLY_BUSY_END));

  predicate OC04_drain_comes_back{A,B}(ew_orderly_machine *m, integer event,
                                       ew_orderly_answer r) =
    \at(m->mode,A) == EW_ORDERLY_MODE_RETURNS ==>
      (event == EW_ORDERLY_EVENT_BLOCKED ==>
         r == EW_ORDERLY_ANSWER_WANT_READ && comes_back{A,B}(m)) &&
      (event == EW_ORDERLY_EVENT_AGAIN ==>
         r == EW_ORDERLY_ANSWER_AGAIN && comes_back{A,B}(m));

  predicate OC05_drain_waits{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    \at(m->mode,A) == EW_ORDERLY_MODE_WAITS ==>
      (event == EW_ORDERLY_EVENT_BLOCKED ==>
         goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_WAIT, EW_ORDERLY_BUSY_WAIT)) &&
      (event == EW_ORDERLY_EVENT_AGAIN ==>
         r == EW_ORDERLY_ANSWER_DRAIN && unchanged{A,B}(m));

  predicate OC01_no_drain(integer event, ew_orderly_answer r) =
    event != EW_ORDERLY_EVENT_SOME && event != EW_ORDERLY_EVENT_END &&
    event != EW_ORDERLY_EVENT_FAILED && event != EW_ORDERLY_EVENT_BOUND &&
    event != EW_ORDERLY_EVENT_LATE && event != EW_ORDERLY_EVENT_BLOCKED &&
    event != EW_ORDERLY_EVENT_AGAIN ==> r == EW_ORDERLY_ANSWER_UNEXPECTED;

  predicate drained{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    OC09_drains{A,B}(m, event, r) && OC04_drain_comes_back{A,B}(m, event, r) &&
    OC05_drain_waits{A,B}(m, event, r) && OC01_no_drain(event, r);

  predicate OC09_waited{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_READY ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_DRAIN, EW_ORDERLY_BUSY_DRAIN)) &&
    (event == EW_ORDERLY_EVENT_LATE ==>
       goes_on{A,B}(m, r, EW_ORDERLY_ANSWER_END, EW_ORDERLY_BUSY_END)) &&
    (event != EW_ORDERLY_EVENT_READY && event != EW_ORDERLY_EVENT_LATE ==>
       r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC10_closed{A,B}(ew_orderly_machine *m) =
    \at(m->phase,B) == EW_ORDERLY_PHASE_ENDED && \at(m->busy,B) == EW_ORDERLY_BUSY_IDLE &&
    \at(m->notice,B) == \at(m->notice,A) && \at(m->peer,B) == \at(m->peer,A);

  predicate OC11_result{A}(ew_orderly_machine *m, ew_orderly_answer r) =
    (\at(m->notice,A) == EW_ORDERLY_NOTICE_OUT ==>
       (\at(m->peer,A) == EW_ORDERLY_PEER_ENDED ==> r == EW_ORDERLY_ANSWER_ONE) &&
       (\at(m->peer,A) != EW_ORDERLY_PEER_ENDED ==> r == EW_ORDERLY_ANSWER_ZERO)) &&
    (\at(m->notice,A) == EW_ORDERLY_NOTICE_FAILED ==> r == EW_ORDERLY_ANSWER_FAILED) &&
    (\at(m->notice,A) == EW_ORDERLY_NOTICE_OWED || \at(m->notice,A) == EW_ORDERLY_NOTICE_UNSENT ==>
       r == EW_ORDERLY_ANSWER_LATE);

  predicate OC10_ended{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (is_over(event) ==> OC10_closed{A,B}(m) && OC11_result{A}(m, r)) &&
    (!is_over(event) ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC12_aborted{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (is_over(event) ==> OC10_closed{A,B}(m) && r == EW_ORDERLY_ANSWER_ZERO) &&
    (!is_over(event) ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC13_finished{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (event == EW_ORDERLY_EVENT_HALF ==>
       r == EW_ORDERLY_ANSWER_SHUTDOWN && unchanged{A,B}(m)) &&
    (event == EW_ORDERLY_EVENT_FULL ==> r == EW_ORDERLY_ANSWER_ONE && comes_back{A,B}(m)) &&
    (event == EW_ORDERLY_EVENT_FAILED ==> r == EW_ORDERLY_ANSWER_FAILED && comes_back{A,B}(m)) &&
    (interrupts(event) ==> same_interruption(event, r) && comes_back{A,B}(m)) &&
    (event != EW_ORDERLY_EVENT_HALF && event != EW_ORDERLY_EVENT_FULL && !interrupts(event) &&
     event != EW_ORDERLY_EVENT_FAILED ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate OC15_released{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (is_over(event) ==>
       \at(m->phase,B) == EW_ORDERLY_PHASE_RELEASED && \at(m->busy,B) == EW_ORDERLY_BUSY_IDLE &&
       \at(m->notice,B) == \at(m->notice,A) && \at(m->peer,B) == \at(m->peer,A) &&
       r == EW_ORDERLY_ANSWER_ZERO) &&
    (!is_over(event) ==> r == EW_ORDERLY_ANSWER_UNEXPECTED);

  predicate outcome_answered{A,B}(ew_orderly_machine *m, integer event, ew_orderly_answer r) =
    (\at(m->busy,A) == EW_ORDERLY_BUSY_IDLE ==> r == EW_ORDERLY_ANSWER_UNEXPECTED) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_RESUME ==>
       OC02_goes_on_where_it_stopped{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_LOOK ==> OC03_owed_is_sent{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_NOTICE ==> noticed{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_PAUSE ==> OC05_looks_again{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_HALF_CLOSE ==> OC08_then_drains{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_DRAIN ==> drained{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_WAIT ==> OC09_waited{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_END ==> OC10_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_ABORT ==> OC12_aborted{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_RELEASE ==> OC15_released{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_ORDERLY_BUSY_FINISH ==> OC13_finished{A,B}(m, event, r)) &&
    same_mode{A,B}(m);

  predicate OC14_cleared{B}(ew_orderly_machine *m, ew_orderly_answer r) =
    at_start{B}(m) && r == EW_ORDERLY_ANSWER_ONE;
*/

/* Is the machine in one piece, open, idle? ----------------------------------------------------- */

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    OC01_corrupt_found: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC01_unknown_found:
    sound{Pre}(m) && event > EW_ORDERLY_EVENT_READY ==> \result == EW_ORDERLY_ANSWER_UNKNOWN;
  ensures    sound_goes_on:
    sound{Pre}(m) && event <= EW_ORDERLY_EVENT_READY ==> \result == EW_ORDERLY_ANSWER_ONE;
*/
static inline ew_orderly_answer refusal(const ew_orderly_machine *m, uint8_t event);

/* The calls ------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  requires   close: is_close(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->mode, m->busy;
  ensures    OC02_bounds_begin_once: OC02_bounds_begin_once{Pre,Post}(m, event, \result);
  ensures    OC02_later_call_is_told_of: OC02_later_call_is_told_of{Pre,Post}(m, event, \result);
  ensures    OC02_close_goes_on: OC02_close_goes_on{Pre,Post}(m, event, \result);
  ensures    OC05_mode_of_the_call: OC05_mode_of_the_call{Pre,Post}(m, event);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_close(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC13_finish: OC13_finish{Pre,Post}(m, EW_ORDERLY_EVENT_FINISH, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_finish(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC12_abort: OC12_abort{Pre,Post}(m, EW_ORDERLY_EVENT_ABORT, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_abort(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC15_release: OC15_release{Pre,Post}(m, EW_ORDERLY_EVENT_RELEASE, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_release(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC16_reuse: OC16_reuse{Pre,Post}(m, EW_ORDERLY_EVENT_REUSE, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_reuse(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC14_cleared: OC14_cleared{Post}(m, \result);
*/
static ew_orderly_answer on_clear(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m) || event == EW_ORDERLY_EVENT_CLEAR;
  requires   call: event <= EW_ORDERLY_EVENT_CLEAR;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC14_cleared: event == EW_ORDERLY_EVENT_CLEAR ==> OC14_cleared{Post}(m, \result);
  ensures    OC10_closed_refused:
    event != EW_ORDERLY_EVENT_CLEAR && \at(m->phase,Pre) == EW_ORDERLY_PHASE_ENDED ==>
    \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC15_released_refused:
    event != EW_ORDERLY_EVENT_CLEAR && \at(m->phase,Pre) == EW_ORDERLY_PHASE_RELEASED ==>
    \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    event != EW_ORDERLY_EVENT_CLEAR && !gone{Pre}(m) &&
    \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==> \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    calls:
    event != EW_ORDERLY_EVENT_CLEAR && callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_call(ew_orderly_machine *m, uint8_t event);

/* The outcomes --------------------------------------------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    OC01_unexpected: \result == EW_ORDERLY_ANSWER_UNEXPECTED;
*/
static ew_orderly_answer on_trouble(void);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    OC01_nothing_was_asked: \result == EW_ORDERLY_ANSWER_UNEXPECTED;
*/
static ew_orderly_answer after_idle(void);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC04_interruption_is_told: OC04_interruption_is_told{Pre,Post}(m, event, \result);
  ensures    OC01_unexpected_refused:
    !interrupts(event) ==> \result == EW_ORDERLY_ANSWER_UNEXPECTED;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_given_back(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->notice, m->busy;
  ensures    OC05_interruption_is_waited_for:
    OC05_interruption_is_waited_for{Pre,Post}(m, event, \result);
  ensures    OC01_unexpected_refused:
    !interrupts(event) ==> \result == EW_ORDERLY_ANSWER_UNEXPECTED;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_waited_for(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->notice, m->busy;
  ensures    held: held{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_held(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->busy;
  ensures    OC10_closed: OC10_closed{Pre,Post}(m);
  ensures    OC11_result: OC11_result{Pre}(m, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_result(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_RESUME;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC02_goes_on_where_it_stopped:
    OC02_goes_on_where_it_stopped{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_resume(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_LOOK;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->notice, m->busy;
  ensures    OC03_owed_is_sent: OC03_owed_is_sent{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_look(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_NOTICE;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->notice, m->busy;
  ensures    OC03_notice_is_out: OC03_notice_is_out{Pre,Post}(m, event, \result);
  ensures    OC06_late_is_unsent: OC06_late_is_unsent{Pre,Post}(m, event, \result);
  ensures    OC07_failure_is_kept: OC07_failure_is_kept{Pre,Post}(m, event, \result);
  ensures    noticed: noticed{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_notice(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_PAUSE;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->notice, m->busy;
  ensures    OC05_looks_again: OC05_looks_again{Pre,Post}(m, event, \result);
  ensures    OC06_late_is_unsent: OC06_late_is_unsent{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_pause(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_HALF_CLOSE;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC08_then_drains: OC08_then_drains{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_half_close(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_DRAIN;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->peer, m->busy;
  ensures    OC09_drains: OC09_drains{Pre,Post}(m, event, \result);
  ensures    OC04_drain_comes_back: OC04_drain_comes_back{Pre,Post}(m, event, \result);
  ensures    OC05_drain_waits: OC05_drain_waits{Pre,Post}(m, event, \result);
  ensures    drained: drained{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_drain(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_WAIT;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC09_waited: OC09_waited{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_wait(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_END;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->busy;
  ensures    OC10_ended: OC10_ended{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_end(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_ABORT;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->busy;
  ensures    OC12_aborted: OC12_aborted{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_abort(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_RELEASE;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->phase, m->busy;
  ensures    OC15_released: OC15_released{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_release(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   asked: m->busy == EW_ORDERLY_BUSY_FINISH;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    OC13_finished: OC13_finished{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer after_finish(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: sound(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    outcomes: outcome_answered{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static ew_orderly_answer on_outcome(ew_orderly_machine *m, uint8_t event);

/* The step ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC14_start: at_start{Post}(m);
*/
void ew_orderly_init(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC14_cleared: event == EW_ORDERLY_EVENT_CLEAR ==> OC14_cleared{Post}(m, \result);
  ensures    OC14_stays_sound: sound{Pre}(m) ==> sound{Post}(m);
  ensures    OC01_corrupt_refused:
    event != EW_ORDERLY_EVENT_CLEAR && !sound{Pre}(m) ==>
    \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC01_unknown_refused:
    event > EW_ORDERLY_EVENT_READY && sound{Pre}(m) ==>
    \result == EW_ORDERLY_ANSWER_UNKNOWN;
  ensures    OC10_closed_refused:
    event < EW_ORDERLY_EVENT_CLEAR && sound{Pre}(m) &&
    \at(m->phase,Pre) == EW_ORDERLY_PHASE_ENDED ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC15_released_refused:
    event < EW_ORDERLY_EVENT_CLEAR && sound{Pre}(m) &&
    \at(m->phase,Pre) == EW_ORDERLY_PHASE_RELEASED ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    event < EW_ORDERLY_EVENT_CLEAR && sound{Pre}(m) && !gone{Pre}(m) &&
    \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==> \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    calls:
    event < EW_ORDERLY_EVENT_CLEAR && callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, event, \result);
  ensures    outcomes:
    is_outcome(event) && sound{Pre}(m) ==>
    outcome_answered{Pre,Post}(m, event, \result);
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
ew_orderly_answer ew_orderly_step(ew_orderly_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_CLOSE_WAITING, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_close_waiting(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_FINISH, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_finish(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_ABORT, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_abort(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_RELEASE, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_release(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_REUSE, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_reuse(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    calls:
    callable{Pre}(m) ==>
    call_answered{Pre,Post}(m, EW_ORDERLY_EVENT_CLOSE, \result);
  ensures    OC01_corrupt_refused: !sound{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    OC10_closed_refused:
    sound{Pre}(m) && gone{Pre}(m) ==> \result == EW_ORDERLY_ANSWER_CLOSED;
  ensures    OC01_busy_refused:
    sound{Pre}(m) && !gone{Pre}(m) && \at(m->busy,Pre) != EW_ORDERLY_BUSY_IDLE ==>
    \result == EW_ORDERLY_ANSWER_BUSY;
  ensures    OC01_refusal_changes_nothing: OC01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_close(ew_orderly_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    OC14_cleared: OC14_cleared{Post}(m, \result);
*/
static inline ew_orderly_answer ew_orderly_clear(ew_orderly_machine *m);

/* The parts of an answer, and the queries ------------------------------------------------------ */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    asked: asks(a) ==> \result == a;
  ensures    returns: !asks(a) ==> \result == EW_ORDERLY_ACTION_RETURN;
*/
static inline uint8_t ew_orderly_action(ew_orderly_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    one: a == EW_ORDERLY_ANSWER_ONE <==> \result == 1;
  ensures    zero: a == EW_ORDERLY_ANSWER_ZERO || asks(a) <==> \result == 0;
  ensures    range: -1 <= \result <= 1;
*/
static inline int8_t ew_orderly_value(ew_orderly_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    none: \result == EW_ORDERLY_ERROR_NONE <==> a <= EW_ORDERLY_ANSWER_ZERO;
  ensures    want_read:
    \result == EW_ORDERLY_ERROR_WANT_READ <==> a == EW_ORDERLY_ANSWER_WANT_READ;
  ensures    want_write:
    \result == EW_ORDERLY_ERROR_WANT_WRITE <==> a == EW_ORDERLY_ANSWER_WANT_WRITE;
  ensures    suspended:
    \result == EW_ORDERLY_ERROR_SUSPENDED <==> a == EW_ORDERLY_ANSWER_SUSPENDED;
  ensures    again: \result == EW_ORDERLY_ERROR_AGAIN <==> a == EW_ORDERLY_ANSWER_AGAIN;
  ensures    unsent: \result == EW_ORDERLY_ERROR_UNSENT <==> a == EW_ORDERLY_ANSWER_LATE;
  ensures    failed: \result == EW_ORDERLY_ERROR_FAILED <==> a == EW_ORDERLY_ANSWER_FAILED;
  ensures    refused:
    \result == EW_ORDERLY_ERROR_REFUSED <==> refuses(a) || a > EW_ORDERLY_ANSWER_UNKNOWN;
*/
static inline uint8_t ew_orderly_error(ew_orderly_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    none: \result == EW_ORDERLY_REASON_NONE <==> !refuses(a);
  ensures    corrupt: \result == EW_ORDERLY_REASON_CORRUPT <==> a == EW_ORDERLY_ANSWER_CORRUPT;
  ensures    closed: \result == EW_ORDERLY_REASON_CLOSED <==> a == EW_ORDERLY_ANSWER_CLOSED;
  ensures    busy: \result == EW_ORDERLY_REASON_BUSY <==> a == EW_ORDERLY_ANSWER_BUSY;
  ensures    unexpected:
    \result == EW_ORDERLY_REASON_UNEXPECTED <==> a == EW_ORDERLY_ANSWER_UNEXPECTED;
  ensures    unknown: \result == EW_ORDERLY_REASON_UNKNOWN <==> a == EW_ORDERLY_ANSWER_UNKNOWN;
*/
static inline uint8_t ew_orderly_reason(ew_orderly_answer a);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    OC10_end_told:
    (m->phase == EW_ORDERLY_PHASE_ENDED ==> \result == 1) &&
    (m->phase != EW_ORDERLY_PHASE_ENDED ==> \result == 0);
*/
uint8_t ew_orderly_is_ended(const ew_orderly_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    OC02_closing_told:
    (m->phase == EW_ORDERLY_PHASE_CLOSING || m->phase == EW_ORDERLY_PHASE_DRAINING ==>
       \result == 1) &&
    (m->phase != EW_ORDERLY_PHASE_CLOSING && m->phase != EW_ORDERLY_PHASE_DRAINING ==>
       \result == 0);
*/
uint8_t ew_orderly_is_closing(const ew_orderly_machine *m);

#endif
