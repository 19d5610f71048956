/* What tests ask of wolfSSL itself; its header cannot be read beside OpenSSL's. */
#ifndef EW_TESTS_ENGINE_WOLFSSL_H
#define EW_TESTS_ENGINE_WOLFSSL_H

#include "engine.h"

extern const test_engine engine_wolfssl;

/* All of them take the port's object. */
void wolfssl_limit_records(void *engine, int code); /* asks for short records: RFC 6066's code */
void wolfssl_be_quiet(void *engine);    /* quiet shutdown, as an application might set */
void wolfssl_make_quiet(void *context); /* that, of all objects that are made from now on */
void wolfssl_replace_io(
    void *engine, char how); /* 'f' wolfSSL_set_fd, 'r', 'w' one callback, 'c' wolfSSL_clear */
int wolfssl_allow_auth(void *engine);  /* after the handshake; 1: it can be */
void wolfssl_key_update(void *engine); /* made; wolfSSL calls it out whether it is or not */

/* So many waits in the handshakes of a server: 'c' for its certificate, 's' for a signature. */
void wolfssl_suspend(void *context, char how, int times);

/* An object that the port has to refuse: 'd' DTLS, 's' no side, 'n' none. To engine_free. */
void *wolfssl_unfit(char how);

/* Puts in its place a client of every version from 1.`oldest` on. */
void wolfssl_from_version(void *engine, int oldest);

#endif
