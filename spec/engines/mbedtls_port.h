/*
 * What the port for mbedTLS asks of the library, and what it relies on: contracts of the functions that the
 * headers of mbedTLS 2.28 declare, written by hand from their documentation, from ew_port.h and from the
 * table at the top of port_mbedtls.c. A prototype that is not mbedTLS's is the compiler's error. The context
 * is the header's own: what is said of its fields is said of those.
 *
 * The `requires` are what the port has to keep: memory (every buffer valid for the length passed), the bytes
 * in their order, no data while a record is owed, and one close_notify, behind the seal. Beside each clause
 * that is not about memory alone, in `ensures`:
 *
 *   documented   the header says so, and the clause paraphrases it
 *   observed     the header says less; it is what mbedTLS 2.28 does
 *
 * and beside a `requires`: documented, or decided, stricter than the header. `ensures` without one define the
 * history that is kept in the ghost variables. A call may call back, but nothing changes the configuration or
 * the I/O callbacks meanwhile: that an application's does not is a condition of use. `make try-port` tries the
 * clauses at each call of the port.
 */
#ifndef EW_ENGINES_MBEDTLS_PORT_H
#define EW_ENGINES_MBEDTLS_PORT_H

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include "port_mbedtls.h"

/* Whose context is called; no contract names it among what is written. */
/*@ ghost ew_mbedtls *ew_served; */

/* 1: the context's p_bio is the transport of that port (a void *, which cannot be compared here). */
/*@ ghost int ew_reaches; */

/*
 * Bytes of application data in the records that were made, all that came before included. One that the transport
 * refuses for good is not counted, though it is kept: the header asks that such a context be used no more.
 */
/*@ ghost unsigned long long ew_taken; */

/* 1: our close_notify was made. */
/*@ ghost int ew_alerts; */

/* 1: the peer's close_notify came in, complete, and authentic once there are keys. */
/*@ ghost int ew_notice; */

/* What the application gives to be written, from the first byte to the last. It is read in annotations alone. */
/*@ ghost const unsigned *ew_plain; */

/*@
  logic integer plain_byte(integer p) = (unsigned char)ew_plain[p];

  // n bytes, the first of which is that one of the application's.
  predicate plain_bytes{L}(unsigned char *buf, integer n, integer first) =
    \forall integer j; 0 <= j < n ==> buf[j] == plain_byte(first + j);

  logic integer plain_lifetime = 9223372036854775808;
*/

/*
 * What a call may change: of the context, what the port reads, and by its callbacks the transport. What else
 * mbedTLS writes there, in its buffers and in its sessions, no clause speaks of.
 */
#define EW_WIRE_OF(t)                                                                              \
    (t)->met, (t)->fed, (t)->ended, (t)->gate, (t)->to_shut, (t)->tail_len, (t)->in.have,          \
        (t)->in.left, (t)->in.head[0 .. 4], (t)->out.have, (t)->out.left, (t)->out.head[0 .. 4],   \
        (t)->error, (t)->swallowed, (t)->tail[0 .. EW_TAIL_MAX - 1]
#define EW_STATE_OF(s)                                                                             \
    (s)->state, (s)->minor_ver, (s)->in_msgtype, (s)->in_msglen, (s)->in_left, (s)->out_msgtype,   \
        (s)->out_msglen, (s)->out_left
#define EW_BUFFERS_OF(s)  (s)->in_msg, (s)->in_offt
#define EW_MBEDTLS_WRITES(s) EW_STATE_OF(s), EW_WIRE_OF(ew_served->transport)

