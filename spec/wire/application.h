/*
 * Endwell: the contracts of proofs/wire/any_application.c: what holds between any two calls of an application's.
 *
 * The record is what an onlooker sees: what the calls returned, and what the port and the io said (the ghosts of
 * wire/engine.h and wire/ending.h). W5 to W9 relate the two. Each call is looked at twice: alone, in as few words
 * as it takes to see what it leaves as it was; and with all that holds between two calls.
 */
#ifndef EW_WIRE_APPLICATION_H
#define EW_WIRE_APPLICATION_H

#include "wire/clear.h"
#include "wire/opening.h"

/* How many bytes an application reads, and writes, in its life. */
#define LIFE 9223372036854775808u

/* The record: what was told of bytes, over all connections. */
static unsigned long long told_read;
static unsigned long long told_written;

/* Of the connection that was opened last: */
static uint8_t quiet;    /* quiet shutdown is on: set by a call, or by the engine's setting as it was opened */
static uint8_t claimed;  /* RECEIVED was set by hand, or our side was ended under quiet shutdown */
static uint8_t closed;   /* a close or an abort said that the transport is closed */
static uint8_t released; /* a release gave it back */

#define RECORD told_read, told_written, quiet, claimed, closed, released

/*@
  predicate is_flag(integer b) = b == 0 || b == 1;
*/

/* What holds whatever is open; the first lines are no theorem: they are what the contracts ask for. */
#define WORLD(kind)                                                                                                    \
    kind served: ew_served == c;                                                                                       \
    kind valid: \valid(c) && \valid_read(io) && \valid_read(port);                                                     \
    kind apart: \separated(c, port, io);                                                                               \
    kind clock: is_clock(ew_clock);                                                                                    \
    kind life: told_read <= LIFE && told_written <= LIFE;                                                              \
    kind W6_read_what_was_taken: ew_read_so_far == told_read;                                                          \
    kind W6_wrote_what_was_told: ew_taken == told_written;

/* And between any two calls. */
#define HOLDS(kind)                                                                                                    \
    WORLD(kind)                                                                                                        \
    kind linked: is_open(c) ==> is_linked(c);                                                                          \
    kind clocked: is_open(c) ==> has_clock(c);                                                                         \
    kind owed: is_open(c) ==> is_owed(c);                                                                              \
    kind earned: is_open(c) ==> is_earned(c);                                                                          \
    kind rest: is_open(c) ==> at_rest(c);                                                                              \
    kind ours: is_open(c) ==> is_ours(c);                                                                              \
    kind close: is_open(c) ==> sound(&c->orderly) ==> callable(&c->orderly);                                           \
    kind in_range: c->machine.quiet <= EW_QUIET_ON;                                                                    \
    kind io: c->transport.io == io || c->transport.io == \null;                                                        \
    kind port: c->port == port || c->port == \null;                                                                    \
    kind flags: is_flag(quiet) && is_flag(claimed) && is_flag(closed) && is_flag(released);                            \
    kind W5_none_under_way: c->in_call == 0;                                                                           \
    kind W7_received_is_earned: c->machine.received == EW_RECEIVED_YES ==> ew_authenticated == 1 || claimed == 1;      \
    kind W7_quiet_is_known: c->machine.quiet == EW_QUIET_ON <==> quiet == 1;                                           \
    kind W8_told_is_out: is_open(c) ==> c->machine.notice_out == EW_NOTICE_OUT_DELIVERED ==> ew_notice_out != 0;       \
    kind W8_asked_is_made: is_open(c) ==> alive(&c->machine) && ew_notice_asked != 0 ==> notice_made(&c->machine);     \
    kind W8_out_is_told: is_open(c) ==> alive(&c->machine) && ew_notice_out != 0 ==>                                   \
        c->machine.notice_out == EW_NOTICE_OUT_DELIVERED;                                                              \
    kind W8_nothing_after_fatal: is_open(c) ==> ew_failed != 0 ==> !callable(&c->machine);                             \
    kind W9_ours_while_open: c->port != \null ==> ew_gone == 0;                                                        \
    kind W9_closed_is_closed: closed == 1 ==> ew_gone == 1 && c->port == \null;                                        \
    kind W9_given_back_is_not_closed: released == 1 ==> ew_gone == 0 && c->port == \null;

