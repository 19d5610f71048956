/*
 * Endwell: the contracts of the port for GnuTLS (src/gnutls_action.h, gnutls_call.h), from each action down to the
 * callbacks. What a port owes carries its number (P-01 to P-23, src/ew_port.h and proofs/CONDITIONS.md); what they
 * rest on of GnuTLS stands in engines/gnutls_port.h.
 */
#ifndef EW_WIRE_PORT_GNUTLS_H
#define EW_WIRE_PORT_GNUTLS_H

#include <errno.h>
#include <limits.h>

#include "engines/gnutls_port.h"
#include "ew_predicates.h"
#include "gnutls_setup.h"
#include "port_common.h"
#include "wire/calls.h"

static inline ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len);
static inline ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len);
static inline int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int milliseconds);

/* What each action may change. */
#define EW_PORT_FAILS(e) (e)->transport->engine_error, (e)->transport->alert
#define EW_PORT_IO(e)    (e)->session->push, (e)->session->pull, (e)->session->pull_timeout
#define EW_PORT_INPUT(e) (e)->in_at, (e)->in_len, (e)->in[0 .. EW_GNUTLS_PEEK_MAX - 1]
#define EW_PORT_CALLS(e)                                                                           \
    EW_STATE_OF((e)->session), (e)->waits, EW_OUTPUT_OF(e), *((e)->transport)

/*@
  predicate links_ok{L}(ew_gnutls *e) = e == ew_served && session_ok(e->session);

  // What was looked at lies in `in`, and what waits in `out`.
  predicate in_ok{L}(ew_gnutls *e) =
    0 <= e->in_at && 0 <= e->in_len && e->in_at + e->in_len <= EW_GNUTLS_PEEK_MAX;

  predicate port_ok{L}(ew_gnutls *e) = links_ok(e) && out_ok(e) && in_ok(e) && e->pending >= 0;

  // An application's memory is none of ours.
  predicate is_apart{L}(char *buf, integer n, ew_gnutls *e) =
    \separated(buf + (0 .. n - 1), e, e->session, e->transport);

  predicate of_transport(integer r) =
    r == EW_EVENT_EOF || r == EW_EVENT_IO_ERROR || r == EW_EVENT_WANT_WRITE || r == EW_EVENT_WANT_READ ||
    r == EW_EVENT_OTHER || r == EW_EVENT_TLS_ERROR;

  predicate met_the_end{L}(ew_transport *t) = (t->met & EW_MET_END) != 0;

  predicate has_failed{L}(ew_transport *t) = (t->met & EW_MET_FAILED) != 0;

  predicate broken{L}(ew_transport *t) = !met_the_end(t) && has_failed(t);

  predicate met_no_end{L}(ew_transport *t) = !met_the_end(t) && !has_failed(t);

  // P-06: what may come of sending: never a record's word, but of the transport's any.
  predicate ends_sending(integer r) = r == EW_EVENT_DONE || of_transport(r);

  predicate of_receiving(integer r) =
    is_outcome(r) && r != EW_EVENT_AGAIN && r != EW_EVENT_DONE && r != EW_EVENT_SUSPENDED;

  // P-04: a close_notify is told of one that came in complete, and is authentic once there are keys.
  predicate is_true{L}(integer r) = r == EW_EVENT_CLOSE_NOTIFY ==> ew_notice == 1;

  predicate stays{A,B}(ew_gnutls *e) = \at(ew_notice,A) == 1 ==> \at(ew_notice,B) == 1;

  predicate same_links{A,B}(ew_gnutls *e) =
    \at(e->session,A) == \at(e->session,B) && \at(e->transport,A) == \at(e->transport,B) && stays{A,B}(e);

  // What is not of the input.
  predicate same_rest{A,B}(ew_gnutls *e) =
    \at(e->session,A) == \at(e->session,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->pending,A) == \at(e->pending,B) && \at(e->open,A) == \at(e->open,B);

  // Whom the session reaches, and that nothing waits before it.
  predicate same_io{A,B}(ew_gnutls *e) =
    \at(e->out_len,A) == \at(e->out_len,B) && \at(e->session->recv_ptr,A) == \at(e->session->recv_ptr,B) &&
    \at(e->session->send_ptr,A) == \at(e->session->send_ptr,B);

  predicate own_functions{L}(struct gnutls_session_int *s) =
    s->push == &push && s->pull == &pull && s->pull_timeout == &pull_timeout;

  predicate same_input{A,B}(ew_gnutls *e) =
    \at(e->in_at,A) == \at(e->in_at,B) && \at(e->in_len,A) == \at(e->in_len,B);

  predicate puts_off(integer ret) = ret == GNUTLS_E_AGAIN || ret == GNUTLS_E_INTERRUPTED;

  predicate means_nothing(integer ret) =
    ret == GNUTLS_E_WARNING_ALERT_RECEIVED || ret == GNUTLS_E_REHANDSHAKE || ret == GNUTLS_E_REAUTH_REQUEST;

  predicate is_rare(integer ret) =
    !puts_off(ret) && !means_nothing(ret) && ret != GNUTLS_E_FATAL_ALERT_RECEIVED;

  // P-10: what the handshake has to settle on.
  predicate fits{L}(struct gnutls_session_int *s) =
    (s->version == GNUTLS_TLS1_2 || s->version == GNUTLS_TLS1_3) &&
    (s->flags & (GNUTLS_SFLAGS_FALSE_START | GNUTLS_SFLAGS_EARLY_START)) == 0;
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
  ensures    W7_an_end_is_no_close: of_transport(\result);
  ensures    an_end_is_told: met_the_end((ew_transport *)t) ==> \result == EW_EVENT_EOF;
  ensures    a_failure_is_told: broken((ew_transport *)t) ==> \result == EW_EVENT_IO_ERROR;
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

/* What the ports do alike: as in wire/port_mbedtls.h, and of nothing nothing fits. ------------------------- */

