#include "render.h"

#include "record/utf8.h"

#include <string.h>

enum { MOST_HISTORY = 12 };

static void ended_text(const struct event *e, char *text, size_t room)
{
    const char *call = e->kind == EVENT_CLOSE      ? "close"
                       : e->kind == EVENT_SHUTDOWN ? "shutdown"
                       : e->kind == EVENT_PARTLY   ? "(calls that are not recorded)"
                       : e->kind == EVENT_LEFT     ? "(left with its TCP closed)"
                                                   : "exit";
    if (e->unread > 0) {
        snprintf(text, room, "%s: %d bytes unread, %d not acknowledged", call, e->unread,
                 e->unacked);
    } else {
        snprintf(text, room, "%s", call);
    }
}

static void wire_text(const struct event *e, char *text, size_t room)
{
    const char *what = strcmp(e->what, "end") == 0     ? "FIN"
                       : strcmp(e->what, "reset") == 0 ? "RST"
                                                       : e->what;
    bool is_of_capture =
        strcmp(what, "beginning") == 0 || strcmp(what, "middle") == 0 || strcmp(what, "gap") == 0;
    if (is_of_capture) {
        snprintf(text, room, "(%s)", what);
    } else {
        snprintf(text, room, "%s %s", e->sent ? "sends" : "      is sent", what);
    }
}

/* The call as C, what it gave, and what it changed. */
static void recorded_text(const struct event *e, char *text, size_t room)
{
    char argument[24] = "", changed[64] = "";
    if (e->kind == EVENT_WIRE) {
        wire_text(e, text, room);
        return;
    }
    if (e->kind != EVENT_CALL) {
        ended_text(e, text, room);
        return;
    }
    if (e->has_argument) {
        snprintf(argument, sizeof argument, ", %d", e->argument);
    }
    if (e->has_after && e->before.flags != e->after.flags) {
        snprintf(changed, sizeof changed, ", flags %d to %d", e->before.flags, e->after.flags);
    }
    bool is_half = e->value == 0 && strcmp(e->call, "SSL_shutdown") == 0; /* no failure */
    bool failed = e->value <= 0 && !is_half && e->class != NULL && strcmp(e->class, "NONE") != 0;
    bool is_void = strncmp(e->call, "SSL_set", 7) == 0 || !e->has_after;
    if (is_void) {
        snprintf(text, room, "%s(s%s)%s", e->call, argument, changed);
    } else {
        snprintf(text, room, "%s(s%s) -> %d%s%s%s", e->call, argument, e->value, failed ? ", " : "",
                 failed ? e->class : "", changed);
    }
}

void call_text(const struct event *e, char *text, size_t room)
{
    recorded_text(e, text, room);
    make_printable(text);
}

size_t first_shown(const struct finding *f)
{
    return f->at + 1 > MOST_HISTORY ? f->at + 1 - MOST_HISTORY : 0;
}

const char *outside_text(const struct event *e)
{
    return e->kind == EVENT_EXIT ? "the process exits" : "exec of another program";
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool frame_text(const cJSON *frame, char *text, size_t room)
{
    const char *object = cJSON_GetStringValue(cJSON_GetArrayItem(frame, 0));
    const cJSON *offset = cJSON_GetArrayItem(frame, 1);
    const char *symbol = cJSON_GetStringValue(cJSON_GetArrayItem(frame, 2));
    /* Neither below 0, nor more than a double holds exactly: no other is an offset. */
    if (object == NULL || !cJSON_IsNumber(offset) ||
        !(offset->valuedouble >= 0 && offset->valuedouble < 9007199254740992.0)) {
        return false;
    }
    if (symbol != NULL) {
        snprintf(text, room, "%s!%s", base_name(object), symbol);
    } else {
        snprintf(text, room, "%s!+0x%llx", base_name(object),
                 (unsigned long long)offset->valuedouble);
    }
    make_printable(text); /* of a long name the last character may be cut */
    return true;
}

bool frame_name(const cJSON *stack, const cJSON *frame, char *text, size_t room)
{
    if (!frame_text(frame, text, room)) {
        return false;
    }
    if (cJSON_GetStringValue(cJSON_GetArrayItem(frame, 2)) == NULL) {
        const char *object = cJSON_GetStringValue(cJSON_GetArrayItem(frame, 0));
        ask_sources(stack);
        if (function_of(frame) != NULL) {
            snprintf(text, room, "%s!%s", base_name(object), function_of(frame));
            make_printable(text);
        }
    }
    return true;
}

const char *confidence(const struct finding *f)
{
    if (f->conn->guessed) {
        return "likely: a part of what happened to this connection is not in the trace";
    }
    if (f->conn->own_transport && needs_fact(f->rule, "end")) {
        return "likely: whether a transport of the program's own had failed is not in the trace";
    }
    return f->rule->kind == KIND_REFUSED ? "certain: the proven machine refuses this call here"
                                         : "certain: every fact that the rule needs was seen";
}

const char *names_in_gnutls(const struct finding *f)
{
    for (size_t i = 0; i <= f->at && i < f->conn->events; i++) {
        if (f->conn->history[i]->is_gnutls) {
            return "SSL_shutdown is gnutls_bye, SSL_read gnutls_record_recv, SSL_write "
                   "gnutls_record_send, SSL_free gnutls_deinit";
        }
    }
    return NULL;
}

int count_findings(const struct judge *j, enum level level)
{
    int count = 0;
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        count += f->level == level && !f->suppressed;
    }
    return count;
}

bool is_finding(const struct judge *j)
{
    return count_findings(j, LEVEL_ERROR) + count_findings(j, LEVEL_WARNING) > 0;
}

const char *why_no_pass(const struct judge *j, const struct suppressions *s)
{
    if (is_finding(j)) {
        return NULL;
    }
    if (j->connections == 0 && j->lost > 0) {
        return j->wire ? "nothing to judge: the capture ends within a packet, and has no TLS "
                         "connection before it"
                       : "nothing to judge: lines of the trace were lost, and none of a connection "
                         "is left";
    }
    if (j->connections == 0) {
        return j->wire ? "nothing to judge: the capture has no TLS connection"
                       : "nothing to judge: no call of libssl or GnuTLS was recorded";
    }
    if (j->wire && j->judged == 0) {
        return "nothing to judge: no connection was established";
    }
    if (j->wire && j->hidden > 0) {
        return "some ends could not be judged: that nothing was found is no pass";
    }
    if (s->left_out != 0 && is_none_judged(s, j)) {
        return "none of the rules that were asked for could be judged";
    }
    if (is_no_end_judged(s, j)) {
        return j->judged == 0 ? "no connection was established: how one is closed was not seen"
                              : "no end of a connection could be judged: that nothing was found "
                                "is no pass";
    }
    if (j->lost > 0) {
        return j->wire ? "the capture ends within a packet: that nothing was found is no pass"
                       : "lines of the trace were lost: that nothing was found is no pass";
    }
    return NULL;
}

const char *verdict(const struct judge *j, const struct suppressions *s)
{
    return why_no_pass(j, s) != NULL ? "could not" : is_finding(j) ? "finding" : "pass";
}

const char *protocol_name(const struct conn *c)
{
    int version = 0;
    for (size_t i = 0; i < c->events; i++) {
        version = c->history[i]->version != 0 ? c->history[i]->version : version;
    }
    switch (version) {
    case 0x301: return "TLS 1.0";
    case 0x302: return "TLS 1.1";
    case 0x303: return "TLS 1.2";
    case 0x304: return "TLS 1.3";
    default: return "TLS";
    }
}
