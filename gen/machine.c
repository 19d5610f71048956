/* Machine: its name, its prefix, its pages; and that no other machine has the first two. */
#include "spec.h"

#include <string.h>

static const char heading[] = "Machine";

static const struct machine the_core = {
    .name = "core",
    .title = "Endwell: the close of a TLS connection as a state machine",
    .prefix = "ew",
    .stem = "ew_core",
    .module = "machine",
    .listing = "",
    .refusal = "ssl",
    .pages = "-",
};

bool declares_machine(const struct pages *pages)
{
    const struct grid *grid = pages->first;
    while (grid != NULL && !same(grid->section->title, heading)) {
        grid = grid->next;
    }
    return grid != NULL;
}

static const char *joined(const struct spec *spec, const char *a, const char *b)
{
    struct text text = {0};
    put(&text, "%s%s", a, b);
    const char *copy = take_text(spec->arena, text.data, text.length);
    free_text(&text);
    return copy;
}

/* Whether `file` is one of a list with commas. */
static bool is_item(const struct spec *spec, const char *list, const char *file)
{
    const char *item[MAX_VALUES];
    size_t items = split(spec, list, item, MAX_VALUES);
    for (size_t i = 0; i < items && i < MAX_VALUES; i++) {
        if (same(item[i], file)) {
            return true;
        }
    }
    return false;
}

/* The pages given and the pages declared are the same, whatever their order. */
static void check_pages(const struct spec *spec)
{
    const struct machine *machine = &spec->machine;
    const char *slash = strrchr(machine->at.file, '/');
    const char *own = slash != NULL ? slash + 1 : machine->at.file;
    const char *item[MAX_VALUES];
    size_t items = same(machine->pages, "-") ? 0 : split(spec, machine->pages, item, MAX_VALUES);
    if (items > MAX_VALUES) {
        complain(spec->report, machine->at, "more than %d pages", MAX_VALUES);
        return;
    }
    for (size_t i = 0; i < items; i++) {
        if (!is_item(spec, spec->sources, item[i])) {
            complain(spec->report, machine->at,
                     "the machine `%s` has the page %s, which does not follow this one",
                     machine->name, item[i]);
        }
    }
    const char *given[4 * MAX_VALUES];
    size_t pages = split(spec, spec->sources, given, 4 * MAX_VALUES);
    for (size_t i = 0; i < pages && i < 4 * MAX_VALUES; i++) {
        if (!same(given[i], own) && !is_item(spec, machine->pages, given[i])) {
            complain(spec->report, machine->at,
                     "the page %s follows, and `pages` of the machine `%s` does not list it",
                     given[i], machine->name);
        }
    }
}

static void read_declaration(struct spec *spec, const struct grid *grid)
{
    struct machine *machine = &spec->machine;
    const struct {
        const char *heading, **cell;
    } column[] = {{"name", &machine->name},
                  {"prefix", &machine->prefix},
                  {"refusal", &machine->refusal},
                  {"pages", &machine->pages},
                  {"title", &machine->title}};
    machine->is_declared = true;
    machine->at = grid->row[0].at;
    for (size_t i = 0; i < sizeof column / sizeof column[0]; i++) {
        int found = need_column(spec, grid, column[i].heading);
        if (found >= 0) {
            *column[i].cell = grid->row[0].cell[found];
        }
    }
    check_name(spec, machine->at, "the machine", machine->name);
    check_name(spec, machine->at, "the prefix", machine->prefix);
    check_meaning(spec, machine->at, machine->title);
    machine->stem = machine->prefix;
    machine->module = machine->name;
    machine->listing = joined(spec, machine->name, "_");
    if (grid->rows > 1) {
        complain(spec->report, grid->row[1].at, "a page declares one machine");
    }
    check_pages(spec);
}

void read_machine(struct spec *spec, const struct pages *pages)
{
    spec->machine = the_core;
    spec->machine.at = whole_spec(pages);
    if (declares_machine(pages)) {
        const struct grid *grid = the_table(spec, pages, heading);
        if (grid != NULL && grid->rows > 0) {
            read_declaration(spec, grid);
        }
    }
}

static void check_pair(const struct machine *one, const struct spec *other)
{
    const struct machine *machine = &other->machine;
    bool same_name = same(one->name, machine->name);
    bool same_prefix = same(one->prefix, machine->prefix) || same(one->stem, machine->stem);
    if (same_name) {
        complain(other->report, machine->at, "a second machine with the name `%s`", one->name);
    }
    if (same_prefix) {
        complain(other->report, machine->at,
                 "the machine `%s` has the prefix `%s`, which the machine `%s` has", machine->name,
                 machine->prefix, one->name);
    }
    if (same_name || same_prefix) {
        note(other->report, one->at, "the first one is here");
    }
}

void check_machines(struct spec *const *spec, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            check_pair(&spec[k]->machine, spec[i]);
        }
    }
}
