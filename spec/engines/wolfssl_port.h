/*
 * What the port for wolfSSL asks of the library, and what it relies on: contracts of the functions that the
 * headers of wolfSSL 5.5 declare, written by hand from wolfSSL's manual, from ew_port.h and from the table and
 * the traps at the top of port_wolfssl.c. A prototype that is not wolfSSL's is the compiler's error.
 *
 * The `requires` are what the port has to keep: memory (every buffer valid for the length passed), the bytes
 * in their order, no data while a record is owed, one record for each write, and one close_notify, behind the
 * seal. Beside each clause that is not about memory alone, in `ensures`:
 *
 *   documented   the manual says so, and the clause paraphrases it
 *   observed     the manual says less; it is what wolfSSL 5.5 does
 *
 * and beside a `requires`: documented, or decided, stricter than the manual. `ensures` without one define the
 * history that is kept in the fields. A call may call back, but nothing changes the I/O callbacks and their
 * contexts meanwhile: that an application's does not is a condition of use. `make try-port` tries the clauses at
 * each call of the port, in the kit and in fuzz.
 */
#ifndef EW_ENGINES_WOLFSSL_PORT_H
#define EW_ENGINES_WOLFSSL_PORT_H

#include <stddef.h>

#include <wolfssl/options.h>

#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>

#include "port_wolfssl.h"

/* What is known of a WOLFSSL. Its own structure is hidden; a compiler still refuses a port that looks into it. */
struct WOLFSSL {
    ew_wolfssl *port;         /* the context of its I/O callbacks, which nothing changes while it is attached */
    unsigned long long taken; /* bytes of application data in the records that were made */
    int notice;               /* 1: the peer's close_notify came in, complete, and authentic once there are keys */
    int alerts;               /* 1: our close_notify was made */
    int error;                /* what wolfSSL_get_error says of a call that failed */
    int init_finished;        /* wolfSSL_is_init_finished */
    int version;              /* wolfSSL_version */
    int held;                 /* wolfSSL_pending */
    int longest;              /* wolfSSL_GetMaxOutputSize: over 0 once the handshake is over */
    int known;                /* wolfSSL_get_alert_history succeeds; the newest alert that was received: */
    int alert_level;          /* its level, */
    int alert_code;           /* and its description; below 0: none */
    int reads_ours;           /* wolfSSL_GetIOReadCtx is the port's object, */
    int writes_ours;          /* and wolfSSL_GetIOWriteCtx */
    CallbackIORecv recv;      /* its I/O callbacks */
    CallbackIOSend send;
};

/* The port's. */
static inline int io_send(WOLFSSL *ssl, char *buf, int len, void *ctx);
static inline int io_recv(WOLFSSL *ssl, char *buf, int len, void *ctx);

/* What the application gives to be written, from the first byte to the last. It is read in annotations alone. */
/*@ ghost const unsigned *ew_plain; */

/*@
  logic integer plain_byte(integer p) = (char)ew_plain[p];

  // n bytes, the first of which is that one of the application's.
  predicate plain_bytes{L}(char *buf, integer n, integer first) =
    \forall integer j; 0 <= j < n ==> buf[j] == plain_byte(first + j);

  logic integer plain_lifetime = 9223372036854775808;
*/

/* What an engine call may change: of the object, and by its callbacks of the port and the transport. */
#define EW_WIRE_OF(t)                                                                              \
    (t)->met, (t)->fed, (t)->ended, (t)->gate, (t)->to_shut, (t)->tail_len, (t)->in.have,          \
        (t)->in.left, (t)->in.head[0 .. 4], (t)->out.have, (t)->out.left, (t)->out.head[0 .. 4],   \
        (t)->error, (t)->swallowed, (t)->tail[0 .. EW_TAIL_MAX - 1]
#define EW_STATE_OF(s)                                                                             \
    (s)->notice, (s)->error, (s)->init_finished, (s)->version, (s)->held, (s)->longest,            \
        (s)->known, (s)->alert_level, (s)->alert_code
#define EW_WOLFSSL_WRITES(s) EW_STATE_OF(s), (s)->port->owed, EW_WIRE_OF((s)->port->transport)

