/*
 * What the port for BearSSL asks of the library, and what it relies on: contracts of the functions that the
 * headers of BearSSL 0.6 declare, written by hand from their documentation, from ew_port.h and from the table at
 * the top of port_bearssl.c. A prototype that is not BearSSL's is the compiler's error. The context is the
 * header's own: what is said of its fields, which are no part of the documented interface, is said of those.
 *
 * The engine hands out its buffers by pointer and length, one for each of four operations, and is told afterwards
 * how much of it was used. So its state is, in the main, four lengths, each 0 where there is no buffer. The
 * `requires` are what the port has to keep: no more than that length, the application's bytes in their order, the
 * close_notify behind the seal, no record but by the keys of the handshake. Beside each clause that is not about
 * memory alone, in `ensures`:
 *
 *   documented   the header says so, and the clause paraphrases it
 *   observed     the header says less; it is what BearSSL 0.6 does
 *
 * and beside a `requires`: documented, or decided, stricter than the header. `ensures` without one define the
 * history that is kept in the ghost variables. Nothing changes the buffers or resets the context within a call:
 * that an application does not is a condition of use. `make try-port` tries the clauses at each call of the port, in
 * the kit and in fuzz.
 */
#ifndef EW_ENGINES_BEARSSL_PORT_H
#define EW_ENGINES_BEARSSL_PORT_H

#include <bearssl.h>

#include "port_bearssl.h"

/* Whose engine is called; no contract names it among what is written. */
/*@ ghost ew_bearssl *ew_served; */

/* What the engine sends records by: `vtable`, of a union. */
/*@ ghost const void *ew_keys; */

/* The four lengths: records to hand over, records that are expected, room for data, data to be read. */
/*@ ghost size_t ew_to_send; */
/*@ ghost size_t ew_wanted; */
/*@ ghost size_t ew_room; */
/*@ ghost size_t ew_held; */

/* Not 0: the engine is closed, or has failed. */
/*@ ghost int ew_failed; */

/*
 * How many bytes it has to hand over and makes without more of input: that there is an end of them is what ends the
 * loop of sending. What it takes in has no end of its own (empty records before there are keys, and warnings in
 * a handshake): that loop ends by the transport, which gives one record for each call (W4, wire/feed.h).
 */
/*@ ghost unsigned long long ew_output; */

/* Where data is to be written, as the engine said last. */
/*@ ghost unsigned char *ew_place; */

/* How much of the engine's record the transport took, and the engine was not told of. */
/*@ ghost size_t ew_let_out; */

/* Bytes of application data in the records that were made, all that came before included. */
/*@ ghost unsigned long long ew_taken; */

/* How often our close_notify was made. */
/*@ ghost unsigned long long ew_alerts; */

/* The length that a record may have, as the engine said last; 0: none. */
/*@ ghost size_t ew_checked; */

/* Of the last record that was opened: whether it was the peer's, how long it was, and its first two bytes. */
/*@ ghost int ew_opened; */
/*@ ghost size_t ew_text_len; */
/*@ ghost unsigned char ew_level; */
/*@ ghost unsigned char ew_description; */

/* What the application gives to be written, from the first byte to the last. It is read in annotations alone. */
/*@ ghost const unsigned *ew_plain; */

/*@
  logic integer plain_byte(integer p) = (unsigned char)ew_plain[p];

  // n bytes, the first of which is that one of the application's.
  predicate plain_bytes{L}(unsigned char *buf, integer n, integer first) =
    \forall integer j; 0 <= j < n ==> buf[j] == plain_byte(first + j);

  logic integer plain_lifetime = 9223372036854775808;

  // The longest record of TLS 1.2, its header included.
  logic integer of_a_record = 18437;

  logic integer type_alert = 21;
  logic integer type_handshake = 22;
  logic integer type_data = 23;
*/

/*
 * What a call may change: of the context, what the port reads, and what is in its buffers; of the transport, what
 * the port calls itself. What else BearSSL writes in its context no clause speaks of.
 */
#define EW_WIRE_OF(t)                                                                              \
    (t)->met, (t)->fed, (t)->ended, (t)->gate, (t)->to_shut, (t)->tail_len, (t)->in.have,          \
        (t)->in.left, (t)->in.head[0 .. 4], (t)->out.have, (t)->out.left, (t)->out.head[0 .. 4],   \
        (t)->error, (t)->swallowed, (t)->tail[0 .. EW_TAIL_MAX - 1]
