/* The recorder, linked in as it is: its wrappers are what dlsym finds, and its lines go to memory. */
#include "fidelity.h"
#include "record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int trace = -1;
static struct connection *watched, saved[MOST_LEVELS];

_Noreturn static void stop(const char *why)
{
    fprintf(stderr, "fidelity: %s\n", why);
    exit(2);
}

/* Before the recorder looks where to write to. */
__attribute__((constructor(101))) static void make_trace(void)
{
    char path[40];
    trace = memfd_create("trace", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", trace);
    if (trace < 0 || setenv("ENDWELL_TRACE", path, 1) != 0) {
        stop("there is no memory for a trace");
    }
}

void recorder_watches(const void *ssl, char *id, unsigned size)
{
    watched = find_connection(ssl, false);
    if (watched == NULL) {
        stop("the recorder did not see the connection made");
    }
    name_of(&watched->who, id, size);
}

const char *recorder_wrote(void)
{
    static char lines[1 << 18];
    ssize_t length = pread(trace, lines, sizeof lines - 1, 0);
    if (length < 0 || length == sizeof lines - 1 || ftruncate(trace, 0) != 0) {
        stop("the trace cannot be read");
    }
    lines[length] = '\0';
    return lines;
}

void recorder_skipped(int *reads, int *waits)
{
    *reads = (int)watched->reads;
    *waits = (int)watched->waits;
}

bool recorder_told(void)
{
    return watched->told;
}

void recorder_save(int level)
{
    saved[level] = *watched;
}

void recorder_restore(int level)
{
    *watched = saved[level];
}
