/* The disk is full when the end comes: no line of it, and one that is not whole. */
#include "pair.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { PART = 100 }; /* of a line */

void wrong(struct pair *p)
{
    const char *trace = getenv("ENDWELL_TRACE");
    struct stat status;
    shake(p);
    if (trace != NULL) {
        expect(stat(trace, &status) == 0, "no trace");
        struct rlimit limit = {.rlim_cur = (rlim_t)status.st_size + PART,
                               .rlim_max = RLIM_INFINITY};
        expect(setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    }
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