#define EW_LENGTHS ew_to_send, ew_wanted, ew_room, ew_held, ew_failed, ew_output
#define EW_OUTPUT_OF(c) (c)->err, (c)->oxa, (c)->obuf[0 .. (c)->obuf_len - 1]
#define EW_STATE_OF(c)                                                                             \
    EW_OUTPUT_OF(c), (c)->ixa, (c)->ibuf[0 .. (c)->ibuf_len - 1], (c)->record_type_out,            \
        (c)->version_in, EW_LENGTHS

/*@
  predicate buffers_ok{L}(br_ssl_engine_context *c) =
    \valid(c->obuf + (0 .. c->obuf_len - 1)) && \valid(c->ibuf + (0 .. c->ibuf_len - 1)) &&
    \separated(c->obuf + (0 .. c->obuf_len - 1), c, ew_served, ew_served->transport) &&
    \separated(c->ibuf + (0 .. c->ibuf_len - 1), c, ew_served, ew_served->transport);

  predicate engine_ok{L}(br_ssl_engine_context *c) =
    \valid(c) && \valid(ew_served) && \valid(ew_served->transport) && ew_served->engine == c &&
    \separated(c, ew_served, ew_served->transport) && buffers_ok(c);

  // It sends by the keys of the handshake, which is over.
  predicate is_open{L}(ew_bearssl *e) = e->keys != \null && e->keys == ew_keys;

  // What is the port's own no engine call changes, nor where the buffers are. `assigns` says so too; this is for
  // the provers.
  predicate left_alone{A,B}(ew_bearssl *e) =
    \at(e->engine,A) == \at(e->engine,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->ibuf,A) == \at(e->ibuf,B) && \at(e->obuf,A) == \at(e->obuf,B) && \at(e->keys,A) == \at(e->keys,B) &&
    \at(e->engine->ibuf,A) == \at(e->engine->ibuf,B) && \at(e->engine->obuf,A) == \at(e->engine->obuf,B) &&
    \at(e->engine->ibuf_len,A) == \at(e->engine->ibuf_len,B) &&
    \at(e->engine->obuf_len,A) == \at(e->engine->obuf_len,B);

  predicate same_keys{A,B}(ew_bearssl *e) = \at(e->keys,A) != \null ==> \at(ew_keys,A) == \at(ew_keys,B);
*/

/* Records that go out ----------------------------------------------------------------------------- */

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  requires   valid: \valid(len);
  terminates \true;
  exits      \false;
  assigns    *len;
  assigns    \result \from cc->obuf, cc->oxa;
  ensures    P03_count: *len == ew_to_send;                                    // documented
  ensures    P03_none: \result == \null <==> ew_to_send == 0;                  // documented
  ensures    P03_readable: \result != \null ==> \valid_read(\result + (0 .. *len - 1)); // documented
  ensures    apart: \result != \null ==> \separated(\result + (0 .. *len - 1), cc, ew_served, ew_served->transport);
  ensures    P03_of_a_record: *len <= of_a_record;                             // observed
  ensures    P09_failed: ew_failed != 0 ==> ew_to_send == 0;                   // documented
  ensures    P09_ends: ew_to_send <= ew_output;                                // observed
*/
unsigned char *br_ssl_engine_sendrec_buf(const br_ssl_engine_context *cc, size_t *len);

/*@
  requires   ok: engine_ok(cc);
  requires   P03_count: 1 <= len <= ew_to_send;                                // documented
  requires   P03_let_out: len == ew_let_out;                                   // decided
  requires   P02_type: is_open(ew_served) ==> cc->record_type_out == type_data; // decided
  terminates \true;
  exits      \false;
  assigns    EW_STATE_OF(cc);
  assigns    ew_keys \from cc->obuf;
  ensures    ok: engine_ok(cc);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    P10_same_keys: same_keys{Pre,Post}(ew_served);                    // observed
  ensures    P02_type: \old(is_open(ew_served)) ==> cc->record_type_out == type_data; // observed
  ensures    P09_ends: ew_output < \old(ew_output);                           // observed
*/
void br_ssl_engine_sendrec_ack(br_ssl_engine_context *cc, size_t len);

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  requires   valid: \valid(len);
  terminates \true;
  exits      \false;
  assigns    *len;
  assigns    \result, ew_place \from cc->obuf, cc->oxa;
  ensures    place: \result == ew_place;
  ensures    P18_count: *len == ew_room;                                       // documented
  ensures    P18_none: \result == \null <==> ew_room == 0;                     // documented
  ensures    P18_writable: \result != \null ==> \valid(\result + (0 .. *len - 1)); // documented
  ensures    apart: \result != \null ==> \separated(\result + (0 .. *len - 1), cc, ew_served, ew_served->transport);
  ensures    P18_where: \result != \null ==> \result == cc->obuf + cc->oxa && cc->oxa + *len <= cc->obuf_len; // observed