/*@
  predicate ssl_ok{L}(WOLFSSL *s) =
    \valid(s) && \valid(s->port) && \valid(s->port->transport) && s->port->ssl == s &&
    \separated(s, s->port, s->port->transport) && 0 <= s->port->owed &&
    s->port->transport->gate <= EW_GATE_SHUT;

  predicate own_io{L}(WOLFSSL *s) =
    s->reads_ours != 0 && s->writes_ours != 0 && s->recv == &io_recv && s->send == &io_send;

  // What wolfSSL_get_error says of a call that gave ret.
  logic integer said{L}(WOLFSSL *s, integer ret) = ret > 0 ? WOLFSSL_ERROR_NONE : (integer)s->error;

  // The newest alert that was received is of this level and description.
  predicate newest_is{L}(WOLFSSL *s, integer level, integer code) =
    s->known != 0 && 0 <= s->alert_level && 0 <= s->alert_code && s->alert_level % 256 == level &&
    s->alert_code % 256 == code;

  // A call that reads ended with the peer's close_notify.
  predicate tells_notice{L}(WOLFSSL *s, integer ret) =
    newest_is(s, alert_warning, close_notify) &&
    (said(s, ret) == WOLFSSL_ERROR_ZERO_RETURN || said(s, ret) == ALERT_COUNT_E);

  // One close_notify, made behind the seal; where nothing is owed any more it is out, and the gate is shut.
  predicate alerts_ok{L}(WOLFSSL *s) =
    (s->alerts == 0 || s->alerts == 1) && (s->alerts == 1 ==> s->port->transport->gate != EW_GATE_OPEN) &&
    (s->alerts == 1 && s->port->owed == 0 ==> s->port->transport->gate == EW_GATE_SHUT);

  // A gate that was open is not closed by an engine, nor one that was not opened.
  predicate gate_goes_on{A,B}(ew_wolfssl *e) =
    \at(e->transport->gate,B) <= EW_GATE_SHUT &&
    (\at(e->transport->gate,A) == EW_GATE_OPEN <==> \at(e->transport->gate,B) == EW_GATE_OPEN);

  // What is the port's own no engine call changes, but for what is owed. `assigns` says so too; this is for the provers.
  predicate left_alone{A,B}(ew_wolfssl *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->pending,A) == \at(e->pending,B) && \at(e->open,A) == \at(e->open,B) &&
    \at(e->alert,A) == \at(e->alert,B);
*/

