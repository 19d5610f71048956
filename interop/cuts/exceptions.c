/* What an engine cannot do, whatever the port does: the cells that are judged otherwise, and why. */
#include "cell.h"

#include <string.h>

const fault_exception fault_exceptions[] = {
    {"gnutls", PAIRED,
     "GnuTLS 3.7 looks at the first alert of a record alone: a close_notify behind user_canceled "
     "is "
     "never seen, and in TLS 1.3 user_canceled itself counts as fatal; no end is reported, which "
     "is "
     "safe"},
    {0},
};

const fault_exception *fault_exception_of(const fault_plan *p)
{
    const fault_exception *e = fault_exceptions;
    while (e->engine && (e->alert != p->alert || strcmp(e->engine, p->engine->name) != 0))
        e++;
    return e->engine ? e : NULL;
}
