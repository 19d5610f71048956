/*
 * Endwell: the contract of every function of src/io_memory.c: bytes come out of each ring in the order in
 * which they went in, each once, and no others; what does not fit is not taken; what is said of ends,
 * closes and resets in src/io_memory.h. That the pair keeps what an io owes, over every history of both
 * ends, is proven from these contracts alone (proofs/wire/memory_pair.c).
 *
 * Frama-C joins each contract with the definition, which does not include this file; the loops' invariants
 * stand there, in comments.
 */
#ifndef EW_WIRE_MEMORY_H
#define EW_WIRE_MEMORY_H

#include <limits.h>

#include "io_memory.h"

/* Where the byte stands that has j others before it, and how many the one has that stands at k. */
/*@
  logic integer slot(integer first, integer size, integer j) =
    j < size - first ? first + j : j - (size - first);

  logic integer order(integer first, integer size, integer k) = k >= first ? k - first : k + (size - first);

  predicate ring(ew_memory_way *w) = 1 <= w->size && w->first < w->size && w->used <= w->size;

  predicate way_ok(ew_memory_way *w) =
    \valid(w) && ring(w) && \valid(w->bytes + (0 .. w->size - 1)) &&
    \separated(w, w->bytes + (0 .. w->size - 1));

  predicate end_ok(ew_memory_end *e) =
    \valid_read(e) && way_ok(e->in) && way_ok(e->out) && \separated(e, e->in, e->out) &&
    \separated(e, e->in, e->out->bytes + (0 .. e->out->size - 1)) &&
    \separated(e, e->out, e->in->bytes + (0 .. e->in->size - 1)) &&
    \separated(e->in->bytes + (0 .. e->in->size - 1), e->out->bytes + (0 .. e->out->size - 1));

  predicate flag(integer f) = 0 <= f <= 1;
*/

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    first: a < b ==> \result == a;
  ensures    second: b <= a ==> \result == b;
*/
static size_t smaller(size_t a, size_t b);

/*@
  requires   valid: \valid_read(w);
  requires   ring: ring((ew_memory_way *)w);
  requires   within: offset <= w->size;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    there: \result == slot(w->first, w->size, offset);
  ensures    within: 0 <= \result < w->size;
  ensures    in_order: offset < w->size ==> order(w->first, w->size, \result) == offset;
*/
static size_t place(const ew_memory_way *w, size_t offset);

/*@
  requires   valid: \valid(w);
  terminates \true;
  exits      \false;
  assigns    w->size, w->first, w->used, w->ended, w->closed, w->reset;
  assigns    w->bytes \from bytes;
  ensures    these: w->bytes == bytes && w->size == size;
  ensures    empty: w->first == 0 && w->used == 0;
  ensures    open: w->ended == 0 && w->closed == 0 && w->reset == 0;
*/
static void empty_way(ew_memory_way *w, uint8_t *bytes, size_t size);

/*@
  requires   valid: \valid(m);
  requires   some: 1 <= there_size && 1 <= back_size;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    pair: m->end[0].out == &m->way[0] && m->end[0].in == &m->way[1] &&
               m->end[1].out == &m->way[1] && m->end[1].in == &m->way[0];
  ensures    there: m->way[0].bytes == there && m->way[0].size == there_size;
  ensures    back: m->way[1].bytes == back && m->way[1].size == back_size;
  ensures    empty: ring(&m->way[0]) && ring(&m->way[1]) && m->way[0].used == 0 && m->way[1].used == 0;
  ensures    open: m->way[0].ended == 0 && m->way[0].closed == 0 && m->way[0].reset == 0 &&
               m->way[1].ended == 0 && m->way[1].closed == 0 && m->way[1].reset == 0;
*/
void ew_memory_init(ew_memory *m, uint8_t *there, size_t there_size, uint8_t *back, size_t back_size);

