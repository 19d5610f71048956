/*
 * What the port for GnuTLS asks of the library, and what it relies on: contracts of the functions that the
 * headers of GnuTLS 3.7 declare, written by hand from its manual, from ew_port.h and from the table at the
 * top of port_gnutls.c. A prototype that is not GnuTLS's is the compiler's error. A session is opaque: what
 * stands here in its place is a model, of which the port reads nothing.
 *
 * The `requires` are what the port has to keep: memory (every buffer valid for the length passed), the I/O of
 * its own, no data while a record is owed, and a close_notify behind the seal. Beside each clause that is not
 * about memory alone, in `ensures`:
 *
 *   documented   the manual says so, and the clause paraphrases it
 *   observed     the manual says less; it is what GnuTLS 3.7 does
 *
 * and beside a `requires`: documented, or decided, stricter than the manual. `ensures` without one define the
 * history that is kept in the ghost variables, or carry through what the port's own callbacks keep, which is
 * proved of these (let_out, let_in and let_in_noting in wire/port_gnutls.h). A call may call them, and no
 * other function that changes the session's I/O meanwhile: that an application's does not is a condition of
 * use. `make try-port` tries the clauses at each call of the port, in the kit and in fuzz.
 */
#ifndef EW_ENGINES_GNUTLS_PORT_H
#define EW_ENGINES_GNUTLS_PORT_H

#include <limits.h>

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>

#include "port_gnutls.h"

/* Of a session, what can be asked and set. */
struct gnutls_session_int {
    gnutls_transport_ptr_t recv_ptr;
    gnutls_transport_ptr_t send_ptr;
    gnutls_pull_func pull;
    gnutls_push_func push;
    gnutls_pull_timeout_func pull_timeout;
    int error;             /* what a callback of ours failed with */
    unsigned version;      /* gnutls_protocol_t */
    unsigned flags;        /* GNUTLS_SFLAGS_* */
    unsigned last_in;      /* the message of a handshake that came last */
    unsigned char alert;   /* that came last */
    int corks;             /* 1: what is given to be sent is kept */
    size_t corked;         /* as many bytes */
};

/* Whose session is called, and the same as the void * that GnuTLS has; no contract names them among what is written. */
/*@ ghost ew_gnutls *ew_served; */
/*@ ghost void *ew_self; */

/*
 * 1: what GnuTLS takes for the peer's close_notify came in, complete, and authentic once there are keys: an alert of
 * that number, at any level but fatal, and by its first two bytes, however long it is.
 */
/*@ ghost int ew_notice; */

/* What a call may change: of the session, what the port asks for, and by its callbacks the port's output and the transport. */
#define EW_WIRE_OF(t)                                                                              \
    (t)->met, (t)->fed, (t)->ended, (t)->gate, (t)->to_shut, (t)->tail_len, (t)->in.have,          \
        (t)->in.left, (t)->in.head[0 .. 4], (t)->out.have, (t)->out.left, (t)->out.head[0 .. 4],   \
        (t)->error, (t)->swallowed, (t)->tail[0 .. EW_TAIL_MAX - 1]
#define EW_OUTPUT_OF(e) (e)->out_at, (e)->out_len, (e)->out[0 .. EW_GNUTLS_OUT_MAX - 1]
#define EW_STATE_OF(s)  (s)->error, (s)->version, (s)->flags, (s)->last_in, (s)->alert
#define EW_GNUTLS_WRITES(s)                                                                        \
    EW_STATE_OF(s), ew_served->waits, EW_OUTPUT_OF(ew_served), EW_WIRE_OF(ew_served->transport)

