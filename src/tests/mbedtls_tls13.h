/* The tests of mbedTLS that need TLS 1.3: none where it was built without. */
#ifndef EW_TESTS_MBEDTLS_TLS13_H
#define EW_TESTS_MBEDTLS_TLS13_H

#include <stddef.h>

enum { MBEDTLS_TLS13_TESTS = 4 }; /* at most */

/* Puts them there, and says how many there are. */
size_t mbedtls_tls13_tests(struct CMUnitTest *tests);

#endif
