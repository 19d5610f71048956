/*
 * Endwell: the contracts are complete.
 *
 * Two machines in the same state, given the same event, give the same answer and go to the same
 * state: that follows from the contracts alone, for every state and every event, bytes out of range
 * included. So the contracts leave nothing open: whatever code keeps them is the same relation, and
 * no clause is missing of which a case could hang.
 */

#include "ew_core.h"
#include "ew_contracts.h"

/*@
  predicate same_state(ew_machine *a, ew_machine *b) =
    a->handshake == b->handshake && a->sent == b->sent && a->received == b->received &&
    a->quiet == b->quiet && a->fatal == b->fatal && a->notice_out == b->notice_out &&
    a->notice_in == b->notice_in && a->output == b->output && a->session == b->session &&
    a->busy == b->busy;
*/

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_init: same_state(a, b);
*/
static void two_starts(ew_machine *a, ew_machine *b)
{
    ew_init(a);
    ew_init(b);
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
static uint8_t two_steps(ew_machine *a, ew_machine *b, uint8_t event)
{
    ew_answer one = ew_step(a, event);
    ew_answer other = ew_step(b, event);
    return one == other;
}

/* Each call by its name is the step with that event, as its contract alone says ------------------ */

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_shutdown: \result == 1 && same_state(a, b);
*/
static uint8_t named_shutdown(ew_machine *a, ew_machine *b)
{
    return ew_shutdown(a) == ew_step(b, EW_EVENT_SHUTDOWN);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_read: \result == 1 && same_state(a, b);
*/
static uint8_t named_read(ew_machine *a, ew_machine *b)
{
    return ew_read(a) == ew_step(b, EW_EVENT_READ);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_write: \result == 1 && same_state(a, b);
*/
static uint8_t named_write(ew_machine *a, ew_machine *b)
{
    return ew_write(a) == ew_step(b, EW_EVENT_WRITE);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_set_shutdown_0: \result == 1 && same_state(a, b);
*/
static uint8_t named_set_shutdown_0(ew_machine *a, ew_machine *b)
{
    return ew_set_shutdown_0(a) == ew_step(b, EW_EVENT_SET_SHUTDOWN_0);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_set_shutdown_1: \result == 1 && same_state(a, b);
*/
static uint8_t named_set_shutdown_1(ew_machine *a, ew_machine *b)
{
    return ew_set_shutdown_1(a) == ew_step(b, EW_EVENT_SET_SHUTDOWN_1);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_set_shutdown_2: \result == 1 && same_state(a, b);
*/
static uint8_t named_set_shutdown_2(ew_machine *a, ew_machine *b)
{
    return ew_set_shutdown_2(a) == ew_step(b, EW_EVENT_SET_SHUTDOWN_2);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_set_shutdown_3: \result == 1 && same_state(a, b);
*/
static uint8_t named_set_shutdown_3(ew_machine *a, ew_machine *b)
{
    return ew_set_shutdown_3(a) == ew_step(b, EW_EVENT_SET_SHUTDOWN_3);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_quiet_off: \result == 1 && same_state(a, b);
*/
static uint8_t named_quiet_off(ew_machine *a, ew_machine *b)
{
    return ew_quiet_off(a) == ew_step(b, EW_EVENT_QUIET_OFF);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_quiet_on: \result == 1 && same_state(a, b);
*/
static uint8_t named_quiet_on(ew_machine *a, ew_machine *b)
{
    return ew_quiet_on(a) == ew_step(b, EW_EVENT_QUIET_ON);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_handshake: \result == 1 && same_state(a, b);
*/
static uint8_t named_handshake(ew_machine *a, ew_machine *b)
{
    return ew_handshake(a) == ew_step(b, EW_EVENT_HANDSHAKE);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_adopt: \result == 1 && same_state(a, b);
*/
static uint8_t named_adopt(ew_machine *a, ew_machine *b)
{
    return ew_adopt(a) == ew_step(b, EW_EVENT_ADOPT);
}

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_clear: \result == 1 && same_state(a, b);
*/
static uint8_t named_clear(ew_machine *a, ew_machine *b)
{
    return ew_clear(a) == ew_step(b, EW_EVENT_CLEAR);
}

/* The questions ---------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_get_shutdown: \result == 1;
*/
static uint8_t asked_get_shutdown(const ew_machine *a, const ew_machine *b)
{
    return ew_get_shutdown(a) == ew_get_shutdown(b);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_end_of_data: \result == 1;
*/
static uint8_t asked_end_of_data(const ew_machine *a, const ew_machine *b)
{
    return ew_end_of_data(a) == ew_end_of_data(b);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_session_kept: \result == 1;
*/
static uint8_t asked_session_kept(const ew_machine *a, const ew_machine *b)
{
    return ew_session_kept(a) == ew_session_kept(b);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_close_notify_out: \result == 1;
*/
static uint8_t asked_close_notify_out(const ew_machine *a, const ew_machine *b)
{
    return ew_close_notify_out(a) == ew_close_notify_out(b);
}

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_alive: \result == 1;
*/
static uint8_t asked_alive(const ew_machine *a, const ew_machine *b)
{
    return ew_alive(a) == ew_alive(b);
}

/* What an answer says: of each of the 256 bytes --------------------------------------------------- */

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_action: \result == 1;
*/
static uint8_t said_action(ew_answer one, ew_answer other)
{
    return ew_action(one) == ew_action(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_value: \result == 1;
*/
static uint8_t said_value(ew_answer one, ew_answer other)
{
    return ew_value(one) == ew_value(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_error: \result == 1;
*/
static uint8_t said_error(ew_answer one, ew_answer other)
{
    return ew_error(one) == ew_error(other);
}

/*@
  requires   same: one == other;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_reason: \result == 1;
*/
static uint8_t said_reason(ew_answer one, ew_answer other)
{
    return ew_reason(one) == ew_reason(other);
}
