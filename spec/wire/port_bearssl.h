/*
 * Endwell: the contracts of the port for BearSSL (src/bearssl_action.h, bearssl_record.h, bearssl_call.h), from
 * each action down to the calls of the transport. What a port owes carries its number (P-01 to P-23, src/ew_port.h
 * and proofs/CONDITIONS.md); what they rest on of BearSSL stands in engines/bearssl_port.h.
 */
#ifndef EW_WIRE_PORT_BEARSSL_H
#define EW_WIRE_PORT_BEARSSL_H

#include <limits.h>

#include "bearssl_setup.h"
#include "engines/bearssl_port.h"
#include "ew_predicates.h"
#include "port_common.h"
#include "wire/calls.h"
#include "wire/feed.h"

/* What actions may change. */
#define EW_PORT_FAILS(e)  (e)->transport->engine_error, (e)->transport->alert
#define EW_PORT_INPUT(e)  (e)->have, (e)->got, (e)->len, (e)->head[0 .. 4]
#define EW_PORT_SENDS(e)  EW_STATE_OF((e)->engine), EW_WIRE_OF((e)->transport), ew_let_out
#define EW_PORT_OPENED    ew_opened, ew_text_len, ew_level, ew_description
#define EW_BUFFER_OF(b, n) (b) + (0 .. (n) - 1)

/*@
  predicate links_ok{L}(ew_bearssl *e) =
    e == ew_served && engine_ok(e->engine) && e->transport->gate <= EW_GATE_SHUT;

  predicate counts_ok{L}(ew_bearssl *e) =
    0 <= e->pending <= ew_taken && e->have <= EW_HEADER_LEN && e->got <= e->len <= 65535;

  // A record of another type than data is made and left behind in one step.
  predicate type_ok{L}(ew_bearssl *e) =
    is_open(e) && ew_failed == 0 ==> e->engine->record_type_out == type_data;

  predicate port_ok{L}(ew_bearssl *e) = links_ok(e) && counts_ok(e) && type_ok(e);

  // A record that is not all there: what receive leaves, but for a tls_error, which ends the connection.
  predicate goes_on{L}(ew_bearssl *e) = e->have == EW_HEADER_LEN ==> e->got < e->len;

  predicate of_port{L}(ew_bearssl *e) = e->head[0] == type_alert || e->head[0] == type_handshake;

  predicate gathers{L}(ew_bearssl *e) = e->have == EW_HEADER_LEN && of_port(e);

  // What the engine said of the length of a record that the port opens, and that there is room for it.
  predicate fits{L}(ew_bearssl *e) =
    EW_HEADER_LEN + e->len <= e->engine->ibuf_len && ew_checked == e->len &&
    256 * e->head[1] + e->head[2] == e->engine->version_in;

  // What is to come of a record, at most: less with each part.
  logic integer to_come{L}(ew_bearssl *e) = 65536 * (EW_HEADER_LEN - e->have) + e->len - e->got;

  // How many bytes of the application's it was told of: a record that is pending comes later.
  logic integer told_of{L}(ew_bearssl *e) = ew_taken - e->pending;

  predicate gate_goes_on{A,B}(ew_bearssl *e) =
    \at(e->transport->gate,A) == EW_GATE_OPEN <==> \at(e->transport->gate,B) == EW_GATE_OPEN;

  predicate same_gate{A,B}(ew_bearssl *e) = \at(e->transport->gate,A) == \at(e->transport->gate,B);

  // P-14, P-18: not one byte of a record that is pending is lost, or told of.
  predicate same_record{A,B}(ew_bearssl *e) =
    \at(e->pending,A) == \at(e->pending,B) && \at(ew_taken,A) == \at(ew_taken,B);

  predicate same_head{A,B}(ew_bearssl *e) =
    \at(e->have,A) == \at(e->have,B) && \at(e->len,A) == \at(e->len,B) && \at(e->head[0],A) == \at(e->head[0],B);

  predicate same_input{A,B}(ew_bearssl *e) = same_head{A,B}(e) && \at(e->got,A) == \at(e->got,B);

  predicate is_of_transport(integer r) =
    r == EW_EVENT_EOF || r == EW_EVENT_IO_ERROR || r == EW_EVENT_WANT_WRITE || r == EW_EVENT_WANT_READ ||
    r == EW_EVENT_OTHER || r == EW_EVENT_TLS_ERROR;

  // P-06: what may come of sending: never a record's word, but of the transport's any.
  predicate ends_sending(integer r) = r == EW_EVENT_DONE || is_of_transport(r);

  // P-04: what the port told of an alert is what stood in it, and it came from the peer.
  predicate is_alert{L}(ew_bearssl *e) = ew_opened != 0 && e->head[0] == type_alert && ew_text_len == 2;
  predicate is_notice{L}(ew_bearssl *e) = is_alert(e) && ew_level == 1 && ew_description == 0;
  predicate is_fatal{L}(ew_bearssl *e) = is_alert(e) && ew_level != 1;

  predicate of_receiving(integer r) =
    r == EW_EVENT_DATA || r == EW_EVENT_CLOSE_NOTIFY || r == EW_EVENT_FATAL_ALERT || is_of_transport(r);
*/

