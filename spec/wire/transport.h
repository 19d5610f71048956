/*
 * Endwell: the contract of every function of the transport, and of its way to the io.
 *
 * What an auditor reads first are the two trampolines: their `requires` are what the transport owes the
 * wire (W1: nothing once the gate is shut; W4: no byte behind the record in hand, and one record for each
 * engine call), their `ensures` what an io owes (IO-02 to IO-07, ew_io.h). Everything else carries that
 * through, with memory safety, no overflow and an end of every loop (W5, W6). The order of the bytes (W3)
 * and how many records may follow a seal (W2) are not said yet.
 *
 * Frama-C joins each contract with the definition in src/transport.c, which does not include this
 * file; the loops' invariants stand there, in comments.
 */
#ifndef EW_WIRE_TRANSPORT_H
#define EW_WIRE_TRANSPORT_H

#include <limits.h>

#include "ew_io.h"
#include "wire/calls.h"

/*@
  predicate frame_ok(ew_frame *f) = f->have <= 5 && (f->have == 5 ==> 1 <= f->left);

  logic integer body(uint8_t *head) = 256 * head[3] + head[4];

  logic integer left_of_part(ew_frame *f) = f->have < 5 ? 5 - f->have : f->left;

  predicate transport_ok(ew_transport *t) =
    frame_ok(&t->in) && frame_ok(&t->out) && t->tail_len <= EW_TAIL_MAX && t->gate <= EW_GATE_SHUT &&
    (t->gate == EW_GATE_SEALED ==> 1 <= t->to_shut <= 2) &&
    (t->gate == EW_GATE_SHUT ==> t->tail_len == 0);
*/

/* How often the io may still be interrupted in a row (IO-07): that is what ends a loop. */
/*@ ghost unsigned long long ew_interruptions; */

/* The trampolines: what the transport owes, and what an io does (IO-01 to IO-07). ---------------- */

/*@
  requires   valid: \valid_read(t) && \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    *error, ew_interruptions;
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

/* Records ---------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(f);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is_boundary: \result == 1 <==> f->have == 0;
  ensures    is_flag: \result == 0 || \result == 1;
*/
static int at_boundary(const ew_frame *f);

/*@
  requires   valid: \valid_read(head + (3 .. 4));
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    says_body: \result == body(head);
  ensures    in_two_bytes: 0 <= \result <= 65535;
*/
static size_t body_of(const uint8_t *head);

/*@
  requires   valid: \valid_read(f);
  requires   ok: frame_ok(f);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    says_left: \result == left_of_part((ew_frame *)f);
  ensures    something: 1 <= \result <= 65535;
*/
static size_t part_left(const ew_frame *f);

/*@
  requires   valid: \valid(f);
  requires   full: f->have == 5;
  terminates \true;
  exits      \false;
  assigns    f->have;
  ensures    ended: f->left == 0 ==> f->have == 0;
  ensures    goes_on: f->left != 0 ==> f->have == 5;
*/
static void end_if_complete(ew_frame *f);

/*@
  requires   valid: \valid(f);
  requires   valid_head: \valid_read(head + (3 .. 4));
  requires   apart: \separated(&f->have, head + (3 .. 4)) && \separated(&f->left, head + (3 .. 4));
  terminates \true;
  exits      \false;
  assigns    f->have, f->left;
  ensures    body: f->left == \old(body((uint8_t *)head));
  ensures    ended: f->left == 0 ==> f->have == 0;
  ensures    goes_on: f->left != 0 ==> f->have == 5;
*/
static void begin_body(ew_frame *f, const uint8_t *head);

/*@
  requires   valid: \valid(f);
  requires   in_header: f->have < 5;
  requires   some: 1 <= n <= 5 - f->have;
  requires   valid_bytes: \valid_read(bytes + (0 .. n - 1));
  requires   apart: \separated(f, bytes + (0 .. n - 1));
  terminates \true;
  exits      \false;
  assigns    f->have, f->head[0 .. 4];
  ensures    counted: f->have == \old(f->have) + n;
  ensures    copied: \forall integer j; 0 <= j < n ==> f->head[\old(f->have) + j] == bytes[j];
  ensures    kept: \forall integer j; 0 <= j < \old(f->have) ==> f->head[j] == \old(f->head[j]);
*/
static void keep_head(ew_frame *f, const uint8_t *bytes, size_t n);

