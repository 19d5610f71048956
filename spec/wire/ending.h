/*
 * Endwell: what the end of a connection owes an io and a port, call by call (W9).
 *
 * The `requires` say it: our side is closed once, and as `out` only where our close_notify has left or was
 * claimed; no more bytes are dropped than are left; the transport is closed once, behind a detached engine,
 * and nothing is asked of it afterwards. The `ensures` called noted_... are an onlooker's record; the others
 * are what ends the loops: an io is not interrupted for ever, nor ready for ever with nothing there.
 */
#ifndef EW_WIRE_ENDING_H
#define EW_WIRE_ENDING_H

#include "wire/connection.h"

/* The transport was closed; our side of it was, and whether that was earned. */
/*@ ghost unsigned char ew_gone; */
/*@ ghost unsigned char ew_our_side_closed; */
/*@ ghost unsigned char ew_earned; */

/* How often a look at what comes in may still find nothing: time goes on meanwhile (IO-07, IO-10, IO-12). */
/*@ ghost unsigned long long ew_looks; */

/* What the last of them said; what the port was told when it let its engine go; what a release said. */
/*@ ghost int ew_looked; */
/*@ ghost int ew_let_go; */
/*@ ghost int ew_released; */

#define EW_LOOKS ew_looks, ew_looked

/* Our close_notify has left, or it was claimed by the flags or by quiet shutdown, of which W7 and T5 speak. */
/*@
  predicate is_out_or_claimed(ew_conn *c) = ew_notice_out != 0 || is_settled(&c->machine);
*/

/*@
  requires   valid: \valid(t) && \valid(ew_served);
  requires   W9_ours: ew_gone == 0;
  requires   W9_once: ew_our_side_closed == 0;
  requires   W9_earned: ew_served->orderly.notice == EW_ORDERLY_NOTICE_OUT ==> is_out_or_claimed(ew_served);
  terminates \true;
  exits      \false;
  assigns    t->half_closed, ew_our_side_closed, ew_earned;
  ensures    noted_closed: ew_our_side_closed == 1;
  ensures    noted_earned: ew_earned != 0 <==> \old(is_out_or_claimed(ew_served));
*/
void endwell_io_half_close(ew_transport *t);

/*@
  requires   valid: \valid_read(t) && \valid(ew_served) && \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   W9_ours: ew_gone == 0;
  requires   W9_within_the_bytes: len <= ew_served->drain_left;
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], *error, EW_LOOKS;
  ensures    looks: ew_looks <= \old(ew_looks);
  ensures    IO07_not_for_ever: \result == EW_IO_INTERRUPTED ==> ew_looks < \old(ew_looks);
  ensures    IO10_not_for_ever: \result == EW_IO_BLOCKED ==> ew_looks < \old(ew_looks);
  ensures    noted_look: ew_looked == \result;
*/
static inline int endwell_io_recv(const ew_transport *t, uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid_read(t) && \valid(ew_served);
  requires   W9_ours: ew_gone == 0;
  requires   W9_detached: ew_served->port == \null;
  terminates \true;
  exits      \false;
  assigns    ew_gone;
  ensures    noted_gone: ew_gone == 1;
*/
static inline void endwell_io_close(const ew_transport *t);

/*@
  requires   valid: \valid_read(t) && \valid_read(t->io) && \valid(ew_served);
  requires   W9_ours: ew_gone == 0;
  requires   W9_detached: ew_served->port == \null;
  requires   W9_can_release: t->io->release != \null;
  terminates \true;
  exits      \false;
  assigns    ew_released;
  ensures    noted_release: ew_released == \result;
*/
static inline int endwell_io_release(const ew_transport *t);

/*@
  requires   W5_called: is_called((ew_port *)p);
  requires   W9_ours: ew_gone == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, ew_let_go;
  ensures    noted_let_go: ew_let_go == session_kept;
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
*/
static inline void endwell_port_detach(const ew_port *p, void *engine, int session_kept);

#endif
