/*
 * Endwell: the contracts of the port for OpenSSL, from each action down to the BIO. What a port owes carries
 * its number (P-01 to P-23, src/ew_port.h and proofs/CONDITIONS.md); what they rest on of libssl stands in
 * engines/openssl_port.h.
 *
 * Attaching, adopting, detaching and clear have no contract: they are tested. The entries of the port and of
 * its BIO, one line each, hand a void * on, and are outside.
 */
#ifndef EW_WIRE_PORT_OPENSSL_H
#define EW_WIRE_PORT_OPENSSL_H

#include <limits.h>

#include "engines/openssl_port.h"
#include "ew_predicates.h"
#include "openssl_action.h"
#include "openssl_bio.h"
#include "wire/calls.h"

/* What each action may change. */
#define EW_PORT_FAILS(e)  (e)->transport->engine_error, (e)->transport->alert
#define EW_PORT_PAUSES(e) (e)->job, (e)->blocked, (e)->job_fed, (e)->job_met
#define EW_PORT_CALLS(e) *(e), *((e)->ssl), *((e)->transport), *((e)->bio)

/*@
  // How many bytes of the application's it was told of: a record that left meanwhile comes later.
  logic integer told_of{L}(ew_openssl *e) =
    e->told != 0 ? e->ssl->taken - e->pending : (integer)e->ssl->taken;

  predicate kept_ok{L}(ew_openssl *e) =
    e->kept == 0 || e->kept == EW_EVENT_FATAL_ALERT || e->kept == EW_EVENT_EOF ||
    e->kept == EW_EVENT_IO_ERROR || e->kept == EW_EVENT_TLS_ERROR ||
    (e->kept == EW_EVENT_CLOSE_NOTIFY && e->ssl->notice == 1);

  predicate links_ok{L}(ew_openssl *e) = \valid(e) && ssl_ok(e->ssl) && e->ssl->port == e;

  predicate counts_ok{L}(ew_openssl *e) =
    notice_ok(e) && 0 <= e->pending <= EW_RECORD_MAX && (e->told != 0 ==> 1 <= e->pending);

  // What is pending, and was not told of, is what the application gave.
  predicate record_ok{L}(ew_openssl *e) =
    e->told == 0 ==> plain_bytes(&e->record[0], e->pending, e->ssl->taken);

  predicate gate_ok{L}(ew_openssl *e) = e->transport->gate <= EW_GATE_SHUT;

  predicate port_ok{L}(ew_openssl *e) = links_ok(e) && counts_ok(e) && kept_ok(e) && gate_ok(e);

  predicate own_bio{L}(ew_openssl *e) = e->ssl->reads_ours != 0 && e->ssl->writes_ours != 0;

  predicate is_action(integer a) = EW_OPENSSL_OF_HANDSHAKE <= a <= EW_OPENSSL_OF_CLOSE;

  // P-06: what may come of sending.
  predicate ends_sending(integer r) =
    r == EW_EVENT_DONE || r == EW_EVENT_WANT_READ || r == EW_EVENT_WANT_WRITE || r == EW_EVENT_SUSPENDED ||
    r == EW_EVENT_IO_ERROR || r == EW_EVENT_TLS_ERROR;

  // P-04: a close_notify is told of one that came in complete, and is authentic once there are keys.
  predicate is_true{L}(ew_openssl *e, integer r) = r == EW_EVENT_CLOSE_NOTIFY ==> e->ssl->notice == 1;

  // Nothing that the port holds on to is another, and a close_notify that came has come.
  predicate same_links{A,B}(ew_openssl *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->bio,A) == \at(e->bio,B) && \at(e->ssl->port,A) == \at(e->ssl->port,B) &&
    (\at(e->ssl->notice,A) == 1 ==> \at(e->ssl->notice,B) == 1);

  // P-14, P-18: not one byte of a record that is pending is lost, or told of.
  predicate same_record{A,B}(ew_openssl *e) =
    \at(e->pending,A) == \at(e->pending,B) && \at(e->told,A) == \at(e->told,B) &&
    \at(e->ssl->taken,A) == \at(e->ssl->taken,B);
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
  ensures    W7_an_end_is_no_close: \result == EW_EVENT_EOF || \result == EW_EVENT_IO_ERROR ||
               \result == EW_EVENT_WANT_WRITE || \result == EW_EVENT_WANT_READ ||
               \result == EW_EVENT_OTHER || \result == EW_EVENT_TLS_ERROR;
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
  ensures    count: \result > 0 ==> \result <= len;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_END || \result == EW_TRANSPORT_BLOCKED ||
               \result == EW_TRANSPORT_FAILED;
*/
int ew_transport_recv(ew_transport *t, void *buf, size_t len);

