/*
 * What libssl asks of a program, and what it owes it in return: SSL_shutdown(3), SSL_get_error(3) and
 * their neighbours as contracts of the functions that OpenSSL's headers declare.
 *
 * Written by hand from clauses.md, whose ids the labels carry. It is put before a program that is to
 * prove its own use of libssl (docs/prove-your-use.md); it is no part of any program, and says nothing
 * to a compiler. A function of libssl that has no contract here ends the proof: it is not covered.
 *
 * Beside each clause that is not about memory alone:
 *
 *   documented   a page says so, and the clause paraphrases it
 *   observed     the pages say less; it is what libssl does, over every sequence of calls that
 *                `make try-use` walks
 *   decided      stricter than the page: asks more of the program, and assumes nothing of libssl
 *
 * `ensures` without one of these define the history that is kept in the fields, and claim nothing.
 */
#ifndef EW_LIBSSL_H
#define EW_LIBSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* Calls that can be unfinished, or the last. */
enum { EW_NO_CALL, EW_CONNECT, EW_READ, EW_WRITE, EW_SHUTDOWN };

/*
 * A connection: what can be known of it from the calls so far. Libssl's own structure is hidden; a
 * compiler still refuses a program that looks into it.
 */
struct ssl_st {
    int alive;       /* 1 from SSL_new to SSL_free */
    int connected;   /* 1: a handshake was done */
    int established; /* 1: and none is under way; what the peer sends can begin another */
    int fatal;       /* 1: a call failed, and not for want of the transport */
    int closing;     /* 1: SSL_shutdown was called */
    int told;  /* 1: our close_notify was handed to the transport: SSL_shutdown returned 0 or 1 */
    int ended; /* 1: the peer's close_notify came: SSL_read reported the end of its data */
    struct {
        int call;         /* that has to be repeated: EW_NO_CALL, EW_WRITE, EW_SHUTDOWN */
        const void *data; /* of EW_WRITE: its arguments */
        int length;
    } owed;
};

/* The thread: libssl's queue of errors, and the call whose result SSL_get_error explains. */
struct ew_thread {
    int errors;      /* 0: the queue is known to be empty */
    const SSL *last; /* of the last call, if nothing was called since that touches the queue */
    int call;        /* which */
    int value;       /* what it returned */
    int error;       /* what SSL_get_error says of it */
};

/* What the program says of itself (ew_gives_up, at the end). */
struct ew_program {
    const SSL *given_up; /* the connection that it leaves without a close_notify */
};

/*@ ghost struct ew_thread ew_thread; */
/*@ ghost struct ew_program ew_program; */

/* ---- The words of the contracts ------------------------------------------------------------- */

/*@
  // The call was not completed, and is to be repeated: GE-03.
  predicate wants(integer error) = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;

  // Nothing was done yet.
  predicate is_new{L}(SSL *s) =
    s->alive == 1 && s->connected == 0 && s->established == 0 && s->fatal == 0 && s->closing == 0 && s->told == 0 &&
    s->ended == 0 && s->owed.call == EW_NO_CALL;

  // It can be read from, whoever has closed.
  predicate is_up{L}(SSL *s) =
    s->alive == 1 && s->connected == 1 && s->fatal == 0 && s->owed.call == EW_NO_CALL;

  // Nothing was started that would have to be ended by a close_notify, or it was, or cannot be.
  predicate may_be_freed{L}(SSL *s) =
    s->connected == 0 || s->fatal == 1 || s->told == 1 || ew_program.given_up == s;
*/

/* ---- Handshake ------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(ssl);
  requires   FR01_alive: ssl->alive == 1;                                             // documented
  requires   GE04_not_after_fatal: ssl->fatal == 0;                                   // documented
  requires   GE06_queue_empty: ew_thread.errors == 0;                                 // documented
  requires   K25_not_after_close: ssl->closing == 0;                                  // decided
  requires   GE07_no_write_owed: ssl->owed.call == EW_NO_CALL;                        // documented
  terminates \true;
  exits      \false;
  assigns    ssl->connected, ssl->established, ssl->fatal, ssl->ended, ew_thread;
  ensures    K25_done: \result == 1 ==> ssl->established == 1;                        // documented
  ensures    connected: \result == 1 ==> ssl->connected == 1;
  ensures    not_connected: \result != 1 ==> ssl->connected == \old(ssl->connected);
  ensures    last: ew_thread.last == ssl && ew_thread.call == EW_CONNECT && ew_thread.value == \result;
  ensures    fatal: \result <= 0 && !wants(ew_thread.error) ==> ssl->fatal == 1;
  ensures    not_fatal: \result > 0 || wants(ew_thread.error) ==> ssl->fatal == 0;
  ensures    GE01_no_error: \result > 0 ==> ew_thread.error == SSL_ERROR_NONE;        // documented
  ensures    K25_value: \result <= 1;                                                 // documented
*/
int SSL_connect(SSL *ssl);

