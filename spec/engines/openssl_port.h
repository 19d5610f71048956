/*
 * What the port for OpenSSL asks of libssl, and what it relies on: contracts of the functions that OpenSSL's
 * own headers declare, written by hand from the manual pages, from ew_port.h and from the table at the top of
 * port_openssl.c. A prototype that is not OpenSSL's is the compiler's error.
 *
 * What libssl asks of a program and owes it stands in libssl.h, for programs that call it as its pages say.
 * A port does otherwise, on purpose: it asks SSL_want and not SSL_get_error, believes no queue of errors, and
 * hands each record to a BIO of its own. So these contracts are others, and less: `make prove-port` reads them.
 *
 * The `requires` are what the port has to keep: memory (every buffer valid for the length passed, and for as
 * long as a job may read it), the bytes in their order, and that a close_notify is only made behind the seal.
 * Beside each clause that is not about memory alone, in `ensures`:
 *
 *   documented   a page says so, and the clause paraphrases it
 *   observed     the pages say less; it is what libssl does
 *
 * and beside a `requires`: documented, or decided, stricter than the page. `ensures` without one define the
 * history that is kept in the fields. An engine call may call back: what the application's callbacks could
 * change (modes, options, BIOs, flags) counts as changed by each. While a job is paused they are said of the
 * call that goes on with it, and of no other; and no application sets our flag then.
 *
 * `make try-port` tries them at each call of the port on a live libssl.
 */
#ifndef EW_ENGINES_OPENSSL_PORT_H
#define EW_ENGINES_OPENSSL_PORT_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "port_openssl.h"

/* The BIO between the two: only its flags matter. */
struct bio_st {
    int flags;
};

/* What is known of an SSL. Its own structure is hidden; a compiler still refuses a port that looks into it. */
struct ssl_st {
    ew_openssl *port;         /* whose BIO it calls; nothing changes that while it is attached */
    unsigned long long taken; /* bytes of application data that SSL_write said it took */
    int notice;               /* 1: the peer's close_notify came in, complete, and authentic once there are keys */
    int shutdown;             /* SSL_get_shutdown */
    int want;                 /* SSL_want */
    int in_init;              /* SSL_in_init: a handshake, or a message after it, is under way */
    int in_before;            /* SSL_in_before */
    int failed;               /* the state is SSLERR */
    int version;              /* SSL_version */
    int held;                 /* SSL_pending */
    int paused;               /* SSL_waiting_for_async */
    int reads_ours;           /* SSL_get_rbio is the BIO of the port, */
    int writes_ours;          /* and SSL_get_wbio */
    long mode;                /* SSL_get_mode */
    long long options;        /* SSL_get_options */
};

/* What the application gives to be written, from the first byte to the last. It is read in annotations alone. */
/*@ ghost const unsigned *ew_plain; */

/*@
  logic integer plain_byte(integer p) = (char)ew_plain[p];

  // n bytes, the first of which is that one of the application's.
  predicate plain_bytes{L}(char *buf, integer n, integer first) =
    \forall integer j; 0 <= j < n ==> buf[j] == plain_byte(first + j);

  logic integer plain_lifetime = 9223372036854775808;
*/

/* What an engine call may change: of the SSL, and by the BIO of the port and the transport. */
#define EW_WIRE_OF(t)                                                                              \
    (t)->met, (t)->fed, (t)->ended, (t)->gate, (t)->to_shut, (t)->tail_len, (t)->in.have,          \
        (t)->in.left, (t)->in.head[0 .. 4], (t)->out.have, (t)->out.left, (t)->out.head[0 .. 4],   \
        (t)->error, (t)->swallowed, (t)->tail[0 .. EW_TAIL_MAX - 1]
#define EW_SETTINGS_OF(s) (s)->mode, (s)->options, (s)->reads_ours, (s)->writes_ours
#define EW_STATE_OF(s)                                                                             \
    (s)->notice, (s)->shutdown, (s)->want, (s)->in_init, (s)->in_before, (s)->failed,              \
        (s)->version, (s)->held, (s)->paused, EW_SETTINGS_OF(s)
#define EW_NOTICE_OF(e) (e)->notice_len, (e)->notice_out, (e)->notice[0 .. EW_ALERT_MAX - 1]
#define EW_SSL_WRITES(s)                                                                           \
    EW_STATE_OF(s), (s)->port->rest, (s)->port->flags, (s)->port->surplus, (s)->port->blocked,     \
        (s)->port->fresh, EW_NOTICE_OF((s)->port), (s)->port->bio->flags,                          \
        EW_WIRE_OF((s)->port->transport)