/*@
  requires   valid: \valid(f);
  requires   ok: frame_ok(f);
  requires   in_header: f->have < 5;
  requires   some: 1 <= n <= 5 - f->have;
  requires   valid_bytes: \valid_read(bytes + (0 .. n - 1));
  requires   apart: \separated(f, bytes + (0 .. n - 1));
  terminates \true;
  exits      \false;
  assigns    f->have, f->left, f->head[0 .. 4];
  ensures    ok: frame_ok(f);
  ensures    not_yet: \old(f->have) + n < 5 ==>
               f->have == \old(f->have) + n && f->left == \old(f->left);
  ensures    complete: \old(f->have) + n == 5 ==> f->have == 0 || f->have == 5;
  ensures    ends_if_empty: \old(f->have) + n == 5 ==> (f->have == 0 <==> f->left == 0);
  ensures    low_byte: \old(f->have) + n == 5 ==> f->left % 256 == bytes[n - 1];
  ensures    high_byte: \old(f->have) + n == 5 && n >= 2 ==> f->left / 256 == bytes[n - 2];
  ensures    high_byte_kept: \old(f->have) + n == 5 && n == 1 ==> f->left / 256 == \old(f->head[3]);
  ensures    kept: \forall integer i; 0 <= i < \old(f->have) ==> f->head[i] == \old(f->head[i]);
*/
static void advance_header(ew_frame *f, const uint8_t *bytes, size_t n);

/*@
  requires   valid: \valid(f);
  requires   ok: frame_ok(f);
  requires   some: 1 <= n <= left_of_part(f);
  requires   valid_bytes: \valid_read(bytes + (0 .. n - 1));
  requires   apart: \separated(f, bytes + (0 .. n - 1));
  terminates \true;
  exits      \false;
  assigns    f->have, f->left, f->head[0 .. 4];
  ensures    ok: frame_ok(f);
  ensures    in_body: \old(f->have) == 5 ==> f->left == \old(f->left) - n;
  ensures    ended: \old(f->have) == 5 && n == \old(f->left) ==> f->have == 0;
  ensures    goes_on: \old(f->have) == 5 && n < \old(f->left) ==> f->have == 5;
  ensures    in_header: \old(f->have) + n < 5 ==> f->have == \old(f->have) + n;
  ensures    header_low: \old(f->have) < 5 && \old(f->have) + n == 5 ==> f->left % 256 == bytes[n - 1];
  ensures    header_high: \old(f->have) < 5 && \old(f->have) + n == 5 && n >= 2 ==>
               f->left / 256 == bytes[n - 2];
  ensures    header_ends: \old(f->have) < 5 && \old(f->have) + n == 5 ==> (f->have == 0 <==> f->left == 0);
*/
static void advance(ew_frame *f, const uint8_t *bytes, size_t n);

