/* The tests of mbedTLS about what a port may have, and what it tells. */
#ifndef EW_TESTS_MBEDTLS_OPTIONAL_H
#define EW_TESTS_MBEDTLS_OPTIONAL_H

#include <stddef.h>

enum { MBEDTLS_OPTIONAL_TESTS = 8 }; /* at most */

/* Puts them there, and says how many there are. */
size_t mbedtls_optional_tests(struct CMUnitTest *tests);

#endif
