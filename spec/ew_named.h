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
  ensures    answer: \result == r % 256;
*/
static inline uint8_t ew_action(ew_result r);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: r / 256 % 256 <= 128 ==> \result == r / 256 % 256 - 1;
*/
static inline int8_t ew_value(ew_result r);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == r / 65536 % 256;
*/
static inline uint8_t ew_error(ew_result r);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answer: \result == r / 16777216;
*/
static inline uint8_t ew_reason(ew_result r);

/* Each call by its name ------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SHUTDOWN, \result);
*/
ew_result ew_shutdown(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_READ, \result);
*/
ew_result ew_read(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_WRITE, \result);
*/
ew_result ew_write(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_0, \result);
*/
ew_result ew_set_shutdown_0(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_1, \result);
*/
ew_result ew_set_shutdown_1(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_2, \result);
*/
ew_result ew_set_shutdown_2(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_SET_SHUTDOWN_3, \result);
*/
ew_result ew_set_shutdown_3(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_QUIET_OFF, \result);
*/
ew_result ew_quiet_off(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_QUIET_ON, \result);
*/
ew_result ew_quiet_on(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_HANDSHAKE_STARTED, \result);
*/
ew_result ew_handshake_started(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_HANDSHAKE_FINISHED, \result);
*/
ew_result ew_handshake_finished(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_HANDSHAKE_FAILED, \result);
*/
ew_result ew_handshake_failed(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    named: stepped{Pre,Post}(m, EW_EVENT_CLEAR, \result);
*/
ew_result ew_clear(ew_machine *m);

#endif