*/
unsigned char *br_ssl_engine_sendapp_buf(const br_ssl_engine_context *cc, size_t *len);

/*@
  requires   ok: engine_ok(cc);
  requires   P18_count: 1 <= len <= ew_room;                                   // documented
  requires   P02_own_keys: is_open(ew_served);                                 // decided
  requires   P18_nothing_owed: ew_to_send == 0;                                // decided
  requires   P02_type: cc->record_type_out == type_data || cc->record_type_out == type_alert; // decided
  requires   P18_next_bytes: cc->record_type_out == type_data ==>
               plain_bytes(ew_place, len, ew_taken);                           // decided
  requires   lifetime: cc->record_type_out == type_data ==> ew_taken + len <= plain_lifetime;
  requires   P01_behind_the_seal: cc->record_type_out == type_alert ==>
               ew_served->transport->gate == EW_GATE_SEALED;                   // decided
  requires   P01_close_notify: cc->record_type_out == type_alert ==>
               len == 2 && ew_place[0] == 1 && ew_place[1] == 0;               // decided
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(cc), EW_LENGTHS, ew_taken, ew_alerts;
  ensures    ok: engine_ok(cc);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    taken: ew_taken == \old(ew_taken) + (cc->record_type_out == type_data ? len : 0);
  ensures    made: cc->record_type_out == type_data ==> ew_alerts == \old(ew_alerts);
*/
void br_ssl_engine_sendapp_ack(br_ssl_engine_context *cc, size_t len);

/*@
  requires   ok: engine_ok(cc);
  requires   P02_own_keys: is_open(ew_served);                                 // decided
  requires   P18_not_empty: force == 0;                                        // decided
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(cc), EW_LENGTHS;
  ensures    ok: engine_ok(cc);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
*/
void br_ssl_engine_flush(br_ssl_engine_context *cc, int force);

/* Records that come in ---------------------------------------------------------------------------- */

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  requires   valid: \valid(len);
  terminates \true;
  exits      \false;
  assigns    *len;
  assigns    \result \from cc->ibuf, cc->ixa;
  ensures    P16_count: *len == ew_wanted;                                     // documented
  ensures    P16_none: \result == \null <==> ew_wanted == 0;                   // documented
  ensures    P16_writable: \result != \null ==> \valid(\result + (0 .. *len - 1)); // documented
  ensures    apart: \result != \null ==> \separated(\result + (0 .. *len - 1), cc, ew_served, ew_served->transport);
  ensures    P16_where: \result != \null ==> \result == cc->ibuf + cc->ixa && cc->ixa + *len <= cc->ibuf_len; // observed
  ensures    P16_of_a_record: *len <= of_a_record;                             // observed
*/
unsigned char *br_ssl_engine_recvrec_buf(const br_ssl_engine_context *cc, size_t *len);

/*@
  requires   ok: engine_ok(cc);
  requires   P16_count: 1 <= len <= ew_wanted;                                 // documented
  terminates \true;
  exits      \false;
  assigns    EW_STATE_OF(cc);
  assigns    ew_keys \from cc->ibuf;
  ensures    ok: engine_ok(cc);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    P10_same_keys: same_keys{Pre,Post}(ew_served);                    // observed
  ensures    P02_type: \old(is_open(ew_served)) && ew_failed == 0 ==> cc->record_type_out == type_data; // observed
*/
void br_ssl_engine_recvrec_ack(br_ssl_engine_context *cc, size_t len);

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  requires   valid: \valid(len);
  terminates \true;
  exits      \false;
  assigns    *len;
  assigns    \result \from cc->ibuf, cc->ixa;
  ensures    P05_count: *len == ew_held;                                       // documented
  ensures    P05_none: \result == \null <==> ew_held == 0;                     // documented
  ensures    P22_readable: \result != \null ==> \valid_read(\result + (0 .. *len - 1)); // documented
  ensures    P22_where: \result != \null ==> \result == cc->ibuf + cc->ixa && cc->ixa + *len <= cc->ibuf_len; // observed
  ensures    P23_of_a_record: *len <= of_a_record;                             // observed
*/
unsigned char *br_ssl_engine_recvapp_buf(const br_ssl_engine_context *cc, size_t *len);

