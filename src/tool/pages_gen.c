/* The pages of the specification: their entries, the rows of their tables, the labels they name. */
#include "rules_gen.h"

#include <string.h>

static const char arrow[] = "\342\206\222 ";

bool has_id(const struct ids *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (same(ids->id[i], id)) {
            return true;
        }
    }
    return false;
}

void add_id(struct work *w, struct ids *ids, struct place at, const char *id)
{
    if (has_id(ids, id)) {
        complain(&w->report, at, "`%s` is listed twice", id);
    } else if (ids->count == MOST_IDS) {
        cannot_run("more than %d identifiers", MOST_IDS);
    } else {
        ids->id[ids->count++] = id;
    }
}

void put_string(struct text *out, const char *text)
{
    put(out, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            put(out, "\\%c", *c);
        } else if (*c < 0x20 || *c >= 0x7f) {
            put(out, "\\%03o", *c);
        } else {
            put(out, "%c", *c);
        }
    }
    put(out, "\"");
}

bool next_item(const char **list, char *item)
{
    const char *start = *list + strspn(*list, ", ");
    size_t length = strcspn(start, ",");
    if (length == 0 || length >= MOST_NAME) {
        return false;
    }
    memcpy(item, start, length);
    item[length] = '\0';
    *list = start + length;
    return true;
}

struct grid *read_tables(struct work *w, const char *path)
{
    struct text bytes = {0};
    struct pages pages = {.arena = &w->arena, .report = &w->report};
    read_file(path, SIZE_MAX, &bytes);
    read_page(&pages, path, bytes.data, bytes.length);
    free_text(&bytes);
    return pages.first;
}

static int column(const struct grid *grid, const char *title)
{
    for (size_t i = 0; i < grid->head.cells; i++) {
        if (same(grid->head.cell[i], title)) {
            return (int)i;
        }
    }
    return -1;
}

bool put_entries(struct work *w, const char *path, const char *first, const char *meaning,
                 const char *more)
{
    size_t before = w->known.count;
    for (struct grid *grid = read_tables(w, path); grid != NULL; grid = grid->next) {
        int m = column(grid, meaning), k = column(grid, more);
        if (!same(grid->head.cell[0], first) || m < 0 || k < 0) {
            continue;
        }
        for (size_t i = 0; i < grid->rows; i++) {
            const struct row *row = &grid->row[i];
            add_id(w, &w->known, row->at, row->cell[0]);
            put(&w->out, "    {\"%s\", ", row->cell[0]);
            put_string(&w->out, row->cell[m]);
            put(&w->out, ", ");
            put_string(&w->out, row->cell[k]);
            put(&w->out, "},\n");
        }
    }
    return w->known.count > before;
}

void need_entries(struct work *w, const char *path, const char *first, const char *meaning,
                  const char *more)
{
    if (!put_entries(w, path, first, meaning, more)) {
        complain(&w->report, (struct place){path, 0},
                 "has no table with the columns `%s`, `%s`, `%s`", first, meaning, more);
    }
}

/* The cells that are conditions, or those that are results: "sent no; output idle". */
static void put_cells(struct work *w, const struct grid *grid, const struct row *row, bool results)
{
    struct text cells = {0};
    for (size_t i = 0; i < row->cells; i++) {
        const char *title = grid->head.cell[i];
        bool is_result = strncmp(title, arrow, sizeof arrow - 1) == 0;
        bool is_name = same(title, "row") || same(title, "clauses");
        if (is_name || is_result != results || same(row->cell[i], "-")) {
            continue;
        }
        put(&cells, "%s%s %s", cells.length > 0 ? "; " : "",
            is_result ? title + sizeof arrow - 1 : title, row->cell[i]);
    }
    put_string(&w->out, cells.data != NULL ? cells.data : "");
    put(&w->out, ", ");
    free_text(&cells);
}

static void put_decision(struct work *w, const struct grid *grid, const struct row *row, int id,
                         int clauses)
{
    char item[MOST_NAME];
    for (const char *list = row->cell[clauses]; next_item(&list, item);) {
        if (!has_id(&w->known, item)) {
            complain(&w->report, row->at, "`%s` is no clause", item);
        }
    }
    put(&w->out, "    {\"%s\", \"%s\", ", row->cell[id], row->at.file);
    put_string(&w->out, grid->section->title);
    put(&w->out, ", ");
    put_cells(w, grid, row, false);
    put_cells(w, grid, row, true);
    put_string(&w->out, row->cell[clauses]);
    put(&w->out, ", ");
    put_string(&w->out, grid->section->event != NULL ? grid->section->event : "");
    put(&w->out, "},\n");
}

void put_rows(struct work *w, const char *path)
{
    size_t rows = 0;
    for (struct grid *grid = read_tables(w, path); grid != NULL; grid = grid->next) {
        int id = column(grid, "row"), clauses = column(grid, "clauses");
        for (size_t i = 0; id >= 0 && clauses >= 0 && i < grid->rows; i++) {
            put_decision(w, grid, &grid->row[i], id, clauses);
            rows++;
        }
    }
    if (rows == 0) {
        complain(&w->report, (struct place){path, 0}, "has no row of a decision table");
    }
}

/* What the rows of a table are called by its first column, and the column that tells more. */
static const char *const word_kind[][2] = {
    {"event", "group"}, {"answer", "code"}, {"field", ""}, {NULL, NULL}};

bool put_words(struct work *w, const char *path)
{
    bool is_there = false;
    for (struct grid *grid = read_tables(w, path); grid != NULL; grid = grid->next) {
        const char *const *kind = word_kind[0];
        while (kind[0] != NULL && !same(grid->head.cell[0], kind[0])) {
            kind += 2;
        }
        int meaning = column(grid, "meaning"), more = kind[0] != NULL ? column(grid, kind[1]) : -1;
        for (size_t i = 0; kind[0] != NULL && meaning >= 0 && i < grid->rows; i++) {
            const struct row *row = &grid->row[i];
            put(&w->out, "    {\"%s\", \"%s\", \"%s\", ", path, kind[0], row->cell[0]);
            put_string(&w->out, row->cell[meaning]);
            put(&w->out, ", \"%s\"},\n", more >= 0 ? row->cell[more] : "");
            is_there = true;
        }
    }
    return is_there;
}

/* "contract K16_no_write_after_close" of what discharges a clause; other items have no label. */
static bool put_label(struct work *w, const char *item, const char *clause)
{
    static const char *const kind[] = {"contract", "theorem"};
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
        size_t length = strlen(kind[i]);
        if (strncmp(item, kind[i], length) == 0 && item[length] == ' ' &&
            strchr(item + length + 1, ' ') == NULL) {
            put(&w->out, "    {\"%s\", \"%s\", \"%s\"},\n", item + length + 1, kind[i], clause);
            return true;
        }
    }
    return false;
}

bool put_labels(struct work *w, const char *path)
{
    bool is_there = false;
    for (struct grid *grid = read_tables(w, path); grid != NULL; grid = grid->next) {
        int by = column(grid, "discharged by");
        for (size_t i = 0; by >= 0 && i < grid->rows; i++) {
            const char *list = grid->row[i].cell[by];
            while (*list != '\0') {
                char item[MOST_NAME];
                size_t length = strcspn(list, ",");
                snprintf(item, sizeof item, "%.*s", (int)length, list);
                is_there |= put_label(w, item, grid->row[i].cell[0]);
                list += length + strspn(list + length, ", ");
            }
        }
    }
    return is_there;
}
