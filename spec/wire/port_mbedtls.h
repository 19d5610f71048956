/*
 * Endwell: the contracts of the port for mbedTLS (src/mbedtls_action.h, mbedtls_call.h), from each action down to
 * the callbacks. What a port owes carries its number (P-01 to P-23, src/ew_port.h and proofs/CONDITIONS.md); what
 * they rest on of mbedTLS stands in engines/mbedtls_port.h.
 */
#ifndef EW_WIRE_PORT_MBEDTLS_H
#define EW_WIRE_PORT_MBEDTLS_H

#include <limits.h>

#include "engines/mbedtls_port.h"
#include "ew_predicates.h"
#include "mbedtls_setup.h"
#include "port_common.h"
#include "wire/calls.h"

/* What each action may change. */
#define EW_PORT_FAILS(e) (e)->transport->engine_error, (e)->transport->alert
#define EW_PORT_CALLS(e)                                                                           \
    (e)->pending, (e)->open, EW_STATE_OF((e)->ssl), *((e)->transport), ew_notice, ew_taken, ew_alerts

/*@
  predicate links_ok{L}(ew_mbedtls *e) = e == ew_served && ssl_ok(e->ssl);

  predicate counts_ok{L}(ew_mbedtls *e) = 0 <= e->pending <= ew_taken;

  predicate port_ok{L}(ew_mbedtls *e) = links_ok(e) && counts_ok(e) && alerts_ok(e->ssl);

  // How many bytes of the application's it was told of: a record that is pending comes later.
  logic integer told_of{L}(ew_mbedtls *e) = ew_taken - e->pending;

  predicate is_of_transport(integer r) =
    r == EW_EVENT_EOF || r == EW_EVENT_IO_ERROR || r == EW_EVENT_WANT_WRITE || r == EW_EVENT_WANT_READ ||
    r == EW_EVENT_OTHER || r == EW_EVENT_TLS_ERROR;

  // P-06: what may come of sending: never a record's word, but of the transport's any.
  predicate ends_sending(integer r) =
    r == EW_EVENT_DONE || is_of_transport(r) || r == EW_EVENT_SUSPENDED;

  // P-04: a close_notify is told of one that came in complete, and is authentic once there are keys.
  predicate is_true{L}(integer r) = r == EW_EVENT_CLOSE_NOTIFY ==> ew_notice == 1;

  predicate same_links{A,B}(ew_mbedtls *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    (\at(ew_notice,A) == 1 ==> \at(ew_notice,B) == 1);

  // P-14, P-18: not one byte of a record that is pending is lost, or told of.
  predicate same_record{A,B}(ew_mbedtls *e) =
    \at(e->pending,A) == \at(e->pending,B) && \at(ew_taken,A) == \at(ew_taken,B);

  // What attaching asks of a configuration, and each call once more (P-10).
  predicate fits{L}(mbedtls_ssl_config *conf) =
    conf->transport == MBEDTLS_SSL_TRANSPORT_STREAM &&
    conf->disable_renegotiation == MBEDTLS_SSL_RENEGOTIATION_DISABLED &&
    conf->min_minor_ver >= MBEDTLS_SSL_MINOR_VERSION_3;

  predicate of_receiving(integer r) =
    is_outcome(r) && r != EW_EVENT_AGAIN && r != EW_EVENT_DONE;

  predicate suspends(integer r) =
    r == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS || r == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS;

  predicate of_transport(integer r) =
    r == MBEDTLS_ERR_SSL_WANT_READ || r == MBEDTLS_ERR_SSL_CONN_EOF || r == MBEDTLS_ERR_NET_RECV_FAILED ||
    r == MBEDTLS_ERR_NET_SEND_FAILED || r == MBEDTLS_ERR_SSL_WANT_WRITE;
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
  requires   valid: \valid(t) && \valid_read(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  terminates \true;
  exits      \false;
  assigns    EW_WIRE_OF(t);
  ensures    gate: \old(t->gate) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
  ensures    in_range: \old(t->gate) <= EW_GATE_SHUT ==> t->gate <= EW_GATE_SHUT;
  ensures    P15_count: \result > 0 ==> \result <= len;
  ensures    P15_never_zero: \result > 0 || \result == MBEDTLS_ERR_SSL_WANT_WRITE ||
               \result == MBEDTLS_ERR_NET_SEND_FAILED;
*/
static inline int let_out(ew_transport *t, const char *buf, size_t len);

