/*
 * wolfSSL's settings with no more in them than the port needs, for src/tests/check: one who builds
 * wolfSSL with WOLFSSL_USER_SETTINGS has such a file. The check takes each away in turn.
 */
#ifndef WITHOUT_OPENSSL_EXTRA
#define OPENSSL_EXTRA
#endif

/* Or wolfSSL's header warns. */
#define TFM_TIMING_RESISTANT
#define ECC_TIMING_RESISTANT
#define WC_RSA_BLINDING
