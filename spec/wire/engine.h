/*
 * Endwell: what the connection and a port owe each other, call by call.
 *
 * The `requires` of these trampolines are what the connection owes a port: memory of the application and no
 * other, a write that is owed with the same bytes and never fewer (W6), and no engine call outside a call of
 * the application's, so that what its callbacks ask for is refused (W5). The `ensures` are what a port owes
 * (P-04, P-06, P-09, P-17, P-18, P-22), `ew_turns` is what ends the loops. Whatever count a port tells is
 * possible here: that none above `len` comes back is the connection's to see to.
 */
#ifndef EW_WIRE_ENGINE_H
#define EW_WIRE_ENGINE_H

#include "wire/orderly.h"

/* Whom the port serves. It writes into nothing else of the connection's but what is listed here. */
/*@ ghost ew_conn *ew_served; */
#define EW_PORT_WRITES                                                                             \
    ew_served->result, ew_served->number, ew_served->deadline_ms, ew_served->handshake_expires,    \
        ew_served->transport

/* How often it may still say that it is not done: a peer does not go on for ever, and time does. */
/*@ ghost unsigned long long ew_turns; */

/*
 * How many bytes of the application's were told as taken, and the memory of the write under way, which it
 * gave when so many were. That it repeats what is owed with the same bytes is its own to see to (RW-03).
 */
/*@ ghost unsigned long long ew_taken; */
/*@ ghost const uint8_t *ew_given; */
/*@ ghost unsigned long long ew_given_from; */

/* How many bytes behind these the port may hold: a write that it began and did not tell of. */
/*@ ghost unsigned long long ew_pending; */

/* How many bytes of the peer's the application was given. */
/*@ ghost unsigned long long ew_read_so_far; */

/* The peer's close_notify was received and authenticated, on this TLS connection. */
/*@ ghost unsigned char ew_authenticated; */

/*
 * Ours: the port was asked for it, and said that its last byte is out; and whether it has reported anything
 * fatal. An onlooker's record of what stands between connection and port: W8 is said of it.
 */
/*@ ghost unsigned char ew_notice_asked; */
/*@ ghost unsigned char ew_notice_out; */
/*@ ghost unsigned char ew_failed; */

/*
 * The port was asked for an action since these were last 0; and one that was not the first of them was begun
 * when the time of the call was up. A call of the application's that begins with both 0 leaves the second so (W5).
 */
/*@ ghost unsigned char ew_attempted; */
/*@ ghost unsigned char ew_late_again; */
#define EW_RECORD ew_authenticated, ew_notice_asked, ew_notice_out, ew_failed, ew_attempted, ew_late_again
#define EW_NOTED_ATTEMPT                                                                           \
    ensures noted_attempt: ew_attempted == 1;                                                      \
    ensures noted_late: ew_late_again != 0 <==>                                                    \
        \old(ew_late_again != 0 || (ew_attempted != 0 && is_over(ew_served)));

/*@
  logic integer bytes_of_a_life = 9223372036854775808;

  predicate is_unfinished(integer outcome) =
    outcome == EW_EVENT_OTHER || outcome == EW_EVENT_WANT_READ || outcome == EW_EVENT_WANT_WRITE ||
    outcome == EW_EVENT_SUSPENDED;

  predicate is_fatal(integer outcome) =
    outcome == EW_EVENT_EOF || outcome == EW_EVENT_FATAL_ALERT || outcome == EW_EVENT_IO_ERROR ||
    outcome == EW_EVENT_TLS_ERROR;

  predicate same_machine{A,B}(ew_conn *c) = unchanged{A,B}(\at(&c->machine,A));

  predicate stays_alive{A,B}(ew_conn *c) =
    alive{A}(\at(&c->machine,A)) ==> alive{B}(\at(&c->machine,B));

  predicate same_call{A,B}(ew_conn *c) =
    \at(c->in_call,A) == \at(c->in_call,B) && \at(c->blocking,A) == \at(c->blocking,B) &&
    \at(c->peeks,A) == \at(c->peeks,B) && \at(c->untold,A) == \at(c->untold,B) &&
    \at(c->io_len,A) == \at(c->io_len,B) && \at(c->expires,A) == \at(c->expires,B) &&
    \at(c->read_buf,A) == \at(c->read_buf,B) && \at(c->write_buf,A) == \at(c->write_buf,B) &&
    \at(c->port,A) == \at(c->port,B) && \at(c->transport.io,A) == \at(c->transport.io,B) &&
    \at(c->transport.io->now_ms,A) == \at(c->transport.io->now_ms,B);

  // By the io's clock. A call without a deadline is never late, nor one over an io without a clock.
  predicate is_over(ew_conn *c) = c->transport.io->now_ms != \null && 0 <= c->expires <= ew_clock;

  // Of the actions since the call began the first alone may have been begun late.
  predicate in_time(ew_conn *c) = ew_late_again == 0 && (ew_attempted == 0 || c->tried != 0);

  predicate is_called(ew_port *p) =
    \valid_read(p) && \valid(ew_served) && ew_served->port == p && ew_served->in_call == 1;
*/

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_handshake_after_notice: ew_notice_asked == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P09_outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    P13_not_for_ever: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    noted_failure: ew_failed != 0 <==> is_fatal(\result) || \result == EW_EVENT_CLOSE_NOTIFY;
  EW_NOTED_ATTEMPT
