/*
 * Endwell: the contracts of what the ports do alike (src/port_common.h): a record that is pending is
 * repeated with no less, told of once, and never as more than was given (W6); the close_notify is out when
 * the transport says so, and not when the engine does (W8).
 */
#ifndef EW_WIRE_PORT_H
#define EW_WIRE_PORT_H

#include "wire/calls.h"

/*@
  requires   some: 1 <= len;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W6_fits: 0 <= \result <= len && \result <= room;
  ensures    all_that_fits: \result == len || \result == room;
*/
static inline int ew_port_fitting(int len, size_t room);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->met, t->fed;
  assigns    t->detail \from \nothing;
  ensures    W6_no_less: \result == EW_EVENT_DONE ==> len >= pending;
  ensures    refused: len < pending ==> \result == EW_EVENT_TLS_ERROR;
  ensures    left_alone: len >= pending ==> \result == EW_EVENT_DONE && t->met == \old(t->met) &&
               t->fed == \old(t->fed) && t->detail == \old(t->detail);
*/
static inline uint8_t ew_port_repeated(ew_transport *t, int pending, int len);

/*@
  requires   valid: \valid(t) && \valid(pending);
  requires   apart: \separated(t, pending);
  terminates \true;
  exits      \false;
  assigns    *pending;
  assigns    t->detail \from \nothing;
  ensures    W6_no_more: \result == EW_EVENT_DONE ==> *pending == took && took <= len;
  ensures    refused: took > len ==> \result == EW_EVENT_TLS_ERROR && *pending == \old(*pending);
*/
static inline uint8_t ew_port_took(ew_transport *t, int took, int len, int *pending);

/*@
  requires   valid: \valid(pending);
  terminates \true;
  exits      \false;
  assigns    *pending;
  ensures    as_it_was: \result == result;
  ensures    nothing_pending: result == EW_EVENT_DONE ==> *pending == 0;
  ensures    still_pending: result != EW_EVENT_DONE ==> *pending == \old(*pending);
*/
static inline uint8_t ew_port_flushed(uint8_t result, int *pending);

/*@
  requires   valid: \valid(pending) && \valid(written);
  requires   apart: \separated(pending, written);
  terminates \true;
  exits      \false;
  assigns    *pending, *written;
  ensures    as_it_was: \result == result;
  ensures    W6_told_once: result == EW_EVENT_DONE ==> *written == \old(*pending) && *pending == 0;
  ensures    not_told: result != EW_EVENT_DONE ==>
               *written == \old(*written) && *pending == \old(*pending);
*/
static inline uint8_t ew_port_written(uint8_t result, int *pending, int *written);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W8_out_is_out: \result == EW_EVENT_DONE <==> t->gate == EW_GATE_SHUT;
  ensures    otherwise: t->gate != EW_GATE_SHUT && result != EW_EVENT_DONE ==> \result == result;
*/
static inline uint8_t ew_port_closed(const ew_transport *t, uint8_t result);

#endif
