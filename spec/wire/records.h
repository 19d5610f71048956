/*
 * Endwell: the contracts of what follows the records, five bytes of header and then the body, in either
 * direction. They say what becomes of a frame byte by byte; the stream is not theirs.
 */
#ifndef EW_WIRE_RECORDS_H
#define EW_WIRE_RECORDS_H

#include "wire/stream.h"

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
  ensures    third: \old(f->have) + n == 4 ==> f->head[3] == bytes[n - 1];
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
  ensures    header_high_kept: \old(f->have) == 4 ==> f->left / 256 == \old(f->head[3]);
  ensures    header_third: \old(f->have) + n == 4 ==> f->head[3] == bytes[n - 1];
  ensures    header_or_body: \old(f->have) < 5 && \old(f->have) + n == 5 ==>
               f->have == 0 || f->have == 5;
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
  requires   valid: \valid_read(f);
  requires   ok: frame_ok((ew_frame *)f);
  requires   some: 1 <= len;
  requires   valid_bytes: \valid_read(bytes + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    progress: 1 <= \result <= len;
  ensures    W1_not_behind_the_part: f->have != 0 ==> \result <= left_of_part((ew_frame *)f);
  ensures    W1_not_behind_the_record: f->have == 0 ==>
               \result <= 5 || \result == 5 + body((uint8_t *)bytes);
  ensures    whole: f->have == 0 && len >= 5 && 5 + body((uint8_t *)bytes) <= len ==>
               \result == 5 + body((uint8_t *)bytes);
*/
static size_t next_part(const ew_frame *f, const uint8_t *bytes, size_t len);

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
  ensures    in_body: \old(f->have) == 5 && \result < \old(f->left) ==>
               f->have == 5 && f->left == \old(f->left) - \result;
  ensures    body_ends: \old(f->have) == 5 && \result == \old(f->left) ==> f->have == 0;
  ensures    W1_not_behind_the_header: 1 <= \old(f->have) < 5 ==> \old(f->have) + \result <= 5;
  ensures    W1_not_behind_the_record: \old(f->have) == 0 ==>
               \result <= 5 || \result == 5 + body((uint8_t *)bytes);
  ensures    whole_ends: \old(f->have) == 0 && \result > 5 ==> f->have == 0;
  ensures    in_header: \old(f->have) + \result < 5 ==> f->have == \old(f->have) + \result;
  ensures    third: \old(f->have) + \result == 4 ==> f->head[3] == bytes[\result - 1];
  ensures    begins_or_ends: \old(f->have) < 5 && \old(f->have) + \result == 5 ==>
               f->have == 0 || f->have == 5;
  ensures    begins_body: \old(f->have) < 4 && \old(f->have) + \result == 5 && f->have == 5 ==>
               f->left == 256 * bytes[\result - 2] + bytes[\result - 1];
  ensures    begins_last: \old(f->have) == 4 && f->have == 5 ==>
               f->left == 256 * \old(f->head[3]) + bytes[\result - 1];
  ensures    empty: \old(f->have) < 4 && \old(f->have) + \result == 5 && f->have == 0 ==>
               256 * bytes[\result - 2] + bytes[\result - 1] == 0;
  ensures    empty_last: \old(f->have) == 4 && f->have == 0 ==>
               256 * \old(f->head[3]) + bytes[\result - 1] == 0;
*/
static size_t step(ew_frame *f, const uint8_t *bytes, size_t len);

#endif
