/* Calls whose value SSL_get_error is asked of, and whose facts are not recorded. */
#include "record.h"

#include <errno.h>

void tell_partly(struct connection *c)
{
    struct line l;
    if (c->partly) {
        return;
    }
    inside++;
    c->partly = true;
    start_line(&l, "partly");
    add_name(&l, &c->who);
    if (c->shared) {
        add(&l, ",\"shared\":true");
    }
    end_line(&l);
    inside--;
}

static void note(void *s, enum call call, int value, const void *caller)
{
    int saved = errno;
    struct connection *c =
        s != NULL && is_recording() && !is_nested(caller) ? find_connection(s, true) : NULL;
    if (c != NULL) {
        tell_partly(c);
        c->open = false;
        c->last_call = call;
        c->last_value = value;
    }
    errno = saved;
}

#define UNRECORDED(which, name, result, arguments)                                                 \
    const struct libssl *known = library_of(s), *lib = or_next(known);                             \
    if (lib->name == NULL) {                                                                       \
        return -1;                                                                                 \
    }                                                                                              \
    struct connection *outer = is_nested(CALLER) ? in_call : NULL;                                 \
    in_call = &no_connection;                                                                      \
    result value = lib->name arguments;                                                            \
    in_call = outer;                                                                               \
    if (known != NULL) {                                                                           \
        note(s, which, (int)value, CALLER);                                                        \
    }                                                                                              \
    return value

ssize_t SSL_sendfile(void *s, int fd, off_t offset, size_t size, int flags)
{
    UNRECORDED(CALL_SENDFILE, SSL_sendfile, ssize_t, (s, fd, offset, size, flags));
}

int SSL_read_early_data(void *s, void *buffer, size_t length, size_t *got)
{
    UNRECORDED(CALL_READ_EARLY, SSL_read_early_data, int, (s, buffer, length, got));
}

int SSL_write_early_data(void *s, const void *buffer, size_t length, size_t *written)
{
    UNRECORDED(CALL_WRITE_EARLY, SSL_write_early_data, int, (s, buffer, length, written));
}
