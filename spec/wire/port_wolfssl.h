/*
 * Endwell: the contracts of the port for wolfSSL (src/wolfssl_action.h, wolfssl_call.h), from each action down to
 * the callbacks. What a port owes carries its number (P-01 to P-23, src/ew_port.h and proofs/CONDITIONS.md); what
 * they rest on of wolfSSL stands in engines/wolfssl_port.h.
 */
#ifndef EW_WIRE_PORT_WOLFSSL_H
#define EW_WIRE_PORT_WOLFSSL_H

#include <limits.h>

#include "engines/wolfssl_port.h"
#include "ew_predicates.h"
#include "port_common.h"
#include "wire/calls.h"
#include "wolfssl_setup.h"

/* What each action may change. */
#define EW_PORT_FAILS(e) (e)->transport->engine_error, (e)->transport->alert
#define EW_CALL_WRITES(e) EW_STATE_OF((e)->ssl), (e)->owed, EW_WIRE_OF((e)->transport)
#define EW_PORT_CALLS(e)                                                                           \
    EW_CALL_WRITES(e), (e)->pending, (e)->open, (e)->ssl->taken, (e)->ssl->alerts, EW_PORT_FAILS(e)

/*@
  predicate links_ok{L}(ew_wolfssl *e) =
    \valid(e) && \valid(e->ssl) && e->ssl->port == e && ssl_ok(e->ssl);

  predicate counts_ok{L}(ew_wolfssl *e) = 0 <= e->pending <= e->ssl->taken;

  predicate port_ok{L}(ew_wolfssl *e) = links_ok(e) && counts_ok(e) && alerts_ok(e->ssl);

  // How many bytes of the application's it was told of: a record that is pending comes later.
  logic integer told_of{L}(ew_wolfssl *e) = e->ssl->taken - e->pending;

  // The connection is open, as `begin` finds it: then no call of an action goes on with a handshake.
  predicate is_open{L}(ew_wolfssl *e) = e->open != 0 && e->transport->gate == EW_GATE_OPEN;

  // P-13: the handshake is over, and was seen to be.
  predicate is_complete{L}(ew_wolfssl *e) = e->ssl->init_finished != 0 && e->open != 0;

  predicate is_of_transport(integer r) =
    r == EW_EVENT_EOF || r == EW_EVENT_IO_ERROR || r == EW_EVENT_WANT_WRITE || r == EW_EVENT_WANT_READ ||
    r == EW_EVENT_OTHER || r == EW_EVENT_TLS_ERROR;

  // P-06: what may come of sending: never a record's word, but of the transport's any.
  predicate ends_sending(integer r) =
    r == EW_EVENT_DONE || is_of_transport(r) || r == EW_EVENT_SUSPENDED;

  // P-04: a close_notify is told of one that came in complete, and is authentic once there are keys.
  predicate is_true{L}(ew_wolfssl *e, integer r) = r == EW_EVENT_CLOSE_NOTIFY ==> e->ssl->notice == 1;

  predicate same_links{A,B}(ew_wolfssl *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    (\at(e->ssl->notice,A) == 1 ==> \at(e->ssl->notice,B) == 1);

  // P-14, P-18: not one byte of a record that is pending is lost, or told of.
  predicate same_record{A,B}(ew_wolfssl *e) =
    \at(e->pending,A) == \at(e->pending,B) && \at(e->ssl->taken,A) == \at(e->ssl->taken,B);

  // P-01: no close_notify of ours is made meanwhile.
  predicate no_other_alert{A,B}(ew_wolfssl *e) = \at(e->ssl->alerts,A) == \at(e->ssl->alerts,B);

  predicate of_receiving(integer r) =
    is_outcome(r) && r != EW_EVENT_AGAIN && r != EW_EVENT_DONE;

  // What wolfSSL says of a call that waits for a function of the application's.
  predicate waits(integer error) = error == WC_PENDING_E || error == WOLFSSL_ERROR_WANT_X509_LOOKUP;

  // What it says of one that the transport stopped.
  predicate of_transport(integer error) =
    error == WOLFSSL_ERROR_WANT_READ || error == WOLFSSL_ERROR_NONE || error == WOLFSSL_ERROR_WANT_WRITE ||
    error == WOLFSSL_ERROR_SYSCALL || error == SOCKET_ERROR_E || error == SOCKET_PEER_CLOSED_E;

  // The newest alert is one that the object received in this connection, and no warning that TLS 1.3 knows.
  predicate newest_is_error{L}(ew_wolfssl *e, integer alert) =
    e->open != 0 && 0 <= alert && alert != e->alert && e->ssl->version >= TLS1_3_VERSION &&
    alert % 256 != close_notify && alert % 256 != user_canceled;

  // An alert was received, and which was the newest, as newest_alert tells it.
  predicate any_alert{L}(WOLFSSL *s) = s->known != 0 && 0 <= s->alert_code && 0 <= s->alert_level;

  logic integer newest{L}(WOLFSSL *s) = 256 * (s->alert_level % 256) + s->alert_code % 256;

  predicate is_newest{L}(WOLFSSL *s, integer alert) =
    (any_alert(s) ==> alert == newest(s)) && (!any_alert(s) ==> alert == -1);
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

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error;
  assigns    t->detail \from why;
  ensures    refused: \result == -1;
*/
int ew_transport_refuse(ew_transport *t, const char *why);

