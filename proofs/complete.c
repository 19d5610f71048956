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
  ensures    COMPLETE_handshake: a->handshake == b->handshake;
  ensures    COMPLETE_sent: a->sent == b->sent;
  ensures    COMPLETE_received: a->received == b->received;
  ensures    COMPLETE_quiet: a->quiet == b->quiet;
  ensures    COMPLETE_fatal: a->fatal == b->fatal;
  ensures    COMPLETE_notice_out: a->notice_out == b->notice_out;
  ensures    COMPLETE_notice_in: a->notice_in == b->notice_in;
  ensures    COMPLETE_output: a->output == b->output;
  ensures    COMPLETE_session: a->session == b->session;
  ensures    COMPLETE_busy: a->busy == b->busy;
*/
static uint8_t two_steps(ew_machine *a, ew_machine *b, uint8_t event)
{
    ew_answer one = ew_step(a, event);
    ew_answer other = ew_step(b, event);
    return one == other;
}

/* Each call by its name is the step with that event, as the contracts say. */

/*@
  requires   valid: \valid(a) && \valid(b) && \separated(a, b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    *a, *b;
  ensures    COMPLETE_named_answer: \result == 1;
  ensures    COMPLETE_named_state: same_state(a, b);
*/
static uint8_t by_name_and_by_event(ew_machine *a, ew_machine *b, uint8_t event)
{
    ew_answer one;
    if (event == EW_EVENT_SHUTDOWN) {
        one = ew_shutdown(a);
    } else if (event == EW_EVENT_READ) {
        one = ew_read(a);
    } else if (event == EW_EVENT_WRITE) {
        one = ew_write(a);
    } else if (event == EW_EVENT_SET_SHUTDOWN_0) {
        one = ew_set_shutdown_0(a);
    } else if (event == EW_EVENT_SET_SHUTDOWN_1) {
        one = ew_set_shutdown_1(a);
    } else if (event == EW_EVENT_SET_SHUTDOWN_2) {
        one = ew_set_shutdown_2(a);
    } else if (event == EW_EVENT_SET_SHUTDOWN_3) {
        one = ew_set_shutdown_3(a);
    } else if (event == EW_EVENT_QUIET_OFF) {
        one = ew_quiet_off(a);
    } else if (event == EW_EVENT_QUIET_ON) {
        one = ew_quiet_on(a);
    } else if (event == EW_EVENT_HANDSHAKE) {
        one = ew_handshake(a);
    } else if (event == EW_EVENT_ADOPT) {
        one = ew_adopt(a);
    } else if (event == EW_EVENT_CLEAR) {
        one = ew_clear(a);
    } else {
        one = ew_step(a, event);
    }
    return one == ew_step(b, event);
}

/* The number of the first question that tells the two apart; 0: none does. */

/*@
  requires   valid: \valid_read(a) && \valid_read(b);
  requires   same: same_state(a, b);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_get_shutdown: \result != 1;
  ensures    COMPLETE_end_of_data: \result != 2;
  ensures    COMPLETE_session_kept: \result != 3;
  ensures    COMPLETE_close_notify_out: \result != 4;
  ensures    COMPLETE_alive: \result != 5;
*/
static uint8_t two_questions(const ew_machine *a, const ew_machine *b)
{
    if (ew_get_shutdown(a) != ew_get_shutdown(b)) {
        return 1;
    }
    if (ew_end_of_data(a) != ew_end_of_data(b)) {
        return 2;
    }
    if (ew_session_kept(a) != ew_session_kept(b)) {
        return 3;
    }
    if (ew_close_notify_out(a) != ew_close_notify_out(b)) {
        return 4;
    }
    if (ew_alive(a) != ew_alive(b)) {
        return 5;
    }
    return 0;
}

/* The number of the first part that the same byte has two of; 0: none does. */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    COMPLETE_action: \result != 1;
  ensures    COMPLETE_value: \result != 2;
  ensures    COMPLETE_error: \result != 3;
  ensures    COMPLETE_reason: \result != 4;
*/
static uint8_t two_readings(ew_answer one, ew_answer other)
{
    if (one != other) {
        return 0;
    }
    if (ew_action(one) != ew_action(other)) {
        return 1;
    }
    if (ew_value(one) != ew_value(other)) {
        return 2;
    }
    if (ew_error(one) != ew_error(other)) {
        return 3;
    }
    if (ew_reason(one) != ew_reason(other)) {
        return 4;
    }
    return 0;
}