/* The BIO ----------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(e) && \valid(e->bio) && \separated(e, e->bio);
  terminates \true;
  exits      \false;
  assigns    e->blocked, e->bio->flags;
  ensures    nothing: \result == -1;
*/
static inline int ew_openssl_stopped(ew_openssl *e, int result, int flag);

/*@
  requires   valid: \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    keeps: \result != 0 <==> e->notice_out < e->notice_len;
*/
static inline int ew_openssl_keeps_notice(const ew_openssl *e);

/*@
  requires   links: links_ok(e);
  requires   fits: 1 <= len <= EW_ALERT_MAX && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e);
  requires   P01_behind_the_seal: e->transport->gate != EW_GATE_OPEN;
  terminates \true;
  exits      \false;
  assigns    e->rest, EW_NOTICE_OF(e);
  ensures    notice: notice_ok(e);
  ensures    P15_all: \result == len && e->notice_len == len && e->notice_out == 0;
  ensures    P15_same_bytes: \forall integer j; 0 <= j < len ==> e->notice[j] == buf[j];
*/
static inline int ew_openssl_keep_notice(ew_openssl *e, const char *buf, int len);

/*@
  requires   valid: \valid(e);
  requires   part: e->notice_out <= e->notice_len && n <= e->notice_len - e->notice_out;
  terminates \true;
  exits      \false;
  assigns    e->notice_out;
  ensures    P15_goes_on: n > 0 ==> e->notice_out == \old(e->notice_out) + n;
  ensures    P15_same: n <= 0 ==> e->notice_out == \old(e->notice_out);
*/
static inline void ew_openssl_note_sent(ew_openssl *e, int n);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  requires   some: e->notice_out < e->notice_len;
  terminates \true;
  exits      \false;
  assigns    e->notice_out, EW_WIRE_OF(e->transport);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P14_pending: e->pending == \old(e->pending);
  ensures    P14_told: e->told == \old(e->told);
  ensures    P14_taken: e->ssl->taken == \old(e->ssl->taken);
  ensures    kept: e->kept == \old(e->kept);
  ensures    job: e->job == \old(e->job);
  ensures    open: e->open == \old(e->open);
  ensures    linked: links_ok(e);
  ensures    counts: \old(counts_ok(e)) ==> counts_ok(e);
  ensures    kept_ok: \old(kept_ok(e)) ==> kept_ok(e);
  ensures    in_range: \old(gate_ok(e)) ==> gate_ok(e);
  ensures    notice: notice_ok(e);
  ensures    whole: e->notice_len == \old(e->notice_len);
  ensures    P15_goes_on: \result > 0 ==> e->notice_out == \old(e->notice_out) + \result;
  ensures    P15_same: \result <= 0 ==> e->notice_out == \old(e->notice_out);
  ensures    gate: \old(e->transport->gate) == EW_GATE_OPEN <==> e->transport->gate == EW_GATE_OPEN;
*/
static inline int ew_openssl_send_part(ew_openssl *e);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->notice_out, EW_WIRE_OF(e->transport);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    record: \old(record_ok(e)) ==> record_ok(e);
  ensures    linked: links_ok(e);
  ensures    counts: \old(counts_ok(e)) ==> counts_ok(e);
  ensures    kept_ok: \old(kept_ok(e)) ==> kept_ok(e);
  ensures    in_range: \old(gate_ok(e)) ==> gate_ok(e);
  ensures    notice: notice_ok(e);
  ensures    P15_goes_on: \old(e->notice_out) <= e->notice_out;
  ensures    gate: \old(e->transport->gate) == EW_GATE_OPEN <==> e->transport->gate == EW_GATE_OPEN;
*/
static inline void ew_openssl_send_notice(ew_openssl *e);

