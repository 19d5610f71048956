/* What the programs that endwell-explore writes stand on: one connection of libssl and a transport
 * that does what it is told, with nothing but OpenSSL (1.1.1 and later).
 *
 *     cc program.c reproduce.c records.c -lssl -lcrypto && ./a.out
 *
 * The peer's records are made here with the keys of the connection, since libssl has no call for
 * most of them; what we sent is opened with these keys too. */
#ifndef REPRODUCE_H
#define REPRODUCE_H

#include <openssl/err.h>
#include <openssl/ssl.h>

enum role { SERVER, CLIENT };
enum start {
    ESTABLISHED,
    IGNORING_EOF,
    FRESH
}; /* FRESH: no handshake, and a peer that is silent */
enum transport { TAKES_ALL, IS_FULL, TAKES_7_BYTES, TAKES_NOTHING, FAILS };

extern SSL *s; /* our end */
extern char buffer[64];

/* Ends the program with a message if there is no connection. */
void begin(int version, enum role role, enum start start);

/* Makes a call, and prints what it gave: the value, the class, the flags, whether the session can
 * be resumed, and the records that left. */
#define CALL(call) (before(), after(#call, 1, call))
/* The same for a call whose result has no class, and for one that has none at all. */
#define ASK(call) (before(), after(#call, 0, call))
#define DO(call)  (before(), (void)(call), after(#call, -1, 0))

void before(void);
void after(const char *call, int kind, int ret);

/* SSL_read until it gives no more: the sum, or the last result. */
int read_all(void);
/* SSL_free, and prints whether the session outlives it. */
void free_connection(void);

/* An application that leaves errors in the queue, and one that clears it before each call. */
void leave_error(void);
void clear_errors(void);

void peer_sends_data(void);
void peer_sends_close_notify(void);
void peer_sends_fatal_alert(void);
void peer_sends_warnings(int how_many);
void peer_sends_empty_record(void);
void peer_sends_ticket(void);
void peer_sends_key_update(void); /* and asks for ours */
void peer_sends_hello_request(void);
void peer_closes_transport(void); /* without a close_notify */

void transport(enum transport how);
void reading_fails(void);

#endif