/*@
  predicate out_ok{L}(ew_gnutls *e) = e->out_at + e->out_len <= EW_GNUTLS_OUT_MAX;

  predicate session_ok{L}(struct gnutls_session_int *s) =
    \valid(s) && \valid(ew_served) && \valid(ew_served->transport) && ew_served->session == s &&
    \separated(s, ew_served, ew_served->transport) && ew_served->transport->gate <= EW_GATE_SHUT;

  // The session reaches this port's object, and nothing else.
  predicate own_io{L}(struct gnutls_session_int *s) = s->recv_ptr == ew_self && s->send_ptr == ew_self;

  // A gate that was open is not closed by an engine, nor one that was not opened.
  predicate gate_of{A,B}(ew_transport *t) =
    \at(t->gate,B) <= EW_GATE_SHUT &&
    (\at(t->gate,A) == EW_GATE_OPEN <==> \at(t->gate,B) == EW_GATE_OPEN);

  predicate gate_goes_on{A,B}(ew_gnutls *e) =
    \at(e->transport->gate,B) <= EW_GATE_SHUT &&
    (\at(e->transport->gate,A) == EW_GATE_OPEN <==> \at(e->transport->gate,B) == EW_GATE_OPEN);

  // What is the port's own no engine call changes. `assigns` says so too; this is for the provers.
  predicate left_alone{A,B}(ew_gnutls *e) =
    \at(e->session,A) == \at(e->session,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->pending,A) == \at(e->pending,B) && \at(e->open,A) == \at(e->open,B) &&
    \at(e->in_at,A) == \at(e->in_at,B) && \at(e->in_len,A) == \at(e->in_len,B);

  // Memory that a call may be given: none of what it works with beside.
  predicate apart_from_all{L}(char *buf, integer n, struct gnutls_session_int *s) =
    \separated(buf + (0 .. n - 1), s, ew_served->transport) &&
    \separated(buf + (0 .. n - 1), &ew_served->waits, &ew_served->out_at, &ew_served->out_len,
               ew_served->out + (0 .. EW_GNUTLS_OUT_MAX - 1));
*/

/* The engine's calls ------------------------------------------------------------------------------ */

/*@
  requires   ok: session_ok(session) && out_ok(ew_served);
  requires   P02_own_io: own_io(session);                                      // decided
  requires   P13_once: ew_served->open == 0;                                   // decided
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(session), ew_notice;
  ensures    ok: session_ok(session) && out_ok(ew_served);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    stays: \old(ew_notice) == 1 ==> ew_notice == 1;
  ensures    K14_notice: \result == GNUTLS_E_SESSION_EOF ==> ew_notice == 1;   // observed
*/
int gnutls_handshake(gnutls_session_t session);

/*@
  requires   ok: session_ok(session) && out_ok(ew_served);
  requires   P02_own_io: own_io(session);                                      // decided
  requires   P17_room: \valid((char *)data + (0 .. data_size - 1));            // documented
  requires   P17_counted: 1 <= data_size <= INT_MAX;                           // decided
  requires   apart: apart_from_all((char *)data, data_size, session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(session), ew_notice, ((char *)data)[0 .. data_size - 1];
  ensures    ok: session_ok(session) && out_ok(ew_served);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    stays: \old(ew_notice) == 1 ==> ew_notice == 1;
  ensures    K15_count: \result <= data_size;                                  // documented
  ensures    K14_notice: \result == 0 ==> ew_notice == 1;                      // observed
*/
ssize_t gnutls_record_recv(gnutls_session_t session, void *data, size_t data_size);

/* How much of what it is given it says to have taken the port does not believe. */
/*@
  requires   ok: session_ok(session) && out_ok(ew_served);
  requires   P02_own_io: own_io(session);                                      // decided
  requires   P18_memory: \valid_read((char *)data + (0 .. data_size - 1));     // documented
  requires   P18_counted: 1 <= data_size <= INT_MAX;                           // decided
  requires   P18_nothing_owed: ew_served->out_len == 0 && ew_served->pending == 0; // decided
  requires   P18_not_corked: session->corks == 0;                              // decided
  requires   apart: apart_from_all((char *)data, data_size, session);
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(session);
  ensures    ok: session_ok(session) && out_ok(ew_served);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    K17_of_a_record: \result <= EW_RECORD_MAX;                        // documented
*/
ssize_t gnutls_record_send(gnutls_session_t session, const void *data, size_t data_size);