/*@
  requires   valid: \valid_read(end) && \valid(end->in) && \valid(error);
  requires   apart: \separated(end, end->in, error);
  terminates \true;
  exits      \false;
  assigns    end->in->reset, *error;
  ensures    told: \result == 1 <==> \old(end->in->reset) != 0;
  ensures    flag: flag(\result);
  ensures    once: end->in->reset == 0;
  ensures    why: \result == 1 ==> *error == EW_CAUSE_RESET;
  ensures    left: \result == 0 ==> *error == \old(*error);
*/
static int was_reset(ew_memory_end *end, int *error);

/*@
  requires   ok: way_ok(w);
  requires   valid: \valid_read(buf + (0 .. n - 1));
  requires   fit: n <= w->size - w->used;
  requires   apart: \separated(w, w->bytes + (0 .. w->size - 1), buf + (0 .. n - 1));
  terminates \true;
  exits      \false;
  assigns    w->used, w->bytes[0 .. w->size - 1];
  ensures    IO02_counted: w->used == \old(w->used) + n;
  ensures    IO02_behind: \forall integer k; 0 <= k < w->size &&
               \old(w->used) <= order(w->first, w->size, k) < \old(w->used) + n ==>
               w->bytes[k] == buf[order(w->first, w->size, k) - \old(w->used)];
  ensures    IO02_kept: \forall integer k; 0 <= k < w->size &&
               !(\old(w->used) <= order(w->first, w->size, k) < \old(w->used) + n) ==>
               w->bytes[k] == \old(w->bytes[k]);
*/
static void put(ew_memory_way *w, const uint8_t *buf, size_t n);

/*@
  requires   ok: way_ok(w);
  requires   valid: \valid(buf + (0 .. n - 1));
  requires   there: n <= w->used;
  requires   apart: \separated(w, w->bytes + (0 .. w->size - 1), buf + (0 .. n - 1));
  terminates \true;
  exits      \false;
  assigns    w->first, w->used, buf[0 .. n - 1];
  ensures    IO03_counted: w->used == \old(w->used) - n;
  ensures    IO03_moved: w->first == slot(\old(w->first), w->size, n);
  ensures    ring: ring(w);
  ensures    IO03_oldest: \forall integer j; 0 <= j < n ==>
               buf[j] == w->bytes[slot(\old(w->first), w->size, j)];
*/
static void get(ew_memory_way *w, uint8_t *buf, size_t n);

/*@
  requires   ok: end_ok(end);
  requires   valid: \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(end, end->in, end->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, end->out->bytes + (0 .. end->out->size - 1), buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    *error, end->in->reset, end->out->used, end->out->bytes[0 .. end->out->size - 1];
  ensures    ring: ring(end->out);
  ensures    IO06_reset: \old(end->in->reset) != 0 ==>
               \result == EW_IO_FAILED && *error == EW_CAUSE_RESET && end->in->reset == 0;
  ensures    IO06_no_other: \old(end->in->reset) == 0 ==> end->in->reset == 0;
  ensures    IO06_gone: \old(end->in->reset) == 0 && (end->out->closed != 0 || end->out->ended != 0) ==>
               \result == EW_IO_FAILED && *error == EW_CAUSE_ENDED;
  ensures    IO06_nothing_else: \old(end->in->reset) == 0 && end->out->closed == 0 && end->out->ended == 0 ==>
               \result != EW_IO_FAILED;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
  ensures    IO01_blocked: \result == EW_IO_BLOCKED ==> \old(end->out->used) == end->out->size;
  ensures    answers: 1 <= \result <= len || \result == EW_IO_BLOCKED || \result == EW_IO_FAILED;
  ensures    IO02_all_that_fits: 1 <= \result ==>
               \result == len || end->out->used == end->out->size;
  ensures    IO02_counted: 1 <= \result ==> end->out->used == \old(end->out->used) + \result;
  ensures    IO02_behind: 1 <= \result ==> \forall integer k; 0 <= k < end->out->size &&
               \old(end->out->used) <= order(end->out->first, end->out->size, k) < end->out->used ==>
               end->out->bytes[k] == buf[order(end->out->first, end->out->size, k) - \old(end->out->used)];
  ensures    IO02_kept: 1 <= \result ==> \forall integer k; 0 <= k < end->out->size &&
               order(end->out->first, end->out->size, k) < \old(end->out->used) ==>
               end->out->bytes[k] == \old(end->out->bytes[k]);
  ensures    IO06_nothing_done: \result < 0 ==> end->out->used == \old(end->out->used);
  ensures    IO06_nothing_put: \result < 0 ==> \forall integer k; 0 <= k < end->out->size ==>
               end->out->bytes[k] == \old(end->out->bytes[k]);
*/
int ew_memory_send(ew_memory_end *end, const uint8_t *buf, size_t len, int *error);

