/*
 * Endwell: the contracts of the orderly close are complete.
 *
 * As complete.c for the core: two orderly machines in the same state, given the same event, give
 * the same answer and go to the same state, by the contracts of ew_orderly_contracts.h alone, for
 * every state and every event, bytes out of range included. So they leave nothing open, and whatever
 * code keeps them is the same relation.
 */
#include "ew_orderly.h"

/*@
  predicate same_state(ew_orderly_machine *a, ew_orderly_machine *b) =
    a->phase == b->phase && a->notice == b->notice && a->peer == b->peer && a->mode == b->mode &&
    a->busy == b->busy;
*/

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_init: same_state(a, b);
*/
static void two_starts(ew_orderly_machine *a, ew_orderly_machine *b)
{
    ew_orderly_init(a);
    ew_orderly_init(b);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_answer: \result == 1;
  ensures    COMPLETE_state: same_state(a, b);
*/
static uint8_t two_steps(ew_orderly_machine *a, ew_orderly_machine *b, uint8_t event)
{
    ew_orderly_answer one = ew_orderly_step(a, event);
    ew_orderly_answer other = ew_orderly_step(b, event);
    return one == other;
}

/* Each call by its name is the step with that event, as its contract alone says ------------------ */

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_close: \result == 1 && same_state(a, b);
*/
static uint8_t named_close(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_close(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_CLOSE);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_close_waiting: \result == 1 && same_state(a, b);
*/
static uint8_t named_close_waiting(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_close_waiting(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_CLOSE_WAITING);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_finish: \result == 1 && same_state(a, b);
*/
static uint8_t named_finish(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_finish(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_FINISH);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_abort: \result == 1 && same_state(a, b);
*/
static uint8_t named_abort(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_abort(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_ABORT);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_release: \result == 1 && same_state(a, b);
*/
static uint8_t named_release(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_release(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_RELEASE);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_reuse: \result == 1 && same_state(a, b);
*/
static uint8_t named_reuse(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_reuse(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_REUSE);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_clear: \result == 1 && same_state(a, b);
*/
static uint8_t named_clear(ew_orderly_machine *a, ew_orderly_machine *b)
{
    return ew_orderly_clear(a) == ew_orderly_step(b, EW_ORDERLY_EVENT_CLEAR);
}

/* The parts of an answer, and the queries --------------------------------------------------------- */

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_action: \result == 1;
*/
static uint8_t said_action(ew_orderly_answer one, ew_orderly_answer other)
{
    return ew_orderly_action(one) == ew_orderly_action(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_value: \result == 1;
*/
static uint8_t said_value(ew_orderly_answer one, ew_orderly_answer other)
{
    return ew_orderly_value(one) == ew_orderly_value(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_error: \result == 1;
*/
static uint8_t said_error(ew_orderly_answer one, ew_orderly_answer other)
{
    return ew_orderly_error(one) == ew_orderly_error(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_reason: \result == 1;
*/
static uint8_t said_reason(ew_orderly_answer one, ew_orderly_answer other)
{
    return ew_orderly_reason(one) == ew_orderly_reason(other);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_is_ended: \result == 1;
*/
static uint8_t asked_is_ended(const ew_orderly_machine *a, const ew_orderly_machine *b)
{
    return ew_orderly_is_ended(a) == ew_orderly_is_ended(b);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_is_closing: \result == 1;
*/
static uint8_t asked_is_closing(const ew_orderly_machine *a, const ew_orderly_machine *b)
{
    return ew_orderly_is_closing(a) == ew_orderly_is_closing(b);
}