/*@
  requires   some: 0 <= len;
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

/* The callbacks ----------------------------------------------------------------------------------- */

/*@
  requires   ok: links_ok(e) && out_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->out_at, e->out_len, EW_WIRE_OF(e->transport);
  ensures    ok: links_ok(e) && out_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    waits: e->waits == \old(e->waits);
  ensures    P14_all_out: \result > 0 <==> e->out_len == 0;
  ensures    P14_room: \result > 0 ==> e->out_at == 0;
  ensures    answers: \result > 0 || \result == EW_TRANSPORT_BLOCKED || \result == EW_TRANSPORT_FAILED;
*/
static inline int drain(ew_gnutls *e);

/*@
  requires   links: links_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->session->error;
  ensures    failed: \result == -1;
  ensures    P15_why: e->session->error == (n == EW_TRANSPORT_BLOCKED ? EAGAIN : EIO);
*/
static inline ssize_t failed(ew_gnutls *e, int n);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    number: \result == EBADF;
*/
static inline int no_socket(void);

/* It sets errno, which nothing that is proven reads. */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline void tell_errno(void);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    failed: \result == -1;
*/
static inline ssize_t detached(void);

/*@
  requires   room: \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
  requires   apart: \separated(to + (0 .. len - 1), from + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    to[0 .. len - 1];
  ensures    P22_same_bytes: \forall integer j; 0 <= j < len ==> to[j] == from[j];
*/
static inline void copy(char *to, const char *from, size_t len);

/*@
  requires   valid: \valid(t) && \valid(n) && \valid_read(bytes + (0 .. len - 1));
  requires   some: len <= INT_MAX;
  requires   apart: \separated(t, n);
  requires   gate: t->gate <= EW_GATE_SHUT;
  requires   answers: *n > 0 || *n == EW_TRANSPORT_BLOCKED || *n == EW_TRANSPORT_FAILED;
  terminates \true;
  exits      \false;
  assigns    *n, EW_WIRE_OF(t);
  ensures    gate: gate_of{Pre,Post}(t);
  ensures    P15_count: \result <= len;
  ensures    P15_all: *n > 0 ==> \result == len;
  ensures    answers: *n > 0 || *n == EW_TRANSPORT_BLOCKED || *n == EW_TRANSPORT_FAILED;
*/
static inline size_t send_some(ew_transport *t, const char *bytes, size_t len, int *n);

