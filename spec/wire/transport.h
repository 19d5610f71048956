/*
 * Endwell: the contract of every function of the transport, and of its way to the io.
 *
 * What an auditor reads first are the two trampolines: their `requires` are what the transport owes the
 * wire (W1: nothing once the gate is shut; W2: nothing behind the end of the sealed record, in that very
 * call neither; W3: the next bytes of the stream, and no others; W4: no byte behind the record in hand, and
 * one record for each engine call), their `ensures` what an io owes (IO-02 to IO-07, ew_io.h). Everything
 * else carries that through, with memory safety, no overflow and an end of every loop (W5, W6).
 *
 * Frama-C joins each contract with the definition in src/transport.c, which does not include this
 * file; the loops' invariants stand there, in comments.
 */
#ifndef EW_WIRE_TRANSPORT_H
#define EW_WIRE_TRANSPORT_H

#include <limits.h>

#include "ew_io.h"
#include "wire/calls.h"
#include "wire/feed.h"
#include "wire/records.h"

/* How often the io may still be interrupted in a row (IO-07): that is what ends a loop. */
/*@ ghost unsigned long long ew_interruptions; */
/* What the io answered when it was last asked and was not interrupted. */
/*@ ghost int ew_replied; */

/* What a function of the transport makes of it: an answer that no io may give is a failure. */
/*@
  logic integer sent_by(integer answer, integer len) = 1 <= answer <= len ? answer :
    answer == EW_IO_BLOCKED ? EW_TRANSPORT_BLOCKED : EW_TRANSPORT_FAILED;
  logic integer came_by(integer answer, integer len) = 1 <= answer <= len ? answer :
    answer == EW_IO_END ? EW_TRANSPORT_END :
    answer == EW_IO_BLOCKED ? EW_TRANSPORT_BLOCKED : EW_TRANSPORT_FAILED;
*/

/* The trampolines: what the transport owes, and what an io does (IO-01 to IO-07). ---------------- */

/*@
  requires   valid: \valid_read(t) && \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   W9_nothing_behind_our_end: t->half_closed == 0;
  requires   W2_not_behind_the_seal: t->gate == EW_GATE_SEALED ==>
               ew_wire + len <= seal_end((ew_transport *)t);
  requires   W3_in_order: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);
  requires   lifetime: ew_wire + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    *error, ew_interruptions, ew_wire;
  ensures    IO02_count: 1 <= \result <= len ==> ew_wire == \old(ew_wire) + \result;
  ensures    IO06_nothing_done: !(1 <= \result <= len) ==> ew_wire == \old(ew_wire);
  ensures    IO07_interrupted: \result == EW_IO_INTERRUPTED ==> ew_interruptions < \old(ew_interruptions);
*/
static inline int endwell_io_send(const ew_transport *t, const uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid_read(t) && \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   W4_one_record: t->in.have == 0 ==> t->fed == 0;
  requires   W4_no_byte_behind_it: len <= left_of_part((ew_frame *)&t->in);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], *error, ew_interruptions;
  ensures    IO07_interrupted: \result == EW_IO_INTERRUPTED ==> ew_interruptions < \old(ew_interruptions);
*/
static inline int endwell_io_recv(const ew_transport *t, uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid_read(t);
  requires   W9_is_known: t->half_closed != 0;
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline void endwell_io_end_sending(const ew_transport *t);

/* Sending, receiving ----------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met;
  ensures    said: \result == EW_TRANSPORT_FAILED;
  ensures    noted: t->error == error && (t->met & EW_MET_FAILED) != 0;
  ensures    end_stays: (\old(t->met) & EW_MET_END) != 0 ==> (t->met & EW_MET_END) != 0;
*/
static int failed(ew_transport *t, int error);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met;
  ensures    said: \result == EW_TRANSPORT_FAILED;
  ensures    number: t->error == (answer == EW_IO_FAILED ? error : EW_CAUSE_INVALID);
  ensures    noted: (t->met & EW_MET_FAILED) != 0;
  ensures    end_stays: (\old(t->met) & EW_MET_END) != 0 ==> (t->met & EW_MET_END) != 0;
*/
static int broken(ew_transport *t, int answer, int error);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   W2_not_behind_the_seal: t->gate == EW_GATE_SEALED ==> ew_wire + len <= seal_end(t);
  requires   W3_in_order: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);
  requires   lifetime: ew_wire + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, ew_interruptions, ew_replied, ew_wire;
  ensures    count: \result > 0 ==> \result <= len;
  ensures    W3_counted: \result > 0 ==> ew_wire == \old(ew_wire) + \result;
  ensures    W3_none: \result <= 0 ==> ew_wire == \old(ew_wire);
  ensures    W9_refused: t->half_closed != 0 ==> \result == EW_TRANSPORT_FAILED;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    as_replied: t->half_closed == 0 ==> \result == sent_by(ew_replied, len);
  ensures    end_stays: (\old(t->met) & EW_MET_END) != 0 ==> (t->met & EW_MET_END) != 0;
  ensures    nothing_met: \result > 0 ==> t->met == \old(t->met);
