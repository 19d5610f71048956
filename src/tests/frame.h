/*
 * What the tests of every port share: one connection, the bytes that it writes, and the steps that
 * most tests take. What all ports have to keep is in cases.h; what is particular to an engine in
 * test_ENGINE.c.
 */
#ifndef EW_TESTS_FRAME_H
#define EW_TESTS_FRAME_H

#include "support.h"

#include "link.h"

extern link_ends l;
extern uint8_t big[EW_RECORD_MAX * 2]; /* what we write: no part of it is like another */

/* A call of ours finds nothing to do now; nothing has failed. */
void reading_waits(void);
void closing_waits(int error);

/* ... fails for this reason, and is not taken for the end of the data. */
void reading_fails(int error, int reason);
void closing_fails(int error, int reason);

/* The end of the data: the peer has said so. */
void reading_ends(void);

/* One read gets all of this. */
void reading_gets(const char *text);

/* Writes so much of big: the engine has the record, and the socket 100 bytes of it. */
void block_a_write(int len);
void unblock(void);

/* The peer makes this, and all that it has made arrives. */
void peer_sends(const char *text);
void peer_closes(void);

/* A record under no key; the peer's, or sent to the peer by hand. */
enum { FORGED_LEN = EW_HEADER_LEN + 32 };
extern const uint8_t forged_record[FORGED_LEN];
void peer_forges(void);

/* The port refuses the object with EINVAL; and says so, with these words in it. */
void refused(const ew_port *port, void *engine);
void refused_for(const ew_port *port, void *engine, const char *words);

/* A call of ours fails, fatally: a setting was changed, and the connection says so in these words. */
void changed(int ret, const char *words);

/* OpenSSL peers: a callback that makes their tickets longer than one record of 512 bytes. */
int fill_ticket(SSL *ssl, void *arg);

/* Our connection as `v`, to an OpenSSL peer that makes a ticket of which the first part came. */
void receive_half_a_ticket(const variant *v);

/* The main function of a program: ARGV is CERTIFICATES. */
#define RUN_PROGRAM(tests) run_program(argc, argv, tests, sizeof(tests) / sizeof(tests)[0])
int run_program(int argc, char **argv, const struct CMUnitTest *tests, size_t count);

/* For a main function that takes more: from now on connections can be made. */
void use_certificates(const char *folder);

#endif