/*@
  // The two bytes of an alert can be read where a record stands, which is in memory of mbedTLS's own.
  predicate in_hand{L}(mbedtls_ssl_context *s) =
    \valid_read(s->in_msg + (0 .. 1)) && \separated(s->in_msg + (0 .. 1), s, ew_served, ew_served->transport);

  predicate ssl_ok{L}(mbedtls_ssl_context *s) =
    \valid(s) && \valid(ew_served) && \valid(ew_served->transport) && ew_served->ssl == s &&
    \separated(s, ew_served, ew_served->transport) && in_hand(s) && \valid_read(s->conf) &&
    \separated(s->conf, s, ew_served, ew_served->transport) &&
    ew_served->transport->gate <= EW_GATE_SHUT;

  predicate own_bio{L}(mbedtls_ssl_context *s) = ew_reaches != 0;

  predicate is_open{L}(mbedtls_ssl_context *s) = s->state == MBEDTLS_SSL_HANDSHAKE_OVER;

  // One close_notify, made behind the seal; where nothing is owed any more it is out, and the gate is shut.
  predicate alerts_ok{L}(mbedtls_ssl_context *s) =
    (ew_alerts == 0 || ew_alerts == 1) && (ew_alerts == 1 ==> ew_served->transport->gate != EW_GATE_OPEN) &&
    (ew_alerts == 1 && s->out_left == 0 ==> ew_served->transport->gate == EW_GATE_SHUT);

  // A gate that was open is not closed by an engine, nor one that was not opened.
  predicate gate_goes_on{A,B}(ew_mbedtls *e) =
    \at(e->transport->gate,B) <= EW_GATE_SHUT &&
    (\at(e->transport->gate,A) == EW_GATE_OPEN <==> \at(e->transport->gate,B) == EW_GATE_OPEN);

  // What is the port's own no engine call changes. `assigns` says so too; this is for the provers.
  predicate left_alone{A,B}(ew_mbedtls *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->pending,A) == \at(e->pending,B) && \at(e->open,A) == \at(e->open,B);

  // The bytes of application data that were received and not yet read.
  logic integer held{L}(mbedtls_ssl_context *s) = s->in_offt == \null ? 0 : (integer)s->in_msglen;

  // What a call that reads may say, which one that only sends does not.
  predicate is_of_reading(integer r) =
    r == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || r == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ||
    r == MBEDTLS_ERR_SSL_WANT_READ || r == MBEDTLS_ERR_SSL_CONN_EOF || r == MBEDTLS_ERR_NET_RECV_FAILED;
*/

/* The engine's calls ------------------------------------------------------------------------------ */

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_bio: own_bio(ssl);                                        // decided
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(ssl), ew_notice;
  assigns    EW_BUFFERS_OF(ssl) \from ssl->in_buf;
  ensures    ok: ssl_ok(ssl);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    stays: \old(ew_notice) == 1 ==> ew_notice == 1;
  ensures    K25_done: \result == 0 ==> is_open(ssl);                          // documented
  ensures    K25_flushed: !\old(is_open(ssl)) && \result == 0 ==> ssl->out_left == 0; // observed
  ensures    K14_notice: \result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1; // documented
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int mbedtls_ssl_handshake(mbedtls_ssl_context *ssl);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_bio: own_bio(ssl);                                        // decided
  requires   P17_room: len == 0 || \valid(buf + (0 .. len - 1));               // documented
  requires   P17_counted: len <= INT_MAX;                                      // decided
  requires   apart: len == 0 ||
               \separated(buf + (0 .. len - 1), ssl, ew_served, ew_served->transport);
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(ssl), ew_notice, buf[0 .. len - 1];
  assigns    EW_BUFFERS_OF(ssl) \from ssl->in_buf;
  ensures    ok: ssl_ok(ssl);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    stays: \old(ew_notice) == 1 ==> ew_notice == 1;
  ensures    K15_count: \result <= len;                                        // documented
  ensures    K14_notice: \result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ==> ew_notice == 1; // documented
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
  ensures    K25_stays_open: \old(is_open(ssl)) ==> is_open(ssl);              // observed
