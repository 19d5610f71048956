/*
 * Endwell: the contracts of src/clear.c: another TLS connection on the same socket. What was asked and
 * reported of the one before is not the new one's, and nothing is held back of it (W6 to W8); the close
 * stands at its start, or, where it has ended our side, as far as it was (W9).
 */
#ifndef EW_WIRE_CLEAR_H
#define EW_WIRE_CLEAR_H

#include "wire/connection.h"

/* Of one step: what it leaves as it was; of those that come to an end: what stands behind them. */
#define EW_LEFT_AS_IT_WAS                                                                                              \
    ensures linked: is_linked(c);                                                                                      \
    ensures clocked: \old(has_clock(c)) ==> has_clock(c);                                                              \
    ensures rest: \old(at_rest(c)) ==> at_rest(c);                                                                     \
    ensures same_io: c->transport.io == \old(c->transport.io);                                                         \
    ensures close: unchanged{Pre,Post}(&c->orderly);

#define EW_STARTED_OVER                                                                                                \
    EW_STAYS_SANE                                                                                                      \
    ensures rest: at_rest(c);                                                                                          \
    ensures values: -1 <= \result <= 1;                                                                                \
    ensures open: c->port == \old(c->port);                                                                            \
    ensures close: unchanged{Pre,Post}(&c->orderly);                                                                   \
    ensures same_io: c->transport.io == \old(c->transport.io);                                                         \
    ensures W7_quiet: c->machine.quiet == \old(c->machine.quiet);                                                      \
    ensures W7_none_in: c->machine.received != EW_RECEIVED_YES;

/*@
  requires   valid: \valid(m);
  requires   in_range: m->quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    W8_begun: alive(m) && m->busy == EW_BUSY_HANDSHAKE && m->notice_out == EW_NOTICE_OUT_NONE;
  ensures    W7_none_in: m->notice_in != EW_NOTICE_IN_SEEN && m->received != EW_RECEIVED_YES;
  ensures    W7_quiet: m->quiet == \old(m->quiet);
*/
static void begin_anew(ew_machine *m);

/*@
  requires   valid: \valid(m);
  requires   in_range: m->quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    W8_over: !alive(m) && m->fatal != EW_FATAL_NONE;
  ensures    W8_none_out: m->notice_out == EW_NOTICE_OUT_NONE;
  ensures    W7_none_in: m->notice_in != EW_NOTICE_IN_SEEN && m->received != EW_RECEIVED_YES;
  ensures    W7_quiet: m->quiet == \old(m->quiet);
*/
static void fail_at_start(ew_machine *m);

/*@
  requires   linked: is_linked(c);
  requires   in_range: c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    c->machine, c->result, c->number;
  ensures    failed: \result == -1;
  ensures    W8_over: !alive(&c->machine) && c->machine.fatal != EW_FATAL_NONE;
  ensures    W8_none_out: c->machine.notice_out == EW_NOTICE_OUT_NONE;
  ensures    W7_none_in:
               c->machine.notice_in != EW_NOTICE_IN_SEEN && c->machine.received != EW_RECEIVED_YES;
  EW_LEFT_AS_IT_WAS
  ensures    W7_quiet: c->machine.quiet == \old(c->machine.quiet);
*/
static int give_up(ew_conn *c);

