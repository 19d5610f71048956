#include "markdown.h"

#include <stdlib.h>
#include <string.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

/* One page while it is read. */
struct page {
    struct pages *pages;
    const char *file;
    const char *bytes;
    size_t length;
    size_t *line; /* offset of each line */
    size_t lines;
};

/* Length of the UTF-8 sequence at `s`, or 0 where there is none. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    static const struct {
        unsigned char mask, lead;
        size_t length;
        uint32_t least;
    } form[] = {{0x80, 0x00, 1, 0},
                {0xe0, 0xc0, 2, 0x80},
                {0xf0, 0xe0, 3, 0x800},
                {0xf8, 0xf0, 4, 0x10000}};
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        if ((s[0] & form[i].mask) != form[i].lead) {
            continue;
        }
        if (form[i].length > left) {
            return 0;
        }
        uint32_t code = s[0] & (unsigned char)~form[i].mask;
        for (size_t k = 1; k < form[i].length; k++) {
            if ((s[k] & 0xc0) != 0x80) {
                return 0;
            }
            code = code << 6 | (s[k] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code < form[i].least || code > 0x10ffff || surrogate ? 0 : form[i].length;
    }
    return 0;
}

/* The encoding is settled before anything else looks at the bytes. */
static bool is_clean(struct report *report, const char *file, const char *bytes, size_t length)
{
    struct place at = {file, 0};
    if (length == 0) {
        complain(report, at, "the file is empty");
        return false;
    }
    if (length > MAX_FILE) {
        complain(report, at, "the file has more than %d bytes; a specification page never does",
                 MAX_FILE);
        return false;
    }
    at.line = 1;
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        complain(report, at, "a byte order mark; save the file as UTF-8 without one");
        return false;
    }
    for (size_t i = 0; i < length;) {
        size_t step = utf8_length((const unsigned char *)bytes + i, length - i);
        const char *wrong = NULL;
        if (step == 0) {
            wrong = "this is not UTF-8; save the file as UTF-8";
        } else if (bytes[i] == '\0') {
            wrong = "a NUL byte; this is not a text file";
        } else if (bytes[i] == '\r') {
            wrong = "a carriage return; save the file with LF line ends";
        }
        if (wrong != NULL) {
            complain(report, at, "%s", wrong);
            return false;
        }
        at.line += bytes[i] == '\n';
        i += step;
    }
    return true;
}

static void find_lines(struct page *page)
{
    page->line = take(page->pages->arena, (page->length + 2) * sizeof *page->line);
    page->line[page->lines++] = 0;
    for (size_t i = 0; i < page->length; i++) {
        if (page->bytes[i] == '\n') {
            page->line[page->lines++] = i + 1;
        }
    }
    page->line[page->lines] = page->length + 1;
}

static const char *source_line(const struct page *page, int number, size_t *length)
{
    size_t i = number > 0 ? (size_t)number - 1 : 0;
    if (i >= page->lines) {
        *length = 0;
        return "";
    }
    *length = page->line[i + 1] - 1 - page->line[i];
    return page->bytes + page->line[i];
}

/* Cells as written. The Markdown library pads short rows and cuts long ones, without a word. */
static size_t count_cells(const struct page *page, int number)
{
    size_t length;
    const char *s = source_line(page, number, &length);
    while (length > 0 && (s[length - 1] == ' ' || s[length - 1] == '\t')) {
        length--;
    }
    while (length > 0 && (s[0] == ' ' || s[0] == '\t')) {
        s++;
        length--;
    }
    size_t bars = 0;
    bool escaped = false, last_is_bar = false;
    for (size_t i = 0; i < length; i++) {
        last_is_bar = s[i] == '|' && !escaped;
        bars += last_is_bar;
        escaped = s[i] == '\\' && !escaped;
    }
    return bars + 1 - (length > 0 && s[0] == '|') - (last_is_bar && bars > 1);
}

static bool is_a(cmark_node *node, const char *type)
{
    return same(cmark_node_get_type_string(node), type);
}

/* The text of a node without its markup, white space folded and trimmed. */
static char *plain_text(const struct page *page, cmark_node *node)
{
    struct text text = {0};
    cmark_iter *iter = cmark_iter_new(node);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        if (event != CMARK_EVENT_ENTER) {
            continue;
        }
        cmark_node *part = cmark_iter_get_node(iter);
        const char *literal = cmark_node_get_literal(part);
        if (is_a(part, "softbreak") || is_a(part, "linebreak")) {
            put(&text, " ");
        } else if (literal != NULL) {
            put(&text, "%s", literal);
        }
    }
    cmark_iter_free(iter);
    size_t start = 0, end = text.length;
    while (start < end && text.data[start] == ' ') {
        start++;
    }
    while (end > start && text.data[end - 1] == ' ') {
        end--;
    }
    char *copy = end > start ? take_text(page->pages->arena, text.data + start, end - start)
                             : take_text(page->pages->arena, "", 0);
    free_text(&text);
    return copy;
}

