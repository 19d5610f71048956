#include "steps.h"

#include "ew_core.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name, *text;
    kind peer;         /* the record that the peer sends */
    int writing;       /* how the transport takes what is written; -1: as before */
    int reading;       /* the same for what is read */
    bool any13, any12; /* with TLS 1.3, TLS 1.2 */
    bool client_only;
} description;

#define CALL(name, text)                                                                           \
    {                                                                                              \
        name, text, NO_RECORD, -1, -1, true, true, false                                           \
    }
#define TRANSPORT(name, text, w)                                                                   \
    {                                                                                              \
        name, text, NO_RECORD, w, -1, true, true, false                                            \
    }
#define READING(name, text, r)                                                                     \
    {                                                                                              \
        name, text, NO_RECORD, -1, r, true, true, false                                            \
    }

static const description steps[ALL_STEPS] = {
    [SHUTDOWN] = CALL("shutdown", "SSL_shutdown(s)"),
    [READ_SMALL] = CALL("read-small", "SSL_read(s, 2 bytes)"),
    [READ_ALL] = CALL("read-all", "SSL_read(s) until it gives no more"),
    [PEEK] = CALL("peek", "SSL_peek(s)"),
    [WRITE] = CALL("write", "SSL_write(s, \"hello\")"),
    [WRITE_NOTHING] = CALL("write-nothing", "SSL_write(s, \"\")"),
    [SET_0] = CALL("set-0", "SSL_set_shutdown(s, 0)"),
    [SET_1] = CALL("set-1", "SSL_set_shutdown(s, SSL_SENT_SHUTDOWN)"),
    [SET_2] = CALL("set-2", "SSL_set_shutdown(s, SSL_RECEIVED_SHUTDOWN)"),
    [SET_3] = CALL("set-3", "SSL_set_shutdown(s, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)"),
    [SET_7] = CALL("set-7", "SSL_set_shutdown(s, 7)"),
    [QUIET_ON] = CALL("quiet-on", "SSL_set_quiet_shutdown(s, 1)"),
    [QUIET_OFF] = CALL("quiet-off", "SSL_set_quiet_shutdown(s, 0)"),
    [UPDATE_KEY] = {"key-update", "SSL_key_update(s, 0)", NO_RECORD, -1, -1, true, false, false},
    [RENEGOTIATE] = {"renegotiate", "SSL_renegotiate(s)", NO_RECORD, -1, -1, false, true, false},
    [HANDSHAKE] = CALL("handshake", "SSL_do_handshake(s)"),
    [FREE] = CALL("free", "SSL_free(s)"),
    [CLEAR_QUEUE] = CALL("clear-queue", "ERR_clear_error(), and again before each call"),
    [LEAVE_ERROR] = CALL("leave-error", "ERR_raise(ERR_LIB_USER, 1), and no error is cleared"),
    [PEER_DATA] = {"peer-data", "peer: sends data", DATA, -1, -1, true, true, false},
    [PEER_CLOSES] = {"peer-closes", "peer: sends close_notify", CLOSE_NOTIFY, -1, -1, true, true,
                     false},
    [PEER_ALERT] = {"peer-alert", "peer: sends a fatal alert", FATAL_ALERT, -1, -1, true, true,
                    false},
    [PEER_WARNING] = {"peer-warning", "peer: sends a warning", WARNING, -1, -1, true, true, false},
    [PEER_WARNINGS] = {"peer-four-warnings", "peer: sends four warnings", WARNING, -1, -1, true,
                       true, false},
    [PEER_EMPTY] = {"peer-empty", "peer: sends an empty record", EMPTY, -1, -1, true, true, false},
    [PEER_TICKET] = {"peer-ticket", "peer: sends a session ticket", TICKET, -1, -1, true, false,
                     true},
    [PEER_KEY_UPDATE] = {"peer-key-update", "peer: sends a KeyUpdate and asks for ours", KEY_UPDATE,
                         -1, -1, true, false, false},
    [PEER_HELLO_REQUEST] = {"peer-hello-request", "peer: sends a HelloRequest", HELLO_REQUEST, -1,
                            -1, false, true, true},
    [PEER_EOF] =
        READING("peer-eof", "peer: closes its transport without a close_notify", READ_ENDED),
    [TAKE_ALL] = TRANSPORT("take-all", "transport: takes all again", TAKES_ALL),
    [BE_FULL] = TRANSPORT("be-full", "transport: is full", IS_FULL),
    [TAKE_PART] = TRANSPORT("take-part", "transport: takes 7 bytes, and is full then", TAKES_PART),
    [TAKE_NOTHING] =
        TRANSPORT("take-nothing", "transport: takes nothing, and is not full", TAKES_NOTHING),
    [FAIL_WRITE] = TRANSPORT("fail-write", "transport: fails when written to", WRITE_FAILS),
    [FAIL_READ] = READING("fail-read", "transport: fails when read from", READ_FAILS),
    [READ] = CALL("read", "SSL_read(s)"),
    [GET_ERROR] = CALL("get-error", "SSL_get_error(s, 0)"),
    [GET_QUIET] = CALL("get-quiet", "SSL_get_quiet_shutdown(s)"),
    [LOOK] = CALL("look", ""),
    [BUFFER] =
        CALL("buffer", "SSL_set0_wbio(s, BIO_push(BIO_new(BIO_f_buffer()), SSL_get_wbio(s)))"),
    [PEER_CANCELS] = {"peer-cancels", "peer: sends user_canceled", WARNING, -1, -1, true, true,
                      false},
    [PEER_FORGES] = {"peer-forges", "peer: sends a record that does not decrypt", FORGED, -1, -1,
                     true, true, false},
    [PEER_AWAITED] =
        CALL("peer-awaited", "transport: blocks, and the peer closes when we wait for it"),
};

