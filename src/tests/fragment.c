/* What README.md leaves to the application, around the fragment that it shows. */
#include "fragment.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "endwell.h"
#include "port_openssl.h"

fragment_told told;

static void consume(const char *data, int len)
{
    (void)data;
    told.consumed += len;
}

static void discard(void)
{
    told.discarded++;
}

static void complain(const char *what)
{
    size_t have = strlen(told.complaints);

    snprintf(told.complaints + have, sizeof told.complaints - have, "%s\n", what);
}

void fragment_run(int fd, SSL *ssl, const char *request, int length)
{
    char buffer[4096];

    memset(&told, 0, sizeof told);
#include "readme_fragment.inc"
}