#define A_CALL                                                                                                         \
    HOLDS(requires)                                                                                                    \
    terminates \true;                                                                                                  \
    exits      \false;                                                                                                 \
    HOLDS(ensures)

#define ASSIGNS *c, EW_SEEN, EW_WAITS, ew_turns, EW_LOOKS, ew_let_go, ew_released, ew_taken, ew_read_so_far, RECORD

/* Opening -------------------------------------------------------------------------------------- */

/*@
  requires   with: with == \null || with == io;
  requires   by: by == \null || by == port;
  WORLD(requires)
  terminates \true;
  exits      \false;
  HOLDS(ensures)
  assigns    ASSIGNS;
*/
static int opens(ew_conn *c, const ew_io *io, const ew_port *port, const ew_io *with, const ew_port *by, void *engine);

/*@
  requires   with: with == \null || with == io;
  requires   by: by == \null || by == port;
  WORLD(requires)
  terminates \true;
  exits      \false;
  HOLDS(ensures)
  assigns    ASSIGNS;
*/
static int adopts(ew_conn *c, const ew_io *io, const ew_port *port, const ew_io *with, const ew_port *by, void *engine);

/* Data ------------------------------------------------------------------------------------------- */

/*
 * What a call leaves as it was: shown of each of them alone, in as few words as it takes, so that the provers
 * find it; what holds between two calls follows from that.
 */
#define LEAVES                                                                                                         \
    EW_STAYS_USABLE                                                                                                    \
    EW_STAYS_THE_SAME                                                                                                  \
    EW_STAYS_QUIET                                                                                                     \
    ensures same_port: c->port == \old(c->port);                                                                       \
    ensures same_failure: c->failure == \old(c->failure);                                                              \
    ensures same_phase: c->orderly.phase == \old(c->orderly.phase);                                                    \
    ensures same_notice: c->orderly.notice == \old(c->orderly.notice);                                                 \
    ensures same_peer: c->orderly.peer == \old(c->orderly.peer);                                                       \
    ensures same_mode: c->orderly.mode == \old(c->orderly.mode);                                                       \
    ensures same_busy: c->orderly.busy == \old(c->orderly.busy);                                                       \
    ensures W7_nothing_else: ew_authenticated == \old(ew_authenticated) || ew_authenticated == 1;

#define ALONE                                                                                                          \
    requires   served: ew_served == c;                                                                                 \
    requires   valid: \valid(c);                                                                                       \
    requires   usable: is_usable(c);                                                                                   \
    terminates \true;                                                                                                  \
    exits      \false;                                                                                                 \
    LEAVES

#define FLAG_IS_EARNED                                                                                                 \
    ensures W7_flag: c->machine.received == EW_RECEIVED_YES ==>                                                        \
        ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;

#define TAKES                                                                                                          \
    requires apart: \separated(buf + (0 .. len - 1), c);                                                               \
    requires room: is_open(c) && buf != \null && 1 <= len ==> \valid(buf + (0 .. len - 1)) &&                          \
        \separated(buf + (0 .. len - 1), c, c->port, c->transport.io) && ew_read_so_far + len <= bytes_of_a_life;      \
    ALONE                                                                                                              \
    FLAG_IS_EARNED                                                                                                     \
    ensures W6_count: \result == -1 || 0 <= \result <= len;                                                            \
    ensures W6_nothing_written: ew_taken == \old(ew_taken);                                                            \
    ensures W7_zero: \result == 0 ==> ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES;

#define DATA_ASSIGNS *c, EW_RECORD, ew_pending, EW_WAITS, ew_turns, ew_taken, ew_read_so_far

