/*
 * Endwell: what no history of a pair in memory can break.
 *
 * any_pair() is any two programs, one at each end of src/io_memory.c, in any order and for any number of
 * calls; `a` sends and `b` receives what is watched, and both do with the other direction what they like.
 * What a sends is the stream of spec/wire/stream.h, of which nothing is known. Only the contracts in
 * spec/wire/memory.h are used here, and the proof of io_memory.c shows that the shipped code keeps them.
 *
 * The steps have the contracts of an io's functions (src/ew_io.h, IO-01 to IO-09), those of send in the
 * words of the trampoline in spec/wire/transport.h.
 */
#include "io_memory.h"
#include "wire/stream.h"

/* What b was given of the stream; whether it was told of its end, or of a reset. */
/*@ ghost unsigned long long ew_came; */
/*@ ghost int ew_end_told; */
/*@ ghost int ew_reset_told; */

/* Whether each of them has closed yet. */
/*@ ghost int ew_a_open; */
/*@ ghost int ew_b_open; */

/*@
  predicate joined(ew_memory_end *a, ew_memory_end *b) =
    end_ok(a) && end_ok(b) && \separated(a, b) && a->out == b->in && b->out == a->in;

  // Nothing is lost, but by a close or a reset; and of a reset b is told, or was.
  predicate nothing_lost(ew_memory_way *w) = ew_wire == ew_came + w->used;

  predicate may_be_lost(ew_memory_way *w) =
    w->used == 0 && (ew_b_open == 0 || (ew_a_open == 0 && (w->reset != 0 || ew_reset_told == 1)));

  predicate in_order(ew_memory_way *w) = \forall integer k; 0 <= k < w->size &&
    order(w->first, w->size, k) < w->used ==> w->bytes[k] == made_byte(ew_came + order(w->first, w->size, k));

  predicate ends(ew_memory_way *w) =
    (ew_b_open == 0 ==> w->closed != 0) && (ew_a_open == 0 ==> w->ended != 0) &&
    (ew_end_told == 1 ==> w->ended != 0 && w->used == 0) && (w->reset != 0 ==> ew_a_open == 0);

  predicate way_holds(ew_memory_way *w) =
    ew_came <= ew_wire <= lifetime && (nothing_lost(w) || may_be_lost(w));
*/

/*@
  requires   valid: \valid(buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1];
  ensures    next: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);
  ensures    lifetime: ew_wire + len <= lifetime;
*/
void next_bytes(uint8_t *buf, size_t len);

/*@ terminates \true; exits \false; assigns \nothing; */
int any(void);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    some: 1 <= \result <= most;
*/
size_t any_length(size_t most);

/* The direction that is watched ------------------------------------------------------------------ */

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(a, b, a->in, a->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, a->out->bytes + (0 .. a->out->size - 1), buf + (0 .. len - 1));
  requires   W3_in_order: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);
  requires   lifetime: ew_wire + len <= lifetime;
  requires   open: ew_a_open == 1;
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    *error, a->in->reset, a->out->used, a->out->bytes[0 .. a->out->size - 1], ew_wire;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
  ensures    IO02_count: 1 <= \result <= len ==> ew_wire == \old(ew_wire) + \result;
  ensures    IO06_nothing_done: !(1 <= \result <= len) ==> ew_wire == \old(ew_wire);
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error != 0;
  ensures    IO02_answers: 1 <= \result <= len || \result == EW_IO_BLOCKED || \result == EW_IO_FAILED;
  ensures    IO07_never: \result != EW_IO_INTERRUPTED;
  ensures    IO05_not_behind_an_end: \old(a->out->ended) != 0 ==> \result < 0;
*/
static int a_sends(ew_memory_end *a, ew_memory_end *b, const uint8_t *buf, size_t len, int *error)
{
    int n = ew_memory_send(a, buf, len, error);

    /*@ assert kept: \forall integer k; 0 <= k < a->out->size &&
          order(a->out->first, a->out->size, k) < \at(a->out->used, Pre) ==>
          a->out->bytes[k] == made_byte(ew_came + order(a->out->first, a->out->size, k)); */
    /*@ assert behind: n > 0 && nothing_lost{Pre}(\at(a->out, Pre)) ==>
          \forall integer k; 0 <= k < a->out->size &&
          \at(a->out->used, Pre) <= order(a->out->first, a->out->size, k) < a->out->used ==>
          a->out->bytes[k] == made_byte(ew_came + order(a->out->first, a->out->size, k)); */
    /*@ ghost if (n > 0) { ew_wire = ew_wire + n; } */
    return n;
}

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(a, b, a->in, a->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, a->out->bytes + (0 .. a->out->size - 1), buf + (0 .. len - 1));
  requires   open: ew_a_open == 1;
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], *error, a->in->reset, a->out->used, a->out->bytes[0 .. a->out->size - 1],
             ew_wire;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
