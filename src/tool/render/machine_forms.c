/* JSON of our own, SARIF 2.1.0 and JUnit. */
#include "render.h"

#include "record/utf8.h"

#include <stdlib.h>
#include <string.h>

static bool write_json(FILE *out, cJSON *root)
{
    char *text = cJSON_Print(root);
    bool good = text != NULL && fprintf(out, "%s\n", text) > 0;
    free(text);
    cJSON_Delete(root);
    return good;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static cJSON *clauses_json(const struct rule *r)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; r->clause[i] != NULL; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "id", r->clause[i]);
        cJSON_AddStringToObject(one, "meaning", find_entry(r->clause[i])->meaning);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *stack_json(const struct finding *f)
{
    char text[MOST_FRAME_TEXT];
    cJSON *list = cJSON_CreateArray();
    const cJSON *frame;
    cJSON_ArrayForEach(frame, f->stack)
    {
        if (frame_text(frame, text, sizeof text)) {
            cJSON_AddItemToArray(list, cJSON_CreateString(text));
        }
    }
    return list;
}

static cJSON *history_json(const struct finding *f)
{
    char text[MOST_CALL_TEXT];
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i <= f->at; i++) {
        call_text(f->conn->history[i], text, sizeof text);
        cJSON_AddItemToArray(list, cJSON_CreateString(text));
    }
    return list;
}

static cJSON *finding_json(const struct finding *f)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "rule", f->rule->id);
    cJSON_AddStringToObject(o, "level", level_name(f->level));
    cJSON_AddStringToObject(o, "title", f->rule->title);
    cJSON_AddItemToObject(o, "clauses", clauses_json(f->rule));
    cJSON_AddStringToObject(o, "connection", f->conn->id);
    cJSON_AddNumberToObject(o, "connections", f->count);
    cJSON_AddNumberToObject(o, "process", f->event->pid);
    cJSON_AddNumberToObject(o, "line", f->event->line);
    cJSON_AddStringToObject(o, "protocol", protocol_name(f->conn));
    cJSON_AddStringToObject(o, "detail", f->detail);
    if (f->divergence != NULL) {
        cJSON_AddStringToObject(o, "divergence", f->divergence);
    }
    cJSON_AddItemToObject(o, "stack", stack_json(f));
    if (known_frame(f->stack) != NULL) {
        cJSON_AddStringToObject(o, "source", source_of(known_frame(f->stack)));
    }
    cJSON_AddItemToObject(o, "history", history_json(f));
    cJSON_AddStringToObject(o, "consequence", f->rule->consequence);
    cJSON_AddStringToObject(o, "fix", f->rule->fix);
    cJSON_AddStringToObject(o, "confidence", confidence(f));
    cJSON_AddBoolToObject(o, "suppressed", f->suppressed);
    return o;
}

static void add_unseen(cJSON *root, const struct judge *j)
{
    cJSON *list = cJSON_AddArrayToObject(root, "not_observable");
    for (const struct unseen *u = j->unseen; u != NULL; u = u->next) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "rule", u->rule->id);
        cJSON_AddStringToObject(o, "why", u->why);
        cJSON_AddNumberToObject(o, "connections", u->count);
        cJSON_AddItemToArray(list, o);
    }
}

static void add_left_out(cJSON *root, const struct suppressions *s)
{
    cJSON *list = cJSON_AddArrayToObject(root, "left_out");
    for (size_t i = 0; i < rule_count; i++) {
        if (is_left_out(s, &rules[i])) {
            cJSON_AddItemToArray(list, cJSON_CreateString(rules[i].id));
        }
    }
}

bool render_json(FILE *out, const struct judge *j, const struct suppressions *s)
{
    cJSON *root = cJSON_CreateObject(), *findings;
    cJSON_AddNumberToObject(root, "version", 1);
    cJSON_AddNumberToObject(root, "processes", j->processes);
    cJSON_AddNumberToObject(root, "connections", j->connections);
    cJSON_AddNumberToObject(root, "established", j->judged);
    cJSON_AddNumberToObject(root, "lost", j->lost);
    const char *why = why_no_pass(j, s);
    cJSON_AddStringToObject(root, "verdict", verdict(j, s));
    if (why != NULL) {
        cJSON_AddStringToObject(root, "why", why);
    }
    findings = cJSON_AddArrayToObject(root, "findings");
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        cJSON_AddItemToArray(findings, finding_json(f));
    }
    add_unseen(root, j);
    add_left_out(root, s);
    return write_json(out, root);
}

/* --- SARIF ------------------------------------------------------------------------------------ */

static cJSON *message(const char *text)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "text", text);
    return o;
}

