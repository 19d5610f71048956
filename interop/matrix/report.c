#define _GNU_SOURCE
#include "report.h"
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 27, MOST_COLUMNS = 96 };

size_t results_failed(const results *r)
{
    size_t failed = 0;
    for (size_t i = 0; i < r->count; i++)
        failed += !job_passed(&r->jobs[i]);
    return failed;
}

int results_absent(const results *r)
{
    int n = 0;
    for (int i = 0; i < ABSENCES && r->absent[i].reason; i++)
        n += r->absent[i].count;
    return n;
}

/* The matrix -------------------------------------------------------------------------------- */

/* Columns are the variants that occur, in the order in which they do. */
typedef struct {
    variant of[MOST_COLUMNS];
    int count, width; /* few columns are wide enough for their names */
} columns;

static int same(const variant *a, const variant *b)
{
    return a->engine == b->engine && a->tls13 == b->tls13 && a->server == b->server &&
           a->mode == b->mode;
}

/* Engine, version, role, mode: how the columns are ordered. */
static int rank(const variant *v)
{
    int engine = 0;
    while (matrix_engines[engine] != v->engine)
        engine++;
    return engine * 16 + v->tls13 * 8 + v->server * 4 + (int)v->mode;
}

static void add_column(columns *c, const variant *v)
{
    int at = c->count;
    for (int i = 0; i < c->count; i++)
        if (same(&c->of[i], v))
            return;
    while (at > 0 && rank(&c->of[at - 1]) > rank(v)) {
        c->of[at] = c->of[at - 1];
        at--;
    }
    c->of[at] = *v;
    c->count++;
}

/* Prints a name over the columns that share it, once. */
static void heading(const columns *c, const char *(*name)(const variant *), int depth)
{
    printf("%-*s", NAME_WIDTH, "");
    for (int i = 0, run; i < c->count; i += run) {
        for (run = 1; i + run < c->count; run++)
            if (rank(&c->of[i]) >> depth != rank(&c->of[i + run]) >> depth)
                break;
        printf(" %-*.*s", run * c->width - 1, run * c->width - 1, name(&c->of[i]));
    }
    printf("\n");
}

static const char *engine_name(const variant *v)
{
    static char text[32];
    snprintf(text, sizeof text, "%s %s", v->engine->name, v->tls13 ? "1.3" : "1.2");
    return text;
}

static const char *role_name(const variant *v)
{
    return v->server ? "server" : "client";
}

static const char *short_mode(const variant *v)
{
    static const char *const names[MODES] = {"blck", "nonb", "mem"};
    return names[v->mode];
}

static const char *verdict(const results *r, const scenario *s, const variant *v)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->jobs[i].scenario == s && same(&r->jobs[i].variant, v))
            return job_passed(&r->jobs[i])                     ? "ok"
                   : r->jobs[i].variant.engine == &side_libssl ? "diff"
                                                               : "FAIL";
    return "-";
}

void report_matrix(const results *r)
{
    columns c = {.count = 0};
    const scenario *last = NULL;
    for (size_t i = 0; i < r->count; i++)
        add_column(&c, &r->jobs[i].variant);
    c.width = c.count < 6 ? 12 : 5;
    heading(&c, engine_name, 3);
    heading(&c, role_name, 2);
    heading(&c, short_mode, 0);
    for (size_t i = 0; i < r->count; i++) {
        if (r->jobs[i].scenario == last)
            continue;
        last = r->jobs[i].scenario;
        printf("%-*s", NAME_WIDTH, last->name);
        for (int k = 0; k < c.count; k++)
            printf(" %-*s", c.width - 1, verdict(r, last, &c.of[k]));
        printf("\n");
    }
    for (int i = 0; i < ABSENCES && r->absent[i].reason; i++)
        printf("%s%d not applicable: %s\n", i == 0 ? "\n" : "", r->absent[i].count,
               r->absent[i].reason);
}

/* Cells one by one -------------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(object, key);
    return cJSON_IsString(item) ? item->valuestring : "?";
}

static void report_failure(const results *r, const job *j)
{
    const cJSON *d;
    const variant *v = &j->variant;
    printf("\n%s (%s) failed; alone:\n  %s --scenario %s --engine %s --version %s --role %s "
           "--mode %s --verbose%s\n",
           j->scenario->name, j->scenario->title, r->command, j->scenario->name, v->engine->name,
           v->tls13 ? "1.3" : "1.2", role_name(v), mode_name(v->mode),
           r->self_test ? " --self-test" : "");
    cJSON_ArrayForEach(d, cJSON_GetObjectItem(j->record, "differences"))
        printf("  %s: %s is %s, not %s (%s)\n", text_of(d, "label"), text_of(d, "field"),
               text_of(d, "got"), text_of(d, "want"), text_of(d, "clauses"));
}

void report_failures(const results *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!job_passed(&r->jobs[i]))
            report_failure(r, &r->jobs[i]);
}

void report_transcript(const job *j)
{
    const variant *v = &j->variant;
    const cJSON *entry;
    printf("%s: %s, %s, TLS %s, we are %s, %s\n", j->scenario->name, j->scenario->title,
           v->engine->name, v->tls13 ? "1.3" : "1.2", role_name(v), mode_name(v->mode));
    cJSON_ArrayForEach(entry, cJSON_GetObjectItem(j->record, "observed"))
    {
        char *text = cJSON_PrintUnformatted(entry);
        printf("  %s\n", text);
        cJSON_free(text);
    }
}

/* Self-test --------------------------------------------------------------------------------- */

/* The difference that the scenario was written for is among those found. */
static int failed_as_named(const job *j)
{
    char at[160];
    const cJSON *d;
    if (strcmp(j->scenario->title, LATE_ONCE) == 0)
        return j->base.again && j->base.verdict == FRAME_PASSED;
    cJSON_ArrayForEach(d, cJSON_GetObjectItem(j->record, "differences"))
    {
        snprintf(at, sizeof at, "%s: %s is %s", text_of(d, "label"), text_of(d, "field"),
                 text_of(d, "got"));
        if (strcmp(at, j->scenario->title) == 0)
            return 1;
    }
    return 0;
}

int report_self_test(const results *r)
{
    size_t good = 0;
    for (size_t i = 0; i < r->count; i++) {
        const job *j = &r->jobs[i];
        if (failed_as_named(j)) {
            good++;
            continue;
        }
        printf("%s should have failed with: %s\n", j->scenario->name, j->scenario->title);
        report_failure(r, j);
    }
    printf("%zu passed, %zu failed\n", good, r->count - good);
    return good == r->count ? 0 : 1;
}
