/*
 * A call that comes while another one is in the library: the library's own, or a callback's. Or the
 * other one was left by longjmp or an exception, and will never end.
 */
#include "record.h"

#include <dlfcn.h>
#include <execinfo.h>

enum { MOST_FRAMES = 256 };

__thread struct connection *in_call __attribute__((tls_model("initial-exec")));
struct connection no_connection = {.partly = true};

/*
 * Whether our frame of the other call is there, above the one that `caller` called. Where the stack
 * cannot be seen as far as that it is taken to be there.
 */
static bool is_under_way(const void *caller)
{
    void *frame[MOST_FRAMES];
    Dl_info ours, info;
    int count = backtrace(frame, MOST_FRAMES), at = 0;
    while (at < count && frame[at] != caller) {
        at++;
    }
    if (at == count || count == MOST_FRAMES || dladdr(&no_connection, &ours) == 0) {
        return true;
    }
    while (at < count && (dladdr(frame[at], &info) == 0 || info.dli_fbase != ours.dli_fbase)) {
        at++;
    }
    return at < count;
}

bool is_nested(const void *caller)
{
    if (in_call == NULL) {
        return false;
    }
    inside++;
    bool is_within = is_under_way(caller);
    inside--;
    if (!is_within) {
        struct connection *left = in_call;
        in_call = NULL;
        tell_partly(left);
    }
    return is_within;
}