/* Proven with more, and against more, in wire/transport.h. */
/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->gate, t->to_shut;
  ensures    W2_sealed: \old(t->gate) == EW_GATE_OPEN ==> t->gate == EW_GATE_SEALED;
  ensures    once: \old(t->gate) != EW_GATE_OPEN ==> t->gate == \old(t->gate);
*/
void ew_transport_seal(ew_transport *t);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    W7_an_end_is_no_close: is_of_transport(\result);
*/
uint8_t ew_transport_outcome(const ew_transport *t, int sending);

/*@
  requires   valid: \valid(t) && \valid_read((const char *)buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  terminates \true;
  exits      \false;
  assigns    EW_WIRE_OF(t);
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W1_gate: \old(t->gate) <= EW_GATE_SHUT ==> t->gate <= EW_GATE_SHUT;
  ensures    W4_same_feed: same_feed{Pre,Post}(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
int ew_transport_send(ew_transport *t, const void *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid((char *)buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  terminates \true;
  exits      \false;
  assigns    ((char *)buf)[0 .. len - 1], EW_WIRE_OF(t);
  ensures    gate: t->gate == \old(t->gate);
  ensures    W4_ends: \result > 0 ==> to_feed(t) < \old(to_feed(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
*/
int ew_transport_recv(ew_transport *t, void *buf, size_t len);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error;
  assigns    t->detail \from why;
  ensures    refused: \result == -1;
*/
int ew_transport_refuse(ew_transport *t, const char *why);

/* The trampolines: the transport's calls with bytes, and memcpy. ------------------------------------ */

/*@
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    EW_WIRE_OF(t), ew_let_out;
  ensures    P03_let_out: \result > 0 ==> ew_let_out == \result;
  ensures    W1_open: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    W1_gate: \old(t->gate) <= EW_GATE_SHUT ==> t->gate <= EW_GATE_SHUT;
  ensures    W4_same_feed: same_feed{Pre,Post}(t);
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
static inline int put_out(ew_transport *t, const unsigned char *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: \separated(t, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(t);
  ensures    gate: t->gate == \old(t->gate);
  ensures    W4_ends: \result > 0 ==> to_feed(t) < \old(to_feed(t));
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
*/
static inline int get_in(ew_transport *t, unsigned char *buf, size_t len);

/*@
  requires   room: \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
  requires   apart: \separated(to + (0 .. len - 1), from + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    to[0 .. len - 1];
  ensures    P22_same_bytes: \forall integer j; 0 <= j < len ==> to[j] == \old(from[j]);
*/
static inline void copy_bytes(unsigned char *to, const unsigned char *from, size_t len);

