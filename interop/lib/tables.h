/* Finds a table of a page by its heading. */
#ifndef INTEROP_TABLES_H
#define INTEROP_TABLES_H

#include "../../gen/markdown.h"

/* NULL and a complaint if no table has exactly these columns. */
const struct grid *find_table(const struct pages *pages, const char *file,
                              const char *const *columns, size_t count);

#endif
