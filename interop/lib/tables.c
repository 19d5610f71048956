#include "tables.h"

static bool has_columns(const struct grid *g, const char *const *columns, size_t count)
{
    if (g->head.cells != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!same(g->head.cell[i], columns[i]))
            return false;
    return true;
}

const struct grid *find_table(const struct pages *pages, const char *file,
                              const char *const *columns, size_t count)
{
    for (const struct grid *g = pages->first; g; g = g->next)
        if (has_columns(g, columns, count))
            return g;
    struct place at = {file, 0};
    complain(pages->report, at, "there is no table whose heading begins with | %s | %s | %s |",
             columns[0], columns[1], columns[2]);
    return NULL;
}
