/*
 * Endwell: how much the transport still gives the engine within one call of the port (W4: one record). That it is
 * less with each part is what ends a loop that feeds an engine for as long as it takes bytes in.
 */
#ifndef EW_WIRE_FEED_H
#define EW_WIRE_FEED_H

#include "ew_transport.h"

/*
 * The bytes of the body that are still to come; more than those of any, as long as the header is not all there. A
 * macro, for loop variants: of a logic function there Frama-C 25 has the end of the turn on both sides.
 */
#define EW_TO_FEED(t)                                                                              \
    ((t)->in.have == 0 && (t)->fed != 0 ? 0 : (t)->in.have < 5 ? 65536 * (6 - (t)->in.have) : (t)->in.left)

/*@
  logic integer to_feed{L}(ew_transport *t) = EW_TO_FEED(t);

  predicate same_feed{A,B}(ew_transport *t) =
    \at(t->in.have,A) == \at(t->in.have,B) && \at(t->in.left,A) == \at(t->in.left,B) &&
    \at(t->fed,A) == \at(t->fed,B);
*/

#endif