/*@
  predicate ssl_ok{L}(SSL *s) =
    \valid(s) && \valid(s->port) && \valid(s->port->transport) && \valid(s->port->bio) &&
    s->port->ssl == s && \separated(s, s->port, s->port->transport, s->port->bio);

  // A record came in during this call, and libssl returned upon it without asking for more: it set the flag.
  predicate set_by_a_record{L}(SSL *s) =
    (s->shutdown & SSL_RECEIVED_SHUTDOWN) != 0 && s->port->transport->fed != 0 &&
    (s->port->flags & SSL_RECEIVED_SHUTDOWN) == 0;

  predicate notice_is_true{L}(SSL *s) = set_by_a_record(s) && s->failed == 0 ==> s->notice == 1;

  predicate no_async{L}(SSL *s) = (s->mode & SSL_MODE_ASYNC) == 0;

  // What is the port's own no engine call changes. `assigns` says so too; this is for the provers.
  predicate left_alone{A,B}(ew_openssl *e) =
    \at(e->ssl,A) == \at(e->ssl,B) && \at(e->transport,A) == \at(e->transport,B) &&
    \at(e->bio,A) == \at(e->bio,B) && \at(e->pending,A) == \at(e->pending,B) &&
    \at(e->told,A) == \at(e->told,B) && \at(e->kept,A) == \at(e->kept,B) &&
    \at(e->job,A) == \at(e->job,B) && \at(e->open,A) == \at(e->open,B);

  // What is kept of our close_notify is a part of one alert, behind the seal.
  predicate notice_ok{L}(ew_openssl *e) =
    e->notice_out <= e->notice_len && e->notice_len <= EW_ALERT_MAX &&
    (e->notice_out < e->notice_len ==> e->transport->gate != EW_GATE_OPEN);

  // A gate that was shut stays so, and one that was open is not closed by an engine; of what is kept the BIO sees to it.
  predicate gate_goes_on{A,B}(ew_openssl *e) =
    \at(e->transport->gate,B) <= EW_GATE_SHUT && notice_ok{B}(e) &&
    (\at(e->transport->gate,A) == EW_GATE_OPEN <==> \at(e->transport->gate,B) == EW_GATE_OPEN);
*/

/* The engine's calls ------------------------------------------------------------------------------ */

/*@
  requires   ok: ssl_ok(s);
  requires   P02_own_bio: s->reads_ours != 0 && s->writes_ours != 0;        // decided
  requires   gate: s->port->transport->gate <= EW_GATE_SHUT;
  terminates \true;
  exits      \false;
  assigns    EW_SSL_WRITES(s);
  ensures    port: s->port == \old(s->port);
  ensures    left_alone: left_alone{Pre,Post}(s->port);
  ensures    same: s->taken == \old(s->taken);
  ensures    gate: gate_goes_on{Pre,Post}(s->port);
  ensures    stays: \old(s->notice) == 1 ==> s->notice == 1;
  ensures    K25_value: \result <= 1;                                          // documented
  ensures    K25_done: \result == 1 ==> s->in_init == 0;                   // documented
  ensures    K14_notice: \result != 1 ==> notice_is_true(s);                     // observed
*/
int SSL_do_handshake(SSL *s);

/*@
  requires   ok: ssl_ok(ssl);
  requires   gate: ssl->port->transport->gate <= EW_GATE_SHUT;
  requires   P17_room: 1 <= num && \valid((char *)buf + (0 .. num - 1));       // documented
  requires   apart: \separated((char *)buf + (0 .. num - 1), ssl, ssl->port, ssl->port->transport, ssl->port->bio);
  requires   P17_no_job: no_async(ssl);                                        // decided
  terminates \true;
  exits      \false;
  assigns    ((char *)buf)[0 .. num - 1], EW_SSL_WRITES(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    same: ssl->taken == \old(ssl->taken);
  ensures    record: \old(plain_bytes(&ssl->port->record[0], ssl->port->pending, ssl->taken)) ==>
               plain_bytes(&ssl->port->record[0], ssl->port->pending, ssl->taken);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K15_count: \result <= num;                                        // documented
*/
int SSL_read(SSL *ssl, void *buf, int num);

/*@
  requires   ok: ssl_ok(ssl);
  requires   gate: ssl->port->transport->gate <= EW_GATE_SHUT;
  requires   P22_room: 1 <= num && \valid((char *)buf + (0 .. num - 1));       // documented
  requires   P22_outlives: no_async(ssl) || (char *)buf == &ssl->port->byte;   // documented
  requires   apart: ((char *)buf == &ssl->port->byte && num == 1) || \separated((char *)buf + (0 .. num - 1), ssl->port);
  terminates \true;
  exits      \false;
  assigns    ((char *)buf)[0 .. num - 1], EW_SSL_WRITES(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    same: ssl->taken == \old(ssl->taken);
  ensures    record: \old(plain_bytes(&ssl->port->record[0], ssl->port->pending, ssl->taken)) ==>
               plain_bytes(&ssl->port->record[0], ssl->port->pending, ssl->taken);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K15_count: \result <= num;                                        // documented
  ensures    P05_held: \result > 0 ==> ssl->held >= \result;               // documented
  ensures    K14_notice: \result <= 0 ==> notice_is_true(ssl);                   // observed
*/
int SSL_peek(SSL *ssl, void *buf, int num);

