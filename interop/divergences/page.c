/* Reads of the page what the walk does not: the sequence of calls of each divergence, and the table that
 * explains the differences of the scenarios. */
#include "divergences.h"
#include "tables.h"

#include <cmark-gfm.h>

#include <ctype.h>
#include <string.h>

static const char *const rules_head[] = {"is", "scenario", "label", "field", "got", "want"};

enum { RULE_COLUMNS = 6, ID_LENGTH = 4 };

divergence *catalogue_find(catalogue *c, const char *id, size_t length)
{
    int found = page_find(&c->page, id, length);
    return found < 0 ? NULL : &c->divergence[found];
}

/* The table --------------------------------------------------------------------------------- */

static void read_rule(catalogue *c, const struct row *row)
{
    const char *id = row->cell[0];
    scenario_rule r = {.at = row->at,
                       .is = catalogue_find(c, id, strlen(id)),
                       .scenario = row->cell[1],
                       .label = row->cell[2],
                       .field = row->cell[3],
                       .got = row->cell[4],
                       .want = row->cell[5]};
    if (!r.is)
        complain(&c->page.report, r.at,
                 "this rule names %s, which is not in the table of divergences", id);
    else if (!r.is->is->shown)
        complain(&c->page.report, r.at,
                 "this rule names %s, which 3.0 does not show; it explains nothing", id);
    else
        c->rule[c->rules++] = r;
}

static void read_rules(catalogue *c, const struct grid *g)
{
    c->rule = take(&c->page.arena, ((g ? g->rows : 0) + 1) * sizeof *c->rule);
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
    stated own;
    char *open = strrchr(text, '(');
    if (open && strlen(open) == ID_LENGTH + 2 && open[ID_LENGTH + 1] == ')') {
        l->because = take_text(&c->page.arena, open + 1, ID_LENGTH);
        text = trimmed(&c->page.arena, text, open);
        const divergence *d = catalogue_find(c, l->because, ID_LENGTH);
        if (!d || !d->is->shown)
            complain(&c->page.report, l->at, "%s is no divergence that 3.0 shows", l->because);
    }
    const char *bad = stated_read(&c->page.arena, text, &own);
    if (bad)
        complain(&c->page.report, l->at, "`%s` is no result that can be compared", bad);
    l->differs = true;
    for (int f = 0; f < FIELDS; f++)
        if (own.names[f]) {
            l->contract.names[f] = true;
            l->contract.is.part[f] = own.is.part[f];
        }
}

static void read_claims(catalogue *c, line *l, const char *arrow)
{
    const char *end = arrow + strlen(arrow);
    const char *other = strstr(arrow, "contract:");
    char *text = trimmed(&c->page.arena, arrow + 2, other ? other : end);
    const char *bad = stated_read(&c->page.arena, text, &l->libssl);
    if (bad)
        complain(&c->page.report, l->at, "`%s` is no result that can be compared", bad);
    else if (l->libssl.names[VALUE] && l->libssl.is.part[VALUE] < 0 && !l->libssl.names[ERROR])
        complain(&c->page.report, l->at, "a result below 0 needs its error class");
    l->contract = l->libssl;
    if (other)
        read_contract(c, l, trimmed(&c->page.arena, other + strlen("contract:"), end));
}

static void read_line(catalogue *c, sequence *s, struct place at, const char *from, const char *to)
{
    line *l = &s->line[s->lines];
    char *text = trimmed(&c->page.arena, from, to);
    if (text[0] == '\0')
        return;
    *l = (line){.at = at};
    s->lines++;
    char *arrow = strstr(text, "->");
    l->text = arrow ? trimmed(&c->page.arena, text, arrow) : text;
    if (!find_meaning(l->text, &l->is))
        complain(&c->page.report, at,
                 "no such step: `%s`; `endwell-divergences --steps` lists them", l->text);
    else if (l->is.has_result && !arrow)
        complain(&c->page.report, at, "this call has a result; say which, after `->`");
    else if (!l->is.has_result && arrow)
        complain(&c->page.report, at, "this step has no result to compare");
    else if (l->is.begins != ESTABLISHED && s->lines > 1)
        complain(&c->page.report, at, "a sequence can begin with this, and not go on with it");
    else if (s->lines > 1 && l[-1].is.step[0] == FREE)
        complain(&c->page.report, at, "nothing follows SSL_free(s)");
    else if (arrow)
        read_claims(c, l, arrow);
}

/* What stands after the fence: nothing, a TLS version, or another release of OpenSSL. */
static void read_info(catalogue *c, sequence *s, const char *info)
{
    s->tls12 = info[0] == '\0' || same(info, "TLS 1.2");
    s->tls13 = info[0] == '\0' || same(info, "TLS 1.3");
    if (!s->tls12 && !s->tls13 && strncmp(info, "OpenSSL ", 8) != 0)
        complain(&c->page.report, s->at, "`%s` is neither a TLS version nor a release of OpenSSL",
                 info);
}

static void read_sequence(catalogue *c, const char *file, divergence *d, cmark_node *node)
{
    sequence *s = take(&c->page.arena, sizeof *s), **last = &d->first;
    const char *text = cmark_node_get_literal(node);
    int number = cmark_node_get_start_line(node);
    size_t room = 1;
    for (const char *t = text; *t; t++)
        room += *t == '\n';
    s->at = (struct place){file, number};
    s->line = take(&c->page.arena, room * sizeof *s->line);
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
        complain(&c->page.report, at, "%.*s has a section, but no row in the table; add the row",
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
    for (int i = 0; i < c->page.divergences; i++)
        if (!c->divergence[i].first)
            complain(&c->page.report, c->divergence[i].is->at,
                     "%s has no sequence of calls; write one in a section `## %s: ...`",
                     c->divergence[i].is->id, c->divergence[i].is->id);
}

void catalogue_read(catalogue *c, const char *file)
{
    size_t length;
    struct pages pages;
    const char *bytes = page_open(&c->page, &pages, file, &length);
    for (int i = 0; i < c->page.divergences; i++)
        c->divergence[i].is = &c->page.divergence[i];
    read_rules(c, find_table(&pages, file, rules_head, RULE_COLUMNS));
    read_sequences(c, file, bytes, length);
}
