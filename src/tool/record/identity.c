/* Which process this is: numbers come again, and each PID namespace counts for itself. */
#include "record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BEFORE_START = 20 };          /* of proc(5)'s stat: blanks between the name and it */
#define FIRST_NAMESPACE 4026531836ul /* PROC_PID_INIT_INO of Linux */

unsigned long pid_namespace;
static unsigned long long start;

/* In clock ticks since the boot, of which an exec changes nothing; 0: /proc is not there. */
static unsigned long long started(void)
{
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        syscall(SYS_close, fd);
    }
    text[length > 0 ? length : 0] = '\0';
    const char *at = strrchr(text, ')'); /* the name may have any character */
    for (int i = 0; at != NULL && i < BEFORE_START; i++) {
        at = strchr(at + 1, ' ');
    }
    return at != NULL ? strtoull(at + 1, NULL, 10) : 0;
}

/* Early: who locks itself in may not look any more. */
void note_identity(void)
{
    struct stat status;
    start = started();
    pid_namespace = stat("/proc/self/ns/pid", &status) == 0 ? (unsigned long)status.st_ino : 0;
}

void add_namespace(struct line *l)
{
    if (pid_namespace != 0) {
        add(l, ",\"ns\":%lu", pid_namespace);
    }
}

void add_identity(struct line *l)
{
    if (start != 0) {
        add(l, ",\"started\":%llu", start);
    }
    add_namespace(l);
}

/* Where everybody can be expected to be, the namespace is not said. */
void name_of(const struct who *who, char *name, size_t room)
{
    int length = snprintf(name, room, "%d.%u", who->process, who->number);
    if (who->space != 0 && who->space != FIRST_NAMESPACE && length > 0 && (size_t)length < room) {
        snprintf(name + length, room - (size_t)length, "@%lu", who->space);
    }
}

void add_name(struct line *l, const struct who *who)
{
    char name[MOST_NAME];
    name_of(who, name, sizeof name);
    add(l, ",\"conn\":\"%s\"", name);
}
