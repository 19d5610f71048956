/*
 * Endwell: the bytes of one connection, as its proof sees them.
 *
 * What the engine makes is a sequence of bytes that was fixed before anything was sent and of which
 * nothing is known: made_byte. Three counts, which no program has, say how far it has come. A record
 * begins at `ew_record` and has its length in its own bytes; everything that is claimed of the gate (W1,
 * W2) and of the order of the bytes (W3) is said in these words.
 */
#ifndef EW_WIRE_STREAM_H
#define EW_WIRE_STREAM_H

#include "ew_transport.h"

/* What the engine makes, from the first byte to the last. It is read in annotations alone. */
/*@ ghost const unsigned *ew_stream; */

/* How many bytes the io has taken. */
/*@ ghost unsigned long long ew_wire; */

/* How many the transport has taken from the engine. The tail has those that are not on the wire. */
/*@ ghost unsigned long long ew_made; */

/* Where the record begins that the engine's next byte belongs to. */
/*@ ghost unsigned long long ew_record; */

/* lifetime: two to the power of 63, more bytes than a connection can carry in one. */
/*@
  logic integer made_byte(integer p) = (uint8_t)ew_stream[p];

  logic integer record_end(integer p) = p + 5 + 256 * made_byte(p + 3) + made_byte(p + 4);

  lemma record_grows: \forall integer p; p + 5 <= record_end(p);

  logic integer lifetime = 9223372036854775808;

  predicate frame_ok(ew_frame *f) = f->have <= 5 && (f->have == 5 ==> 1 <= f->left);

  logic integer body(uint8_t *head) = 256 * head[3] + head[4];

  logic integer left_of_part(ew_frame *f) = f->have < 5 ? 5 - f->have : f->left;
*/

/* The frame stands before byte p of the stream, in the record that begins at r. */
/*@
  predicate at_header(ew_frame *f, integer r, integer p) = f->have < 5 ==> p == r + f->have;

  predicate at_third(ew_frame *f, integer r) = f->have == 4 ==> f->head[3] == made_byte(r + 3);

  predicate at_body(ew_frame *f, integer r, integer p) = f->have == 5 ==> p + f->left == record_end(r);

  predicate at_within(integer r, integer p) = p < record_end(r);

  predicate frame_at(ew_frame *f, integer r, integer p) =
    at_header(f, r, p) && at_third(f, r) && at_body(f, r, p) && at_within(r, p);
*/

/* Where the sealed record ends, once there is one. */
/*@
  logic integer seal_end(ew_transport *t) =
    t->gate == EW_GATE_SHUT ? ew_record :
    t->to_shut == 2 ? record_end(record_end(ew_record)) : record_end(ew_record);

  predicate transport_ok(ew_transport *t) =
    frame_ok(&t->in) && frame_ok(&t->out) && t->tail_len <= EW_TAIL_MAX && t->gate <= EW_GATE_SHUT &&
    (t->gate == EW_GATE_SEALED ==> 1 <= t->to_shut <= 2) &&
    (t->gate == EW_GATE_SEALED && t->to_shut == 2 ==> t->out.have != 0) &&
    (t->gate == EW_GATE_SHUT ==> t->tail_len == 0 && t->out.have == 0);

  predicate out_ok(ew_transport *t) = ew_made <= lifetime && frame_at(&t->out, ew_record, ew_made);

  predicate counts_ok(ew_transport *t) = ew_made == ew_wire + t->tail_len;

  predicate tail_ok(ew_transport *t) =
    \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire + j);

  predicate stream_ok(ew_transport *t) = out_ok(t) && counts_ok(t) && tail_ok(t);
*/

#endif