/*@
  requires   links: links_ok((ew_openssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P01_behind_the_seal: \result != 0 ==> e->transport->gate == EW_GATE_SEALED;
  ensures    fits: \result != 0 ==> len <= EW_ALERT_MAX;
*/
static inline int ew_openssl_is_notice(const ew_openssl *e, int len);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  requires   none: e->notice_out >= e->notice_len;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    e->rest, e->blocked, e->bio->flags, EW_NOTICE_OF(e);
  ensures    notice: notice_ok(e);
  ensures    count: \result == -1 || \result == len;
  ensures    P15_all: \result == len ==> e->notice_len == len && e->notice_out == 0;
  ensures    P15_none: \result == -1 ==> e->notice_out >= e->notice_len;
  ensures    P15_same_bytes: \result == len ==>
               \forall integer j; 0 <= j < len ==> e->notice[j] == buf[j];
*/
static inline int ew_openssl_not_taken(ew_openssl *e, const char *buf, int len, int result);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  requires   none: e->notice_out >= e->notice_len;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    e->rest, e->flags, e->blocked, EW_NOTICE_OF(e), e->bio->flags, EW_WIRE_OF(e->transport);
  ensures    notice: notice_ok(e);
  ensures    gate: \old(e->transport->gate) == EW_GATE_OPEN <==> e->transport->gate == EW_GATE_OPEN;
  ensures    P18_count: \result == -1 || 1 <= \result <= len;
  ensures    P15_all: e->notice_out < e->notice_len ==>
               \result == len && e->notice_len == len && e->notice_out == 0;
*/
static inline int ew_openssl_hand_over(ew_openssl *e, const char *buf, int len);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  requires   P18_memory: 1 <= len ==> \valid_read(buf + (0 .. len - 1));
  requires   apart: 1 <= len ==>
               \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    e->fresh, e->surplus, e->rest, e->flags, e->blocked, EW_NOTICE_OF(e), e->bio->flags,
             EW_WIRE_OF(e->transport);
  ensures    notice: notice_ok(e);
  ensures    gate: \old(e->transport->gate) == EW_GATE_OPEN <==> e->transport->gate == EW_GATE_OPEN;
  ensures    P18_count: -1 <= \result && (\result <= len || \result == 0);
  ensures    P02_nothing_behind: \old(e->notice_out) < \old(e->notice_len) && 1 <= len ==>
               \result == len && e->transport->met == \old(e->transport->met) &&
               e->transport->out.have == \old(e->transport->out.have) &&
               e->notice_out == \old(e->notice_out) && e->notice_len == \old(e->notice_len);
  ensures    P15_all: \old(e->notice_out) >= \old(e->notice_len) && e->notice_out < e->notice_len ==>
               \result == len && e->notice_len == len && e->notice_out == 0;
  ensures    P18_no_more: \old(e->notice_out) >= \old(e->notice_len) && \old(e->fresh) == 0 && \old(e->pending) > 0 && 1 <= len && \old(e->rest) < len ==>
               \result == -1 && e->surplus == 1 && e->rest == \old(e->rest) &&
               e->transport->met == \old(e->transport->met);
*/
static inline int ew_openssl_let_out(ew_openssl *e, const char *buf, int len);

/*@
  requires   links: links_ok(e);
  requires   notice: notice_ok(e);
  requires   P16_memory: 1 <= len ==> \valid(buf + (0 .. len - 1));
  requires   apart: 1 <= len ==>
               \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    e->flags, e->blocked, e->bio->flags, EW_WIRE_OF(e->transport), buf[0 .. len - 1];
  ensures    notice: notice_ok(e);
  ensures    P16_count: -1 <= \result && (\result <= len || \result == 0);
*/
static inline int ew_openssl_let_in(ew_openssl *e, char *buf, int len);

/*@
  requires   valid: cmd <= BIO_CTRL_FLUSH ==> \valid_read(e) && \valid_read(e->transport);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_end: cmd == BIO_CTRL_EOF ==>
               (\result != 0 <==> (e->transport->met & EW_MET_END) != 0);
  ensures    flag: 0 <= \result <= 1;
*/
static inline long ew_openssl_answer(const ew_openssl *e, int cmd);

