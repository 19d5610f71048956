/* Reads the tables of the page that the walk needs. */
#define _GNU_SOURCE
#include "rules.h"
#include "tables.h"
#include "whole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const known_head[] = {"id",          "clause",   "contract says", "OpenSSL does",
                                         "consequence", "versions", "shown by 3.0"};
static const char *const rules_head[] = {"is", "versions", "steps", "when", "field", "got", "want"};

static const char *const claims_head[] = {"is", "versions", "claim"};

enum { KNOWN_COLUMNS = 7, RULE_COLUMNS = 7, CLAIM_COLUMNS = 3 };

/* The divergences --------------------------------------------------------------------------- */

int page_find(const page *p, const char *id, size_t length)
{
    for (int i = 0; i < p->divergences; i++)
        if (strlen(p->divergence[i].id) == length && strncmp(p->divergence[i].id, id, length) == 0)
            return i;
    return -1;
}

static void read_known(page *p, const struct row *row)
{
    known d = {.at = row->at,
               .id = row->cell[0],
               .clauses = row->cell[1],
               .contract = row->cell[2],
               .does = row->cell[3],
               .consequence = row->cell[4],
               .versions = row->cell[5],
               .why = row->cell[6],
               .shown = same(row->cell[6], "yes")};
    if (!d.shown && (strncmp(d.why, "no: ", 4) != 0 || d.why[4] == '\0'))
        complain(&p->report, d.at, "%s: shown by 3.0 is `yes` or `no: reason`, not `%s`", d.id,
                 d.why);
    if (page_find(p, d.id, strlen(d.id)) >= 0)
        complain(&p->report, d.at, "%s stands in the table twice", d.id);
    if (!releases_read(d.versions, &d.in))
        complain(&p->report, d.at,
                 "%s: versions begin with `all`, `3.0`, `3.0 to 3.1`, `up to 3.1` or `3.2 and "
                 "later`, not `%s`",
                 d.id, d.versions);
    if (p->divergences == MOST_DIVERGENCES)
        complain(&p->report, d.at, "more than %d divergences", MOST_DIVERGENCES);
    else
        p->divergence[p->divergences++] = d;
}

/* The rules --------------------------------------------------------------------------------- */

static void read_steps(page *p, rule *r, const char *text)
{
    const char *part;
    size_t length;
    char pattern[64];
    while (next_part(&text, ',', &part, &length)) {
        bool any = length == 1 && part[0] == '-';
        snprintf(pattern, sizeof pattern, "%.*s", (int)length, any ? "*" : part);
        uint64_t found = steps_matching(pattern, false);
        if (found == 0)
            complain(&p->report, r->at,
                     "no call is named `%s`; `endwell-explore --steps` lists them", pattern);
        r->steps |= found;
    }
}

static void read_after(page *p, rule *r, const char *text, size_t length)
{
    char list[128];
    const char *at = list, *part;
    snprintf(list, sizeof list, "%.*s", (int)length, text);
    while (next_part(&at, '/', &part, &length)) {
        int d = page_find(p, part, length);
        if (d < 0)
            complain(&p->report, r->at, "there is no %.*s in the table of divergences", (int)length,
                     part);
        else
            r->after |= (uint64_t)1 << d;
    }
}

static void read_condition(page *p, rule *r, const char *text, size_t length)
{
    char list[128];
    size_t name = strcspn(text, " ,");
    fact f = fact_find(text, name);
    const char *at = list, *part;
    if (name == 5 && strncmp(text, "after", 5) == 0) {
        read_after(p, r, text + name, length - name);
        return;
    }
    if (f == FACTS || name >= length || r->conditions == MOST_CONDITIONS) {
        complain(&p->report, r->at,
                 "`%.*s` is no condition, or one too many; `endwell-explore --facts` lists them",
                 (int)length, text);
        return;
    }
    snprintf(list, sizeof list, "%.*s", (int)(length - name), text + name);
    r->when[r->conditions].fact = f;
    while (next_part(&at, '/', &part, &length)) {
        int value = fact_value(f, part, length);
        if (value < 0)
            complain(&p->report, r->at,
                     "%s is never `%.*s`; `endwell-explore --facts` lists "
                     "what it can be",
                     fact_name(f), (int)length, part);
        else
            r->when[r->conditions].values |= (uint32_t)1 << value;
    }
    r->conditions++;
}

static void read_conditions(page *p, rule *r, const char *text)
{
    const char *part;
    size_t length;
    while (!same(text, "-") && next_part(&text, ',', &part, &length))
        read_condition(p, r, part, length);
}

static bool read_value(field f, const char *text, size_t length, int32_t *value)
{
    static const char *const errors[] = {"NONE",        "WANT_READ", "WANT_WRITE",
                                         "ZERO_RETURN", "SYSCALL",   "SSL"};
    static const char *const sessions[] = {"dropped", "kept"};
    char *end;
    records sent;
    if (f == SENT) {
        bool good = records_parse(text, length, &sent);
        *value = (int32_t)sent;
        return good;
    }
    const char *const *names = f == ERROR ? errors : sessions;
    int count = f == ERROR ? 6 : f == SESSION ? 2 : 0;
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0) {
            *value = i;
            return true;
        }
    *value = (int32_t)strtol(text, &end, 10);
    return count == 0 && end == text + length;
}