/*@
  requires   ok: session_ok(session) && out_ok(ew_served);
  requires   P02_own_io: own_io(session);                                      // decided
  requires   P01_close_notify: level == GNUTLS_AL_WARNING && desc == GNUTLS_A_CLOSE_NOTIFY; // decided
  requires   P01_behind_the_seal: ew_served->transport->gate == EW_GATE_SEALED; // decided
  requires   P01_nothing_owed: ew_served->out_len == 0;                        // decided
  terminates \true;
  exits      \false;
  assigns    EW_GNUTLS_WRITES(session);
  ensures    ok: session_ok(session) && out_ok(ew_served);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
*/
int gnutls_alert_send(gnutls_session_t session, gnutls_alert_level_t level, gnutls_alert_description_t desc);

/* With nothing corked it hands nothing over. */
/*@
  requires   ok: session_ok(session);
  requires   P18_puts_nothing: session->corked == 0;                           // decided
  requires   flags: flags == 0;
  terminates \true;
  exits      \false;
  assigns    session->corks;
  ensures    P18_not_corked: \result >= 0 ==> session->corks == 0;             // documented
*/
int gnutls_record_uncork(gnutls_session_t session, unsigned int flags);

/* What can be asked ------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
size_t gnutls_record_check_pending(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_corked: \result == session->corked;                           // documented
*/
size_t gnutls_record_check_corked(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P24_number: \result == session->alert;                            // documented
*/
gnutls_alert_description_t gnutls_alert_get(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P19_last: \result == session->last_in;                            // observed
*/
gnutls_handshake_description_t gnutls_handshake_get_last_in(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_version: \result == session->version;                         // documented
*/
gnutls_protocol_t gnutls_protocol_get_version(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_flags: \result == session->flags;                             // documented
*/
unsigned gnutls_session_get_flags(gnutls_session_t session);

/*@
  requires   valid: \valid_read(session) && \valid(recv_ptr) && \valid(send_ptr);
  requires   apart: \separated(recv_ptr, send_ptr, session);
  terminates \true;
  exits      \false;
  assigns    *recv_ptr \from session->recv_ptr;
  assigns    *send_ptr \from session->send_ptr;
  ensures    P02_pointers: *recv_ptr == session->recv_ptr && *send_ptr == session->send_ptr; // documented
*/
void gnutls_transport_get_ptr2(gnutls_session_t session, gnutls_transport_ptr_t *recv_ptr,
                               gnutls_transport_ptr_t *send_ptr);

/* What is set ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    session->push \from push_func;
  ensures    P02_push: session->push == push_func;                             // documented
*/
void gnutls_transport_set_push_function(gnutls_session_t session, gnutls_push_func push_func);

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    session->pull \from pull_func;
  ensures    P02_pull: session->pull == pull_func;                             // documented
*/
void gnutls_transport_set_pull_function(gnutls_session_t session, gnutls_pull_func pull_func);

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    session->pull_timeout \from func;
  ensures    P02_wait: session->pull_timeout == func;                          // documented
*/
void gnutls_transport_set_pull_timeout_function(gnutls_session_t session, gnutls_pull_timeout_func func);

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    session->error;
  ensures    told: session->error == err;
*/
void gnutls_transport_set_errno(gnutls_session_t session, int err);

/* What attaching and clear call, which are not proven. ---------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    session->recv_ptr, session->send_ptr \from ptr;
*/
void gnutls_transport_set_ptr(gnutls_session_t session, gnutls_transport_ptr_t ptr);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
unsigned int gnutls_dtls_get_mtu(gnutls_session_t session);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
gnutls_cipher_algorithm_t gnutls_cipher_get(gnutls_session_t session);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
void gnutls_db_remove_session(gnutls_session_t session);

#endif