/*@
  requires   ok: ssl_ok(ssl);
  requires   P02_own_bio: ssl->reads_ours != 0 && ssl->writes_ours != 0;        // decided
  requires   gate: ssl->port->transport->gate <= EW_GATE_SHUT;
  requires   P18_memory: 1 <= num && \valid_read((const char *)buf + (0 .. num - 1)); // documented
  requires   P18_one_record: num <= EW_RECORD_MAX;                             // decided
  requires   P18_outlives: no_async(ssl) || (char *)buf == &ssl->port->record[0]; // documented
  requires   P18_next_bytes: plain_bytes((char *)buf, num, ssl->taken);        // documented
  requires   lifetime: ssl->taken + num <= plain_lifetime;
  terminates \true;
  exits      \false;
  assigns    EW_SSL_WRITES(ssl), ssl->taken;
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
  ensures    K17_count: \result <= num;                                        // documented
  ensures    taken: \result > 0 ==> ssl->taken == \old(ssl->taken) + \result;
  ensures    not_taken: \result <= 0 ==> ssl->taken == \old(ssl->taken);
*/
int SSL_write(SSL *ssl, const void *buf, int num);

/*@
  requires   ok: ssl_ok(ssl);
  requires   P02_own_bio: ssl->reads_ours != 0 && ssl->writes_ours != 0;        // decided
  requires   P01_behind_the_seal: ssl->port->transport->gate == EW_GATE_SEALED; // decided
  terminates \true;
  exits      \false;
  assigns    EW_SSL_WRITES(ssl);
  ensures    port: ssl->port == \old(ssl->port);
  ensures    left_alone: left_alone{Pre,Post}(ssl->port);
  ensures    same: ssl->taken == \old(ssl->taken);
  ensures    gate: gate_goes_on{Pre,Post}(ssl->port);
  ensures    stays: \old(ssl->notice) == 1 ==> ssl->notice == 1;
*/
int SSL_shutdown(SSL *ssl);

/* What can be asked ------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->shutdown;
*/
int SSL_get_shutdown(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->want;
*/
int SSL_want(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->in_init;
*/
int SSL_in_init(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->in_before;
*/
int SSL_in_before(const SSL *s);

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == ssl->version;
*/
int SSL_version(const SSL *ssl);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->held;
  ensures    P23_count: \result >= 0;                                          // documented
*/
int SSL_pending(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->paused;
*/
int SSL_waiting_for_async(SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is: \result == s->options;
*/
uint64_t SSL_get_options(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:s;
*/
const char *SSL_state_string(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \result \from s->port->bio, indirect:s;
  ensures    is: \result == s->port->bio <==> s->reads_ours != 0;
*/
BIO *SSL_get_rbio(const SSL *s);

/*@
  requires   valid: \valid_read(s);
  terminates \true;
  exits      \false;
  assigns    \result \from s->port->bio, indirect:s;
  ensures    is: \result == s->port->bio <==> s->writes_ours != 0;
*/
BIO *SSL_get_wbio(const SSL *s);

/*@
  requires   valid: \valid_read(ssl);
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:ssl;
*/
SSL_SESSION *SSL_get_session(const SSL *ssl);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:sess;
*/
uint8_t SSL_SESSION_get_max_fragment_length(const SSL_SESSION *sess);

/* What is set ------------------------------------------------------------------------------------- */

/*@
  // Modes, and the three sizes: what the macros of ssl.h hand it.
  requires   commands: cmd == SSL_CTRL_MODE || cmd == SSL_CTRL_CLEAR_MODE ||
               cmd == SSL_CTRL_SET_MAX_SEND_FRAGMENT || cmd == SSL_CTRL_SET_SPLIT_SEND_FRAGMENT ||
               cmd == SSL_CTRL_SET_MAX_PIPELINES;
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->mode;
  ensures    MO01_asked: cmd == SSL_CTRL_MODE ==> \result == ssl->mode;    // documented
  ensures    MO02_only_asked: cmd == SSL_CTRL_MODE && larg == 0 ==> ssl->mode == \old(ssl->mode); // documented
  ensures    MO03_cleared: cmd == SSL_CTRL_CLEAR_MODE ==> (ssl->mode & larg) == 0; // documented
  ensures    others: cmd != SSL_CTRL_MODE && cmd != SSL_CTRL_CLEAR_MODE ==> ssl->mode == \old(ssl->mode);
*/
long SSL_ctrl(SSL *ssl, int cmd, long larg, void *parg);

/*@
  requires   valid: \valid(ssl);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
void SSL_set_quiet_shutdown(SSL *ssl, int mode);

/*@
  requires   valid: \valid(b);
  terminates \true;
  exits      \false;
  assigns    b->flags;
*/
void BIO_set_flags(BIO *b, int flags);

/*@
  requires   valid: \valid(b);
  terminates \true;
  exits      \false;
  assigns    b->flags;
*/
void BIO_clear_flags(BIO *b, int flags);

/* Errors ------------------------------------------------------------------------------------------ */

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
unsigned long ERR_peek_last_error(void);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    ER01_reason: 0 <= \result;                                        // documented
*/
static inline int ERR_GET_REASON(unsigned long errcode);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static inline int ERR_GET_LIB(unsigned long errcode);

#endif