*/
static void a_goes_on(ew_memory_end *a, ew_memory_end *b, uint8_t *buf, size_t len, int *error)
{
    next_bytes(buf, len);
    (void)a_sends(a, b, buf, len, error);
}

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(a, b, b->in, b->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, b->in->bytes + (0 .. b->in->size - 1), buf + (0 .. len - 1));
  requires   apart_back: \separated(b->out->bytes + (0 .. b->out->size - 1), buf + (0 .. len - 1));
  requires   open: ew_b_open == 1;
  requires   told: flag(ew_reset_told) && flag(ew_end_told) && flag(ew_a_open);
  requires   holds: way_holds(b->in);
  requires   ends: ends(b->in);
  requires   in_order: in_order(b->in);
  terminates \true;
  exits      \false;
  assigns    *error, b->in->reset, b->in->first, b->in->used, buf[0 .. len - 1], ew_came, ew_end_told,
             ew_reset_told;
  ensures    joined: joined(a, b);
  ensures    told: flag(ew_reset_told) && flag(ew_end_told);
  ensures    holds: way_holds(b->in);
  ensures    ends: ends(b->in);
  ensures    in_order: in_order(b->in);
  ensures    IO03_count: 1 <= \result ==> \result <= len && ew_came == \old(ew_came) + \result;
  ensures    IO03_next: \forall integer j; 0 <= j < \result ==> buf[j] == made_byte(\old(ew_came) + j);
  ensures    IO03_invents_none: ew_came <= ew_wire;
  ensures    IO04_takes_none: \result < 0 ==> ew_came == \old(ew_came);
  ensures    IO05_all_before_it: \result == EW_IO_END && ew_reset_told == 0 ==> ew_came == ew_wire;
  ensures    IO05_is_an_end: \result == EW_IO_END ==> b->in->ended != 0;
  ensures    IO05_nothing_behind_it: \old(ew_end_told) == 1 ==> \result < 0;
  ensures    IO07_never: \result != EW_IO_INTERRUPTED;
  ensures    IO06_a_reset: \result == EW_IO_FAILED ==> *error == EW_CAUSE_RESET && ew_a_open == 0;
*/
static int b_receives(ew_memory_end *a, ew_memory_end *b, uint8_t *buf, size_t len, int *error)
{
    int n = ew_memory_recv(b, buf, len, error);

    /*@ assert not_touched: \forall integer k; 0 <= k < b->in->size ==>
          b->in->bytes[k] == \at(b->in->bytes[k], Pre); */
    /*@ assert oldest: \forall integer j; 0 <= j < n ==>
          order(\at(b->in->first, Pre), b->in->size, slot(\at(b->in->first, Pre), b->in->size, j)) == j; */
    /*@ assert next: \forall integer j; 0 <= j < n ==>
          \at(b->in->bytes[slot(b->in->first, b->in->size, j)], Pre) == made_byte(ew_came + j); */
    /*@ ghost if (n > 0) { ew_came = ew_came + n; } */
    /*@ ghost if (n == EW_IO_END) { ew_end_told = 1; } */
    /*@ ghost if (n == EW_IO_FAILED) { ew_reset_told = 1; } */
    return n;
}

/*@
  requires   joined: joined(a, b);
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    a->out->ended;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
  ensures    IO08_ended: a->out->ended != 0;
*/
static void a_half_closes(ew_memory_end *a, ew_memory_end *b)
{
    ew_memory_half_close(a);
}

/*@
  requires   joined: joined(a, b);
  requires   open: ew_a_open == 1;
  requires   flags: flag(ew_b_open);
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    a->in->used, a->in->closed, a->out->ended, a->out->used, a->out->reset, ew_a_open;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
  ensures    closed: ew_a_open == 0;
  ensures    IO09_resets_nothing: \old(a->in->used) == 0 && \old(nothing_lost(a->out)) ==>
               nothing_lost(a->out);
*/
static void a_closes(ew_memory_end *a, ew_memory_end *b)
{
    ew_memory_close(a);
    /*@ ghost ew_a_open = 0; */
}

/* What b does beside that ------------------------------------------------------------------------ */

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(a, b, b->in, b->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, b->out->bytes + (0 .. b->out->size - 1), buf + (0 .. len - 1));
  requires   told: flag(ew_reset_told);
  requires   holds: way_holds(b->in);
  requires   ends: ends(b->in);
  requires   in_order: in_order(b->in);
  terminates \true;
  exits      \false;
  assigns    *error, b->in->reset, b->out->used, b->out->bytes[0 .. b->out->size - 1], ew_reset_told;
  ensures    joined: joined(a, b);
  ensures    told: flag(ew_reset_told);
  ensures    holds: way_holds(b->in);
  ensures    ends: ends(b->in);
  ensures    in_order: in_order(b->in);
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error != 0;
*/
static int b_sends(ew_memory_end *a, ew_memory_end *b, const uint8_t *buf, size_t len, int *error)
{
    int n = ew_memory_send(b, buf, len, error);

    /*@ assert not_touched: \forall integer k; 0 <= k < b->in->size ==>
          b->in->bytes[k] == \at(b->in->bytes[k], Pre); */
    /*@ ghost if (n == EW_IO_FAILED && *error == EW_CAUSE_RESET) { ew_reset_told = 1; } */
    return n;
}

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(a, b, a->in, a->out, error, buf + (0 .. len - 1));
  requires   apart_ring: \separated(error, a->in->bytes + (0 .. a->in->size - 1), buf + (0 .. len - 1));
  requires   apart_there: \separated(error, a->out->bytes + (0 .. a->out->size - 1), buf + (0 .. len - 1));
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    *error, a->in->reset, a->in->first, a->in->used, buf[0 .. len - 1];
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
*/
static int a_receives(ew_memory_end *a, ew_memory_end *b, uint8_t *buf, size_t len, int *error)
{
    return ew_memory_recv(a, buf, len, error);
}