static void add_sarif_rules(cJSON *driver)
{
    cJSON *list = cJSON_AddArrayToObject(driver, "rules");
    for (size_t i = 0; i < rule_count; i++) {
        cJSON *o = cJSON_CreateObject(), *tags;
        cJSON_AddStringToObject(o, "id", rules[i].id);
        cJSON_AddItemToObject(o, "shortDescription", message(rules[i].title));
        cJSON_AddItemToObject(o, "fullDescription", message(rules[i].consequence));
        cJSON_AddItemToObject(o, "help", message(rules[i].fix));
        cJSON_AddStringToObject(cJSON_AddObjectToObject(o, "defaultConfiguration"), "level",
                                level_name(rules[i].level));
        tags = cJSON_AddArrayToObject(cJSON_AddObjectToObject(o, "properties"), "tags");
        for (int k = 0; rules[i].clause[k] != NULL; k++) {
            cJSON_AddItemToArray(tags, cJSON_CreateString(rules[i].clause[k]));
        }
        cJSON_AddItemToArray(list, o);
    }
}

enum { MOST_URI = 3 * 4096 + 8 }; /* of the longest path of Linux */

/* A file's path as a URI (RFC 3986): what has a meaning there, or is no letter of it, as %XX. */
static void uri_of(const char *path, char *uri, size_t room)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/+";
    size_t length = path[0] == '/' ? (size_t)snprintf(uri, room, "file://") : 0;
    for (; *path != '\0' && length + 4 <= room; path++) {
        if (strchr(plain, *path) != NULL) {
            uri[length++] = *path;
        } else {
            length += (size_t)snprintf(uri + length, room - length, "%%%02X", (unsigned char)*path);
        }
    }
    uri[length] = '\0';
}

/* A frame is a place in a binary: its module, and the offset in it. */
static cJSON *sarif_location(const cJSON *frame)
{
    char text[MOST_FRAME_TEXT], uri[MOST_URI];
    const char *object = cJSON_GetStringValue(cJSON_GetArrayItem(frame, 0));
    cJSON *location = cJSON_CreateObject(), *physical, *logical;
    if (!frame_text(frame, text, sizeof text)) {
        return location;
    }
    uri_of(object, uri, sizeof uri);
    physical = cJSON_AddObjectToObject(location, "physicalLocation");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(physical, "artifactLocation"), "uri", uri);
    cJSON_AddNumberToObject(cJSON_AddObjectToObject(physical, "address"), "relativeAddress",
                            cJSON_GetArrayItem(frame, 1)->valuedouble);
    logical = cJSON_CreateObject();
    cJSON_AddStringToObject(logical, "fullyQualifiedName", text);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(location, "logicalLocations"), logical);
    return location;
}

/* The innermost place that has a line in a source; if none has, the innermost one. */
static cJSON *sarif_place(const struct finding *f)
{
    const cJSON *frame = known_frame(f->stack);
    cJSON *location = sarif_location(frame != NULL ? frame : cJSON_GetArrayItem(f->stack, 0));
    if (frame != NULL) {
        char uri[MOST_URI];
        cJSON *physical = cJSON_CreateObject();
        uri_of(file_of(frame), uri, sizeof uri);
        cJSON_AddStringToObject(cJSON_AddObjectToObject(physical, "artifactLocation"), "uri", uri);
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(physical, "region"), "startLine",
                                line_of(frame));
        cJSON_ReplaceItemInObject(location, "physicalLocation", physical);
    }
    return location;
}

static cJSON *sarif_stack(const struct finding *f)
{
    cJSON *stack = cJSON_CreateObject(), *frames = cJSON_AddArrayToObject(stack, "frames");
    const cJSON *frame;
    cJSON_ArrayForEach(frame, f->stack)
    {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToObject(one, "location", sarif_location(frame));
        cJSON_AddItemToArray(frames, one);
    }
    return stack;
}

static cJSON *sarif_result(const struct finding *f)
{
    char text[512];
    cJSON *o = cJSON_CreateObject();
    snprintf(text, sizeof text, "%s%s%s (connection %s, %d in all)", f->rule->title,
             f->detail[0] != '\0' ? ": " : "", f->detail, f->conn->id, f->count);
    make_printable(text);
    cJSON_AddStringToObject(o, "ruleId", f->rule->id);
    cJSON_AddNumberToObject(o, "ruleIndex", (double)(f->rule - rules));
    cJSON_AddStringToObject(o, "level", level_name(f->level));
    cJSON_AddItemToObject(o, "message", message(text));
    cJSON *locations = cJSON_AddArrayToObject(o, "locations");
    if (cJSON_GetArraySize(f->stack) > 0) {
        cJSON_AddItemToArray(locations, sarif_place(f));
        cJSON_AddItemToArray(cJSON_AddArrayToObject(o, "stacks"), sarif_stack(f));
    }
    if (f->suppressed) {
        cJSON *s = cJSON_CreateObject();
        cJSON_AddStringToObject(s, "kind", "external");
        cJSON_AddItemToArray(cJSON_AddArrayToObject(o, "suppressions"), s);
    }
    return o;
}

