/* The process is killed: the trace is whole up to there, and its end was not seen. */
#include "pair.h"

#include <signal.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    kill(getpid(), SIGKILL);
}

void right(struct pair *p)
{
    wrong(p);
}