/* ---- Data ----------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(ssl);
  requires   room: num >= 0 && \valid((char *)buf + (0 .. num - 1));
  requires   FR01_alive: ssl->alive == 1;                                             // documented
  requires   GE04_not_after_fatal: ssl->fatal == 0;                                   // documented
  requires   GE06_queue_empty: ew_thread.errors == 0;                                 // documented
  requires   K02_handshake_first: ssl->connected == 1;                               // decided
  requires   GE07_no_write_owed: ssl->owed.call != EW_WRITE;                          // documented
  requires   MP36_close_repeated: ssl->owed.call != EW_SHUTDOWN;                      // documented
  terminates \true;
  exits      \false;
  assigns    ((char *)buf)[0 .. num - 1], ssl->established, ssl->fatal, ssl->ended, ew_thread;
  ensures    K15_count: \result <= num;                                               // documented
  ensures    GE01_no_error: \result > 0 ==> ew_thread.error == SSL_ERROR_NONE;        // documented
  ensures    last: ew_thread.last == ssl && ew_thread.call == EW_READ && ew_thread.value == \result;
  ensures    fatal: \result <= 0 && !wants(ew_thread.error) && ew_thread.error != SSL_ERROR_ZERO_RETURN ==>
               ssl->fatal == 1;
  ensures    not_fatal: \result > 0 || wants(ew_thread.error) || ew_thread.error == SSL_ERROR_ZERO_RETURN ==>
               ssl->fatal == 0;
  ensures    GE02_end_of_data:                                                        // documented
               \result <= 0 && ew_thread.error == SSL_ERROR_ZERO_RETURN ==> ssl->ended == 1;
  ensures    K14_stays_ended: \old(ssl->ended) == 1 ==> ssl->ended == 1;              // documented
  ensures    K14_no_data_after_the_end: \old(ssl->ended) == 1 ==> \result <= 0;       // documented
*/
int SSL_read(SSL *ssl, void *buf, int num);

/*@
  requires   valid: \valid(ssl);
  requires   some: num > 0 && \valid_read((const char *)buf + (0 .. num - 1));
  requires   FR01_alive: ssl->alive == 1;                                             // documented
  requires   GE04_not_after_fatal: ssl->fatal == 0;                                   // documented
  requires   GE06_queue_empty: ew_thread.errors == 0;                                 // documented
  requires   K02_handshake_first: ssl->connected == 1;                               // decided
  requires   MP16_not_after_close: ssl->closing == 0;                                 // documented
  requires   RW03_same_arguments:                                                     // documented
               ssl->owed.call == EW_WRITE ==> buf == ssl->owed.data && num == ssl->owed.length;
  terminates \true;
  exits      \false;
  assigns    ssl->established, ssl->fatal, ssl->ended, ssl->owed, ew_thread;
  ensures    K14_stays_ended: \old(ssl->ended) == 1 ==> ssl->ended == 1;          // documented
  ensures    K17_count: \result <= num;                                               // documented
  ensures    GE01_no_error: \result > 0 ==> ew_thread.error == SSL_ERROR_NONE;        // documented
  ensures    last: ew_thread.last == ssl && ew_thread.call == EW_WRITE && ew_thread.value == \result;
  ensures    fatal: \result <= 0 && !wants(ew_thread.error) ==> ssl->fatal == 1;
  ensures    not_fatal: \result > 0 || wants(ew_thread.error) ==> ssl->fatal == 0;
  ensures    owed: \result <= 0 && wants(ew_thread.error) ==>
               ssl->owed.call == EW_WRITE && ssl->owed.data == buf && ssl->owed.length == num;
  ensures    not_owed: \result > 0 || !wants(ew_thread.error) ==> ssl->owed.call == EW_NO_CALL;
*/
int SSL_write(SSL *ssl, const void *buf, int num);