/*@
  requires   ok: engine_ok(cc);
  requires   P17_count: 1 <= len <= ew_held;                                   // documented
  terminates \true;
  exits      \false;
  assigns    cc->ixa, ew_wanted, ew_held;
  ensures    ok: engine_ok(cc);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    P17_rest: ew_held == \old(ew_held) - len;                         // observed
*/
void br_ssl_engine_recvapp_ack(br_ssl_engine_context *cc, size_t len);

/* What can be asked ------------------------------------------------------------------------------- */

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P09_failed: \result == BR_SSL_CLOSED <==> ew_failed != 0;         // documented
  ensures    P13_takes_data: (\result & BR_SSL_SENDAPP) != 0 <==> ew_room != 0; // documented
  ensures    P02_type: ew_room != 0 ==> cc->record_type_out == type_data;      // observed
*/
unsigned br_ssl_engine_current_state(const br_ssl_engine_context *cc);

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)cc);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P24_code: \result == cc->err;                                     // observed
*/
static inline int br_ssl_engine_last_error(const br_ssl_engine_context *cc);

/* Through its tables: the port has a line for each, which is not in the proof. --------------------- */

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)engine);
  terminates \true;
  exits      \false;
  assigns    \result \from ew_keys;
  ensures    P10_keys: \result == ew_keys;                                     // observed
  ensures    P10_some: \result != \null;                                       // observed
*/
static inline const void *keys_of(const br_ssl_engine_context *engine);

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)engine);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_keys: \result != 0 <==> keys == ew_keys;                      // observed
  ensures    P10_some: ew_keys != \null;                                       // observed
*/
static inline int sends_by(const br_ssl_engine_context *engine, const void *keys);

/*@
  requires   ok: engine_ok((br_ssl_engine_context *)engine);
  requires   P04_open: is_open(ew_served);                                     // decided
  terminates \true;
  exits      \false;
  assigns    ew_checked;
  ensures    checked: \result != 0 ==> ew_checked == len;
*/
static inline int can_have(const br_ssl_engine_context *engine, size_t len);

/*@
  requires   ok: engine_ok(engine);
  requires   P04_open: is_open(ew_served);                                     // decided
  requires   P04_length: *len == ew_checked;                                   // documented
  requires   P04_memory: \valid(body + (0 .. *len - 1));                       // documented
  requires   P04_where: body == engine->ibuf + EW_HEADER_LEN && EW_HEADER_LEN + *len <= engine->ibuf_len; // decided
  requires   valid: \valid(len);
  terminates \true;
  exits      \false;
  assigns    *len, engine->ibuf[0 .. engine->ibuf_len - 1], ew_opened, ew_text_len, ew_level, ew_description;
  assigns    \result \from body;
  ensures    ok: engine_ok(engine);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    P04_authentic: \result == \null <==> ew_opened == 0;              // documented
  ensures    P04_count: ew_opened != 0 ==> *len == ew_text_len;                // documented
  ensures    P04_text: ew_opened != 0 ==> \valid_read(\result + (0 .. *len - 1)); // documented
  ensures    apart: ew_opened != 0 ==> \separated(\result + (0 .. *len - 1), engine, ew_served, ew_served->transport);
  ensures    bytes: ew_opened != 0 && *len >= 2 ==> \result[0] == ew_level && \result[1] == ew_description;
*/
static inline unsigned char *decrypt(br_ssl_engine_context *engine, uint8_t type, unsigned char *body, size_t *len);

/* What is called outside of the proof, where contexts are attached, reset and given back. -------------- */

/*@
  requires   valid: \valid(cc);
  terminates \true;
  exits      \false;
  assigns    *cc, ew_keys, EW_LENGTHS;
*/
int br_ssl_client_reset(br_ssl_client_context *cc, const char *server_name, int resume_session);

/*@
  requires   valid: \valid(cc);
  terminates \true;
  exits      \false;
  assigns    *cc, ew_keys, EW_LENGTHS;
*/
int br_ssl_server_reset(br_ssl_server_context *cc);

/*@
  requires   valid: \valid(cc);
  terminates \true;
  exits      \false;
  assigns    *cc;
*/
void br_ssl_session_cache_lru_init(br_ssl_session_cache_lru *cc, unsigned char *store, size_t store_len);

/*@
  requires   valid: \valid(cc) && \valid_read(id + (0 .. 31));
  terminates \true;
  exits      \false;
  assigns    *cc;
*/
void br_ssl_session_cache_lru_forget(br_ssl_session_cache_lru *cc, const unsigned char *id);

#endif
