/* Finding things by name: columns, tables, values, events. */
#include "spec.h"

#include <string.h>

uint64_t full(size_t values)
{
    return values >= 64 ? UINT64_MAX : (UINT64_C(1) << values) - 1;
}

int find_column(const struct grid *grid, const char *heading)
{
    for (size_t i = 0; i < grid->head.cells; i++) {
        if (same(grid->head.cell[i], heading)) {
            return (int)i;
        }
    }
    return -1;
}

int need_column(const struct spec *spec, const struct grid *grid, const char *heading)
{
    int column = find_column(grid, heading);
    if (column < 0) {
        complain(spec->report, grid->head.at, "this table lacks the column `%s`", heading);
    }
    return column;
}

struct place whole_spec(const struct pages *pages)
{
    struct place at = {"endwell-gen", 0};
    if (pages->last != NULL) {
        at.file = pages->last->head.at.file;
    }
    return at;
}

const struct grid *the_table(const struct spec *spec, const struct pages *pages, const char *title)
{
    const struct grid *found = NULL;
    for (const struct grid *grid = pages->first; grid != NULL; grid = grid->next) {
        if (!same(grid->section->title, title)) {
            continue;
        }
        if (found != NULL) {
            complain(spec->report, grid->head.at, "a second table under `%s`", title);
            note(spec->report, found->head.at, "the first one is here");
            return NULL;
        }
        found = grid;
    }
    if (found == NULL) {
        complain(spec->report, whole_spec(pages),
                 "no page has a table under the heading `%s`; are all pages on the command line?",
                 title);
    }
    return found;
}

size_t split(const struct spec *spec, const char *list, const char **item, size_t most)
{
    size_t items = 0;
    for (;;) {
        list += strspn(list, " ");
        size_t length = strcspn(list, ",");
        size_t end = length;
        while (end > 0 && list[end - 1] == ' ') {
            end--;
        }
        if (items < most) {
            item[items] = take_text(spec->arena, list, end);
        }
        items++;
        if (list[length] == '\0') {
            return items;
        }
        list += length + 1;
    }
}

int find_value(const struct domain *domain, const char *name)
{
    for (size_t i = 0; i < domain->values; i++) {
        if (same(domain->value[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

int find_event(const struct spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->events; i++) {
        if (same(spec->event[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

uint64_t parse_values(const struct spec *spec, struct place at, const struct domain *domain,
                      const char *cell)
{
    if (same(cell, "-")) {
        return full(domain->values);
    }
    const char *item[MAX_VALUES];
    size_t items = split(spec, cell, item, MAX_VALUES);
    uint64_t set = 0;
    for (size_t i = 0; i < items && i < MAX_VALUES; i++) {
        int value = find_value(domain, item[i]);
        if (value < 0) {
            complain(spec->report, at, "`%s` has no value `%s`", domain->name, item[i]);
            note(spec->report, domain->at, "its values are listed here");
            continue;
        }
        if (set >> value & 1) {
            complain(spec->report, at, "`%s` is named twice in one cell", item[i]);
        }
        set |= UINT64_C(1) << value;
    }
    return set;
}

uint64_t parse_events(const struct spec *spec, struct place at, const char *cell)
{
    if (same(cell, "-")) {
        return full(spec->events);
    }
    const char *item[MAX_EVENTS];
    size_t items = split(spec, cell, item, MAX_EVENTS);
    uint64_t set = 0;
    for (size_t i = 0; i < items && i < MAX_EVENTS; i++) {
        int event = find_event(spec, item[i]);
        if (event < 0) {
            complain(spec->report, at, "unknown event `%s`; see the table `Events`", item[i]);
            continue;
        }
        if (set >> event & 1) {
            complain(spec->report, at, "`%s` is named twice in one cell", item[i]);
        }
        set |= UINT64_C(1) << event;
    }
    return set;
}