/*@
  requires   ok: links_ok(e) && out_ok(e);
  requires   valid: \valid_read(bytes + (0 .. len - 1));
  requires   apart: is_apart((char *)bytes, len, e);
  terminates \true;
  exits      \false;
  assigns    e->out_len, e->out[0 .. EW_GNUTLS_OUT_MAX - 1];
  ensures    ok: links_ok(e) && out_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P15_count: \result <= len;
  ensures    kept: e->out_len == \old(e->out_len) + \result;
  ensures    P15_full: \result < len ==> e->out_at + e->out_len == EW_GNUTLS_OUT_MAX;
  ensures    P15_same_bytes: \forall integer j; 0 <= j < \result ==> e->out[e->out_at + \old(e->out_len) + j] == bytes[j];
*/
static inline size_t keep(ew_gnutls *e, const char *bytes, size_t len);

/*@
  requires   ok: links_ok(e) && out_ok(e);
  requires   valid: \valid_read(bytes + (0 .. len - 1));
  requires   some: 0 <= sent <= INT_MAX && len <= INT_MAX && sent + len >= 1;
  requires   apart: is_apart((char *)bytes, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e), e->session->error;
  ensures    ok: links_ok(e) && out_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P15_count: \result > 0 ==> \result <= sent + len;
  ensures    P15_never_zero: \result > 0 || \result == -1;
  ensures    P15_why: \result == -1 ==> e->session->error == EAGAIN;
  ensures    P15_full: \result < sent + len ==> e->out_at + e->out_len == EW_GNUTLS_OUT_MAX;
*/
static inline ssize_t keep_rest(ew_gnutls *e, const char *bytes, size_t len, size_t sent);

/*@
  requires   ok: links_ok(e) && out_ok(e);
  requires   valid: \valid_read(bytes + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: is_apart((char *)bytes, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e), EW_WIRE_OF(e->transport), e->session->error;
  ensures    ok: links_ok(e) && out_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P15_count: \result > 0 ==> \result <= len;
  ensures    P15_never_zero: \result > 0 || \result == -1;
  ensures    P15_why: \result == -1 ==> e->session->error == EAGAIN || e->session->error == EIO;
  ensures    P15_full: \result < len && (\result > 0 || e->session->error == EAGAIN) ==>
               e->out_at + e->out_len == EW_GNUTLS_OUT_MAX;
*/
static inline ssize_t take_out(ew_gnutls *e, const char *bytes, size_t len);

/*@
  requires   ok: links_ok(e);
  requires   valid: \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(e->transport), e->session->error;
  ensures    ok: links_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P16_count: \result <= len;
  ensures    P16_answers: \result >= 0 || \result == -1;
  ensures    P16_why: \result == -1 ==> e->session->error == EAGAIN || e->session->error == EIO;
*/
static inline ssize_t take_in(ew_gnutls *e, char *buf, size_t len);

/*@
  requires   ok: links_ok(e);
  requires   valid: \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(e->transport), e->session->error, e->waits;
  ensures    ok: links_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P16_count: \result <= len;
  ensures    P16_answers: \result >= 0 || \result == -1;
  ensures    P16_why: \result == -1 ==> e->session->error == EAGAIN || e->session->error == EIO;
  ensures    P19_noted: e->waits != 0 <==> \result < 0;
*/
static inline ssize_t take_in_noting(ew_gnutls *e, char *buf, size_t len);

/*@
  requires   ok: e == \null || (links_ok(e) && out_ok(e));
  requires   valid: \valid_read(bytes + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: e == \null || is_apart((char *)bytes, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_OUTPUT_OF(e), EW_WIRE_OF(e->transport), e->session->error;
  ensures    ok: e != \null ==> links_ok(e) && out_ok(e);
  ensures    left_alone: e != \null ==> left_alone{Pre,Post}(e);
  ensures    gate: e != \null ==> gate_goes_on{Pre,Post}(e);
  ensures    P15_count: \result > 0 ==> \result <= len;
  ensures    P15_never_zero: \result > 0 || \result == -1;
  ensures    detached: e == \null ==> \result == -1;
*/
static inline ssize_t let_out(ew_gnutls *e, const char *bytes, size_t len);

