/* A program is started with an LD_PRELOAD of its own: it does wrong only then. */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    static char program[4096], certs[4096], trace[4096];
    char *arguments[] = {program, "right", NULL};
    char *variables[] = {certs, "LD_PRELOAD=libm.so.6", trace, NULL};
    const char *folder = getenv("ENDWELL_CERTS"), *to = getenv("ENDWELL_TRACE");
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    expect(length > 0 && folder != NULL && to != NULL, "no name, no certificates, or no trace");
    snprintf(certs, sizeof certs, "ENDWELL_CERTS=%s", folder);
    snprintf(trace, sizeof trace, "ENDWELL_TRACE=%s", to);
    shake(p);
    orderly(p);
    execve(program, arguments, variables);
}

void right(struct pair *p)
{
    shake(p);
    drop(p);
}