static int read_values(page *p, const rule *r, const char *text, int32_t *values)
{
    const char *part;
    size_t length;
    int count = 0;
    while (!same(text, "-") && next_part(&text, ',', &part, &length)) {
        if (count == MOST_VALUES_NAMED || !read_value(r->field, part, length, &values[count]))
            complain(&p->report, r->at, "`%.*s` is no %s, or one too many", (int)length, part,
                     field_name(r->field));
        else
            count++;
    }
    return count;
}

static void read_rule(page *p, const struct row *row)
{
    rule r = {.at = row->at,
              .is = same(row->cell[0], "the cause")
                        ? THE_CAUSE
                        : page_find(p, row->cell[0], strlen(row->cell[0])),
              .in = {{{0, LAST_RELEASE}}, 1}};
    while (r.field < FIELDS && !same(field_name(r.field), row->cell[4]))
        r.field++;
    if (r.is == -1 || r.field == FIELDS) {
        complain(&p->report, r.at, "there is no %s %s", r.is == -1 ? "divergence" : "field",
                 row->cell[r.is == -1 ? 0 : 4]);
        return;
    }
    if (r.is >= 0)
        r.in = p->divergence[r.is].in;
    if (!same(row->cell[1], "-") && !releases_read(row->cell[1], &r.in))
        complain(&p->report, r.at, "`%s` names no releases", row->cell[1]);
    read_steps(p, &r, row->cell[2]);
    read_conditions(p, &r, row->cell[3]);
    r.gots = read_values(p, &r, row->cell[5], r.got);
    r.wants = read_values(p, &r, row->cell[6], r.want);
    if (p->rules == MOST_RULES)
        complain(&p->report, r.at, "more than %d rules", MOST_RULES);
    else
        p->rule[p->rules++] = r;
}

/* The claims -------------------------------------------------------------------------------- */

static void read_claim(page *p, const struct row *row)
{
    claim *c = &p->claim[p->claims];
    *c = (claim){.at = row->at, .is = page_find(p, row->cell[0], strlen(row->cell[0]))};
    if (c->is < 0) {
        complain(&p->report, c->at, "there is no divergence %s", row->cell[0]);
        return;
    }
    c->in = p->divergence[c->is].in;
    if (!same(row->cell[1], "-") && !releases_read(row->cell[1], &c->in))
        complain(&p->report, c->at, "`%s` names no releases", row->cell[1]);
    const char *bad = claim_read(c, &p->arena, row->cell[2]);
    if (bad)
        complain(&p->report, c->at,
                 "`%s` is neither a step with its results nor a result; `endwell-explore --steps` "
                 "lists the steps",
                 bad);
    p->claims++;
}

/* A divergence that is shown says what a program of it has to show. */
static void demand_claims(page *p)
{
    for (int d = 0; d < p->divergences; d++) {
        bool claimed = !p->divergence[d].shown;
        for (int i = 0; i < p->claims; i++)
            claimed = claimed || p->claim[i].is == d;
        if (!claimed)
            complain(&p->report, p->divergence[d].at,
                     "%s is shown, and no claim says what a program of it has to show; add one to "
                     "\"What a program has to show\"",
                     p->divergence[d].id);
    }
}

static void read_claims(page *p, const struct grid *g)
{
    p->claim = take(&p->arena, MOST_CLAIMS * sizeof *p->claim);
    for (size_t i = 0; g && i < g->rows; i++)
        if (p->claims == MOST_CLAIMS)
            complain(&p->report, g->row[i].at, "more than %d claims", MOST_CLAIMS);
        else
            read_claim(p, &g->row[i]);
    demand_claims(p);
}

static const char *read_bytes(page *p, const char *file, size_t *length)
{
    char *bytes = read_whole(file, length);
    if (!bytes) {
        fprintf(stderr,
                "%s: %s cannot be read; run it in the folder of the tree, or say --page FILE\n",
                program_invocation_short_name, file);
        exit(EXIT_CANNOT_RUN);
    }
    const char *kept = take_text(&p->arena, bytes, *length);
    free(bytes);
    return kept;
}

const char *page_open(page *p, struct pages *pages, const char *file, size_t *length)
{
    p->report.stream = stderr;
    *pages = (struct pages){.arena = &p->arena, .report = &p->report};
    const char *bytes = read_bytes(p, file, length);
    read_page(pages, file, bytes, *length);
    const struct grid *g = find_table(pages, file, known_head, KNOWN_COLUMNS);
    p->divergence = take(&p->arena, MOST_DIVERGENCES * sizeof *p->divergence);
    for (size_t i = 0; g && i < g->rows; i++)
        read_known(p, &g->row[i]);
    return bytes;
}

bool page_read(page *p, const char *file)
{
    size_t length;
    struct pages pages;
    page_open(p, &pages, file, &length);
    const struct grid *g = find_table(&pages, file, rules_head, RULE_COLUMNS);
    p->rule = take(&p->arena, MOST_RULES * sizeof *p->rule);
    for (size_t i = 0; g && i < g->rows; i++)
        read_rule(p, &g->row[i]);
    read_claims(p, find_table(&pages, file, claims_head, CLAIM_COLUMNS));
    return p->report.errors == 0;
}

void page_free(page *p)
{
    free_arena(&p->arena);
}