static void add_notification(cJSON *list, const char *level, const char *text)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "level", level);
    cJSON_AddItemToObject(o, "message", message(text));
    cJSON_AddItemToArray(list, o);
}

/* An empty list of results would be a pass, and one of all rules. */
static void add_sarif_invocation(cJSON *run, const struct judge *j, const struct suppressions *s)
{
    char text[MOST_LEFT_OUT];
    const char *why = why_no_pass(j, s), *left_out = left_out_text(s, text, sizeof text);
    cJSON *o = cJSON_CreateObject(), *told = cJSON_CreateArray();
    cJSON_AddBoolToObject(o, "executionSuccessful", why == NULL);
    if (why != NULL) {
        add_notification(told, "error", why);
    }
    if (left_out != NULL) {
        add_notification(told, "note", left_out);
    }
    cJSON_AddItemToObject(o, "toolExecutionNotifications", told);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(run, "invocations"), o);
}

bool render_sarif(FILE *out, const struct judge *j, const struct suppressions *s)
{
    cJSON *root = cJSON_CreateObject(), *run = cJSON_CreateObject(), *driver, *results;
    cJSON_AddStringToObject(root, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    cJSON_AddStringToObject(root, "version", "2.1.0");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "runs"), run);
    driver = cJSON_AddObjectToObject(cJSON_AddObjectToObject(run, "tool"), "driver");
    cJSON_AddStringToObject(driver, "name", "endwell");
    cJSON_AddStringToObject(driver, "version", ENDWELL_VERSION);
    add_sarif_rules(driver);
    add_sarif_invocation(run, j, s);
    results = cJSON_AddArrayToObject(run, "results");
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        cJSON_AddItemToArray(results, sarif_result(f));
    }
    return write_json(out, root);
}

/* --- JUnit ------------------------------------------------------------------------------------ */

static void put_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc((unsigned char)*text < 0x20 ? ' ' : *text, out); break;
        }
    }
}

/* Why a rule has no verdict; NULL: it has one. */
static const char *why_skipped(const struct judge *j, const struct suppressions *s,
                               const struct rule *r)
{
    if (is_left_out(s, r)) {
        return "left out by --rules";
    }
    for (const struct unseen *u = j->unseen; u != NULL; u = u->next) {
        if (u->rule == r) {
            return u->why;
        }
    }
    return NULL;
}

static const struct finding *failure_of(const struct judge *j, const struct rule *r)
{
    const struct finding *f = j->findings;
    while (f != NULL && (f->rule != r || f->suppressed)) {
        f = f->next;
    }
    return f;
}

static void put_case(FILE *out, const struct judge *j, const struct suppressions *s,
                     const struct rule *r)
{
    const struct finding *f = failure_of(j, r);
    const char *why = why_skipped(j, s, r);
    fprintf(out, "  <testcase classname=\"endwell\" name=\"%s ", r->id);
    put_xml(out, r->title);
    fprintf(out, "\">\n");
    if (f != NULL) {
        fprintf(out, "    <failure type=\"%s\" message=\"", level_name(f->level));
        put_xml(out, r->title);
        fprintf(out, "\">connection ");
        put_xml(out, f->conn->id);
        fprintf(out, "; ");
        put_xml(out, f->detail);
        fprintf(out, "%s", f->detail[0] != '\0' ? ": " : "");
        put_xml(out, r->consequence);
        fprintf(out, "</failure>\n");
    } else if (why != NULL) {
        fprintf(out, "    <skipped message=\"%s", is_left_out(s, r) ? "" : "NOT-OBSERVABLE: ");
        put_xml(out, why);
        fprintf(out, "\"/>\n");
    }
    fprintf(out, "  </testcase>\n");
}

/* A case for each rule. */
void render_junit(FILE *out, const struct judge *j, const struct suppressions *s)
{
    int failures = 0, skipped = 0;
    for (size_t i = 0; i < rule_count; i++) {
        bool fails = failure_of(j, &rules[i]) != NULL;
        failures += fails;
        skipped += !fails && why_skipped(j, s, &rules[i]) != NULL;
    }
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    fprintf(out, "<testsuite name=\"endwell\" tests=\"%zu\" failures=\"%d\" skipped=\"%d\">\n",
            rule_count, failures, skipped);
    for (size_t i = 0; i < rule_count; i++) {
        put_case(out, j, s, &rules[i]);
    }
    fprintf(out, "</testsuite>\n");
}
