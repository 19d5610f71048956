/* The line of a call. */
#include "way.h"

enum { LIBRARY_SYS = 2 };

static const char *const call_name[] = {
    "SSL_shutdown",  "SSL_read",         "SSL_read_ex",
    "SSL_peek",      "SSL_peek_ex",      "SSL_write",
    "SSL_write_ex",  "SSL_do_handshake", "SSL_connect",
    "SSL_accept",    "SSL_renegotiate",  "SSL_key_update",
    "SSL_get_error", "SSL_set_shutdown", "SSL_set_quiet_shutdown",
    "SSL_clear",     "SSL_free"};

bool has_class(enum call call)
{
    return call <= CALL_ACCEPT;
}

static void add_error(struct line *l, const struct libssl *lib, const char *name, unsigned long e)
{
    unsigned long library = e >> 24 & 0xff, reason = e & 0xfff;
    if (e == 0) {
        return;
    }
    if (lib->version >= 0x30000000ul) {
        bool is_system = (e & 0x80000000ul) != 0;
        library = is_system ? LIBRARY_SYS : e >> 23 & 0xff;
        reason = is_system ? e & 0x7ffffffful : e & 0x7fffff;
    }
    const char *text = lib->ERR_reason_error_string(e);
    add(l, ",\"%s\":{\"library\":%lu,\"reason\":%lu", name, library, reason);
    if (text != NULL) {
        add_string(l, "text", text);
    }
    add(l, "}");
}

static void add_facts(struct line *l, const struct libssl *lib, const char *name,
                      const struct facts *f)
{
    static const char *const handshake[] = {"none", "running", "done"};
    add(l, ",\"%s\":{\"flags\":%d,\"quiet\":%d,\"handshake\":\"%s\"", name, f->flags, f->quiet,
        handshake[f->handshake]);
    add_error(l, lib, "oldest", f->queue.first);
    add_error(l, lib, "newest", f->queue.last);
    add(l, "}");
}

static void add_class(struct line *l, int class)
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
    if (class >= 0 && (size_t) class < sizeof name / sizeof name[0]) {
        add_string(l, "class", name[class]);
    }
}

static void add_call(struct line *l, const struct way *w)
{
    add(l, ",\"conn\":\"%d.%u\",\"lib\":\"%lx\",\"call\":\"%s\"", w->c->owner, w->c->number,
        w->lib->version, call_name[w->call]);
    if (w->c->shared) {
        add(l, ",\"shared\":true");
    }
    if (w->has_argument) {
        add(l, ",\"argument\":%d", w->argument);
    }
    if (w->call == CALL_GET_ERROR) {
        add(l, ",\"of\":{\"call\":\"%s\",\"value\":%d}", call_name[w->c->last_call],
            w->c->last_value);
    }
    if (w->c->reads + w->c->writes + w->c->waits > 0) {
        add(l, ",\"skipped\":{\"read\":%u,\"write\":%u,\"wait\":%u}", w->c->reads, w->c->writes,
            w->c->waits);
    }
    add_facts(l, w->lib, "before", &w->before);
    if (w->has_after) {
        static const char *const want[] = {"", "nothing", "writing", "reading"};
        int wanted = w->lib->SSL_want(w->ssl);
        add_facts(l, w->lib, "after", &w->after);
        add(l, ",\"value\":%d,\"in\":%llu,\"out\":%llu", w->value,
            (unsigned long long)(w->after.in - w->before.in),
            (unsigned long long)(w->after.out - w->before.out));
        add_string(l, "want", wanted >= 1 && wanted <= 3 ? want[wanted] : "other");
        add(l, ",\"version\":%d", w->lib->SSL_version(w->ssl));
    }
    if (w->has_after && has_class(w->call)) {
        add_class(l, w->class);
        add(l, ",\"errno\":%d", w->error);
    }
}

void tell(const struct way *w)
{
    struct line l;
    start_line(&l, "call");
    add_call(&l, w);
    add_backtrace(&l);
    end_line(&l);
    w->c->told = true;
    w->c->reads = w->c->writes = w->c->waits = 0;
}
