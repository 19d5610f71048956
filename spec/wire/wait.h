/*
 * Endwell: the contract of every function of src/wait.c: no wait outlasts the time that is left (W5).
 *
 * The two trampolines are what an io does (IO-10 to IO-12): its clock never goes back, and a wait may end
 * early, but not for ever. Frama-C joins each contract with the definition, which does not include this
 * file; the loop's variant stands there, in a comment.
 */
#ifndef EW_WIRE_WAIT_H
#define EW_WIRE_WAIT_H

#include <limits.h>

#include "endwell.h"
#include "wire/calls.h"

#ifndef EW_ORDERLY_CONTRACTS_H
/* As ew_step: called by its header alone. Its contract is in ew_orderly_contracts.h, which was not read. */
/*@
  terminates \true;
  exits      \false;
  assigns    *m;
*/
ew_orderly_answer ew_orderly_step(ew_orderly_machine *m, uint8_t event);
#endif

/* The io's clock, and how often a wait may still end before its time for nothing. */
/*@ ghost int64_t ew_clock; */
/*@ ghost unsigned long long ew_early; */

/* The last of its waits: how long it was asked to be, in ms, and what the io said. */
/*@ ghost int ew_wait_ms; */
/*@ ghost int ew_wait_said; */
/*@ ghost int ew_wait_error; */

#define EW_WAITS ew_clock, ew_early, ew_wait_ms, ew_wait_said, ew_wait_error

/* What nobody can wait for is looked at again after so long, in ms. */
#define EW_PAUSE_MS 10

/* Far enough below the largest number that a deadline can be added: three hundred million years. */
/*@
  predicate is_clock(integer now) = 0 <= now <= 9223372034707292160;

  // What is left until then, in ms; -1 is no bound.
  logic integer time_left(integer now, integer expires) =
    expires < 0 ? -1 : expires <= now ? 0 : expires - now > INT_MAX ? INT_MAX : expires - now;

  predicate is_link(ew_conn *c) = \valid_read(c) && \valid_read(c->transport.io) && is_clock(ew_clock);
*/

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    ew_clock;
  ensures    IO12_not_back: \result == ew_clock && ew_clock >= \old(ew_clock);
  ensures    lifetime: is_clock(ew_clock);
*/
static inline int64_t endwell_io_now_ms(const ew_transport *t);

/*@
  requires   valid: \valid_read(t) && \valid(error);
  requires   what: what <= EW_IO_WRITABLE;
  requires   W5_not_for_nothing: ms != 0;
  terminates \true;
  exits      \false;
  assigns    *error, EW_WAITS;
  ensures    IO10_answers: \result == 0 || \result == 1 || \result == EW_IO_FAILED;
  ensures    IO10_early: \result == 0 ==> ew_early < \old(ew_early);
  ensures    IO11_in_time: ms >= 0 ==> ew_clock <= \old(ew_clock) + ms;
  ensures    IO12_not_back: ew_clock >= \old(ew_clock);
  ensures    lifetime: is_clock(ew_clock);
  ensures    noted_wait: ew_wait_ms == ms && ew_wait_said == \result && ew_wait_error == *error;
*/
static inline int endwell_io_wait(const ew_transport *t, uint8_t what, int ms, int *error);

/*@
  requires   valid: c == \null || \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->result, c->number;
  ensures    refused: \result == -1;
*/
int endwell_misuse(ew_conn *c, int number);

/*@
  requires   valid: \valid_read(c) && \valid_read(c->transport.io);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    clock: \result == 1 <==> c->transport.io->now_ms != \null;
  ensures    flag: \result == 0 || \result == 1;
*/
static inline int endwell_has_clock(const ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->number;
  ensures    noted: c->number == number;
*/
void endwell_note(ew_conn *c, int number);

/*@
  requires   link: is_link((ew_conn *)c);
  terminates \true;
  exits      \false;
  assigns    ew_clock;
  ensures    not_below: \result >= 0;
  ensures    not_ahead: \result <= ew_clock;
  ensures    not_back: ew_clock >= \old(ew_clock);
  ensures    lifetime: is_clock(ew_clock);
  ensures    clock: c->transport.io->now_ms != \null ==> \result == ew_clock;
  ensures    without: c->transport.io->now_ms == \null ==> \result == 0;
*/
int64_t endwell_now(const ew_conn *c);

/*@
  requires   link: is_link((ew_conn *)c);
  terminates \true;
  exits      \false;
  assigns    ew_clock;
  ensures    not_back: ew_clock >= \old(ew_clock);
  ensures    lifetime: is_clock(ew_clock);
  ensures    no_bound: expires < 0 <==> \result == -1;
  ensures    W5_within: expires >= 0 && c->transport.io->now_ms != \null ==>
               0 <= \result <= INT_MAX && (\result > 0 ==> ew_clock + \result <= expires);
  ensures    W5_over: expires >= 0 && c->transport.io->now_ms != \null ==>
               (\result == 0 <==> expires <= ew_clock);
  ensures    W5_left: c->transport.io->now_ms != \null ==> \result == time_left(ew_clock, expires);
  ensures    W5_left_uncounted: c->transport.io->now_ms == \null ==> \result == time_left(0, expires);
  ensures    not_below: expires >= 0 ==> \result >= 0;
*/
int endwell_remaining(const ew_conn *c, int64_t expires);

/*@
  requires   link: is_link(c);
  requires   valid: \valid(c);
  requires   clock: c->transport.io->now_ms != \null;
  terminates \true;
  exits      \false;
  assigns    c->number, EW_WAITS;
  ensures    lifetime: is_clock(ew_clock);
  ensures    flag: \result == 0 || \result == 1;
  ensures    W5_in_time: expires >= 0 && \result == 1 ==> ew_clock <= expires;
  ensures    W5_over: \result == 0 ==> c->number == EW_CAUSE_TIMED_OUT && 0 <= expires <= ew_clock;
  ensures    W5_a_little: \result == 1 ==> 1 <= ew_wait_ms <= EW_PAUSE_MS;
  ensures    W5_no_less: \result == 1 && ew_wait_ms < EW_PAUSE_MS ==> 0 <= expires;
  ensures    same_number: \result == 1 ==> c->number == \old(c->number);
*/
int endwell_pause(ew_conn *c, int64_t expires);

/*@
  requires   link: is_link(c);
  requires   valid: \valid(c);
  requires   clock: c->transport.io->now_ms != \null;
  requires   what: what <= EW_IO_WRITABLE;
  terminates \true;
  exits      \false;
  assigns    c->number, EW_WAITS;
  ensures    flag: \result == 0 || \result == 1;
  ensures    not_back: ew_clock >= \old(ew_clock);
  ensures    lifetime: is_clock(ew_clock);
  ensures    W5_in_time: expires >= 0 && \result == 1 ==> ew_clock <= expires;
  ensures    W5_not_when_over: 0 <= expires <= \old(ew_clock) ==> \result == 0;
  ensures    W5_as_the_io_says: \result == 1 ==> ew_wait_said == 1 && c->number == \old(c->number);
  ensures    W5_why_not: \result == 0 ==>
               (c->number == EW_CAUSE_TIMED_OUT && 0 <= expires <= ew_clock) ||
               (c->number == ew_wait_error && ew_wait_said < 0);
*/
int endwell_wait(ew_conn *c, uint8_t what, int64_t expires);

#endif
