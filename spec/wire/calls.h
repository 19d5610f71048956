/* Endwell: the contracts of what ports call of the transport. transport.c is proven against them too. */
#ifndef EW_WIRE_CALLS_H
#define EW_WIRE_CALLS_H

#include "ew_core.h"
#include "ew_transport.h"

#ifndef EW_CONTRACTS_H
/* The core's header calls it; its contract is in ew_contracts.h, which was not read. */
/*@
  terminates \true;
  exits      \false;
  assigns    *m;
*/
ew_answer ew_step(ew_machine *m, uint8_t event);
#endif

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->met, t->fed;
  ensures    W4_allows_one_record: t->fed == 0;
  ensures    nothing_met: t->met == 0;
*/
void ew_transport_begin(ew_transport *t);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->detail \from why;
  ensures    fatal: \result == EW_EVENT_TLS_ERROR;
*/
uint8_t ew_transport_changed(ew_transport *t, const char *why);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    shut: \result == 1 <==> t->gate == EW_GATE_SHUT;
  ensures    flag: \result == 0 || \result == 1;
*/
int ew_transport_is_shut(const ew_transport *t);

#endif
