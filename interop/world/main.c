/* endwell-world: our side of one cell, and its record as JSON.
 *
 *     endwell-world --engine NAME --tls 1.2|1.3 --role client|server
 *                   [--port N] --cert FILE --key FILE STEP...
 *     endwell-world --engines      their names, and the versions of TLS that they have
 *
 * A server prints `port N`; `sync:WORD` prints WORD and waits for a line on standard input; the
 * last line is the record. Exits 0 (as specified), 1 (it was not), 2 (no connection). */
#include "world.h"

#include "side_endwell.h"

#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static world the;

static const char *event_name(const wire_event *e)
{
    switch (e->type) {
    case WIRE_PLAIN: return "plain";
    case WIRE_CHANGE_CIPHER: return "change_cipher";
    case WIRE_ALERT: return "alert";
    case WIRE_HANDSHAKE: return "handshake";
    case WIRE_DATA: return "data";
    case WIRE_CUT: return "cut";
    case WIRE_EOF: return "eof";
    default: return "reset";
    }
}

/* From where the closing begins: what came before is the same in every cell. */
static cJSON *wire_list(const world *w)
{
    enum { LAST = 12 };
    size_t count = 0, at[2] = {0, 0};
    const wire_event *events = w->wire ? relay_events(w->wire, &count) : NULL;
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        char text[64];
        wire_event e = events[i];
        const direction_seen *seen = &w->seen[e.direction];
        if (e.type >= WIRE_CHANGE_CIPHER && e.type <= WIRE_DATA && at[e.direction] < seen->count)
            e.type = seen->records[at[e.direction]++].type; /* what it holds, not what it shows */
        snprintf(text, sizeof text, "%s %s %zu", e.direction == FROM_US ? "us" : "peer",
                 event_name(&e), e.length);
        if (i + LAST >= count)
            cJSON_AddItemToArray(list, cJSON_CreateString(text));
    }
    return list;
}

static cJSON *alert_list(const wire_summary *s, int d)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < s->alerts[d] && i < ALERTS_MAX; i++) {
        int alert = s->wire_alerts[d][i];
        cJSON_AddItemToArray(
            list, cJSON_CreateString(alert < 0 ? "unreadable" : SSL_alert_desc_string_long(alert)));
    }
    return list;
}

static cJSON *call_list(const world *w)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < w->count; i++) {
        const call_result *c = &w->calls[i];
        cJSON *call = cJSON_CreateObject();
        cJSON_AddStringToObject(call, "step", c->step);
        cJSON_AddNumberToObject(call, "ret", c->ret);
        cJSON_AddStringToObject(call, "error", ew_error_name(c->error));
        cJSON_AddStringToObject(call, "reason", ew_reason_name(c->reason));
        if (c->err)
            cJSON_AddStringToObject(call, "errno", strerror(c->err));
        cJSON_AddItemToArray(list, call);
    }
    return list;
}

static void add_pair(cJSON *record, const char *name, const int value[2])
{
    cJSON *pair = cJSON_AddObjectToObject(record, name);
    cJSON_AddNumberToObject(pair, "us", value[FROM_US]);
    cJSON_AddNumberToObject(pair, "peer", value[FROM_PEER]);
}

cJSON *world_record(const world *w, const wire_summary *s)
{
    cJSON *r = cJSON_CreateObject();
    cJSON_AddStringToObject(r, "engine", w->ops->name);
    cJSON_AddStringToObject(r, "engine_version", w->ops->tls->version());
    cJSON_AddItemToObject(r, "calls", call_list(w));
    cJSON_AddItemToObject(r, "wire", wire_list(w));
    cJSON_AddItemToObject(r, "alerts_in", alert_list(s, FROM_PEER));
    cJSON_AddItemToObject(r, "alerts_out", alert_list(s, FROM_US));
    add_pair(r, "alerts", s->alerts);
    add_pair(r, "eof", s->eof);
    add_pair(r, "reset", s->reset);
    add_pair(r, "cut", s->cut);
    add_pair(r, "after_alert", s->after_alert);
    cJSON_AddBoolToObject(r, "peer_notice_before_our_fin", s->peer_notice_before_our_fin);
    cJSON_AddBoolToObject(r, "peer_notice_before_its_end", s->peer_notice_before_its_end);
    cJSON_AddNumberToObject(r, "peer_records_after_our_alert", s->peer_records_after_our_alert);
    cJSON_AddNumberToObject(r, "received", (double)w->received);
    cJSON_AddNumberToObject(r, "received_after", (double)w->received_after);
    cJSON_AddNumberToObject(r, "heard", (double)w->heard);
    cJSON_AddStringToObject(r, "tail", w->tail);
    cJSON_AddBoolToObject(r, "incomplete", w->incomplete);
    cJSON_AddBoolToObject(r, "end_of_data", w->end_of_data);
    cJSON_AddNumberToObject(r, "checks", w->checks);
    if (w->limit)
        cJSON_AddStringToObject(r, "limit", w->limit);
    cJSON_AddItemReferenceToObject(r, "differences", w->differences);
    return r;
}

/* The value of an option; the steps begin where the options end. */
static int options(world *w, int argc, char **argv)
{
    int at = 1, known = 0;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        const char *name = argv[at] + 2, *value = argv[at + 1];
        if (strcmp(name, "engine") == 0)
            known = world_engine(w, value) == 0;
        else if (strcmp(name, "tls") == 0)
            w->tls13 = strcmp(value, "1.3") == 0;
        else if (strcmp(name, "role") == 0)
            w->server = strcmp(value, "server") == 0;
        else if (strcmp(name, "port") == 0)
            w->port = atoi(value);
        else if (strcmp(name, "cert") == 0)
            w->cert = value;
        else if (strcmp(name, "key") == 0)
            w->key = value;
        else
            return -1;
    }
    return at < argc && known && w->cert && w->key && (w->server || w->port) ? at : -1;
}

static int set_up(world *w)
{
    tls_setup config = {w->server, w->tls13, 1, w->cert, w->key};
    if (w->tls13 && !w->ops->tls->has_tls13)
        return -1;
    w->context = w->ops->context(&config);
    return w->context ? 0 : -1;
}

static int list_engines(void)
{
    for (int i = 0; world_engine_at(i); i++)
        printf("%s 1.2%s\n", world_engine_at(i)->name,
               world_engine_at(i)->tls->has_tls13 ? " 1.3" : "");
    return 0;
}

int main(int argc, char **argv)
{
    world *w = &the;
    if (argc == 2 && strcmp(argv[1], "--engines") == 0)
        return list_engines();
    int at = options(w, argc, argv);
    signal(SIGPIPE, SIG_IGN);
    if (at < 0) {
        fprintf(stderr, "usage: endwell-world --engine E --tls V --role R [--port N] --cert FILE "
                        "--key FILE STEP...\n"
                        "       endwell-world --engines\n");
        return 2;
    }
    alarm(70); /* whatever the peer does */
    memset(w->tail, '.', TAIL);
    w->differences = cJSON_CreateArray();
    if (set_up(w) != 0) {
        fprintf(stderr, "world: our side cannot be set up\n");
        return 2;
    }
    for (; at < argc; at++)
        if (world_step(w, argv[at]) != 0)
            return 2;
    relay_wait_end(w->wire, FROM_US, 1000);
    relay_stop(w->wire);
    world_open_records(w);
    wire_summary s = world_wire(w);
    world_judge(w, &s);
    cJSON *record = world_record(w, &s);
    char *text = cJSON_PrintUnformatted(record);
    printf("%s\n", text);
    return cJSON_GetArraySize(w->differences) ? 1 : 0;
}
