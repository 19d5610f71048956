/*
 * Endwell: the contracts of src/questions.c: what a connection can be asked, and the two setters. No port
 * and no io is called.
 *
 * A question changes nothing and answers what the core, or the transport, says. Of the setters: RECEIVED
 * stands afterwards only where it was asked for, or where it stood and nothing was set (W7).
 */
#ifndef EW_WIRE_QUESTIONS_H
#define EW_WIRE_QUESTIONS_H

#include "wire/connection.h"

/* The setters ------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->result, c->number;
  ensures    value: \result == returned_by(a);
  ensures    kept: c->result == a;
*/
static int set(ew_conn *c, ew_answer a);

/*@
  requires   usable: is_usable(c);
  terminates \true;
  exits      \false;
  assigns    c->machine, c->result, c->number;
  EW_STAYS_USABLE
  ensures    values: \result == -1 || \result == 1;
  ensures    known: \result == 1 ==> 0 <= flags <= 3;
  ensures    sent: \result == 1 ==>
               (c->machine.sent == EW_SENT_YES <==> flags == 1 || flags == 3);
  ensures    W7_claimed: \result == 1 ==>
               (c->machine.received == EW_RECEIVED_YES <==> flags == 2 || flags == 3);
  ensures    W7_refused: c != \null && \result == -1 ==> same_machine{Pre,Post}(c);
  EW_STAYS_QUIET
*/
int ew_conn_set_shutdown(ew_conn *c, int flags);

/*@
  requires   usable: is_usable(c);
  terminates \true;
  exits      \false;
  assigns    c->machine, c->result, c->number;
  EW_STAYS_USABLE
  ensures    values: \result == -1 || \result == 1;
  ensures    quiet: \result == 1 ==> c->machine.quiet == (on != 0 ? EW_QUIET_ON : EW_QUIET_OFF);
  ensures    W7_not_claimed: c != \null ==> c->machine.received == \old(c->machine.received);
  ensures    W7_refused: c != \null && \result == -1 ==> same_machine{Pre,Post}(c);
*/
int ew_conn_set_quiet_shutdown(ew_conn *c, int on);

/* The questions ---------------------------------------------------------------------------------- */

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    null: c == \null ==> \result == EW_ERROR_SSL;
  ensures    succeeded: c != \null && ret > 0 ==> \result == EW_ERROR_NONE;
  ensures    of_the_answer: c != \null && ret <= 0 ==> \result == class_of(c->result);
*/
int ew_conn_get_error(const ew_conn *c, int ret);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    null: c == \null ==> \result == EW_REASON_NONE;
  ensures    of_the_answer: c != \null ==> \result == reason_in(c->result);
*/
int ew_conn_get_reason(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    null: c == \null ==> \result == EW_CAUSE_INVALID;
  ensures    failed: c != \null && returned_by(c->result) < 0 ==> \result == c->number;
  ensures    none: c != \null && returned_by(c->result) >= 0 ==> \result == EW_CAUSE_NONE;
*/
int ew_conn_error_number(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \result \from c, c->transport.detail;
  ensures    said: c != \null && c->transport.detail != \null ==> \result == c->transport.detail;
*/
const char *ew_conn_detail(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    null: c == \null ==> \result == 0;
  ensures    bits: 0 <= \result <= 3;
  ensures    W7_received: c != \null && (\result == 2 || \result == 3) ==>
               c->machine.received == EW_RECEIVED_YES;
  ensures    sent: c != \null && (\result == 1 || \result == 3) ==> c->machine.sent == EW_SENT_YES;
*/
int ew_conn_get_shutdown(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    flag: \result == 0 || \result == 1;
  ensures    W7_authenticated: \result == 1 ==> c != \null &&
               (is_earned((ew_conn *)c) ==> ew_authenticated == 1);
*/
int ew_conn_end_of_data(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    kept: \result == 1 <==>
               c != \null && c->machine.sent == EW_SENT_YES && c->machine.session == EW_SESSION_KEEP;
  ensures    flag: \result == 0 || \result == 1;
*/
int ew_conn_session_kept(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    alive: \result == 1 <==>
               c != \null && c->port != \null && c->machine.fatal == EW_FATAL_NONE;
  ensures    flag: \result == 0 || \result == 1;
*/
int ew_conn_alive(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    none: c == \null || c->machine.fatal == EW_FATAL_NONE ==> \result == -1;
  ensures    told: c != \null && c->machine.fatal != EW_FATAL_NONE ==> \result == c->transport.alert;
*/
int ew_conn_alert(const ew_conn *c);

/*@
  requires   valid: c == \null || \valid_read(c);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    null: c == \null ==> \result == 0;
  ensures    told: c != \null ==> \result == c->transport.engine_error;
*/
long ew_conn_engine_error(const ew_conn *c);

/* Names ------------------------------------------------------------------------------------------ */

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from error;
  ensures    a_name: \result != \null;
*/
const char *ew_error_name(int error);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from reason;
  ensures    a_name: \result != \null;
*/
const char *ew_reason_name(int reason);

#endif
