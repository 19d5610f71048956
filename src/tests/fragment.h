/* The fragment of README.md, as it stands there. */
#ifndef EW_TESTS_FRAGMENT_H
#define EW_TESTS_FRAGMENT_H

#include <openssl/ssl.h>

typedef struct fragment_told {
    int consumed;  /* bytes */
    int discarded; /* times */
    char complaints[200];
} fragment_told;

/* Takes fd over, whatever comes of it. */
void fragment_run(int fd, SSL *ssl, const char *request, int length);

/* What the last run was told. */
extern fragment_told told;

#endif