/*@
  requires   ok: e == \null || (links_ok(e) && out_ok(e));
  requires   valid: \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: e == \null || is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(e->transport), e->session->error;
  ensures    ok: e != \null ==> links_ok(e) && out_ok(e);
  ensures    left_alone: e != \null ==> left_alone{Pre,Post}(e);
  ensures    gate: e != \null ==> gate_goes_on{Pre,Post}(e);
  ensures    P16_count: \result <= len;
  ensures    P16_answers: \result >= 0 || \result == -1;
  ensures    detached: e == \null ==> \result == -1;
*/
static inline ssize_t let_in(ew_gnutls *e, char *buf, size_t len);

/*@
  requires   ok: e == \null || (links_ok(e) && out_ok(e));
  requires   valid: \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len <= INT_MAX;
  requires   apart: e == \null || is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], EW_WIRE_OF(e->transport), e->session->error, e->waits;
  ensures    ok: e != \null ==> links_ok(e) && out_ok(e);
  ensures    left_alone: e != \null ==> left_alone{Pre,Post}(e);
  ensures    gate: e != \null ==> gate_goes_on{Pre,Post}(e);
  ensures    P16_count: \result <= len;
  ensures    P16_answers: \result >= 0 || \result == -1;
  ensures    detached: e == \null ==> \result == -1;
  ensures    P19_noted: e != \null ==> (e->waits != 0 <==> \result < 0);
*/
static inline ssize_t let_in_noting(ew_gnutls *e, char *buf, size_t len);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P09_never_waits: \result == 1;
*/
static inline int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int milliseconds);

/* The trampolines, of which the addresses alone are taken here. */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline ssize_t pull_noting(gnutls_transport_ptr_t ptr, void *buf, size_t len);

/* And those that are called: ew_self is the port's object as a void *. */
/*@
  requires   valid: \valid_read(p) && \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    reaches: \result != 0 <==> p->pull == ew_self;
*/
static inline int pulls_here(const ew_gnutls_pointers *p, const ew_gnutls *e);

/*@
  requires   valid: \valid_read(p) && \valid_read(e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    reaches: \result != 0 <==> p->push == ew_self;
*/
static inline int pushes_here(const ew_gnutls_pointers *p, const ew_gnutls *e);

/* Outcomes ---------------------------------------------------------------------------------------- */

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    said: \result == is;
  ensures    P24_code: e->transport->engine_error == ret;
  ensures    P24_number: is == EW_EVENT_FATAL_ALERT ==> e->transport->alert == e->session->alert;
*/
static inline uint8_t ended(const ew_gnutls *e, ssize_t ret, uint8_t is);

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P04_end: \old(met_the_end(e->transport)) ==> \result == EW_EVENT_EOF;
  ensures    P09_failed: \old(broken(e->transport)) ==> \result == EW_EVENT_IO_ERROR;
  ensures    P09_else: \old(met_no_end(e->transport)) ==>
               \result == EW_EVENT_TLS_ERROR && e->transport->engine_error == ret;
*/
static inline uint8_t rare_outcome(const ew_gnutls *e, ssize_t ret);

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == GNUTLS_E_FATAL_ALERT_RECEIVED;
  ensures    P24_number: \result == EW_EVENT_FATAL_ALERT ==> e->transport->alert == e->session->alert;
  ensures    P09_transport: puts_off(ret) ==> of_transport(\result);
  ensures    P09_other: means_nothing(ret) ==> \result == EW_EVENT_OTHER;
  ensures    P04_end: is_rare(ret) && \old(met_the_end(e->transport)) ==> \result == EW_EVENT_EOF;
  ensures    P09_failed: is_rare(ret) && \old(broken(e->transport)) ==>
               \result == EW_EVENT_IO_ERROR;
  ensures    P09_else: is_rare(ret) && \old(met_no_end(e->transport)) ==>
               \result == EW_EVENT_TLS_ERROR && e->transport->engine_error == ret;
  ensures    P09_outcome: of_transport(\result) || \result == EW_EVENT_FATAL_ALERT;
*/
static inline uint8_t outcome(const ew_gnutls *e, ssize_t ret);

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P09_failed: \old(has_failed(e->transport)) ==> \result == EW_EVENT_IO_ERROR;
  ensures    P09_else: !\old(has_failed(e->transport)) ==>
               \result == EW_EVENT_TLS_ERROR && e->transport->engine_error == ret;
*/
static inline uint8_t unsent(const ew_gnutls *e, ssize_t ret);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->out_at, e->out_len, EW_WIRE_OF(e->transport);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P14_all_out: \result == EW_EVENT_DONE <==> e->out_len == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t drained(ew_gnutls *e);

