#include "names.h"

#include <stdbool.h>
#include <stddef.h>

enum { LIBRARY_SYS = 2 };

struct error split_error(unsigned long version, unsigned long e)
{
    struct error old = {(int)(e >> 24 & 0xff), (int)(e & 0xfff)};
    struct error new = {(int)(e >> 23 & 0xff), (int)(e & 0x7fffff)};
    struct error of_system = {LIBRARY_SYS, (int)(e & 0x7fffffff)};
    if (version < 0x30000000ul) {
        return old;
    }
    return (e & 0x80000000ul) != 0 ? of_system : new;
}

const char *class_name(int class)
{
    static const char *const name[] = {"NONE",
                                       "SSL",
                                       "WANT_READ",
                                       "WANT_WRITE",
                                       "WANT_X509_LOOKUP",
                                       "SYSCALL",
                                       "ZERO_RETURN",
                                       "WANT_CONNECT",
                                       "WANT_ACCEPT",
                                       "WANT_ASYNC",
                                       "WANT_ASYNC_JOB",
                                       "WANT_CLIENT_HELLO_CB"};
    return class >= 0 && (size_t) class < sizeof name / sizeof name[0] ? name[class] : NULL;
}

const char *want_name(int want)
{
    static const char *const name[] = {"nothing", "writing", "reading"};
    return want >= 1 && want <= 3 ? name[want - 1] : "other";
}
