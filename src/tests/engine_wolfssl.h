/* What tests ask of wolfSSL itself; its header cannot be read beside OpenSSL's. */
#ifndef EW_TESTS_ENGINE_WOLFSSL_H
#define EW_TESTS_ENGINE_WOLFSSL_H

#include "engine.h"

extern const test_engine engine_wolfssl;

/* All of them take the port's object. */
void wolfssl_limit_records(void *engine, int code); /* asks for short records: RFC 6066's code */
void wolfssl_be_quiet(void *engine);   /* quiet shutdown, as an application might set */
void wolfssl_key_update(void *engine); /* made; wolfSSL calls it out whether it is or not */

/* An object that the port has to refuse: 'd' DTLS, 'n' none. Given back to engine_free. */
void *wolfssl_unfit(char how);

#endif
