/* The same report as one page of HTML: it loads nothing, and needs no script. */
#include "markup.h"
#include "render.h"

#include <string.h>

static void put_count(FILE *out, const char *what, int count)
{
    fprintf(out, "<tr><th scope=\"row\">%s</th><td>%d</td></tr>\n", what, count);
}

/* --- A finding -------------------------------------------------------------------------------- */

static void put_stack(FILE *out, const struct finding *f)
{
    char text[MOST_FRAME_TEXT];
    int n = 0;
    const cJSON *frame;
    const char *head = f->event->conn != NULL
                           ? "<h4>Where, innermost call first</h4>\n<ol>\n"
                           : "<h4>Where its last call was, innermost first</h4>\n<ol>\n";
    ask_sources(f->stack);
    cJSON_ArrayForEach(frame, f->stack)
    {
        const char *shown = n < MOST_FRAMES_SHOWN ? shown_frame(frame, text, sizeof text) : NULL;
        if (shown != NULL) {
            fputs(n++ == 0 ? head : "", out);
            put_element(out, "li", shown);
        }
    }
    fputs(n > 0 ? "</ol>\n" : "", out);
}

static void put_call(FILE *out, const struct event *e, bool is_found)
{
    char text[MOST_CALL_TEXT];
    if (e->reads + e->writes + e->waits > 0) {
        fprintf(out, "<li>... %d reads, %d writes, %d waits</li>\n", e->reads, e->writes, e->waits);
    }
    call_text(e, text, sizeof text);
    fputs(is_found ? "<li><strong>" : "<li>", out);
    put_text(out, text);
    fputs(is_found ? "</strong> (reported here)</li>\n" : "</li>\n", out);
}

static void put_history(FILE *out, const struct finding *f)
{
    size_t first = first_shown(f);
    fputs("<h4>This connection until then</h4>\n<ul>\n", out);
    if (first > 0) {
        fprintf(out, "<li>... %zu %s before</li>\n", first,
                f->event->kind == EVENT_WIRE ? "events" : "calls");
    }
    for (size_t i = first; i <= f->at; i++) {
        put_call(out, f->conn->history[i], f->conn->history[i] == f->event);
    }
    if (f->event->conn == NULL) {
        put_element(out, "li", outside_text(f->event));
    }
    fputs("</ul>\n", out);
}

static void put_clauses(FILE *out, const struct finding *f)
{
    const struct entry *d = f->divergence != NULL ? find_entry(f->divergence) : NULL;
    fputs("<h4>Clauses</h4>\n<dl>\n", out);
    for (int i = 0; f->rule->clause[i] != NULL; i++) {
        put_pair(out, f->rule->clause[i], find_entry(f->rule->clause[i])->meaning);
    }
    if (d != NULL) {
        fprintf(out, "<dt>%s</dt><dd>libssl itself differs from the contract here: ", d->id);
        put_text(out, d->more);
        fputs("</dd>\n", out);
    }
    fputs("</dl>\n", out);
}

static void put_connection(FILE *out, const struct finding *f)
{
    fputs("<p>Connection ", out);
    put_text(out, f->conn->id);
    fprintf(out, ", %s", protocol_name(f->conn));
    if (f->event->kind != EVENT_WIRE) {
        fprintf(out, ", process %d", f->event->pid);
    }
    if (f->count > 1) {
        fprintf(out, "; %d connections in all at the same place", f->count);
    }
    fputs("</p>\n", out);
}

static void put_advice(FILE *out, const struct finding *f)
{
    fputs("<h4>What it costs, and what to do</h4>\n<dl>\n", out);
    put_pair(out, "consequence", f->rule->consequence);
    put_pair(out, "fix", f->rule->fix);
    if (names_in_gnutls(f) != NULL) {
        put_pair(out, "of GnuTLS", names_in_gnutls(f));
    }
    put_pair(out, "confidence", confidence(f));
    fputs("</dl>\n", out);
}

