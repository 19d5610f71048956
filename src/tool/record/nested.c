/*
 * A call that comes while another one is in the library: the library's own, or a callback's. Or the
 * other one was left by longjmp or an exception, and will never end.
 */
#include "record.h"

#include <execinfo.h>

enum { MOST_FRAMES = 256 };

__thread struct connection *in_call __attribute__((tls_model("initial-exec")));
struct connection no_connection = {.partly = true};

/* Where we are ourselves, by the linker's names; dladdr looks through all symbols of what it finds. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

static bool is_ours(const void *at)
{
    return (uintptr_t)at >= (uintptr_t)__ehdr_start && (uintptr_t)at < (uintptr_t)etext;
}

/*
 * Whether our frame of the other call is there, above the one that `caller` called. Where the stack
 * cannot be seen as far as that it is taken to be there.
 */
static bool is_under_way(const void *caller)
{
    void *frame[MOST_FRAMES];
    int count = backtrace(frame, MOST_FRAMES), at = 0;
    while (at < count && frame[at] != caller) {
        at++;
    }
    if (at == count || count == MOST_FRAMES) {
        return true;
    }
    while (at < count && !is_ours(frame[at])) {
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
