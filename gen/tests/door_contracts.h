/*
 * The contract of every function of the door, by hand from the clauses of door.md and never from
 * its tables. A label begins with the clause that it holds the code to.
 */
#ifndef DOOR_CONTRACTS_H
#define DOOR_CONTRACTS_H

#include "door.h"

/*@
  predicate sound{L}(door_machine *m) =
    \at(m->place,L) <= DOOR_PLACE_OPEN && \at(m->lock,L) <= DOOR_LOCK_ON &&
    \at(m->stuck,L) <= DOOR_STUCK_YES && \at(m->busy,L) <= DOOR_BUSY_SHUTTING;

  predicate whole{L}(door_machine *m) = sound{L}(m) && \at(m->stuck,L) == DOOR_STUCK_NO;

  predicate callable{L}(door_machine *m) = whole{L}(m) && \at(m->busy,L) == DOOR_BUSY_IDLE;

  predicate at_start{L}(door_machine *m) =
    \at(m->place,L) == DOOR_PLACE_SHUT && \at(m->lock,L) == DOOR_LOCK_OFF &&
    \at(m->stuck,L) == DOOR_STUCK_NO && \at(m->busy,L) == DOOR_BUSY_IDLE;

  predicate unchanged{A,B}(door_machine *m) =
    \at(m->place,A) == \at(m->place,B) && \at(m->lock,A) == \at(m->lock,B) &&
    \at(m->stuck,A) == \at(m->stuck,B) && \at(m->busy,A) == \at(m->busy,B);

  predicate refuses(door_answer r) =
    r == DOOR_ANSWER_CORRUPT || r == DOOR_ANSWER_STUCK || r == DOOR_ANSWER_BUSY ||
    r == DOOR_ANSWER_LOCKED || r == DOOR_ANSWER_UNEXPECTED || r == DOOR_ANSWER_UNKNOWN ||
    r == DOOR_ANSWER_AJAR;

  predicate is_outcome(integer event) = DOOR_EVENT_DONE <= event <= DOOR_EVENT_LATE;

  predicate DO01_refusal_changes_nothing{A,B}(door_machine *m, door_answer r) =
    refuses(r) ==> unchanged{A,B}(m);

  predicate DO02_locked_stays_shut{A,B}(door_machine *m, integer event, door_answer r) =
    event == DOOR_EVENT_OPEN && \at(m->lock,A) == DOOR_LOCK_ON ==> r == DOOR_ANSWER_LOCKED;

  predicate DO03_open_is_not_locked{A,B}(door_machine *m, integer event, door_answer r) =
    event == DOOR_EVENT_LOCK_ON ==>
      (\at(m->place,A) == DOOR_PLACE_OPEN ==> r == DOOR_ANSWER_AJAR) &&
      (\at(m->place,A) == DOOR_PLACE_SHUT ==> r == DOOR_ANSWER_ONE &&
         \at(m->lock,B) == DOOR_LOCK_ON);

  predicate DO04_motor_starts{A,B}(door_machine *m, door_answer r) =
    (r == DOOR_ANSWER_PULL <==> \at(m->busy,B) == DOOR_BUSY_OPENING) &&
    (r == DOOR_ANSWER_PUSH <==> \at(m->busy,B) == DOOR_BUSY_SHUTTING);

  predicate DO04_moves_when_done{A,B}(door_machine *m, integer event, door_answer r) =
    \at(m->busy,B) == DOOR_BUSY_IDLE &&
    (event == DOOR_EVENT_DONE ==> r == DOOR_ANSWER_ONE &&
       (\at(m->busy,A) == DOOR_BUSY_OPENING ==> \at(m->place,B) == DOOR_PLACE_OPEN) &&
       (\at(m->busy,A) == DOOR_BUSY_SHUTTING ==> \at(m->place,B) == DOOR_PLACE_SHUT)) &&
    (event != DOOR_EVENT_DONE ==> \at(m->place,B) == \at(m->place,A)) &&
    (event == DOOR_EVENT_BLOCKED ==>
       r == DOOR_ANSWER_BLOCKED && \at(m->stuck,B) == \at(m->stuck,A));

  predicate DO05_late_is_stuck{A,B}(door_machine *m, integer event, door_answer r) =
    event == DOOR_EVENT_LATE ==>
      r == DOOR_ANSWER_LATE && \at(m->stuck,B) == DOOR_STUCK_YES;

  predicate DO06_done_already{A,B}(door_machine *m, integer event, door_answer r) =
    (event == DOOR_EVENT_OPEN && \at(m->place,A) == DOOR_PLACE_OPEN &&
     \at(m->lock,A) == DOOR_LOCK_OFF ==> r == DOOR_ANSWER_ONE && unchanged{A,B}(m)) &&
    (event == DOOR_EVENT_SHUT && \at(m->place,A) == DOOR_PLACE_SHUT ==>
       r == DOOR_ANSWER_ONE && unchanged{A,B}(m)) &&
    (event == DOOR_EVENT_LOCK_OFF ==>
       r == DOOR_ANSWER_ONE && \at(m->lock,B) == DOOR_LOCK_OFF);

  predicate DO04_moves_when_asked{A,B}(door_machine *m, integer event, door_answer r) =
    (event == DOOR_EVENT_OPEN && \at(m->place,A) == DOOR_PLACE_SHUT &&
     \at(m->lock,A) == DOOR_LOCK_OFF ==> r == DOOR_ANSWER_PULL) &&
    (event == DOOR_EVENT_SHUT && \at(m->place,A) == DOOR_PLACE_OPEN ==> r == DOOR_ANSWER_PUSH);
*/

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    DO01_corrupt_found: !sound{Pre}(m) ==> \result == DOOR_ANSWER_CORRUPT;
  ensures    DO05_stuck_found:
    sound{Pre}(m) && m->stuck != DOOR_STUCK_NO ==> \result == DOOR_ANSWER_STUCK;
  ensures    DO01_unknown_found:
    whole{Pre}(m) && event > DOOR_EVENT_LATE ==> \result == DOOR_ANSWER_UNKNOWN;
  ensures    whole_goes_on:
    whole{Pre}(m) && event <= DOOR_EVENT_LATE ==> \result == DOOR_ANSWER_ONE;