/* What the ports do alike: as in wire/port.h, and P18_believed and not_out besides. ---------------------------- */

/*@
  requires   some: 1 <= len;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_fits: 0 <= \result <= len && \result <= room;
  ensures    all_that_fits: \result == len || \result == room;
*/
static inline int ew_port_fitting(int len, size_t room);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->met, t->fed;
  assigns    t->detail \from \nothing;
  ensures    P18_no_less: \result == EW_EVENT_DONE ==> len >= pending;
  ensures    refused: len < pending ==> \result == EW_EVENT_TLS_ERROR;
  ensures    left_alone: len >= pending ==> \result == EW_EVENT_DONE && t->met == \old(t->met) &&
               t->fed == \old(t->fed) && t->detail == \old(t->detail);
*/
static inline uint8_t ew_port_repeated(ew_transport *t, int pending, int len);

/*@
  requires   valid: \valid(t) && \valid(pending);
  requires   apart: \separated(t, pending);
  terminates \true;
  exits      \false;
  assigns    *pending;
  assigns    t->detail \from \nothing;
  ensures    P18_no_more: \result == EW_EVENT_DONE ==> *pending == took && took <= len;
  ensures    P18_believed: took <= len ==> \result == EW_EVENT_DONE;
  ensures    refused: took > len ==> \result == EW_EVENT_TLS_ERROR && *pending == \old(*pending);
*/
static inline uint8_t ew_port_took(ew_transport *t, int took, int len, int *pending);

/*@
  requires   valid: \valid(pending);
  terminates \true;
  exits      \false;
  assigns    *pending;
  ensures    as_it_was: \result == result;
  ensures    nothing_pending: result == EW_EVENT_DONE ==> *pending == 0;
  ensures    still_pending: result != EW_EVENT_DONE ==> *pending == \old(*pending);
*/
static inline uint8_t ew_port_flushed(uint8_t result, int *pending);

/*@
  requires   valid: \valid(pending) && \valid(written);
  requires   apart: \separated(pending, written);
  terminates \true;
  exits      \false;
  assigns    *pending, *written;
  ensures    as_it_was: \result == result;
  ensures    P18_told_once: result == EW_EVENT_DONE ==> *written == \old(*pending) && *pending == 0;
  ensures    not_told: result != EW_EVENT_DONE ==>
               *written == \old(*written) && *pending == \old(*pending);
*/
static inline uint8_t ew_port_written(uint8_t result, int *pending, int *written);

/*@
  requires   valid: \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P03_out_is_out: \result == EW_EVENT_DONE <==> t->gate == EW_GATE_SHUT;
  ensures    otherwise: t->gate != EW_GATE_SHUT && result != EW_EVENT_DONE ==> \result == result;
  ensures    not_out: t->gate != EW_GATE_SHUT && result == EW_EVENT_DONE ==> \result == EW_EVENT_TLS_ERROR;
*/
static inline uint8_t ew_port_closed(const ew_transport *t, uint8_t result);