*/
static inline uint8_t endwell_port_handshake(const ew_port *p, void *engine);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice: ew_notice_asked == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns, ew_pending;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P09_outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    P09_not_for_ever: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> ew_pending == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> ew_pending == \old(ew_pending);
  ensures    noted_failure: ew_failed != 0 <==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static inline uint8_t endwell_port_flush(const ew_port *p, void *engine);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_at_most_one: ew_notice_out == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_notice_asked, ew_notice_out, ew_failed,
             ew_turns;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P09_outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    P09_not_for_ever: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    noted_asked: ew_notice_asked == 1;
  ensures    noted_out: ew_notice_out != 0 <==> \result == EW_EVENT_DONE;
  ensures    noted_failure: ew_failed != 0 <==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static inline uint8_t endwell_port_send_close_notify(const ew_port *p, void *engine);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns, ew_authenticated;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P09_outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    P16_not_for_ever: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    P04_authenticated: \result == EW_EVENT_CLOSE_NOTIFY ==> ew_authenticated == 1;
  ensures    P04_nothing_else: \result != EW_EVENT_CLOSE_NOTIFY ==> ew_authenticated == \old(ew_authenticated);
  ensures    noted_failure: ew_failed != 0 <==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static inline uint8_t endwell_port_receive(const ew_port *p, void *engine);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W6_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), ew_served);
  requires   lifetime: ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_read_so_far, buf[0 .. len - 1];
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P17_taken: 1 <= \result <= len ==> ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    P17_none: !(1 <= \result <= len) ==> ew_read_so_far == \old(ew_read_so_far);
*/
static inline int endwell_port_take(const ew_port *p, void *engine, uint8_t *buf, int len);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W6_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), ew_served);
  requires   lifetime: ew_read_so_far + len <= bytes_of_a_life;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, buf[0 .. len - 1];
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
*/
static inline int endwell_port_peek(const ew_port *p, void *engine, uint8_t *buf, int len);

/*@
  requires   valid: \valid_read(p);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result >= 0;
*/
static inline int endwell_port_pending(const ew_port *p, const void *engine);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W8_nothing_after_fatal: ew_failed == 0;
  requires   W8_no_data_after_notice: ew_notice_asked == 0;
  requires   W6_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   W6_memory: \valid_read(buf + (0 .. len - 1));
  requires   W6_same_bytes: buf == ew_given + (ew_taken - ew_given_from);
  requires   W6_never_fewer: ew_pending <= len;
  requires   lifetime: ew_taken + len <= bytes_of_a_life;
  requires   valid: \valid(written);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_clock, ew_attempted, ew_late_again, ew_failed, ew_turns, ew_taken, ew_pending, *written;
  ensures    clock: is_clock(ew_clock);
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    alive: stays_alive{Pre,Post}(ew_served);
  ensures    P09_outcome: is_outcome(\result);
  ensures    turns: ew_turns <= \old(ew_turns);
  ensures    P18_not_for_ever: is_unfinished(\result) ==> ew_turns < \old(ew_turns);
  ensures    P18_taken: \result == EW_EVENT_DONE && 1 <= *written <= len ==>
               ew_taken == \old(ew_taken) + *written;
  ensures    P18_none: !(\result == EW_EVENT_DONE && 1 <= *written <= len) ==> ew_taken == \old(ew_taken);
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> ew_pending == 0;
  ensures    P18_pending: \result != EW_EVENT_DONE ==> ew_pending <= len;
  ensures    noted_failure: ew_failed != 0 <==> is_fatal(\result);
  EW_NOTED_ATTEMPT
*/
static inline uint8_t endwell_port_write(const ew_port *p, void *engine, const uint8_t *buf,
                                         int len, int *written);

/* Another TLS connection begins, if it says 0: of that one nothing is reported yet, and nothing is held back. */
/*@
  requires   W5_called: is_called((ew_port *)p);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_RECORD, ew_pending;
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    P12_nothing_pending: \result == 0 ==> ew_pending == 0;
  ensures    noted_no_attempt: ew_attempted == \old(ew_attempted) && ew_late_again == \old(ew_late_again);
  ensures    noted_begins: \result == 0 ==>
               ew_authenticated == 0 && ew_notice_asked == 0 && ew_notice_out == 0 && ew_failed == 0;
  ensures    noted_goes_on: \result != 0 ==>
               ew_authenticated == \old(ew_authenticated) && ew_notice_asked == \old(ew_notice_asked) &&
               ew_notice_out == \old(ew_notice_out) && ew_failed == \old(ew_failed);
*/
static inline int endwell_port_clear(const ew_port *p, void *engine, int session_kept);

/* Proven with more, and against more, in wire/transport.h. */
/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int ew_transport_is_between_records(const ew_transport *t);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut, t->error, t->swallowed, t->alert, t->engine_error, t->met, t->fed;
  assigns    t->detail \from \nothing;
*/
void ew_transport_reopen(ew_transport *t);

#endif
