/* The line of a call. */
#include "way.h"

#include "names.h"

static const char *const call_name[] = {"SSL_shutdown",
                                        "SSL_read",
                                        "SSL_read_ex",
                                        "SSL_peek",
                                        "SSL_peek_ex",
                                        "SSL_write",
                                        "SSL_write_ex",
                                        "SSL_do_handshake",
                                        "SSL_connect",
                                        "SSL_accept",
                                        "SSL_renegotiate",
                                        "SSL_key_update",
                                        "SSL_get_error",
                                        "SSL_set_shutdown",
                                        "SSL_set_quiet_shutdown",
                                        "SSL_clear",
                                        "SSL_free",
                                        "SSL_sendfile",
                                        "SSL_read_early_data",
                                        "SSL_write_early_data"};

bool has_class(enum call call)
{
    return call <= CALL_ACCEPT;
}

static void add_error(struct line *l, const struct libssl *lib, const char *name, unsigned long e)
{
    struct error error = split_error(lib->version, e);
    if (e == 0) {
        return;
    }
    const char *text = lib->ERR_reason_error_string(e);
    add(l, ",\"%s\":{\"library\":%d,\"reason\":%d", name, error.library, error.reason);
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
    if (f->renegotiates) {
        add(l, ",\"renegotiates\":true");
    }
    if (f->retry) {
        add(l, ",\"retry\":true");
    }
    if (f->ended) {
        add(l, ",\"ended\":true");
    }
    if (f->unasked) {
        add(l, ",\"unasked\":true");
    }
    if (f->held > 0) {
        add(l, ",\"held\":%llu", (unsigned long long)f->held);
    }
    add_error(l, lib, "oldest", f->queue.first);
    add_error(l, lib, "newest", f->queue.last);
    add(l, "}");
}

static void add_transport(struct line *l, const struct way *w)
{
    static const char *const transport[] = {"socket", "descriptor", "other"};
    add_string(l, "transport", transport[transport_of(w->lib, w->ssl)]);
    add(l, ",\"options\":%lu", w->lib->SSL_get_options(w->ssl));
    if (w->lib->SSL_get_read_ahead(w->ssl) != 0) {
        add(l, ",\"ahead\":true");
    }
    if (says_end(w->lib, w->ssl)) {
        add(l, ",\"at_end\":true");
    }
}

static void add_call(struct line *l, const struct way *w)
{
    add_name(l, &w->c->who);
    add(l, ",\"lib\":\"%lx\",\"call\":\"%s\"", w->lib->version, call_name[w->call]);
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
    if ((w->call == CALL_FREE || w->call == CALL_CLEAR) && w->lib->SSL_get_wbio(w->ssl) != NULL) {
        add_state(l, w->c, w->lib->SSL_get_wfd(w->ssl));
    }
    if (w->has_after) {
        add_facts(l, w->lib, "after", &w->after);
        bool writes = w->call == CALL_WRITE || w->call == CALL_WRITE_EX;
        add(l, ",\"value\":%d", w->value);
        if (!w->quick || !writes) {
            add(l, ",\"in\":%llu", (unsigned long long)(w->after.in - w->before.in));
        }
        if (!w->quick || writes) {
            add(l, ",\"out\":%llu", (unsigned long long)(w->after.out - w->before.out));
        }
        add_string(l, "want", want_name(w->lib->SSL_want(w->ssl)));
        add(l, ",\"version\":%d", w->lib->SSL_version(w->ssl));
        add_transport(l, w);
    }
    if (w->has_after && has_class(w->call)) {
        if (class_name(w->class) != NULL) {
            add_string(l, "class", class_name(w->class));
        }
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
