/* Messages of a peer that mean nothing to a close. */
#ifndef EW_TESTS_MESSAGES_H
#define EW_TESTS_MESSAGES_H

#include "link.h"

/* OpenSSL peers, for peer_says. */
int ask_key_update(SSL *ssl);
int make_ticket(SSL *ssl);

/* mbedTLS peers: a handshake message of this type without a body, `count` times. */
enum { HELLO_REQUEST = 0, CLIENT_HELLO = 1 };
void peer_handshake_message(link_ends *l, int type, int count);

/* All that mbedTLS peers read, over the warnings at which their reading stops; then `last`. */
void peer_gets(link_ends *l, const void *data, size_t len, int last);

#endif