/* The callbacks ----------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(e) && \valid(e->transport) && \separated(e, e->transport);
  requires   some: 1 <= len;
  requires   P14_owed_before: 0 <= e->owed;
  requires   P15_memory: e->owed == 0 || len == e->owed ==> \valid_read(buf + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    e->owed, EW_WIRE_OF(e->transport);
  assigns    e->transport->detail \from \nothing;
  ensures    gate: \old(e->transport->gate) == EW_GATE_OPEN <==> e->transport->gate == EW_GATE_OPEN;
  ensures    in_range: \old(e->transport->gate) <= EW_GATE_SHUT ==> e->transport->gate <= EW_GATE_SHUT;
  ensures    P15_count: \result > 0 ==> \result <= len;
  ensures    P15_never_zero: \result > 0 || \result == WOLFSSL_CBIO_ERR_WANT_WRITE ||
               \result == WOLFSSL_CBIO_ERR_GENERAL;
  ensures    P14_owed: 0 <= e->owed && (\result > 0 ==> e->owed == len - \result);
  ensures    P14_still_owed: \result <= 0 && (\old(e->owed) == 0 || \old(e->owed) == len) ==> e->owed == len;
  ensures    P15_no_more: \old(e->owed) > 0 && len != \old(e->owed) ==>
               \result == WOLFSSL_CBIO_ERR_GENERAL && e->owed == \old(e->owed);
*/
static inline int let_out(ew_wolfssl *e, const char *buf, int len);

/*@
  requires   valid: \valid_read(e) && \valid(e->transport);
  requires   P16_room: \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->transport);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(e->transport);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P16_count: \result > 0 ==> \result <= len;
  ensures    P16_answers: \result > 0 || \result == WOLFSSL_CBIO_ERR_WANT_READ ||
               \result == WOLFSSL_CBIO_ERR_CONN_CLOSE || \result == WOLFSSL_CBIO_ERR_GENERAL;
  ensures    P16_asked_once: (\old(e->transport->met) & EW_MET_RECV_BLOCKED) != 0 ==>
               \result == WOLFSSL_CBIO_ERR_WANT_READ;
*/
static inline int let_in(const ew_wolfssl *e, char *buf, int len);

/* Of the trampolines, what is called here: the context is a void *. */
/*@
  requires   valid: \valid_read(e) && \valid_read(e->ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    reaches: \result != 0 <==> e->ssl->reads_ours != 0;
*/
static inline int reads_ours(const ew_wolfssl *e);

