/* The report that people read. */
#include "render.h"

#include <string.h>

enum { WIDTH = 100 };

static const char mark[] = "==endwell==";

/* Folded at WIDTH, each line behind the mark. */
static void paragraph(FILE *out, const char *head, const char *text)
{
    int column = fprintf(out, "%s   %s", mark, head);
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column + 1 + (int)word > WIDTH) {
            column = fprintf(out, "\n%s     ", mark) - 1;
        }
        column += fprintf(out, " %.*s", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    fprintf(out, "\n");
}

static void put_stack(FILE *out, const struct finding *f)
{
    char text[MOST_FRAME_TEXT];
    int n = 0;
    const cJSON *frame;
    if (f->event->conn == NULL && f->stack != NULL) {
        fprintf(out, "%s    its last call was\n", mark);
    }
    ask_sources(f->stack);
    cJSON_ArrayForEach(frame, f->stack)
    {
        const char *shown = n < MOST_FRAMES_SHOWN ? shown_frame(frame, text, sizeof text) : NULL;
        if (shown != NULL) {
            fprintf(out, "%s      %s %s\n", mark, n++ == 0 ? "at" : "by", shown);
        }
    }
}

static void put_skipped(FILE *out, const struct event *e)
{
    if (e->reads + e->writes + e->waits > 0) {
        fprintf(out, "%s        ... %d reads, %d writes, %d waits\n", mark, e->reads, e->writes,
                e->waits);
    }
}

static void put_history(FILE *out, const struct finding *f)
{
    char text[MOST_CALL_TEXT];
    size_t first = first_shown(f);
    fprintf(out, "%s    this connection until then:\n", mark);
    if (first > 0) {
        fprintf(out, "%s        ... %zu %s before\n", mark, first,
                f->event->kind == EVENT_WIRE ? "events" : "calls");
    }
    for (size_t i = first; i <= f->at; i++) {
        const struct event *e = f->conn->history[i];
        put_skipped(out, e);
        call_text(e, text, sizeof text);
        fprintf(out, "%s      %s %s\n", mark, e == f->event ? ">" : " ", text);
    }
    if (f->event->conn == NULL) {
        fprintf(out, "%s      > %s\n", mark, outside_text(f->event));
    }
}

static void put_clauses(FILE *out, const struct finding *f)
{
    char head[16];
    for (int i = 0; f->rule->clause[i] != NULL; i++) {
        const struct entry *clause = find_entry(f->rule->clause[i]);
        snprintf(head, sizeof head, " %s:", f->rule->clause[i]);
        paragraph(out, head, clause->meaning);
    }
    const struct entry *d = f->divergence != NULL ? find_entry(f->divergence) : NULL;
    if (d != NULL) {
        snprintf(head, sizeof head, " %s:", d->id);
        paragraph(out, head, "libssl itself differs from the contract here:");
        paragraph(out, "      ", d->more);
    }
}

static void put_finding(FILE *out, const struct finding *f)
{
    fprintf(out, "%s %s %s: %s\n", mark, f->rule->id, level_name(f->level), f->rule->title);
    char process[32] = "";
    if (f->event->kind != EVENT_WIRE) {
        snprintf(process, sizeof process, ", process %d", f->event->pid);
    }
    fprintf(out, "%s    connection %s, %s%s%s\n", mark, f->conn->id, protocol_name(f->conn),
            process, f->count > 1 ? ", and more of them at the same place:" : "");
    if (f->count > 1) {
        fprintf(out, "%s    %d connections in all\n", mark, f->count);
    }
    put_stack(out, f);
    if (f->detail[0] != '\0') {
        paragraph(out, " seen:", f->detail);
    }
    put_history(out, f);
    put_clauses(out, f);
    paragraph(out, " consequence:", f->rule->consequence);
    paragraph(out, " fix:", f->rule->fix);
    if (names_in_gnutls(f) != NULL) {
        paragraph(out, " of GnuTLS:", names_in_gnutls(f));
    }
    paragraph(out, " confidence:", confidence(f));
    fprintf(out, "%s\n", mark);
}

static bool same_reason(const struct unseen *a, const struct unseen *b)
{
    return a->count == b->count && strcmp(a->why, b->why) == 0;
}

/* A line for each reason, with the rules that it holds for. */
static void put_unseen(FILE *out, const struct judge *j)
{
    for (const struct unseen *u = j->unseen; u != NULL; u = u->next) {
        const struct unseen *first = j->unseen;
        while (!same_reason(first, u)) {
            first = first->next;
        }
        if (first != u) {
            continue;
        }
        fprintf(out, "%s NOT-OBSERVABLE %s", mark, u->rule->id);
        for (const struct unseen *other = u->next; other != NULL; other = other->next) {
            if (same_reason(other, u)) {
                fprintf(out, " %s", other->rule->id);
            }
        }
        fprintf(out, " on %d connections: %s\n", u->count, u->why);
    }
}

/* What was looked at, and what for. */
static void put_summary(FILE *out, const struct judge *j, const struct suppressions *s,
                        int suppressed)
{
    char text[MOST_LEFT_OUT];
    if (j->wire) {
        fprintf(out, "%s %d ends of connections, %d of them established, %d not judged\n", mark,
                j->connections, j->judged, j->hidden);
    } else {
        fprintf(out, "%s %d processes, %d connections, %d of them established\n", mark,
                j->processes, j->connections, j->judged);
    }
    fprintf(out, "%s %d errors, %d warnings, %d notes; %d suppressed\n", mark,
            count_findings(j, LEVEL_ERROR), count_findings(j, LEVEL_WARNING),
            count_findings(j, LEVEL_NOTE), suppressed);
    if (j->lost > 0) {
        fprintf(out, "%s %s: what is not reported may still be there\n", mark,
                j->wire ? "the capture ends within a packet" : "lines of the trace were lost");
    }
    if (left_out_text(s, text, sizeof text) != NULL) {
        fprintf(out, "%s %s\n", mark, text);
    }
}

void render_text(FILE *out, const struct judge *j, const struct suppressions *s)
{
    int suppressed = 0;
    if (why_no_pass(j, s) != NULL) {
        fprintf(out, "%s %s\n", mark, why_no_pass(j, s));
    }
    if (j->connections == 0) {
        return; /* every rule for this one reason, and counts of nothing */
    }
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        suppressed += f->suppressed;
        if (!f->suppressed) {
            put_finding(out, f);
        }
    }
    forget_sources();
    put_unseen(out, j);
    put_summary(out, j, s, suppressed);
}
