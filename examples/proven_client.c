/*
 * cc -o proven_client proven_client.c -lssl -lcrypto
 * usage: proven_client HOST:PORT CA [early]
 * An ordinary client on libssl: asks an HTTP server for its page, prints it, and says whether that
 * was all of it. early: it says that it has no more to send before it reads the answer.
 *
 * That it keeps what SSL_shutdown(3) asks of a program, in every path, is proven: `make prove-use`.
 * What stands behind the @ signs is for the proof; docs/prove-your-use.md explains it.
 */
#include <poll.h>
#include <stddef.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

enum { WAITS = 30, WAIT_MS = 5000, MOST = 16 * 1024 * 1024, ROOM = 4096 };

#define REQUEST "GET / HTTP/1.0\r\n\r\n"

/* Waits until the transport lets the call go on that gave this error. 0: it never will, or time is up. */
/*@
  requires   valid: \valid_read(ssl) && ssl->alive == 1;
  terminates \true;
  exits      \false;
  assigns    ew_thread;
  ensures    only_for_the_transport: \result != 0 ==> wants(error);
*/
static int wait_for(const SSL *ssl, int error)
{
    struct pollfd fds[1];

    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        return 0;
    }
    fds[0].fd = SSL_get_fd(ssl);
    fds[0].events = POLLOUT;
    if (error == SSL_ERROR_WANT_READ) {
        fds[0].events = POLLIN;
    }
    fds[0].revents = 0;
    return poll(fds, 1, WAIT_MS) > 0;
}

/* 1: the handshake is done. */
/*@
  requires   valid: \valid(ssl);
  requires   fresh: is_new(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->connected, ssl->established, ssl->fatal, ssl->ended, ew_thread;
  ensures    done: \result != 0 ==> is_up(ssl);
  ensures    not_done: \result == 0 ==> may_be_freed(ssl);
*/
static int handshake(SSL *ssl)
{
    int tries;

    /*@
      loop assigns   tries, ssl->connected, ssl->established, ssl->fatal, ssl->ended, ew_thread;
      loop invariant fresh: ssl->connected == 0 && ssl->fatal == 0;
      loop variant   WAITS - tries;
    */
    for (tries = 0; tries < WAITS; tries++) {
        int n;

        ERR_clear_error();
        n = SSL_connect(ssl);
        if (n == 1) {
            return 1;
        }
        if (!wait_for(ssl, SSL_get_error(ssl, n))) {
            return 0;
        }
    }
    return 0;
}

/* 1: all of it was taken. */
/*@
  requires   valid: \valid(ssl);
  requires   some: length > 0 && \valid_read(data + (0 .. length - 1));
  requires   open: is_up(ssl) && ssl->closing == 0;
  terminates \true;
  exits      \false;
  assigns    ssl->established, ssl->fatal, ssl->ended, ssl->owed, ew_program, ew_thread;
  ensures    all: \result != 0 ==> is_up(ssl);
  ensures    not_all: \result == 0 ==> may_be_freed(ssl);
*/
static int send_all(SSL *ssl, const char *data, int length)
{
    int done = 0;
    int tries = 0;

    /*@
      loop assigns   done, tries, ssl->established, ssl->fatal, ssl->ended, ssl->owed, ew_thread;
      loop invariant bounds: 0 <= done <= length && 0 <= tries <= WAITS;
      loop invariant alive: ssl->fatal == 0;
      loop invariant same_again: ssl->owed.call == EW_NO_CALL || ssl->owed.call == EW_WRITE &&
                       ssl->owed.data == data + done && ssl->owed.length == length - done &&
                       done < length;
      loop variant   (length - done) + (WAITS - tries);
    */
    while (done < length && tries < WAITS) {
        int n;

        ERR_clear_error();
        n = SSL_write(ssl, data + done, length - done);
        if (n > 0) {
            done += n;
        } else if (wait_for(ssl, SSL_get_error(ssl, n))) {
            tries++;
        } else {
            break;
        }
    }
    if (done == length) {
        return 1;
    }
    /*@ ghost ew_gives_up(ssl); */
    return 0;
}

/* Prints what the peer sends. 1: that was all, as the peer says itself. */
/*@
  requires   valid: \valid(ssl);
  requires   alive: is_up(ssl);
  terminates \true;
  exits      \false;
  assigns    ssl->established, ssl->fatal, ssl->ended, ew_program, ew_thread;
  ensures    complete: \result != 0 ==> ssl->ended == 1;
  ensures    alive: \result != 0 ==> is_up(ssl);
  ensures    incomplete: \result == 0 ==> may_be_freed(ssl);
*/
static int receive_all(SSL *ssl, BIO *out)
{
    char data[ROOM];
    int left = MOST;
    int tries = 0;

    /*@
      loop assigns   data[0 .. ROOM - 1], left, tries, ssl->established, ssl->fatal, ssl->ended, ew_thread;
      loop invariant bounds: 0 <= left <= MOST && 0 <= tries <= WAITS;
      loop invariant alive: ssl->fatal == 0;
      loop variant   left + (WAITS - tries);
    */
    while (left >= ROOM && tries < WAITS) {
        int n;
        int error;

        ERR_clear_error();
        n = SSL_read(ssl, data, ROOM);
        if (n > 0) {
            BIO_write(out, data, n);
            left -= n;
            continue;
        }
        error = SSL_get_error(ssl, n);
        if (error == SSL_ERROR_ZERO_RETURN) {
            /*@ ghost ew_takes_for_complete(ssl); */
            return 1;
        }
        if (!wait_for(ssl, error)) {
            break;
        }
        tries++;
    }
    /*@ ghost ew_gives_up(ssl); */
    return 0;
}