/*@
  requires   joined: joined(a, b);
  requires   holds: way_holds(a->out);
  requires   ends: ends(a->out);
  requires   in_order: in_order(a->out);
  terminates \true;
  exits      \false;
  assigns    b->out->ended;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(a->out);
  ensures    ends: ends(a->out);
  ensures    in_order: in_order(a->out);
*/
static void b_half_closes(ew_memory_end *a, ew_memory_end *b)
{
    ew_memory_half_close(b);
}

/*@
  requires   joined: joined(a, b);
  requires   open: ew_b_open == 1;
  requires   flags: flag(ew_a_open) && flag(ew_reset_told);
  requires   holds: way_holds(b->in);
  requires   ends: ends(b->in);
  requires   in_order: in_order(b->in);
  terminates \true;
  exits      \false;
  assigns    b->in->used, b->in->closed, b->out->ended, b->out->used, b->out->reset, ew_b_open;
  ensures    joined: joined(a, b);
  ensures    holds: way_holds(b->in);
  ensures    ends: ends(b->in);
  ensures    in_order: in_order(b->in);
  ensures    closed: ew_b_open == 0;
*/
static void b_closes(ew_memory_end *a, ew_memory_end *b)
{
    ew_memory_close(b);
    /*@ ghost ew_b_open = 0; */
}

/* Any of them, at any time ----------------------------------------------------------------------- */

/*@
  requires   joined: joined(a, b);
  requires   valid: \valid(buf + (0 .. most - 1));
  requires   some: 1 <= most <= INT_MAX;
  requires   apart: \separated(a, b, a->in, a->out, buf + (0 .. most - 1));
  requires   apart_there: \separated(a->out->bytes + (0 .. a->out->size - 1), buf + (0 .. most - 1));
  requires   apart_back: \separated(a->in->bytes + (0 .. a->in->size - 1), buf + (0 .. most - 1));
  requires   fresh: ew_wire == 0 && ew_came == 0 && ew_end_told == 0 && ew_reset_told == 0;
  requires   both: ew_a_open == 1 && ew_b_open == 1;
  requires   empty: a->out->used == 0 && a->out->reset == 0;
  terminates \false;
  exits      \false;
  assigns    buf[0 .. most - 1], a->in->reset, a->in->first, a->in->used, a->in->ended, a->in->closed,
             a->in->bytes[0 .. a->in->size - 1], a->out->reset, a->out->first, a->out->used, a->out->ended,
             a->out->closed, a->out->bytes[0 .. a->out->size - 1], ew_wire, ew_came, ew_end_told,
             ew_reset_told, ew_a_open, ew_b_open;
*/
void any_pair(ew_memory_end *a, ew_memory_end *b, uint8_t *buf, size_t most)
{
    int a_open = 1;
    int b_open = 1;

    /*@
      loop invariant joined: joined(a, b);
      loop invariant open: a_open == ew_a_open && b_open == ew_b_open && flag(a_open) && flag(b_open);
      loop invariant told: flag(ew_reset_told) && flag(ew_end_told);
      loop invariant IO03_nothing_lost: way_holds(a->out);
      loop invariant ends: ends(a->out);
      loop invariant IO03_in_order: in_order(a->out);
      loop assigns buf[0 .. most - 1], a_open, b_open, a->in->reset, a->in->first, a->in->used, a->in->ended,
        a->in->closed, a->in->bytes[0 .. a->in->size - 1], a->out->reset, a->out->first, a->out->used,
        a->out->ended, a->out->closed, a->out->bytes[0 .. a->out->size - 1], ew_wire, ew_came, ew_end_told,
        ew_reset_told, ew_a_open, ew_b_open;
    */
    for (;;) {
        int step = any();
        size_t len = any_length(most);
        int error = 0;

        if (step == 0 && a_open != 0) {
            a_goes_on(a, b, buf, len, &error);
        } else if (step == 1 && a_open != 0) {
            (void)a_receives(a, b, buf, len, &error);
        } else if (step == 2 && a_open != 0) {
            a_half_closes(a, b);
        } else if (step == 3 && a_open != 0) {
            a_closes(a, b);
            a_open = 0;
        } else if (step == 4 && b_open != 0) {
            (void)b_sends(a, b, buf, len, &error);
        } else if (step == 5 && b_open != 0) {
            (void)b_receives(a, b, buf, len, &error);
        } else if (step == 6 && b_open != 0) {
            b_half_closes(a, b);
        } else if (step == 7 && b_open != 0) {
            b_closes(a, b);
            b_open = 0;
        } else {
            /* nobody does anything */
        }
    }
}
