/*
 * Endwell: the contracts of what only gives names: the parts of an answer, and the step once for
 * each call. What a step does is said in ew_clauses.h and demanded in ew_contracts.h.
 */

#ifndef EW_NAMED_H
#define EW_NAMED_H

#include "ew_clauses.h"

/* The parts of an answer ----------------------------------------------------------------------- */

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