/* Says that we have no more to send. 1: the peer said so too; 0: not yet; -1: it could not be told. */
/*@
  requires   valid: \valid(ssl);
  requires   alive: is_up(ssl);
  requires   read_first: ssl->told == 0 || ssl->ended == 1;
  terminates \true;
  exits      \false;
  assigns    ssl->established, ssl->fatal, ssl->closing, ssl->told, ssl->owed, ew_program, ew_thread;
  ensures    said: \result >= 0 ==> ssl->told == 1;
  ensures    alive: \result >= 0 ==> is_up(ssl);
  ensures    both: \result > 0 ==> ssl->ended == 1;
  ensures    not_said: \result < 0 ==> may_be_freed(ssl);
*/
static int say_end(SSL *ssl)
{
    int tries;

    /*@
      loop assigns   tries, ssl->established, ssl->fatal, ssl->closing, ssl->told, ssl->owed, ew_thread;
      loop invariant alive: ssl->fatal == 0;
      loop invariant again: ssl->owed.call == EW_NO_CALL || ssl->owed.call == EW_SHUTDOWN;
      loop invariant read_first: ssl->told == 0 || ssl->ended == 1;
      loop variant   WAITS - tries;
    */
    for (tries = 0; tries < WAITS; tries++) {
        int n;

        if (!SSL_is_init_finished(ssl)) { /* another handshake that the peer has begun */
            break;
        }
        ERR_clear_error();
        n = SSL_shutdown(ssl);
        if (n >= 0) {
            return n;
        }
        if (!wait_for(ssl, SSL_get_error(ssl, n))) {
            break;
        }
    }
    /*@ ghost ew_gives_up(ssl); */
    return -1;
}

/* 1: the answer is complete, and both sides have closed. */
/*@
  requires   valid: \valid(ssl);
  requires   fresh: is_new(ssl);
  terminates \true;
  exits      \false;
  assigns    *ssl, ew_program, ew_thread;
*/
static int talk(SSL *ssl, int is_early, BIO *out)
{
    int is_closed = 0;

    if (handshake(ssl) && send_all(ssl, REQUEST, sizeof REQUEST - 1) &&
        (!is_early || say_end(ssl) >= 0) && receive_all(ssl, out)) {
        is_closed = say_end(ssl) == 1;
    }
    SSL_free(ssl);
    return is_closed;
}

/* A connection to there, on which no call blocks; NULL if there is no such server. */
/*@
  terminates \true;
  exits      \false;
  assigns    \result \from ctx, where;
  assigns    ew_program, ew_thread;
  ensures    fresh: \result == \null || \valid(\result);
  ensures    start: \result != \null ==> is_new(\result);
*/
static SSL *connect_to(SSL_CTX *ctx, const char *where)
{
    BIO *bio = BIO_new_connect(where);
    SSL *ssl;

    if (bio == NULL) {
        return NULL;
    }
    if (BIO_do_connect(bio) != 1) {
        BIO_free(bio);
        return NULL;
    }
    BIO_set_nbio(bio, 1);
    ssl = SSL_new(ctx);
    if (ssl == NULL) {
        BIO_free(bio);
        return NULL;
    }
    SSL_set_bio(ssl, bio, bio);
    SSL_set1_host(ssl, "localhost");
    return ssl;
}

/* Its callers are outside of the program: it says nothing of what it changes. */
/*@
  requires   arguments: argc == 3 || argc == 4 ==> \valid_read(argv + (0 .. argc - 1));
  terminates \true;
  exits      \false;
*/
int main(int argc, char **argv)
{
    BIO *out = BIO_new_fd(1, BIO_NOCLOSE);
    BIO *complaints = BIO_new_fd(2, BIO_NOCLOSE);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;
    int is_complete = 0;

    if ((argc != 3 && argc != 4) || ctx == NULL ||
        SSL_CTX_load_verify_locations(ctx, argv[2], NULL) != 1) {
        BIO_puts(complaints, "usage: proven_client HOST:PORT CA [early]\n");
        return 2;
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    ssl = connect_to(ctx, argv[1]);
    if (ssl != NULL) {
        is_complete = talk(ssl, argc == 4, out);
    }
    if (!is_complete) {
        BIO_puts(complaints, "proven_client: incomplete\n");
        ERR_print_errors(complaints);
    }
    SSL_CTX_free(ctx);
    BIO_free(out);
    BIO_free(complaints);
    return is_complete ? 0 : 1;
}
