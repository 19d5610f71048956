/* A client of GnuTLS over loopback; its peer is pair.c's, in a process of its own. */
#ifndef GNUTLS_PAIR_H
#define GNUTLS_PAIR_H

#include <gnutls/gnutls.h>

#include "../pair.h"

/* What a test program does, wrong and put right. */
void wrong_gnutls(struct pair *p, gnutls_session_t s);
void right_gnutls(struct pair *p, gnutls_session_t s);

void end(struct pair *p, gnutls_session_t s); /* frees and closes */
void close_in_order(struct pair *p,
                    gnutls_session_t s);         /* close_notify, reading to the end, and that */
void garble(struct pair *p, gnutls_session_t s); /* a record that the reader cannot decrypt */

#endif