/*@
  requires   ok: end_ok(end);
  requires   valid: \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(end, end->in, end->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, end->in->bytes + (0 .. end->in->size - 1), buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    *error, end->in->reset, end->in->first, end->in->used, buf[0 .. len - 1];
  ensures    ring: ring(end->in);
  ensures    IO06_reset: \old(end->in->reset) != 0 ==>
               \result == EW_IO_FAILED && *error == EW_CAUSE_RESET && end->in->reset == 0;
  ensures    IO06_nothing_else: \old(end->in->reset) == 0 ==> \result != EW_IO_FAILED && end->in->reset == 0;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
  ensures    IO01_blocked: \result == EW_IO_BLOCKED ==> \old(end->in->used) == 0 && end->in->ended == 0;
  ensures    IO05_end: \result == EW_IO_END ==> \old(end->in->used) == 0 && end->in->ended != 0;
  ensures    answers: 1 <= \result <= len || \result == EW_IO_BLOCKED || \result == EW_IO_END ||
               \result == EW_IO_FAILED;
  ensures    IO03_all_that_fits: 1 <= \result ==> \result == len || end->in->used == 0;
  ensures    IO03_counted: 1 <= \result ==> end->in->used == \old(end->in->used) - \result;
  ensures    IO03_moved: 1 <= \result ==>
               end->in->first == slot(\old(end->in->first), end->in->size, \result);
  ensures    IO03_oldest: \forall integer j; 0 <= j < \result ==>
               buf[j] == end->in->bytes[slot(\old(end->in->first), end->in->size, j)];
  ensures    IO03_nothing_beyond: \forall integer j; 0 <= j < len && \result <= j ==> buf[j] == \old(buf[j]);
  ensures    IO04_takes_none: \result < 0 ==>
               end->in->used == \old(end->in->used) && end->in->first == \old(end->in->first);
*/
int ew_memory_recv(ew_memory_end *end, uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid_read(end) && \valid(end->out);
  terminates \true;
  exits      \false;
  assigns    end->out->ended;
  ensures    IO08_ended: end->out->ended == 1;
*/
void ew_memory_half_close(ew_memory_end *end);

/*@
  requires   ok: end_ok(end);
  terminates \true;
  exits      \false;
  assigns    end->in->used, end->in->closed, end->out->ended, end->out->used, end->out->reset;
  ensures    IO09_gone: end->in->closed == 1 && end->in->used == 0;
  ensures    IO09_ended: end->out->ended == 1;
  ensures    IO09_resets: \old(end->in->used) > 0 && end->out->closed == 0 ==>
               end->out->used == 0 && end->out->reset == 1;
  ensures    IO09_resets_nothing: \old(end->in->used) == 0 || end->out->closed != 0 ==>
               end->out->used == \old(end->out->used) && end->out->reset == \old(end->out->reset);
*/
void ew_memory_close(ew_memory_end *end);

/*@
  requires   valid: \valid_read(end) && \valid_read(end->in);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    used: \result == end->in->used;
*/
size_t ew_memory_waiting(const ew_memory_end *end);

/*@
  requires   valid: \valid_read(end) && \valid_read(end->out);
  requires   ring: ring(end->out);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    gone: end->out->closed != 0 || end->out->ended != 0 ==> \result == 0;
  ensures    free: end->out->closed == 0 && end->out->ended == 0 ==>
               \result == end->out->size - end->out->used;
*/
size_t ew_memory_room(const ew_memory_end *end);

#endif
