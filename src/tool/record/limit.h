/* How large a trace may become: who runs without end fills no disk, and the judge no memory. */
#ifndef RECORD_LIMIT_H
#define RECORD_LIMIT_H

#include <stdlib.h>

#define TRACE_LIMIT "ENDWELL_TRACE_LIMIT" /* in the environment, in MB */
enum { USUAL_LIMIT = 256, MOST_LIMIT = 1 << 20 };

static inline long trace_limit(void)
{
    const char *text = getenv(TRACE_LIMIT);
    long limit = text != NULL ? strtol(text, NULL, 10) : 0;
    return limit >= 1 && limit <= MOST_LIMIT ? limit : USUAL_LIMIT;
}

#endif