/*@
  requires   valid: \valid_read(e) && \valid_read(e->ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    reaches: \result != 0 <==> e->ssl->writes_ours != 0;
*/
static inline int writes_ours(const ew_wolfssl *e);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int io_send(WOLFSSL *ssl, char *buf, int len, void *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int io_recv(WOLFSSL *ssl, char *buf, int len, void *ctx);

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

/* Alerts ------------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P24_newest: is_newest(ssl, \result);
*/
static inline int newest_alert(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_notice: \result != 0 <==> alert == 256 * alert_warning + close_notify;
*/
static inline int is_close_notify(int alert);

/* Outcomes ---------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(e) && \valid(e->transport);
  terminates \true;
  exits      \false;
  assigns    e->transport->engine_error;
  ensures    as_it_is: \result == is;
  ensures    P24_code: e->transport->engine_error == error;
*/
static inline uint8_t ended(const ew_wolfssl *e, int error, uint8_t is);

/*@
  requires   links: links_ok((ew_wolfssl *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    P19_suspended: e->ssl->version >= EW_WOLFSSL_WAITS_FROM ==> \result == EW_EVENT_SUSPENDED;
  ensures    P19_not_in_tls12: e->ssl->version < EW_WOLFSSL_WAITS_FROM ==> \result == EW_EVENT_TLS_ERROR;
  ensures    P24_code: \result == EW_EVENT_TLS_ERROR ==> e->transport->engine_error == error;
*/
static inline uint8_t put_off(const ew_wolfssl *e, int error);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P19_suspended: \result == EW_EVENT_SUSPENDED ==> waits(said(e->ssl, ret));
  ensures    P19_goes_on: waits(said(e->ssl, ret)) && e->ssl->version >= EW_WOLFSSL_WAITS_FROM ==>
               \result == EW_EVENT_SUSPENDED;
  ensures    P09_transport: of_transport(said(e->ssl, ret)) ==> is_of_transport(\result);
  ensures    P09_else: !of_transport(said(e->ssl, ret)) && !waits(said(e->ssl, ret)) ==> \result == EW_EVENT_TLS_ERROR;
  ensures    P06_sending: ends_sending(\result) && \result != EW_EVENT_DONE;
  ensures    P24_code: \result == EW_EVENT_TLS_ERROR ==> e->transport->engine_error == said(e->ssl, ret);
*/
static inline uint8_t outcome(ew_wolfssl *e, int ret);

/*@
  requires   links: links_ok(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P04_error: \result != 0 <==> newest_is_error(e, alert);
*/
static inline int is_error_alert(ew_wolfssl *e, int alert);

/*@
  requires   valid: \valid_read(e) && \valid(e->transport);
  requires   some: 0 <= alert;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT;
  ensures    P24_number: e->transport->alert == alert % 256;
  ensures    P24_code: e->transport->engine_error == error;
*/
static inline uint8_t alerted(const ew_wolfssl *e, int error, int alert);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: tells_notice(e->ssl, ret) ==> e->ssl->notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: of_receiving(\result) && \result != EW_EVENT_DATA;
  ensures    P04_authentic: is_true(e, \result);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> tells_notice(e->ssl, ret);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==>
               !tells_notice(e->ssl, ret) && any_alert(e->ssl) &&
               (said(e->ssl, ret) == FATAL_ERROR || newest_is_error(e, newest(e->ssl)));
  ensures    P24_number: \result == EW_EVENT_FATAL_ALERT ==> e->transport->alert == e->ssl->alert_code % 256;
  ensures    P24_code: \result == EW_EVENT_TLS_ERROR || \result == EW_EVENT_FATAL_ALERT ==>
               e->transport->engine_error == said(e->ssl, ret);
*/
static inline uint8_t received(ew_wolfssl *e, int ret);

/* Before each call ---------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(e) && \valid(e->ssl);
  requires   apart: \separated(e, e->ssl);
  terminates \true;
  exits      \false;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    P02_ours: e->ssl->recv == &io_recv && e->ssl->send == &io_send;
*/
static inline void use_transport(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e) && e->ssl->init_finished == \old(e->ssl->init_finished);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P02_own_io: \result == EW_EVENT_DONE ==> own_io(e->ssl);
  ensures    P10_not_cleared: \result == EW_EVENT_DONE && is_open(e) ==> e->ssl->init_finished != 0;
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P16_one_record: e->transport->fed == 0;
*/
static inline uint8_t begin(ew_wolfssl *e);

/* The actions --------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: tells_notice(e->ssl, ret) ==> e->ssl->notice == 1;
  requires   P13_complete: ret == WOLFSSL_SUCCESS ==> e->ssl->init_finished != 0 && e->owed == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e), e->open;
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> ret == WOLFSSL_SUCCESS && e->open == 1;
  ensures    P13_flushed: \result == EW_EVENT_DONE ==> e->owed == 0 && e->ssl->init_finished != 0;
  ensures    P10_version: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t negotiated(ew_wolfssl *e, int ret);

/*@
  requires   valid: \valid_read(e) && \valid(e->ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P13_complete: \result != 0 <==> e->open != 0 && e->owed == 0 && e->ssl->init_finished != 0;
*/
static inline int is_over(const ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_CALL_WRITES(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P02_own_io: own_io(e->ssl);
  ensures    P04_notice: tells_notice(e->ssl, \result) ==> e->ssl->notice == 1;
  ensures    P10_open: \old(e->ssl->init_finished) != 0 ==> e->ssl->init_finished != 0;
  ensures    P13_complete: \result == WOLFSSL_SUCCESS ==> e->ssl->init_finished != 0;
  ensures    P14_all_out: \result == WOLFSSL_SUCCESS ==> e->owed == 0;
*/
static inline int hand_over(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_complete(e);
  ensures    P13_flushed: \result == EW_EVENT_DONE ==> e->owed == 0;
  ensures    P10_version: \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t negotiate(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->ssl);
  requires   P09_begun: begun == EW_EVENT_DONE || begun == EW_EVENT_TLS_ERROR;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_complete(e);
  ensures    P13_flushed: \result == EW_EVENT_DONE ==> e->owed == 0;
  ensures    P10_version: \old(e->open) == 0 && \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t shake_hands(ew_wolfssl *e, uint8_t begun);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_complete(e);
  ensures    P13_flushed: \result == EW_EVENT_DONE ==> e->owed == 0;
  ensures    P10_version: \old(e->open) == 0 && \result == EW_EVENT_DONE ==> e->ssl->version >= TLS1_2_VERSION;
  ensures    P04_authentic: is_true(e, \result);
*/
static inline uint8_t handshake_action(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_done: \result == EW_EVENT_DONE <==> ret == WOLFSSL_SUCCESS;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t handed_over(ew_wolfssl *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->ssl);
  requires   P10_not_cleared: begun == EW_EVENT_DONE && is_open(e) ==> e->ssl->init_finished != 0;
  requires   P09_begun: begun == EW_EVENT_DONE || begun == EW_EVENT_TLS_ERROR;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P02_own_io: \result == EW_EVENT_DONE ==> own_io(e->ssl);
  ensures    P10_open: \old(is_open(e)) && \result == EW_EVENT_DONE ==> e->ssl->init_finished != 0;
  ensures    P14_all_out: \result == EW_EVENT_DONE ==> e->owed == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t drain(ew_wolfssl *e, uint8_t begun);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P02_own_io: \result == EW_EVENT_DONE ==> own_io(e->ssl);
  ensures    P10_open: \old(is_open(e)) && \result == EW_EVENT_DONE ==> e->ssl->init_finished != 0;
  ensures    P14_all_out: \result == EW_EVENT_DONE ==> e->owed == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t drain_output(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0 && e->owed == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
  ensures    P14_none_made: e->ssl->taken == \old(e->ssl->taken);
*/
static inline uint8_t flush_action(ew_wolfssl *e);

/*@
  requires   valid: \valid_read(e) && \valid(e->ssl);
  requires   some: 1 <= len;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_some: 1 <= \result <= len;
  ensures    P18_one_record: e->ssl->longest > 0 ==> \result <= e->ssl->longest;
*/
static inline int one_record(const ew_wolfssl *e, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_nothing_owed: e->pending == 0;
  requires   P18_count: ret <= len && 1 <= len;
  requires   P18_made: (ret > 0 ==> ret <= e->ssl->taken) &&
               (said(e->ssl, ret) == WOLFSSL_ERROR_WANT_WRITE ==> len <= e->ssl->taken);
  terminates \true;
  exits      \false;
  assigns    e->pending, EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: e->ssl->taken == \old(e->ssl->taken) && e->open == \old(e->open);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_told: \result == EW_EVENT_DONE <==> ret > 0;
  ensures    P18_pending: ret > 0 ==> e->pending == ret;
  ensures    P18_all_pending: said(e->ssl, ret) == WOLFSSL_ERROR_WANT_WRITE ==> e->pending == len;
  ensures    P18_none: ret <= 0 && said(e->ssl, ret) != WOLFSSL_ERROR_WANT_WRITE ==> e->pending == 0;
*/
static inline uint8_t record_made(ew_wolfssl *e, int ret, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->ssl);
  requires   open: e->ssl->init_finished != 0;
  requires   P18_nothing_owed: e->owed == 0 && e->pending == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((char *)buf, len, e->ssl->taken);
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_pending: e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t make_record(ew_wolfssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: drained == EW_EVENT_DONE ==> own_io(e->ssl);
  requires   P14_all_out: drained == EW_EVENT_DONE ==> e->owed == 0;
  requires   P06_sending: ends_sending(drained);
  requires   open: drained == EW_EVENT_DONE ==> e->ssl->init_finished != 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  requires   P18_no_less: e->pending <= len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
*/
static inline uint8_t write_behind(ew_wolfssl *e, uint8_t drained, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  requires   P18_no_less: e->pending <= len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
*/
static inline uint8_t drain_and_write(ew_wolfssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t write_or_repeat(ew_wolfssl *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((char *)buf, len, told_of(e));
  requires   lifetime: e->ssl->taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e));
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P18_pending: \old(e->pending) <= len && \result != EW_EVENT_DONE ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t write_action(ew_wolfssl *e, const char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_none_made: e->transport->gate == EW_GATE_SEALED && e->owed == 0 ==> \result != EW_EVENT_DONE;
  ensures    P09_failed: ret < 0 ==> \result != EW_EVENT_DONE;
*/
static inline uint8_t shut(ew_wolfssl *e, int ret);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t closed(ew_wolfssl *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->ssl);
  requires   P01_nothing_owed: e->owed == 0;
  requires   P01_not_out: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t make_notice(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_action(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: tells_notice(e->ssl, ret) ==> e->ssl->notice == 1;
  requires   P05_held: ret > 0 ==> ret <= e->ssl->held;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e) && e->owed == \old(e->owed);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(e, \result);
  ensures    P05_data: \result == EW_EVENT_DATA <==> ret > 0;
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->ssl->held >= 1;
*/
static inline uint8_t looked(ew_wolfssl *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_CALL_WRITES(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P04_notice: tells_notice(e->ssl, \result) ==> e->ssl->notice == 1;
  ensures    P05_held: \result > 0 ==> \result <= e->ssl->held;
*/
static inline int look(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->ssl);
  requires   P09_begun: begun == EW_EVENT_DONE || begun == EW_EVENT_TLS_ERROR;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(e, \result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->ssl->held >= 1;
*/
static inline uint8_t receive_record(ew_wolfssl *e, uint8_t begun);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(e, \result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->ssl->held >= 1;
*/
static inline uint8_t receive_action(ew_wolfssl *e);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), buf[0 .. len - 1];
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P17_count: \result <= len;
*/
static inline int take_data(ew_wolfssl *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P22_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), buf[0 .. len - 1];
  assigns    e->transport->detail \from \nothing;
  assigns    e->ssl->recv, e->ssl->send \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: no_other_alert{Pre,Post}(e);
  ensures    P22_count: \result <= len;
  ensures    P22_held: \result > 0 ==> \result <= e->ssl->held;
*/
static inline int peek_data(ew_wolfssl *e, char *buf, int len);

/*@
  requires   valid: \valid_read(e) && \valid(e->ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result >= 0;
*/
static inline int count_data(const ew_wolfssl *e);

#endif
