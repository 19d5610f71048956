/*
 * libssl as the walk of interop/explore calls it, by the wrappers of the recorder; what that wrote goes
 * to the judge behind each call.
 */
#define _GNU_SOURCE
#include "fidelity.h"

#include "subject_libssl.c"

/* To the recorder, which asks for little before data is read or written on a socket. */
bool transport_is_socket;

static bool open_watched(wire *w)
{
    static char id[32];
    if (transport_is_socket && methods[0] == NULL) {
        methods[0] = lib.BIO_meth_new(BIO_TYPE_SOCKET, "an end");
    }
    if (!open_connection(w)) {
        return false;
    }
    recorder_watches(ours, id, sizeof id);
    judge_start(id);
    judge_reads(recorder_wrote());
    return true;
}

static void call_watched(step s, outcome *o)
{
    int reads, waits;
    call(s, o);
    judge_reads(recorder_wrote());
    recorder_skipped(&reads, &waits);
    judge_skips(reads, waits);
}

const subject subject_watched = {
    .name = "libssl, watched",
    .load = load,
    .version = version,
    .release = release,
    .open = open_watched,
    .has = has,
    .call = call_watched,
    .flags = flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_errors,
    .leave_error = library_raise,
    .habits = &(const tls_habits){.most_warnings = 5, .heeds_flag = 1},
};
