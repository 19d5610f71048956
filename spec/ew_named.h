/*
 * Endwell: the contracts of what only gives names: the parts of an answer, and the step once for
 * each call. What a step does is said in ew_clauses.h and demanded in ew_contracts.h.
 */

#ifndef EW_NAMED_H
#define EW_NAMED_H

#include "ew_clauses.h"

/* The parts of an answer ----------------------------------------------------------------------- */

/*@
  logic integer asked_by(integer a) =
    a == EW_ANSWER_FLUSH             ? EW_ACTION_FLUSH :
    a == EW_ANSWER_SEND_CLOSE_NOTIFY ? EW_ACTION_SEND_CLOSE_NOTIFY :
    a == EW_ANSWER_RECEIVE           ? EW_ACTION_RECEIVE :
    a == EW_ANSWER_WRITE             ? EW_ACTION_WRITE :
    a == EW_ANSWER_HANDSHAKE         ? EW_ACTION_HANDSHAKE : EW_ACTION_RETURN;

  logic integer returned_by(integer a) =
    a == EW_ANSWER_ONE ? 1 :
    a == EW_ANSWER_ZERO || a == EW_ANSWER_END_OF_DATA || asked_by(a) != EW_ACTION_RETURN ? 0 : -1;

  logic integer class_of(integer a) =
    a == EW_ANSWER_ONE || a == EW_ANSWER_ZERO || asked_by(a) != EW_ACTION_RETURN ? EW_ERROR_NONE :
    a == EW_ANSWER_END_OF_DATA ? EW_ERROR_ZERO_RETURN :
    a == EW_ANSWER_WANT_READ   ? EW_ERROR_WANT_READ :
    a == EW_ANSWER_WANT_WRITE  ? EW_ERROR_WANT_WRITE :
    a == EW_ANSWER_SUSPENDED   ? EW_ERROR_SUSPENDED :
    a == EW_ANSWER_AGAIN       ? EW_ERROR_AGAIN :
    a == EW_ANSWER_TRANSPORT   ? EW_ERROR_SYSCALL : EW_ERROR_SSL;

  logic integer reason_in(integer a) =
    a == EW_ANSWER_CORRUPT          ? EW_REASON_CORRUPT :
    a == EW_ANSWER_FATAL            ? EW_REASON_FATAL :
    a == EW_ANSWER_BUSY             ? EW_REASON_BUSY :
    a == EW_ANSWER_HANDSHAKE_FIRST  ? EW_REASON_HANDSHAKE :
    a == EW_ANSWER_UNEXPECTED       ? EW_REASON_UNEXPECTED :
    a == EW_ANSWER_UNKNOWN          ? EW_REASON_UNKNOWN :
    a == EW_ANSWER_CLOSED           ? EW_REASON_CLOSED :
    a == EW_ANSWER_UNREAD_DATA      ? EW_REASON_UNREAD_DATA :
    a == EW_ANSWER_FATAL_ALERT      ? EW_REASON_FATAL_ALERT :
    a == EW_ANSWER_TRUNCATED        ? EW_REASON_TRUNCATED :
    a == EW_ANSWER_TRANSPORT        ? EW_REASON_TRANSPORT :
    a == EW_ANSWER_TLS              ? EW_REASON_TLS :
    a == EW_ANSWER_HANDSHAKE_FAILED ? EW_REASON_HANDSHAKE_FAILED : EW_REASON_NONE;
*/

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == asked_by(a);
*/
static inline uint8_t ew_action(ew_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == returned_by(a);
*/
static inline int8_t ew_value(ew_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == class_of(a);
*/
static inline uint8_t ew_error(ew_answer a);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == reason_in(a);
*/
static inline uint8_t ew_reason(ew_answer a);

/* Each call by its name ------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SHUTDOWN, \result);
*/
ew_answer ew_shutdown(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_READ, \result);
*/
static inline ew_answer ew_read(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_WRITE, \result);
*/
static inline ew_answer ew_write(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_0, \result);
*/
static inline ew_answer ew_set_shutdown_0(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_1, \result);
*/
static inline ew_answer ew_set_shutdown_1(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_2, \result);
*/
static inline ew_answer ew_set_shutdown_2(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_3, \result);
*/
static inline ew_answer ew_set_shutdown_3(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_QUIET_OFF, \result);
*/
static inline ew_answer ew_quiet_off(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_QUIET_ON, \result);
*/
static inline ew_answer ew_quiet_on(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_HANDSHAKE, \result);
*/
static inline ew_answer ew_handshake(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_ADOPT, \result);
*/
static inline ew_answer ew_adopt(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_CLEAR, \result);
*/
static inline ew_answer ew_clear(ew_machine *m);

#endif
