/* Reads the page: its two tables, and the sequence of calls of each divergence. */
#include "divergences.h"
#include "tables.h"

#include <cmark-gfm.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const catalogue_head[] = {
    "id", "clause", "contract says", "OpenSSL does", "consequence", "versions", "shown by 3.0"};
static const char *const rules_head[] = {"is", "scenario", "label", "field", "got", "want"};

enum { CATALOGUE_COLUMNS = 7, RULE_COLUMNS = 6, ID_LENGTH = 4 };

divergence *catalogue_find(const catalogue *c, const char *id, size_t length)
{
    for (size_t i = 0; i < c->divergences; i++)
        if (strlen(c->divergence[i].id) == length && strncmp(c->divergence[i].id, id, length) == 0)
            return &c->divergence[i];
    return NULL;
}

/* The tables -------------------------------------------------------------------------------- */

static void read_divergence(catalogue *c, const struct row *row)
{
    divergence d = {.at = row->at,
                    .id = row->cell[0],
                    .clauses = row->cell[1],
                    .contract = row->cell[2],
                    .does = row->cell[3],
                    .shown = row->cell[6]};
    d.expected = same(d.shown, "yes");
    if (!d.expected && (strncmp(d.shown, "no: ", 4) != 0 || d.shown[4] == '\0'))
        complain(&c->report, d.at, "%s: shown by 3.0 is `yes` or `no: reason`, not `%s`", d.id,
                 d.shown);
    if (catalogue_find(c, d.id, strlen(d.id)))
        complain(&c->report, d.at, "%s stands in the table twice", d.id);
    c->divergence[c->divergences++] = d;
}

static void read_rule(catalogue *c, const struct row *row)
{
    const char *id = row->cell[0];
    rule r = {.at = row->at,
              .is = catalogue_find(c, id, strlen(id)),
              .scenario = row->cell[1],
              .label = row->cell[2],
              .field = row->cell[3],
              .got = row->cell[4],
              .want = row->cell[5]};
    if (!r.is)
        complain(&c->report, r.at, "this rule names %s, which is not in the table of divergences",
                 id);
    else if (!r.is->expected)
        complain(&c->report, r.at,
                 "this rule names %s, which 3.0 does not show; it explains nothing", id);
    else
        c->rule[c->rules++] = r;
}

static void read_tables(catalogue *c, const char *file)
{
    const struct grid *g = find_table(&c->pages, file, catalogue_head, CATALOGUE_COLUMNS);
    c->divergence = take(&c->arena, ((g ? g->rows : 0) + 1) * sizeof *c->divergence);
    for (size_t i = 0; g && i < g->rows; i++)
        read_divergence(c, &g->row[i]);
    g = find_table(&c->pages, file, rules_head, RULE_COLUMNS);
    c->rule = take(&c->arena, ((g ? g->rows : 0) + 1) * sizeof *c->rule);
    for (size_t i = 0; g && i < g->rows; i++)
        read_rule(c, &g->row[i]);
}

/* The sequences ----------------------------------------------------------------------------- */

static char *trimmed(struct arena *arena, const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return take_text(arena, from, (size_t)(to - from));
}

/* "contract: -1, SSL (D-31)": the difference belongs to another divergence. */
static void read_contract(catalogue *c, line *l, char *text)
{
    claim own;
    char *open = strrchr(text, '(');
    if (open && strlen(open) == ID_LENGTH + 2 && open[ID_LENGTH + 1] == ')') {
        l->because = take_text(&c->arena, open + 1, ID_LENGTH);
        text = trimmed(&c->arena, text, open);
        const divergence *d = catalogue_find(c, l->because, ID_LENGTH);
        if (!d || !d->expected)
            complain(&c->report, l->at, "%s is no divergence that 3.0 shows", l->because);
    }
    const char *bad = claim_parse(text, &own);
    if (bad)
        complain(&c->report, l->at, "`%s` is no result that can be compared", bad);
    l->differs = true;
    for (int r = 0; r < RESULTS; r++)
        if (own.names[r])
            l->contract.names[r] = true;
    if (own.names[VALUE])
        l->contract.is.value = own.is.value;
    if (own.names[ERROR])
        l->contract.is.error = own.is.error;
    if (own.names[FLAGS])
        l->contract.is.flags = own.is.flags;
    if (own.names[SENT])
        memcpy(l->contract.is.sent, own.is.sent, sizeof own.is.sent);
}