/* ---- The close ------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(ssl);
  requires   FR01_alive: ssl->alive == 1;                                             // documented
  requires   MP06_not_after_fatal: ssl->fatal == 0;                                   // documented
  requires   GE06_queue_empty: ew_thread.errors == 0;                                 // documented
  requires   MP01_established: ssl->established == 1;                                 // documented
  requires   GE07_no_write_owed: ssl->owed.call != EW_WRITE;                          // documented
  requires   MP25_data_read_first: ssl->told == 0 || ssl->ended == 1;                 // documented
  terminates \true;
  exits      \false;
  assigns    ssl->established, ssl->fatal, ssl->closing, ssl->told, ssl->owed, ew_thread;
  ensures    MP54_value: \result <= 1;                                                // documented
  ensures    closing: ssl->closing == 1;
  ensures    MP50_zero_is_told: \result == 0 ==> ssl->told == 1;                      // documented
  ensures    MP30_zero_is_not_the_end: \result == 0 ==> ssl->ended == 0;              // documented
  ensures    MP54_one_means_both: \result == 1 ==> ssl->told == 1 && ssl->ended == 1; // documented
  ensures    MP55_not_told: \result < 0 ==> ssl->told == \old(ssl->told);             // observed
  ensures    GE01_no_error: \result > 0 ==> ew_thread.error == SSL_ERROR_NONE;        // documented
  ensures    last: ew_thread.last == ssl && ew_thread.call == EW_SHUTDOWN && ew_thread.value == \result;
  ensures    fatal: \result < 0 && !wants(ew_thread.error) ==> ssl->fatal == 1;
  ensures    not_fatal: \result >= 0 || wants(ew_thread.error) ==> ssl->fatal == 0;
  ensures    owed: \result < 0 && wants(ew_thread.error) ==> ssl->owed.call == EW_SHUTDOWN;
  ensures    not_owed: \result >= 0 || !wants(ew_thread.error) ==> ssl->owed.call == EW_NO_CALL;
*/
int SSL_shutdown(SSL *ssl);

/* ---- Results and errors --------------------------------------------------------------------- */

/*@
  requires   GE01_of_the_last_call: ew_thread.last == s && ew_thread.value == ret_code;   // documented
  requires   MP53_not_after_zero:                                                         // documented
               ew_thread.last == s ==> !(ew_thread.call == EW_SHUTDOWN && ret_code == 0);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    explains: \result == ew_thread.error;
*/
int SSL_get_error(const SSL *s, int ret_code);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_thread;
  ensures    GE06_empty: ew_thread.errors == 0;                                       // documented
  ensures    nothing_to_ask: ew_thread.last == \null;
*/
void ERR_clear_error(void);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_thread;
  ensures    nothing_to_ask: ew_thread.last == \null;
*/
void ERR_print_errors(BIO *bp);

/*@
  requires   valid: \valid_read(s);
  requires   FR01_alive: s->alive == 1;                                               // documented
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    MP01_established: \result != 0 <==> s->established == 1;                 // documented
*/
int SSL_is_init_finished(const SSL *s);

/* ---- From SSL_new to SSL_free --------------------------------------------------------------- */

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ctx;
  assigns    ew_thread, ew_program;
  ensures    fresh: \result == \null || \valid(\result);
  ensures    CL01_start: \result != \null ==>                                         // documented
               is_new(\result) && ew_program.given_up == \null;
*/
SSL *SSL_new(SSL_CTX *ctx);

/*@
  requires   valid: ssl == \null || \valid(ssl);
  requires   FR01_alive: ssl != \null ==> ssl->alive == 1;                            // documented
  requires   RFC10_told: ssl != \null ==> may_be_freed(ssl);                          // documented
  terminates \true;
  exits      \false;
  assigns    ssl->alive, ew_thread;
  ensures    freed: ssl != \null ==> ssl->alive == 0;
*/
void SSL_free(SSL *ssl);

/*@
  requires   valid: \valid_read(s);
  requires   FR01_alive: s->alive == 1;                                               // documented
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:s;
  assigns    ew_thread;
*/
int SSL_get_fd(const SSL *s);

/*@
  requires   valid: \valid(s);
  requires   FR01_alive: s->alive == 1;                                               // documented
  requires   K29_before_any_call: s->connected == 0;                                  // decided
  terminates \true;
  exits      \false;
  assigns    ew_thread;
*/
void SSL_set_bio(SSL *s, BIO *rbio, BIO *wbio);

/*@
  requires   valid: \valid(s);
  requires   FR01_alive: s->alive == 1;                                               // documented
  requires   K29_before_any_call: s->connected == 0;                                  // decided
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:s, indirect:fd;
  assigns    ew_thread;
*/
int SSL_set_fd(SSL *s, int fd);

/*@
  requires   valid: \valid(s);
  requires   FR01_alive: s->alive == 1;                                               // documented
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:s, indirect:hostname;
  assigns    ew_thread;
*/
int SSL_set1_host(SSL *s, const char *hostname);

/*@
  requires   valid: \valid(ssl);
  requires   QS04_left_off: mode == 0;                                                // documented
  terminates \true;
  exits      \false;
  assigns    ew_thread;
*/
void SSL_set_quiet_shutdown(SSL *ssl, int mode);

/* ---- What a program says of itself, in ghost code ------------------------------------------- */

/*@ ghost
  /@
    requires   RFC09_end_is_authenticated: ssl->ended == 1;                        // documented
    terminates \true;
    exits      \false;
    assigns    \nothing;
  @/
  void ew_takes_for_complete(SSL *ssl);
*/

/*@ ghost
  /@
    terminates \true;
    exits      \false;
    assigns    ew_program;
    ensures    given_up: ew_program.given_up == ssl;
  @/
  void ew_gives_up(const SSL *ssl);
*/

#include "libssl_setup.h"

#endif