/* How a call begins ------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->mode;
  ensures    same: ssl->mode == \old(ssl->mode);
*/
static inline void ew_openssl_set_sizes(SSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_one_record: 512 <= \result <= EW_RECORD_MAX;
*/
static inline int ew_openssl_agreed_length(int code);

/*@
  requires   valid: \valid(ssl);
  requires   some: 1 <= len;
  terminates \true;
  exits      \false;
  assigns    ssl->mode;
  ensures    same: ssl->mode == \old(ssl->mode);
  ensures    P18_one_record: 1 <= \result <= len && \result <= EW_RECORD_MAX;
*/
static inline int ew_openssl_one_record(SSL *ssl, int len);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->blocked, e->job, e->bio->flags, e->transport->met, e->transport->fed;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    no_job: e->job == EW_OPENSSL_NO_JOB;
*/
static inline void ew_openssl_go_on(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->detail \from why;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    fatal: \result == EW_EVENT_TLS_ERROR;
*/
static inline uint8_t ew_openssl_changed(ew_openssl *e, const char *why);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    notice: e->ssl->notice == \old(e->ssl->notice);
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e);
*/
static inline uint8_t ew_openssl_begin(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    notice: e->ssl->notice == \old(e->ssl->notice);
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e);
*/
static inline uint8_t ew_openssl_begin_reading(ew_openssl *e);

/* What came of it --------------------------------------------------------------------------------- */

/* Outside, for the text that libssl names its state by. */
/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_failed: \result != 0 <==> ssl->failed != 0;
*/
static inline int ew_openssl_has_failed(const SSL *ssl);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->engine_error;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    as_it_was: \result == result;
*/
static inline uint8_t ew_openssl_failed(ew_openssl *e, uint8_t result);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P19_not_the_socket: want == SSL_READING || want == SSL_WRITING || want == SSL_NOTHING ==> \result == 0;
*/
static inline int ew_openssl_is_suspended(int want);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P19_suspended: \result == EW_EVENT_SUSPENDED;
*/
static inline uint8_t ew_openssl_suspended(ew_openssl *e, uint8_t action);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P03_not_done: \result != EW_EVENT_DONE;
  ensures    P13_no_data: \result != EW_EVENT_DATA;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t ew_openssl_outcome(ew_openssl *e, uint8_t action);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_not_sooner: \result == EW_EVENT_DONE ==> result == EW_EVENT_DONE;
*/
static inline uint8_t ew_openssl_sending(uint8_t result);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_number: -1 <= \result <= 255;
*/
static inline int16_t ew_openssl_alert_number(unsigned long error);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   flag: (e->ssl->shutdown & SSL_RECEIVED_SHUTDOWN) != 0;
  requires   P04_notice: notice_is_true(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P04_authentic: is_true(e, \result);
  ensures    P04_what: \result == EW_EVENT_CLOSE_NOTIFY || \result == EW_EVENT_FATAL_ALERT ||
               \result == EW_EVENT_TLS_ERROR || \result == EW_EVENT_EOF || \result == EW_EVENT_IO_ERROR;
*/
static inline uint8_t ew_openssl_alert_outcome(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    fatal: \result == EW_EVENT_TLS_ERROR;
*/
static inline uint8_t ew_openssl_was_cleared(ew_openssl *e);

/* What libssl does --------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P13_complete: \result == 1 ==> e->ssl->in_init == 0;
  ensures    P04_notice: \result != 1 ==> notice_is_true(e->ssl);
*/
static inline int run_handshake(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   P18_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   P18_memory: \valid_read(buf + (0 .. len - 1));
  requires   P18_outlives: no_async(e->ssl) || buf == &e->record[0];
  requires   P18_next_bytes: plain_bytes((char *)buf, len, e->ssl->taken);
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    pending: e->pending == \old(e->pending) && e->told == \old(e->told);
  ensures    P18_count: \result <= len;
  ensures    P18_taken: \result > 0 ==> e->ssl->taken == \old(e->ssl->taken) + \result;
  ensures    P18_none: \result <= 0 ==> e->ssl->taken == \old(e->ssl->taken);
*/
static inline int run_write(ew_openssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   some: 1 <= e->pending && e->told == 0;
  requires   lifetime: e->ssl->taken + e->pending <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: \result <= 0 ==> record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    pending: e->pending == \old(e->pending) && e->told == \old(e->told);
  ensures    P18_count: \result <= \old(e->pending);
  ensures    P18_taken: \result > 0 ==> e->ssl->taken == \old(e->ssl->taken) + \result;
  ensures    P18_none: \result <= 0 ==> e->ssl->taken == \old(e->ssl->taken);
*/
static inline int run_again(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   P01_behind_the_seal: e->transport->gate == EW_GATE_SEALED;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
*/
static inline void run_shutdown(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P05_held: \result > 0 ==> e->ssl->held >= 1;
  ensures    P04_notice: \result <= 0 ==> notice_is_true(e->ssl);
*/
static inline int run_peek(ew_openssl *e);

/* What each action does --------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   complete: e->ssl->in_init == 0;
  terminates \true;
  exits      \false;
  assigns    e->open;
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P13_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->ssl->in_init == 0 && e->open == 1;
  ensures    P13_no_older: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
*/
static inline uint8_t handshake_done(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P04_notice: notice_is_true(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P03_not_done: \result != EW_EVENT_DONE;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t handshake_stopped(ew_openssl *e, int was_set);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->ssl->in_init == 0 && e->open == 1;
  ensures    P13_no_older: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t go_on_shaking(ew_openssl *e, int was_set);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->ssl->in_init == 0 && e->open == 1;
  ensures    P13_no_older: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t do_handshake(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e);
*/
static inline uint8_t finish_message(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e);
*/
static inline uint8_t begin_sending(ew_openssl *e);

/*@
  requires   links: links_ok(e);
  requires   P18_memory: 0 <= len <= EW_RECORD_MAX && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e);
  terminates \true;
  exits      \false;
  assigns    e->record[0 .. len - 1];
  ensures    P18_same_bytes: \forall integer j; 0 <= j < len ==> e->record[j] == buf[j];
*/
static inline void keep_data(ew_openssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   P18_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   P18_memory: \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  requires   none: e->pending == 0;
  requires   P18_next_bytes: plain_bytes((char *)buf, len, e->ssl->taken);
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    pending: e->pending == \old(e->pending) && e->told == \old(e->told);
  ensures    P18_count: \result <= len;
  ensures    P18_taken: \result > 0 ==> e->ssl->taken == \old(e->ssl->taken) + \result;
  ensures    P18_none: \result <= 0 ==> e->ssl->taken == \old(e->ssl->taken);
*/
static inline int write_anew(ew_openssl *e, const char *buf, int len);

/*@
  requires   links: links_ok((ew_openssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    paused: e->job == EW_OPENSSL_OF_WRITE ==> \result != 0;
*/
static inline int has_taken(const ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e);
*/
static inline uint8_t begin_writing(ew_openssl *e);

/*@
  requires   valid: \valid(e) && \valid(written) && \separated(e, written);
  terminates \true;
  exits      \false;
  assigns    e->pending, e->told, *written;
  ensures    done: \result == EW_EVENT_DONE;
  ensures    P18_nothing_pending: e->pending == 0 && e->told == 0;
  ensures    P18_told: *written == count;
*/
static inline uint8_t write_done(ew_openssl *e, int count, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) && \result != EW_EVENT_DONE;
*/
static inline uint8_t write_stopped(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len <= EW_RECORD_MAX && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  requires   none: e->pending == 0;
  requires   P18_next_bytes: plain_bytes((char *)buf, len, e->ssl->taken);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e), e->pending, e->record[0 .. EW_RECORD_MAX - 1];
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P06_sending: ends_sending(\result) && \result != EW_EVENT_DONE;
  ensures    P18_pending: e->pending == 0 || e->pending == len;
*/
static inline uint8_t first_stopped(ew_openssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   P18_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   P18_memory: \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio) &&
               \separated(written, buf + (0 .. len - 1));
  requires   none: e->pending == 0;
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e));
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P18_pending: \result != EW_EVENT_DONE ==> e->pending <= len;
*/
static inline uint8_t write_first(ew_openssl *e, const char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   some: 1 <= e->pending;
  requires   lifetime: e->ssl->taken + e->pending <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: \result <= 0 ==> record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    pending: e->pending == \old(e->pending) && e->told == \old(e->told);
  ensures    P18_count: \result <= \old(e->pending);
  ensures    P18_taken: \result > 0 ==> e->ssl->taken == \old(told_of(e)) + \result;
  ensures    P18_none: \result <= 0 ==> e->ssl->taken == \old(e->ssl->taken);
*/
static inline int repeat(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   some: 1 <= e->pending;
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio);
  requires   lifetime: e->ssl->taken + e->pending <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= \old(e->pending);
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t write_again(ew_openssl *e, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P18_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   P18_memory: \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio) &&
               \separated(written, buf + (0 .. len - 1));
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e));
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P18_pending: \old(e->pending) <= len && \result != EW_EVENT_DONE ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t do_write(ew_openssl *e, const char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   some: 1 <= e->pending;
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P14_count: \result == EW_EVENT_DONE ==> 0 <= *written <= \old(e->pending);
  ensures    P14_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t flush_pending(ew_openssl *e, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P14_count: \result == EW_EVENT_DONE ==> 0 <= *written <= \old(e->pending);
  ensures    P14_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t do_flush(ew_openssl *e, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) && \result != EW_EVENT_DONE;
*/
static inline uint8_t close_stopped(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_outcome(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P01_behind_the_seal: e->transport->gate != EW_GATE_OPEN;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_again(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   P01_behind_the_seal: e->transport->gate == EW_GATE_SEALED;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_sealed(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P02_own_bio: own_bio(e);
  requires   not_shut: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t seal_and_close(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t begin_closing(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t do_close(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P04_notice: notice_is_true(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_PAUSES(e), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P03_not_done: \result != EW_EVENT_DONE;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t receive_stopped(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN && \result != EW_EVENT_DONE;
  ensures    P04_authentic: is_true(e, \result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->ssl->held >= 1;
*/
static inline uint8_t do_receive(ew_openssl *e);

/* Jobs -------------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_no_more: e->pending <= \old(e->pending);
*/
static inline uint8_t write_meanwhile(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P04_authentic: is_true(e, result);
  terminates \true;
  exits      \false;
  assigns    e->kept;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_record{Pre,Post}(e);
  ensures    as_it_was: \result == result;
  ensures    P04_kept: result == EW_EVENT_CLOSE_NOTIFY || result == EW_EVENT_FATAL_ALERT || result == EW_EVENT_EOF
               ==> e->kept == result;
*/
static inline uint8_t kept(ew_openssl *e, uint8_t result);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_no_more: e->pending <= \old(e->pending);
  ensures    P14_another: \old(e->job) != EW_OPENSSL_OF_WRITE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t other_job(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P19_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_SUSPENDED || \result == EW_EVENT_TLS_ERROR;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P14_another: action == EW_OPENSSL_OF_WRITE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t ready_for(ew_openssl *e, uint8_t action);

/* The actions ------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->ssl->in_init == 0 && e->open == 1;
  ensures    P13_no_older: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t handshake_action(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P18_one_record: 1 <= len <= EW_RECORD_MAX;
  requires   P18_memory: \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport, e->bio) &&
               \separated(written, buf + (0 .. len - 1));
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e));
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P18_pending: \old(e->pending) <= len && \result != EW_EVENT_DONE ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t write_action(ew_openssl *e, const char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
*/
static inline uint8_t flush_action(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result) || \result == EW_EVENT_OTHER;
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t close_action(ew_openssl *e);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   lifetime: e->ssl->taken + EW_RECORD_MAX <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN && \result != EW_EVENT_DONE;
  ensures    P04_authentic: is_true(e, \result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->ssl->held >= 1;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t receive_action(ew_openssl *e);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->mode;
  ensures    P17_no_job: no_async(ssl);
  ensures    flag: \result == 0 || \result == 1;
*/
static inline int leave_jobs(SSL *ssl);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->mode;
*/
static inline void allow_jobs(SSL *ssl, int jobs);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P17_count: \result <= len;
*/
static inline int take_data(ew_openssl *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   record: record_ok(e);
  requires   P22_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport, e->bio);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    record: record_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P22_count: \result <= len;
  ensures    P22_held: \result > 0 ==> e->ssl->held >= \result;
*/
static inline int peek_data(ew_openssl *e, char *buf, int len);

/*@
  requires   links: links_ok((ew_openssl *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result >= 0;
*/
static inline int count_data(const ew_openssl *e);

#endif
