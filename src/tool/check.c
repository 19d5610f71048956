/* endwell check, and what it shares with run. */
#include "commands.h"

#include "capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int cannot(const char *message)
{
    fprintf(stderr, "endwell: %s\n", message);
    return CANNOT_RUN;
}

static bool render(FILE *out, int form, const struct judge *j, const struct suppressions *s)
{
    switch (form) {
    case FORM_JSON: return render_json(out, j, s);
    case FORM_SARIF: return render_sarif(out, j, s);
    case FORM_JUNIT: render_junit(out, j, s); return true;
    case FORM_HTML: render_html(out, j, s); return true;
    default: return render_machines(out, j, s);
    }
}

/* A browser shows half a page as if it were all: what could not be written is taken back. */
bool write_form(const char *path, int form, const struct judge *j, const struct suppressions *s)
{
    FILE *out = fopen(path, "w");
    bool is_there = out != NULL, good = is_there && render(out, form, j, s) && !ferror(out);
    good = is_there && fclose(out) == 0 && good;
    if (!good) {
        fprintf(stderr, "endwell: %s: %s\n", path, strerror(errno));
    }
    if (!good && is_there && truncate(path, 0) != 0) {
        /* a pipe or a device, which nobody takes for a page */
    }
    return good;
}

static int put_out(const struct options *o, const struct suppressions *s, struct judge *j,
                   FILE *out)
{
    bool good = true;
    if (o->text) {
        render_text(out, j, s);
    }
    if (o->generate) {
        print_suppressions(out, j);
    }
    for (int form = 0; form < FORMS; form++) {
        good = (o->file[form] == NULL || write_form(o->file[form], form, j, s)) && good;
    }
    if (!good) {
        return CANNOT_RUN;
    }
    return is_finding(j) ? FINDING : PASS;
}

bool has_suppressions(const struct options *o, struct suppressions *s)
{
    char error[400];
    s->first = NULL;
    s->left_out = all_but(o->chosen);
    if (o->suppressions != NULL && !read_suppressions(s, o->suppressions, error, sizeof error)) {
        free_suppressions(s);
        cannot(error);
        return false;
    }
    return true;
}

/* What was read, as lines: a device's dump becomes a trace. */
static bool keep_trace(const struct trace *t, const char *path)
{
    FILE *out = fopen(path, "w");
    bool good = out != NULL;
    for (const struct event *e = t->first; good && e != NULL; e = e->next) {
        char *line = cJSON_PrintUnformatted(e->json);
        good = line != NULL && fprintf(out, "%s\n", line) > 0;
        free(line);
    }
    good = out != NULL && fclose(out) == 0 && good;
    if (!good) {
        fprintf(stderr, "endwell: %s: %s\n", path, strerror(errno));
    }
    return good;
}

static int judge_read(const struct options *o, const struct suppressions *s, const struct trace *t,
                      FILE *out)
{
    struct judge j;
    judge_trace(&j, t);
    suppress(s, &j);
    int status = put_out(o, s, &j, out);
    const char *why = why_no_pass(&j, s);
    if (status == PASS && why != NULL) {
        status = o->text ? CANNOT_RUN : cannot(why);
    }
    forget_sources();
    free_judge(&j);
    return status;
}

int judge_file(const struct options *o, const struct suppressions *s, const char *path, FILE *out)
{
    struct trace t;
    int status = read_trace(&t, path) ? judge_read(o, s, &t, out) : cannot(t.error);
    free_trace(&t);
    return status;
}

/* A trace, a device's dump or a capture. */
static int check_file(const struct options *o, const struct suppressions *s)
{
    struct trace t;
    int status;
    bool good = o->capture != NULL ? read_capture(&t, o->capture, o->key_log)
                                   : read_trace(&t, o->argument[0]);
    if (!good) {
        status = cannot(t.error);
    } else if (o->trace != NULL && !keep_trace(&t, o->trace)) {
        status = CANNOT_RUN;
    } else {
        status = judge_read(o, s, &t, stdout);
    }
    free_trace(&t);
    return status;
}

int check_trace(const struct options *o)
{
    if (o->capture != NULL ? o->arguments != 0 : o->arguments != 1) {
        return cannot("check takes one trace, one dump or one --pcap FILE");
    }
    if (o->key_log != NULL && o->capture == NULL) {
        return cannot("--keylog is for --pcap");
    }
    struct suppressions s;
    if (!has_suppressions(o, &s)) {
        return CANNOT_RUN;
    }
    int status = check_file(o, &s);
    free_suppressions(&s);
    return status == FINDING && o->error_exit != 0 ? o->error_exit : status;
}
