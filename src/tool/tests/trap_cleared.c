/* The environment is cleared, and the program started anew in it: it does wrong only then. */
#include "pair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    static char program[4096];
    char certs[4096], *arguments[] = {program, "right", NULL}, *variables[] = {certs, NULL};
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    expect(length > 0 && getenv("ENDWELL_CERTS") != NULL, "no name, or no certificates");
    strcpy(certs, "ENDWELL_CERTS=");
    strncat(certs, getenv("ENDWELL_CERTS"), sizeof certs - strlen(certs) - 1);
    shake(p);
    orderly(p);
    clearenv();
    execve(program, arguments, variables);
}

void right(struct pair *p)
{
    shake(p);
    drop(p);
}