/* Before each call ---------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    P02_own_functions: own_functions(e->session);
*/
static inline void use_transport(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    e->transport->met, e->transport->fed;
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P02_own_io: \result == EW_EVENT_DONE ==> own_io(e->session);
  ensures    P02_own_functions: \result == EW_EVENT_DONE ==> own_functions(e->session);
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
  ensures    P16_one_record: e->transport->fed == 0;
*/
static inline uint8_t begin(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    e->out_at, e->out_len, *(e->transport);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P02_own_io: \result == EW_EVENT_DONE ==> own_io(e->session);
  ensures    P14_all_out: \result == EW_EVENT_DONE ==> e->out_len == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t begin_sending(ew_gnutls *e);

/* The handshake ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P19_hello: \result != 0 <==> session->last_in == GNUTLS_HANDSHAKE_CLIENT_HELLO;
*/
static inline int ew_gnutls_has_hello(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:session;
  ensures    P10_fits: \result == \null <==> fits(session);
*/
static inline const char *ew_gnutls_unsafe(gnutls_session_t session);

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> ret == GNUTLS_E_SESSION_EOF;
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == GNUTLS_E_FATAL_ALERT_RECEIVED;
  ensures    P09_other: means_nothing(ret) ==> \result == EW_EVENT_OTHER;
  ensures    P04_end: is_rare(ret) && ret != GNUTLS_E_SESSION_EOF && \old(met_the_end(e->transport)) ==>
               \result == EW_EVENT_EOF;
  ensures    P09_transport: puts_off(ret) ==> of_transport(\result);
  ensures    P09_outcome: of_transport(\result) || \result == EW_EVENT_FATAL_ALERT || \result == EW_EVENT_CLOSE_NOTIFY;
*/
static inline uint8_t handshake_outcome(const ew_gnutls *e, int ret);

/*@
  requires   links: links_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_FAILS(e);
  ensures    ok: \old(port_ok((ew_gnutls *)e)) ==> port_ok((ew_gnutls *)e);
  ensures    left_alone: left_alone{Pre,Post}((ew_gnutls *)e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> ret == GNUTLS_E_SESSION_EOF;
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == GNUTLS_E_FATAL_ALERT_RECEIVED;
  ensures    P09_other: means_nothing(ret) ==> \result == EW_EVENT_OTHER;
  ensures    P04_end: is_rare(ret) && ret != GNUTLS_E_SESSION_EOF && \old(met_the_end(e->transport)) ==>
               \result == EW_EVENT_EOF;
  ensures    P19_suspended: \result == EW_EVENT_SUSPENDED ==> puts_off(ret) && e->waits == 0;
  ensures    P19_told: puts_off(ret) && e->waits == 0 ==> \result != EW_EVENT_TLS_ERROR;
  ensures    P09_outcome: of_transport(\result) || \result == EW_EVENT_FATAL_ALERT || \result == EW_EVENT_CLOSE_NOTIFY ||
               \result == EW_EVENT_SUSPENDED;
*/
static inline uint8_t unfinished(const ew_gnutls *e, int ret, int hello_before);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->open, e->out_at, e->out_len, EW_WIRE_OF(e->transport);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && same_input{Pre,Post}(e);
  ensures    P10_fits: e->open != 0 <==> fits(e->session);
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->open != 0 && e->out_len == 0;
  ensures    P06_sending: ends_sending(\result);
*/
static inline uint8_t finished(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P13_once: e->open == 0;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), e->open, ew_notice;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && same_input{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->open != 0 && e->out_len == 0;
  ensures    P04_authentic: is_true(\result);
  ensures    P10_fits: \result == EW_EVENT_DONE ==> fits(e->session);
*/
static inline uint8_t go_on(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), e->open, ew_notice;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && same_input{Pre,Post}(e);
  ensures    P09_outcome: is_outcome(\result) && \result != EW_EVENT_AGAIN;
  ensures    P13_never_data: \result != EW_EVENT_DATA;
  ensures    P13_complete: \result == EW_EVENT_DONE ==> e->open != 0 && e->out_len == 0;
  ensures    P04_authentic: is_true(\result);
  ensures    P10_fits: \old(e->open) == 0 && \result == EW_EVENT_DONE ==> fits(e->session);
*/
static inline uint8_t handshake_action(ew_gnutls *e);

/* Sending ------------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    e->pending, e->out_at, e->out_len, *(e->transport);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P14_nothing_pending: \result == EW_EVENT_DONE ==> e->pending == 0 && e->out_len == 0;
  ensures    P14_still_pending: \result != EW_EVENT_DONE ==> e->pending == \old(e->pending);
*/
static inline uint8_t flush_action(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->session->corks, EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    same: same_io{Pre,Post}(e);
  ensures    P18_not_corked: \result == EW_EVENT_DONE ==> e->session->corks == 0;
  ensures    P09_outcome: \result == EW_EVENT_DONE || \result == EW_EVENT_TLS_ERROR;
*/
static inline uint8_t uncorked(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P18_nothing_pending: e->pending == 0;
  requires   P18_count: 1 <= len && ret <= EW_RECORD_MAX;
  terminates \true;
  exits      \false;
  assigns    e->pending, e->out_at, e->out_len, EW_WIRE_OF(e->transport), EW_PORT_FAILS(e);
  assigns    e->transport->detail \from \nothing;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    open: e->open == \old(e->open);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_done: \result == EW_EVENT_DONE ==> 1 <= ret && e->pending == ret && e->out_len == 0;
  ensures    P18_count: e->pending <= len;
  ensures    P18_all_pending: 0 < ret <= len ==> e->pending == ret;
  ensures    P18_none: ret <= 0 || ret > len ==> e->pending == 0;
*/
static inline uint8_t record_made(ew_gnutls *e, ssize_t ret, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P18_nothing_owed: e->out_len == 0 && e->pending == 0;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: is_apart((char *)buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), e->session->corks, e->pending;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_done: \result == EW_EVENT_DONE ==> 1 <= e->pending && e->out_len == 0;
  ensures    P18_count: e->pending <= len;
*/
static inline uint8_t make_record(ew_gnutls *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_no_less: e->pending <= len;
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: is_apart((char *)buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), e->session->corks, e->pending;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_done: \result == EW_EVENT_DONE ==> 1 <= e->pending && e->out_len == 0;
  ensures    P18_count: e->pending <= len;
  ensures    P18_same_record: \old(e->pending) != 0 ==> e->pending == \old(e->pending);
*/
static inline uint8_t drain_and_write(ew_gnutls *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: is_apart((char *)buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), e->session->corks, e->pending;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_done: \result == EW_EVENT_DONE ==> 1 <= e->pending <= len && e->out_len == 0;
  ensures    P18_same_record: \old(e->pending) != 0 ==> e->pending == \old(e->pending);
  ensures    P18_count: \old(e->pending) <= len ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE;
*/
static inline uint8_t write_or_repeat(ew_gnutls *e, const char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   valid: \valid(written) && \separated(written, e, e->session, e->transport);
  terminates \true;
  exits      \false;
  assigns    e->pending, *written;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: e->transport->gate == \old(e->transport->gate);
  ensures    said: \result == result && e->out_len == \old(e->out_len);
  ensures    P18_told_once: result == EW_EVENT_DONE ==> *written == \old(e->pending) && e->pending == 0;
  ensures    P18_not_told: result != EW_EVENT_DONE ==> *written == \old(*written) && e->pending == \old(e->pending);
*/
static inline uint8_t told(ew_gnutls *e, uint8_t result, int *written);

/*@
  requires   ok: port_ok(e);
  requires   P18_memory: 1 <= len && \valid_read(buf + (0 .. len - 1));
  requires   apart: is_apart((char *)buf, len, e);
  requires   valid: \valid(written) && \separated(written, e, e->session, e->transport);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), e->session->corks, e->pending, *written;
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P18_count: \result == EW_EVENT_DONE ==> 1 <= *written <= len;
  ensures    P18_told_once: \result == EW_EVENT_DONE ==> e->pending == 0 && e->out_len == 0;
  ensures    P18_same_record: \old(e->pending) != 0 && \result == EW_EVENT_DONE ==> *written == \old(e->pending);
  ensures    P18_still_pending: \old(e->pending) != 0 && \result != EW_EVENT_DONE ==> e->pending == \old(e->pending);
  ensures    P18_not_told: \result != EW_EVENT_DONE ==> *written == \old(*written);
  ensures    P18_pending: \old(e->pending) <= len ==> e->pending <= len;
  ensures    P18_no_less: \old(e->pending) > len ==> \result != EW_EVENT_DONE;
*/
static inline uint8_t write_action(ew_gnutls *e, const char *buf, int len, int *written);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P01_nothing_owed: e->out_len == 0;
  requires   P01_not_out: e->transport->gate != EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    stays: stays{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t make_notice(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e);
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    stays: stays{Pre,Post}(e);
  ensures    P06_sending: ends_sending(\result);
  ensures    P03_out_is_out: \result == EW_EVENT_DONE ==> e->transport->gate == EW_GATE_SHUT;
*/
static inline uint8_t close_action(ew_gnutls *e);

/* Receiving ----------------------------------------------------------------------------------------- */

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(e->session), ew_notice;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    stays: stays{Pre,Post}(e);
*/
static inline void drop_hello(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(e->session), ew_notice;
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    stays: stays{Pre,Post}(e);
  ensures    P09_other: \result == EW_EVENT_OTHER;
*/
static inline uint8_t hello_dropped(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P04_notice: ret == 0 ==> ew_notice == 1;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P05_data: \result == EW_EVENT_DATA <==> ret > 0;
  ensures    P05_held: ret > 0 ==> e->in_at == 0 && e->in_len == 1;
  ensures    P04_notice: \result == EW_EVENT_CLOSE_NOTIFY <==> ret == 0;
  ensures    P04_fatal: \result == EW_EVENT_FATAL_ALERT <==> ret == GNUTLS_E_FATAL_ALERT_RECEIVED;
  ensures    P09_other: means_nothing(ret) ==> \result == EW_EVENT_OTHER;
  ensures    P04_end: ret < 0 && is_rare(ret) && \old(met_the_end(e->transport)) ==> \result == EW_EVENT_EOF;
  ensures    P09_failed: ret < 0 && is_rare(ret) && \old(broken(e->transport)) ==>
               \result == EW_EVENT_IO_ERROR;
  ensures    P09_else: ret < 0 && is_rare(ret) && \old(met_no_end(e->transport)) ==>
               \result == EW_EVENT_TLS_ERROR && e->transport->engine_error == ret;
  ensures    P04_authentic: is_true(\result);
  ensures    P09_outcome: of_receiving(\result);
*/
static inline uint8_t received(ew_gnutls *e, ssize_t ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->in_len >= 1;
  ensures    P04_authentic: is_true(\result);
  ensures    P09_outcome: of_receiving(\result);
*/
static inline uint8_t receive_record(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->in_len >= 1;
  ensures    P04_authentic: is_true(\result);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P16_again: \old(e->in_len) > 0 ==>
               \result == EW_EVENT_DATA && same_input{Pre,Post}(e);
*/
static inline uint8_t receive_next(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->session);
  requires   P09_outcome: begun == EW_EVENT_DONE || begun == EW_EVENT_TLS_ERROR;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->in_len >= 1;
  ensures    P04_authentic: is_true(\result);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P16_again: \old(e->in_len) > 0 && \result != EW_EVENT_TLS_ERROR ==>
               \result == EW_EVENT_DATA && same_input{Pre,Post}(e);
*/
static inline uint8_t receive_begun(ew_gnutls *e, uint8_t begun);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P05_held: \result == EW_EVENT_DATA ==> e->in_len >= 1;
  ensures    P04_authentic: is_true(\result);
  ensures    P09_outcome: of_receiving(\result);
  ensures    P16_again: \old(e->in_len) > 0 && \result != EW_EVENT_TLS_ERROR ==>
               \result == EW_EVENT_DATA && same_input{Pre,Post}(e);
*/
static inline uint8_t receive_action(ew_gnutls *e);

/* What is held -------------------------------------------------------------------------------------- */

/*@
  requires   P17_count: ret <= INT_MAX;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P17_count: \result >= 0 && (\result > 0 ==> \result == ret);
*/
static inline int moved(ssize_t ret);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P17_room: 0 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: apart_from_all(buf, len, e->session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(e->session), ew_notice, buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    left_alone: left_alone{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    stays: stays{Pre,Post}(e);
  ensures    P17_count: 0 <= \result <= len;
*/
static inline int move_held(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    e->in_at, e->in_len, buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    P17_count: 0 <= \result <= len;
  ensures    P17_moved: e->in_at == \old(e->in_at) + \result && e->in_len == \old(e->in_len) - \result;
  ensures    P17_all: \result == len || e->in_len == 0;
  ensures    same: same_rest{Pre,Post}(e);
  ensures    P17_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->in[\old(e->in_at) + j];
*/
static inline int move_seen(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, e->in_at, e->in_len, buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P17_count: 0 <= \result <= len;
  ensures    P17_some: \old(e->in_len) > 0 ==> \result >= 1;
*/
static inline int move_all(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->session);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, e->in_at, e->in_len, buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P17_count: \result <= len;
  ensures    P17_some: \old(e->in_len) > 0 && \result >= 0 ==> \result >= 1;
*/
static inline int take_begun(ew_gnutls *e, uint8_t begun, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), ew_notice, e->in_at, e->in_len, buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P17_count: \result <= len;
  ensures    P17_some: \old(e->in_len) > 0 && \result >= 0 ==> \result >= 1;
*/
static inline int take_data(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  terminates \true;
  exits      \false;
  assigns    e->in_at, e->in[0 .. EW_GNUTLS_PEEK_MAX - 1];
  ensures    ok: port_ok(e);
  ensures    P22_at_the_front: e->in_at == 0;
  ensures    P22_same_bytes: \forall integer j; 0 <= j < e->in_len ==> e->in[j] == \old(e->in[e->in_at + j]);
  ensures    same: e->in_len == \old(e->in_len) && same_rest{Pre,Post}(e);
*/
static inline void to_the_front(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(e->session), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P22_no_fewer: e->in_len >= \old(e->in_len);
*/
static inline void hold_more(ew_gnutls *e);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(e->session), ew_notice, EW_PORT_INPUT(e);
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P22_no_fewer: e->in_len >= \old(e->in_len);
*/
static inline void hold_for(ew_gnutls *e, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: own_io(e->session);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e), buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P22_count: \result <= len;
  ensures    P22_held: 0 <= \result <= e->in_len && \old(e->in_len) <= e->in_len;
  ensures    P22_some: \old(e->in_len) > 0 ==> \result >= 1;
  ensures    P22_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->in[e->in_at + j];
*/
static inline int show(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P02_own_io: begun == EW_EVENT_DONE ==> own_io(e->session);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e), buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P22_count: \result <= len;
  ensures    P22_held: \result >= 0 ==> \result <= e->in_len && \old(e->in_len) <= e->in_len;
  ensures    P22_some: \old(e->in_len) > 0 && \result >= 0 ==> \result >= 1;
  ensures    P22_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->in[e->in_at + j];
*/
static inline int peek_begun(ew_gnutls *e, uint8_t begun, char *buf, int len);

/*@
  requires   ok: port_ok(e);
  requires   P17_room: 1 <= len && \valid(buf + (0 .. len - 1));
  requires   apart: is_apart(buf, len, e);
  terminates \true;
  exits      \false;
  assigns    EW_PORT_IO(e) \from \nothing;
  assigns    EW_PORT_CALLS(e), ew_notice, EW_PORT_INPUT(e), buf[0 .. len - 1];
  ensures    ok: port_ok(e);
  ensures    links: same_links{Pre,Post}(e);
  ensures    gate: gate_goes_on{Pre,Post}(e);
  ensures    same: e->pending == \old(e->pending) && e->open == \old(e->open);
  ensures    P22_count: \result <= len;
  ensures    P22_held: \result >= 0 ==> \result <= e->in_len && \old(e->in_len) <= e->in_len;
  ensures    P22_some: \old(e->in_len) > 0 && \result >= 0 ==> \result >= 1;
  ensures    P22_same_bytes: \forall integer j; 0 <= j < \result ==> buf[j] == e->in[e->in_at + j];
*/
static inline int peek_data(ew_gnutls *e, char *buf, int len);

/*@
  requires   ok: port_ok((ew_gnutls *)e);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_count: \result >= e->in_len >= 0;
*/
static inline int count_data(const ew_gnutls *e);

#endif