*/
static int socket_send(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t);
  requires   some: 1 <= n <= t->tail_len <= EW_TAIL_MAX;
  requires   W3_all: \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire - n + j);
  terminates \true;
  exits      \false;
  assigns    t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1];
  ensures    shorter: t->tail_len == \old(t->tail_len) - n;
  ensures    W3_rest: \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire + j);
*/
static void shift_tail(ew_transport *t, size_t n);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   room: len <= EW_TAIL_MAX - t->tail_len && t->tail_len <= EW_TAIL_MAX;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  requires   W3_counts: counts_ok(t);
  requires   W3_tail: tail_ok(t);
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  terminates \true;
  exits      \false;
  assigns    t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1];
  ensures    longer: t->tail_len == \old(t->tail_len) + len;
  ensures    W3_behind: \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire + j);
*/
static void append_tail(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], ew_interruptions, ew_replied, ew_wire;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    drained: \result > 0 <==> t->tail_len == 0;
  ensures    answers: \result == 1 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || ew_replied != EW_IO_BLOCKED;
*/
static int drain_tail(ew_transport *t);

/* A step in the stream: which of its bytes are the length of a record, and where that ends. */
/*@
  requires   valid: \valid(f) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: frame_ok(f);
  requires   some: 1 <= len;
  requires   apart: \separated(f, bytes + (0 .. len - 1));
  requires   W3_out: frame_at(f, ew_record, ew_made);
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    f->have, f->left, f->head[0 .. 4], ew_made, ew_record;
  ensures    ok: frame_ok(f);
  ensures    progress: 1 <= \result <= len;
  ensures    W3_counted: ew_made == \old(ew_made) + \result;
  ensures    W3_same_record: f->have != 0 ==> ew_record == \old(ew_record);
  ensures    W3_next_record: f->have == 0 ==> ew_record == ew_made;
  ensures    W3_header: at_header(f, ew_record, ew_made);
  ensures    W3_third: at_third(f, ew_record);
  ensures    W3_within: at_within(ew_record, ew_made);
  ensures    W3_body_begins: \old(f->have) < 5 && f->have == 5 ==> ew_made == ew_record + 5;
  ensures    W3_high: \old(f->have) < 4 && f->have == 5 ==>
               bytes[\result - 2] == made_byte(ew_record + 3);
  ensures    W3_low: \old(f->have) < 4 && f->have == 5 ==>
               bytes[\result - 1] == made_byte(ew_record + 4);
  ensures    W3_length: \old(f->have) < 4 && f->have == 5 ==>
               f->left == 256 * bytes[\result - 2] + bytes[\result - 1];
  ensures    W3_last: \old(f->have) == 4 ==> at_body(f, ew_record, ew_made);
  ensures    W3_goes_on: \old(f->have) == 5 ==> at_body(f, ew_record, ew_made);
  ensures    W3_body_ends: \old(f->have) == 5 && f->have == 0 ==>
               ew_made == \old(record_end(ew_record));
  ensures    W3_whole: \old(f->have) == 0 && \result > 5 ==> ew_made == \old(record_end(ew_record));
  ensures    W3_empty: \old(f->have) < 4 && !(\old(f->have) == 0 && \result > 5) &&
               f->have == 0 ==>
               ew_made == \old(record_end(ew_record));
  ensures    W3_last_of_empty: \old(f->have) == 4 && f->have == 0 ==>
               ew_made == \old(record_end(ew_record));
*/
static size_t follow_step(ew_frame *f, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  requires   W1_not_shut: t->gate != EW_GATE_SHUT;
  requires   drained: t->gate == EW_GATE_SEALED ==> t->tail_len == 0;
  requires   W3_out: frame_at(&t->out, ew_record, ew_made);
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    progress: 1 <= \result <= len;
  ensures    W3_counted: ew_made == \old(ew_made) + \result;
  ensures    W3_header: at_header(&t->out, ew_record, ew_made);
  ensures    W3_third: at_third(&t->out, ew_record);
  ensures    W3_within: at_within(ew_record, ew_made);
  ensures    W3_body: at_body(&t->out, ew_record, ew_made);
  ensures    W3_same_record: t->out.have != 0 ==> ew_record == \old(ew_record);
  ensures    W3_next_record: t->out.have == 0 ==> ew_record == ew_made == \old(record_end(ew_record));
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    W1_at_the_end: t->gate == EW_GATE_SHUT ==> ew_made == seal_end(t);
*/
static size_t follow_record(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  requires   W1_not_shut: t->gate != EW_GATE_SHUT;
  requires   drained: t->gate == EW_GATE_SEALED ==> t->tail_len == 0;
  requires   W3_out: frame_at(&t->out, ew_record, ew_made);
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  requires   W2_not_behind_the_seal: t->gate == EW_GATE_SEALED ==> ew_made + len <= seal_end(t);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_counted: ew_made == \old(ew_made) + len;
  ensures    W3_out: frame_at(&t->out, ew_record, ew_made);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    W1_at_the_end: t->gate == EW_GATE_SHUT ==> ew_made == seal_end(t);
*/
static void follow_out(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid_read(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok((ew_transport *)t);
  requires   some: 1 <= len;
  requires   not_shut: t->gate != EW_GATE_SHUT;
  requires   W3_out: out_ok((ew_transport *)t);
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    some: 1 <= \result <= len;
  ensures    open: t->gate == EW_GATE_OPEN ==> \result == len;
  ensures    W2_not_behind_the_seal: t->gate == EW_GATE_SEALED ==>
               ew_made + \result <= seal_end((ew_transport *)t);
*/
static size_t sendable(const ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], ew_interruptions, ew_replied, ew_wire;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    room: \result != 0 ==> t->tail_len <= EW_TAIL_MAX - EW_ALERT_MAX;
  ensures    none: \result == 0 ==> t->tail_len != 0;
  ensures    enough: \old(t->tail_len) <= EW_TAIL_MAX - EW_ALERT_MAX ==>
               \result != 0 && t->tail_len == \old(t->tail_len) && ew_wire == \old(ew_wire);
*/
static int room_for_an_alert(ew_transport *t);

/*@
  requires   valid: \valid_read(t) && \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(t, buf + (0 .. len - 1)) && \separated(t, error);
  requires   W4_one_record: t->in.have == 0 ==> t->fed == 0;
  requires   W4_no_byte_behind_it: len <= left_of_part(&t->in);
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], *error, ew_interruptions, ew_replied;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    told: \result != EW_IO_INTERRUPTED;
  ensures    as_replied: \result == ew_replied;
*/
static int socket_recv(const ew_transport *t, uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= left_of_part(&t->in);
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W4_one_record: t->in.have == 0 ==> t->fed == 0;
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->in.have, t->in.left, t->in.head[0 .. 4], t->fed;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W4_noted: t->in.have == 0 ==> t->fed == 1;
  ensures    W4_stays_noted: \old(t->fed) == 1 ==> t->fed == 1;
  ensures    W4_ends: to_feed(t) < \old(to_feed(t));
  ensures    W4_body: \old(t->in.have) == 5 ==>
               t->in.left == \old(t->in.left) - len && (t->in.have == 0 <==> t->in.left == 0);
  ensures    W4_header: \old(t->in.have) + len < 5 ==> t->in.have == \old(t->in.have) + len;
  ensures    W4_length: len >= 2 && \old(t->in.have) < 5 && \old(t->in.have) + len == 5 ==>
               t->in.left == 256 * buf[len - 2] + buf[len - 1] && (t->in.have == 0 <==> t->in.left == 0);
*/
static void follow_in(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   W4_no_byte_behind_it: len <= left_of_part(&t->in);
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W4_one_record: t->in.have == 0 ==> t->fed == 0;
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->in.have, t->in.left, t->in.head[0 .. 4],
             t->fed, t->ended, buf[0 .. len - 1], ew_interruptions, ew_replied;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
  ensures    end_is_noted: \result == EW_TRANSPORT_END ==> t->ended == 1;
  ensures    W4_noted: \result > 0 && t->in.have == 0 ==> t->fed == 1;
  ensures    W4_stays_noted: \old(t->fed) == 1 ==> t->fed == 1;
  ensures    W4_ends: \result > 0 ==> to_feed(t) < \old(to_feed(t));
  ensures    W4_body: \result > 0 && \old(t->in.have) == 5 ==>
               t->in.left == \old(t->in.left) - \result && (t->in.have == 0 <==> t->in.left == 0);
  ensures    W4_header: \result > 0 && \old(t->in.have) + \result < 5 ==>
               t->in.have == \old(t->in.have) + \result;
  ensures    W4_length: \result >= 2 && \old(t->in.have) < 5 && \old(t->in.have) + \result == 5 ==>
               t->in.left == 256 * buf[\result - 2] + buf[\result - 1] &&
               (t->in.have == 0 <==> t->in.left == 0);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_RECV_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    end_is_met: \result == EW_TRANSPORT_END ==> (t->met & EW_MET_END) != 0;
  ensures    as_replied: \result == came_by(ew_replied, len);
  ensures    end_stays: (\old(t->met) & EW_MET_END) != 0 ==> (t->met & EW_MET_END) != 0;
  ensures    failure_stays: (\old(t->met) & EW_MET_FAILED) != 0 ==> (t->met & EW_MET_FAILED) != 0;
  ensures    nothing_met: \result > 0 ==> t->met == \old(t->met);
  ensures    ended: t->ended == (\result == EW_TRANSPORT_END ? 1 : \old(t->ended));
*/
static int take_in(ew_transport *t, uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], t->in.have, t->in.left, t->in.head[0 .. 4],
             t->fed, t->ended, buf[0 .. len - 1], ew_interruptions, ew_replied, ew_wire;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
  ensures    end_is_noted: \result == EW_TRANSPORT_END ==> t->ended == 1;
  ensures    W4_noted: \result > 0 && t->in.have == 0 ==> t->fed == 1;
  ensures    W4_stays_noted: \old(t->fed) == 1 ==> t->fed == 1;
  ensures    W4_ends: \result > 0 ==> to_feed(t) < \old(to_feed(t));
  ensures    W4_body: \result > 0 && \old(t->in.have) == 5 ==>
               t->in.left == \old(t->in.left) - \result && (t->in.have == 0 <==> t->in.left == 0);
  ensures    W4_header: \result > 0 && \old(t->in.have) + \result < 5 ==>
               t->in.have == \old(t->in.have) + \result;
  ensures    W4_length: \result >= 2 && \old(t->in.have) < 5 && \old(t->in.have) + \result == 5 ==>
               t->in.left == 256 * buf[\result - 2] + buf[\result - 1] &&
               (t->in.have == 0 <==> t->in.left == 0);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==>
               (t->met & EW_MET_RECV_BLOCKED) != 0 ||
               (t->in.have == 0 && (t->fed != 0 || t->tail_len != 0));
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    end_is_met: \result == EW_TRANSPORT_END ==> (t->met & EW_MET_END) != 0;
  ensures    asks: \old(t->in.have != 0 || (t->fed == 0 && t->tail_len <= EW_TAIL_MAX - EW_ALERT_MAX)) &&
               \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_RECV_BLOCKED) != 0;
  ensures    as_replied: \result == EW_TRANSPORT_END ==> ew_replied == EW_IO_END;
*/
int endwell_transport_recv(ew_transport *t, uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W2_none_while_sealed: t->gate == EW_GATE_OPEN;
  requires   W3_next: \forall integer j; 0 <= j < len ==> bytes[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut, t->met, t->tail_len,
             t->tail[0 .. EW_TAIL_MAX - 1], ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \result != 0 ==> ew_made == \old(ew_made) + len;
  ensures    W3_left: \result == 0 ==> ew_made == \old(ew_made);
  ensures    W1_open: t->gate == EW_GATE_OPEN;
  ensures    taken: \result != 0 ==> t->tail_len == \old(t->tail_len) + len;
  ensures    left: \result == 0 ==> t->tail_len == \old(t->tail_len);
  ensures    W1_shuts: ew_wire < record_end(ew_record);
  ensures    met_is_left: \result == 0 ==> t->met == \old(t->met);
  ensures    flag: \result == 0 || \result == 1;
  ensures    alert: \result != 0 <==>
               \old(t->out.have == 0 ? bytes[0] : t->out.head[0]) == 21 && len <= EW_TAIL_MAX - \old(t->tail_len);
  ensures    no_alert: \result == 0 ==>
               (t->out.have == 0 ? bytes[0] : t->out.head[0]) != 21 || len > EW_TAIL_MAX - t->tail_len;
  ensures    not_blocked: \result != 0 ==> t->met == (uint8_t)(\old(t->met) & (uint8_t)~EW_MET_SEND_BLOCKED);
*/
static int take_alert(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   drained: t->tail_len == 0;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W3_next: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, ew_interruptions, ew_replied, ew_wire, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \result > 0 ==> ew_made == \old(ew_made) + \result;
  ensures    W3_left: \result <= 0 ==> ew_made == \old(ew_made);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W3_buf: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(\old(ew_made) + j);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || ew_replied != EW_IO_BLOCKED;
*/
static int send_part(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W3_next: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, ew_interruptions, ew_replied, ew_wire, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \result > 0 ==> ew_made == \old(ew_made) + \result;
  ensures    W3_left: \result <= 0 ==> ew_made == \old(ew_made);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W3_buf: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(\old(ew_made) + j);
  ensures    W1_shuts: ew_wire < record_end(ew_record);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || ew_replied != EW_IO_BLOCKED;
*/
static int send_now(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W3_next: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, ew_interruptions, ew_replied, ew_wire, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \result > 0 ==> ew_made == \old(ew_made) + \result;
  ensures    W3_left: \result <= 0 ==> ew_made == \old(ew_made);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W1_shuts: ew_wire < record_end(ew_record);
  ensures    W1_there: t->gate == EW_GATE_SEALED ==> record_end(ew_record) <= seal_end(t);
  ensures    W1_not_too_early: t->gate == EW_GATE_SHUT ==> ew_wire == seal_end(t);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || ew_replied != EW_IO_BLOCKED;
*/
static int send_some(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->swallowed;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    all: \result == len;
  ensures    counted: t->swallowed == (unsigned long)(\old(t->swallowed) + len);
*/
static int swallow(ew_transport *t, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W3_next: t->ended == 0 ==>
               \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, ew_interruptions, ew_replied, ew_wire, ew_made, ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \result > 0 ==> ew_made == \old(ew_made) + \result;
  ensures    W3_left: \result <= 0 ==> ew_made == \old(ew_made);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W2_same_end: \old(t->gate) == EW_GATE_SEALED ==> seal_end(t) == \old(seal_end(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W1_shuts: ew_wire < record_end(ew_record);
  ensures    W1_there: t->gate == EW_GATE_SEALED ==> record_end(ew_record) <= seal_end(t);
  ensures    W1_not_too_early: t->gate == EW_GATE_SHUT ==> ew_wire == seal_end(t);
  ensures    W3_nothing_behind_a_gap: \old(t->ended) != 0 ==>
               ew_made == \old(ew_made) && ew_wire == \old(ew_wire);
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || t->ended != 0 || ew_replied != EW_IO_BLOCKED;
  ensures    refused: \old(t->ended) != 0 ==> \result == EW_TRANSPORT_FAILED;
*/
static int send_open(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  requires   W3_stream: stream_ok(t);
  requires   W3_next: t->gate != EW_GATE_SHUT && t->ended == 0 ==>
               \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j);
  requires   lifetime: ew_made + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, t->swallowed, ew_interruptions, ew_replied, ew_wire, ew_made,
             ew_record;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W3_taken: \old(t->gate) != EW_GATE_SHUT && \old(t->met & EW_MET_END) == 0 && \result > 0 ==>
               ew_made == \old(ew_made) + \result;
  ensures    W3_left: \result <= 0 ==> ew_made == \old(ew_made);
  ensures    W1_swallowed: \old(t->gate) == EW_GATE_SHUT ==>
               ew_made == \old(ew_made) && ew_wire == \old(ew_wire);
  ensures    W3_swallowed_at_the_end: \old(t->met & EW_MET_END) != 0 ==>
               ew_made == \old(ew_made) && ew_wire == \old(ew_wire);
  ensures    W3_nothing_behind_a_gap: \old(t->ended) != 0 ==>
               ew_made == \old(ew_made) && ew_wire == \old(ew_wire);
  ensures    W2_same_end: \old(t->gate) != EW_GATE_OPEN ==> seal_end(t) == \old(seal_end(t));
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W1_shuts: ew_wire < record_end(ew_record);
  ensures    W1_there: t->gate == EW_GATE_SEALED ==> record_end(ew_record) <= seal_end(t);
  ensures    W1_not_too_early: t->gate == EW_GATE_SHUT ==> ew_wire == seal_end(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W1_stays_shut: \old(t->gate) == EW_GATE_SHUT ==> t->gate == EW_GATE_SHUT && \result > 0;
  ensures    blocked_is_noted: \result == EW_TRANSPORT_BLOCKED ==> (t->met & EW_MET_SEND_BLOCKED) != 0;
  ensures    failure_is_noted: \result == EW_TRANSPORT_FAILED ==> (t->met & EW_MET_FAILED) != 0;
  ensures    why_blocked: \result == EW_TRANSPORT_BLOCKED ==> ew_replied == EW_IO_BLOCKED;
  ensures    why_failed: \result == EW_TRANSPORT_FAILED ==>
               t->half_closed != 0 || t->ended != 0 || ew_replied != EW_IO_BLOCKED;
  ensures    swallowed: \old(t->gate) == EW_GATE_SHUT || \old(t->met & EW_MET_END) != 0 ==>
               \result == (len > INT_MAX ? INT_MAX : len) &&
               t->swallowed == (unsigned long)(\old(t->swallowed) + \result);
  ensures    not_swallowed: \old(t->gate) != EW_GATE_SHUT && \old(t->met & EW_MET_END) == 0 ==>
               t->swallowed == \old(t->swallowed);
*/
int endwell_transport_send(ew_transport *t, const uint8_t *buf, size_t len);

/* The rest --------------------------------------------------------------------------------------- */

/* It sets errno, which nothing that is proven reads. */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
void endwell_tell(int number);

/*@
  requires   valid: \valid(f);
  terminates \true;
  exits      \false;
  assigns    f->have, f->left;
  ensures    boundary: f->have == 0;
  ensures    ok: frame_ok(f);
  ensures    none_left: f->left == 0;
*/
static void clear_frame(ew_frame *f);

/*@
  requires   valid: \valid(t);
  requires   lifetime: ew_wire <= lifetime;
  terminates \true;
  exits      \false;
  assigns    t->fd, t->error, t->quiet, t->met, t->ended, t->half_closed, t->gate, t->to_shut, t->fed, t->tail_len,
             t->in.have, t->in.left, t->in.head[0 .. 4], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->swallowed, t->alert, t->engine_error, ew_made, ew_record;
  assigns    t->io \from io;
  assigns    t->io_context \from context;
  assigns    t->detail \from \nothing;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    open: t->gate == EW_GATE_OPEN;
  ensures    W9_our_side_is_open: t->half_closed == 0;
  ensures    io: t->io == io && t->io_context == context;
  ensures    begun: t->fd == -1 && t->quiet == 0 && t->ended == 0 && t->tail_len == 0;
*/
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error;
  assigns    t->detail \from why;
  ensures    refused: \result == -1 && t->error == EW_CAUSE_INVALID && t->detail == why;
*/
int ew_transport_refuse(ew_transport *t, const char *why);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    between: \result != 0 <==> t->in.have == 0 && t->out.have == 0;
*/
int ew_transport_is_between_records(const ew_transport *t);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->half_closed;
  ensures    W9_noted: t->half_closed != 0;
*/
void endwell_io_half_close(ew_transport *t);

/* The last step of the start, too: what it requires is what it leaves as it is. */
/*@
  requires   valid: \valid(t);
  requires   ok: frame_ok(&t->in) && frame_ok(&t->out) && t->tail_len <= EW_TAIL_MAX;
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut, t->error, t->swallowed, t->alert, t->engine_error, t->met, t->fed;
  assigns    t->detail \from \nothing;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    open: t->gate == EW_GATE_OPEN;
  ensures    forgotten: t->error == 0 && t->detail == \null && t->swallowed == 0 && t->alert == -1 &&
               t->engine_error == 0 && t->met == 0 && t->fed == 0 && t->to_shut == 0;
*/
void ew_transport_reopen(ew_transport *t);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  requires   W3_stream: stream_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut;
  ensures    ok: transport_ok(t);
  ensures    W3_out: out_ok(t);
  ensures    W3_counts: counts_ok(t);
  ensures    W3_tail: tail_ok(t);
  ensures    W2_sealed: \old(t->gate) == EW_GATE_OPEN ==> t->gate == EW_GATE_SEALED;
  ensures    W2_one_record: \old(t->gate) == EW_GATE_OPEN && t->out.have == 0 ==>
               seal_end(t) == record_end(ew_made);
  ensures    W2_after_the_rest: \old(t->gate) == EW_GATE_OPEN && t->out.have != 0 ==>
               seal_end(t) == record_end(record_end(ew_record));
  ensures    once: \old(t->gate) != EW_GATE_OPEN ==>
               t->gate == \old(t->gate) && t->to_shut == \old(t->to_shut);
*/
void ew_transport_seal(ew_transport *t);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W7_an_end_is_no_close: \result == EW_EVENT_EOF || \result == EW_EVENT_IO_ERROR ||
               \result == EW_EVENT_WANT_WRITE || \result == EW_EVENT_WANT_READ ||
               \result == EW_EVENT_OTHER || \result == EW_EVENT_TLS_ERROR;
  ensures    an_end_is_told: (t->met & EW_MET_END) != 0 ==> \result == EW_EVENT_EOF;
  ensures    a_failure_is_told: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) != 0 ==>
               \result == EW_EVENT_IO_ERROR;
  ensures    sending_waits: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) == 0 && sending != 0 && (t->met & EW_MET_SEND_BLOCKED) != 0 ==>
               \result == EW_EVENT_WANT_WRITE;
  ensures    receiving_waits: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) == 0 && (sending == 0 || (t->met & EW_MET_SEND_BLOCKED) == 0) &&
               (t->met & EW_MET_RECV_BLOCKED) != 0 ==> \result == EW_EVENT_WANT_READ;
  ensures    a_record_was_taken: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) == 0 && (sending == 0 || (t->met & EW_MET_SEND_BLOCKED) == 0) &&
               (t->met & EW_MET_RECV_BLOCKED) == 0 && t->fed != 0 ==> \result == EW_EVENT_OTHER;
  ensures    the_tail_waits: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) == 0 && sending == 0 && (t->met & EW_MET_SEND_BLOCKED) != 0 &&
               (t->met & EW_MET_RECV_BLOCKED) == 0 && t->fed == 0 ==> \result == EW_EVENT_WANT_WRITE;
  ensures    nothing_was_met: (t->met & EW_MET_END) == 0 && (t->met & EW_MET_FAILED) == 0 && (t->met & EW_MET_SEND_BLOCKED) == 0 && (t->met & EW_MET_RECV_BLOCKED) == 0 &&
               t->fed == 0 ==> \result == EW_EVENT_TLS_ERROR;
*/
uint8_t ew_transport_outcome(const ew_transport *t, int sending);

#endif
