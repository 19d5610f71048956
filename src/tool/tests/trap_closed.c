/* Like a daemon: every descriptor is closed, the trace's too, and some get other files. */
#include "pair.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    for (int fd = 3; fd < 4096; fd++) {
        if (fd != p->fd && fd != p->control) {
            close(fd);
        }
    }
    for (int fd = 800; fd < 1000; fd++) {
        syscall(SYS_dup3, 1, fd, 0);
    }
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
