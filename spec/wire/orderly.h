/*
 * Endwell: the contracts of both machines, read together. What the core's (ew_contracts.h) and the orderly
 * close's (ew_orderly_contracts.h) both have a name for gets another one here; predicates of a machine are
 * told apart by its type.
 */
#ifndef EW_WIRE_ORDERLY_H
#define EW_WIRE_ORDERLY_H

#include "ew_contracts.h"

#define is_outcome   is_orderly_outcome
#define interrupts   interrupts_orderly
#define after_idle   orderly_after_idle
#define after_notice orderly_after_notice
#define after_wait   orderly_after_wait
#define on_call      orderly_on_call
#define on_clear     orderly_on_clear
#define on_finish    orderly_on_finish
#define on_outcome   orderly_on_outcome
#define on_trouble   orderly_on_trouble
#define refusal      orderly_refusal
#include "ew_orderly_contracts.h"
#undef is_outcome
#undef interrupts
#undef after_idle
#undef after_notice
#undef after_wait
#undef on_call
#undef on_clear
#undef on_finish
#undef on_outcome
#undef on_trouble
#undef refusal

#include "wire/wait.h"

/*@
  predicate is_before_the_half_close(ew_orderly_machine *m) =
    m->phase == EW_ORDERLY_PHASE_OPEN || m->phase == EW_ORDERLY_PHASE_CLOSING;
*/

#endif