const outcome no_outcome = {{NONE_GIVEN, NONE_GIVEN, NONE_GIVEN, NONE_GIVEN, NONE_GIVEN, 0,
                             NONE_GIVEN, NONE_GIVEN, NONE_GIVEN, NONE_GIVEN, NONE_GIVEN}};

const char *step_text(step s)
{
    return steps[s].text;
}

const char *step_name(step s)
{
    return steps[s].name;
}

step step_find(const char *name, size_t length)
{
    int s = 0;
    while (s < STEPS && (strlen(steps[s].name) != length || strncmp(steps[s].name, name, length)))
        s++;
    return (step)s;
}

bool step_is_call(step s)
{
    return s <= FREE || (s >= READ && s <= BUFFER);
}

bool step_takes_data(step s)
{
    return s == READ_SMALL || s == READ_ALL || s == READ;
}

bool step_applies(step s, const wire *w, bool leaving)
{
    const description *d = &steps[s];
    if (!(w->tls13 ? d->any13 : d->any12) || (d->client_only && !w->client))
        return false;
    if (w->start == FRESH && (d->peer != NO_RECORD || s == FREE || s == UPDATE_KEY ||
                              s == RENEGOTIATE || s == PEER_AWAITED))
        return false;
    if (s == CLEAR_QUEUE || s == LEAVE_ERROR)
        return leaving == (s == CLEAR_QUEUE);
    if (d->peer != NO_RECORD || d->reading >= 0)
        return w->reading == READ_WORKS;
    return d->writing < 0 || d->writing != w->writing;
}

bool step_on_wire(step s, wire *w)
{
    const description *d = &steps[s];
    if (d->writing >= 0)
        w->writing = (uint8_t)d->writing;
    if (d->reading >= 0)
        w->reading = (uint8_t)d->reading;
    w->cancels = s == PEER_CANCELS;
    w->blocks = w->blocks || s == PEER_AWAITED;
    for (int left = s == PEER_WARNINGS ? 4 : 1; d->peer != NO_RECORD && left > 0; left--)
        if (!wire_peer_sends(w, d->peer))
            return false;
    return true;
}

/* What they give ---------------------------------------------------------------------------- */

const char *field_name(field f)
{
    static const char *const names[FIELDS] = {"value",     "error",   "flags",  "end",
                                              "session",   "sent",    "reason", "kept",
                                              "announced", "flushed", "waited"};
    return names[f];
}

bool outcome_same(const outcome *a, const outcome *b, field f)
{
    return a->part[f] == b->part[f] || a->part[f] == NONE_GIVEN || b->part[f] == NONE_GIVEN;
}

const char *part_text(const outcome *o, field f, char *buf, size_t size)
{
    static const char *const errors[] = {"NONE",        "WANT_READ", "WANT_WRITE",
                                         "ZERO_RETURN", "SYSCALL",   "SSL"};
    char sent[160];
    int32_t part = o->part[f];
    if (part == NONE_GIVEN)
        return NULL;
    switch (f) {
    case VALUE: snprintf(buf, size, "%d", part); break;
    case ERROR: snprintf(buf, size, "%s", errors[part]); break;
    case FLAGS: snprintf(buf, size, "flags %d", part); break;
    case END: snprintf(buf, size, "%s", part ? "end of data" : "no end of data"); break;
    case SESSION: snprintf(buf, size, "session %s", part ? "kept" : "dropped"); break;
    case REASON: snprintf(buf, size, "reason %d", part); break;
    case KEPT: snprintf(buf, size, "session %s", part ? "may be used" : "may not be used"); break;
    case ANNOUNCED: snprintf(buf, size, "%s", part ? "announced" : "not announced"); break;
    case FLUSHED: snprintf(buf, size, "%s", part ? "flushed" : "not flushed"); break;
    case WAITED: snprintf(buf, size, "%s", part ? "after a wait" : "at once"); break;
    default: records_text((uint32_t)part, sent, sizeof sent); snprintf(buf, size, "%s sent", sent);
    }
    return buf;
}

void outcome_text(const outcome *o, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int f = 0; f <= SENT && at < size; f++) {
        char part[192];
        if (part_text(o, (field)f, part, sizeof part))
            at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", part);
    }
}