static void put_finding(FILE *out, const struct finding *f, const struct suppressions *s,
                        int number)
{
    fprintf(out, "<section class=\"finding %s\" id=\"f%d\">\n<h3>%s %s: ", level_name(f->level),
            number, f->rule->id, level_name(f->level));
    put_text(out, f->rule->title);
    fputs("</h3>\n", out);
    put_connection(out, f);
    int at = 0;
    if (f->suppressed) {
        const char *line = suppressed_by(s, f, &at);
        fprintf(out, "<p>Suppressed by line %d: ", at);
        put_text(out, line);
        fputs("</p>\n", out);
    }
    if (f->detail[0] != '\0') {
        fputs("<p>Seen: ", out);
        put_text(out, f->detail);
        fputs("</p>\n", out);
    }
    put_stack(out, f);
    put_history(out, f);
    put_clauses(out, f);
    put_advice(out, f);
    fputs("</section>\n", out);
}

/* --- The page --------------------------------------------------------------------------------- */

static void put_summary(FILE *out, const struct judge *j, const struct suppressions *s,
                        int suppressed)
{
    char text[MOST_LEFT_OUT];
    fprintf(out, "<h2>Summary</h2>\n<p id=\"verdict\">Verdict: <strong>%s</strong>", verdict(j, s));
    if (why_no_pass(j, s) != NULL) {
        fputs("; ", out);
        put_text(out, why_no_pass(j, s));
    }
    fputs("</p>\n", out);
    if (left_out_text(s, text, sizeof text) != NULL) {
        put_element(out, "p", text);
    }
    fputs("<table>\n<caption>What was judged and found</caption>\n", out);
    put_count(out, "errors", count_findings(j, LEVEL_ERROR));
    put_count(out, "warnings", count_findings(j, LEVEL_WARNING));
    put_count(out, "notes", count_findings(j, LEVEL_NOTE));
    put_count(out, "suppressed", suppressed);
    if (j->wire) {
        put_count(out, "ends of connections", j->connections);
    } else {
        put_count(out, "processes", j->processes);
        put_count(out, "connections", j->connections);
    }
    put_count(out, "of them established", j->judged);
    if (j->wire) {
        put_count(out, "not judged", j->hidden);
    }
    put_count(
        out, j->wire ? "packets that the capture ends within" : "lines of the trace that were lost",
        j->lost);
    fputs("</table>\n", out);
}

static void put_index(FILE *out, const struct judge *j)
{
    int number = 0;
    fputs(
        "<table>\n<caption>All findings</caption>\n<thead><tr><th scope=\"col\">rule</th>"
        "<th scope=\"col\">level</th><th scope=\"col\">what</th><th scope=\"col\">connections</th>"
        "</tr></thead>\n<tbody>\n",
        out);
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        fprintf(out, "<tr><td><a href=\"#f%d\">%s</a></td><td>%s%s</td><td>", ++number, f->rule->id,
                level_name(f->level), f->suppressed ? ", suppressed" : "");
        put_text(out, f->rule->title);
        fprintf(out, "</td><td>%d</td></tr>\n", f->count);
    }
    fputs("</tbody>\n</table>\n", out);
}

static void put_unseen(FILE *out, const struct judge *j)
{
    fputs(
        "<h2>NOT-OBSERVABLE</h2>\n<p>What could not be judged is no pass.</p>\n<table>\n"
        "<caption>Rules that could not be judged</caption>\n<thead><tr><th scope=\"col\">rule</th>"
        "<th scope=\"col\">connections</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n",
        out);
    for (const struct unseen *u = j->unseen; u != NULL; u = u->next) {
        fprintf(out, "<tr><th scope=\"row\">%s</th><td>%d</td><td>", u->rule->id, u->count);
        put_text(out, u->why);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody>\n</table>\n", out);
}

void put_report(FILE *out, const struct judge *j, const struct suppressions *s)
{
    int suppressed = 0, number = 0;
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        suppressed += f->suppressed;
    }
    put_summary(out, j, s, suppressed);
    fputs("<h2>Findings</h2>\n", out);
    if (j->findings != NULL) {
        put_index(out, j);
    } else {
        fputs("<p>None.</p>\n", out);
    }
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        put_finding(out, f, s, ++number);
    }
    forget_sources();
    if (j->unseen != NULL) {
        put_unseen(out, j);
    }
}

void render_html(FILE *out, const struct judge *j, const struct suppressions *s)
{
    put_page_head(out, "", "");
    put_report(out, j, s);
    put_page_end(out);
}
