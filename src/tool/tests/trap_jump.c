/* A signal's handler leaves a read that waits by longjmp: the calls after it come from no callback. */
#include "pair.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

static sigjmp_buf before;

static void leave(int number)
{
    (void)number;
    siglongjmp(before, 1);
}

static void read_for_a_while(struct pair *p)
{
    const struct itimerval soon = {.it_value.tv_usec = 500000};
    char byte;
    signal(SIGALRM, leave);
    if (sigsetjmp(before, 1) == 0) {
        setitimer(ITIMER_REAL, &soon, NULL);
        SSL_read(p->s, &byte, 1);
        expect(0, "the read came to an end");
    }
}

void wrong(struct pair *p)
{
    shake(p);
    read_for_a_while(p);
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    read_for_a_while(p);
    orderly(p);
}