*/
static inline door_answer refusal(const door_machine *m, uint8_t event);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    DO02_open_found:
    \result == 1 <==> callable{Pre}(m) && m->lock == DOOR_LOCK_OFF;
  ensures    boolean: \result <= 1;
*/
static inline uint8_t is_open(const door_machine *m);

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
  ensures    DO02_locked_stays_shut:
    DO02_locked_stays_shut{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
  ensures    DO04_motor_starts: DO04_motor_starts{Pre,Post}(m, \result);
  ensures    DO04_moves_when_asked:
    DO04_moves_when_asked{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
  ensures    DO06_done_already: DO06_done_already{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
*/
static door_answer on_open(door_machine *m);

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    DO04_motor_starts: DO04_motor_starts{Pre,Post}(m, \result);
  ensures    DO04_moves_when_asked:
    DO04_moves_when_asked{Pre,Post}(m, DOOR_EVENT_SHUT, \result);
  ensures    DO06_done_already: DO06_done_already{Pre,Post}(m, DOOR_EVENT_SHUT, \result);
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static door_answer on_shut(door_machine *m);

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  requires   group: event == DOOR_EVENT_LOCK_OFF || event == DOOR_EVENT_LOCK_ON;
  terminates \true;
  exits      \false;
  assigns    m->lock;
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
  ensures    DO03_open_is_not_locked: DO03_open_is_not_locked{Pre,Post}(m, event, \result);
  ensures    DO06_done_already: DO06_done_already{Pre,Post}(m, event, \result);
  ensures    DO04_motor_starts: DO04_motor_starts{Pre,Post}(m, \result);
*/
static door_answer on_lock(door_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO05_repaired: at_start{Post}(m) && \result == DOOR_ANSWER_ONE;
*/
static door_answer on_clear(door_machine *m);

/*@
  requires   valid: \valid(m);
  requires   opening: whole(m) && m->busy == DOOR_BUSY_OPENING;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->place, m->stuck, m->busy;
  ensures    DO04_moves_when_done: DO04_moves_when_done{Pre,Post}(m, event, \result);
  ensures    DO05_late_is_stuck: DO05_late_is_stuck{Pre,Post}(m, event, \result);
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static door_answer after_opening(door_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   shutting: whole(m) && m->busy == DOOR_BUSY_SHUTTING;
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->place, m->stuck, m->busy;
  ensures    DO04_moves_when_done: DO04_moves_when_done{Pre,Post}(m, event, \result);
  ensures    DO05_late_is_stuck: DO05_late_is_stuck{Pre,Post}(m, event, \result);
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static door_answer after_shutting(door_machine *m, uint8_t event);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    DO01_nothing_was_asked: \result == DOOR_ANSWER_UNEXPECTED;
*/
static door_answer after_idle(void);

/*@
  requires   valid: \valid(m);
  requires   call: event <= DOOR_EVENT_CLEAR;
  requires   whole: whole(m) || event == DOOR_EVENT_CLEAR;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO05_repaired:
    event == DOOR_EVENT_CLEAR ==> at_start{Post}(m) && \result == DOOR_ANSWER_ONE;
  ensures    DO01_busy_refused:
    event != DOOR_EVENT_CLEAR && \at(m->busy,Pre) != DOOR_BUSY_IDLE ==>
    \result == DOOR_ANSWER_BUSY;
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
  ensures    calls: callable{Pre}(m) && event != DOOR_EVENT_CLEAR ==>
    DO02_locked_stays_shut{Pre,Post}(m, event, \result) &&
    DO03_open_is_not_locked{Pre,Post}(m, event, \result) &&
    DO04_motor_starts{Pre,Post}(m, \result) &&
    DO04_moves_when_asked{Pre,Post}(m, event, \result) &&
    DO06_done_already{Pre,Post}(m, event, \result);
  ensures    DO04_no_call_moves_the_door:
    event != DOOR_EVENT_CLEAR ==>
    \at(m->place,Post) == \at(m->place,Pre) && \at(m->stuck,Post) == \at(m->stuck,Pre);
*/
static door_answer on_call(door_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   whole: whole(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO01_nothing_was_asked:
    \at(m->busy,Pre) == DOOR_BUSY_IDLE ==> \result == DOOR_ANSWER_UNEXPECTED;
  ensures    moved: \at(m->busy,Pre) != DOOR_BUSY_IDLE ==>
    DO04_moves_when_done{Pre,Post}(m, event, \result) &&
    DO05_late_is_stuck{Pre,Post}(m, event, \result);
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
*/
static door_answer on_outcome(door_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO05_start: at_start{Post}(m);
*/
void door_init(door_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO01_refusal_changes_nothing: DO01_refusal_changes_nothing{Pre,Post}(m, \result);
  ensures    DO01_corrupt_refused:
    event != DOOR_EVENT_CLEAR && !sound{Pre}(m) ==> \result == DOOR_ANSWER_CORRUPT;
  ensures    DO05_stuck_refused:
    event != DOOR_EVENT_CLEAR && sound{Pre}(m) && \at(m->stuck,Pre) != DOOR_STUCK_NO ==>
    \result == DOOR_ANSWER_STUCK;
  ensures    DO05_repaired:
    event == DOOR_EVENT_CLEAR ==> at_start{Post}(m) && \result == DOOR_ANSWER_ONE;
  ensures    calls: callable{Pre}(m) && event < DOOR_EVENT_CLEAR ==>
    DO02_locked_stays_shut{Pre,Post}(m, event, \result) &&
    DO03_open_is_not_locked{Pre,Post}(m, event, \result) &&
    DO04_motor_starts{Pre,Post}(m, \result) &&
    DO04_moves_when_asked{Pre,Post}(m, event, \result) &&
    DO06_done_already{Pre,Post}(m, event, \result);
  ensures    moved: whole{Pre}(m) && \at(m->busy,Pre) != DOOR_BUSY_IDLE && is_outcome(event) ==>
    DO04_moves_when_done{Pre,Post}(m, event, \result) &&
    DO05_late_is_stuck{Pre,Post}(m, event, \result);
*/
door_answer door_step(door_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO02_locked_stays_shut:
    callable{Pre}(m) ==> DO02_locked_stays_shut{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
  ensures    DO04_moves_when_asked:
    callable{Pre}(m) ==> DO04_moves_when_asked{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
  ensures    DO06_done_already:
    callable{Pre}(m) ==> DO06_done_already{Pre,Post}(m, DOOR_EVENT_OPEN, \result);
*/
door_answer door_open(door_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    DO06_place_told: \result == 1 <==> m->place == DOOR_PLACE_SHUT;
  ensures    boolean: \result <= 1;
*/
uint8_t door_is_shut(const door_machine *m);

/* The parts of an answer, and the step once for each call. */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    asked: \result == (a == DOOR_ANSWER_PULL ? DOOR_ACTION_PULL :
                                a == DOOR_ANSWER_PUSH ? DOOR_ACTION_PUSH : DOOR_ACTION_RETURN);
*/
static inline uint8_t door_action(door_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    returned: \result == (a == DOOR_ANSWER_ONE ? 1 :
                                   a == DOOR_ANSWER_PULL || a == DOOR_ANSWER_PUSH ? 0 : -1);
*/
static inline int8_t door_value(door_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    class:
    \result == (a == DOOR_ANSWER_ONE || a == DOOR_ANSWER_PULL || a == DOOR_ANSWER_PUSH ?
                  DOOR_ERROR_NONE :
                a == DOOR_ANSWER_BLOCKED || a == DOOR_ANSWER_LATE ? DOOR_ERROR_FAILED :
                  DOOR_ERROR_REFUSED);
*/
static inline uint8_t door_error(door_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    none: \result == DOOR_REASON_NONE <==>
    a == DOOR_ANSWER_ONE || a == DOOR_ANSWER_PULL || a == DOOR_ANSWER_PUSH ||
    a > DOOR_ANSWER_LATE;
  ensures    late: \result == DOOR_REASON_LATE <==> a == DOOR_ANSWER_LATE;
  ensures    locked: \result == DOOR_REASON_LOCKED <==> a == DOOR_ANSWER_LOCKED;
*/
static inline uint8_t door_reason(door_answer a);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO04_moves_when_asked:
    callable{Pre}(m) ==> DO04_moves_when_asked{Pre,Post}(m, DOOR_EVENT_SHUT, \result);
  ensures    DO06_done_already:
    callable{Pre}(m) ==> DO06_done_already{Pre,Post}(m, DOOR_EVENT_SHUT, \result);
*/
static inline door_answer door_shut(door_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO06_done_already:
    callable{Pre}(m) ==> DO06_done_already{Pre,Post}(m, DOOR_EVENT_LOCK_OFF, \result);
*/
static inline door_answer door_lock_off(door_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO03_open_is_not_locked:
    callable{Pre}(m) ==> DO03_open_is_not_locked{Pre,Post}(m, DOOR_EVENT_LOCK_ON, \result);
*/
static inline door_answer door_lock_on(door_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    DO05_repaired: at_start{Post}(m) && \result == DOOR_ANSWER_ONE;
*/
static inline door_answer door_clear(door_machine *m);

#endif