*/
int mbedtls_ssl_read(mbedtls_ssl_context *ssl, unsigned char *buf, size_t len);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_bio: own_bio(ssl);                                        // decided
  requires   P18_memory: len == 0 || \valid_read(buf + (0 .. len - 1));        // documented
  requires   P18_counted: len <= INT_MAX;                                      // decided
  requires   P18_nothing_owed: ssl->out_left == 0 || len == 0;                 // decided
  requires   P18_next_bytes: plain_bytes((unsigned char *)buf, len, ew_taken); // documented
  requires   lifetime: len == 0 || ew_taken + len <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(ssl), ew_taken;
  assigns    EW_BUFFERS_OF(ssl) \from ssl->in_buf;
  ensures    ok: ssl_ok(ssl);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    K17_count: \result <= len;                                        // documented
  ensures    taken: \result >= 0 ==> ew_taken == \old(ew_taken) + \result;
  ensures    P18_made: \result == MBEDTLS_ERR_SSL_WANT_WRITE ==> ew_taken == \old(ew_taken) + len; // observed
  ensures    not_taken: \result < 0 && \result != MBEDTLS_ERR_SSL_WANT_WRITE ==> ew_taken == \old(ew_taken);
  ensures    P14_all_out: \result >= 0 ==> ssl->out_left == 0;                 // observed
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
  ensures    P06_reads_nothing: \old(is_open(ssl)) ==> is_open(ssl) && !is_of_reading(\result); // observed
*/
int mbedtls_ssl_write(mbedtls_ssl_context *ssl, const unsigned char *buf, size_t len);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_bio: own_bio(ssl);                                        // decided
  requires   P01_behind_the_seal: ew_served->transport->gate == EW_GATE_SEALED; // decided
  requires   P01_once: ew_alerts == 0;                                         // decided
  requires   P01_nothing_owed: ssl->out_left == 0;                             // decided
  terminates \true;
  exits      \false;
  assigns    EW_MBEDTLS_WRITES(ssl), ew_alerts;
  assigns    EW_BUFFERS_OF(ssl) \from ssl->in_buf;
  ensures    ok: ssl_ok(ssl);
  ensures    left_alone: left_alone{Pre,Post}(ew_served);
  ensures    gate: gate_goes_on{Pre,Post}(ew_served);
  ensures    made: is_open(ssl) && (\result == 0 || \result == MBEDTLS_ERR_SSL_WANT_WRITE) ==> ew_alerts == 1;
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
  ensures    P06_reads_nothing: !is_of_reading(\result) && (\old(is_open(ssl)) ==> is_open(ssl)); // observed
*/
int mbedtls_ssl_close_notify(mbedtls_ssl_context *ssl);

/* What can be asked ------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_of_a_record: \result <= MBEDTLS_SSL_IN_CONTENT_LEN;           // documented
  ensures    P05_held: \result == held((mbedtls_ssl_context *)ssl);             // observed
  ensures    P22_readable: \result == 0 || \valid_read(ssl->in_offt + (0 .. \result - 1)); // observed
*/
size_t mbedtls_ssl_get_bytes_avail(const mbedtls_ssl_context *ssl);

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int mbedtls_ssl_get_max_out_record_payload(const mbedtls_ssl_context *ssl);

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int mbedtls_ssl_check_pending(const mbedtls_ssl_context *ssl);

/* What is set ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->p_bio, ssl->f_send, ssl->f_recv, ssl->f_recv_timeout, ew_reaches;
*/
void mbedtls_ssl_set_bio(mbedtls_ssl_context *ssl, void *p_bio, mbedtls_ssl_send_t *f_send, mbedtls_ssl_recv_t *f_recv,
                         mbedtls_ssl_recv_timeout_t *f_recv_timeout);

/*@
  requires   ok: ssl_ok(ssl);
  terminates \true;
  exits      \false;
  assigns    *ssl;
*/
int mbedtls_ssl_session_reset(mbedtls_ssl_context *ssl);

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    *session;
*/
void mbedtls_ssl_session_init(mbedtls_ssl_session *session);

/*@
  requires   valid: \valid(session);
  terminates \true;
  exits      \false;
  assigns    *session;
*/
void mbedtls_ssl_session_free(mbedtls_ssl_session *session);

/* What the inline functions of its headers call, and no port does. -------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
size_t mbedtls_pk_get_bitlen(const mbedtls_pk_context *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
mbedtls_pk_type_t mbedtls_pk_get_type(const mbedtls_pk_context *ctx);

#endif
