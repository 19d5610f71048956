/*
 * endwell-rules: reads spec/rules.md with the pages that it refers to, refuses what does not fit
 * together, and writes them as C. Run when the tool is built; nothing of it is kept.
 */
#include "rules_gen.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_COLUMNS = 8 };
enum { ID, CLAUSES, KIND, LEVEL, TITLE, CONSEQUENCE, FIX, NEEDS };

static const char *const rule_column[RULE_COLUMNS] = {"id",    "clauses",     "kind", "level",
                                                      "title", "consequence", "fix",  "needs"};
static const char *const call_name[] = {"shutdown", "read", "write", "handshake", NULL};
static const char *const reason_name[] = {"fatal", "handshake", "closed", NULL};
static const char *const level_word[] = {"silent", "note", "warning", "error", NULL};
static const char *const fact_name[] = {"end",   "unread",  "unacked", "last", "queue",
                                        "asked", "options", "bio",     "wire", NULL};

static bool is_one_of(const char *const *list, const char *name)
{
    for (; *list != NULL; list++) {
        if (same(*list, name)) {
            return true;
        }
    }
    return false;
}

static void put_upper(struct text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        put(out, "%c", toupper((unsigned char)*text));
    }
}

static void put_clauses(struct work *w, const struct row *row)
{
    char item[MOST_NAME];
    int count = 0;
    put(&w->out, "     .clause = {");
    for (const char *list = row->cell[CLAUSES]; next_item(&list, item); count++) {
        if (!has_id(&w->known, item)) {
            complain(&w->report, row->at, "`%s` is no clause of clauses.md", item);
        }
        put_string(&w->out, item);
        put(&w->out, ", ");
    }
    put(&w->out, "NULL},\n");
    if (count < 1 || count > 4) {
        complain(&w->report, row->at, "a rule has one to four clauses");
    }
}

static void put_refusal(struct work *w, const struct row *row, const char *text)
{
    const char *colon = strchr(text, ':');
    char calls[MOST_NAME], item[MOST_NAME];
    if (colon == NULL || (size_t)(colon - text) >= sizeof calls) {
        complain(&w->report, row->at, "a refusal is written `refused CALL, ...: REASON`");
        return;
    }
    memcpy(calls, text, (size_t)(colon - text));
    calls[colon - text] = '\0';
    put(&w->out, "     .kind = KIND_REFUSED, .events = 0");
    for (const char *list = calls; next_item(&list, item);) {
        if (!is_one_of(call_name, item)) {
            complain(&w->report, row->at, "`%s` is no call that can be refused", item);
        }
        put(&w->out, " | 1u << EW_EVENT_");
        put_upper(&w->out, item);
    }
    const char *reason = colon + 1 + strspn(colon + 1, " ");
    if (!is_one_of(reason_name, reason)) {
        complain(&w->report, row->at, "`%s` is no reason to refuse such a call", reason);
    }
    put(&w->out, ", .reason = EW_REASON_");
    put_upper(&w->out, reason);
    put(&w->out, ",\n");
}

static void put_kind(struct work *w, const struct row *row)
{
    const char *kind = row->cell[KIND];
    if (strncmp(kind, "refused ", 8) == 0) {
        put_refusal(w, row, kind + 8);
    } else if (strncmp(kind, "predicate ", 10) == 0) {
        put(&w->out, "     .kind = KIND_PREDICATE, .predicate = \"%s\",\n", kind + 10);
    } else if (strncmp(kind, "libssl ", 7) == 0) {
        if (!has_id(&w->known, kind + 7)) {
            complain(&w->report, row->at, "`%s` is no divergence of divergences.md", kind + 7);
        }
        put(&w->out, "     .kind = KIND_LIBSSL, .predicate = \"%s\",\n", kind + 7);
    } else if (strncmp(kind, "wire ", 5) == 0) {
        put(&w->out, "     .kind = KIND_WIRE, .predicate = \"%s\",\n", kind + 5);
    } else {
        complain(&w->report, row->at, "`%s` is no kind of rule", kind);
    }
}

static void put_level_name(struct work *w, const struct row *row, const char *name)
{
    if (!is_one_of(level_word, name)) {
        complain(&w->report, row->at, "`%s` is no level", name);
    }
    put(&w->out, "LEVEL_");
    put_upper(&w->out, name);
}

static void put_level(struct work *w, const struct row *row, const struct ids *conditions)
{
    const char *list = row->cell[LEVEL];
    char item[MOST_NAME];
    int raises = 0;
    put(&w->out, "     .level = ");
    if (next_item(&list, item)) {
        put_level_name(w, row, item);
    }
    put(&w->out, ", .raise = {");
    for (; next_item(&list, item); raises++) {
        char *condition = strstr(item, " if ");
        if (condition == NULL) {
            complain(&w->report, row->at, "`%s` is not written `LEVEL if CONDITION`", item);
            continue;
        }
        *condition = '\0';
        condition += 4;
        if (!has_id(conditions, condition)) {
            complain(&w->report, row->at, "`%s` is no condition of this page", condition);
        }
        put(&w->out, "{");
        put_level_name(w, row, item);
        put(&w->out, ", \"%s\"}, ", condition);
    }
    put(&w->out, "%s},\n", raises == 0 ? "{LEVEL_NOTE, NULL}" : "");
    if (raises > 3) {
        complain(&w->report, row->at, "a rule has at most three conditions");
    }
}

