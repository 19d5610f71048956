#include "trace.h"

#include "record/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_name[] = {"process", "exit",   "call", "close",   "shutdown",
                                        "lost",    "partly", "left", "capture", "wire"};
static const char *const what_name[] = {
    "beginning",   "middle",        "handshake",     "finished",     "data", "gap",  "close_notify",
    "fatal alert", "warning alert", "hidden record", "hidden alert", "end",  "reset"};
static const char *const handshake_name[] = {"none", "running", "done"};

enum { LONGEST_CONN = 120 };
#define MOST_WHOLE 9007199254740992.0 /* every double from here on is */

static int find(const char *const *name, int count, const char *wanted)
{
    for (int i = 0; wanted != NULL && i < count; i++) {
        if (strcmp(name[i], wanted) == 0) {
            return i;
        }
    }
    return -1;
}

static double number(const cJSON *object, const char *name, double missing)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : missing;
}

static int whole(const cJSON *object, const char *name, int missing)
{
    double n = number(object, name, missing);
    return n >= -2147483648.0 && n <= 2147483647.0 ? (int)n : missing;
}

static const char *text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool has(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

static bool is_true(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static struct queued queued_in(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    struct queued q = {whole(item, "library", 0), whole(item, "reason", 0), text(item, "text")};
    return q;
}

static bool read_facts(const cJSON *line, const char *name, struct facts *f)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(line, name);
    int handshake = find(handshake_name, 3, text(object, "handshake"));
    f->flags = whole(object, "flags", ABSENT);
    f->quiet = whole(object, "quiet", ABSENT);
    f->handshake = handshake >= 0 ? (enum handshake)handshake : HANDSHAKE_NONE;
    f->renegotiates = is_true(object, "renegotiates");
    f->retry = is_true(object, "retry");
    f->ended = is_true(object, "ended");
    f->unasked = is_true(object, "unasked");
    f->held = number(object, "held", 0);
    f->oldest = queued_in(object, "oldest");
    f->newest = queued_in(object, "newest");
    return f->flags >= 0 && f->quiet >= 0 && handshake >= 0;
}

/* What is wrong with a call, or NULL. */
static const char *read_call(const cJSON *json, struct event *e)
{
    const cJSON *skipped = cJSON_GetObjectItemCaseSensitive(json, "skipped");
    const cJSON *of = cJSON_GetObjectItemCaseSensitive(json, "of");
    e->call = text(json, "call");
    e->class = text(json, "class");
    e->want = text(json, "want");
    e->transport = text(json, "transport");
    e->library = text(json, "lib") != NULL ? strtoul(text(json, "lib"), NULL, 16) : 0;
    e->options = number(json, "options", ABSENT);
    e->ahead = is_true(json, "ahead");
    e->at_end = is_true(json, "at_end");
    e->has_argument = has(json, "argument");
    e->argument = whole(json, "argument", 0);
    e->is_gnutls = text(json, "lib") != NULL && strncmp(text(json, "lib"), "gnutls", 6) == 0;
    e->has_after = has(json, e->is_gnutls ? "value" : "after");
    e->value = whole(json, "value", 0);
    e->error = whole(json, "errno", 0);
    e->version = whole(json, "version", 0);
    e->in = number(json, "in", ABSENT);
    e->out = number(json, "out", ABSENT);
    e->reads = whole(skipped, "read", 0);
    e->writes = whole(skipped, "write", 0);
    e->waits = whole(skipped, "wait", 0);
    e->of_call = text(of, "call");
    e->of_value = whole(of, "value", 0);
    if (e->call == NULL) {
        return "a call without its name";
    }
    if (e->is_gnutls) {
        return NULL;
    }
    if (!read_facts(json, "before", &e->before) ||
        (e->has_after && !read_facts(json, "after", &e->after))) {
        return "flags, quiet or handshake are missing before or after the call";
    }
    return NULL;
}

static void read_end(const cJSON *json, struct event *e)
{
    const cJSON *record = cJSON_GetObjectItemCaseSensitive(json, "unread_record");
    const cJSON *last = cJSON_GetObjectItemCaseSensitive(json, "last");
    e->how = whole(json, "how", ABSENT);
    e->unread = whole(json, "unread", ABSENT);
    e->unacked = whole(json, "unacked", ABSENT);
    e->last = cJSON_IsBool(last) ? cJSON_IsTrue(last) : ABSENT;
    e->unread_type = whole(record, "type", ABSENT);
    e->unread_length = whole(record, "length", ABSENT);
}

static const char *read_wire(const cJSON *json, struct event *e)
{
    e->what = text(json, "what");
    e->place = text(json, "place");
    e->sent = is_true(json, "sent");
    e->version = whole(json, "version", 0);
    e->unacked = whole(json, "unacked", ABSENT);
    bool is_known = find(what_name, (int)(sizeof what_name / sizeof what_name[0]), e->what) >= 0;
    return is_known ? NULL : "a line of the wire that does not say what passed";
}

/* What says two things, or none that can be: every number but the time is whole. cJSON bounds the depth. */
static const char *wrong_in(const cJSON *json)
{
    const char *wrong = NULL;
    for (const cJSON *item = json->child; item != NULL && wrong == NULL; item = item->next) {
        const char *name = item->string != NULL ? item->string : "";
        double n = cJSON_IsNumber(item) && strcmp(name, "t") != 0 ? item->valuedouble : 0;
        if (n > -MOST_WHOLE && n < MOST_WHOLE && n != (double)(long long)n) {
            return "a number that is not whole";
        }
        if (item->string != NULL && cJSON_GetObjectItemCaseSensitive(json, name) != item) {
            return "a name that is there twice";
        }
        wrong = wrong_in(item);
    }
    return wrong;
}

static const char *read_event(const cJSON *json, struct event *e)
{
    int kind = find(kind_name, (int)(sizeof kind_name / sizeof kind_name[0]), text(json, "kind"));
    if (whole(json, "v", 0) != 1) {
        return "this is no line of a trace of version 1";
    }
    if (kind < 0) {
        return "no such kind of line";
    }
    e->kind = (enum event_kind)kind;
    e->time = number(json, "t", 0);
    e->pid = whole(json, "pid", 0);
    e->tid = whole(json, "tid", 0);
    e->space = number(json, "ns", ABSENT);
    e->started = number(json, "started", ABSENT);
    e->conn = text(json, "conn");
    e->program = text(json, "program");
    e->shared = is_true(json, "shared");
    e->stack = cJSON_GetObjectItemCaseSensitive(json, "stack");
    e->lacks = cJSON_GetObjectItemCaseSensitive(json, "lacks");
    e->lost = kind == EVENT_LOST ? whole(json, "lines", 1) : 0;
    e->unread = e->unacked = e->last = e->how = ABSENT;
    e->state = whole(json, "state", ABSENT);
    bool needs_conn = kind == EVENT_CALL || kind == EVENT_CLOSE || kind == EVENT_SHUTDOWN ||
                      kind == EVENT_PARTLY || kind == EVENT_LEFT || kind == EVENT_WIRE;
    if (needs_conn && e->conn == NULL) {
        return "a line of a connection that does not name it";
    }
    if (e->conn != NULL && strlen(e->conn) > LONGEST_CONN) {
        return "a name of a connection that is too long";
    }
    if (kind == EVENT_CLOSE || kind == EVENT_SHUTDOWN) {
        read_end(json, e);
    } else if (kind == EVENT_WIRE) {
        return read_wire(json, e);
    }
    return kind == EVENT_CALL ? read_call(json, e) : NULL;
}

/* Names that somebody chose are shown to somebody else. cJSON bounds the depth. */
static void make_all_printable(cJSON *json)
{
    if (cJSON_IsString(json)) {
        make_printable(json->valuestring);
    }
    for (cJSON *item = json->child; item != NULL; item = item->next) {
        make_all_printable(item);
    }
}

/* The judge adds them up: no trace loses more lines than an int can count. */
static int count_lost(const struct trace *t, const struct event *e)
{
    static int before;
    before = t->first == NULL ? 0 : before;
    int lost = e->lost < 0 ? 0 : e->lost < INT_MAX - before ? e->lost : INT_MAX - before;
    before += lost;
    return lost;
}

bool add_json(struct trace *t, int line, cJSON *json)
{
    struct event *e = calloc(1, sizeof *e);
    const char *wrong = "no memory";
    if (e != NULL) {
        e->line = line;
        e->json = json;
        wrong = "not JSON";
        if (json != NULL) {
            make_all_printable(json);
            wrong = wrong_in(json);
            wrong = wrong != NULL ? wrong : read_event(json, e);
        }
    }
    if (wrong != NULL) {
        snprintf(t->error, sizeof t->error, "%.150s:%d: %s", t->path, line, wrong);
        cJSON_Delete(json);
        free(e);
        return false;
    }
    e->lost = count_lost(t, e);
    *(t->last != NULL ? &t->last->next : &t->first) = e;
    t->last = e;
    t->events++;
    return true;
}

void free_trace(struct trace *t)
{
    while (t->first != NULL) {
        struct event *e = t->first;
        t->first = e->next;
        cJSON_Delete(e->json);
        free(e);
    }
}