/* Sending ------------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P03_none_left: \result == 0 ==> ew_to_send == 0;
  ensures    P09_ends: \result > 0 ==> ew_output < \old(ew_output);
  ensures    W4_same_feed: same_feed{Pre,Post}(e->transport);
*/
static inline int hand_over(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P03_all_out: \result == EW_EVENT_DONE ==> ew_to_send == 0;
  ensures    P06_sending: ends_sending(\result);
  ensures    W4_same_feed: same_feed{Pre,Post}(e->transport);
*/
static inline uint8_t drained(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->detail \from \nothing;
  ensures    fatal: \result == EW_EVENT_TLS_ERROR;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
*/
static inline uint8_t was_reset(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P10_own_keys: \result == EW_EVENT_DONE <==> is_open(e);
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P16_one_record: e->transport->fed == 0;
*/
static inline uint8_t begin(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P10_own_keys: \result == EW_EVENT_DONE ==> is_open(e);
  ensures    P03_all_out: \result == EW_EVENT_DONE ==> ew_to_send == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t begin_sending(ew_bearssl *e);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P18_nothing_owed: ew_to_send == 0;
  requires   P02_type: type == type_data || type == type_alert;
  requires   P18_room: 1 <= len <= ew_room;
  requires   P18_apart: \separated(ew_place + (0 .. len - 1), e, e->engine, e->transport);
  requires   P18_next_bytes: type == type_data ==> plain_bytes(ew_place, len, ew_taken);
  requires   lifetime: type == type_data ==> ew_taken + len <= plain_lifetime;
  requires   P01_behind_the_seal: type == type_alert ==> e->transport->gate == EW_GATE_SEALED;
  requires   P01_close_notify: type == type_alert ==> len == 2 && ew_place[0] == 1 && ew_place[1] == 0;
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e->engine), e->engine->record_type_out, EW_LENGTHS, ew_taken, ew_alerts;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    taken: ew_taken == \old(ew_taken) + (type == type_data ? len : 0);
  ensures    P01_none: type == type_data ==> ew_alerts == \old(ew_alerts);
*/
static inline void wrap(ew_bearssl *e, uint8_t type, size_t len);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P18_nothing_owed: ew_to_send == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, ew_taken);
  requires   lifetime: ew_taken + len <= plain_lifetime;
  requires   P18_room: len <= ew_room && \valid(to + (0 .. len - 1));
  requires   P18_place: to == ew_place;
  requires   P18_apart: \separated(to + (0 .. len - 1), e, e->engine, e->transport, buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    to[0 .. len - 1], EW_OUTPUT_OF(e->engine), e->engine->record_type_out, EW_LENGTHS, ew_taken, ew_alerts;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    taken: ew_taken == \old(ew_taken) + len;
  ensures    P01_none: ew_alerts == \old(ew_alerts);
*/
static inline void fill(ew_bearssl *e, unsigned char *to, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P18_nothing_owed: ew_to_send == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, ew_taken);
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e->engine), e->engine->record_type_out, EW_LENGTHS, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P18_count: 0 <= \result <= len;
  ensures    P18_taken: ew_taken == \old(ew_taken) + \result;
  ensures    P01_none: ew_alerts == \old(ew_alerts);
*/
static inline int make_record(ew_bearssl *e, const unsigned char *buf, int len);

/*@
  requires   P01_room: \valid(to + (0 .. 1));
  terminates \true;
  exits      \false;
  assigns    to[0 .. 1];
  ensures    P01_close_notify: to[0] == 1 && to[1] == 0;
*/
static inline void spell_notice(unsigned char *to);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P01_nothing_owed: ew_to_send == 0;
  requires   P01_behind_the_seal: e->transport->gate == EW_GATE_SEALED;
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e->engine), e->engine->record_type_out, EW_LENGTHS, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
*/
static inline int make_alert(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->detail \from \nothing;
  ensures    fatal: \result == EW_EVENT_TLS_ERROR;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
*/
static inline uint8_t takes_nothing(ew_bearssl *e);

/* Outcomes ------------------------------------------------------------------------------------------ */

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P09_failed: \result != 0 <==> ew_failed != 0;
*/
static inline int failed(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->engine_error;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P09_else: \result == EW_EVENT_TLS_ERROR;
  ensures    P24_code: e->transport->engine_error == e->engine->err;
*/
static inline uint8_t tls_error(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT;
  ensures    P24_number: e->transport->alert == number;
  ensures    P24_code: e->transport->engine_error == BR_ERR_RECV_FATAL_ALERT + number;
*/
static inline uint8_t fatal_alert(ew_bearssl *e, uint8_t number);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==>
               BR_ERR_RECV_FATAL_ALERT <= e->engine->err <= BR_ERR_RECV_FATAL_ALERT + 255;
  ensures    P09_else: \result == EW_EVENT_FATAL_ALERT || \result == EW_EVENT_TLS_ERROR;
  ensures    P24_number: \result == EW_EVENT_FATAL_ALERT ==>
               e->transport->alert == e->engine->err - BR_ERR_RECV_FATAL_ALERT;
  ensures    P24_code: e->transport->engine_error == e->engine->err;
*/
static inline uint8_t ended(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P04_text: is_alert(e) && \valid_read(text + (0 .. 1)) && text[0] == ew_level && text[1] == ew_description;
  requires   apart: \separated(text + (0 .. 1), e, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> is_notice(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> is_fatal(e);
  ensures    P09_else: !is_notice(e) && !is_fatal(e) ==> \result == EW_EVENT_OTHER;
  ensures    P24_number: is_fatal(e) ==> e->transport->alert == ew_description;
*/
static inline uint8_t alert_outcome(ew_bearssl *e, const unsigned char *text);

/* Receiving ----------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   P16_some: 1 <= most;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_count: \result > 0 ==> \result <= most;
  ensures    W4_ends: \result > 0 ==> to_feed(e->transport) < \old(to_feed(e->transport));
*/
static inline int feed(ew_bearssl *e, size_t most);

/*@
  requires   valid: \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_ours: \result != 0 <==> of_port((ew_bearssl *)e);
*/
static inline int is_ours(const ew_bearssl *e);

/*@
  requires   valid: \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \result \from e->ibuf;
  ensures    behind_the_header: \result == e->ibuf + EW_HEADER_LEN;
*/
static inline unsigned char *body(const ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e) && is_open((ew_bearssl *)e);
  requires   counts: counts_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    ew_checked;
  ensures    P16_fits: \result != 0 ==> fits((ew_bearssl *)e);
*/
static inline int fits_body(const ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e) && is_open((ew_bearssl *)e);
  requires   counts: counts_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    ew_checked;
  ensures    P09_others: !gathers((ew_bearssl *)e) ==> \result == 0;
  ensures    P16_fits: \result == 0 && gathers((ew_bearssl *)e) ==> fits((ew_bearssl *)e);
*/
static inline int is_unfit(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P16_header: 1 <= n <= EW_HEADER_LEN - e->have;
  terminates \true;
  exits      \false;
  assigns    e->have, e->got, e->len;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P16_counted: e->have == \old(e->have) + n && e->got == 0;
*/
static inline void count_header(ew_bearssl *e, int n);

/*@
  requires   ok: port_ok(e);
  requires   P16_header: e->have < EW_HEADER_LEN;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_INPUT(e), EW_WIRE_OF(e->transport);
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_counted: \result > 0 ==> e->have > \old(e->have) && e->got == 0;
  ensures    P16_none: \result <= 0 ==> e->have == \old(e->have);
*/
static inline int take_header(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P16_body: e->have == EW_HEADER_LEN && e->got < e->len;
  requires   P16_room: \valid(to + (0 .. e->len - e->got - 1));
  requires   apart: \separated(to + (0 .. e->len - e->got - 1), e, e->engine, e->transport);
  terminates \true;
  exits      \false;
  assigns    to[0 .. e->len - e->got - 1], EW_WIRE_OF(e->transport);
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_count: \result > 0 ==> \result <= e->len - e->got;
*/
static inline int gather_at(ew_bearssl *e, unsigned char *to);

/*@
  requires   ok: port_ok(e);
  requires   P16_body: e->have == EW_HEADER_LEN && e->got < e->len;
  requires   P16_fits: gathers(e) ==> EW_HEADER_LEN + e->len <= e->engine->ibuf_len;
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_count: \result > 0 ==> \result <= e->len - e->got;
*/
static inline int take_part(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P16_body: e->have == EW_HEADER_LEN && e->got < e->len;
  requires   P16_fits: gathers(e) ==> EW_HEADER_LEN + e->len <= e->engine->ibuf_len;
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    e->got, EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_body: same_head{Pre,Post}(e);
  ensures    P16_counted: \result > 0 ==> e->got == \old(e->got) + \result;
  ensures    P16_none: \result <= 0 ==> e->got == \old(e->got);
*/
static inline int take_body(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P16_goes_on: goes_on(e);
  requires   P16_fits: gathers(e) ==> EW_HEADER_LEN + e->len <= e->engine->ibuf_len;
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_INPUT(e), EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P09_ends: \result > 0 ==> to_come(e) < \old(to_come(e));
  ensures    P16_body: \old(e->have) == EW_HEADER_LEN ==> same_head{Pre,Post}(e);
  ensures    P16_goes_on: \result <= 0 ==> goes_on(e);
*/
static inline int take_some(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
*/
static inline int give_header(ew_bearssl *e);

/*@
  requires   valid: \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    starts: \result != 0 <==> e->have == EW_HEADER_LEN && e->got == 0;
*/
static inline int starts_body(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  terminates \true;
  exits      \false;
  assigns    ew_checked, EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_fits: \result != 0 && gathers(e) ==> fits(e);
  ensures    P09_failed: \result != 0 ==> ew_failed == 0;
*/
static inline int is_accepted(ew_bearssl *e);

/*@
  requires   valid: \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    whole: \result != 0 <==> e->have == EW_HEADER_LEN && e->got == e->len;
*/
static inline int is_whole(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P04_ours: of_port(e);
  requires   P04_whole: e->got == e->len;
  requires   P04_fits: fits(e);
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e), e->engine->ibuf[0 .. e->engine->ibuf_len - 1], EW_PORT_OPENED;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> is_notice(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> is_fatal(e);
  ensures    P09_no_alert: ew_opened == 0 || (e->head[0] == type_alert && ew_text_len != 2) ==> \result == EW_EVENT_TLS_ERROR;
  ensures    P09_other: ew_opened != 0 && (e->head[0] == type_handshake || (is_alert(e) && !is_notice(e) && !is_fatal(e))) ==>
               \result == EW_EVENT_OTHER;
  ensures    P24_number: is_fatal(e) ==> e->transport->alert == ew_description;
*/
static inline uint8_t opened(ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P05_held: \result != 0 <==> ew_held != 0;
*/
static inline int holds_data(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P16_whole: e->have == EW_HEADER_LEN && e->got == e->len;
  requires   P04_fits: of_port(e) ==> fits(e);
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    e->have, EW_PORT_FAILS(e), e->engine->ibuf[0 .. e->engine->ibuf_len - 1], EW_PORT_OPENED;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_goes_on: e->have == 0;
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY ==> is_notice(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT ==> is_fatal(e) && e->transport->alert == ew_description;
  ensures    P05_held: \result == EW_EVENT_DATA ==> ew_held >= 1;
  ensures    P09_outcome: of_receiving(\result);
  ensures    P05_data: !of_port(e) ==> (\result == EW_EVENT_DATA <==> ew_held != 0);
  ensures    P09_other: !of_port(e) && ew_held == 0 ==> \result == EW_EVENT_OTHER;
*/
static inline uint8_t record_ended(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P16_goes_on: goes_on(e);
  requires   P16_fits: gathers(e) ==> EW_HEADER_LEN + e->len <= e->engine->ibuf_len;
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_INPUT(e), e->transport->engine_error, EW_PORT_SENDS(e), ew_checked;
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P16_whole: \result == EW_EVENT_DONE ==> e->have == EW_HEADER_LEN && e->got == e->len;
  ensures    P04_fits: \result == EW_EVENT_DONE && of_port(e) ==> fits(e);
  ensures    P09_outcome: \result == EW_EVENT_DONE || is_of_transport(\result);
  ensures    P16_goes_on: \result != EW_EVENT_DONE && \result != EW_EVENT_TLS_ERROR ==> goes_on(e);
*/
static inline uint8_t gather(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P16_goes_on: goes_on(e);
  requires   P16_fits: gathers(e) ==> EW_HEADER_LEN + e->len <= e->engine->ibuf_len;
  requires   P16_own_buffer: e->ibuf == e->engine->ibuf;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_INPUT(e), EW_PORT_FAILS(e), EW_PORT_SENDS(e), EW_PORT_OPENED, ew_checked;
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY ==> is_notice(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT ==> is_fatal(e) && e->transport->alert == ew_description;
  ensures    P05_held: \result == EW_EVENT_DATA ==> ew_held >= 1;
  ensures    P09_outcome: of_receiving(\result);
  ensures    P16_goes_on: \result != EW_EVENT_TLS_ERROR ==> goes_on(e);
*/
static inline uint8_t receive_record(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P16_goes_on: goes_on(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_INPUT(e), EW_PORT_FAILS(e), EW_PORT_SENDS(e), EW_PORT_OPENED, ew_checked;
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY ==> is_notice(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT ==> is_fatal(e) && e->transport->alert == ew_description;
  ensures    P05_held: \result == EW_EVENT_DATA ==> ew_held >= 1;
  ensures    P09_outcome: of_receiving(\result);
  ensures    P16_goes_on: \result != EW_EVENT_TLS_ERROR ==> goes_on(e);
*/
static inline uint8_t receive_action(ew_bearssl *e);

/* The handshake ------------------------------------------------------------------------------------- */

/*@
  requires   valid: server == \null || \valid_read(server);
  terminates \true;
  exits      \false;
  assigns    \result \from server;
*/
static inline br_ssl_session_cache_lru *ew_bearssl_cache(const br_ssl_server_context *server);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  requires   valid: e->server == \null || \valid_read(e->server);
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:e;
  ensures    P10_version: \result == \null ==> e->engine->version_min >= BR_TLS12;
*/
static inline const char *ew_bearssl_unfit(const ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P13_takes_data: \result != 0 <==> ew_room != 0;
  ensures    P02_type: \result != 0 ==> e->engine->record_type_out == type_data;
*/
static inline int takes_data(const ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P13_over: \result != 0 <==> ew_failed != 0 || ew_room != 0;
*/
static inline int is_over(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P10_same_keys: is_open{Pre}(e) <==> is_open(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P13_flushed: \result == EW_EVENT_DONE ==> ew_to_send == 0;
  ensures    P13_over: \result == EW_EVENT_DONE ==> ew_failed != 0 || ew_room != 0;
*/
static inline uint8_t shake(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P09_outcome: ends_sending(result);
  requires   P13_flushed: result == EW_EVENT_DONE ==> ew_to_send == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->keys \from ew_keys;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P09_outcome: ends_sending(\result) || \result == EW_EVENT_FATAL_ALERT;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_open(e) && ew_room != 0 && ew_to_send == 0;
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT ==>
               e->transport->alert == e->engine->err - BR_ERR_RECV_FATAL_ALERT;
*/
static inline uint8_t handshake_ended(ew_bearssl *e, uint8_t result);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e), EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->keys \from ew_keys;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P09_outcome: ends_sending(\result) || \result == EW_EVENT_FATAL_ALERT;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_open(e) && ew_room != 0 && ew_to_send == 0;
*/
static inline uint8_t go_on(ew_bearssl *e);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_same: \result != 0 <==>
               e->engine->obuf == e->obuf && (e->keys == \null || e->keys == ew_keys);
*/
static inline int is_as_it_was(const ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   valid: e->server == \null || \valid_read(e->server);
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P10_version: \result == EW_EVENT_DONE ==> e->engine->version_min >= BR_TLS12;
  ensures    P10_same: \result == EW_EVENT_DONE ==> e->engine->obuf == e->obuf && (e->keys == \null || is_open(e));
*/
static inline uint8_t begin_handshake(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   valid: e->server == \null || \valid_read(e->server);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e), EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->keys \from ew_keys;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    P09_outcome: ends_sending(\result) || \result == EW_EVENT_FATAL_ALERT;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_open(e) && ew_room != 0 && ew_to_send == 0;
*/
static inline uint8_t handshake_action(ew_bearssl *e);

/* The actions --------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->pending;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P02_none: ew_alerts == \old(ew_alerts) && ew_taken == \old(ew_taken);
  ensures    P14_all_out: \result == EW_EVENT_DONE ==> e->pending == 0 && ew_to_send == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> e->pending == \old(e->pending);
*/
static inline uint8_t flush_action(ew_bearssl *e);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P18_nothing_owed: ew_to_send == 0 && e->pending == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, ew_taken);
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    e->pending, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P02_none: ew_alerts == \old(ew_alerts);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending;
  ensures    P18_pending: e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t write_new(ew_bearssl *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  requires   P18_no_less: e->pending <= len;
  terminates \true;
  exits      \false;
  assigns    e->pending, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P02_none: ew_alerts == \old(ew_alerts);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending;
  ensures    P18_pending: e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t drain_and_write(ew_bearssl *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    input: same_input{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P18_no_less: \result == EW_EVENT_DONE <==> len >= e->pending;
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
*/
static inline uint8_t begin_write(ew_bearssl *e, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    e->pending, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P02_none: ew_alerts == \old(ew_alerts);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_no_less: \old(e->pending) > len ==> \result == EW_EVENT_TLS_ERROR && same_record{Pre,Post}(e);
*/
static inline uint8_t write_or_repeat(ew_bearssl *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   valid: \valid(written) && \separated(written, e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->obuf, e->engine->obuf_len), EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    *written;
  assigns    e->pending, ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P02_none: ew_alerts == \old(ew_alerts);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written && e->pending == 0;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) && *written == \old(*written);
  ensures    P18_no_less: \old(e->pending) > len ==> \result == EW_EVENT_TLS_ERROR && same_record{Pre,Post}(e);
*/
static inline uint8_t write_action(ew_bearssl *e, const unsigned char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P01_nothing_owed: ew_to_send == 0;
  requires   P01_not_out: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e->engine), e->engine->record_type_out, EW_LENGTHS, ew_taken, ew_alerts, e->transport->gate, e->transport->to_shut;
  assigns    ew_place \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
*/
static inline int seal_and_alert(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t notice_out(ew_bearssl *e);

/*@
  requires   ok: port_ok(e) && is_open(e);
  requires   P01_nothing_owed: ew_to_send == 0;
  requires   P01_not_out: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t make_notice(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    ew_taken, ew_alerts;
  assigns    ew_place \from e->engine->obuf;
  assigns    EW_PORT_SENDS(e);
  assigns    ew_keys \from e->engine->obuf;
  assigns    e->transport->detail \from \nothing;
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_action(ew_bearssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P22_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed, buf[0 .. len - 1];
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P22_count: \result <= len && \result != 0;
  ensures    P22_held: \result > 0 ==> \result <= ew_held;
  ensures    P22_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->engine->ibuf[e->engine->ixa + j];
*/
static inline int peek_data(ew_bearssl *e, unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->engine, e->transport,
               EW_BUFFER_OF(e->engine->ibuf, e->engine->ibuf_len));
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed, e->engine->ixa, ew_wanted, ew_held, buf[0 .. len - 1];
  ensures    links: links_ok(e);
  ensures    counts: counts_ok(e);
  ensures    P02_type: type_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: same_gate{Pre,Post}(e);
  ensures    P17_count: \result <= len && \result != 0;
  ensures    P17_moved: \result > 0 ==> ew_held == \old(ew_held) - \result;
  ensures    P17_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->engine->ibuf[\old(e->engine->ixa) + j];
*/
static inline int take_data(ew_bearssl *e, unsigned char *buf, int len);

/*@
  requires   links: links_ok((ew_bearssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result == ew_held && \result >= 0;
*/
static inline int count_data(const ew_bearssl *e);

#endif