/*@
  requires   linked: is_linked(c);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending, c->in_call;
  ensures    machine: same_machine{Pre,Post}(c);
  EW_LEFT_AS_IT_WAS
  ensures    begins: \result == 0 ==>
               ew_pending == 0 && ew_authenticated == 0 && ew_notice_asked == 0 && ew_notice_out == 0 &&
               ew_failed == 0;
*/
static int clear_engine(ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->transport.detail \from \nothing;
  ensures    flag: \result == 0 || \result == 1;
*/
static int can_follow(ew_conn *c, int is_half_closed);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    value: -1 <= returned_by(\result) <= 1;
  ensures    W8_at_start: m->notice_out == EW_NOTICE_OUT_NONE && m->output == EW_OUTPUT_IDLE;
  ensures    W7_none_in: m->notice_in != EW_NOTICE_IN_SEEN && m->received != EW_RECEIVED_YES;
  ensures    W7_quiet: \old(m->quiet) <= EW_QUIET_ON ==> m->quiet == \old(m->quiet);
*/
static ew_answer start_again(ew_machine *m);

/*@
  requires   linked: is_linked(c);
  terminates \true;
  exits      \false;
  assigns    c->transport, c->machine, c->result, c->number;
  ensures    values: -1 <= \result <= 1;
  EW_LEFT_AS_IT_WAS
  ensures    W8_at_start: c->machine.notice_out == EW_NOTICE_OUT_NONE && c->machine.output == EW_OUTPUT_IDLE;
  ensures    W7_none_in: c->machine.notice_in != EW_NOTICE_IN_SEEN && c->machine.received != EW_RECEIVED_YES;
  ensures    W7_quiet: \old(c->machine.quiet) <= EW_QUIET_ON ==> c->machine.quiet == \old(c->machine.quiet);
*/
static int reopen(ew_conn *c);

/*@
  requires   linked: is_linked(c) && has_clock(c);
  requires   rest: at_rest(c);
  requires   none_owed: c->owed == 0;
  requires   in_range: c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending, c->machine, c->in_call;
  EW_STARTED_OVER
*/
static int follow(ew_conn *c);

/*@
  requires   linked: is_linked(c) && has_clock(c);
  requires   rest: at_rest(c);
  requires   none_owed: c->owed == 0;
  requires   in_range: c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending, c->machine, c->in_call;
  EW_STARTED_OVER
*/
static int follow_or_fail(ew_conn *c, int is_half_closed);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   in_range: c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending, c->machine, c->owed, c->again, c->untold, c->in_call;
  EW_STARTED_OVER
*/
static int start_over(ew_conn *c, int is_half_closed);

/*@
  requires   valid: \valid(m);
  requires   idle: sound(m) ==> callable(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    corrupt: \result == EW_ORDERLY_ANSWER_CORRUPT <==> !\old(sound(m));
  ensures    unchanged: !\old(sound(m)) ==> unchanged{Pre,Post}(m);
  ensures    idle: sound(m) ==> callable(m);
  ensures    W9_same_side: is_before_the_half_close(m) <==> \old(is_before_the_half_close(m));
  ensures    W9_drains_on: !is_before_the_half_close(m) ==>
               m->phase == \old(m->phase) && m->notice == \old(m->notice);
  ensures    W9_no_failure_of_its_own: m->notice == EW_ORDERLY_NOTICE_FAILED ==>
               \old(m->notice) == EW_ORDERLY_NOTICE_FAILED;
*/
static ew_orderly_answer reuse(ew_orderly_machine *m);

/*@
  requires   sane: is_sane(c) && at_rest(c);
  requires   idle: sound(&c->orderly) ==> callable(&c->orderly);
  terminates \true;
  exits      \false;
  assigns    c->orderly;
  EW_STAYS_SANE
  ensures    rest: at_rest(c);
  ensures    received: c->machine.received == \old(c->machine.received);
  ensures    idle: sound(&c->orderly) ==> callable(&c->orderly);
  ensures    W9_same_side:
               is_before_the_half_close(&c->orderly) <==> \old(is_before_the_half_close(&c->orderly));
  ensures    W9_drains_on: !is_before_the_half_close(&c->orderly) ==>
               c->orderly.phase == \old(c->orderly.phase) && c->orderly.notice == \old(c->orderly.notice);
  ensures    W9_no_failure_of_its_own: c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ==>
               \old(c->orderly.notice) == EW_ORDERLY_NOTICE_FAILED;
*/
static ew_orderly_answer reuse_close(ew_conn *c);

/* What the close is at: a refused clear, or one that fails, leaves it as far as it is, or as if it had not begun. */
/*@
  requires   usable: is_usable(c);
  requires   idle: is_open(c) && sound(&c->orderly) ==> callable(&c->orderly);
  requires   in_range: is_open(c) ==> c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending, c->machine, c->orderly, c->owed, c->again, c->untold,
             c->in_call, c->result, c->number;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    values: -1 <= \result <= 1;
  ensures    idle: is_open(c) && sound(&c->orderly) ==> callable(&c->orderly);
  ensures    W9_same_side: c != \null ==>
               (is_before_the_half_close(&c->orderly) <==> \old(is_before_the_half_close(&c->orderly)));
  ensures    W9_drains_on: c != \null && !is_before_the_half_close(&c->orderly) ==>
               c->orderly.phase == \old(c->orderly.phase) && c->orderly.notice == \old(c->orderly.notice);
  ensures    W9_no_failure_of_its_own: c != \null && c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ==>
               \old(c->orderly.notice) == EW_ORDERLY_NOTICE_FAILED;
  ensures    W7_flag: c != \null && c->machine.received == EW_RECEIVED_YES ==>
               \old(c->machine.received) == EW_RECEIVED_YES && ew_authenticated == \old(ew_authenticated);
  ensures    W7_none_in: \result == 1 ==> c != \null && c->machine.received != EW_RECEIVED_YES;
*/
int ew_conn_clear(ew_conn *c);

#endif