static void put_needs(struct work *w, const struct row *row)
{
    char item[MOST_NAME];
    bool none = same(row->cell[NEEDS], "-");
    for (const char *list = row->cell[NEEDS]; !none && next_item(&list, item);) {
        if (!is_one_of(fact_name, item)) {
            complain(&w->report, row->at, "`%s` is no fact that a rule can need", item);
        }
    }
    put(&w->out, "     .needs = \"%s\"},\n", none ? "" : row->cell[NEEDS]);
}

static void put_rule(struct work *w, const struct row *row, const struct ids *conditions)
{
    const char *id = row->cell[ID];
    bool is_id = strlen(id) == 5 && strncmp(id, "EW", 2) == 0 && strspn(id + 2, "0123456789") == 3;
    if (!is_id) {
        complain(&w->report, row->at, "`%s` is no identifier of a rule: EW and three digits", id);
    } else if (w->ruled.count > 0 && strcmp(w->ruled.id[w->ruled.count - 1], id) > 0) {
        complain(&w->report, row->at, "`%s` stands behind a larger number", id);
    }
    add_id(w, &w->ruled, row->at, id);
    put(&w->out, "    {.id = \"%s\",\n     .title = ", id);
    put_string(&w->out, row->cell[TITLE]);
    put(&w->out, ",\n     .consequence = ");
    put_string(&w->out, row->cell[CONSEQUENCE]);
    put(&w->out, ",\n     .fix = ");
    put_string(&w->out, row->cell[FIX]);
    put(&w->out, ",\n");
    put_clauses(w, row);
    put_kind(w, row);
    put_level(w, row, conditions);
    put_needs(w, row);
}

/* The pages ---------------------------------------------------------------------------------- */

static bool is_rule_table(const struct grid *grid)
{
    if (grid->head.cells != RULE_COLUMNS) {
        return false;
    }
    for (int i = 0; i < RULE_COLUMNS; i++) {
        if (!same(grid->head.cell[i], rule_column[i])) {
            return false;
        }
    }
    return true;
}

static void put_rules(struct work *w, const char *path)
{
    static struct ids conditions;
    struct grid *first = read_tables(w, path);
    for (struct grid *grid = first; grid != NULL; grid = grid->next) {
        for (size_t i = 0; i < grid->rows && same(grid->head.cell[0], "condition"); i++) {
            add_id(w, &conditions, grid->row[i].at, grid->row[i].cell[0]);
        }
    }
    for (struct grid *grid = first; grid != NULL; grid = grid->next) {
        for (size_t i = 0; i < grid->rows && is_rule_table(grid); i++) {
            put_rule(w, &grid->row[i], &conditions);
        }
    }
    if (w->ruled.count == 0) {
        complain(&w->report, (struct place){path, 0}, "has no table of rules");
    }
}

static void write_whole(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(text->data, 1, text->length, file) != text->length ||
        fclose(file) != 0) {
        cannot_run("%s: %s", path, strerror(errno));
    }
}

/* What the rules quote, and what else has a name that explain knows. */
static void put_pages(struct work *w, const char *clauses, const char *divergences,
                      char *const *machine, int machines)
{
    bool is_told = false;
    put(&w->out, "const struct entry entries[] = {\n");
    need_entries(w, clauses, "clause", "meaning", "kind");
    need_entries(w, divergences, "id", "contract says", "OpenSSL does");
    for (int i = 0; i < machines; i++) {
        put_entries(w, machine[i], "clause", "meaning", "kind");
    }
    put(&w->out, "};\nconst size_t entry_count = sizeof entries / sizeof entries[0];\n\n");
    put(&w->out, "const struct decision decisions[] = {\n");
    for (int i = 0; i < machines; i++) {
        put_rows(w, machine[i]);
    }
    put(&w->out, "};\nconst size_t decision_count = sizeof decisions / sizeof decisions[0];\n\n");
    put(&w->out, "const struct word vocabulary[] = {\n");
    for (int i = 0; i < machines; i++) {
        is_told |= put_words(w, machine[i]);
    }
    if (!is_told) {
        complain(&w->report, (struct place){machine[0], 0}, "names no event and no answer");
    }
    put(&w->out,
        "};\nconst size_t vocabulary_count = sizeof vocabulary / sizeof vocabulary[0];\n\n");
    put(&w->out, "const struct label labels[] = {\n");
    if (!put_labels(w, clauses)) {
        complain(&w->report, (struct place){clauses, 0}, "names no contract and no theorem");
    }
    for (int i = 0; i < machines; i++) {
        put_labels(w, machine[i]);
    }
    put(&w->out, "};\nconst size_t label_count = sizeof labels / sizeof labels[0];\n\n");
}

int main(int argc, char **argv)
{
    struct work w = {.report = {.stream = stderr}};
    program_name = "endwell-rules";
    if (argc < 6) {
        cannot_run("usage: endwell-rules RULES.md CLAUSES.md DIVERGENCES.md MACHINE.md... OUT.c");
    }
    put(&w.out, "/* Made from %s and what it refers to when the tool is built. */\n", argv[1]);
    put(&w.out, "#include \"ew_core.h\"\n#include \"rules.h\"\n\n");
    put_pages(&w, argv[2], argv[3], argv + 4, argc - 5);
    put(&w.out, "const struct rule rules[] = {\n");
    put_rules(&w, argv[1]);
    put(&w.out, "};\nconst size_t rule_count = sizeof rules / sizeof rules[0];\n");
    if (w.report.errors == 0) {
        write_whole(argv[argc - 1], &w.out);
    }
    free_text(&w.out);
    free_arena(&w.arena);
    return w.report.errors == 0 ? EXIT_OK : EXIT_FINDING;
}
