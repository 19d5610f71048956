/* Peers that a connection must come back from: plain OpenSSL, each in a process of its own. */
#ifndef EW_TESTS_HOSTILE_H
#define EW_TESTS_HOSTILE_H

#include <openssl/ssl.h>
#include <sys/types.h>

typedef enum peer_way {
    ENDS_WELL,       /* reads what it is sent, says something, and closes */
    SILENT,          /* never reads and never sends */
    STOPS_READING,   /* after the handshake it neither reads nor sends */
    DRIPS_HANDSHAKE, /* sends its handshake a byte a second */
    DRIPS_RECORD,    /* sends a record of data a byte a second, and reads */
    HALF_A_RECORD,   /* after the handshake, and nothing after it; it reads */
    HALF_A_TICKET /* a server: a whole record with the first half of a session ticket; it reads */
} peer_way;

#define HOSTILE_SAYS "What is past is prologue."

/*
 * Plays the peer on a connected socket until the process is killed; `ctx` is a context of that role.
 * Returns only for ENDS_WELL, once it had our close_notify. Exits with 1 when it cannot play.
 */
void hostile_play(peer_way way, SSL_CTX *ctx, int server, int fd);

#endif