/*@
  TAKES
  assigns    DATA_ASSIGNS, buf[0 .. len - 1];
  ensures    W6_each_once: \result > 0 ==> ew_read_so_far == \old(ew_read_so_far) + \result;
  ensures    W6_none_taken: \result <= 0 ==> ew_read_so_far == \old(ew_read_so_far);
*/
static int read_alone(ew_conn *c, uint8_t *buf, int len);

/*@
  TAKES
  assigns    DATA_ASSIGNS, buf[0 .. len - 1];
  ensures    W6_takes_nothing: ew_read_so_far == \old(ew_read_so_far);
*/
static int peek_alone(ew_conn *c, uint8_t *buf, int len);

/*@
  requires   bytes: buf != \null && 1 <= len <= PTRDIFF_MAX ==>
               \valid_read(buf + (0 .. len - 1)) && ew_taken + len <= bytes_of_a_life;
  ALONE
  FLAG_IS_EARNED
  assigns    DATA_ASSIGNS, ew_given_from;
  assigns    ew_given \from buf;
  ensures    W6_count: \result == -1 || 1 <= \result <= len;
  ensures    W6_refused: buf == \null || len < 1 || PTRDIFF_MAX < len ==> \result == -1;
  ensures    W6_told: \result > 0 ==> ew_taken == \old(ew_taken) + \result;
  ensures    W6_none_written: \result < 0 ==> ew_taken == \old(ew_taken);
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
*/
static ptrdiff_t write_alone(ew_conn *c, const uint8_t *buf, size_t len);

#define ROOM                                                                                                           \
    requires room: buf != \null && 1 <= len ==> \valid(buf + (0 .. len - 1));                                          \
    requires apart_from_all: \separated(buf + (0 .. len - 1), c, port, io);                                            \
    requires life_left: 1 <= len ==> told_read + len <= LIFE;

/*@
  ROOM
  A_CALL
  assigns    ASSIGNS, buf[0 .. len - 1];
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_each_once: told_read == \old(told_read) + (\result > 0 ? \result : 0);
  ensures    W7_zero: \result == 0 ==> ew_authenticated == 1 || claimed == 1;
*/
static int reads(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int len);

/*@
  ROOM
  A_CALL
  assigns    ASSIGNS, buf[0 .. len - 1];
  ensures    W6_count: \result == -1 || 0 <= \result <= len;
  ensures    W6_takes_nothing: told_read == \old(told_read);
  ensures    W7_zero: \result == 0 ==> ew_authenticated == 1 || claimed == 1;
*/
static int peeks(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int len);

/*@
  requires   bytes: buf != \null && 1 <= len <= PTRDIFF_MAX ==>
               \valid_read(buf + (0 .. len - 1)) && told_written + len <= LIFE;
  A_CALL
  assigns    ASSIGNS, ew_given_from;
  assigns    ew_given \from buf;
  ensures    W6_count: \result == -1 || 1 <= \result <= len;
  ensures    W6_each_once: told_written == \old(told_written) + (\result > 0 ? \result : 0);
*/
static ptrdiff_t writes_some(ew_conn *c, const ew_io *io, const ew_port *port, const uint8_t *buf, size_t len);

/* The TLS connection ------------------------------------------------------------------------------- */

/*@
  ALONE
  FLAG_IS_EARNED
  assigns    DATA_ASSIGNS;
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_none_written: ew_taken == \old(ew_taken);
*/
static int shake_alone(ew_conn *c);