static bool read_row(const struct page *page, cmark_node *node, size_t columns, struct row *row)
{
    struct report *report = page->pages->report;
    row->at.file = page->file;
    row->at.line = cmark_node_get_start_line(node);
    size_t cells = count_cells(page, row->at.line);
    if (cells != columns) {
        complain(report, row->at, "this row has %zu cells, its table has %zu columns", cells,
                 columns);
        return false;
    }
    row->cell = take(page->pages->arena, columns * sizeof *row->cell);
    for (cmark_node *cell = cmark_node_first_child(node); cell != NULL && row->cells < columns;
         cell = cmark_node_next(cell)) {
        char *text = plain_text(page, cell);
        if (text[0] == '\0') {
            complain(report, row->at, "cell %zu of this row is empty; write a dash for %s",
                     row->cells + 1, "any value, or for no change");
            return false;
        }
        row->cell[row->cells++] = text;
    }
    return row->cells == columns;
}

static void read_table(const struct page *page, const struct section *section, cmark_node *node)
{
    struct pages *pages = page->pages;
    struct grid *grid = take(pages->arena, sizeof *grid);
    struct place at = {page->file, cmark_node_get_start_line(node)};
    size_t columns = cmark_gfm_extensions_get_table_columns(node);
    if (columns > MAX_COLUMNS) {
        complain(pages->report, at, "this table has %zu columns; %d is the limit", columns,
                 MAX_COLUMNS);
        return;
    }
    cmark_node *head = cmark_node_first_child(node);
    if (head == NULL || !read_row(page, head, columns, &grid->head)) {
        return;
    }
    size_t room = 0;
    for (cmark_node *row = cmark_node_next(head); row != NULL; row = cmark_node_next(row)) {
        room++;
    }
    grid->section = section;
    grid->row = take(pages->arena, (room + 1) * sizeof *grid->row);
    for (cmark_node *row = cmark_node_next(head); row != NULL; row = cmark_node_next(row)) {
        if (read_row(page, row, columns, &grid->row[grid->rows])) {
            grid->rows++;
        }
    }
    if (room == 0) {
        complain(pages->report, at, "this table has no rows");
    }
    if (pages->last == NULL) {
        pages->first = grid;
    } else {
        pages->last->next = grid;
    }
    pages->last = grid;
}

static void read_list(const struct page *page, struct section *section, cmark_node *list)
{
    for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
        char *text = plain_text(page, item);
        if (strncmp(text, "event:", 6) == 0) {
            struct place at = {page->file, cmark_node_get_start_line(item)};
            if (section->event != NULL) {
                complain(page->pages->report, at, "a second `event:` line in one section");
            }
            section->event = text + 6 + strspn(text + 6, " ");
            section->event_at = at;
        }
    }
}

static void read_paragraph(const struct page *page, struct section *section, cmark_node *node)
{
    int line = cmark_node_get_start_line(node);
    size_t length;
    const char *start = source_line(page, line, &length);
    if (length > 0 && start[0] == '|') {
        struct place at = {page->file, line};
        complain(page->pages->report, at,
                 "this looks like a table but is none: its heading has %zu cells, the line of "
                 "dashes under it has %zu",
                 count_cells(page, line), count_cells(page, line + 1));
    }
    if (section->intro == NULL) {
        section->intro = plain_text(page, node);
    }
}

static void read_nodes(const struct page *page, cmark_node *root)
{
    struct section *section = take(page->pages->arena, sizeof *section);
    section->title = "";
    section->at.file = page->file;
    for (cmark_node *node = cmark_node_first_child(root); node; node = cmark_node_next(node)) {
        if (is_a(node, "heading")) {
            section = take(page->pages->arena, sizeof *section);
            section->title = plain_text(page, node);
            section->at.file = page->file;
            section->at.line = cmark_node_get_start_line(node);
        } else if (is_a(node, "table")) {
            read_table(page, section, node);
        } else if (is_a(node, "list")) {
            read_list(page, section, node);
        } else if (is_a(node, "paragraph")) {
            read_paragraph(page, section, node);
        }
    }
}

void add_pages(struct pages *pages, const struct pages *more)
{
    if (pages->last == NULL) {
        pages->first = more->first;
    } else {
        pages->last->next = more->first;
    }
    pages->last = more->last != NULL ? more->last : pages->last;
}

void read_page(struct pages *pages, const char *file, const char *bytes, size_t length)
{
    struct page page = {.pages = pages, .file = file, .bytes = bytes, .length = length};
    if (!is_clean(pages->report, file, bytes, length)) {
        return;
    }
    find_lines(&page);
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    cmark_syntax_extension *tables = cmark_find_syntax_extension("table");
    if (tables == NULL || cmark_parser_attach_syntax_extension(parser, tables) == 0) {
        cannot_run("cmark-gfm has no table extension; apt-get install libcmark-gfm-extensions-dev");
    }
    cmark_parser_feed(parser, bytes, length);
    cmark_node *root = cmark_parser_finish(parser);
    read_nodes(&page, root);
    cmark_node_free(root);
    cmark_parser_free(parser);
}
