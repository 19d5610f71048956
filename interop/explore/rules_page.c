/* Reads the two tables of the page. */
#include "tables.h"
#include "rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const char *const known_head[] = {"id",          "clause",   "contract says", "OpenSSL does",
                                         "consequence", "versions", "shown by 3.0"};
static const char *const rules_head[] = {"is", "versions", "steps", "when", "field", "got", "want"};

enum { KNOWN_COLUMNS = 7, RULE_COLUMNS = 7, LAST_RELEASE = 999999 };

/* What stands between separators, without blanks around it. false: nothing is left. */
static bool next_part(const char **text, char separator, const char **part, size_t *length)
{
    const char *at = *text + strspn(*text, " "), *end = strchr(at, separator);
    if (*at == '\0')
        return false;
    if (!end)
        end = at + strlen(at);
    *text = *end ? end + 1 : end;
    while (end > at && end[-1] == ' ')
        end--;
    *part = at;
    *length = (size_t)(end - at);
    return true;
}

/* Releases ---------------------------------------------------------------------------------- */

/* "3.0" is all of 3.0, "1.1.1" all of its letters. */
static bool read_release(const char **text, releases *r)
{
    unsigned major, minor, fix = 0;
    int used = 0, longer = 0;
    if (sscanf(*text, "%2u.%2u%n", &major, &minor, &used) != 2)
        return false;
    bool whole = sscanf(*text, "%*2u.%*2u.%2u%n", &fix, &longer) == 1 && longer > used;
    *text += whole ? longer : used;
    r->from = (int)(major * 10000 + minor * 100 + (whole ? fix : 0));
    r->to = whole ? r->from : r->from + 99;
    return true;
}

/* all | A | A to B | up to B | A and later; what follows a comma or a semicolon is for readers. */
static bool read_releases(const char *text, releases *r)
{
    releases last;
    *r = (releases){0, LAST_RELEASE};
    if (strncmp(text, "up to ", 6) == 0) {
        text += 6;
        if (!read_release(&text, &last))
            return false;
        r->to = last.to;
    } else if (strncmp(text, "all", 3) == 0) {
        text += 3;
    } else if (!read_release(&text, r)) {
        return false;
    } else if (strncmp(text, " and later", 10) == 0) {
        text += 10;
        r->to = LAST_RELEASE;
    } else if (strncmp(text, " to ", 4) == 0) {
        text += 4;
        if (!read_release(&text, &last))
            return false;
        r->to = last.to;
    }
    return *text == '\0' || *text == ',' || *text == ';';
}

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
               .shown = same(row->cell[6], "yes")};
    if (!read_releases(d.versions, &d.in))
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
    for (; next_part(&text, ',', &part, &length);) {
        uint64_t found = 0;
        snprintf(pattern, sizeof pattern, "%.*s", (int)length, same(part, "-") ? "*" : part);
        if (part[0] == '-' && length == 1)
            snprintf(pattern, sizeof pattern, "*");
        for (int s = 0; s < STEPS; s++)
            if (step_is_call((step)s) && fnmatch(pattern, step_name((step)s), 0) == 0)
                found |= (uint64_t)1 << s;
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
              .in = {0, LAST_RELEASE}};
    while (r.field < FIELDS && !same(field_name(r.field), row->cell[4]))
        r.field++;
    if (r.is == -1 || r.field == FIELDS) {
        complain(&p->report, r.at, "there is no %s %s", r.is == -1 ? "divergence" : "field",
                 row->cell[r.is == -1 ? 0 : 4]);
        return;
    }
    if (r.is >= 0)
        r.in = p->divergence[r.is].in;
    if (!same(row->cell[1], "-") && !read_releases(row->cell[1], &r.in))
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

static void cannot_read(const char *file)
{
    fprintf(stderr,
            "endwell-explore: %s cannot be read; run it in the folder of the tree, or say "
            "--page FILE\n",
            file);
    exit(EXIT_CANNOT_RUN);
}

static char *read_bytes(page *p, const char *file, size_t *length)
{
    FILE *f = fopen(file, "rb");
    char *bytes = take(&p->arena, MAX_FILE + 1);
    if (!f)
        cannot_read(file);
    *length = fread(bytes, 1, MAX_FILE, f);
    fclose(f);
    return bytes;
}

bool page_read(page *p, const char *file)
{
    size_t length;
    struct pages pages = {.arena = &p->arena, .report = &p->report};
    p->report.stream = stderr;
    char *bytes = read_bytes(p, file, &length);
    read_page(&pages, file, bytes, length);
    const struct grid *g = find_table(&pages, file, known_head, KNOWN_COLUMNS);
    p->divergence = take(&p->arena, MOST_DIVERGENCES * sizeof *p->divergence);
    for (size_t i = 0; g && i < g->rows; i++)
        read_known(p, &g->row[i]);
    g = find_table(&pages, file, rules_head, RULE_COLUMNS);
    p->rule = take(&p->arena, MOST_RULES * sizeof *p->rule);
    for (size_t i = 0; g && i < g->rows; i++)
        read_rule(p, &g->row[i]);
    return p->report.errors == 0;
}

void page_free(page *p)
{
    free_arena(&p->arena);
}