/*@
  requires   valid: \valid(t) && \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(t);
  ensures    gate: t->gate == \old(t->gate);
  ensures    P16_count: \result > 0 ==> \result <= len;
  ensures    P16_answers: \result >= 0 || \result == MBEDTLS_ERR_SSL_WANT_READ ||
               \result == MBEDTLS_ERR_NET_RECV_FAILED;
*/
static inline int let_in(ew_transport *t, char *buf, size_t len);

/* Of the trampolines, what is called here: p_bio is a void *. */
/*@
  requires   valid: \valid_read(ssl) && \valid_read(t);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    reaches: \result != 0 <==> ew_reaches != 0;
*/
static inline int has_bio(const mbedtls_ssl_context *ssl, const ew_transport *t);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int bio_send(void *ctx, const unsigned char *buf, size_t len);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int bio_recv(void *ctx, unsigned char *buf, size_t len);

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

/* Outcomes ---------------------------------------------------------------------------------------- */

/*@
  requires   links: links_ok((ew_mbedtls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_mbedtls *)e)) ==> port_ok((ew_mbedtls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_mbedtls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P19_suspended: \result == EW_EVENT_SUSPENDED <==> suspends(ret);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
  ensures    P09_else: \result == EW_EVENT_SUSPENDED || \result == EW_EVENT_FATAL_ALERT ||
               \result == EW_EVENT_TLS_ERROR;
  ensures    P24_number: \result == EW_EVENT_FATAL_ALERT ==> e->transport->alert == e->ssl->in_msg[1];
  ensures    P24_code: \result != EW_EVENT_SUSPENDED ==> e->transport->engine_error == ret;
*/
static inline uint8_t rare_outcome(const ew_mbedtls *e, int ret);

/*@
  requires   links: links_ok((ew_mbedtls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_mbedtls *)e)) ==> port_ok((ew_mbedtls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_mbedtls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
  ensures    P19_suspended: \result == EW_EVENT_SUSPENDED <==> suspends(ret);
  ensures    P09_transport: of_transport(ret) ==> is_of_transport(\result);
  ensures    P09_else: !of_transport(ret) && ret != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY &&
               ret != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && !suspends(ret) ==> \result == EW_EVENT_TLS_ERROR;
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN && \result != EW_EVENT_DONE &&
               \result != EW_EVENT_DATA;
*/
static inline uint8_t outcome(const ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  requires   P13_complete: ret == 0 ==> is_open(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e), e->open;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> ret == 0 && e->open == 1;
  ensures    P04_authentic: is_true(\result);
*/
static inline uint8_t handshake_ended(ew_mbedtls *e, int ret);

/* Before each call ---------------------------------------------------------------------------------- */

/*@
  requires   valid: conf == \null || \valid_read(conf);
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:conf;
  ensures    P10_fits: \result == \null <==> conf != \null && fits(conf);
*/
static inline const char *ew_mbedtls_unfit(const mbedtls_ssl_config *conf);

/*@
  requires   valid: \valid_read(conf);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_version: \result != 0 <==> conf->min_minor_ver >= MBEDTLS_SSL_MINOR_VERSION_3;
*/
static inline int ew_mbedtls_wants_tls12(const mbedtls_ssl_config *conf);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int ew_mbedtls_is_tls13(const mbedtls_ssl_context *ssl);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e->ssl);
  ensures    P10_fits: \result == EW_EVENT_DONE ==> fits(e->ssl->conf);
  ensures    P10_not_reset: \result == EW_EVENT_DONE && e->open != 0 ==>
               e->ssl->state != MBEDTLS_SSL_HELLO_REQUEST;
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P16_one_record: e->transport->fed == 0;
*/
static inline uint8_t begin(ew_mbedtls *e);

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    waits: \result != 0 <==> !is_open((mbedtls_ssl_context *)ssl);
*/
static inline int ticket_waits(const mbedtls_ssl_context *ssl);