/*@
  requires   valid: \valid_read(f);
  requires   valid_bytes: \valid_read(bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    whole: f->have == 0 && len >= 5 && 5 + body((uint8_t *)bytes) <= len ==>
               \result == 5 + body((uint8_t *)bytes);
  ensures    not: !(f->have == 0 && len >= 5 && 5 + body((uint8_t *)bytes) <= len) ==> \result == 0;
*/
static size_t whole_record(const ew_frame *f, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(f);
  requires   ok: frame_ok(f);
  requires   some: 1 <= len;
  requires   valid_bytes: \valid_read(bytes + (0 .. len - 1));
  requires   apart: \separated(f, bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    f->have, f->left, f->head[0 .. 4];
  ensures    ok: frame_ok(f);
  ensures    progress: 1 <= \result <= len;
  ensures    W1_not_behind_the_body: \old(f->have) == 5 ==> \result <= \old(f->left);
  ensures    W1_not_behind_the_record: \old(f->have) == 0 ==>
               \result <= 5 || \result == 5 + body((uint8_t *)bytes);
  ensures    whole_ends: \result > 5 && \old(f->have) == 0 ==> f->have == 0;
*/
static size_t step(ew_frame *f, const uint8_t *bytes, size_t len);

/* Sending, receiving ----------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met;
  ensures    said: \result == EW_TRANSPORT_FAILED;
*/
static int failed(ew_transport *t, int error);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met;
  ensures    said: \result == EW_TRANSPORT_FAILED;
*/
static int broken(ew_transport *t, int answer, int error);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, ew_interruptions;
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
static int socket_send(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t);
  requires   some: 0 <= n <= t->tail_len <= 192;
  terminates \true;
  exits      \false;
  assigns    t->tail_len, t->tail[0 .. 191];
  ensures    shorter: t->tail_len == \old(t->tail_len) - n;
*/
static void shift_tail(ew_transport *t, size_t n);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   room: len <= 192 - t->tail_len && t->tail_len <= 192;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->tail_len, t->tail[0 .. 191];
  ensures    longer: t->tail_len == \old(t->tail_len) + len;
*/
static void append_tail(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(to) && \valid_read(from);
  requires   apart: \separated(to, from);
  terminates \true;
  exits      \false;
  assigns    to->have, to->left, to->head[0 .. 4];
  ensures    same: to->have == from->have && to->left == from->left;
  ensures    same_head: \forall integer i; 0 <= i < 5 ==> to->head[i] == from->head[i];
*/
static void copy_frame(ew_frame *to, const ew_frame *from);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. 191], ew_interruptions;
  ensures    ok: transport_ok(t);
  ensures    drained: \result > 0 <==> t->tail_len == 0;
  ensures    answers: \result == 1 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
static int drain_tail(ew_transport *t);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   drained: t->gate == EW_GATE_SEALED ==> t->tail_len == 0;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut;
  ensures    ok: transport_ok(t);
  ensures    shuts_what_was_sealed: t->gate == \old(t->gate) ||
               (\old(t->gate) == EW_GATE_SEALED && t->gate == EW_GATE_SHUT);
*/
static void follow_out(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid_read(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok((ew_transport *)t);
  requires   some: 1 <= len;
  requires   not_shut: t->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    some: 1 <= \result <= len;
  ensures    open: t->gate == EW_GATE_OPEN ==> \result == len;
*/
static size_t sendable(const ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. 191], ew_interruptions;
  ensures    ok: transport_ok(t);
  ensures    room: \result != 0 ==> t->tail_len <= EW_TAIL_MAX - EW_ALERT_MAX;
*/
static int room_for_an_alert(ew_transport *t);

/*@
  requires   valid: \valid(t) && \valid(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. 191], t->in.have, t->in.left, t->in.head[0 .. 4],
             t->fed, t->ended, buf[0 .. len - 1], ew_interruptions;
  ensures    ok: transport_ok(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
  ensures    end_is_noted: \result == EW_TRANSPORT_END ==> t->ended == 1;
  ensures    W4_noted: \result > 0 && t->in.have == 0 ==> t->fed == 1;
  ensures    W4_stays_noted: \old(t->fed) == 1 ==> t->fed == 1;
  ensures    W4_body: \result > 0 && \old(t->in.have) == 5 ==>
               t->in.left == \old(t->in.left) - \result && (t->in.have == 0 <==> t->in.left == 0);
  ensures    W4_header: \result > 0 && \old(t->in.have) + \result < 5 ==>
               t->in.have == \old(t->in.have) + \result;
  ensures    W4_length: \result >= 2 && \old(t->in.have) < 5 && \old(t->in.have) + \result == 5 ==>
               t->in.left == 256 * buf[\result - 2] + buf[\result - 1] &&
               (t->in.have == 0 <==> t->in.left == 0);
*/
int endwell_transport_recv(ew_transport *t, uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(bytes + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut, t->met, t->tail_len,
             t->tail[0 .. 191];
  ensures    ok: transport_ok(t);
  ensures    W2_none_while_sealed: \old(t->gate) != EW_GATE_OPEN ==> \result == 0;
  ensures    taken: \result != 0 ==> t->tail_len == \old(t->tail_len) + len;
  ensures    left: \result == 0 ==> t->tail_len == \old(t->tail_len);
*/
static int take_alert(ew_transport *t, const uint8_t *bytes, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len <= INT_MAX;
  requires   W1_nothing_once_shut: t->gate != EW_GATE_SHUT;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. 191], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, ew_interruptions;
  ensures    ok: transport_ok(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
static int send_now(ew_transport *t, const uint8_t *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   ok: transport_ok(t);
  requires   some: 1 <= len;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    t->error, t->met, t->tail_len, t->tail[0 .. 191], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->gate, t->to_shut, t->swallowed, ew_interruptions;
  ensures    ok: transport_ok(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
  ensures    W1_stays_shut: \old(t->gate) == EW_GATE_SHUT ==> t->gate == EW_GATE_SHUT && \result > 0;
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
  assigns    f->have, f->left, f->head[0 .. 4];
  ensures    boundary: f->have == 0;
  ensures    ok: frame_ok(f);
*/
static void clear_frame(ew_frame *f);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->fd, t->error, t->quiet, t->met, t->ended, t->gate, t->to_shut, t->fed, t->tail_len,
             t->in.have, t->in.left, t->in.head[0 .. 4], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->swallowed, t->alert, t->engine_error;
  assigns    t->io \from io;
  assigns    t->io_context \from context;
  assigns    t->detail \from \nothing;
  ensures    ok: transport_ok(t);
  ensures    open: t->gate == EW_GATE_OPEN;
*/
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error;
  assigns    t->detail \from why;
  ensures    refused: \result == -1 && t->error == EW_CAUSE_INVALID;
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

/* The last step of the start, too: what it requires is what it leaves as it is. */
/*@
  requires   valid: \valid(t);
  requires   ok: frame_ok(&t->in) && frame_ok(&t->out) && t->tail_len <= EW_TAIL_MAX;
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut, t->error, t->swallowed, t->alert, t->engine_error, t->met, t->fed;
  assigns    t->detail \from \nothing;
  ensures    ok: transport_ok(t);
  ensures    open: t->gate == EW_GATE_OPEN;
*/
void ew_transport_reopen(ew_transport *t);

/*@
  requires   valid: \valid(t);
  requires   ok: transport_ok(t);
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut;
  ensures    ok: transport_ok(t);
  ensures    W2_sealed: \old(t->gate) == EW_GATE_OPEN ==> t->gate == EW_GATE_SEALED;
  ensures    W2_one_record: \old(t->gate) == EW_GATE_OPEN && t->out.have == 0 ==> t->to_shut == 1;
  ensures    W2_after_the_rest: \old(t->gate) == EW_GATE_OPEN && t->out.have != 0 ==> t->to_shut == 2;
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
*/
uint8_t ew_transport_outcome(const ew_transport *t, int sending);

#endif