/* The engine's calls ------------------------------------------------------------------------------ */

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_io: own_io(ssl);                                          // decided
  terminates \true;
  exits      \false;
  assigns    EW_WOLFSSL_WRITES(ssl);
  assigns    ssl->port->transport->detail \from \nothing;
  ensures    ok: ssl_ok(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K25_done: \result == WOLFSSL_SUCCESS ==> ssl->init_finished != 0; // documented
  ensures    K25_stays: \old(ssl->init_finished) != 0 ==> ssl->init_finished != 0; // observed
  ensures    P14_all_out: \result == WOLFSSL_SUCCESS ==> ssl->port->owed == 0; // observed
  ensures    K14_notice: tells_notice(ssl, \result) ==> ssl->notice == 1;       // observed
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int wolfSSL_negotiate(WOLFSSL *ssl);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_io: own_io(ssl);                                          // decided
  requires   P17_room: 1 <= sz && \valid((char *)data + (0 .. sz - 1));        // documented
  requires   apart: \separated((char *)data + (0 .. sz - 1), ssl, ssl->port, ssl->port->transport);
  terminates \true;
  exits      \false;
  assigns    EW_WOLFSSL_WRITES(ssl), ((char *)data)[0 .. sz - 1];
  assigns    ssl->port->transport->detail \from \nothing;
  ensures    ok: ssl_ok(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K15_count: \result <= sz;                                         // documented
  ensures    K14_notice: tells_notice(ssl, \result) ==> ssl->notice == 1;       // observed
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int wolfSSL_read(WOLFSSL *ssl, void *data, int sz);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_io: own_io(ssl);                                          // decided
  requires   P17_room: 1 <= sz && \valid((char *)data + (0 .. sz - 1));        // documented
  requires   apart: \separated((char *)data + (0 .. sz - 1), ssl, ssl->port, ssl->port->transport);
  terminates \true;
  exits      \false;
  assigns    EW_WOLFSSL_WRITES(ssl), ((char *)data)[0 .. sz - 1];
  assigns    ssl->port->transport->detail \from \nothing;
  ensures    ok: ssl_ok(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K15_count: \result <= sz;                                         // documented
  ensures    P05_held: \result > 0 ==> \result <= ssl->held;                   // documented
  ensures    K14_notice: tells_notice(ssl, \result) ==> ssl->notice == 1;       // observed
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int wolfSSL_peek(WOLFSSL *ssl, void *data, int sz);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_io: own_io(ssl);                                          // decided
  requires   P18_memory: 1 <= sz && \valid_read((char *)data + (0 .. sz - 1)); // documented
  requires   P18_open: ssl->init_finished != 0;                                // decided
  requires   P18_nothing_owed: ssl->port->owed == 0;                           // decided
  requires   P18_one_record: ssl->longest > 0 ==> sz <= ssl->longest;          // decided
  requires   P18_next_bytes: plain_bytes((char *)data, sz, ssl->taken);        // decided
  requires   lifetime: ssl->taken + sz <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_WOLFSSL_WRITES(ssl), ssl->taken;
  assigns    ssl->port->transport->detail \from \nothing;
  ensures    ok: ssl_ok(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K17_count: \result <= sz;                                         // documented
  ensures    taken: \result > 0 ==> ssl->taken == \old(ssl->taken) + \result;
  ensures    P18_made: \result <= 0 && ssl->error == WOLFSSL_ERROR_WANT_WRITE ==>
               ssl->taken == \old(ssl->taken) + sz;                            // observed
  ensures    not_taken: \result <= 0 && ssl->error != WOLFSSL_ERROR_WANT_WRITE ==>
               ssl->taken == \old(ssl->taken);
  ensures    P14_all_out: \result > 0 ==> ssl->port->owed == 0;                // observed
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int wolfSSL_write(WOLFSSL *ssl, const void *data, int sz);

/*@
  requires   ok: ssl_ok(ssl);
  requires   alerts: alerts_ok(ssl);
  requires   P02_own_io: own_io(ssl);                                          // decided
  requires   P01_behind_the_seal: ssl->port->transport->gate == EW_GATE_SEALED; // decided
  requires   P01_once: ssl->alerts == 0;                                       // decided
  requires   P01_nothing_owed: ssl->port->owed == 0;                           // decided
  terminates \true;
  exits      \false;
  assigns    EW_WOLFSSL_WRITES(ssl), ssl->alerts;
  assigns    ssl->port->transport->detail \from \nothing;
  ensures    ok: ssl_ok(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    made: ssl->port->owed > 0 || ssl->port->transport->gate == EW_GATE_SHUT ==> ssl->alerts == 1;
  ensures    P01_not_another: alerts_ok(ssl);                                  // observed
*/
int wolfSSL_shutdown(WOLFSSL *ssl);

/* What can be asked ------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P09_code: \result == said(ssl, ret);                              // observed
*/
int wolfSSL_get_error(WOLFSSL *ssl, int ret);

/*@
  requires   valid: \valid(ssl) && \valid(h);
  requires   apart: \separated(ssl, h);
  terminates \true;
  exits      \false;
  assigns    *h;
  ensures    P24_known: \result == WOLFSSL_SUCCESS <==> ssl->known != 0;       // observed
  ensures    P24_newest: \result == WOLFSSL_SUCCESS ==>
               h->last_rx.code == ssl->alert_code && h->last_rx.level == ssl->alert_level; // documented
*/
int wolfSSL_get_alert_history(WOLFSSL *ssl, WOLFSSL_ALERT_HISTORY *h);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P10_version: \result == ssl->version;                             // observed
*/
int wolfSSL_version(WOLFSSL *ssl);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K25_finished: \result != 0 <==> ssl->init_finished != 0;          // documented
*/
int wolfSSL_is_init_finished(WOLFSSL *ssl);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P23_held: \result == ssl->held;                                   // documented
  ensures    P23_count: \result >= 0;                                          // observed
*/
int wolfSSL_pending(WOLFSSL *ssl);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    P18_longest: \result == ssl->longest;                             // documented
*/
int wolfSSL_GetMaxOutputSize(WOLFSSL *ssl);

/* What is set ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->recv \from CBIORecv;
  ensures    P02_set: ssl->recv == CBIORecv;                                   // documented
*/
void wolfSSL_SSLSetIORecv(WOLFSSL *ssl, CallbackIORecv CBIORecv);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->send \from CBIOSend;
  ensures    P02_set: ssl->send == CBIOSend;                                   // documented
*/
void wolfSSL_SSLSetIOSend(WOLFSSL *ssl, CallbackIOSend CBIOSend);

/* What attaching, detaching and clear call, which are not proven. ---------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int wolfSSL_dtls(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int wolfSSL_GetSide(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int wolfSSL_get_state(const WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ctx;
*/
WOLFSSL *wolfSSL_new(WOLFSSL_CTX *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
void wolfSSL_free(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ssl;
*/
WOLFSSL_CTX *wolfSSL_get_SSL_CTX(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ssl;
*/
WOLFSSL_SESSION *wolfSSL_get_session(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int wolfSSL_SSL_CTX_remove_session(WOLFSSL_CTX *ctx, WOLFSSL_SESSION *c);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int wolfSSL_NoTicketTLSv12(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    *ssl;
*/
int wolfSSL_clear(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    ssl->reads_ours;
*/
void wolfSSL_SetIOReadCtx(WOLFSSL *ssl, void *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    ssl->writes_ours;
*/
void wolfSSL_SetIOWriteCtx(WOLFSSL *ssl, void *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ssl;
*/
void *wolfSSL_GetIOReadCtx(WOLFSSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ssl;
*/
void *wolfSSL_GetIOWriteCtx(WOLFSSL *ssl);

/* What an inline function of its headers calls, and no port does. --------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
int blake2b(byte *out, const void *in, const void *key, byte outlen, word64 inlen, byte keylen);

#endif