/* The actions --------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> is_open(e->ssl) && e->open == 1;
  ensures    P13_flushed: !\old(is_open(e->ssl)) && \result == EW_EVENT_DONE ==> e->ssl->out_left == 0;
  ensures    P04_authentic: is_true(\result);
*/
static inline uint8_t handshake_action(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(e->ssl), ew_notice;
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    same: ew_taken == \old(ew_taken) && ew_alerts == \old(ew_alerts);
  ensures    P14_all_out: !\old(is_open(e->ssl)) && \result == 0 ==> e->ssl->out_left == 0;
  ensures    P04_notice: \result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
*/
static inline int work_on_ticket(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(e->ssl), ew_taken;
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P14_none_made: ew_taken == \old(ew_taken);
  ensures    P14_all_out: \result >= 0 ==> \result == 0 && e->ssl->out_left == 0;
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && !is_of_reading(\result);
*/
static inline int write_nothing(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_STATE_OF(e->ssl), *(e->transport), ew_notice, ew_taken;
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P14_none_made: ew_taken == \old(ew_taken);
  ensures    P14_all_out: \result == 0 ==> e->ssl->out_left == 0;
  ensures    P04_notice: \result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && !is_of_reading(\result);
*/
static inline int hand_over(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_done: \result == EW_EVENT_DONE <==> ret == 0;
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN && \result != EW_EVENT_DATA;
  ensures    P06_sending: !is_of_reading(ret) ==> ends_sending(\result);
  ensures    P04_authentic: is_true(\result);
*/
static inline uint8_t handed_over(ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P02_own_bio: \result == EW_EVENT_DONE ==> own_bio(e->ssl);
  ensures    P14_all_out: \result == EW_EVENT_DONE ==> e->ssl->out_left == 0;
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN && \result != EW_EVENT_DATA;
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && ends_sending(\result);
*/
static inline uint8_t drain_output(ew_mbedtls *e);

/*@
  requires   valid: \valid_read(e) && \valid_read(e->ssl);
  requires   some: 1 <= len;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_one_record: 1 <= \result <= len;
*/
static inline int one_record(const ew_mbedtls *e, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_nothing_owed: e->pending == 0;
  requires   P18_count: ret <= len && 1 <= len;
  requires   P18_made: (ret > 0 ==> ret <= ew_taken) && (ret == MBEDTLS_ERR_SSL_WANT_WRITE ==> len <= ew_taken);
  requires   P06_sending: !is_of_reading(ret);
  terminates \true;
  exits      \false;
  assigns    e->pending, EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    open: e->open == \old(e->open);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_told: \result == EW_EVENT_DONE <==> ret > 0;
  ensures    P18_pending: ret > 0 ==> e->pending == ret;
  ensures    P18_all_pending: ret == MBEDTLS_ERR_SSL_WANT_WRITE ==> e->pending == len;
  ensures    P18_none: ret <= 0 && ret != MBEDTLS_ERR_SSL_WANT_WRITE ==> e->pending == 0;
*/
static inline uint8_t record_made(ew_mbedtls *e, int ret, int len);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && ends_sending(\result);
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0 && e->ssl->out_left == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> same_record{Pre,Post}(e);
  ensures    P14_none_made: ew_taken == \old(ew_taken);
*/
static inline uint8_t flush_action(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  requires   open: is_open(e->ssl);
  requires   P18_nothing_owed: e->ssl->out_left == 0 && e->pending == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, ew_taken);
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P06_sending: is_open(e->ssl) && ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_pending: e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
*/
static inline uint8_t make_record(ew_mbedtls *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e->ssl);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  requires   P18_no_less: e->pending <= len;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P06_sending: is_open(e->ssl) && ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
*/
static inline uint8_t drain_and_write(ew_mbedtls *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e->ssl);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P06_sending: is_open(e->ssl) && ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len;
  ensures    P18_none: told_of(e) == \old(told_of(e));
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t write_or_repeat(ew_mbedtls *e, const unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   open: is_open(e->ssl);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   valid: \valid(written) && \separated(written, e, e->ssl, e->transport);
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, told_of(e));
  requires   lifetime: ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), *written;
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P06_sending: is_open(e->ssl) && ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_taken: \result == EW_EVENT_DONE ==> told_of(e) == \old(told_of(e)) + *written;
  ensures    P18_none: \result != EW_EVENT_DONE ==> told_of(e) == \old(told_of(e));
  ensures    P18_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0;
  ensures    P18_pending: \old(e->pending) <= len && \result != EW_EVENT_DONE ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE && same_record{Pre,Post}(e);
*/
static inline uint8_t write_action(ew_mbedtls *e, const unsigned char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P06_sending: !is_of_reading(ret) ==> ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t closed(ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  requires   P01_nothing_owed: e->ssl->out_left == 0;
  requires   P01_not_out: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t make_notice(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P06_sending: \old(is_open(e->ssl)) ==> is_open(e->ssl) && ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_action(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: of_receiving(\result) && \result != EW_EVENT_DATA;
  ensures    P04_authentic: is_true(\result);
*/
static inline uint8_t ticket_ended(ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P09_outcome: of_receiving(\result) && \result != EW_EVENT_DATA;
  ensures    P04_authentic: is_true(\result);
*/
static inline uint8_t receive_ticket(ew_mbedtls *e);

/*@
  requires   valid: \valid_read(ssl) && in_hand((mbedtls_ssl_context *)ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int skipped_error(const mbedtls_ssl_context *ssl);

/*@
  requires   ok: port_ok(e);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_outcome: of_receiving(\result) && \result != EW_EVENT_DATA;
  ensures    P04_authentic: is_true(\result);
  ensures    P04_fatal: ret == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ==> \result == EW_EVENT_FATAL_ALERT;
*/
static inline uint8_t receive_nothing(ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  requires   P04_notice: ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(\result);
  ensures    P04_fatal: ret == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ==> \result == EW_EVENT_FATAL_ALERT;
  ensures    P05_held: \result == EW_EVENT_DATA ==> held(e->ssl) >= 1;
*/
static inline uint8_t receive_ended(ew_mbedtls *e, int ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(e->ssl), ew_notice;
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P04_notice: \result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1;
*/
static inline int read_nothing(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(\result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> held(e->ssl) >= 1;
*/
static inline uint8_t receive_record(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P04_authentic: is_true(\result);
  ensures    P05_held: \result == EW_EVENT_DATA ==> held(e->ssl) >= 1;
*/
static inline uint8_t receive_action(ew_mbedtls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_bio: own_bio(e->ssl);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(e->ssl), ew_notice, buf[0 .. len - 1];
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P17_count: \result <= len;
*/
static inline int read_data(ew_mbedtls *e, unsigned char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), buf[0 .. len - 1];
  assigns    EW_BUFFERS_OF(e->ssl) \from e->ssl->in_buf;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P01_none: ew_alerts == \old(ew_alerts);
  ensures    P17_count: \result <= len;
*/
static inline int take_data(ew_mbedtls *e, unsigned char *buf, int len);

/*@
  requires   room: \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
  requires   some: 0 <= len;
  requires   apart: \separated(to + (0 .. len - 1), from + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    to[0 .. len - 1];
  ensures    P22_same_bytes: \forall integer j; 0 <= j < len ==> to[j] == from[j];
*/
static inline void copy(unsigned char *to, const unsigned char *from, int len);

/*@
  requires   ok: port_ok(e);
  requires   P22_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: \separated(buf + (0 .. len - 1), e, e->ssl, e->transport);
  requires   P22_not_the_engines: \separated(buf + (0 .. len - 1), e->ssl->in_offt + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    e->transport->met, e->transport->fed, buf[0 .. len - 1];
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    same: same_record{Pre,Post}(e);
  ensures    P22_count: \result <= len && \result != 0;
  ensures    P22_held: \result > 0 ==> \result <= held(e->ssl);
  ensures    P22_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->ssl->in_offt[j];
*/
static inline int peek_data(ew_mbedtls *e, unsigned char *buf, int len);

/*@
  requires   links: links_ok((ew_mbedtls *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result >= 0;
*/
static inline int count_data(const ew_mbedtls *e);

#endif