static void read_claims(catalogue *c, line *l, const char *arrow)
{
    const char *end = arrow + strlen(arrow);
    const char *contract = strstr(arrow, "contract:");
    char *text = trimmed(&c->arena, arrow + 2, contract ? contract : end);
    const char *bad = claim_parse(text, &l->libssl);
    if (bad)
        complain(&c->report, l->at, "`%s` is no result that can be compared", bad);
    else if (l->libssl.names[VALUE] && l->libssl.is.value < 0 && !l->libssl.names[ERROR])
        complain(&c->report, l->at, "a result below 0 needs its error class");
    l->contract = l->libssl;
    if (contract)
        read_contract(c, l, trimmed(&c->arena, contract + strlen("contract:"), end));
}

static void read_line(catalogue *c, sequence *s, struct place at, const char *from, const char *to)
{
    line *l = &s->line[s->lines];
    char *text = trimmed(&c->arena, from, to);
    if (text[0] == '\0')
        return;
    *l = (line){.at = at};
    s->lines++;
    char *arrow = strstr(text, "->");
    l->text = arrow ? trimmed(&c->arena, text, arrow) : text;
    l->step = find_step(l->text);
    if (!l->step)
        complain(&c->report, at, "no such step: `%s`; `endwell-divergences --steps` lists them",
                 l->text);
    else if (l->step->is_call && !arrow)
        complain(&c->report, at, "this call has a result; say which, after `->`");
    else if (!l->step->is_call && arrow)
        complain(&c->report, at, "this step has no result to compare");
    else if (arrow)
        read_claims(c, l, arrow);
}

/* What stands after the fence: nothing, a TLS version, or another release of OpenSSL. */
static void read_info(catalogue *c, sequence *s, const char *info)
{
    s->tls12 = info[0] == '\0' || same(info, "TLS 1.2");
    s->tls13 = info[0] == '\0' || same(info, "TLS 1.3");
    if (!s->tls12 && !s->tls13 && strncmp(info, "OpenSSL ", 8) != 0)
        complain(&c->report, s->at, "`%s` is neither a TLS version nor a release of OpenSSL", info);
}

static void read_sequence(catalogue *c, const char *file, divergence *d, cmark_node *node)
{
    sequence *s = take(&c->arena, sizeof *s), **last = &d->first;
    const char *text = cmark_node_get_literal(node);
    int number = cmark_node_get_start_line(node);
    size_t room = 1;
    for (const char *t = text; *t; t++)
        room += *t == '\n';
    s->at = (struct place){file, number};
    s->line = take(&c->arena, room * sizeof *s->line);
    read_info(c, s, cmark_node_get_fence_info(node));
    while (*text && (s->tls12 || s->tls13)) {
        const char *end = text + strcspn(text, "\n");
        struct place at = {file, ++number};
        read_line(c, s, at, text, end);
        text = *end ? end + 1 : end;
    }
    while (*last)
        last = &(*last)->next;
    *last = s;
}

/* The divergence that a heading opens, or NULL. */
static divergence *read_heading(catalogue *c, const char *file, cmark_node *node)
{
    cmark_node *first = cmark_node_first_child(node);
    const char *title = first ? cmark_node_get_literal(first) : NULL;
    struct place at = {file, cmark_node_get_start_line(node)};
    if (!title || strncmp(title, "D-", 2) != 0)
        return NULL;
    divergence *d = catalogue_find(c, title, ID_LENGTH);
    if (!d)
        complain(&c->report, at, "%.*s has a section, but no row in the table; add the row",
                 ID_LENGTH, title);
    return d;
}

static void read_sequences(catalogue *c, const char *file, const char *bytes, size_t length)
{
    cmark_node *root = cmark_parse_document(bytes, length, CMARK_OPT_DEFAULT);
    divergence *d = NULL;
    for (cmark_node *n = cmark_node_first_child(root); n; n = cmark_node_next(n)) {
        if (cmark_node_get_type(n) == CMARK_NODE_HEADING)
            d = read_heading(c, file, n);
        else if (cmark_node_get_type(n) == CMARK_NODE_CODE_BLOCK && d)
            read_sequence(c, file, d, n);
    }
    cmark_node_free(root);
    for (size_t i = 0; i < c->divergences; i++)
        if (!c->divergence[i].first)
            complain(&c->report, c->divergence[i].at,
                     "%s has no sequence of calls; write one in a section `## %s: ...`",
                     c->divergence[i].id, c->divergence[i].id);
}

void catalogue_read(catalogue *c, const char *file)
{
    size_t length;
    char *bytes = read_file(&c->arena, file, &length);
    c->report.stream = stderr;
    c->pages.arena = &c->arena;
    c->pages.report = &c->report;
    read_page(&c->pages, file, bytes, length);
    if (c->report.errors > 0)
        return;
    read_tables(c, file);
    read_sequences(c, file, bytes, length);
}