/*@
  ALONE
  assigns    DATA_ASSIGNS;
  ensures    W6_nothing_read: ew_read_so_far == \old(ew_read_so_far);
  ensures    W6_none_written: ew_taken == \old(ew_taken);
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               ew_authenticated == 1 || \old(c->machine.received) == EW_RECEIVED_YES ||
               \old(c->machine.quiet) == EW_QUIET_ON;
  ensures    W8_zero: \result == 0 ==> is_open(c) && is_out(&c->machine);
  ensures    W8_one: \result == 1 ==> is_open(c) && is_settled(&c->machine);
*/
static int shut_alone(ew_conn *c);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int shakes_hands(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  A_CALL
  assigns    ASSIGNS;
  ensures    W8_zero: \result == 0 ==> ew_notice_out != 0;
  ensures    W8_one: \result == 1 ==> ew_notice_out != 0 || is_settled(&c->machine);
*/
static int shuts_down(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int sets_flags(ew_conn *c, const ew_io *io, const ew_port *port, int flags);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int sets_quiet(ew_conn *c, const ew_io *io, const ew_port *port, int on);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static void sets_deadline(ew_conn *c, const ew_io *io, const ew_port *port, int ms);

/*@
  requires   served: ew_served == c;
  requires   valid: \valid(c);
  requires   usable: is_usable(c);
  requires   idle: is_open(c) ==> sound(&c->orderly) ==> callable(&c->orderly);
  requires   in_range: c->machine.quiet <= EW_QUIET_ON;
  terminates \true;
  exits      \false;
  assigns    *c, EW_RECORD, ew_pending;
  EW_STAYS_USABLE
  EW_STAYS_THE_SAME
  EW_STAYS_QUIET
  ensures    same_port: c->port == \old(c->port);
  ensures    same_failure: c->failure == \old(c->failure);
  ensures    idle: is_open(c) ==> sound(&c->orderly) ==> callable(&c->orderly);
  ensures    W9_same_side: is_before_the_half_close(&c->orderly) <==> \old(is_before_the_half_close(&c->orderly));
  ensures    W9_drains_on: !is_before_the_half_close(&c->orderly) ==>
               c->orderly.phase == \old(c->orderly.phase) && c->orderly.notice == \old(c->orderly.notice);
  ensures    W9_no_failure_of_its_own: c->orderly.notice == EW_ORDERLY_NOTICE_FAILED ==>
               \old(c->orderly.notice) == EW_ORDERLY_NOTICE_FAILED;
  ensures    W7_flag: c->machine.received == EW_RECEIVED_YES ==>
               \old(c->machine.received) == EW_RECEIVED_YES && ew_authenticated == \old(ew_authenticated);
  ensures    W7_none_in: \result == 1 ==> c->machine.received != EW_RECEIVED_YES;
*/
static int clear_alone(ew_conn *c);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int clears(ew_conn *c, const ew_io *io, const ew_port *port);

/* The end ------------------------------------------------------------------------------------------ */

#define ENDS                                                                                                           \
    requires   served: ew_served == c;                                                                                 \
    requires   valid: \valid(c);                                                                                       \
    requires   usable: is_usable(c);                                                                                   \
    requires   endable: is_endable(c);                                                                                 \
    terminates \true;                                                                                                  \
    exits      \false;                                                                                                 \
    assigns    *c, EW_SEEN, EW_WAITS, ew_turns, EW_LOOKS, ew_let_go, ew_released, ew_taken, ew_read_so_far;                          \
    EW_STAYS_ENDABLE

/*@
  ENDS
  ensures    W9_success: \result >= 0 ==> ew_gone == 1 && ew_earned != 0;
  ensures    W9_waits: \old(is_open(c) && sound(&c->orderly) && c->blocking != 0) ==> ew_gone == 1;
  ensures    W9_comes_back: \old(is_open(c) && sound(&c->orderly)) ==> ew_gone == 1 || is_retry(c->result);
*/
static int close_alone(ew_conn *c, int ms, size_t bytes);

/*@
  ENDS
  ensures    W9_finish_keeps: ew_gone == \old(ew_gone);
*/
static int finish_alone(ew_conn *c);

/*@
  ENDS
  ensures    W9_aborted: \old(is_open(c) && sound(&c->orderly)) ==> ew_gone == 1 && \result == 0;
  ensures    W9_ended: \result >= 0 ==> ew_gone == 1;
*/
static int abort_alone(ew_conn *c);

/*@
  ENDS
  ensures    W9_not_closed: ew_gone == \old(ew_gone);
  ensures    W9_given_back: \result >= 0 ==> ew_gone == 0 && c->port == \null;
*/
static int release_alone(ew_conn *c);

/*@
  A_CALL
  assigns    ASSIGNS;
  ensures    W9_success: \result >= 0 ==> closed == 1 && ew_earned != 0;
  ensures    W9_waits: \old(is_open(c) && sound(&c->orderly) && c->blocking != 0) ==> ew_gone == 1;
  ensures    W9_comes_back: \old(is_open(c) && sound(&c->orderly)) ==> ew_gone == 1 || is_retry(c->result);
*/
static int closes(ew_conn *c, const ew_io *io, const ew_port *port, int ms, size_t bytes);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int finishes(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  A_CALL
  assigns    ASSIGNS;
  ensures    W9_aborted: \old(is_open(c) && sound(&c->orderly)) ==> \result == 0 && closed == 1;
*/
static int aborts(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static int releases(ew_conn *c, const ew_io *io, const ew_port *port);

/* Questions ---------------------------------------------------------------------------------------- */

/*@
  A_CALL
  assigns    ew_clock;
  ensures    W7_end_of_data: is_open(c) && \result == 1 ==> ew_authenticated == 1;
*/
static int asks_for_all(const ew_conn *c, const ew_io *io, const ew_port *port, int ret);

/* Any of them, at any time ------------------------------------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    within: 1 <= \result ==> \result <= most && used + \result <= LIFE;
*/
static int any_count(int most, unsigned long long used);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    within: 1 <= \result <= PTRDIFF_MAX ==> \result <= most && used + \result <= LIFE;
*/
static size_t any_length(int most, unsigned long long used);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from io;
  ensures    either: \result == \null || \result == io;
*/
static const ew_io *io_or_none(const ew_io *io);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from port;
  ensures    either: \result == \null || \result == port;
*/
static const ew_port *port_or_none(const ew_port *port);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from buf;
  ensures    either: \result == \null || \result == buf;
*/
static uint8_t *buf_or_none(uint8_t *buf);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static void sets_up(ew_conn *c, const ew_io *io, const ew_port *port, void *engine);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static void changes(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  requires   memory: \valid(buf + (0 .. most - 1)) && \separated(buf + (0 .. most - 1), c, port, io);
  A_CALL
  assigns    ASSIGNS, ew_given_from, buf[0 .. most - 1];
  assigns    ew_given \from buf;
*/
static void transfers(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int most);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static void shuts(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  A_CALL
  assigns    ASSIGNS;
*/
static void ends(ew_conn *c, const ew_io *io, const ew_port *port);

/*@
  requires   memory: \valid(buf + (0 .. most - 1)) && \separated(buf + (0 .. most - 1), c, port, io);
  A_CALL
  assigns    ASSIGNS, ew_given_from, buf[0 .. most - 1];
  assigns    ew_given \from buf;
*/
static void is_at_it(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf, int most);

/*@
  requires   memory: \valid(buf + (0 .. most - 1)) && \separated(buf + (0 .. most - 1), c, port, io);
  A_CALL
  assigns    ASSIGNS, ew_given_from, buf[0 .. most - 1];
  assigns    ew_given \from buf;
*/
static void calls(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf, int most);

/*@
  requires   served: ew_served == c;
  requires   valid: \valid(c) && \valid_read(io) && \valid_read(port);
  requires   apart: \separated(c, port, io);
  requires   clock: is_clock(ew_clock);
  requires   buf: \valid(buf + (0 .. most - 1)) && \separated(buf + (0 .. most - 1), c, port, io);
  requires   nothing_yet: told_read == 0 && told_written == 0 && ew_read_so_far == 0 && ew_taken == 0;
  terminates \false;
  exits      \false;
  assigns    ASSIGNS, ew_given_from, buf[0 .. most - 1];
  assigns    ew_given \from buf;
*/
void any_application(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf, int most);

#endif
